"""What a claim says in words, what facts the words show, and which bases can be claimed. Pure."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from uuid import UUID

from consent.rules.overrides import (
    ALWAYS,
    CAN_BE_URGENT,
    NEEDED,
    NEEDED_FOR_PART2,
    NEVER,
    NEVER_FOR_PART2,
    Basis,
    Fact,
)
from consent.rules.passages import is_all, spans_of
from sessions_app.guarding import Guard, Reading
from sessions_app.name_guard import Kind
from sessions_app.rules import LONGEST_REASON, Problem

LONGEST_LINE = 200
MOST_PASSAGES = 1_000
ANSWERED_WITHIN = timedelta(hours=24)
GOES_WITHIN = timedelta(hours=1)
OPENS_WITHIN = timedelta(hours=24)
REVIEWED_WITHIN = timedelta(hours=72)
URGENT_REVIEWED_WITHIN = timedelta(hours=24)
REVIEW_BLOCKS_AFTER = timedelta(hours=72)
LONGEST_WAIT = timedelta(days=366)


@dataclass(frozen=True)
class ClaimWords:
    """Every word of a claim; sealed as one document.

    `what` is happening (the member told of it reads it too), `passages` the
    exact words to release, `no_consent` why consent could not be had,
    `can_prevent` how the recipient can prevent the harm, `to_recipient` words
    that go out beside the passages, `consulted` who was asked for advice, `alone` why
    minutes count, `wait` why the member is not told yet. Of 2.51: `emergency`,
    its nature, and `facility`, the recipient's. Of a court: `file_number`,
    `judge`, `court` and what is `ordered`. `released` is what the passages come
    to, joined; the house writes it.
    """

    what: str
    passages: tuple[str, ...] = ()
    no_consent: str = ""
    can_prevent: str = ""
    to_recipient: str = ""
    consulted: str = ""
    alone: str = ""
    wait: str = ""
    emergency: str = ""
    facility: str = ""
    file_number: str = ""
    judge: str = ""
    court: str = ""
    ordered: str = ""
    released: str = ""


LINES = ("facility", "file_number", "judge", "court")
# What somebody writes; passages are chosen, and the house joins them.
WORDS = tuple(f.name for f in fields(ClaimWords) if f.name not in ("passages", "released"))
# A claim that cannot hold needs no words chosen: nothing will go out.
NOTHING_GOES = tuple(NEVER)
# What surely names somebody, and is no word that may be meant otherwise.
SURELY = (Kind.NAME, Kind.NICKNAME)

# Which words show a fact: without them it is not shown, whatever is ticked.
SHOWN_BY: dict[Fact, tuple[str, ...]] = {
    Fact.REASON: ("what",),
    Fact.RECIPIENT_CAN_PREVENT: ("can_prevent",),
    Fact.CONSENT_UNOBTAINABLE: ("no_consent",),
    Fact.RECIPIENT_AND_FACILITY: ("facility",),
    Fact.NATURE_OF_EMERGENCY: ("emergency",),
    Fact.SIGNED_BY_JUDGE: ("judge", "file_number"),
    Fact.ONLY_WHAT_IS_ORDERED: ("ordered",),
}
# What the house writes down itself: who lets it out, when, and that a refusal was there.
BY_THE_HOUSE = {Fact.DISCLOSER, Fact.DATE_AND_TIME, Fact.REFUSAL_NOTED}
# What somebody has to say, because no words or rows show it.
SAID = frozenset(Fact) - SHOWN_BY.keys() - BY_THE_HOUSE
# On which basis it goes out as what (HL7 v3 ActReason): to prevent harm, or because of the law.
PURPOSES: dict[Basis, str] = {
    Basis.THREAT: "BTG",
    Basis.MEDICAL_EMERGENCY: "BTG",
    Basis.MANDATED_REPORT: "BTG",
    Basis.ELDER_ABUSE: "BTG",
    Basis.COURT_ORDER: "HLEGAL",
    Basis.OVERSIGHT: "HLEGAL",
    Basis.CORONER: "HLEGAL",
    Basis.LEGAL_DEFENSE: "HLEGAL",
}


@dataclass(frozen=True)
class Offered:
    """A basis that can hold for a record class, and what it needs.

    `said` are the facts to be stated, `words` the fields that must not be empty,
    `may_be_urgent` whether it may go without a second person.
    """

    basis: Basis
    said: frozenset[Fact]
    words: tuple[str, ...]
    may_be_urgent: bool


def bases_offered(
    *, part2: bool, can_prevent: bool = True, medical: bool = True
) -> tuple[Offered, ...]:
    """Return the bases that can hold, in the order they are to be shown (rows 43 to 52).

    `can_prevent` says that the recipient is able to prevent the harm, `medical`
    that they are medical personnel; a basis that needs it of somebody else is
    not offered. Outside Part 2 a medical emergency is a threat (reading 8).
    """
    offered = []
    for basis in Basis:
        if basis in NEVER or (part2 and basis in NEVER_FOR_PART2):
            continue
        if basis is Basis.MEDICAL_EMERGENCY and not part2:
            continue
        needed = needed_for(basis, part2=part2)
        if Fact.RECIPIENT_CAN_PREVENT in needed and not can_prevent:
            continue
        if Fact.MEDICAL_PERSONNEL in needed and not medical:
            continue
        words = dict.fromkeys(
            word for fact in SHOWN_BY if fact in needed for word in SHOWN_BY[fact]
        )
        said = (needed & SAID) - {Fact.MINIMUM}
        offered.append(Offered(basis, frozenset(said), tuple(words), basis in CAN_BE_URGENT))
    return tuple(offered)


def needed_for(basis: Basis, *, part2: bool) -> frozenset[Fact]:
    """Return the facts a basis needs of an item; of one that never holds, only what is always."""
    needed = ALWAYS | NEEDED.get(basis, set())
    if basis is Basis.MEDICAL_EMERGENCY and not part2:
        needed = ALWAYS | NEEDED[Basis.THREAT]
    if part2:
        needed = needed | NEEDED_FOR_PART2.get(basis, set())
    return frozenset(needed)


def facts_shown(words: ClaimWords, said: Collection[Fact], text: str) -> frozenset[Fact]:
    """Return the facts that words, statements and the house itself show for one claim.

    Choosing passages is what keeps it to the minimum; who chooses all there is
    has to say so. A refusal is noted by the house once a second person is there.
    """
    shown = {fact for fact in said if fact in SAID}
    shown |= {
        fact
        for fact, by_words in SHOWN_BY.items()
        if all(getattr(words, name).strip() for name in by_words)
    }
    shown |= {Fact.DISCLOSER, Fact.DATE_AND_TIME}
    if words.passages and not is_all(text, words.passages):
        shown.add(Fact.MINIMUM)
    return frozenset(shown)


def claim_problems(
    basis: Basis,
    words: ClaimWords,
    text: str,
    *,
    part2: bool,
    urgent: bool,
    waits: bool,
) -> dict[str, Problem]:
    """Return what of the words has to be mended before a claim is looked at, field by field."""
    wanted = ["what"]
    for fact in needed_for(basis, part2=part2):
        wanted += SHOWN_BY.get(fact, ())
    if urgent:
        wanted.append("alone")
    if waits:
        wanted.append("wait")
    problems = {name: Problem.REQUIRED for name in wanted if not _says(getattr(words, name))}
    if _says(words.wait) and not waits:
        problems["tell_by"] = Problem.REQUIRED
    for name in WORDS:
        written = getattr(words, name)
        if len(written) > (LONGEST_LINE if name in LINES else LONGEST_REASON):
            problems[name] = Problem.TOO_LONG
        elif "\0" in written:
            problems[name] = Problem.CANNOT_BE_KEPT
    if words.passages or basis not in NOTHING_GOES:
        problems |= _passage_problems(words.passages, text)
    return problems


def others_named(guard: Guard, what: str, involved: Collection[UUID]) -> Reading:
    """Return a reading of what is happening; open is who else is surely named to its member (R104).

    Only the one member involved reads it: of several nobody does, so nothing is
    open. Whoever meant somebody else has to say it otherwise: no answer of the
    guard's counts here.
    """
    reading = Guard(guard.roster).read(what, known=involved)
    surely = tuple(one for one in reading.open if one.kind in SURELY)
    return replace(reading, open=surely if len(set(involved)) == 1 else ())


def waiting_problems(days: int | None) -> dict[str, Problem]:
    """The day on which telling comes back is after today, and within a year."""
    if days is None:
        return {}
    if days < 1:
        return {"tell_by": Problem.PAST}
    return {"tell_by": Problem.OUT_OF_BOUNDS} if days > LONGEST_WAIT.days else {}


def review_due(released_at: datetime, *, urgent: bool) -> datetime:
    """Return until when a release is to be reviewed: sooner where one decided alone."""
    return released_at + (URGENT_REVIEWED_WITHIN if urgent else REVIEWED_WITHIN)


def written(words: ClaimWords) -> str:
    """Return a claim's words as the one document that is sealed."""
    return json.dumps({k: v for k, v in asdict(words).items() if v}, ensure_ascii=False)


def read_claim(document: str) -> ClaimWords:
    """Return the words of a claim from the document that was sealed."""
    told: Mapping[str, object] = json.loads(document)
    passages = told.get("passages", ())
    return ClaimWords(
        **{name: str(told.get(name, "")) for name in (*WORDS, "released")},
        passages=tuple(str(one) for one in passages) if isinstance(passages, list) else (),
    )


def _passage_problems(passages: Sequence[str], text: str) -> dict[str, Problem]:
    if not passages:
        return {"passages": Problem.REQUIRED}
    if len(passages) > MOST_PASSAGES:
        return {"passages": Problem.TOO_LONG}
    return {} if spans_of(text, passages) else {"passages": Problem.NOT_IN_THE_TEXT}


def _says(words: str) -> bool:
    return any(character.isalnum() for character in words)
