"""Who signs for a member, and who speaks for them: recorded here, confirmed by somebody else."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from consent.services.representing import record_representation, record_standing
from consent.standings import standings_of
from pages.facilitator.forms import RepresentationForm, StandingForm
from pages.facilitator.groups import facilitator
from pages.shared.access import HouseRequest
from pages.shared.keeping import draw, keeps_form
from pages.shared.names import staff_names
from pages.shared.speaking import back_to_member, bar_for_good, end_at_once
from sessions_app import queries
from sessions_app.models import Authority, Member, WhoSigns
from sessions_app.rules import Rejected


@require_http_methods(["GET", "POST"])
@facilitator
def who_signs(request: HouseRequest, code: str, member: str) -> HttpResponse:
    """What the law asks for, and everybody who speaks or spoke for the member."""
    group = queries.own_group(request.actor, code)
    found = queries.last_stint(request.actor, group, member).member
    told = told_of(request, found)
    form = StandingForm(request.POST or None, initial={"signs": told["now"]})
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            record_standing(
                by=request.actor,
                group=group,
                member_code=member,
                signs=WhoSigns(chosen["signs"]),
                of_age_on=chosen["of_age_on"],
                died=chosen["died"],
            )
            messages.success(request, _("Recorded. It counts from now on."))
            return redirect("who_signs", code=code, member=member)
        except Rejected as rejected:
            form.reject(rejected)
    context = {"form": form, "group": group, "member": found, **told}
    return render(request, "facilitator/who_signs.html", context)


def told_of(request: HouseRequest, member: Member) -> dict[str, object]:
    """What is recorded of a member's standing, for the pages that show it."""
    [stands] = standings_of(request.actor.practice, [member.pk]).values()
    speaking = queries.representations_of(member)
    names = staff_names(request.actor, [one.user_id for one in speaking])
    return {
        "standing": stands.standing,
        "now": stands.standing.signs.value,
        "signs": WhoSigns(stands.standing.signs.value).label,
        "speaking": [
            (one, names.get(one.user_id, ""), Authority(one.authority).label) for one in speaking
        ],
    }


@keeps_form(RepresentationForm)
@require_http_methods(["GET", "POST"])
@facilitator
def new_representation(request: HouseRequest, code: str, member: str) -> HttpResponse:
    """Record somebody who speaks for the member; their one-time code is shown once."""
    group = queries.own_group(request.actor, code)
    found = queries.last_stint(request.actor, group, member).member
    today = queries.today_of(request.actor)
    form = draw(request, RepresentationForm, request.POST or None, initial={"since": today})
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            issued = record_representation(
                by=request.actor,
                group=group,
                member_code=member,
                name=chosen["name"],
                authority=Authority(chosen["authority"]),
                since=chosen["since"],
                until=chosen["until"],
                may_read=chosen["may_read"],
                evidence=chosen["evidence"],
                once=form.key,
            )
            context = {"group": group, "member": found, "issued": issued, "name": chosen["name"]}
            return render(request, "facilitator/representation_added.html", context)
        except Rejected as rejected:
            form.reject(rejected)
    context = {
        "form": form,
        "title": _("Who speaks for %(member)s") % {"member": found.code},
        "group": group,
        "button": _("Record"),
    }
    return render(request, "components/form_page.html", context)


@require_POST
@facilitator
def end(request: HouseRequest, representation: UUID) -> HttpResponse:
    """End an authority at once."""
    found = end_at_once(request, representation)
    return back_to_member(request, found, "who_signs")


@require_POST
@facilitator
def bar(request: HouseRequest, representation: UUID) -> HttpResponse:
    """Bar somebody who may harm the member: at once, and for good."""
    found = bar_for_good(request, representation)
    return back_to_member(request, found, "who_signs")
