"""One's own calendar: an address that a calendar program reads, and the file it gets."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from accounts.models import CalendarFeed
from accounts.queries import live_feed, own_feed
from accounts.services import StepUpRefused
from accounts.services.outside import end_own_feed, feed_scope, hash_of, make_feed, read_feed
from accounts.services.tries import TooMany
from audit.acting import acting_as
from pages.shared.access import PERSON, HouseRequest, door
from pages.shared.calendar_file import TYPE, calendar_file
from pages.shared.views import ask_for_proof
from sessions_app.queries.calendars import may_have_feed, meetings_of


@require_GET
@door(PERSON)
def calendar(request: HouseRequest) -> HttpResponse:
    """Whether there is an address, and when it was read last."""
    _only_for_those_who_meet(request)
    return render(request, "shared/calendar.html", {"feed": own_feed(request.user.pk)})


@require_POST
@door(PERSON)
def begin_calendar(request: HouseRequest) -> HttpResponse:
    """Begin to make an address: prove first who this is."""
    _only_for_those_who_meet(request)
    what = _("To make an address for your calendar.")
    return ask_for_proof(request, feed_scope(request.actor), what, "new_calendar")


@require_http_methods(["GET", "POST"])
@door(PERSON)
def new_calendar(request: HouseRequest, step_up: UUID) -> HttpResponse:
    """Make the address, in place of one there was, and show it once."""
    _only_for_those_who_meet(request)
    if request.method == "POST":
        try:
            secret = make_feed(by=request.actor, language=get_language() or "", step_up_id=step_up)
        except StepUpRefused:
            return render(request, "shared/step_up_over.html", status=410)
        path = reverse("calendar_feed", kwargs={"secret": secret})
        begin = settings.GROUPCARE_ADDRESS.rstrip("/")
        address = f"{begin}{path}" if begin else request.build_absolute_uri(path)
        return render(request, "shared/calendar_made.html", {"address": address})
    context = {"feed": own_feed(request.user.pk)}
    return render(request, "shared/calendar_new.html", context)


@require_POST
@door(PERSON)
def stop_calendar(request: HouseRequest) -> HttpResponse:
    """End the address; nothing is read under it from now on."""
    if end_own_feed(by=request.actor):
        messages.success(request, _("Ended. Nothing is read under that address any more."))
    return redirect("calendar" if may_have_feed(request.user) else "you")


# Drawn without session, cookie or form token: a program reads it, and nobody is signed in there.
@login_not_required
@require_GET
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The file. What opens nothing is the same page as any address that is not there."""
    feed = live_feed(hash_of(secret))
    with acting_as(feed.user.practice_id):
        meetings = meetings_of(feed.user, feed.now)
        if meetings is None:
            raise CalendarFeed.DoesNotExist
        try:
            read_feed(feed=feed)
        except TooMany:
            return HttpResponse(status=429)
    file = calendar_file(meetings, seed=bytes(feed.seed), language=feed.language, made_at=feed.now)
    response = HttpResponse(file, content_type=TYPE)
    response["Content-Disposition"] = 'attachment; filename="appointments.ics"'
    return response


def _only_for_those_who_meet(request: HouseRequest) -> None:
    if not may_have_feed(request.user):
        raise Http404
