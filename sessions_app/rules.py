"""What a session and an item must be before they are recorded. Pure.

Every rule returns its problems as `field: code`; an empty answer means yes.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

LONGEST_TEXT = 20_000
LONGEST_CONTACT = 400
LONGEST_REASON = 2_000
LONGEST_REFERENCE = 60
LONGEST_COVER = timedelta(days=366)


class Problem(StrEnum):
    """Why something is not recorded; pages turn each into a sentence that says how to mend it."""

    REQUIRED = "required"
    TOO_LONG = "too_long"
    CANNOT_BE_KEPT = "cannot_be_kept"
    SESSION_IN_THE_FUTURE = "session_in_the_future"
    ENDS_BEFORE_START = "ends_before_start"
    SAME_START = "same_start"
    NOT_ON_THE_ROSTER = "not_on_the_roster"
    SPEAKER_NOT_THERE = "speaker_not_there"
    CHANGED_MEANWHILE = "changed_meanwhile"
    AGREEMENT_OPEN = "agreement_open"
    PAST = "past"
    ENDS_TOO_EARLY = "ends_too_early"
    UNKNOWN = "unknown"
    CLOSED = "closed"
    NOT_LEADING_THEN = "not_leading_then"
    WIDER_NO = "wider_no"
    NOT_ALLOWED_HERE = "not_allowed_here"
    ASKED_ALREADY = "asked_already"
    DAY_TO_COME = "day_to_come"
    OWN_SUPERVISOR = "own_supervisor"
    GROUP_CLOSED = "group_closed"
    NOTES_UNSIGNED = "notes_unsigned"
    RHYTHM_INCOMPLETE = "rhythm_incomplete"
    ONLY_THE_LATE_ARRIVE = "only_the_late_arrive"
    OUTSIDE_THE_SESSION = "outside_the_session"
    NOT_THERE = "not_there"
    SIGNED_ALREADY = "signed_already"
    NOT_SIGNED = "not_signed"
    ASKED_ABOUT = "asked_about"
    STAYS_CONCERNED = "stays_concerned"
    FROZEN = "frozen"
    OTHER_ROLE = "other_role"
    LONGER_THAN_THE_HOUSE = "longer_than_the_house"
    OUT_OF_BOUNDS = "out_of_bounds"
    NAMES_SOMEBODY = "names_somebody"
    WHO_IS_MEANT = "who_is_meant"
    NOT_FEWER = "not_fewer"
    SPEAKER_LEFT_OUT = "speaker_left_out"
    SAME_WORDS = "same_words"
    LOOK_WAITING = "look_waiting"
    REDACTED = "redacted"
    JUST_RECOVERED = "just_recovered"
    LEADS_ALREADY = "leads_already"
    LEADS_NOT = "leads_not"
    REVIEWED_ALREADY = "reviewed_already"
    ON_HOLD = "on_hold"
    ANOTHER_SIGNS = "another_signs"
    NEEDS_ANOTHER = "needs_another"
    NOT_BELIEVED = "not_believed"
    NO_PIN = "no_pin"
    PAPER_TOO_OLD = "paper_too_old"
    PAPER_NOT_COUNTED = "paper_not_counted"
    NO_ADDRESS = "no_address"
    NOT_IN_THE_TEXT = "not_in_the_text"
    ONE_ITEM = "one_item"
    REVIEW_OVERDUE = "review_overdue"
    NOT_READ = "not_read"
    REVIEW_WAITS = "review_waits"
    NO_WISH = "no_wish"
    STILL_OPEN = "still_open"
    NOT_PLAIN = "not_plain"
    ADMINISTRATION_FIRST = "administration_first"
    NOT_WITH_THEM = "not_with_them"
    DAY_TO_LOOK = "day_to_look"
    NOT_IN_ROLE = "not_in_role"
    ON_IT_ALREADY = "on_it_already"
    CASE_CLOSED = "case_closed"
    CASE_OPEN = "case_open"
    NO_SUCH_PERMISSION = "no_such_permission"
    LAST_ONE = "last_one"
    THERE_LATER = "there_later"
    THERE_ALREADY = "there_already"


class Rejected(Exception):
    """Nothing was saved: `problems` says what to mend, field by field."""

    def __init__(self, problems: Mapping[str, Problem]) -> None:
        super().__init__(", ".join(f"{field}: {code}" for field, code in problems.items()))
        self.problems = dict(problems)


def check(problems: Mapping[str, Problem]) -> None:
    """Raise Rejected if there is any problem."""
    if problems:
        raise Rejected(problems)


def session_problems(*, starts: datetime, ends: datetime, now: datetime) -> dict[str, Problem]:
    """A held session began before now and ended after it began (planning is another act)."""
    problems = {}
    if starts > now:
        problems["starts"] = Problem.SESSION_IN_THE_FUTURE
    if ends <= starts:
        problems["ends"] = Problem.ENDS_BEFORE_START
    return problems


def rhythm_problems(
    weekday: int | None, starts_at: time | None, ends_at: time | None
) -> dict[str, Problem]:
    """A group meets on a weekday from one time to another, or nothing of it is said."""
    if len({weekday is None, starts_at is None, ends_at is None}) != 1:
        return {"weekday": Problem.RHYTHM_INCOMPLETE}
    return {}


def mark_problems(
    *, on_the_roster: bool, status: str, arrived_at: time | None, starts: time, ends: time
) -> dict[str, Problem]:
    """One answer about attendance: of somebody in the group that day; the late arrive meanwhile.

    Times are of the practice's day; a session may pass midnight.
    """
    if not on_the_roster:
        return {"attendance": Problem.NOT_ON_THE_ROSTER}
    if arrived_at is None:
        return {}
    if status != "late":
        return {"arrived_at": Problem.ONLY_THE_LATE_ARRIVE}
    within = starts <= arrived_at <= ends if starts <= ends else not ends < arrived_at < starts
    return {} if within else {"arrived_at": Problem.OUTSIDE_THE_SESSION}


def attendance_problems(
    marked: Collection[UUID], on_the_roster: Collection[UUID]
) -> dict[str, Problem]:
    """Attendance is of members whose stint covers the day, and of every one of them."""
    if set(marked) != set(on_the_roster):
        return {"attendance": Problem.NOT_ON_THE_ROSTER}
    return {}


def item_problems(
    *,
    text: str,
    speaker: UUID | None,
    subjects: Collection[UUID],
    present: Collection[UUID],
    on_the_roster: Collection[UUID],
) -> dict[str, Problem]:
    """An item has words, a speaker who was there, and concerns members of the group alone."""
    problems = text_problems(text)
    if speaker is None:
        problems["speaker"] = Problem.REQUIRED
    elif speaker not in present:
        problems["speaker"] = Problem.SPEAKER_NOT_THERE
    if not set(subjects) <= set(on_the_roster):
        problems["concerned"] = Problem.NOT_ON_THE_ROSTER
    return problems


def redaction_problems(
    *, text: str, subjects: Collection[UUID], concerned: Collection[UUID], speaker: UUID | None
) -> dict[str, Problem]:
    """Redacted words concern fewer members than the item, and one at least (rule R51).

    Without the speaker there is nobody to ask first, so they concern one alone.
    """
    problems = text_problems(text)
    if not subjects:
        problems["concerned"] = Problem.REQUIRED
    elif not set(subjects) < set(concerned):
        problems["concerned"] = Problem.NOT_FEWER
    elif speaker not in subjects and len(subjects) > 1:
        problems["concerned"] = Problem.SPEAKER_LEFT_OUT
    return problems


def text_problems(text: str, field: str = "text") -> dict[str, Problem]:
    """Words are there, at most 20,000 characters of them, and no null character."""
    if not text.strip():
        return {field: Problem.REQUIRED}
    if len(text) > LONGEST_TEXT:
        return {field: Problem.TOO_LONG}
    if "\0" in text:
        return {field: Problem.CANNOT_BE_KEPT}
    return {}


def contact_problems(contact: str, field: str = "contact") -> dict[str, Problem]:
    """Whom to call: a few lines, or nothing."""
    if len(contact) > LONGEST_CONTACT:
        return {field: Problem.TOO_LONG}
    return {field: Problem.CANNOT_BE_KEPT} if "\0" in contact else {}


def reason_problems(reason: str, field: str = "why") -> dict[str, Problem]:
    """A reason says something, in at most 2,000 characters."""
    if not any(character.isalpha() for character in reason):
        return {field: Problem.REQUIRED}
    if len(reason) > LONGEST_REASON:
        return {field: Problem.TOO_LONG}
    return {field: Problem.CANNOT_BE_KEPT} if "\0" in reason else {}


def cover_problems(since: date, until: date, today: date) -> dict[str, Problem]:
    """A cover begins today or later, ends no earlier, and within a year."""
    if since < today:
        return {"since": Problem.PAST}
    if until < since:
        return {"until": Problem.ENDS_BEFORE_START}
    return {"until": Problem.OUT_OF_BOUNDS} if until - since > LONGEST_COVER else {}


def name_problems(name: str, field: str = "name") -> dict[str, Problem]:
    """A name has at least one letter and at most 120 characters."""
    if not any(character.isalpha() for character in name):
        return {field: Problem.REQUIRED}
    if len(name) > 120:
        return {field: Problem.TOO_LONG}
    return {}


def authority_problems(
    since: date, until: date | None, evidence: str, today: date
) -> dict[str, Problem]:
    """An authority has begun, ends no earlier than it began, and something shows it."""
    problems = {}
    if since > today:
        problems["since"] = Problem.DAY_TO_COME
    if until is not None and until < since:
        problems["until"] = Problem.ENDS_BEFORE_START
    problems |= reason_problems(evidence, "evidence")
    return problems


def paper_problems(
    reference: str, signed_on: date, *, asked_on: date, today: date
) -> dict[str, Problem]:
    """A paper has a reference, and was signed from the day of the question to today."""
    problems = {}
    if not any(character.isalnum() for character in reference):
        problems["reference"] = Problem.REQUIRED
    elif len(reference) > LONGEST_REFERENCE or "\0" in reference:
        problems["reference"] = Problem.TOO_LONG
    if signed_on > today:
        problems["signed_on"] = Problem.DAY_TO_COME
    elif signed_on < asked_on:
        problems["signed_on"] = Problem.PAPER_TOO_OLD
    return problems
