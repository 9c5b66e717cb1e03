"""Emergency contacts by code, and the review of who read one: always by somebody else."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Role
from audit.trail import Look
from pages.shared.access import HouseRequest, door
from pages.shared.contact import contact_page
from pages.shared.forms import WhyForm
from pages.shared.keeping import keeps_form
from pages.shared.names import Wanted, open_wanted, staff_names
from pages.supervisor.waiting import consulted_on, waiting_for, weighed
from sessions_app import queries
from sessions_app.services.contacts import review_reading

reviewer = door(Role.SUPERVISOR, or_colleague=True)


@keeps_form(WhyForm)
@require_http_methods(["GET", "POST"])
@door(Role.SUPERVISOR)
def contact(request: HouseRequest, code: str, member: str) -> HttpResponse:
    """Whom to call for a member who is known here by code: closed until a reason is given."""
    group = queries.supervised_group(request.actor, code)
    stint = queries.last_stint(request.actor, group, member)
    return contact_page(request, group, stint, back=reverse("supervised_group", args=[code]))


@require_GET
@reviewer
def reviews(request: HouseRequest) -> HttpResponse:
    """Readings of emergency contacts that wait for somebody else's word."""
    waiting = list(queries.readings_to_review(request.actor))
    names = staff_names(request.actor, {one.read_by_id for one in waiting})
    rows = [{"reading": one, "who": names[one.read_by_id]} for one in waiting]
    return render(request, "supervisor/reviews.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@reviewer
def review(request: HouseRequest, reading: UUID) -> HttpResponse:
    """The reason of one reading, recorded, and whether it was in order."""
    found = queries.readings_to_review(request.actor).get(pk=reading)
    if request.method == "POST":
        in_order = {"yes": True, "no": False}.get(request.POST.get("in_order", ""))
        if in_order is None:
            raise Http404
        review_reading(by=request.actor, reading_id=reading, in_order=in_order)
        messages.success(request, _("Reviewed, and recorded."))
        return redirect("reviews")
    look = Look(
        "contact.looked_into",
        frozenset([found.pk]),
        object_id=found.pk,
        code=found.member.code,
        group=found.group_id,
        once_per_sign_in=True,
    )
    sealed = {found.pk: found.sealed_reason(request.actor.practice)}
    context = {
        "reading": found,
        "who": staff_names(request.actor, [found.read_by_id])[found.read_by_id],
        "why": open_wanted(request.actor, Wanted(look, sealed))[found.pk],
    }
    return render(request, "supervisor/review.html", context)


@require_GET
@door(Role.OUTSIDE_COLLEAGUE)
def second(request: HouseRequest) -> HttpResponse:
    """An outside colleague's first page: what needs a second person in a small practice."""
    now = timezone.now()
    waiting = waiting_for(request.actor) if request.practice.small else []
    context = {**weighed(waiting, now), "cases": consulted_on(request.actor, now)}
    return render(request, "supervisor/second.html", context)
