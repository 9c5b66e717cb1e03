"""Relations: words that point at somebody of the group without a name."""

from dataclasses import dataclass

from sessions_app.naming.context import Reading, word_set

SETS = {
    "PERSON": """man woman guy lady girl boy person one member couple kid mother father mom mum dad
        student nurse teacher veteran gentleman friend sponsor neighbor neighbour boyfriend
        girlfriend wife husband partner sister brother daughter son cousin colleague""",
    "FELLOW": "guy man woman girl boy person lady kid couple participant",
    "ADJ": """new newest old older oldest young younger big tall little small quiet nice loud shy
        blond blonde bald pregnant married divorced retired only other""",
    "MOST": "youngest oldest newest quietest loudest eldest tallest shyest only",
    "OWNER": "my her his their your the our that a one",
    "SIT": "sits sit sat sitting stands standing",
    "WHERE": "next across opposite beside near by behind",
    "DONDE": "al a junto cerca enfrente frente",
    "ME": "me him her us them",
    "ADV": "always usually often just sometimes",
    "SPOT": "window windows door doorway corner radiator clock wall table",
    "IN": "in from of inside",
    "OUR": "the this our my that your",
    "GROUP": "group circle",
    "PERSONA": """hombre mujer chico chica senor senora persona muchacho muchacha miembro integrante
        companero companera pareja tipo tipa joven amigo amiga padrino madrina patrocinador sponsor
        novio novia marido esposo esposa hermano hermana vecino vecina""",
    "MIEMBRO": "miembro integrante companero companera participante",
    "EL": "el la ese esa un una",
    "SU": "mi su tu el la un una",
    "SENTARSE": "sienta sento sentaba sentada sentado",
    "LUGAR": "ventana puerta esquina rincon pared",
    "MAS": "joven mayor callado callada viejo vieja",
}

# A step is a word, several with "|", or a set above; with "?" it may be missing.
PATTERNS = """
the|our|another|that ADJ member IN? OUR? GROUP?
the|our new|newest FELLOW IN? OUR? GROUP?
the|our newcomer|newcomers
the|that|our ADJ? PERSON who|that ADV? is|was? SIT WHERE? to|from? ME?
the|that|our ADJ? PERSON SIT? by|near|at|in|beside|next to? the SPOT
the|that|our ADJ? PERSON SIT? next|across|opposite|beside to|from? ME
the MOST PERSON? IN OUR? GROUP|room|us
the MOST PERSON? among us
the MOST one|man|woman|person|member here
OWNER ADJ? PERSON here? IN OUR GROUP
someone|somebody else? here? IN OUR GROUP
el|la nuevo|nueva|otro|otra MIEMBRO del? grupo?
el|la MIEMBRO nuevo|nueva del? grupo?
el|la nuevo|nueva|mayor PERSONA? del grupo
EL PERSONA que siempre? se|esta|estaba? SENTARSE DONDE? lado|la? de|a? mi|ella|el?
EL PERSONA SENTARSE? de|junto|cerca|al|en lado? a|de? la|el? LUGAR
EL PERSONA SENTARSE? de enfrente|al
el|la mas MAS de|del nosotros|todos|grupo
el|la unico|unica PERSONA? de|del nosotros|aqui|grupo
SU PERSONA aqui? en el|este|nuestro grupo
SU PERSONA aqui? de este|nuestro grupo
SU PERSONA del grupo
alguien del grupo
alguien de este|nuestro grupo
"""

# "The new staff member" is nobody of the group.
OTHERS = word_set("family staff board team crew cast faculty familia equipo")


@dataclass(frozen=True)
class Step:
    words: frozenset[str]
    may_miss: bool


def _step(written: str) -> Step:
    words = " ".join(SETS.get(name, name) for name in written.removesuffix("?").split("|"))
    return Step(frozenset(words.split()), written.endswith("?"))


BY_FIRST: dict[str, list[list[Step]]] = {}
for _line in PATTERNS.split("\n"):
    if _line:
        _pattern = [_step(written) for written in _line.split()]
        for _word in _pattern[0].words:
            BY_FIRST.setdefault(_word, []).append(_pattern)


def relation_places(reading: Reading) -> list[tuple[int, int]]:
    """Return from which to which word the text points at somebody, in order, not overlapping."""
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(reading.words):
        patterns = BY_FIRST.get(reading.words[at].fold, ())
        end = max((_follow(reading, at, pattern) for pattern in patterns), default=0)
        if end:
            found.append((at, end))
        at = max(end, at + 1)
    return found


def _follow(reading: Reading, at: int, pattern: list[Step]) -> int:
    """Return the place after the last word of the pattern, 0 if it does not fit.

    A step that may be missing is taken where it fits and never given back, so a
    pattern costs no more than its length.
    """
    words, place = reading.words, at
    for step in pattern:
        if (
            place < len(words)
            and words[place].fold in step.words
            and (place == at or not reading.opens(place))
        ):
            place += 1
        elif not step.may_miss:
            return 0
    around = words[at : place + (0 if reading.opens(place) else 1)]
    return 0 if any(word.fold in OTHERS for word in around) else place
