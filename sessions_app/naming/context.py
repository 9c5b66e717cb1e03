"""Context: whether an ordinary word that is also somebody's name is a name where it stands.

"Will", "Hope", "May", "Luz" would mark every other sentence if they were found
wherever the word is. `Reading.is_person` asks, in this order:

1. Does a hyphen make it part of a compound ("Hope-filled")? Not a name.
2. Does another name of the same member stand beside it ("Will Hartley", "Will H.")? A name.
3. Does an article or the like stand before it ("the mark", "my will")? Not a name.
4. Does it do what only people do ("Hope told us", "mark said", "Luz me dijo"), own something
   ("Hope's story"), or stand in one breath with another member ("Mark and Priya")? A name.
5. Is it in small letters, or in capitals among capitals? Not a name.
6. At the start of a sentence a capital says nothing. It is a name if it is addressed ("Hope, can
   you"), speaks ("Will: ..."), stands alone on its line, or is the subject of a sentence about
   a person: "Will is late", "Mark was", but neither "Hope is a thing I lost" nor "Mark my words".
7. Within a sentence a capital is a name, except for months beside words of time ("in May", "May 4")
   and for pieces of other names ("Grace Kelly", "Hope Street", "Amazing Grace").

Who is in doubt is asked: a mark costs a click, a missed name cannot be called back.
"""

from collections.abc import Callable, Sequence

from sessions_app.naming.common_words import ENGLISH_WORDS, SPANISH_WORDS, WORDS, is_common
from sessions_app.naming.letters import Word


def word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


TITLES = word_set("mr mrs ms miss mx sr sra srta senor senora senorita don dona herr frau mme")
ABBREVIATED = TITLES | word_set("dr dra st ste prof vs")

DETERMINERS = word_set(
    """the a an no some any my your his her its our their this that these those every each
    another of's good free birth mi tu su sus mis nuestra nuestro el la los las un una unos
    unas ese esa este esta aquel aquella ningun ninguna mucha mucho poca poco toda"""
)
ARTICLES_OF_NAMES = word_set("el la")  # "la Mercedes me dijo"

# Nouns that stand without an article, so that "Hope is" and "Hope left" say nothing yet.
UNCOUNTED = word_set(
    """hope grace faith joy love art charity patience prudence destiny harmony melody dignity
    mercy honor glory liberty victory peace summer autumn winter spring dawn sunset destiny
    chance chase luck truth justice silence misery may june april august july march january
    october november december september february luz esperanza paz fe amor soledad consuelo
    dolores dolor gracia victoria libertad alegria abril mayo junio julio agosto mar sol alba
    rosario crystal amber ginger olive honey candy brandy jade ivory iron sage jasmine heather
    ivy holly"""
)
MONTHS = word_set(
    "january february march april may june july august september october november december"
)
TIME = MONTHS | word_set("summer autumn winter spring dawn abril mayo julio agosto alba")

TIME_BEFORE = word_set(
    """in on since until till by during last next this every early late mid through around before
    after between past previous en desde hasta"""
)
PART_OF_TIME = word_set(
    """end beginning middle start first second third last month rest week weeks half days day mes
    fin finales principios mediados primero"""
)
# Names that are places or cars too: not ordinary words, but not a person after "in".
PLACE_NAMES = word_set(
    """mercedes austin dallas paris sydney florida brooklyn chelsea charlotte savannah madison
    jackson lincoln washington houston orlando phoenix denver santiago valencia cordoba
    lourdes guadalupe trinidad israel india chad jordan georgia virginia carolina dakota
    montana nevada asia kenya london china cuba florence victoria milan lorraine alexandria
    adelaide"""
)
PLACES = PLACE_NAMES | word_set("rosario leon king castillo")
# Before these a name is a saint's, a queen's or a town's.
NO_MEMBER_AFTER = word_set("queen king prince princess pope president saint st san santa santo sao")
PLACE_BEFORE = word_set(
    "cape mount saint san santa santo camp fort port lake new old amazing south north east west"
)
PLACE_AFTER = word_set(
    """street avenue road lane hospital church house center centre park clinic school university
    college county day bowl foundation project community chapel bridge hotel island bay beach
    river creek valley springs benz inn academy shelter"""
)
CAPITAL_ANYWAY = word_set(
    """i monday tuesday wednesday thursday friday saturday sunday english spanish french german
    russian american mexican christian catholic muslim jewish god christmas easter"""
)

