"""An emergency release: one page from an item to the request, then the release, then telling."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.services import StepUpRefused
from audit.trail import Receipt
from consent import queries as consents
from consent.models import Override, Recipient, Telling
from consent.queries.overrides import OverrideSeen, OverrideState
from consent.rules.claims import WORDS, ClaimWords, Offered, bases_offered, read_claim
from consent.rules.overrides import Basis, Fact
from consent.rules.passages import sentences_of
from consent.services.overriding import (
    NewRecipient,
    OverrideWithheld,
    drop_override,
    open_own_override,
    override_scope,
    release_override,
    request_override,
)
from ethics import queries as library
from ethics.models import JurisdictionRule
from pages.facilitator.asking import by_kind
from pages.facilitator.emergency_forms import OverrideForm, PrivilegeForm, WhoForm
from pages.facilitator.groups import facilitator
from pages.facilitator.items import names_in
from pages.facilitator.sessions import wanted_words
from pages.shared.access import HouseRequest
from pages.shared.bases import HOLDS, why_not
from pages.shared.forms import posted_key
from pages.shared.keeping import draw, keeps_form
from pages.shared.names import Names, known_names, wanted_recipients, wanted_staff
from pages.shared.sentences import first_sentence
from pages.shared.views import ask_for_proof
from sessions_app import queries
from sessions_app.guarding import Guard
from sessions_app.models import Disclosure, RecordClass
from sessions_app.rules import Rejected
from vault import services as vault

OPEN = "open"
# How an override stands: the chip's look and its word.
STATES: dict[OverrideState, tuple[str, Any]] = {
    OverrideState.READY: ("emergency", gettext_lazy("May go now")),
    OverrideState.WAITING: ("waiting", gettext_lazy("Waits for a second person")),
    OverrideState.APPROVED: ("emergency", gettext_lazy("Agreed to")),
    OverrideState.LAPSED: ("expired", gettext_lazy("Its time is over")),
    OverrideState.DECLINED: ("declined", gettext_lazy("Not agreed to")),
    OverrideState.DROPPED: ("withdrawn", gettext_lazy("Let go")),
    OverrideState.REFUSED: ("declined", gettext_lazy("Nothing goes out")),
    OverrideState.RELEASED: ("granted", gettext_lazy("Released")),
}
WHICH_WORDS = ("sentences", "all_needed", "named")
NOTHING_GOES = {"subpoena": Basis.SUBPOENA, "past-violence": Basis.PAST_VIOLENCE}


@keeps_form(OverrideForm, besides=WHICH_WORDS)
@require_http_methods(["GET", "POST"])
@facilitator
def new_override(request: HouseRequest, code: str) -> HttpResponse:
    """What is happening, who can act, which words: one page, and nothing typed is lost."""
    item = queries.own_item(request.actor, code, subjects=False)
    version = queries.current_version(item)
    around: list[Any] = queries.members_around(item.session, version)
    recipients = list(consents.receivers_of(request.actor))
    names, roster = known_names(
        request.actor,
        item.group,
        around,
        wanted_words(request, item),
        wanted_recipients(recipients),
    )
    text = names[version.pk]
    part2 = item.record_class == RecordClass.SUD_COUNSELING
    rules = library.rules_by_basis(request.practice, queries.today_of(request.actor), part2=part2)
    offered = [(one, rules[one.basis]) for one in bases_offered(part2=part2)]
    form = draw(
        request,
        OverrideForm,
        request.POST or None,
        recipients=by_kind(recipients, names),
        members=[(str(one.pk), names[one.pk]) for one in around if one.concerned],
        offered=offered,
        sentences=sentences_of(text),
        version=version.number,
        guard=Guard(roster),
    )
    if form.is_valid():
        chosen = form.cleaned_data
        basis = Basis(chosen["basis"])
        rule = next(iter(rules[basis]), None)
        try:
            made = request_override(
                by=request.actor,
                codes=[code],
                basis=basis,
                recipient=_recipient(request, form),
                words=ClaimWords(
                    **{name: chosen.get(name) or "" for name in WORDS}, passages=form.passages
                ),
                said=form.stated,
                involved=form.concerned,
                suing=form.concerned if basis is Basis.LEGAL_DEFENSE else (),
                text=text,
                once=form.key,
                guard=form.guard,
                urgent=bool(chosen["alone"]),
                rule=rule.id if rule else None,
                rule_code=rule.code if rule else "",
                tell_by=chosen["tell_by"],
            )
        except Rejected as rejected:
            form.reject(rejected)
        except OverrideWithheld as withheld:
            return redirect("override", code=withheld.override.code)
        else:
            if form.offered[basis].may_be_urgent:
                return _prove(request, made)
            messages.success(request, _("Asked. Nothing has gone out yet."))
            return redirect("override", code=made.code)
    context = {
        "form": form,
        "item": item,
        "part2": part2,
        "grounds": [_ground(one, rules, form) for one, rules in offered],
    }
    return render(request, "facilitator/emergency.html", context)


@keeps_form(PrivilegeForm)
@require_http_methods(["GET", "POST"])
@facilitator
def assert_privilege(request: HouseRequest, code: str, ground: str) -> HttpResponse:
    """A subpoena without an order, or a confession: nothing goes, and it is recorded."""
    if ground not in NOTHING_GOES:
        raise Http404
    item = queries.own_item(request.actor, code)
    recipients = list(consents.receivers_of(request.actor))
    around = queries.members_around(item.session)
    names, roster = known_names(request.actor, item.group, around, wanted_recipients(recipients))
    form = draw(
        request,
        PrivilegeForm,
        request.POST or None,
        recipients=by_kind(recipients, names),
        members=_members(item, names),
    )
    form.fields["recipient"].label = _("Who wants the words")
    if form.is_valid():
        try:
            request_override(
                by=request.actor,
                codes=[code],
                basis=NOTHING_GOES[ground],
                recipient=_recipient(request, form),
                words=ClaimWords(what=form.cleaned_data["what"]),
                said={Fact.COUNSEL_TOLD} if form.cleaned_data["counsel"] else (),
                involved=form.concerned,
                text="",
                once=form.key,
                guard=Guard(roster),
            )
        except Rejected as rejected:
            form.reject(rejected)
        except OverrideWithheld as withheld:
            return redirect("override", code=withheld.override.code)
    context = {"form": form, "item": item, "subpoena": ground == "subpoena"}
    return render(request, "facilitator/privilege.html", context)


@require_GET
@facilitator
def overrides(request: HouseRequest) -> HttpResponse:
    """One's own emergencies, newest first, and whom to tell."""
    seen = consents.own_overrides_of(request.actor)
    to_tell = consents.overrides_to_tell(request.actor, queries.today_of(request.actor))
    context = {
        "rows": [{"seen": one, "state": STATES[one.state]} for one in seen],
        "to_tell": set(to_tell.values_list("pk", flat=True)),
    }
    return render(request, "facilitator/overrides.html", context)


