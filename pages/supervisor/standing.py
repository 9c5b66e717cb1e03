"""Who signs for a member of a supervised group: seen by code, and corrected with a proof."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Role
from accounts.services import StepUpRefused
from consent.services.representing import correct_scope, correct_standing
from consent.standings import standings_of
from pages.facilitator.forms import StandingForm
from pages.shared.access import HouseRequest, door
from pages.shared.sentences import first_sentence
from pages.shared.speaking import back_to_member, bar_for_good, end_at_once
from pages.shared.views import ask_for_proof
from sessions_app import queries
from sessions_app.models import TherapyGroup, WhoSigns
from sessions_app.rules import Rejected

supervisor = door(Role.SUPERVISOR)
NO_DAY = "never"


@require_http_methods(["GET", "POST"])
@supervisor
def standing(request: HouseRequest, code: str, member: str) -> HttpResponse:
    """What is recorded, and the form that corrects it; who one is is asked next."""
    group = _reviewed(request, code)
    found = queries.last_stint(request.actor, group, member).member
    [stands] = standings_of(request.actor.practice, [found.pk]).values()
    form = StandingForm(request.POST or None, initial={"signs": stands.standing.signs.value})
    if form.is_valid():
        chosen = form.cleaned_data
        what = _("To correct who signs for member %(member)s.") % {"member": member}
        day = chosen["of_age_on"].isoformat() if chosen["of_age_on"] else NO_DAY
        return ask_for_proof(
            request,
            correct_scope(found, chosen["signs"], chosen["of_age_on"], chosen["died"]),
            what,
            "correct_standing",
            code=code,
            member=member,
            signs=chosen["signs"],
            day=day,
            died=str(int(chosen["died"])),
        )
    context = {
        "form": form,
        "group": group,
        "member": found,
        "standing": stands.standing,
        "signs": WhoSigns(stands.standing.signs.value).label,
        "speaking": queries.representations_of(found),
    }
    return render(request, "supervisor/standing.html", context)


@require_http_methods(["GET", "POST"])
@supervisor
def correct(
    request: HouseRequest, code: str, member: str, signs: str, day: str, died: int, step_up: UUID
) -> HttpResponse:
    """What is corrected, once more, and the button that does it."""
    group = _reviewed(request, code)
    queries.last_stint(request.actor, group, member)
    try:
        of_age_on = None if day == NO_DAY else date.fromisoformat(day)
        who = WhoSigns(signs)
    except ValueError:
        raise Http404 from None
    over, problem = False, ""
    if request.method == "POST":
        try:
            correct_standing(
                by=request.actor,
                group=group,
                member_code=member,
                signs=who,
                of_age_on=of_age_on,
                died=bool(died),
                step_up_id=step_up,
            )
            messages.success(request, _("Recorded. It counts from now on."))
            return redirect("supervised_standing", code=code, member=member)
        except StepUpRefused:
            over = True
        except Rejected as rejected:
            problem = first_sentence(rejected)
    context = {
        "group": group,
        "member": member,
        "signs": who.label,
        "of_age_on": of_age_on,
        "died": bool(died),
        "over": over,
        "problem": problem,
    }
    status = 409 if over else 200
    return render(request, "supervisor/correct_standing.html", context, status=status)


@require_POST
@supervisor
def end(request: HouseRequest, representation: UUID) -> HttpResponse:
    """End an authority at once."""
    found = end_at_once(request, representation)
    return back_to_member(request, found, "supervised_standing")


@require_POST
@supervisor
def bar(request: HouseRequest, representation: UUID) -> HttpResponse:
    """Bar somebody who may harm the member: at once, and for good."""
    found = bar_for_good(request, representation)
    return back_to_member(request, found, "supervised_standing")


def _reviewed(request: HouseRequest, code: str) -> TherapyGroup:
    """Return a group the person reviews and does not lead. Raises TherapyGroup.DoesNotExist."""
    group = queries.supervised_group(request.actor, code)
    if group.led:
        raise TherapyGroup.DoesNotExist
    return group
