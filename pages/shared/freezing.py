"""The switch, for those who may throw it and those who agree to lift what it stopped."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Role
from accounts.queries import alone_in
from accounts.services import StepUpRefused
from consent import freezes
from consent.models import Freeze
from consent.services.freezing import FREEZERS, freeze, lift_freeze, lift_scope, lifters_in
from pages.shared.access import PERSON, HouseRequest, actor, door, roles_in
from pages.shared.sentences import PROBLEMS
from pages.shared.views import ask_for_proof
from sessions_app.rules import Problem, Rejected


@require_http_methods(["GET", "POST"])
@door(PERSON)
def freeze_page(request: HouseRequest) -> HttpResponse:
    """What freezing means, with the button; once frozen, who agreed to lift it and who has to."""
    standing = list(
        freezes.standing_in(request.actor.practice)
        .select_related("practice")
        .prefetch_related("lifts")
    )
    held = _held(request)
    if request.method == "POST":
        [role, *_more] = [one for one in held if one in FREEZERS] or [""]
        if not role:
            raise Http404
        freeze(by=actor(request, role))
        return redirect("freeze")
    context = {
        "standing": [_told(request, one, held) for one in standing],
        "alone": alone_in(request.actor.practice, request.user.pk, lifters_in(request.practice)),
        "may_add": Role.ADMINISTRATOR in held,
        "may_freeze": any(role in FREEZERS for role in held),
    }
    return render(request, "shared/freeze.html", context)


@require_POST
@door(PERSON)
def lift(request: HouseRequest, freeze_id: UUID) -> HttpResponse:
    """Go and prove who one is for agreeing to lift one freeze; nothing is agreed to yet."""
    _held(request)
    frozen = freezes.own_freeze(request.actor.practice, freeze_id)
    what = _("To agree that words may leave the house again.")
    return ask_for_proof(
        request, lift_scope(frozen), what, "agree_to_lift", freeze_id=str(freeze_id)
    )


@require_http_methods(["GET", "POST"])
@door(PERSON)
def agree_to_lift(request: HouseRequest, freeze_id: UUID, step_up: UUID) -> HttpResponse:
    """Agree, in a role of one's own in which nobody has agreed."""
    held = _held(request)
    frozen = freezes.own_freeze(request.actor.practice, freeze_id)
    if request.method == "GET":
        return render(request, "shared/agree_to_lift.html", {"freeze": frozen})
    own = _free_roles(frozen, held) or held
    try:
        over = lift_freeze(by=actor(request, own[0]), freeze_id=freeze_id, step_up_id=step_up)
    except StepUpRefused:
        context = {"freeze": frozen, "over": True}
        return render(request, "shared/agree_to_lift.html", context, status=409)
    except Freeze.DoesNotExist:
        messages.info(request, _("It is lifted already."))
    except Rejected:
        messages.info(request, PROBLEMS[Problem.OTHER_ROLE])
    else:
        if over:
            messages.success(request, _("Lifted. Words may leave the house again, as always."))
        else:
            messages.success(request, _("You agreed. Now somebody else has to."))
    return redirect("freeze")


def _held(request: HouseRequest) -> list[str]:
    """Return the person's roles that have to do with the switch; without one it is not there."""
    held: list[str] = [one for one in lifters_in(request.practice) if one in roles_in(request)]
    if not held:
        raise Http404
    return held


def _free_roles(frozen: Freeze, held: list[str]) -> list[str]:
    taken = {given.role for given in freezes.agreed_to_lift(frozen)}
    return [role for role in held if role in lifters_in(frozen.practice) and role not in taken]


def _told(request: HouseRequest, frozen: Freeze, held: list[str]) -> dict[str, Any]:
    given = freezes.agreed_to_lift(frozen)
    taken = {one.role for one in given}
    agreed = any(one.by_id == request.user.pk for one in given)
    everywhere = frozen.practice_id is None
    return {
        "freeze": frozen,
        "everywhere": everywhere,
        "by_itself": frozen.cause == Freeze.Cause.KNOWN_HEAD,
        "agreed": [(Role(one.role).label, one.at, one.by_id == request.user.pk) for one in given],
        "missing": [role.label for role in lifters_in(frozen.practice) if role not in taken],
        "may_agree": not everywhere and not agreed and bool(_free_roles(frozen, held)),
    }
