"""Today, groups, and who is in them."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Role
from accounts.queries import staff_in_role
from pages.facilitator.forms import GroupForm, MemberForm
from pages.shared.access import HouseRequest, door
from pages.shared.names import group_names, roster_names, staff_names
from sessions_app import queries
from sessions_app.models import Modality, RecordClass
from sessions_app.rules import Rejected
from sessions_app.services.groups import add_member, create_group

facilitator = door(Role.FACILITATOR)


@require_GET
@facilitator
def today(request: HouseRequest) -> HttpResponse:
    """What happened last in each group, and the way to log a session."""
    groups = list(queries.groups_run_by(request.actor))
    names = group_names(request.actor, groups)
    latest = queries.latest_sessions(groups)
    rows = [{"group": g, "name": names[g.pk], "latest": latest.get(g.pk)} for g in groups]
    return render(
        request,
        "facilitator/today.html",
        {"rows": rows, "today": queries.today_of(request.actor)},
    )


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
    practice = request.actor.practice
    colleagues = staff_in_role(practice, Role.FACILITATOR)
    small = request.practice.small
    everyone = staff_in_role(practice, Role.SUPERVISOR)
    supervisors = [person for person in everyone if small or person != request.user]
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
    memberships = list(queries.memberships_on(found, queries.today_of(request.actor)))
    names = roster_names(request.actor, found, [m.member for m in memberships])
    listed = queries.sessions_of(request.actor, found, before=_place(request))
    context = {
        "group": found,
        "name": names[found.pk],
        "sessions": listed,
        "more": listed[-1].pk if len(listed) == queries.PAGE else "",
        "members": [
            {
                "name": names[m.member_id],
                "code": m.member.code,
                "since": m.since,
                "signed": hasattr(m, "agreement_signature"),
            }
            for m in memberships
        ],
    }
    return render(request, "facilitator/group.html", context)


@require_http_methods(["GET", "POST"])
@facilitator
def new_member(request: HouseRequest, code: str) -> HttpResponse:
    """Add somebody; their sign-in name and first password are shown once, to hand over."""
    found = queries.own_group(request.actor, code)
    form = MemberForm(request.POST or None, initial={"since": queries.today_of(request.actor)})
    if form.is_valid():
        try:
            added = add_member(
                by=request.actor,
                group=found,
                name=form.cleaned_data["name"],
                since=form.cleaned_data["since"],
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
