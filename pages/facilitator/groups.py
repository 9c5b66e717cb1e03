"""Groups, and who is in them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Role, User
from accounts.queries import staff_in_role
from pages.facilitator.forms import GroupForm, MemberForm, SupervisorForm
from pages.facilitator.seats import Evening, Seats, seats_of
from pages.shared.access import HouseRequest, door
from pages.shared.inviting import invite_page
from pages.shared.keeping import draw, keeps_form
from pages.shared.names import group_names, roster_names, staff_names
from pages.shared.sentences import first_sentence
from sessions_app import queries
from sessions_app.models import Modality, RecordClass, Weekday
from sessions_app.rules import Rejected
from sessions_app.services.groups import add_member, choose_supervisor, close_group, create_group

LATELY = 8
facilitator = door(Role.FACILITATOR)


@require_GET
@facilitator
def groups(request: HouseRequest) -> HttpResponse:
    """Every group the person leads."""
    listed = list(queries.groups_run_by(request.actor))
    names = group_names(request.actor, listed)
    rows = [{"group": group, "name": names[group.pk]} for group in listed]
    return render(request, "facilitator/groups.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@facilitator
def new_group(request: HouseRequest) -> HttpResponse:
    """Make a group, with those who lead it too and the supervisor who reviews its trail."""
    colleagues = staff_in_role(request.actor.practice, Role.FACILITATOR)
    supervisors = _supervisors(request, {request.actor.user})
    names = staff_names(request.actor, [person.pk for person in (*colleagues, *supervisors)])
    form = GroupForm(
        request.POST or None,
        colleagues=[(p.pk, names[p.pk]) for p in colleagues if p != request.user],
        supervisors=[(p.pk, names[p.pk]) for p in supervisors],
        initial={
            "since": queries.today_of(request.actor),
            "supervisor": supervisors[0].pk if supervisors else "",
        },
    )
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            group = create_group(
                by=request.actor,
                name=chosen["name"],
                modality=Modality(chosen["modality"]),
                record_class=RecordClass(chosen["record_class"]),
                since=chosen["since"],
                weekday=None if chosen["weekday"] is None else Weekday(chosen["weekday"]),
                starts_at=chosen["starts_at"],
                ends_at=chosen["ends_at"],
                colleagues=[p for p in colleagues if str(p.pk) in chosen["colleagues"]],
                supervisor=next(
                    (p for p in supervisors if str(p.pk) == chosen["supervisor"]), None
                ),
                once=form.key,
            )
            return redirect("group", code=group.code)
        except Rejected as rejected:
            form.reject(rejected)
    context = {
        "form": form,
        "title": _("New group"),
        "back": "groups",
        "button": _("Make the group"),
    }
    return render(request, "components/form_page.html", context)


def _supervisors(request: HouseRequest, leaders: set[UUID]) -> list[User]:
    """Who may review a group: nobody who leads it, but in a small practice."""
    everyone = staff_in_role(request.actor.practice, Role.SUPERVISOR)
    return [one for one in everyone if request.practice.small or one.pk not in leaders]


@require_http_methods(["GET", "POST"])
@facilitator
def supervisor(request: HouseRequest, code: str) -> HttpResponse:
    """Who reviews a group; where nobody does, choose somebody."""
    found, today = queries.own_group(request.actor, code), queries.today_of(request.actor)
    reviewing = queries.supervisors_on(found, today)
    offered = [] if reviewing else _supervisors(request, queries.leaders_on(found, today))
    names = staff_names(request.actor, reviewing | {one.pk for one in offered})
    form = SupervisorForm(
        request.POST or None, supervisors=[(one.pk, names[one.pk]) for one in offered]
    )
    if offered and form.is_valid():
        chosen = next(one for one in offered if str(one.pk) == form.cleaned_data["supervisor"])
        try:
            choose_supervisor(by=request.actor, code=code, user=chosen)
            messages.success(request, _("Chosen. From today they review this group."))
            return redirect("group", code=code)
        except Rejected as rejected:
            form.reject(rejected)
    context = {
        "group": found,
        "form": form,
        "offered": offered,
        "reviewing": [names[one] for one in sorted(reviewing)],
    }
    return render(request, "facilitator/supervisor.html", context)


def _place(request: HouseRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("before", ""))
    except ValueError:
        return None


@require_GET
@facilitator
def group(request: HouseRequest, code: str) -> HttpResponse:
    """A group: its sessions and its members."""
    found = queries.own_group(request.actor, code)
    today = queries.today_of(request.actor)
    stints = queries.memberships_on(found, today)
    memberships = list(stints.prefetch_related("agreement_signatures"))
    over = queries.stints_over(found, today, met_by=request.actor)
    names = roster_names(request.actor, found, [m.member for m in (*memberships, *over)])
    listed = queries.sessions_of(request.actor, found, before=_place(request))
    context = {
        "group": found,
        "name": names[found.pk],
        "sessions": listed,
        "seats": _seats(listed),
        "more": listed[-1].pk if len(listed) == queries.PAGE else "",
        "reviewed": bool(queries.supervisors_on(found, today)),
        "members": [
            {
                "name": names[m.member_id],
                "code": m.member.code,
                "since": m.since,
                "until": m.until,
                "signed": hasattr(m, "agreement_signature"),
                "invited": m.invited,
            }
            for m in memberships
        ],
        "left": [
            {"name": names[m.member_id], "code": m.member.code, "until": m.until} for m in over
        ],
    }
    return render(request, "facilitator/group.html", context)


def _seats(listed: list[Any]) -> Seats:
    led = [one for one in listed if one.led][:LATELY]
    return seats_of([Evening(s.local_day(), s.came, s.listed) for s in reversed(led)])


@keeps_form(MemberForm)
@require_http_methods(["GET", "POST"])
@facilitator
def new_member(request: HouseRequest, code: str) -> HttpResponse:
    """Add somebody; their sign-in name and one-time code are shown once, to hand over."""
    found = queries.own_group(request.actor, code)
    today = queries.today_of(request.actor)
    form = draw(request, MemberForm, request.POST or None, initial={"since": today})
    if form.is_valid():
        try:
            added = add_member(
                by=request.actor,
                group=found,
                name=form.cleaned_data["name"],
                since=form.cleaned_data["since"],
                preferred=form.cleaned_data["preferred"],
                aliases=form.other_names(),
                contact=form.cleaned_data["contact"],
                once=form.key,
            )
            return render(
                request,
                "facilitator/member_added.html",
                {"group": found, "added": added, "name": form.cleaned_data["name"]},
            )
        except Rejected as rejected:
            form.reject(rejected)
    context = {
        "form": form,
        "title": _("New member"),
        "group": found,
        "button": _("Add to the group"),
    }
    return render(request, "components/form_page.html", context)


@require_http_methods(["GET", "POST"])
@facilitator
def invite(request: HouseRequest, code: str, member: str) -> HttpResponse:
    """Make a new one-time code for a member who never came in; it is shown once."""
    found = queries.own_group(request.actor, code)
    stint = queries.open_stint(found, member)
    names = roster_names(request.actor, found, [stint.member])
    context = {
        "invited": stint.member.user,
        "name": names[stint.member_id],
        "back": reverse("group", args=[code]),
    }
    return invite_page(request, stint.member.user, context)


@require_http_methods(["GET", "POST"])
@facilitator
def close(request: HouseRequest, code: str) -> HttpResponse:
    """Close a group; a page of its own says what stays and what waits to be signed."""
    found = queries.own_group(request.actor, code)
    names = group_names(request.actor, [found])
    problem = ""
    if request.method == "POST":
        try:
            close_group(by=request.actor, group=found)
            messages.success(request, _("The group is closed. Everything written stays."))
            return redirect("group", code=code)
        except Rejected as rejected:
            problem = first_sentence(rejected)
    context = {"group": found, "name": names[found.pk], "problem": problem}
    return render(request, "facilitator/group_close.html", context)
