"""Emergencies as somebody other than the requester meets them: agreeing, reviewing, telling."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.services import StepUpRefused
from consent import queries as consents
from consent.models import Review, ReviewOutcome, Telling
from consent.rules.claims import read_claim
from consent.services.freezing import Frozen
from consent.services.overriding import (
    approve_override,
    approve_scope,
    decline_override,
    look_at_override,
)
from consent.services.reviewing import close_review, open_review
from consent.services.telling import tell_member, wait_to_tell
from pages.shared.access import HouseRequest, second_person
from pages.shared.forms import HouseForm, day_field
from pages.shared.keeping import draw, keeps_form
from pages.shared.names import Named, open_names, staff_names
from pages.shared.sentences import first_sentence
from pages.shared.views import ask_for_proof
from sessions_app import queries
from sessions_app.models import Disclosure
from sessions_app.rules import LONGEST_REASON, Rejected

OPEN, DECLINE, NOT_YET = "open", "decline", "not_yet"


class DeclineForm(HouseForm):
    """Why a second person does not agree."""

    why_not = forms.CharField(
        label=gettext_lazy("Or: why you do not agree"),
        help_text=gettext_lazy("Sealed. Whoever asked reads it."),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )


class OutcomeForm(HouseForm):
    """What a review came to."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Was it right to let it out?"),
        widget=forms.RadioSelect,
        choices=ReviewOutcome.Outcome,
        error_messages={"required": gettext_lazy("Choose one.")},
    )
    words = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Needed unless it is upheld. Sealed; whoever let it out reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    follow_up_on = day_field(
        gettext_lazy("Talk about it again on"), gettext_lazy("If you want to."), required=False
    )