ADVERBS = word_set(
    """also just then never always again quietly not still really often sometimes finally even
    only already now today yesterday usually suddenly later first both almost quite very so
    too rather more much a bit once had has have did does didnt doesnt hasnt hadnt havent ha
    habia he no ya tambien nunca siempre solo todavia aun hoy ayer me te se le lo nos les casi
    muy"""
)
BE = word_set(
    """is was isnt wasnt has had hasnt hadnt does did doesnt didnt seems seemed looks looked
    feels felt sounds sounded stays stayed came comes left leaves arrived went goes remained
    became got gets es esta estaba era fue estuvo tiene tenia quiere parece parecia sigue
    seguia"""
)
ABSTRACTLY = word_set("no its nothing never always to que")  # "hope has no place here"
NEGATED = word_set("does did doesnt didnt")
SPANISH_IS = word_set("es era fue")
THINGS = word_set("lo el la un una algo todo")

# What someone may be, said of a person rather than of hope.
STATES = word_set(
    """late early absent present here there quiet silent tearful upset angry sad anxious nervous
    calm tired drunk sober high asleep awake ill sick hospitalized hospitalised pregnant alone
    afraid scared ashamed happy furious crying able unable worried welcome first last youngest
    oldest only engaged withdrawn depressed suicidal manic psychotic agitated hurt proud
    grateful jealous lonely our mine kind rude brave funny honest home sorry okay ok fine
    better worse new married divorced discharged admitted excused invited missing back inside
    outside next tarde temprano ausente triste callada callado enojada enojado enferma enfermo
    cansada cansado nerviosa nervioso contenta contento llorando sola solo aqui alli mejor
    peor nueva nuevo mi"""
)

# Who does these is a person, whatever the word is.
SPEAKING = word_set(
    """said told asked replied answered whispered shouted yelled screamed apologised apologized
    explained admitted confessed complained laughed cried sobbed wept smiled nodded joked says
    tells asks replies answers apologises explains admits complains laughs cries smiles nods
    jokes dijo dice conto cuenta pregunto pregunta respondio contesto grito lloro llora rio
    explico admitio confeso sonrio"""
)
DOING = SPEAKING | word_set(
    """talked talks spoke speaks shared shares thinks thought believes believed knows knew wants
    wanted wishes wished likes liked loves loved hates hated hugged hugs kissed looked looks
    listened listens sat sits stood stands walked walks drank drinks smoked smokes used uses
    relapsed relapses sleeps slept wrote writes called calls phoned texted texts sent read
    reads interrupted interrupts interrupting argued argues fought fights agreed agrees
    disagreed promised promises thanked thanks described describes mentioned mentions reported
    reports denied denies disclosed discloses expressed expresses presented presents attended
    attends arrived arrives missed misses refused refuses wondered wonders noticed notices
    remembered remembers forgot forgets reminded tried tries decided decides needs needed
    hopes hoped worries worried drove drives works worked lives lived married moved plays
    played prays prayed sings sang stayed stays introduced suggested suggests offered offers
    invited invites accused accuses criticised criticized blamed blames touched hit hurt lied
    lies joined joins learned learnt understands understood feels hears heard met meets seemed
    seems appears appeared cares cared wore wears voiced verbalized processed practised
    practiced identified challenged confronted supported encouraged received requested
    acknowledged habla hablo llego llega llegaba piensa penso cree creyo sabe sabia quiere
    queria bebe bebio toma tomo fuma sento sienta siente sintio abrazo abraza miro mira
    escucho escucha escribio llamo llama mando quedo vive vivia trabaja trabajaba vino viene
    salio sale falto falta perdio necesita intento recayo compartio comparte agradecio
    discutio discute prometio nego expreso asistio estuvo"""
)
# Of uncounted things these are said too: "joy came back", "hope left me".
HAPPENING = word_set(
    """came comes went goes left leaves gave gives took takes made makes kept keeps brought
    brings helped helps returned returns stopped stops started starts began begins ended ends
    died dies fell falls found finds lost loses got gets turned turns changed changes saved
    saves failed fails put puts held holds let lets ran runs paid pays showed shows broke
    breaks grew did does had has"""
)
WENT_OFF = word_set("fue va puso pone iba")  # after "se"
TELLING = word_set("told asked texted hugged thanked phoned kissed dear")
TALKING = word_set("talk talked talking spoke speak speaking listen listened argued fought spoken")
SPANISH_AFTER = word_set("le les se que y en el la lo no me te por con de del un una para")
TALKED_TO = word_set(
    """can could would will are do did dont didnt you your i im please thank thanks how what why
    when where we whats youre if who whose puedes tu te que como por gracias quien cuando yo"""
)
BEFORE_NAMES = word_set("with to from for about and con de para a y")
OWNERS = word_set("my her his our their your mi su tu nuestro nuestra")
RELATIVES = word_set(
    """uncle aunt cousin nephew niece son daughter brother sister mother father mom mum dad
    grandmother grandfather grandma grandpa grandson granddaughter stepson stepdaughter
    stepfather stepmother boss dog cat baby tio tia primo prima sobrino sobrina hijo hija
    hermano hermana abuelo abuela nieto nieta jefe jefa perro perra"""
)
JOINING = word_set("and y e with con or o")
NOT_OWNED = word_set(
    "a an the not what all no been more about how got gone too never where always just so like an"
)
EDGE = frozenset(".!?…\n:¿¡•([{|\t")
OPENING = frozenset("\"“„«'‘")
CLOSING = frozenset("\"”“»'’")
HYPHENS = frozenset("-‐‑‒")


