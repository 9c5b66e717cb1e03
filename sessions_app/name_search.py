"""Finding somebody by what was typed: letter case and accents do not count. Pure.

Every typed word must begin some word of what the person goes by. Nothing is
guessed: who mistypes finds nobody, and nobody is shown by chance.
"""

import re
import unicodedata
from collections.abc import Iterable

_APOSTROPHES = re.compile("['\u2018\u2019\u02bc`´]")
_LETTERS = re.compile(r"\w+")
# Letters that are written with a stroke or joined, which no normal form takes apart.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"})


def typed_words(typed: str) -> list[str]:
    """Return the words of a search, folded; none if there is no letter or digit in it."""
    return _LETTERS.findall(_APOSTROPHES.sub("", _fold(typed)))


def found_by(words: Iterable[str], names: Iterable[str]) -> bool:
    """Say whether each of the folded `words` begins a word of any of `names`."""
    known = {word for name in names for word in _words_of(name)}
    return all(any(one.startswith(word) for one in known) for word in words)


def _words_of(name: str) -> set[str]:
    """O'Brien is found as `obrien` and as `brien`."""
    folded = _fold(name)
    joined, parted = (_APOSTROPHES.sub(by, folded) for by in ("", " "))
    return {*_LETTERS.findall(joined), *_LETTERS.findall(parted)}


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(one for one in decomposed if unicodedata.category(one) not in ("Mn", "Cf"))
    return bare.casefold().translate(_PLAIN)
