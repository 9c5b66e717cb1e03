"""What waits for whoever looks over others: one row for each thing, the most pressing first.

Every source is a query that answers as the person; here they are asked as one.
A row has codes and times, never a name and never a word.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache, partial
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import CharField, DateTimeField, F, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.kept_query import NOWHERE, KeptQuery
from accounts.models import Role
from accounts.queries import RECOVERY_WAITS, open_proposals, waiting_recoveries
from accounts.staffing import PROPOSAL_LASTS
from audit.trail import NOBODY, Actor
from consent import queries as consents
from consent.models import PrivacyRequest
from consent.rules.claims import ANSWERED_WITHIN
from ethics.queries import cases_consulted_on, risk_left_alone
from sessions_app import queries as sessions

# What the house asks of whoever reviews (rule R121). A question of a member has a month by law.
A_LOOK = timedelta(days=3)
A_MONTH = timedelta(days=30)
MOST = 200
SHOWN = 20
NO_DAY = Cast(Value(None), DateTimeField())
NOTHING = Value("", CharField())


class Weight(StrEnum):
    """How much a row presses; each has a word and a shape of its own besides its colour."""

    CALM = "calm"
    TODAY = "today"
    LATE = "late"


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: what it is, about which code of which group, since when, until when."""

    what: Any
    about: str
    group: str
    since: datetime
    due: datetime
    url: str
    icon: str = field(default="eye", compare=False)

    def weight(self, now: datetime) -> Weight:
        """Say how much it presses: it is late from its instant on, due on its local day."""
        if self.due <= now:
            return Weight.LATE
        today = timezone.localdate(self.due) == timezone.localdate(now)
        return Weight.TODAY if today else Weight.CALM

    def used(self, now: datetime) -> int:
        """Return how much of its time has gone, in hundredths."""
        return min(100, int(100 * (now - self.since) / max(self.due - self.since, timedelta(1))))


class Kind(NamedTuple):
    """A source of waiting things: its words, and how its rows become one row of the desk.

    `about` leads to the code, `group` to the code of the group, `due` to an end
    of its own where it has one. `page` is addressed with `by`: the row's own
    key, its code, its group's, or nothing where its kind has a page of its own.
    """

    what: Any
    icon: str
    about: str
    group: str
    since: str
    page: str
    by: str = ""
    takes: timedelta = A_LOOK
    due: str = ""
    by_day: bool = False  # `due` is a local day, read as the instant at which UTC begins it


KINDS = {
    "emergency": Kind(
        _("Somebody asks for a second person, in an emergency"),
        *("emergency", "code", "version__disclosure__group__code", "requested_at", "attesting"),
        takes=ANSWERED_WITHIN,
    ),
    "review": Kind(
        _("Words left without permission. Say whether that was right."),
        *("emergency", "override__code", "override__version__disclosure__group__code"),
        *("began_at", "review_override", "code"),
        due="due_at",
    ),
    "alone": Kind(
        _(
            "Somebody spoke of danger to a life, and nobody who leads the group now has met them. "
            "Hand over what was written, or call."
        ),
        *("emergency", "member__code", "group__code", "at", "supervised_group", "group"),
        due="due_at",
        by_day=True,
    ),
    "tell": Kind(
        _("A member is still to be told of words that left without permission"),
        *("emergency", "override__code", "override__version__disclosure__group__code"),
        *("override__requested_at", "override_reviews"),
        due="due_at",
        by_day=True,
    ),
    "contact": Kind(
        _("An emergency contact was read. Say whether it had to be."),
        *("phone", "member__code", "group__code", "at", "review_reading", "reading"),
    ),
    "breach": Kind(
        _("A member says that something left the room"),
        *("emergency", "member__code", "group__code", "at", "breaches"),
    ),
    "request": Kind(
        _("A member asks about their own record"),
        *("ask", "code", "", "asked_at", "answer_request", "code"),
        takes=A_MONTH,
    ),
    "look": Kind(
        _("Take a second look, before anybody is asked about these words"),
        *("eye", "disclosure__code", "disclosure__group__code", "recorded_at"),
        *("review_look", "code"),
    ),
    "paper": Kind(
        _("Attest a signed paper. It counts only then."),
        *("pencil", "consent__code", "consent__version__disclosure__group__code", "first_at"),
        "attesting",
        due="consent__request__answer_by",
    ),
    "speaking": Kind(
        _("Confirm who speaks for a member"),
        *("people", "member__code", "group__code", "recorded_at", "attesting"),
    ),
    "recovery": Kind(
        _("Somebody lost every way in and waits for a second person"),
        *("key", "user__sign_in_name", "", "asked_at", "recoveries"),
        takes=RECOVERY_WAITS,
    ),
    "proposal": Kind(
        _("A role is proposed. Agree to it, or let it go."),
        *("people", "user__sign_in_name", "", "proposed_at", "proposals"),
        takes=PROPOSAL_LASTS,
    ),
}


