"""Letters: how a text is folded, and cut into words that know where they stood.

A name is the same name with or without accents, in capitals, composed or
decomposed, in Cyrillic or Greek or Latin letters, with invisible marks in it.
`fold` says so for one string; `words` says so for a whole text and keeps, for
each word, its place in the text as it was given. Chinese, Japanese and Thai do
not set words apart: `unspaced` gives their letters, each with its place.
"""

import unicodedata
from dataclasses import dataclass
from enum import Enum, auto

BARE = (
    # Letters that do not come apart into a plain letter and a mark.
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
    | {"ŋ": "n", "ə": "e", "ى": "ي", "ة": "ه"}
    | dict(zip("абвгдезиклмнопрстуф", "abvgdeziklmnoprstuf", strict=True))
    | {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y"}
    | {"ь": "", "э": "e", "ю": "yu", "я": "ya", "є": "e", "і": "i", "ґ": "g"}
    | {"ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "ђ": "dj", "џ": "dz"}
    | dict(zip("αβγδεζηικλμνξοπρσςτυφω", "avgdeziiklmnxoprsstyfo", strict=True))
    | {"θ": "th", "χ": "ch", "ψ": "ps"}
)

APOSTROPHES = frozenset("'’‘ʼʻ`´＇‛′")


class Class(Enum):
    """What a character is to a word."""

    LETTER = auto()
    UNSPACED = auto()
    MARK = auto()  # belongs to the letter before it
    NOTHING = auto()  # not seen: joiners, direction marks, soft hyphens
    APOSTROPHE = auto()
    OTHER = auto()


class Script(Enum):
    """The families of letters that are compared across."""

    LATIN = auto()
    CYRILLIC = auto()
    GREEK = auto()
    PREFIXED = auto()  # Arabic, Hebrew: "and", "to", "the" are written onto the word
    OTHER = auto()


def script_of(letter: str) -> Script:
    """Return the family of a letter, by the block it stands in."""
    code = ord(unicodedata.normalize("NFKD", letter)[0])
    if code < 0x370:
        return Script.LATIN
    if code < 0x400:
        return Script.GREEK
    if code < 0x530:
        return Script.CYRILLIC
    if 0x590 <= code < 0x780:
        return Script.PREFIXED
    return Script.OTHER


def is_unspaced(letter: str) -> bool:
    """Say whether a letter is of a script that does not set words apart."""
    code = ord(unicodedata.normalize("NFKD", letter)[0])
    return any(
        first <= code < last
        for first, last in (
            *((0xE00, 0xF00), (0x1000, 0x10A0), (0x1780, 0x1800), (0x3005, 0x3100)),
            *((0x3400, 0xA000), (0x20000, 0x32000)),
        )
    )


class _Letters(dict[str, tuple[Class, str]]):
    """Class and bare form of a character, worked out when it is first met."""

    def __missing__(self, char: str) -> tuple[Class, str]:
        answer = self._work_out(char)
        if len(self) < 5_000:  # there are a million, and a text may bring them all
            self[char] = answer
        return answer

    @staticmethod
    def _work_out(char: str) -> tuple[Class, str]:
        if unicodedata.normalize("NFD", char) in APOSTROPHES:
            return Class.APOSTROPHE, ""
        category = unicodedata.category(char)
        if category == "Mn" or char == "ـ":
            return Class.MARK, ""
        if category == "Cf":
            return Class.NOTHING, ""
        if category[0] != "L" and category != "Mc":
            return Class.OTHER, ""
        parts = unicodedata.normalize("NFKD", char).casefold()
        # Casefold may compose or leave marks ("İ"); what is no letter goes.
        kept = [p for p in parts if unicodedata.category(p)[0] == "L" or _spacing(p)]
        bare = "".join(BARE.get(part, part) for part in kept)
        return (Class.UNSPACED if is_unspaced(char) else Class.LETTER), bare


def _spacing(char: str) -> bool:
    return unicodedata.category(char) == "Mc"


LETTERS = _Letters()


@dataclass(slots=True)
class Word:
    """A run of letters, with the apostrophes in it: "Jonas's", "O'Neill". Hyphens part words."""

    start: int  # in the text as given
    end: int
    fold: str  # without marks, capitals and apostrophes
    script: Script
    initial: bool  # begins with a capital
    shouted: bool  # all capitals, two letters or more
    suffix: str = ""  # after the last apostrophe: "s" of "Jonas's"
    cut: int = 0  # where that apostrophe stands, 0 if there is none
    short: str = ""  # the fold up to it
    prefix: str = ""  # before the first apostrophe: "d" of "d'Elena"
    after: int = 0  # where the rest begins


def words(text: str) -> list[Word]:
    """Cut a text, any string, into its words; scripts without spaces are left out."""
    found: list[Word] = []
    letters, length, at = LETTERS, len(text), 0
    while at < length:
        if letters[text[at]][0] is not Class.LETTER:
            at += 1
            continue
        start = end = at
        pieces: list[str] = []
        breaks: list[tuple[int, int]] = []  # letters before an apostrophe, and its place
        while at < length:
            kind, piece = letters[text[at]]
            if kind is Class.LETTER:
                if piece == "y" and pieces and pieces[-1] == "o" and _greek(text[at]):
                    piece = "u"
                pieces.append(piece)
                end = at + 1
            elif kind is Class.MARK:
                end = at + 1
            elif kind is Class.APOSTROPHE:
                if at + 1 == length or letters[text[at + 1]][0] is not Class.LETTER:
                    break
                breaks.append((len(pieces), at))
            elif kind is not Class.NOTHING:
                break
            at += 1
        word = Word(
            start,
            end,
            "".join(pieces),
            script_of(text[start]),
            text[start].isupper() or text[start].istitle(),
            len(pieces) > 1 and text[start:end].isupper(),
        )
        if breaks:
            count, word.cut = breaks[-1]
            word.suffix, word.short = "".join(pieces[count:]), "".join(pieces[:count])
            word.prefix, word.after = "".join(pieces[: breaks[0][0]]), breaks[0][1] + 1
        found.append(word)
    return found


def _greek(letter: str) -> bool:
    return script_of(letter) is Script.GREEK


def unspaced(text: str) -> tuple[str, list[int]]:
    """Return the letters of scripts without spaces, a blank for anything else, and their places."""
    pieces: list[str] = []
    places: list[int] = []
    for at, char in enumerate(text):
        kind, bare = LETTERS[char]
        if kind is Class.MARK or kind is Class.NOTHING:
            continue
        bare = bare if kind is Class.UNSPACED else " "
        pieces.append(bare)
        places.extend([at] * len(bare))
    return "".join(pieces), places


def fold(text: str) -> str:
    """Return the letters of a text, bare: "Zoë" is "zoe", "O'Neill" is "oneill"."""
    return "".join(word.fold for word in words(text))


# What alphabets spell differently is made one, in this order.
LOOSER = (
    *(("dzh", "j"), ("kh", "h"), ("ph", "f"), ("ck", "k"), ("tz", "ts"), ("x", "ks")),
    *(("w", "v"), ("y", "i"), ("j", "i"), ("c", "k"), ("q", "k")),
)


def loose(folded: str) -> str:
    """Return what remains of a name when other alphabets' ways of spelling it are one.

    "Юлия" may be Yuliya, Iuliia or Julia: all come out as "iulia".
    """
    for many, one in LOOSER:
        folded = folded.replace(many, one)
    folded = folded.removeprefix("i") if folded.startswith("ie") else folded
    return "".join(
        letter for letter, before in zip(folded, " " + folded, strict=False) if letter != before
    )
