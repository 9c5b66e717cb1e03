"""The doors: who may enter a room, and as whom the room then acts."""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from functools import wraps
from typing import cast
from uuid import UUID

from django.db.models import OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from accounts.adapter import SIGN_IN
from accounts.backend import SignInBackend
from accounts.kept_query import KeptQuery
from accounts.models import Practice, Role, User
from accounts.queries import own_step_up, practice_of, roles_of
from audit.trail import NOBODY, Actor
from consent.freezes import frozen_in
from consent.models import HousePolicy
from consent.policies import policy_from, policy_terms_in
from consent.queries import unseen_by
from sessions_app import queries as sessions

View = Callable[..., HttpResponse]
MEMBER = "member"
REPRESENTATIVE = "representative"
PERSON = "person"
AFTER_STEP_UP = "after_step_up"


def signed_in(user: UUID) -> QuerySet[User]:
    """Find a person together with what every page asks about whoever is signed in."""
    house = OuterRef("practice")
    return sessions.signed_in(
        user,
        frozen=frozen_in(house),
        policy_terms=policy_terms_in(house),
        unseen=unseen_by(OuterRef("pk")),
    )


_signed_in = KeptQuery(signed_in, NOBODY)


class HouseBackend(SignInBackend):
    """Finds whoever is signed in together with what every page asks about them; anew each time."""

    def get_user(self, user_id: UUID) -> User | None:
        user = _signed_in.first(user_id)
        return user if user and self.user_can_authenticate(user) else None


class HouseRequest(HttpRequest):
    """A request that came through a door."""

    user: User
    actor: Actor
    practice: Practice
    roles: list[str]


def roles_in(request: HouseRequest) -> list[str]:
    """Return what the signed-in person is: live staff roles, and `member`. Asked once a request."""
    if not hasattr(request, "roles"):
        roles = roles_of(request.user)
        if not roles and sessions.is_member(request.user):
            roles = [MEMBER]
        elif not roles and sessions.speaks_for_somebody(request.user):
            roles = [REPRESENTATIVE]
        request.roles = roles
    return request.roles


def is_frozen(request: HouseRequest) -> bool:
    """Say whether nothing may leave the house, as the request's own query read it: for showing."""
    return getattr(request.user, "frozen", False)


def policy_in(request: HouseRequest) -> HousePolicy:
    """Return the practice's policy as the request's own query read it: for showing."""
    return policy_from(request.user.practice_id, getattr(request.user, "policy_terms", None))


def second_person(view: View) -> View:
    """Let in whoever may be the second of two.

    Who reviews, who leads, and in a practice declared small the outside colleague;
    each finds there what waits for them in that role.
    """

    @wraps(view)
    def entered(request: HouseRequest, *args: object, **kwargs: object) -> HttpResponse:
        leads_only = Role.SUPERVISOR not in roles_in(request)
        role = Role.FACILITATOR if leads_only else Role.SUPERVISOR
        return door(role, or_colleague=True)(view)(request, *args, **kwargs)

    return entered


def door(role: str, *, or_colleague: bool = False) -> Callable[[View], View]:
    """Let people with `role` in and act as that role; for others the page does not exist.

    With `or_colleague` the outside colleague of a practice declared small is
    let in too, as the second person that the act needs. Nor does an address exist
    with a step-up that was asked of somebody else.
    """

    def keep(view: View) -> View:
        @wraps(view)
        def entered(request: HouseRequest, *args: object, **kwargs: object) -> HttpResponse:
            entering = role
            if role != PERSON and role not in roles_in(request):
                if not (or_colleague and _is_second_person(request)):
                    raise Http404
                entering = Role.OUTSIDE_COLLEAGUE
            if "step_up" in kwargs:
                _own_step_up(request, cast(UUID, kwargs["step_up"]))
            request.actor = actor(request, entering)
            request.practice = practice_of(request.user)
            with timezone.override(request.practice.zone):
                return view(request, *args, **kwargs)

        return entered

    return keep


def _is_second_person(request: HouseRequest) -> bool:
    small = practice_of(request.user).small
    return small and Role.OUTSIDE_COLLEAGUE in roles_in(request)


def _own_step_up(request: HouseRequest, step_up: UUID) -> None:
    """Raise StepUp.DoesNotExist for one asked of somebody else; what this stay asked, it knows."""
    if step_up.hex not in request.session.get(AFTER_STEP_UP, {}):
        own_step_up(request.user.pk, step_up)


def only_of(names: Iterable[str], beginning: str, offered: Collection[str]) -> None:
    """Raise Http404 unless what follows `beginning` in the fields of a form is always offered.

    For forms whose fields carry ids: another's id is as good as none.
    """
    for name in names:
        if name.startswith(beginning) and name.removeprefix(beginning) not in offered:
            raise Http404


def actor(request: HouseRequest, role: str) -> Actor:
    """Return the person of this request as the trail knows them."""
    sign_in = request.session.get(SIGN_IN)
    return Actor(
        request.user.practice_id,
        request.user.pk,
        role,
        UUID(sign_in) if sign_in else None,
        _day(request),
    )


def _day(request: HouseRequest) -> date | None:
    """The practice's day as the request's own query read it: for looking only, never for acting."""
    read = getattr(request.user, "seen_at", None)
    if read is None or request.method not in ("GET", "HEAD"):
        return None
    return read.astimezone(practice_of(request.user).zone).date()