def waiting_for(by: Actor) -> list[Waiting]:
    """Return what waits for the actor, by how late it is: one query, at most `MOST` rows.

    Its SQL is written once for each role (decision 22).
    """
    every = _waits(by.role).all(by.practice, by.user, sessions.today_of(by))
    return sorted((_waiting(row) for row in every), key=lambda one: (one.due, one.since))


def waits_of(role: str, practice: UUID, user: UUID, day: date) -> QuerySet[Any, Any]:
    """Return what waits for somebody in a role on a local day, the longest waiting first."""
    by = Actor(practice, user, role, day=day)
    first, *others = [_rows(kind, found) for kind, found in _sources(by)]
    return first.union(*others, all=True).order_by("row_since")[:MOST]


@cache
def _waits(role: str) -> KeptQuery[Any]:
    return KeptQuery(partial(waits_of, role), NOWHERE, NOBODY, date.min)


def consulted_on(by: Actor, now: datetime) -> list[dict[str, Any]]:
    """Return the open cases that ask for the actor's view, by the day their asking ends."""
    zone = timezone.get_current_timezone()
    asked = [
        Waiting(
            _("An ethics case asks for your view"),
            one.case.code,
            "",
            one.invited_at,
            datetime.combine(one.until + timedelta(days=1), time(), tzinfo=zone),
            reverse("consulted_case", args=[one.case.code]),
            "case",
        )
        for one in sorted(cases_consulted_on(by), key=lambda one: one.until)
        if one.case.closed_at is None
    ]
    return _shown(asked, now)


def weighed(waiting: list[Waiting], now: datetime) -> dict[str, Any]:
    """Return what waits as a page shows it: the first by itself if it cannot wait, then the rest.

    `late` and `today` say how many of each there are, the first one too.
    """
    rows = _shown(waiting[:SHOWN], now)
    weights = [one.weight(now) for one in waiting]
    presses = bool(rows) and weights[0] is not Weight.CALM
    return {
        "pressing": rows[0] if presses else None,
        "waiting": rows[1:] if presses else rows,
        "late": weights.count(Weight.LATE),
        "today": weights.count(Weight.TODAY),
        "unshown": max(0, len(waiting) - SHOWN),
    }


def _shown(waiting: list[Waiting], now: datetime) -> list[dict[str, Any]]:
    return [{"one": one, "weight": one.weight(now), "used": one.used(now)} for one in waiting]


def _sources(by: Actor) -> Iterable[tuple[str, QuerySet[Any]]]:
    yield "emergency", consents.overrides_to_approve(by)
    yield "review", consents.reviews_open_to(by)
    yield "contact", sessions.readings_to_review(by)
    yield "paper", consents.papers_to_attest(by)
    yield "speaking", sessions.representations_to_confirm(by)
    if by.role == Role.OUTSIDE_COLLEAGUE:
        yield "proposal", open_proposals(by.practice)
        return
    asked = consents.privacy_requests_for(by)
    yield "request", asked.filter(state=PrivacyRequest.State.WAITING)
    yield "alone", risk_left_alone(by)
    yield "tell", consents.members_to_tell(by, sessions.today_of(by))
    yield "breach", sessions.breaches_for(by).filter(answered_at=None)
    yield "look", sessions.looks_asked_of(by)
    lost = waiting_recoveries(by.practice)
    yield "recovery", lost.exclude(asked_by=by.user).exclude(user=by.user)


def _rows(kind: str, found: QuerySet[Any]) -> QuerySet[Any, Any]:
    of = KINDS[kind]
    return (
        found.order_by()
        .prefetch_related(None)
        .annotate(
            row_kind=Value(kind, CharField()),
            row_key=Cast("pk", CharField()),
            row_about=F(of.about),
            row_group=F(of.group) if of.group else NOTHING,
            row_since=F(of.since),
            row_due=F(of.due) if of.due else NO_DAY,
        )
        .values_list("row_kind", "row_key", "row_about", "row_group", "row_since", "row_due")
    )


def _waiting(row: tuple[Any, ...]) -> Waiting:
    kind, key, about, group, since, due = row
    of = KINDS[kind]
    addressed = {
        "code": {"code": about},
        "group": {"code": group},
        "reading": {"reading": UUID(key)},
    }
    if of.by_day and due:
        day = datetime.combine(due.astimezone(UTC), time(), tzinfo=timezone.get_current_timezone())
        due = max(since, day)
    return Waiting(
        of.what,
        about,
        group,
        since,
        due or since + of.takes,
        reverse(of.page, kwargs=addressed.get(of.by)),
        of.icon,
    )
