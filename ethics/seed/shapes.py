"""The shapes of the seeds."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Citation:
    """One rule of a code, a law or a guideline, in one or two sentences of our own."""

    code: str
    kind: str
    title: str
    edition: str
    number: str
    says: str
    read: bool = False
    jurisdiction: str = ""
    effective_from: date | None = None
    replaced_by: str = ""


@dataclass(frozen=True)
class Rule:
    """What the law of one place asks; `bases` are grounds of an emergency release."""

    code: str
    jurisdiction: str
    subject: str
    duty: str
    trigger: str
    recipient: str
    basis: str
    bases: tuple[str, ...] = ()
    read: bool = False
    years: int | None = None


@dataclass(frozen=True)
class CrisisLine:
    """A line to call or write to, in the order in which a page shows them."""

    code: str
    country: str
    place: int
    name: str
    call: str
    how: str
    read: bool = False
