"""Giving and ending roles. Grave ones wait for a second person, who agrees."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import queries as accounts
from accounts.models import Role, RoleProposal
from accounts.services import StepUpRefused
from accounts.staffing import (
    GRAVE,
    RoleRefused,
    agree_scope,
    agree_to_role,
    close_proposal,
    end_role,
    give_role,
    give_scope,
)
from pages.administrator.people import told_proposals
from pages.administrator.views import administrator
from pages.shared.access import HouseRequest, door
from pages.shared.names import staff_names
from pages.shared.sentences import ROLE_REFUSALS
from pages.shared.views import ask_for_proof

second_person = door(Role.ADMINISTRATOR, or_colleague=True)


def _role(word: str) -> Role:
    """Return the role an address names; another word is no address of this house."""
    try:
        return Role(word)
    except ValueError:
        raise Http404 from None


@require_POST
@administrator
def begin_role(request: HouseRequest, person: UUID, role: str) -> HttpResponse:
    """Go and prove who one is for this role and person; nothing is given yet."""
    wanted = _role(role)
    found = accounts.own_person(request.actor.practice, person)
    if wanted in GRAVE:
        said = _("To propose that %(name)s becomes: %(role)s.")
    else:
        said = _("To give %(name)s a role: %(role)s.")
    what = said % {"name": found.sign_in_name, "role": wanted.label}
    return ask_for_proof(
        request, give_scope(found.pk, wanted), what, "give_role", person=str(person), role=role
    )


@require_http_methods(["GET", "POST"])
@administrator
def give(request: HouseRequest, person: UUID, role: str, step_up: UUID) -> HttpResponse:
    """What the role opens, once more, and the button that gives or proposes it."""
    wanted = _role(role)
    found = accounts.own_person(request.actor.practice, person)
    over, problem = False, ""
    if request.method == "POST":
        try:
            given = give_role(by=request.actor, person=person, role=wanted, step_up_id=step_up)
            proposed = _("Proposed. It counts once a second person agrees.")
            messages.success(request, _("The role is given.") if given else proposed)
            return redirect("person", person=person)
        except StepUpRefused:
            over = True
        except RoleRefused as refused:
            problem = ROLE_REFUSALS[refused.why]
    context = {
        "person": found,
        "name": staff_names(request.actor, [found.pk])[found.pk],
        "role": wanted,
        "grave": wanted in GRAVE,
        "over": over,
        "problem": problem,
    }
    return render(request, "administrator/give_role.html", context, status=409 if over else 200)


@require_POST
@administrator
def end(request: HouseRequest, person: UUID, role: str) -> HttpResponse:
    """End a role from now on. It can be given again, the way it was given."""
    wanted = _role(role)
    accounts.own_person(request.actor.practice, person)
    try:
        end_role(by=request.actor, person=person, role=wanted)
        messages.success(request, _("The role is ended, and every stay of this person is over."))
    except RoleRefused as refused:
        messages.warning(request, ROLE_REFUSALS[refused.why])
    if person == request.actor.user:
        return redirect("home")
    return redirect("person", person=person)


@require_GET
@second_person
def proposals(request: HouseRequest) -> HttpResponse:
    """What waits for a second person."""
    waiting = list(accounts.open_proposals(request.actor.practice))
    people = {one.user_id for one in waiting} | {one.proposed_by_id for one in waiting}
    names = staff_names(request.actor, people)
    context = {"proposals": told_proposals(request, waiting, names)}
    return render(request, "administrator/proposals.html", context)


@require_POST
@second_person
def begin_agreeing(request: HouseRequest, proposal: UUID) -> HttpResponse:
    """Go and prove who one is for agreeing to this one proposal; nothing is given yet."""
    found = accounts.own_proposal(request.actor, proposal)
    what = _("To agree that %(name)s becomes: %(role)s.") % {
        "name": found.user.sign_in_name,
        "role": found.get_role_display(),
    }
    return ask_for_proof(request, agree_scope(found), what, "agree_to_role", proposal=str(proposal))


@require_http_methods(["GET", "POST"])
@second_person
def agree(request: HouseRequest, proposal: UUID, step_up: UUID) -> HttpResponse:
    """Who proposed what for whom, once more, and the button that agrees."""
    found = accounts.own_proposal(request.actor, proposal)
    over, problem = False, ""
    if request.method == "POST":
        try:
            agree_to_role(by=request.actor, proposal_id=proposal, step_up_id=step_up)
            messages.success(request, _("The role is given."))
            return redirect("proposals")
        except StepUpRefused:
            over = True
        except RoleRefused as refused:
            problem = ROLE_REFUSALS[refused.why]
    names = staff_names(request.actor, [found.user_id, found.proposed_by_id])
    context = {
        "proposal": found,
        "name": names[found.user_id],
        "by": names[found.proposed_by_id],
        "over": over,
        "problem": problem,
    }
    return render(request, "administrator/agree.html", context, status=409 if over else 200)


@require_POST
@second_person
def drop(request: HouseRequest, proposal: UUID) -> HttpResponse:
    """Let a proposal go: one's own, or one that should not be."""
    try:
        close_proposal(by=request.actor, proposal_id=proposal)
    except RoleProposal.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("The proposal is let go. Nobody was given anything."))
    return redirect("proposals")
