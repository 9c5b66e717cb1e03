"""Logging a session, and the page of one."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from audit.trail import Look
from consent import queries as consents
from pages.facilitator.forms import SessionForm
from pages.facilitator.groups import facilitator
from pages.shared.access import HouseRequest
from pages.shared.names import Names, Wanted, open_wanted, roster_names, wanted_roster
from sessions_app import queries
from sessions_app.models import Disclosure, GroupSession, TherapyGroup
from sessions_app.rules import Rejected
from sessions_app.services.sessions import log_session


@require_http_methods(["GET", "POST"])
@facilitator
def new_session(request: HouseRequest, code: str) -> HttpResponse:
    """Log a session that was held: when it was, and who was there."""
    group = queries.own_group(request.actor, code)
    form = _session_form(request, group)
    if form.is_valid():
        zone = request.practice.zone
        try:
            session = log_session(
                by=request.actor,
                group=group,
                starts=form.moment("starts_at", zone),
                ends=form.moment("ends_at", zone),
                attendance=form.attendance(),
                once=form.key,
            )
            messages.success(request, _("Session and attendance saved."))
            return redirect("session", session_id=session.pk)
        except Rejected as rejected:
            _reject(form, rejected)
    return render(request, "facilitator/session_form.html", {"form": form, "group": group})


def _session_form(request: HouseRequest, group: TherapyGroup) -> SessionForm:
    """The roster is that of the day in the form; today's until there is one."""
    today = queries.today_of(request.actor)
    day = SessionForm.base_fields["day"]
    try:
        on = day.clean(request.POST.get("day") or request.GET.get("day") or today.isoformat())
    except ValidationError:
        on = today
    led = request.actor.user in queries.leaders_on(group, on)
    members = [m.member for m in queries.memberships_on(group, on)] if led else []
    names = roster_names(request.actor, group, members)
    roster = sorted(((m.pk, names[m.pk]) for m in members), key=lambda pair: pair[1])
    return SessionForm(request.POST or None, roster=roster, initial={"day": on})


def _reject(form: SessionForm, rejected: Rejected) -> None:
    places = {"starts": "starts_at", "ends": "ends_at"}
    form.reject(Rejected({places.get(f, f): p for f, p in rejected.problems.items()}))


@require_GET
@facilitator
def session(request: HouseRequest, session_id: UUID) -> HttpResponse:
    """A session: who was there, and what was said, each item closed until it is opened."""
    return _session_page(request, queries.own_session(request.actor, session_id))


@require_http_methods(["POST"])
@facilitator
def open_in_session(request: HouseRequest, session_id: UUID, code: str) -> HttpResponse:
    """Open one item where it stands; the entry is committed before the words are."""
    return _session_page(request, queries.own_session(request.actor, session_id), opened=code)


def wanted_words(request: HouseRequest, item: Disclosure) -> Wanted:
    """The words of an item; each opening is an entry of its own. They come under their version."""
    version = queries.current_version(item)
    look = Look(
        "item.opened",
        frozenset([version.pk]),
        object_id=item.pk,
        code=item.code,
        group=item.group_id,
    )
    return Wanted(look, {version.pk: version.sealed_text(request.actor.practice)})


def item_card(item: Disclosure, names: Names, state: consents.ItemState) -> dict[str, object]:
    """Return what an item shows: who spoke, how many it concerns, its state, words if opened."""
    version = queries.current_version(item)
    return {
        "item": item,
        "version": version,
        "speaker": names[item.speaker_id] if item.speaker_id else "",
        "concerns": sorted(names.get(s.member_id, "") for s in version.subjects.all()),
        "state": state,
        "words": names.get(version.pk),
    }


def _session_page(request: HouseRequest, found: GroupSession, opened: str = "") -> HttpResponse:
    attendances = list(queries.attendance_of(found))
    items = queries.items_of_session(request.actor, found)
    states = consents.item_states([queries.current_version(item) for item in items])
    members = {a.member_id: a.member for a in attendances}
    wanted = [wanted_words(request, item) for item in items if item.code == opened]
    if opened and not wanted:
        raise Http404
    names = open_wanted(request.actor, wanted_roster(found.group, members.values()), *wanted)
    cards = [item_card(i, names, states[queries.current_version(i).pk]) for i in items]
    context = {
        "session": found,
        "group_name": names[found.group_id],
        "attendances": sorted(
            ((names[a.member_id], a) for a in attendances), key=lambda pair: pair[0]
        ),
        "there": sum(a.was_there for a in attendances),
        "cards": cards,
    }
    return render(request, "facilitator/session.html", context)
