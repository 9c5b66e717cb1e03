"""Ending somebody's stay in a group, and beginning another: back in it, or in one more."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Role
from pages.facilitator.forms import BeginStintForm, EndStintForm
from pages.shared.access import HouseRequest, door
from pages.shared.names import open_wanted, roster_names, wanted_names, wanted_roster
from sessions_app import queries
from sessions_app.rules import Rejected
from sessions_app.services.stints import begin_stint, end_stint

facilitator = door(Role.FACILITATOR)


@require_http_methods(["GET", "POST"])
@facilitator
def end(request: HouseRequest, code: str, member: str) -> HttpResponse:
    """End somebody's stay in the group; what was written of it stays, and they keep their place."""
    found = queries.own_group(request.actor, code)
    stint = queries.open_stint(found, member)
    names = roster_names(request.actor, found, [stint.member])
    form = EndStintForm(
        request.POST or None, initial={"until": queries.today_in(request.actor.practice)}
    )
    if form.is_valid():
        try:
            end_stint(
                by=request.actor,
                group=found,
                member_code=member,
                until=form.cleaned_data["until"],
            )
            messages.success(
                request, _("The stay is ended. What was written stays, and they can come back.")
            )
            return redirect("group", code=code)
        except Rejected as rejected:
            form.reject(rejected)
    context = {
        "form": form,
        "title": _("End the stay of %(name)s") % {"name": names[stint.member_id]},
        "group": found,
        "button": _("End the stay"),
    }
    return render(request, "components/form_page.html", context)


@require_http_methods(["GET", "POST"])
@facilitator
def begin(request: HouseRequest, member: str) -> HttpResponse:
    """Add somebody one knows to a group they are not in now: the same person, with one sign-in."""
    if not (stints := queries.stints_reached(request.actor, member)):
        raise Http404
    here = {stint.group_id for stint in stints if stint.until is None}
    groups = {
        group.code: group
        for group in queries.groups_run_by(request.actor)
        if not group.closed_on and group.pk not in here
    }
    last = stints[-1]
    names = open_wanted(
        request.actor,
        wanted_names("groups.listed", groups.values()),
        wanted_roster(last.group, [last.member]),
    )
    likely = [*groups][0] if len(groups) == 1 else request.GET.get("group", last.group.code)
    form = BeginStintForm(
        request.POST or None,
        groups=[(code, names[group.pk]) for code, group in groups.items()],
        initial={"group": likely, "since": queries.today_of(request.actor)},
    )
    if groups and form.is_valid():
        code = form.cleaned_data["group"]
        try:
            begin_stint(
                by=request.actor,
                group=groups[code],
                member_code=member,
                since=form.cleaned_data["since"],
            )
            messages.success(request, _("Added. They see the group when they next come in."))
            return redirect("group", code=code)
        except Rejected as rejected:
            form.reject(rejected)
    context = {"form": form, "name": names[last.member_id], "code": member, "groups": groups}
    return render(request, "facilitator/begin_stint.html", context)
