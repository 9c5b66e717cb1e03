"""The people who work here: adding somebody, closing an account, opening it again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import queries as accounts
from accounts.models import Role, RoleProposal, User
from accounts.services import StepUpRefused
from accounts.services.recovery import person_to_recover
from accounts.staffing import (
    PROPOSAL_LASTS,
    RoleRefused,
    add_person,
    back_scope,
    deactivate,
    end_stays_of,
    stays_scope,
    take_back,
)
from pages.administrator.forms import PersonForm
from pages.administrator.views import administrator
from pages.shared.access import HouseRequest
from pages.shared.forms import SignInNameForm
from pages.shared.inviting import invite_page
from pages.shared.names import Names, staff_names
from pages.shared.sentences import ROLE_REFUSALS
from pages.shared.views import ask_for_proof
from sessions_app.rules import Rejected, check, name_problems


@require_GET
@administrator
def people(request: HouseRequest) -> HttpResponse:
    """The staff of the practice, with their roles and what waits for a second person."""
    staff = list(accounts.people_of(request.actor.practice))
    waiting = list(accounts.open_proposals(request.actor.practice))
    names = staff_names(request.actor, [person.pk for person in staff])
    rows = [
        {
            "person": person,
            "name": names[person.pk],
            "roles": [role.get_role_display() for role in person.staff_roles.all()],
        }
        for person in staff
    ]
    context = {"rows": rows, "proposals": told_proposals(request, waiting, names)}
    return render(request, "administrator/people.html", context)


def told_proposals(
    request: HouseRequest, waiting: list[RoleProposal], names: Names
) -> list[dict[str, Any]]:
    """Return open proposals as pages tell them; whoever proposed may only let go."""
    return [
        {
            "proposal": one,
            "name": names[one.user_id],
            "by": names.get(one.proposed_by_id, ""),
            "own": request.actor.user in (one.proposed_by_id, one.user_id),
            "until": one.proposed_at + PROPOSAL_LASTS,
        }
        for one in waiting
    ]


@require_http_methods(["GET", "POST"])
@administrator
def new_person(request: HouseRequest) -> HttpResponse:
    """Add a member of staff; sign-in name and one-time code are shown once, to hand over."""
    form = PersonForm(request.POST or None)
    if form.is_valid():
        roles = [Role(role) for role in form.cleaned_data["roles"]]
        try:
            check(name_problems(form.cleaned_data["name"]))
            issued = add_person(
                by=request.actor, name=form.cleaned_data["name"], roles=roles, once=form.key
            )
            context = {
                "issued": issued,
                "name": form.cleaned_data["name"],
                "waiting": issued.user.role_proposals.filter(closed_at=None),
            }
            return render(request, "administrator/person_added.html", context)
        except Rejected as rejected:
            form.reject(rejected)
        except RoleRefused as refused:
            form.add_error("roles", ROLE_REFUSALS[refused.why])
    context = {"form": form, "title": _("New person"), "back": "people", "button": _("Add")}
    return render(request, "components/form_page.html", context)


@require_GET
@administrator
def person(request: HouseRequest, person: UUID) -> HttpResponse:
    """One person: roles and since when, what waits for a second person, and what can be done."""
    found = accounts.own_person(request.actor.practice, person)
    held = list(found.staff_roles.all())
    waiting = [
        one for one in accounts.open_proposals(request.actor.practice) if one.user_id == found.pk
    ]
    people = {found.pk, *(one.proposed_by_id for one in waiting)}
    names = staff_names(request.actor, people)
    context = {
        "person": found,
        "name": names[found.pk],
        "held": held,
        "proposals": told_proposals(request, waiting, names),
        "may_get": _may_get(request, found, {*held_roles(held), *(one.role for one in waiting)}),
        "oneself": found.pk == request.actor.user,
        "invited": found.is_active and not accounts.has_joined(found),
    }
    return render(request, "administrator/person.html", context)


def held_roles(held: Any) -> set[str]:
    return {one.role for one in held}


def _may_get(request: HouseRequest, found: User, taken: set[str]) -> list[tuple[str, Any]]:
    """Which roles the page offers; the rule itself is the service's."""
    if not found.is_active or Role.OUTSIDE_COLLEAGUE in taken:
        return []
    if taken and not request.practice.small:
        return []
    offered = [role for role in Role if role not in taken]
    if taken:
        offered.remove(Role.OUTSIDE_COLLEAGUE)
    return [(role.value, role.label) for role in offered]


