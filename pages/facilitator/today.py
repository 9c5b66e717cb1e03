"""Today: what needs the facilitator, what is on tonight, and each group's last weeks."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, cast
from uuid import UUID

from django.db.models import (
    CharField,
    DateField,
    DateTimeField,
    F,
    QuerySet,
    UUIDField,
    Value,
)
from django.db.models.functions import Cast
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from accounts.kept_query import NOWHERE, KeptQuery
from accounts.models import Role
from audit.trail import NOBODY, Actor
from consent import queries as consents
from consent.models import Override
from ethics import queries as ethics
from pages.facilitator.groups import facilitator
from pages.shared.access import HouseRequest
from pages.shared.case_view import days_of
from pages.shared.names import Names, group_names
from sessions_app import queries
from sessions_app.models import GroupSession, TherapyGroup

CASE, RISK, EMERGENCY = "case", "risk", "emergency"
NOTHING = Value("", CharField())
EMPTY: dict[str, Any] = {
    "group": NOTHING,
    "group_id": Cast(Value(None), UUIDField()),
    "member": NOTHING,
    "word": NOTHING,
    "what": NOTHING,
    "on": Cast(Value(None), DateField()),
    "at": Cast(Value(None), DateTimeField()),
}


class Need(NamedTuple):
    """One thing to do: where, what, in which group, how old in days."""

    icon: str
    url_name: str
    place: object
    what: str
    group: str
    days: int


@require_GET
@facilitator
def today(request: HouseRequest) -> HttpResponse:
    """What needs the person first, then tonight, then their groups."""
    groups = list(queries.groups_run_by(request.actor))
    names = group_names(request.actor, groups)
    day = queries.today_in(request.actor.practice)
    latest = queries.latest_sessions(groups)
    work = queries.work_left(request.actor, groups, since=day - timedelta(days=60))
    open_groups = [group for group in groups if not group.closed_on]
    back = _coming_back(request)
    context = {
        "today": day,
        "needs": [
            *(_case(one, day) for one in back if one.kind == CASE),
            *_needs(work, names, day),
        ],
        "risk": [
            *(_risk(one, names) for one in back if one.kind == RISK),
            *_begun(request, groups),
        ],
        "tonight": [_card(g, names, latest, day) for g in open_groups if _meets(g, day)],
        "others": [_card(g, names, latest, day) for g in open_groups if not _meets(g, day)],
        "groups": groups,
        "emergencies": [_emergency(one) for one in back if one.kind == EMERGENCY],
    }
    return render(request, "facilitator/today.html", context)


class Back(NamedTuple):
    """Something that comes back to whoever leads: of which kind, by codes, and since when."""

    kind: str
    code: str
    group: str
    group_id: UUID | None
    member: str
    word: str
    what: str
    on: date | None
    at: datetime | None


def _coming_back(request: HouseRequest) -> list[Back]:
    """Return what comes back today of cases, danger to a life, and emergencies: one question."""
    by = request.actor
    return [Back(*row) for row in _backs.all(by.practice, by.user, queries.today_of(by))]


def backs_of(practice: UUID, user: UUID, day: date) -> QuerySet[Any, Any]:
    """Return what comes back to a facilitator on a local day, by that day."""
    by = Actor(practice, user, Role.FACILITATOR, day=day)
    cases = _back(ethics.cases_due(by), CASE, on="follow_up_on")
    risks = _back(
        ethics.risk_due(by),
        RISK,
        group="group__code",
        group_id="group_id",
        member="member__code",
        on="due_on",
    )
    left = consents.emergencies_left(by, day)
    emergencies = _back(left, EMERGENCY, word="basis", what="waits_for", at="requested_at")
    return risks.union(cases, emergencies, all=True).order_by("row_on", "row_at")


_backs = KeptQuery[Any](backs_of, NOWHERE, NOBODY, date.min)


def _back(found: QuerySet[Any], kind: str, **columns: str) -> QuerySet[Any, Any]:
    row = {
        "row_kind": Value(kind, CharField()),
        "row_code": F("code"),
        **{
            f"row_{name}": F(columns[name]) if name in columns else empty
            for name, empty in EMPTY.items()
        },
    }
    return found.order_by().prefetch_related(None).annotate(**row).values_list(*row)


def _case(one: Back, day: date) -> Need:
    """A case that comes back, by code alone: its words stay closed here."""
    return Need(
        "case", "case", one.code, _("Look back on an ethics case"), one.code, days_of(one.on, day)
    )


class RiskNeed(NamedTuple):
    """Something about danger to a life that comes back, or was begun: where and what."""

    to: str
    what: str
    group: str
    code: str


def _risk(one: Back, names: Names) -> RiskNeed:
    """A talk that comes back; always before anything else."""
    return RiskNeed(
        reverse("risk_written", args=[one.group, one.member, one.code]),
        _("Come back to a talk about danger to a life"),
        names[cast(UUID, one.group_id)],
        one.member,
    )


def _begun(request: HouseRequest, groups: list[TherapyGroup]) -> list[RiskNeed]:
    """What was begun about danger to a life and not saved."""
    places = {"talk": "assess_risk", "plan": "edit_safety_plan"}
    led = {group.code for group in groups}
    return [
        RiskNeed(
            reverse(places[what], args=[group, member]),
            _("Finish what you were writing"),
            group,
            member,
        )
        for what, group, member in ethics.risk_unfinished(request.actor, led)
    ]


def _emergency(one: Back) -> dict[str, Any]:
    return {
        "code": one.code,
        "basis": Override.Basis(one.word).label,
        "waits_for": one.what,
        "at": one.at,
    }


def _meets(group: TherapyGroup, day: date) -> bool:
    return group.weekday == day.weekday()


def _card(
    group: TherapyGroup, names: Names, latest: dict[Any, GroupSession], day: date
) -> dict[str, Any]:
    last = latest.get(group.pk)
    logged = bool(last and _meets(group, day) and timezone.localdate(last.starts) == day)
    return {"group": group, "name": names[group.pk], "latest": last, "logged": logged}


def _needs(work: list[queries.WorkLeft], names: Names, day: date) -> list[Need]:
    needs = []
    for left in work:
        age = (day - left.session.local_day()).days
        for icon, url_name, words, place in _sentences(left):
            needs.append(Need(icon, url_name, place, words, names[left.session.group_id], age))
    return sorted(needs, key=lambda need: -need.days)


def _sentences(left: queries.WorkLeft) -> Iterator[tuple[str, str, str, object]]:
    session = left.session.pk
    if left.look:
        yield "eye", "second_look", _("Take a second look at an item"), left.look
    if left.sent_back:
        yield "pencil", "change_redacted", _("Change an item that came back"), left.sent_back
    if left.summaries:
        said = ngettext("Sign %(n)s summary", "Sign %(n)s summaries", left.summaries)
        yield "pencil", "session", said % {"n": left.summaries}, session
    if left.unsaid:
        said = ngettext(
            "Say whether %(n)s person was there",
            "Say whether %(n)s people were there",
            left.unsaid,
        )
        yield "people", "session", said % {"n": left.unsaid}, session
    if left.unsigned:
        said = ngettext("Sign %(n)s note", "Sign %(n)s notes", left.unsigned)
        yield "pencil", "notes", said % {"n": left.unsigned}, session
    if left.unwritten:
        said = ngettext("Write %(n)s note", "Write %(n)s notes", left.unwritten)
        yield "pencil", "notes", said % {"n": left.unwritten}, session
    if left.drafts:
        said = ngettext(
            "Save what you were typing", "Save %(n)s texts you were typing", left.drafts
        )
        yield "waiting", "notes", said % {"n": left.drafts}, session