class TellForm(HouseForm):
    """That a member was told, and how; or why not yet, with a day that comes back."""

    how = forms.ChoiceField(
        label=gettext_lazy("How they are told"),
        widget=forms.RadioSelect,
        choices=[
            (Telling.How.NOTICE, gettext_lazy("By a notice in the house, now")),
            (Telling.How.IN_PERSON, gettext_lazy("I told them in person")),
            (Telling.How.TELEPHONE, gettext_lazy("I told them by telephone")),
            (Telling.How.LETTER, gettext_lazy("I wrote them a letter")),
            (NOT_YET, gettext_lazy("Not yet: it would put somebody in danger")),
        ],
        error_messages={
            "required": gettext_lazy("Choose one."),
            "invalid_choice": gettext_lazy("Choose one."),
        },
    )
    tell_by = day_field(gettext_lazy("Look at it again on"), required=False)
    why = forms.CharField(
        label=gettext_lazy("Why not yet"),
        help_text=gettext_lazy("Sealed. Whoever reviews it reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("how") == NOT_YET:
            if not self.cleaned_data.get("tell_by") and "tell_by" not in self.errors:
                self.add_error(
                    "tell_by", gettext_lazy("Give the day on which it comes back to you.")
                )
            if not self.cleaned_data.get("why"):
                self.add_error("why", gettext_lazy("Say why, in a few words."))
        return self.cleaned_data


@require_POST
@second_person
def begin_approval(request: HouseRequest, code: str) -> HttpResponse:
    """Go and give the proof for agreeing to one request; nothing is agreed to yet."""
    found = consents.overrides_to_approve(request.actor).get(code=code)
    what = _("To look at emergency %(code)s as the second person.") % {"code": code}
    return ask_for_proof(request, approve_scope(found), what, "confirm_approval", code=code)


@keeps_form(DeclineForm)
@require_http_methods(["GET", "POST"])
@second_person
def confirm_approval(request: HouseRequest, code: str, step_up: UUID) -> HttpResponse:
    """What is claimed and the exact words, recorded; agree, or say why not."""
    form = draw(request, DeclineForm, request.POST if request.method == "POST" else None)
    over, problem = False, ""
    if request.method == "POST" and form.is_valid():
        try:
            if DECLINE in request.POST:
                decline_override(by=request.actor, code=code, why=form.cleaned_data["why_not"])
                messages.success(request, _("You did not agree. Whoever asked is told."))
            else:
                approve_override(by=request.actor, code=code, step_up_id=step_up)
                messages.success(request, _("Agreed. They have one hour to release it."))
            return redirect("attesting")
        except StepUpRefused:
            over = True
        except Rejected as rejected:
            problem = first_sentence(rejected)
    try:
        opened = look_at_override(by=request.actor, code=code)
    except Frozen as frozen:
        messages.error(request, first_sentence(frozen))
        return redirect("attesting")
    found = opened.override
    claim = {found.pk: found.sealed_claim}
    names = open_names([found.recipient, found.requested_by], opened.receipt, also=claim)
    context = {
        "override": found,
        "claim": read_claim(names[found.pk]),
        "recipient": names[found.recipient_id],
        "asker": names[found.requested_by_id],
        "members": [one.member.code for one in found.involved.all()],
        "refused_before": consents.refusal_noted(request.actor, found),
        "form": form,
        "over": over,
        "problem": problem,
    }
    status = 409 if over else 200
    return render(request, "attesting/emergency.html", context, status=status)


@keeps_form(TellForm)
@require_http_methods(["GET", "POST"])
@second_person
def tell_override(request: HouseRequest, code: str, member: str) -> HttpResponse:
    """Tell a member now, say how they were told, or why not yet and when it comes back."""
    found = consents.overrides_told_by(request.actor).get(code=code)
    one = found.involved.select_related("member").get(member__code=member)
    form = draw(request, TellForm, request.POST or None)
    if form.is_valid():
        chosen: dict[str, Any] = {"by": request.actor, "code": code, "member": one.member_id}
        said = form.cleaned_data
        try:
            if said["how"] == NOT_YET:
                wait_to_tell(**chosen, why=said["why"], until=said["tell_by"])
                messages.success(request, _("Written down. It comes back on that day."))
            else:
                tell_member(**chosen, how=Telling.How(said["how"]))
                messages.success(request, _("Recorded. From now on they find it on their page."))
            own = found.requested_by_id == request.actor.user
            return redirect("override", code=code) if own else redirect("override_reviews")
        except Rejected as rejected:
            form.reject(rejected)
    context = {"form": form, "override": found, "member": one.member}
    return render(request, "facilitator/tell.html", context)


@require_GET
@second_person
def override_reviews(request: HouseRequest) -> HttpResponse:
    """What went out without permission and waits for this person, the latest first."""
    due = consents.reviews_due(request.actor)
    names = staff_names(request.actor, {one.override.requested_by_id for one in due})
    most = max((one.hours_over for one in due), default=0) or 1
    today = queries.today_of(request.actor)
    closed = consents.reviews_closed(request.actor)
    context = {
        "rows": [
            {
                "review": one,
                "who": names[one.override.requested_by_id],
                "weight": max(1, round(6 * one.hours_over / most)) if one.hours_over else 0,
            }
            for one in due
        ],
        "to_tell": consents.members_to_tell(request.actor, today),
        "again": [one for one in closed if one.follow_up_on],
        "today": today,
        "closed": [one for one in closed if not one.follow_up_on],
    }
    return render(request, "supervisor/override_reviews.html", context)


@keeps_form(OutcomeForm)
@require_http_methods(["GET", "POST"])
@second_person
def review_override(request: HouseRequest, code: str) -> HttpResponse:
    """Exactly what was released, closed until it is opened, and what the review comes to."""
    try:
        review = consents.reviews_open_to(request.actor).get(override__code=code)
    except Review.DoesNotExist:
        return _ended(request, code)
    override = review.override
    gone = override.version.disclosure.state in Disclosure.GONE
    sent = request.POST if request.method == "POST" and OPEN not in request.POST else None
    form = draw(request, OutcomeForm, sent)
    if form.is_valid():
        try:
            close_review(
                by=request.actor,
                code=code,
                outcome=ReviewOutcome.Outcome(form.cleaned_data["outcome"]),
                words=form.cleaned_data["words"],
                follow_up_on=form.cleaned_data["follow_up_on"],
            )
            messages.success(request, _("Reviewed, and recorded. The words are closed again."))
            return redirect("override_reviews")
        except Rejected as rejected:
            form.reject(rejected)
    context: dict[str, Any] = {
        "review": review,
        "gone": gone,
        "override": override,
        "form": form,
        "members": [one.member.code for one in override.involved.all()],
        "refused_before": consents.refusal_noted(request.actor, override),
        "approval": override.approval,
    }
    if request.method == "POST" and not gone:
        opened = open_review(by=request.actor, code=code)
        people: list[Named] = [override.recipient, override.requested_by]
        people += [override.approval.by] if override.approval else []
        claim = {override.pk: override.sealed_claim}
        names = open_names(people, opened.receipt, also=claim)
        context |= {
            "claim": read_claim(names[override.pk]),
            "recipient": names[override.recipient_id],
            "asker": names[override.requested_by_id],
            "second": names[override.approval.by_id] if override.approval else "",
        }
    return render(request, "supervisor/override_review.html", context)


def _ended(request: HouseRequest, code: str) -> HttpResponse:
    """Say to who did a review, or was to, that it is over; what they typed meanwhile stays."""
    outcome = consents.review_over(request.actor, code)
    context = {"outcome": outcome, "own": outcome.by_id == request.actor.user}
    typed = request.POST.get("words", "")
    context["typed"] = "" if context["own"] else typed[:LONGEST_REASON]
    return render(request, "supervisor/override_review_over.html", context, status=410)
