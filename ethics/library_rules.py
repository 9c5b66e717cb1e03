"""Which version of a citation is in force, and where a rule holds. Pure.

Every rule of writing returns its problems as `field: code`; an empty answer means yes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sessions_app.rules import Problem, reason_problems

LONGEST_TITLE = 120
LONGEST_NUMBER = 40
LONGEST_NAME = 120
LONGEST_CALL = 40
LONGEST_HOW = 200

# Countries of the European Union: its law is shown beside their own.
IN_THE_UNION = frozenset(
    (
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    )
)


@dataclass(frozen=True)
class Version:
    """One version of a citation: from when and until when it says it holds."""

    number: int
    since: date | None = None
    until: date | None = None
    replaced: bool = False


@dataclass(frozen=True)
class Standing:
    """How a version stands on a day.

    `begins` is a day to come, `ended` the last day it was in force, as far as it
    is known; `now` is the number of the version in force, if any is.
    """

    in_force: bool
    begins: date | None = None
    ended: date | None = None
    now: int | None = None


def last_day(version: Version, versions: Sequence[Version]) -> date | None:
    """Return the last day of a version: its own, or the day before a later one begins."""
    ends = [version.until] if version.until else []
    ends += [
        one.since - timedelta(days=1)
        for one in versions
        if one.number > version.number and one.since
    ]
    return min(ends, default=None)


def in_force(versions: Sequence[Version], day: date) -> int | None:
    """Return the number of the version that is in force on a day; None if none is.

    A later one wins from its first day on; without a first day, at once.
    """
    begun = [one for one in versions if one.since is None or one.since <= day]
    latest = max(begun, key=lambda one: one.number, default=None)
    if latest is None or latest.replaced or (latest.until and latest.until < day):
        return None
    return latest.number


def standing(number: int, versions: Sequence[Version], day: date) -> Standing:
    """Return how the version of a number stands on a day. Raises StopIteration without it."""
    version = next(one for one in versions if one.number == number)
    now = in_force(versions, day)
    if now == number:
        return Standing(True, now=now)
    if version.since and version.since > day:
        return Standing(False, begins=version.since, now=now)
    return Standing(False, ended=last_day(version, versions), now=now)


def places_of(jurisdiction: str) -> tuple[str, ...]:
    """Return where rules have to come from to hold in a jurisdiction, the narrowest first.

    `US-NY` is under `US`, `DE` under `EU`; rules without a place hold everywhere.
    """
    country = jurisdiction.split("-")[0]
    wider = ("EU",) if country in IN_THE_UNION else ()
    return tuple(dict.fromkeys((jurisdiction, country, *wider)))


def country_of(jurisdiction: str) -> str:
    """Return the two letters of the country of a jurisdiction such as `US-NY`."""
    return jurisdiction.split("-")[0][:2].upper()


def has_words(text: str, words: str) -> bool:
    """Say whether a text has every word that is looked for, in any order and any case."""
    folded = text.casefold()
    return all(one in folded for one in words.casefold().split())


def policy_problems(
    *,
    title: str,
    number: str,
    says: str,
    since: date | None,
    until: date | None,
    relates_to: str,
    compared: str,
) -> dict[str, Problem]:
    """A policy has a title, says something, and is compared with what it relates to, or neither."""
    problems = _short("title", title, LONGEST_TITLE) | reason_problems(says, "says")
    if len(number) > LONGEST_NUMBER or "\0" in number:
        problems["number"] = Problem.TOO_LONG
    if since and until and until < since:
        problems["effective_until"] = Problem.ENDS_BEFORE_START
    if bool(relates_to) != bool(compared):
        problems["relates_to" if compared else "compared"] = Problem.REQUIRED
    return problems


def crisis_problems(*, name: str, call: str, how: str) -> dict[str, Problem]:
    """A line to call has a name and something to dial or write to."""
    problems = _short("name", name, LONGEST_NAME)
    if not any(one.isalnum() for one in call):
        problems["call"] = Problem.REQUIRED
    elif len(call) > LONGEST_CALL or "\0" in call:
        problems["call"] = Problem.TOO_LONG
    if len(how) > LONGEST_HOW or "\0" in how:
        problems["how"] = Problem.TOO_LONG
    return problems


def _short(field: str, text: str, longest: int) -> dict[str, Problem]:
    if not any(one.isalnum() for one in text):
        return {field: Problem.REQUIRED}
    return {field: Problem.TOO_LONG} if len(text) > longest or "\0" in text else {}
