"""What there is for oneself: one line each, which says of what kind and nothing more."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from consent import queries
from consent.models import Consent, Notice
from consent.queries.notices import codes_for
from consent.services.notifying import see_all_notices, see_notice
from ethics.queries import case_told_of, part_on
from pages.shared.access import PERSON, HouseRequest, door

Kind = Notice.Kind
ATTESTING = "attesting"  # the list: what waits there is opened with a proof of its own
# The line of each kind, and the page it leads to.
LINES: dict[str, tuple[Any, str]] = {
    Kind.QUESTION: (gettext_lazy("There is a question for you."), "question"),
    Kind.FOR_ANOTHER: (
        gettext_lazy("There is a question for somebody you speak for."),
        "represent_question",
    ),
    Kind.GRANTED: (
        gettext_lazy("You said yes to a question. Was it not you? Then take it back."),
        "permission",
    ),
    Kind.ENDED: (gettext_lazy("A yes of yours has come to its end."), "permission"),
    Kind.ANSWERED: (gettext_lazy("Somebody you asked said yes."), "request"),
    Kind.TAKEN_BACK: (gettext_lazy("A permission was taken back."), "request"),
    Kind.REPLY: (gettext_lazy("There is an answer to what you asked us."), "privacy_request"),
    Kind.WISH: (gettext_lazy("A member asks something about their record."), "answer_request"),
    Kind.CASE: (gettext_lazy("There is something for you on an ethics case."), "case"),
    Kind.OVER: (gettext_lazy("A permission you asked for has come to its end."), "request"),
    Kind.EMERGENCY: (gettext_lazy("Somebody needs a second person, now."), ATTESTING),
    Kind.EMERGENCY_YES: (gettext_lazy("A second person agreed. You have one hour."), "override"),
    Kind.EMERGENCY_NO: (gettext_lazy("A second person did not agree."), "override"),
    Kind.REVIEW: (gettext_lazy("Something went out that you are to review."), "review_override"),
    Kind.REVIEWED: (gettext_lazy("A release of yours was reviewed."), "override"),
    Kind.WENT_OUT: (gettext_lazy("There is something we have to tell you."), "passed_on"),
}


@require_GET
@door(PERSON)
def notices(request: HouseRequest) -> HttpResponse:
    """The latest, newest first. Looking at the list marks nothing as seen."""
    rows = [
        {"notice": one.notice, "line": LINES[one.notice.kind][0]}
        for one in queries.notices_of(request.actor, case_told_of(request.actor))
    ]
    return render(request, "shared/notices.html", {"rows": rows})


@require_POST
@door(PERSON)
def look_at_notice(request: HouseRequest, notice: UUID) -> HttpResponse:
    """Mark one as seen and go to its page, if that is still there for this person."""
    found = see_notice(by=request.actor, notice_id=notice)
    codes = codes_for(request.actor, [found], case_told_of(request.actor))
    if found.about not in codes:
        raise Notice.DoesNotExist
    page = LINES[found.kind][1]
    if page == "question":
        try:
            queries.open_question(request.actor, codes[found.about])
        except Consent.DoesNotExist:  # answered, or over
            page = "permission"
    if page == "case" and part_on(request.actor, codes[found.about]) not in ("opener", "peer"):
        page = "consulted_case"
    if page == "represent_question":
        try:
            queries.represented_question(request.actor, codes[found.about])
        except Consent.DoesNotExist:
            return redirect("represent")
    return redirect(page) if page == ATTESTING else redirect(page, code=codes[found.about])


@require_POST
@door(PERSON)
def see_all(request: HouseRequest) -> HttpResponse:
    """Mark all of them as seen."""
    see_all_notices(by=request.actor)
    messages.success(request, _("Done. Nothing is new now."))
    return redirect("notices")