class Reading:
    """A text and its words, and for each word which members it may name in any case."""

    def __init__(self, text: str, words: Sequence[Word], named: Callable[[int], bool]) -> None:
        """`named` says whether the word at a place is surely a name, or a capital that may be."""
        self.text, self.words, self.named = text, words, named

    def gap(self, at: int) -> str:
        """Return what stands between the word at a place and the one before it."""
        start = self.words[at - 1].end if at else 0
        end = self.words[at].start if at < len(self.words) else len(self.text)
        return self.text[start:end]

    def opens(self, at: int) -> bool:
        """Say whether a sentence, a line or a quotation begins at this word, or the text ends."""
        if not 0 < at < len(self.words):
            return True
        gap = self.gap(at)
        if gap == " ":
            return False
        before = self.words[at - 1]
        if gap[0] == "." and (before.fold in ABBREVIATED or len(before.fold) == 1):
            gap = gap[1:]
        return not EDGE.isdisjoint(gap) or (gap[-1:] in OPENING and bool(gap[:-1]))

    def next(self, at: int) -> Word | None:
        """Return the following word of the same sentence."""
        return None if self.opens(at + 1) else self.words[at + 1]

    def is_person(self, at: int, name: str, beside_own: bool) -> bool:
        """Say whether the word at a place, an ordinary one, is a name there. See the module."""
        word = self.words[at]
        if beside_own:
            return True
        gap, gap_after = self.gap(at), self.gap(at + 1)
        if (at and gap in HYPHENS) or gap_after in HYPHENS:
            return False
        opens = self.opens(at)
        before = None if opens else self.words[at - 1]
        if before and before.fold in TITLES and word.initial:
            return True
        does = self.does(at, SPEAKING)
        if before and before.fold in DETERMINERS and not self.is_spanish_to(at):
            return word.initial and before.fold in ARTICLES_OF_NAMES and does
        if does or (word.initial and self.does(at, DOING)):
            return True
        if self.owns(at, name) or self.is_joined(at):
            return True
        if word.initial and self.is_foreign(at, name):
            return True
        if word.shouted and name not in PLACE_NAMES:
            alone = not any(n.shouted for n in (before, self.next(at)) if n)
            return alone and before is not None and before.fold in BEFORE_NAMES
        if name in PLACE_NAMES:
            return before is None or not (before.fold in {"in", "en"} or self.is_of_other_name(at))
        if not word.initial:
            return before is not None and (
                before.fold in TELLING
                or (before.fold in {"to", "with"} and self.words[at - 2].fold in TALKING)
            )
        if opens:
            return self.stands_out(at) or self.is_spoken_of(at, name)
        return not self.is_time(at, name) and not self.is_of_other_name(at)

    def is_spanish_to(self, at: int) -> bool:
        """Say whether "a" before a name is the Spanish "to": "a Luz le cuesta", "le dije a Luz"."""
        if self.words[at - 1].fold != "a" or not self.words[at].initial:
            return False
        after = self.next(at)
        before = None if self.opens(at - 1) else self.words[at - 2]
        return (after is not None and after.fold in SPANISH_AFTER) or (
            before is not None and before.fold in SPANISH_WORDS and before.fold not in ENGLISH_WORDS
        )

    def is_foreign(self, at: int, name: str) -> bool:
        """Say whether the word is of one language and the two after it of the other."""
        if name in PLACE_NAMES or (name in ENGLISH_WORDS) == (name in SPANISH_WORDS):
            return False
        others = SPANISH_WORDS if name in ENGLISH_WORDS else ENGLISH_WORDS
        own = ENGLISH_WORDS if name in ENGLISH_WORDS else SPANISH_WORDS
        for ahead in (at, at + 1):
            word = self.next(ahead)
            if word is None:
                return False
            if word.fold in others and word.fold not in own:
                return True
            if word.fold not in others:
                return False
        return False

    def does(self, at: int, verbs: frozenset[str]) -> bool:
        """Say whether what follows, adverbs left aside, is one of the verbs."""
        if self.words[at].suffix:
            return False
        for ahead in range(at, at + 4):
            word = self.next(ahead)
            if word is None or "," in self.gap(ahead + 1):
                return False
            if word.fold in verbs:
                return True
            if word.initial:
                return False
            if word.fold in WENT_OFF and self.words[ahead].fold == "se":
                return self.words[at].initial
            if self.text[word.end - 1] == "ó" and self.words[at].initial:
                return True
            if word.fold not in ADVERBS and not word.fold.endswith("ly"):
                return False
        return False

    def owns(self, at: int, name: str) -> bool:
        """Say whether it has something: "Hope's story", but not "Hope's a strange thing"."""
        word, after = self.words[at], self.next(at)
        if word.suffix != "s" or (not word.initial and name in TIME):
            return False
        if after is None:
            return word.initial and not self.opens(at)
        return after.fold not in NOT_OWNED and not after.fold.endswith("ly")

    def is_joined(self, at: int) -> bool:
        """Say whether another name follows in the same breath: "Mark and Priya", "Mark, Priya"."""
        word, after = self.words[at], self.next(at)
        if after is None or word.suffix:
            return False
        if after.fold in JOINING:
            at += 1
            after = self.next(at)
            if word.initial and after and after.fold in {"i", "yo", "he", "she"}:
                return True
        elif self.gap(at + 1).strip() not in {",", "&", "/", "+"}:
            return False
        return after is not None and self.named(at + 1) and after.initial == word.initial

    def stands_out(self, at: int) -> bool:
        """Say whether it is addressed, speaks, or stands alone on a line or in brackets."""
        gap, gap_after = self.gap(at), self.gap(at + 1)
        if gap_after.startswith(":"):
            return True
        if (at == 0 or "\n" in gap or gap[-1:] in "([") and (
            at + 1 == len(self.words) or "\n" in gap_after or gap_after[:1] in {")", "]"}
        ):
            return True
        if at and gap[-1:] in OPENING and gap_after[:1] in CLOSING:
            return EDGE.isdisjoint(gap)
        behind = self.words[at + 1].fold if at + 1 < len(self.words) else ""
        if behind in {"who", "quien", "whos"} and gap_after.strip() in {"", ",", "("}:
            return True
        after = self.next(at)
        return after is not None and gap_after.startswith(",") and after.fold in TALKED_TO

    def is_spoken_of(self, at: int, name: str) -> bool:
        """Say whether a sentence that begins with it says what is said of a person."""
        after = self.next(at)
        verb = after
        if self.words[at].suffix == "s":  # "Hope's late"
            verb, behind = None, at
        elif after is None or "," in self.gap(at + 1):
            return False
        else:
            behind = at + 1
        uncounted = name in UNCOUNTED
        if verb and verb.fold not in BE:
            return not uncounted and (
                verb.fold in HAPPENING
                or self.is_past(verb)
                or self.does(at, HAPPENING)
                or (verb.fold in ADVERBS and self.is_past(self.next(behind)))
            )
        if verb and (not uncounted or verb.fold in {"has", "had", "tiene", "tenia"}):
            following = self.next(behind)
            return not uncounted or following is None or following.fold not in ABSTRACTLY
        if verb and verb.fold in SPANISH_IS:
            following = self.next(behind)
            return following is not None and following.fold not in THINGS
        for ahead in range(behind, behind + 4):
            word = self.next(ahead)
            if word is None:
                return False
            if word.fold in STATES or (word.fold[-3:] == "ing" and self.is_doing(word.fold)):
                return True
            if verb and verb.fold in NEGATED and self.is_doing(word.fold):
                return True
            if word.fold not in ADVERBS and word.fold not in {"the", "one", "of", "in"}:
                return False
        return False

    @staticmethod
    def is_past(word: Word | None) -> bool:
        return word is not None and word.fold.endswith("ed") and len(word.fold) > 4

    @staticmethod
    def is_doing(word: str) -> bool:
        """Say whether a verb, with "-ing" or bare, is of something that a person does."""
        stem = word.removesuffix("ing")
        return (
            stem
            in {
                "com",
                "come",
                "go",
                "leav",
                "leave",
                "do",
                "hav",
                "have",
                "sitt",
                "gett",
                "ly",
                "show",
            }
            or any(form in DOING for form in (stem + "s", stem + "es", stem + "ed"))
            or stem[:-1] + "s" in DOING
        )

    def is_time(self, at: int, name: str) -> bool:
        """Say whether it is a month, a season or a place rather than somebody: "in May"."""
        before, after = self.words[at - 1], self.next(at)
        if before.fold in {"in", "en"}:
            return name in UNCOUNTED or name in TIME or name in PLACES
        if name not in TIME:
            return False
        if before.fold in {"of", "de"} and at > 1 and self.words[at - 2].fold in PART_OF_TIME:
            return True
        if before.fold in TIME_BEFORE or any(c.isdigit() for c in self.gap(at)):
            return True
        if self.gap(at + 1).strip()[:1].isdigit():
            return True
        if before.fold == "from" and after is not None and after.fold in {"to", "until", "through"}:
            return True
        near = [at - 1, at - 2, at + 1, at + 2]
        return any(0 <= n < len(self.words) and self.words[n].fold in MONTHS - {"may", "march"}
                   for n in near)  # fmt: skip

    def is_of_other_name(self, at: int) -> bool:
        """Say whether a capital beside it makes it somebody else or a place: "Grace Kelly"."""
        before = self.words[at - 1]
        if self.has_other_surname(at):
            return True
        if not before.initial or self.gap(at) != " " or self.named(at - 1):
            return False
        if before.fold in PLACE_BEFORE:
            return True
        if self.opens(at - 1):
            return not is_common(before.fold)
        return before.fold not in CAPITAL_ANYWAY and before.fold not in MONTHS

    def has_other_surname(self, at: int) -> bool:
        """Say whether a capital follows that is no word and nobody's of the roster."""
        after = self.next(at)
        if not after or not after.initial or self.gap(at + 1) != " " or self.named(at + 1):
            return False
        fold = after.short or after.fold
        return fold in PLACE_AFTER or not (is_common(fold) or len(fold) == 1)

    def is_of_relative(self, at: int) -> bool:
        """Say whether it is said to be a relative outside: "my uncle Billy"."""
        if at < 2 or self.opens(at) or self.opens(at - 1):
            return False
        return self.words[at - 1].fold in RELATIVES and self.words[at - 2].fold in OWNERS

    def is_no_member(self, at: int) -> bool:
        """Say whether a title makes it a saint's, a queen's or a town's name."""
        before = None if self.opens(at) else self.words[at - 1]
        return before is not None and before.initial and before.fold in NO_MEMBER_AFTER


def is_ordinary(name: str) -> bool:
    """Say whether a name is an ordinary word too, so that its context has to be asked."""
    return name in WORDS or name in PLACE_NAMES
