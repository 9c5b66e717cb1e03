"""What needs a second person before it counts: who speaks for a member, and signed papers."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.services import StepUpRefused
from consent import queries as consents
from consent.services.papers import (
    confirm_paper,
    drop_paper,
    look_at_paper,
    paper_scope,
)
from consent.services.representing import confirm_representation, represent_scope
from pages.shared.access import HouseRequest, second_person
from pages.shared.names import open_wanted, staff_names, wanted_names, wanted_recipients
from pages.shared.sentences import first_sentence
from pages.shared.views import ask_for_proof
from sessions_app import queries
from sessions_app.rules import Rejected
from vault import services as vault

REFUSED = "refused"


@require_GET
@second_person
def waiting(request: HouseRequest) -> HttpResponse:
    """Everything that waits for this person as the second of two; never their own."""
    papers = list(consents.papers_to_attest(request.actor))
    speaking = list(queries.representations_to_confirm(request.actor))
    emergencies = list(consents.overrides_to_approve(request.actor))
    staff = {one.first_by_id for one in papers} | {one.recorded_by_id for one in speaking}
    staff |= {one.requested_by_id for one in emergencies}
    names = staff_names(request.actor, staff)
    context = {
        "emergencies": [(one, names[one.requested_by_id]) for one in emergencies],
        "papers": [(one, names[one.first_by_id]) for one in papers],
        "speaking": [(one, names[one.recorded_by_id]) for one in speaking],
    }
    return render(request, "attesting/list.html", context)


@require_POST
@second_person
def begin_representation(request: HouseRequest, representation: UUID) -> HttpResponse:
    """Go and give the proof for confirming one authority; nothing is confirmed yet."""
    found = queries.representations_to_confirm(request.actor).get(pk=representation)
    what = _("To confirm who speaks for member %(member)s.") % {"member": found.member.code}
    return ask_for_proof(
        request,
        represent_scope(found),
        what,
        "confirm_representation",
        representation=str(representation),
    )


@require_http_methods(["GET", "POST"])
@second_person
def representation(request: HouseRequest, representation: UUID, step_up: UUID) -> HttpResponse:
    """What is confirmed, once more, and the button that confirms it."""
    found = queries.representations_to_confirm(request.actor).get(pk=representation)
    over, problem = False, ""
    if request.method == "POST":
        try:
            confirm_representation(
                by=request.actor, representation_id=representation, step_up_id=step_up
            )
            messages.success(request, _("Confirmed. It counts from now on."))
            return redirect("attesting")
        except StepUpRefused:
            over = True
        except Rejected as rejected:
            problem = first_sentence(rejected)
    context = {
        "one": found,
        "who": staff_names(request.actor, [found.recorded_by_id])[found.recorded_by_id],
        "over": over,
        "problem": problem,
    }
    status = 409 if over else 200
    return render(request, "attesting/representation.html", context, status=status)


@require_POST
@second_person
def begin_paper(request: HouseRequest, paper: UUID) -> HttpResponse:
    """Go and give the proof for attesting one paper; nothing counts yet."""
    found = consents.papers_to_attest(request.actor).get(pk=paper)
    what = _("To attest a paper of member %(member)s.") % {"member": found.consent.member.code}
    return ask_for_proof(request, paper_scope(found), what, "confirm_paper", paper=str(paper))


@require_http_methods(["GET", "POST"])
@second_person
def paper(request: HouseRequest, paper: UUID, step_up: UUID) -> HttpResponse:
    """What the first person entered, once more, and the button that attests it too."""
    found, receipt = look_at_paper(by=request.actor, paper_id=paper)
    reference = vault.open(found.sealed_reference(request.actor.practice), receipt)
    over, problem = False, ""
    if REFUSED in request.POST:
        drop_paper(by=request.actor, paper_id=paper)
        messages.success(request, _("Let go. It does not count."))
        return redirect("attesting")
    if request.method == "POST":
        try:
            confirm_paper(by=request.actor, paper_id=paper, reference=reference, step_up_id=step_up)
            messages.success(request, _("Attested. The permission counts from now on."))
            return redirect("attesting")
        except StepUpRefused:
            over = True
        except Rejected as rejected:
            problem = first_sentence(rejected)
    consent = found.consent
    names = open_wanted(
        request.actor,
        wanted_recipients([consent.recipient]),
        wanted_names("staff.listed", [found.first_by]),
    )
    context = {
        "one": found,
        "reference": reference,
        "recipient": names[consent.recipient_id],
        "who": names[found.first_by_id],
        "by_member": found.signer_id == consent.member.user_id,
        "over": over,
        "problem": problem,
    }
    status = 409 if over else 200
    return render(request, "attesting/paper.html", context, status=status)