@require_http_methods(["GET", "POST"])
@facilitator
def override(request: HouseRequest, code: str) -> HttpResponse:
    """How one emergency stands, and the one thing to do next; its words open on a button."""
    seen = consents.override(request.actor, code)
    item = seen.override.version.disclosure
    claim = opened = None
    if OPEN in request.POST:
        opened = open_own_override(by=request.actor, code=code)
        claim = read_claim(vault.open(seen.override.sealed_claim, opened.receipt))
    people = {one.by_id for one in seen.override.answers.all()}
    outcome = getattr(seen.review, "outcome", None) if seen.review else None
    names = names_in(
        request,
        item.session,
        wanted_recipients([seen.override.recipient]),
        *wanted_staff(request.actor, {*people, *([outcome.by_id] if outcome else [])}),
    )
    context = {
        "seen": seen,
        "override": seen.override,
        "item": item,
        "recipient": names[seen.override.recipient_id],
        "state": STATES[seen.state],
        "over": _is_over(seen, timezone.now()),
        "reasons": why_not(consents.reasons_of(seen.override))
        if seen.state is OverrideState.REFUSED
        else [],
        "answers": [(one, names.get(one.by_id, "")) for one in seen.override.answers.all()],
        "claim": claim,
        **(_said_back(request, seen, opened.receipt) if opened else {}),
        "outcome": outcome,
        "reviewer": names[outcome.by_id] if outcome else "",
        "told": _tellings(seen.override, names),
    }
    return render(request, "facilitator/override.html", context)


@require_POST
@facilitator
def begin_override(request: HouseRequest, code: str) -> HttpResponse:
    """Go and give the proof for letting exactly this out; nothing goes yet."""
    return _prove(request, consents.own_override(request.actor, code))


