"""Deciding for a member: whoever speaks for somebody sees the questions, by the member's code."""

from copy import copy
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.services import StepUpRefused
from consent import queries
from consent.kinds import Kind
from consent.models import Consent, ConsentEvent
from consent.queries import Standing
from consent.services.deciding_for import deny_for, grant_for, grant_for_scope, show_words_for
from pages.member.cards import Card, card, counting, named_in, names_of
from pages.member.forms import SignatureForm
from pages.shared.access import REPRESENTATIVE, HouseRequest, door
from pages.shared.sentences import STAFF_PURPOSES
from pages.shared.views import ask_for_proof
from sessions_app.models import DisclosureVersion
from sessions_app.rules import Rejected
from vault import services as vault
from vault.key_ring import Keyless

representative = door(REPRESENTATIVE)


@require_GET
@representative
def listed(request: HouseRequest) -> HttpResponse:
    """Everything that waits for this person, and what stands, for each they speak for."""
    members = queries.represented(request.actor)
    consents = list(queries.consents_for(request.actor, list(members)))
    names = names_of(request, named_in(consents))
    cards = [_card(request, consent, names) for consent in consents]
    context = {
        "speaks": bool(members),
        "waiting": [one for one in cards if one["mine"]],
        "others": [one for one in cards if not one["mine"]],
    }
    return render(request, "representative/list.html", context)


@require_GET
@representative
def question(request: HouseRequest, code: str) -> HttpResponse:
    """One question: who would read, why, how long, and what no and yes mean. Without the words."""
    return _page(request, code)


@require_POST
@representative
def read_words(request: HouseRequest, code: str) -> HttpResponse:
    """The same page with the words, for somebody whose authority says that they may read."""
    consent = queries.represented_consent(request.actor, code)
    shown = show_words_for(by=request.actor, consent=consent)
    words = vault.open(shown.version.sealed_text(request.actor.practice), shown.receipt)
    return _page(request, code, words=words)


@require_POST
@representative
def allow(request: HouseRequest, code: str) -> HttpResponse:
    """Go and give the password for this one yes; nothing is allowed yet."""
    consent = queries.represented_question(request.actor, code)
    what = _("To decide for %(member)s.") % {"member": consent.member.code}
    return ask_for_proof(request, grant_for_scope(consent), what, "represent_sign", code=code)


@require_http_methods(["GET", "POST"])
@representative
def sign(request: HouseRequest, code: str, step_up: UUID) -> HttpResponse:
    """What is allowed, once more, and the typed name that says yes to it."""
    members = queries.represented(request.actor)
    consent = queries.represented_question(request.actor, code, members)
    form, over = SignatureForm(request.POST or None), False
    if form.is_valid():
        try:
            grant_for(
                by=request.actor,
                code=code,
                signature=form.cleaned_data["signature"],
                step_up_id=step_up,
            )
            return redirect("represent_question", code=code)
        except Rejected as rejected:
            form.reject(rejected)
        except StepUpRefused:
            over = True
    may_read = members[consent.member_id].may_read
    return _shown(request, consent, may_read=may_read, form=form, over=over, signing=True)


@require_POST
@representative
def say_no(request: HouseRequest, code: str) -> HttpResponse:
    """No, or no longer. It needs nothing else."""
    deny_for(by=request.actor, code=code)
    return redirect("represent_question", code=code)


def _page(request: HouseRequest, code: str, **more: object) -> HttpResponse:
    try:
        members = queries.represented(request.actor)
        consent = queries.consents_for(request.actor, list(members)).get(code=code)
        may_read = members[consent.member_id].may_read
    except Keyless:
        consent, may_read = queries.consent_to_deny(request.actor, code), False
    return _shown(request, consent, may_read=may_read, **more)


def _shown(
    request: HouseRequest, consent: Consent, *, may_read: bool, **more: object
) -> HttpResponse:
    names = names_of(request, named_in([consent]))
    context = {
        **_card(request, consent, names),
        **counting(request, consent.events.all()),
        "may_read": may_read and _is_open(request, consent),
        **more,
    }
    status = 409 if more.get("over") else 200
    return render(request, "representative/question.html", context, status=status)


def _is_open(request: HouseRequest, consent: Consent) -> bool:
    """Say whether the words may be read: the speaker's yes goes before that of anybody else."""
    try:
        version = queries.version_shown_for(request.actor, consent)
    except DisclosureVersion.DoesNotExist:
        return False
    return version.pk == consent.version_id


def _card(request: HouseRequest, consent: Consent, names: dict[UUID, str]) -> Card:
    known, signed = _as_known_to(request.user.pk, consent)
    told = {**card(known, names), "consent": consent}
    waits = told["standing"] is Standing.WAITING and not signed
    purpose = [STAFF_PURPOSES[one] for one in consent.purposes]
    return {
        **told,
        "purpose": purpose,
        "mine": waits,
        "signed": signed,
        "asked_again": _again(consent),
    }


def _as_known_to(signer: UUID, consent: Consent) -> tuple[Consent, bool]:
    """Return a consent as one of two signers may know it, and whether they signed it (R34).

    While nobody is bound, what the other did looks like silence until the date: a yes
    with its last day, a no, and their end. What bound is known to both, and its end.
    """
    signed, known, bound = list[ConsentEvent](), list[ConsentEvent](), False
    events = sorted(consent.events.all(), key=lambda one: one.counter)
    for event in events:
        was, signed = bound, [*signed, event]
        bound = len(queries.signatures_in(signed)) > 1
        if event.by_id == signer or event.kind == Kind.ASKED or was or bound:
            known.append(event)
    if not consent.half_signed or not known or known[-1] is events[-1]:
        return consent, signer in queries.signatures_in(events)
    seen = copy(consent)
    seen.last_kind, seen.last_until, seen.last_at = known[-1].kind, known[-1].until, known[-1].at
    return seen, signer in queries.signatures_in(known)


def _again(consent: Consent) -> bool:
    return consent.to_reaffirm and consent.expires > timezone.now()
