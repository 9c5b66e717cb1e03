"""The name guard: where a text may name a member, read before the text is saved.

Pure: a text and a roster in, places out. What is found:

- what a member is recorded as, goes by, or is usually called for short ("Bob" for Robert,
  "Pepe" for José), in any case, with or without accents, in Cyrillic, Greek or Latin letters;
- initials ("M.L.", "ML") that are no usual abbreviation;
- a name of five letters or more that is one letter off and no ordinary word;
- as a hint, words that point at somebody ("the man who sits opposite me").

A name that is an ordinary word ("Hope", "Will", "Luz") counts only where it is used as a name:
`naming/context.py` says how that is told. Where it cannot be told, the writer is asked: a mark
costs a click, a missed name cannot be called back.

The roster is turned into tables once; a text is then read word by word with look-ups alone, so
the time grows with the length of the text and hardly with the roster.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from sessions_app.naming.common_words import is_common
from sessions_app.naming.context import HYPHENS, JOINING, Reading, is_ordinary, word_set
from sessions_app.naming.forms import FORMS, FULL_NAMES, inflected, made_forms, table_forms
from sessions_app.naming.letters import LETTERS, Class, Script, Word, fold, loose, unspaced, words
from sessions_app.naming.relations import relation_places


@dataclass(frozen=True)
class KnownAs:
    """What one member goes by."""

    member: UUID
    name: str  # in full, as recorded: "Grace Lindqvist-Okoro"
    preferred: str = ""  # "Gracie"
    aliases: tuple[str, ...] = ()  # nicknames: ("G", "Lindy")


class Kind(StrEnum):
    """In what way a place may name somebody; the first that fits is told."""

    NAME = "name"
    NICKNAME = "nickname"
    INITIALS = "initials"
    MISSPELT = "misspelt"
    RELATION = "relation"


@dataclass(frozen=True)
class Span:
    """A place in a text: code points of the text as given, half open."""

    start: int
    end: int
    kind: Kind
    members: frozenset[UUID]  # whom it may mean; empty for words of relation


def find_names(text: str, roster: Sequence[KnownAs]) -> list[Span]:
    """Return the places of `text` that may name somebody of the roster, in order, not overlapping.

    Takes any string. Who reads many texts against one roster makes a `Roster` once.
    """
    return Roster(roster).find(text)


def needs_answer(span: Span) -> bool:
    """Say whether the writer has to answer; a word of relation is a hint and holds nothing up."""
    return span.kind is not Kind.RELATION


# Parts of names that name nobody by themselves.
PARTICLES = word_set(
    """de la las los del van von der den da dos do di bin ibn bint al el y e i jr sr ii iii iv dr mr
    mrs ms st san the of le du ter ten und zu af av"""
)
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
FIRST_NAMES = word_set("al ben di van")  # unless they come first
CLITICS = frozenset("وفبلكالهמבלהוכש")

ABBREVIATIONS = word_set(
    """aa ac ad add adhd adn am ap asap asd ba bbc bc bcc bf bff bmi bp bpd ca cbt cc cd ceo cia
    cns cop cpr cptsd ct cv da dbt dc dmv dna dni dob dr dsh dsm dui dv dwi dx ect ed ee eeg eg
    ekg emdr emt ent er est etc eu ex fbi ft fyi gad gf gi gp gpa gps ha hbo hi hiv hr ice icu
    id ie iop iou iq ira irs it iv kg km la lcsw lgbt lmft lol lpc lsd ma mba md mdd mg mma mom
    mr mri ms mt mtv na nba nfl ngo nhs np nsaid ny nyc ob ocd od ok ong onu ot otc pa pc pcp pd
    phd php pi pin pm prn ps pt pta ptsd rn rrhh rx si sos spa sr ssi ssri std sti sud suv tb
    tbd tbh thc tia tms tv tx uk un us usa uu va vip wc wifi ymca"""
)
# With full stops these few are still no initials.
STOPPED = word_set("am pm us usa uk la dc eg ie ps aa na ny phd md ba ma eeuu")

# "Vitamin D", "plan B", "the letter G": a single letter that is nobody's.
LETTER_BEFORE = word_set(
    """vitamin vitamins hepatitis hep plan type option grade group room unit step letter the a an
    schedule part section level ward stage class block exhibit big generation gen model tipo letra
    vitamina grupo opcion el la un una sala planta plans size word initial"""
)
LABELLING = frozenset("-/&+#")  # beside a letter: "G-force", "S&P"
NO_LETTER = frozenset("iayoeu")  # words of their own, in English or Spanish

RANK = {kind: rank for rank, kind in enumerate(Kind)}
Who = dict[UUID, Kind]


class Roster:
    """The names of a roster, in tables that are asked word by word."""

    def __init__(self, known: Iterable[KnownAs]) -> None:
        self.exact: dict[str, Who] = defaultdict(dict)
        self.given: set[str] = set()  # as the roster has it, not made of it
        self.recorded: set[str] = set()  # what a slip of the pen is measured against
        self.by_sound: dict[str, Who] = defaultdict(dict)  # for words of another alphabet
        self.foreign_by_sound: dict[str, Who] = defaultdict(dict)  # for Latin words
        self.declined: dict[str, Who] = defaultdict(dict)
        self.initials: dict[str, Who] = defaultdict(dict)
        self.capitals: dict[str, Who] = defaultdict(dict)  # aliases such as "G" and "JJ"
        self.letters: dict[UUID, set[str]] = defaultdict(set)  # first letters of the parts
        self.phrases: dict[str, list[tuple[tuple[str, ...], UUID]]] = defaultdict(list)
        self.unspaced: dict[str, Who] = defaultdict(dict)
        for one in known:
            self._learn(one.member, one.name, Kind.NAME, full=True)
            self._learn(one.member, one.preferred, Kind.NAME)
            for alias in one.aliases:
                self._learn(one.member, alias, Kind.NICKNAME)
        self.deletions: dict[str, list[str]] = defaultdict(list)
        for name in self.recorded:
            for shorter in _deletions(name):
                self.deletions[shorter].append(name)
        self.longest = max((len(name) for name in self.exact), default=0)

    def _learn(self, member: UUID, name: str, kind: Kind, *, full: bool = False) -> None:
        self._learn_unspaced(member, name, kind)
        pieces = [piece for piece in unicodedata.normalize("NFC", name).split() if words(piece)]
        parts = [words(piece) for piece in pieces]
        alone = parts[0][0] if len(parts) == 1 and len(parts[0]) == 1 else None
        if not parts or (alone and self._learn_capitals(member, alone, pieces[0], kind)):
            return
        for at, (piece, part) in enumerate(zip(pieces, parts, strict=True)):
            for one in _spellings(piece, part):
                particle = len(parts) > 1 and one in PARTICLES and (at or one not in FIRST_NAMES)
                if len(one) > 1 and not particle:
                    self._learn_word(member, one, part[0].script, kind)
            if not full or at < len(parts) - 1 or alone:
                self._learn_forms(member, {fold(piece), *(word.fold for word in part)})
        self._learn_joined(member, [fold(piece) for piece in pieces], kind)
        folds = tuple(word.fold for part in parts for word in part)
        if kind is Kind.NICKNAME and len(folds) > 1:
            self.phrases[folds[0]].append((folds, member))
        if full:
            self._learn_initials(member, parts)

    def _learn_unspaced(self, member: UUID, name: str, kind: Kind) -> None:
        """Learn a Chinese, Japanese or Thai name whole, its parts, and without its first letter."""
        bare, _ = unspaced(name)
        whole = bare.replace(" ", "")
        for part in {whole, whole[1:], *bare.split()}:
            if len(part) > 1:
                self._put(self.unspaced, part, member, kind)

    def _put(self, table: dict[str, Who], key: str, member: UUID, kind: Kind) -> None:
        if RANK[kind] < RANK[table[key].get(member, Kind.RELATION)]:
            table[key][member] = kind

    def _learn_capitals(self, member: UUID, word: Word, given: str, kind: Kind) -> bool:
        """Learn a name that is one letter, or a few capitals; say whether it is one."""
        if len(word.fold) == 1 and len(given) - word.end <= 1 and word.script is not Script.OTHER:
            self._put(self.capitals, word.fold, member, kind)
            return True
        if word.shouted and len(word.fold) < 4 and kind is Kind.NICKNAME:
            self._put(self.capitals, word.fold, member, kind)
            return True
        return False

    def _learn_word(self, member: UUID, name: str, script: Script, kind: Kind) -> None:
        self._put(self.exact, name, member, kind)
        self.given.add(name)
        if len(name) > 4:
            self.recorded.add(name)
        if len(name) > 2:
            self._put(self.by_sound, loose(name), member, kind)
            if script in (Script.CYRILLIC, Script.GREEK):
                self._put(self.foreign_by_sound, loose(name), member, kind)
        if script is Script.CYRILLIC:
            for form in inflected(name):
                self._put(self.declined, form, member, kind)

    def _learn_forms(self, member: UUID, names: set[str]) -> None:
        for name in names:
            fulls = FULL_NAMES.get(name, ())
            for form in table_forms(name):
                self._put(self.exact, form, member, Kind.NICKNAME)
            for form in made_forms(name):
                others = form in FORMS or not {name, *fulls}.issuperset(FULL_NAMES.get(form, ()))
                if not is_ordinary(form) and not others:
                    self._put(self.exact, form, member, Kind.NICKNAME)

    def _learn_joined(self, member: UUID, wholes: list[str], kind: Kind) -> None:
        """Learn "marylou" of Mary Lou, and "gracelindqvist" of a name in one word."""
        if len(wholes) > 1:
            for joined in {"".join(wholes), wholes[0] + wholes[1], wholes[0] + wholes[-1]}:
                if len(joined) > 3 and not is_ordinary(joined):
                    self._put(self.exact, joined, member, kind)
                for form in FORMS.get(joined, ()):
                    self._put(self.exact, form, member, Kind.NICKNAME)

    def _learn_initials(self, member: UUID, parts: list[list[Word]]) -> None:
        names = [part for part in parts if part is parts[0] or part[0].fold not in PARTICLES]
        first = "".join(word.fold[:1] for word in names[0])
        rest = ["".join(word.fold[:1] for word in part) for part in names[1:]]
        self.letters[member] |= set(first) | set("".join(rest))
        found = {first, first + "".join(rest), first + "".join(one[:1] for one in rest)}
        found |= {first[:1] + letter for one in rest for letter in one}
        if rest:
            found |= {first + rest[-1], first[:1] + rest[-1], first[:1] + "".join(rest)}
        for one in found:
            if 1 < len(one) < 5:
                self._put(self.initials, one, member, Kind.INITIALS)

    def resolve(self, name: str, script: Script) -> Who | None:
        """Return who may be meant by a word in bare letters, wherever it stands."""
        size = len(name)
        if not 1 < size <= self.longest + 3:
            return None
        if found := self.exact.get(name):
            return found
        if script is Script.PREFIXED:
            for cut in (1, 2, 3):
                if size - cut > 2 and CLITICS.issuperset(name[:cut]) and name[cut:] in self.exact:
                    return self.exact[name[cut:]]
        if script is Script.CYRILLIC and name in self.declined:
            return self.declined[name]
        if size > 2 and script is not Script.OTHER and script is not Script.PREFIXED:
            table = self.foreign_by_sound if script is Script.LATIN else self.by_sound
            if (
                table
                and (found := table.get(loose(name)))
                and not (script is Script.LATIN and is_ordinary(name))
            ):
                return found
        if size > 4 and name[-1] == "s" and not self._is_word(name, script):  # "Priyas turn"
            found = self.exact.get(name[:-1])
            if found and not self._is_word(name[:-1], script):
                return found
        return self._misspelt(name, script)

    @staticmethod
    def _is_word(name: str, script: Script) -> bool:
        return script is Script.LATIN and is_common(name)

    def _misspelt(self, name: str, script: Script) -> Who | None:
        if len(name) < 4 or not self.recorded:
            return None
        near: set[str] = set(self.deletions.get(name, ()))
        for shorter in _deletions(name):
            if shorter in self.recorded:
                near.add(shorter)
            near.update(self.deletions.get(shorter, ()))
        near = {one for one in near if one_apart(one, name)}
        if not near or self._is_word(name, script):
            return None
        return {member: Kind.MISSPELT for one in near for member in self.exact[one]}

    def find(self, text: str) -> list[Span]:
        """Return the places of a text that may name somebody, in order, not overlapping."""
        search = _Search(self, text)
        spans = [*search.spans(), *self._find_unspaced(text)]
        reading = search.reading
        taken = [False] * (len(text) + 1) if spans else []
        for span in spans:
            taken[span.start : span.end] = [True] * (span.end - span.start)
        for first, last in relation_places(reading):
            start, end = reading.words[first].start, reading.words[last - 1].end
            if not any(taken[start:end]):
                spans.append(Span(start, end, Kind.RELATION, frozenset()))
        return sorted(spans, key=lambda span: span.start)

    def _find_unspaced(self, text: str) -> list[Span]:
        if not self.unspaced:
            return []
        bare, places = unspaced(text)
        found: list[tuple[int, int, Who]] = []
        for name, who in self.unspaced.items():
            at = bare.find(name)
            while at >= 0:
                found.append((at, at + len(name), who))
                at = bare.find(name, at + len(name))
        spans: list[Span] = []
        reached = -1
        for start, end, who in sorted(found, key=lambda one: (one[0], -one[1])):
            first, last = places[start], places[end - 1] + 1
            if first >= reached:
                while last < len(text) and LETTERS[text[last]][0] is Class.MARK:
                    last += 1
                spans.append(Span(first, last, _kind(who), frozenset(who)))
                reached = last
        return spans


def _kind(who: Who) -> Kind:
    return min(who.values(), key=RANK.__getitem__)


def _spellings(piece: str, part: list[Word]) -> set[str]:
    """Return how one part of a name may be written: "oneill", "neill"; "muller", "mueller"."""
    spelt = {fold(piece), fold(piece.lower().translate(UMLAUTS)), *(word.fold for word in part)}
    return spelt | {word.fold[len(word.prefix) :] for word in part if word.cut}


def _deletions(name: str) -> set[str]:
    return {name[:at] + name[at + 1 :] for at in range(len(name))}


def one_apart(one: str, other: str) -> bool:
    """Say whether a letter put in, left out, changed, or two swapped make one the other."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    one, other = one[start:], other[start:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return max(len(one), len(other)) <= 1 or (len(one) == 2 and one == other[::-1])


