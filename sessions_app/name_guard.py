"""Finding the places of a text that may name a member. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


@dataclass(frozen=True)
class KnownAs:
    """What one member goes by."""

    member: UUID
    name: str
    preferred: str = ""
    aliases: tuple[str, ...] = ()


class Kind(StrEnum):
    """How a place may name somebody; `RELATION` is a hint and blocks nothing."""

    NAME = "name"
    NICKNAME = "nickname"
    INITIALS = "initials"
    MISSPELT = "misspelt"
    RELATION = "relation"


@dataclass(frozen=True)
class Span:
    """A place in a text, in code points, half open, and whom it may mean."""

    start: int
    end: int
    kind: Kind
    members: frozenset[UUID]


def needs_answer(span: Span) -> bool:
    """Say whether a text with this place is kept only after an answer."""
    return span.kind is not Kind.RELATION


def find_names(text: str, roster: Sequence[KnownAs]) -> list[Span]:
    """Return the places of `text` that may name somebody of the roster, in order."""
    who: dict[str, set[UUID]] = {}
    for known in roster:
        for word in re.findall(r"\w+", " ".join([known.name, known.preferred, *known.aliases])):
            who.setdefault(word.casefold(), set()).add(known.member)
    return [
        Span(found.start(), found.end(), Kind.NAME, frozenset(who[found.group().casefold()]))
        for found in re.finditer(r"\w+", text)
        if found.group().casefold() in who
    ]
