"""What left the house: an accounting by year, to print (45 CFR 164.528)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.queries import users_by_id
from audit import trail
from consent import queries
from consent.models import Recipient, ReleaseItem
from consent.queries import WentOut
from pages.shared.access import MEMBER, HouseRequest, door
from pages.shared.names import Names, open_names
from pages.shared.sentences import OTHERS_PURPOSES, OUT_FOR, PURPOSES
from sessions_app.models import local_midnight
from vault import services as vault

WAYS: dict[str, Any] = {
    "release": _("Released to them"),
    "override.released": _("Released without your permission"),
    "release.opened": _("Printed"),
    "link.made": _("Link made"),
    "link.opened": _("Read by a link"),
    "release.handed_over": _("Handed over on paper"),
}
READ_OUT = _("Read out by telephone")


@dataclass(frozen=True)
class Left:
    """One line of the accounting: when, to whom and where, what, why, and how.

    Without a `code` it went without the member's permission, and they were told.
    """

    at: datetime
    recipient: str
    address: str
    spoke: bool
    said_on: datetime
    code: str
    purpose: Any
    way: Any
    by: str


@require_GET
@door(MEMBER)
def left_house(request: HouseRequest) -> HttpResponse:
    """Every step of the member's words out of the house in one year."""
    items = queries.let_out_of(request.actor)
    this_year = timezone.localdate().year
    first = min((timezone.localtime(i.release.decided_at).year for i in items), default=this_year)
    year = _year_in(request.GET.get("year", str(this_year)), first, this_year)
    lines = accounting(request, items, year)
    years = list(range(this_year, first - 1, -1))
    context = {"lines": lines, "year": year, "years": years if len(years) > 1 else []}
    return render(request, "member/left_house.html", context)


def steps_in(request: HouseRequest, items: list[ReleaseItem], year: int) -> list[WentOut]:
    """Return the steps of one local year."""
    since, until = (local_midnight(date(y, 1, 1), request.practice) for y in (year, year + 1))
    return queries.went_out(request.actor, items, since, until)


def accounting(request: HouseRequest, items: list[ReleaseItem], year: int) -> list[Left]:
    """Return the lines of one year, newest first, after the entry that they were looked at."""
    steps = steps_in(request, items, year)
    to, staff = named_in_steps(request, steps)
    receipt = trail.receipt_for(request.actor, "accounting.opened", [*to, *staff])
    names = open_names([*to.values(), *staff.values()], receipt)
    addresses = vault.open_all([one.sealed_address for one in to.values()], receipt)
    return lines_of_steps(steps, names, dict(zip(to, addresses, strict=True)))


def named_in_steps(
    request: HouseRequest, steps: list[WentOut]
) -> tuple[dict[Any, Recipient], dict[Any, User]]:
    """Return to whom things went, and who of the staff had a hand in it, by id."""
    to = {one.release.recipient_id: one.release.recipient for one in steps}
    return to, users_by_id(request.actor.practice, {one.actor for one in steps if one.actor})


def lines_of_steps(steps: list[WentOut], names: Names, addresses: Names) -> list[Left]:
    """Return steps as lines, with what of names and addresses was opened."""
    return [
        Left(
            at=one.at,
            recipient=names.get(one.release.recipient_id, one.release.recipient.code),
            address=addresses.get(one.release.recipient_id, ""),
            spoke=_spoke(one),
            said_on=one.version.disclosure.session.starts,
            code=one.consent.code if one.consent else "",
            purpose=_why(one),
            way=READ_OUT if one.read_out else WAYS[one.act],
            by=names.get(one.actor, "") if one.actor else "",
        )
        for one in steps
    ]


def _spoke(one: WentOut) -> bool:
    return one.version.disclosure.speaker_id == one.member


def _why(one: WentOut) -> Any:
    own = PURPOSES if _spoke(one) else OTHERS_PURPOSES
    return own.get(one.release.purpose) or OUT_FOR[one.release.purpose]


def _year_in(text: str, first: int, last: int) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) == 4):
        raise Http404
    year = int(text)
    if not first <= year <= last:
        raise Http404
    return year
