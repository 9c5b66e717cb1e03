"""A question that is answered elsewhere than online: on this device in the room, or on paper."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.services.in_room import NoPin, hand_over_device
from accounts.services.locking import StayOver
from consent import queries as consents
from consent.services.deciding import GRANT
from consent.services.papers import attest_paper, decline_on_paper, drop_paper
from pages.facilitator.forms import PaperForm
from pages.facilitator.groups import facilitator
from pages.shared.access import HouseRequest
from pages.shared.names import recipient_names
from pages.shared.sentences import PROBLEMS
from sessions_app import queries
from sessions_app.rules import Problem, Rejected
from sessions_app.services.agreements import SIGN


@require_POST
@facilitator
def hand_for_consent(request: HouseRequest, code: str, consent: str) -> HttpResponse:
    """Lock this stay and open the one question to its member, on this device."""
    found = consents.question_of_mine(request.actor, consent, request=code)
    try:
        hand_over_device(
            by=request.actor,
            person=found.member.user,
            act=GRANT,
            object_id=found.pk,
            code=found.code,
            group=found.version.disclosure.group_id,
        )
    except (NoPin, StayOver):
        messages.error(request, PROBLEMS[Problem.NO_PIN])
        return redirect("request", code=code)
    return redirect("room")


@require_POST
@facilitator
def hand_for_agreement(request: HouseRequest, code: str, member: str) -> HttpResponse:
    """Lock this stay and open the group's agreement to a member, on this device."""
    group = queries.own_group(request.actor, code)
    stint = queries.unsigned_stints(group).get(member__code=member)
    try:
        hand_over_device(
            by=request.actor,
            person=stint.member.user,
            act=SIGN,
            object_id=stint.pk,
            code=member,
            group=group.pk,
        )
    except (NoPin, StayOver):
        messages.error(request, PROBLEMS[Problem.NO_PIN])
        return redirect("group_agreement", code=code)
    return redirect("room")


@require_http_methods(["GET", "POST"])
@facilitator
def paper(request: HouseRequest, code: str, consent: str) -> HttpResponse:
    """Enter a signed paper; a second person attests it before it counts."""
    found = consents.question_of_mine(request.actor, consent, request=code)
    speaking = [one for one in queries.representations_of(found.member) if one.confirmed_at]
    form = PaperForm(
        request.POST or None,
        signers=[(str(one.pk), one.get_authority_display()) for one in speaking],
        initial={"signed_on": queries.today_of(request.actor)},
    )
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            attest_paper(
                by=request.actor,
                code=consent,
                reference=chosen["reference"],
                signed_on=chosen["signed_on"],
                representation_id=UUID(chosen["signer"]) if chosen["signer"] else None,
                once=form.key,
            )
            messages.success(request, _("Entered. It counts once a second person attests it."))
            return redirect("request", code=code)
        except Rejected as rejected:
            form.reject(rejected)
    context = {
        "form": form,
        "asked_code": code,
        "consent": found,
        "recipient": recipient_names(request.actor, [found.recipient])[found.recipient_id],
    }
    return render(request, "facilitator/paper.html", context)


@require_POST
@facilitator
def paper_no(request: HouseRequest, code: str, consent: str) -> HttpResponse:
    """Enter a no that was given on paper: it counts at once."""
    consents.asked_of_mine(request.actor, consent, request=code)
    decline_on_paper(by=request.actor, code=consent)
    messages.success(request, _("The no is recorded, and counts at once."))
    return redirect("request", code=code)


@require_POST
@facilitator
def drop(request: HouseRequest, paper: UUID) -> HttpResponse:
    """Let go a paper that was entered by mistake."""
    drop_paper(by=request.actor, paper_id=consents.own_paper(request.actor, paper).pk)
    messages.success(request, _("Let go. It does not count."))
    return redirect("requests")
