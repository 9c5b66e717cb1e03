"""Who leads a supervised group: covers for a time, and handing it over. Members stand by code."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Role, User
from accounts.queries import staff_in_role
from accounts.services import StepUpRefused
from consent.services.leading import end_cover, hand_over_group, hand_over_scope, set_cover
from pages.shared.access import HouseRequest, door
from pages.shared.names import Names, staff_names
from pages.shared.sentences import first_sentence
from pages.shared.views import ask_for_proof
from pages.supervisor.forms import CoverForm, NextForm
from sessions_app import queries
from sessions_app.models import Facilitation, TherapyGroup
from sessions_app.rules import Rejected
from sessions_app.services.groups import take_up_review

supervisor = door(Role.SUPERVISOR)


@require_GET
@supervisor
def group(request: HouseRequest, code: str) -> HttpResponse:
    """Who leads the group now and soon, who did, and who is in it, by code."""
    found = queries.supervised_group(request.actor, code)
    today = queries.today_of(request.actor)
    periods = queries.leaders_of([found.pk])
    names = staff_names(
        request.actor, {user for one in periods for user in (one.user_id, one.keeper_id)}
    )
    stints = queries.memberships_on(found, today)
    context = {
        "group": found,
        "led": found.led,
        "leading": [_told(one, names) for one in periods if _leads(one) and one.covers(today)],
        "covers": [_told(one, names) for one in periods if not _leads(one) and _open(one, today)],
        "earlier": [
            _told(one, names)
            for one in periods
            if not _open(one, today) and one.until and one.until >= one.since
        ],
        "keepers": _keepers(periods, today, names),
        "members": [stint.member.code for stint in stints],
        "left": [stint.member.code for stint in queries.stints_over(found, today)],
    }
    return render(request, "supervisor/group.html", context)


@require_POST
@supervisor
def take_up(request: HouseRequest, code: str) -> HttpResponse:
    """Review a group from today on that nobody leads or reviews any more."""
    take_up_review(by=request.actor, code=code)
    messages.success(request, _("From today you review this group. You can hand it over now."))
    return redirect("supervised_group", code=code)


def _leads(period: Facilitation) -> bool:
    return period.kind == Facilitation.Kind.LEADS


def _open(period: Facilitation, today: object) -> bool:
    return period.until is None or period.until >= today  # type: ignore[operator]


def _told(period: Facilitation, names: Names) -> dict[str, object]:
    return {"period": period, "name": names[period.user_id], "user": period.user_id}


def _keepers(periods: list[Facilitation], today: object, names: Names) -> list[dict[str, object]]:
    """Those who keep what they wrote and lead no more: it can be handed over, too."""
    leading = {one.user_id for one in periods if _open(one, today)}
    kept = {one.keeper_id for one in periods} - leading
    return [{"user": user, "name": names[user]} for user in sorted(kept) if user in names]


def _colleagues(request: HouseRequest, found: TherapyGroup) -> list[User]:
    """Facilitators who may lead the group; whoever reviews it may not, but in a small practice."""
    staff = staff_in_role(request.actor.practice, Role.FACILITATOR)
    if request.practice.small:
        return staff
    reviewing = queries.supervisors_on(found, queries.today_of(request.actor))
    return [person for person in staff if person.pk not in reviewing]


@require_http_methods(["GET", "POST"])
@supervisor
def new_cover(request: HouseRequest, code: str) -> HttpResponse:
    """Let a colleague lead the group from one day to another."""
    found = queries.supervised_group(request.actor, code)
    colleagues = _colleagues(request, found)
    names = staff_names(request.actor, [person.pk for person in colleagues])
    form = CoverForm(
        request.POST or None,
        people=[(str(person.pk), names[person.pk]) for person in colleagues],
        initial={"since": queries.today_in(request.actor.practice)},
    )
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            set_cover(
                by=request.actor,
                code=code,
                user=next(one for one in colleagues if str(one.pk) == chosen["user"]),
                since=chosen["since"],
                until=chosen["until"],
                once=form.key,
            )
            messages.success(request, _("The cover is set. It ends by itself after its last day."))
            return redirect("supervised_group", code=code)
        except Rejected as rejected:
            form.reject(rejected)
    context = {"form": form, "group": found}
    return render(request, "supervisor/cover.html", context)


@require_POST
@supervisor
def stop_cover(request: HouseRequest, code: str, cover: UUID) -> HttpResponse:
    """End a cover at once, or take one off that has not begun."""
    end_cover(by=request.actor, code=code, cover_id=cover)
    messages.success(request, _("The cover is over. You can set another at any time."))
    return redirect("supervised_group", code=code)


@require_http_methods(["GET", "POST"])
@supervisor
def choose(request: HouseRequest, code: str, leader: UUID) -> HttpResponse:
    """What handing over means, and to whom; who one is is asked next."""
    found = queries.supervised_group(request.actor, code)
    _known_leader(found, leader)
    colleagues = [one for one in _colleagues(request, found) if one.pk != leader]
    names = staff_names(request.actor, {leader, *(person.pk for person in colleagues)})
    form = NextForm(
        request.POST or None, people=[(str(one.pk), names[one.pk]) for one in colleagues]
    )
    if form.is_valid():
        to = UUID(form.cleaned_data["user"])
        what = _("To hand group %(group)s from %(giver)s to %(taker)s.") % {
            "group": found.code,
            "giver": names[leader],
            "taker": names[to],
        }
        return ask_for_proof(
            request,
            hand_over_scope(found, leader, to),
            what,
            "hand_over_group",
            code=code,
            leader=str(leader),
            to=str(to),
        )
    context = {"form": form, "group": found, "giver": names[leader]}
    return render(request, "supervisor/choose_next.html", context)


@require_http_methods(["GET", "POST"])
@supervisor
def hand_over(
    request: HouseRequest, code: str, leader: UUID, to: UUID, step_up: UUID
) -> HttpResponse:
    """Who gives what to whom, once more, and the button that does it."""
    found = queries.supervised_group(request.actor, code)
    _known_leader(found, leader)
    taker = next((one for one in _colleagues(request, found) if one.pk == to), None)
    if taker is None:
        raise Http404
    names = staff_names(request.actor, [leader, to])
    over, problem = False, ""
    if request.method == "POST":
        try:
            hand_over_group(
                by=request.actor, code=code, leader=leader, to=taker, step_up_id=step_up
            )
            messages.success(request, _("Handed over. You can hand it back the same way."))
            return redirect("supervised_group", code=code)
        except StepUpRefused:
            over = True
        except Rejected as rejected:
            problem = first_sentence(rejected)
    context = {
        "group": found,
        "leader": leader,
        "giver": names[leader],
        "taker": names[to],
        "over": over,
        "problem": problem,
    }
    return render(request, "supervisor/hand_over.html", context, status=409 if over else 200)


def _known_leader(group: TherapyGroup, leader: UUID) -> None:
    if all(one.keeper_id != leader for one in queries.leaders_of([group.pk])):
        raise Http404