@require_http_methods(["GET", "POST"])
@facilitator
def confirm_override(request: HouseRequest, code: str, step_up: UUID) -> HttpResponse:
    """The last look and the button. Too early it does nothing, and the proof is not used up."""
    seen = consents.override(request.actor, code)
    over = early = False
    if request.method == "POST":
        if seen.state is OverrideState.WAITING:
            early = True
        else:
            try:
                made = release_override(
                    by=request.actor, code=code, step_up_id=step_up, once=posted_key(request)
                )
                messages.success(request, _("It may go out now, once. Choose how."))
                return redirect("release_page", code=made.code)
            except OverrideWithheld as withheld:
                messages.warning(request, " ".join(str(one) for one in why_not(withheld.reasons)))
                return redirect("override", code=code)
            except StepUpRefused:
                over = True
            except Rejected as rejected:
                messages.warning(request, first_sentence(rejected))
                return redirect("override", code=code)
    item = seen.override.version.disclosure
    names = names_in(request, item.session, wanted_recipients([seen.override.recipient]))
    context = {
        "override": seen.override,
        "waits": seen.state is OverrideState.WAITING,
        "recipient": names[seen.override.recipient_id],
        "once": uuid4(),
        "over": over,
        "early": early,
    }
    status = 409 if over else 200
    return render(request, "facilitator/override_confirm.html", context, status=status)


@require_POST
@facilitator
def drop(request: HouseRequest, code: str) -> HttpResponse:
    """Let a request go; after a release nothing opens any more."""
    drop_override(by=request.actor, code=code)
    messages.success(request, _("Let go. Nothing opens on it any more."))
    return redirect("override", code=code)


def _ground(one: Offered, rules: list[JurisdictionRule], form: OverrideForm) -> dict[str, Any]:
    return {
        "value": one.basis.value,
        "word": Override.Basis(one.basis.value).label,
        "holds": HOLDS[one.basis],
        "urgent": one.may_be_urgent,
        "rules": rules,
        "checked": form["basis"].value() == one.basis.value,
    }


def _is_over(seen: OverrideSeen, now: datetime) -> bool:
    """Say whether a release opens nothing any more though nobody handed it over."""
    if not seen.release or hasattr(seen.release, "hand_over"):
        return False
    let_go = seen.state is not OverrideState.RELEASED
    late = bool(seen.ends and seen.ends <= now)
    return let_go or late or any(link.openings_used for link in consents.links_to(seen.release))


def _prove(request: HouseRequest, made: Override) -> HttpResponse:
    what = _("To let words out without permission, for emergency %(code)s.") % {"code": made.code}
    return ask_for_proof(request, override_scope(made), what, "confirm_override", code=made.code)


def _members(item: Disclosure, names: Names) -> list[tuple[str, str]]:
    version = queries.current_version(item)
    return [(str(one.member_id), names[one.member_id]) for one in version.subjects.all()]


def _recipient(request: HouseRequest, form: WhoForm) -> Recipient | NewRecipient:
    chosen = form.cleaned_data
    if chosen["recipient"]:
        return consents.own_recipient(request.actor, chosen["recipient"])
    return NewRecipient(chosen["name"], chosen["address"])


def _said_back(request: HouseRequest, seen: OverrideSeen, receipt: Receipt) -> dict[str, str]:
    """Why the second person said no, and what the review says, under the receipt of the claim."""
    practice = request.actor.practice
    declined = [one.sealed_why(practice) for one in seen.override.answers.all()]
    outcome = getattr(seen.review, "outcome", None) if seen.review else None
    of_review = outcome.sealed_words(practice) if outcome else None
    return {
        "why_not": " ".join(vault.open(one, receipt) for one in declined if one),
        "reviewed_words": vault.open(of_review, receipt) if of_review else "",
    }


def _tellings(override: Override, names: Names) -> list[tuple[Any, str, Any]]:
    """Each member involved: what they were told, or until when that waits."""
    latest = dict[UUID, Telling]()
    for one in override.tellings.order_by("pk"):
        if not (one.member_id in latest and latest[one.member_id].how):
            latest[one.member_id] = one
    return [
        (one.member, names.get(one.member_id, one.member.code), latest.get(one.member_id))
        for one in override.involved.all()
    ]