@dataclass(slots=True)
class _Hit:
    """A word, or several from `first` to `last`, and whom it may mean."""

    first: int
    last: int
    start: int
    end: int
    who: Who
    name: str
    parts: set[str] = field(default_factory=set)


class _Search:
    """One text read against one roster."""

    def __init__(self, roster: Roster, text: str) -> None:
        self.roster, self.text = roster, text
        self.words = words(text)
        self.resolved: dict[tuple[str, Script], Who | None] = {}
        self.hits: list[_Hit | None] = [self._named(at, word) for at, word in enumerate(self.words)]
        self.unsure = [
            hit is not None and self.words[at].script is Script.LATIN and is_ordinary(hit.name)
            for at, hit in enumerate(self.hits)
        ]
        self.reading = Reading(text, self.words, self._may_be_named)

    def spans(self) -> list[Span]:
        """Return what is found, from left to right; what was taken is not read again."""
        found: list[_Hit] = []
        at = 0
        while at < len(self.words):
            hit = self._phrase(at) or self._sure(at) or self._joined(at) or self._letters(at)
            if hit:
                if len(hit.name) > 1:
                    hit = self._lengthened(hit, found[-1].end if found else 0)
                found.append(hit)
                at = hit.last
            at += 1
        return [Span(hit.start, hit.end, _kind(hit.who), frozenset(hit.who)) for hit in found]

    def _named(self, at: int, word: Word) -> _Hit | None:
        if not word.cut:
            who = self._resolve(word.fold, word)
            return _Hit(at, at, word.start, word.end, who, word.fold) if who else None
        # "Jonas's", then "O'Neill", then "d'Elena"
        for name, start, end in (
            (word.short, word.start, word.cut),
            (word.fold, word.start, word.end),
            (word.fold[len(word.prefix) :], word.after, word.end),
        ):
            who = self._resolve(name, word)
            if who and not (end == word.cut and len(name) == 1):
                return _Hit(at, at, start, end, who, name)
        return None

    def _resolve(self, name: str, word: Word) -> Who | None:
        key = name, word.script
        if key not in self.resolved:
            self.resolved[key] = self.roster.resolve(name, word.script)
        who = self.resolved[key]
        if not who:
            return None
        if not word.initial and (
            (len(name) == 2 and word.script is not Script.PREFIXED)
            or (word.script is not Script.LATIN and word.script is not Script.PREFIXED
                and _kind(who) is Kind.MISSPELT)
        ):  # fmt: skip
            return None
        return who

    def _may_be_named(self, at: int) -> bool:
        hit = self.hits[at]
        return hit is not None and (not self.unsure[at] or self.words[at].initial)

    def _sure(self, at: int) -> _Hit | None:
        hit = self.hits[at]
        if hit is None:
            return None
        beside_own, reading = self._beside_own(at), self.reading
        if self.unsure[at] and not reading.is_person(at, hit.name, beside_own):
            return None
        if beside_own:
            return hit
        if reading.is_no_member(at) or (hit.name not in self.roster.given and (
            reading.is_of_relative(at)
            or (_kind(hit.who) is Kind.MISSPELT and reading.has_other_surname(at))
        )):  # fmt: skip
            return None
        return hit

    def _beside_own(self, at: int) -> bool:
        """Say whether another part of the same member's name, or its first letter, is beside."""
        for near in (at - 1, at + 1):
            if 0 <= near < len(self.words) and self._adjoins(min(at, near)):
                hit, other = self.hits[at], self.hits[near]
                capitals = self.words[at].initial and self.words[near].initial
                if hit and other and other.name != hit.name and set(hit.who) & set(other.who):
                    return capitals or not self.unsure[near]
                if hit and near > at and capitals and self._first_letter(near, hit.who):
                    return True
        return False

    def _adjoins(self, at: int) -> bool:
        """Say whether only blanks or a hyphen stand between this word and the next."""
        gap = self.reading.gap(at + 1)
        return len(gap) < 4 and (not gap.strip() or gap.strip() in HYPHENS)

    def _first_letter(self, at: int, who: Who) -> Who:
        """Return whose name goes on with the single capital at a place: "Jonas W."."""
        word = self.words[at]
        if len(word.fold) != 1 or not word.initial or word.script is not Script.LATIN:
            return {}
        if word.fold in NO_LETTER and not self.reading.gap(at + 1).startswith("."):
            return {}
        return {m: kind for m, kind in who.items() if word.fold in self.roster.letters[m]}

    def _lengthened(self, hit: _Hit, taken: int) -> _Hit:
        """Take in what follows and names the same member: parts, particles, first letters."""
        hit.parts = {hit.name}
        before = hit.first - 1
        if before >= 0 and len(self.words[before].fold) == 1 and self.words[before].start >= taken:
            gap = self.reading.gap(hit.first)
            who = self._first_letter(before, hit.who)
            if who and gap in {". ", " ", "."} and not (gap == " " and self.reading.opens(before)):
                hit.start, hit.who = self.words[before].start, who
        while hit.last + 1 < len(self.words) and not self._ends_own(hit):
            at = hit.last + 1
            while at < len(self.words) - 1 and self._is_particle(at):
                at += 1
            if at > hit.last + 1 and not (self.hits[at] and self._shared(hit, at)):
                at = hit.last + 1
            if not self._adjoins(hit.last) and self.text[hit.end] != ".":
                break
            if (who := self._shared(hit, at)) and self._adjoins(hit.last):
                other = self.hits[at]
                assert other is not None
                hit.last, hit.end, hit.who = at, other.end, who
                hit.parts.add(other.name)
            elif who := self._first_letter(hit.last + 1, hit.who):
                if not self._adjoins(hit.last) and len(self.words[hit.last].fold) > 1:
                    break
                at = hit.last + 1
                stop = self.reading.gap(at + 1).startswith(".")
                hit.last, hit.end, hit.who = at, self.words[at].end + stop, who
            else:
                break
        return hit

    def _is_particle(self, at: int) -> bool:
        fold = self.words[at].fold
        return fold in PARTICLES - JOINING - {"i"} and self._adjoins(at)

    def _ends_own(self, hit: _Hit) -> bool:
        """Say whether an apostrophe s closes the name: what follows is another's."""
        return hit.end < self.words[hit.last].end

    def _shared(self, hit: _Hit, at: int) -> Who:
        other = self.hits[at]
        if other is None or other.start != self.words[at].start or other.name in hit.parts:
            return {}
        if self.unsure[at] and not self.words[at].initial and self.words[hit.last].initial:
            return {}
        return {
            member: min(kind, other.who[member], key=RANK.__getitem__)
            for member, kind in hit.who.items()
            if member in other.who
        }

    def _phrase(self, at: int) -> _Hit | None:
        """Find a nickname of several words: "Big Mike"."""
        for folds, member in self.roster.phrases.get(self.words[at].fold, ()):
            last = at + len(folds) - 1
            if last < len(self.words) and all(
                self.words[at + n].fold == one and (not n or self._adjoins(at + n - 1))
                for n, one in enumerate(folds)
            ):
                run = self.words[at : last + 1]
                if any(word.initial or not is_ordinary(word.fold) for word in run):
                    return _Hit(at, last, run[0].start, run[-1].end,
                                {member: Kind.NICKNAME}, " ".join(folds))  # fmt: skip
        return None

    def _joined(self, at: int) -> _Hit | None:
        """Find a name that was written apart: "Mary Lou" of Marylou, "O Neill", "Jo-nas"."""
        if at + 1 == len(self.words) or not self._adjoins(at):
            return None
        one, two = self.words[at], self.words[at + 1]
        if len(one.fold) + len(two.fold) > self.roster.longest or one.cut:
            return None
        name = one.fold + (two.short or two.fold)
        who = self.roster.exact.get(name)
        hyphened = bool(self.reading.gap(at + 1).strip())
        if not who or len(name) < 4 or not (hyphened or (one.initial and two.initial)):
            return None
        return _Hit(at, at + 1, one.start, two.cut or two.end, who, name)

    def _letters(self, at: int) -> _Hit | None:
        """Find initials, and names of one letter or a few capitals."""
        word = self.words[at]
        if len(word.fold) == 1:
            return self._stopped(at) or self._single(at)
        name, end = (word.short, word.cut) if word.suffix == "s" else (word.fold, word.end)
        given = self.text[word.start : end]
        if len(name) == 1:
            return self._single(at)
        who = self.roster.capitals.get(name)
        if not 0 < len(name) < 5 or not (given.isupper() or (who and name not in ABBREVIATIONS)):
            return None
        if not who and name not in ABBREVIATIONS:
            who = self.roster.initials.get(name)
        if not who or is_ordinary(name):
            return None
        return _Hit(at, at, word.start, end, who, name)

    def _stopped(self, at: int) -> _Hit | None:
        """Find "M.L.", "M. L.", "M.L" and "M-L"."""
        last, spaced = at, False
        while last < at + 3 and last + 1 < len(self.words):
            gap, following = self.reading.gap(last + 1), self.words[last + 1]
            if len(following.short or following.fold) != 1 or gap not in {
                ".",
                ". ",
                ".\u00a0",
                "-",
            }:
                break
            spaced = spaced or len(gap) > 1
            last += 1
            if following.cut:
                break
        run = self.words[at : last + 1]
        name = "".join(word.short or word.fold for word in run)
        who = self.roster.initials.get(name)
        stop = self.reading.gap(last + 1)[:1] == "." and not run[-1].cut
        capital = all(word.initial for word in run)
        if not who or last == at or not (capital or (stop and not spaced)):
            return None
        if (spaced and not stop) or (name in STOPPED and self._is_stopped_word(at, name)):
            return None
        if at and self.reading.gap(at) in {".", "-"}:  # a longer row of letters
            return None
        return _Hit(at, last, run[0].start, (run[-1].cut or run[-1].end) + stop, who, name)

    def _is_stopped_word(self, at: int, name: str) -> bool:
        """Say whether "P.M." is the hour; before it stands a number."""
        return name not in {"am", "pm"} or any(c.isdigit() for c in self.reading.gap(at)[-4:])

    def _single(self, at: int) -> _Hit | None:
        """Find a name of one letter: a capital by itself that is no word and no label."""
        word = self.words[at]
        name = word.short or word.fold
        who = self.roster.capitals.get(name)
        if not who or not word.initial or name in NO_LETTER:
            return None
        before, behind = self.reading.gap(at)[-2:].strip(), self.reading.gap(at + 1)[:1]
        if before[-1:] == "." and self.reading.gap(at)[-1] == ".":
            return None
        if any(mark[-1:] in LABELLING or mark[-1:].isdigit() for mark in (before, behind)):
            return None
        if at and not self.reading.opens(at) and self.words[at - 1].fold in LETTER_BEFORE:
            return None
        following = self.reading.next(at)
        if (
            behind == "."
            and following
            and following.initial
            and not following.cut
            and not is_common(following.fold)
        ):
            return None  # "J. Smith"
        return _Hit(at, at, word.start, word.cut or word.end, who, name)