@require_http_methods(["GET", "POST"])
@administrator
def switch_off(request: HouseRequest, person: UUID) -> HttpResponse:
    """Close an account; a page of its own says what ends and what stays."""
    found = accounts.own_person(request.actor.practice, person)
    problem = ""
    if request.method == "POST":
        try:
            deactivate(by=request.actor, person=person)
            messages.success(request, _("The account is closed, and every stay of it is over."))
            return redirect("person", person=person)
        except RoleRefused as refused:
            problem = ROLE_REFUSALS[refused.why]
    name = staff_names(request.actor, [found.pk])[found.pk]
    context = {"person": found, "name": name, "problem": problem}
    return render(request, "administrator/switch_off.html", context)


@require_http_methods(["GET", "POST"])
@administrator
def invite(request: HouseRequest, person: UUID) -> HttpResponse:
    """Make a new one-time code for somebody who never came in; it is shown once."""
    found = accounts.own_person(request.actor.practice, person)
    name = staff_names(request.actor, [found.pk])[found.pk]
    context = {"invited": found, "name": name, "back": reverse("person", args=[found.pk])}
    return invite_page(request, found, context)


@require_http_methods(["GET", "POST"])
@administrator
def end_stays(request: HouseRequest) -> HttpResponse:
    """Whose stays to end, by sign-in name: members are not listed here, and may need it most."""
    form = SignInNameForm(request.POST or None)
    if form.is_valid():
        try:
            found = person_to_recover(request.actor, form.cleaned_data["name"])
            what = _("To sign out %(name)s everywhere.") % {"name": found.sign_in_name}
            scope = stays_scope(found.pk)
            return ask_for_proof(request, scope, what, "stays_ended", person=str(found.pk))
        except User.DoesNotExist:
            form.add_error("name", _("Nobody else here has this sign-in name. Look once more."))
    return render(request, "administrator/end_stays.html", {"form": form})


@require_http_methods(["GET", "POST"])
@administrator
def stays_ended(request: HouseRequest, person: UUID, step_up: UUID) -> HttpResponse:
    """What it means, once more, and the button that ends them."""
    found = accounts.users_by_id(request.actor.practice, [person]).get(person)
    if found is None or accounts.own_step_up(request.actor.user, step_up).version != person:
        raise Http404
    over = False
    if request.method == "POST":
        try:
            end_stays_of(by=request.actor, person=person, step_up_id=step_up)
            messages.success(request, _("Ended. This person is signed in nowhere now."))
            return redirect("people")
        except StepUpRefused:
            over = True
    context = {"person": found, "over": over}
    return render(request, "administrator/stays_ended.html", context, status=409 if over else 200)


@require_POST
@administrator
def begin_back(request: HouseRequest, person: UUID) -> HttpResponse:
    """Go and prove who one is for opening one closed account; nothing is opened yet."""
    found = accounts.own_person(request.actor.practice, person)
    what = _("To open the account %(name)s again.") % {"name": found.sign_in_name}
    return ask_for_proof(request, back_scope(found.pk), what, "come_back", person=str(person))


@require_http_methods(["GET", "POST"])
@administrator
def come_back(request: HouseRequest, person: UUID, step_up: UUID) -> HttpResponse:
    """Open the account; its new one-time code is shown once, to hand over."""
    found = accounts.own_person(request.actor.practice, person)
    name = staff_names(request.actor, [found.pk])[found.pk]
    over, problem = False, ""
    if request.method == "POST":
        try:
            issued = take_back(by=request.actor, person=person, step_up_id=step_up)
            context = {"issued": issued, "name": name, "again": True}
            return render(request, "administrator/person_added.html", context)
        except StepUpRefused:
            over = True
        except RoleRefused as refused:
            problem = ROLE_REFUSALS[refused.why]
    context = {"person": found, "name": name, "over": over, "problem": problem}
    return render(request, "administrator/come_back.html", context, status=409 if over else 200)
