"""Until when, several at once, a copy of what was signed, and why a question is not open."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Practice
from accounts.queries import own_step_up
from accounts.services import StepUpRefused
from consent import queries
from consent.kinds import Kind
from consent.models import Consent
from consent.services.deciding import chosen_end, decline_consent, last_day_bound
from consent.services.showing import show_change, show_together
from consent.services.together import grant_together, together_scope
from pages.member.cards import INSTANT, Card, card, counting, named_in, names_of
from pages.member.forms import EndForm, SignatureForm
from pages.member.grounds import by_another, signed_as
from pages.shared.access import MEMBER, HouseRequest, View, door, is_frozen, only_of
from pages.shared.names import open_names
from pages.shared.views import ask_for_proof
from sessions_app.models import Disclosure, local_midnight
from sessions_app.rules import Rejected
from vault import services as vault
from vault.services import Sealed

ANSWER = "answer-"
YES_OR_NO = ("allow", "decline")
BETWEEN_CODES = "."
member = door(MEMBER)


def asked_day(consent: Consent) -> date:
    """Return the last local day that a question asks for."""
    return timezone.localtime(consent.expires - INSTANT).date()


def ending(last_day: date | None, practice: Practice) -> dict[str, object]:
    """Return the last day of a yes as a page says it."""
    if last_day is None:
        return {}
    return {"last_day": local_midnight(last_day + timedelta(days=1), practice) - INSTANT}


def is_an_end(request: HouseRequest, form: EndForm, consent: Consent) -> bool:
    """Say whether the day that was chosen may end this yes; if not, the form says why."""
    if not form.is_valid():
        return False
    try:
        chosen_end(consent, form.chosen, request.practice, timezone.now())
    except Rejected as rejected:
        form.reject(rejected)
        return False
    return True


def what_is_allowed(request: HouseRequest, consent: Consent, form: EndForm) -> str:
    """Return the act of a yes as a sentence, for the page that asks for the password."""
    names = names_of(request, named_in([consent]))
    reader = names.get(consent.recipient_id, consent.recipient.code)
    day = date_format(form.chosen or form.asked, "DATE_FORMAT")
    return _("To allow these words to go to %(reader)s, until %(day)s.") % {
        "reader": reader,
        "day": day,
    }


def or_why_not(view: Callable[..., HttpResponse]) -> View:
    """Answer for a question of the member's own that is not open: why, and that nothing was done.

    For anybody else's it does not exist, as ever (R1), nor if it is one of several.
    """

    @wraps(view)
    def answered(request: HouseRequest, *args: object, code: str, **kwargs: object) -> HttpResponse:
        try:
            return view(request, *args, code=code, **kwargs)
        except Consent.DoesNotExist:
            several = {code, *str(kwargs.get("chosen", code)).split(BETWEEN_CODES)}
            own = queries.own_consents(request.actor).filter(code__in=several)
            if own.count() != len(several):
                raise
            return _why_not(request, queries.own_consent(request.actor, code))

    return answered


def _why_not(request: HouseRequest, consent: Consent) -> HttpResponse:
    if consent.version.disclosure.state in Disclosure.OUT:
        raise Consent.DoesNotExist
    status = 409 if request.method == "POST" else 200
    if consent.version.number != consent.version.disclosure.current_version:
        return render(request, "member/changed.html", _changed(request, consent), status=status)
    late = consent.request.answer_by <= timezone.now()
    if late and consent.last_kind == Kind.ASKED:
        return render(request, "member/too_late.html", {"consent": consent}, status=status)
    return redirect("permission", code=consent.code)


def _changed(request: HouseRequest, consent: Consent) -> dict[str, object]:
    """What was asked about, to whoever said it, beside what is asked about now."""
    anew = queries.asked_anew(request.actor, consent)
    context: dict[str, object] = {"consent": consent, "anew": anew}
    if anew:
        change = show_change(by=request.actor, before=consent, now=anew)
        sealed = {
            key: version.sealed_text(request.actor.practice)
            for key, version in (("before", change.before), ("words", change.now))
            if version
        }
        texts = vault.open_all(list(sealed.values()), change.receipt)
        context |= dict(zip(sealed, texts, strict=True))
    return context


@require_http_methods(["GET", "POST"])
@member
@or_why_not
def together(request: HouseRequest, code: str) -> HttpResponse:
    """All that one question asks about, on one screen: each has its own yes or no, or waits."""
    asked = queries.open_question(request.actor, code)
    consents = queries.asked_together(request.actor, asked)
    sent = request.POST if request.method == "POST" else None
    form = EndForm(sent, asked=asked_day(asked))
    if sent is None:
        return _together(request, asked, consents, form)
    only_of(request.POST, ANSWER, [one.code for one in consents])
    answers = {one.code: request.POST.get(ANSWER + one.code, "") for one in consents}
    if set(answers.values()) - {*YES_OR_NO, ""}:
        raise Http404
    # A no needs nothing else: not even a day that can be read.
    for one, answer in answers.items():
        if answer == "decline":
            decline_consent(by=request.actor, code=one)
    chosen = [one for one in consents if answers[one.code] == "allow"]
    if not chosen or is_frozen(request):
        return redirect("permissions")
    if not is_an_end(request, form, asked):
        consents = queries.asked_together(request.actor, asked)
        return _together(request, asked, consents, form, answers)
    return ask_for_proof(
        request,
        together_scope(chosen, form.chosen),
        what_is_allowed(request, asked, form),
        "sign_together",
        code=code,
        chosen=BETWEEN_CODES.join(one.code for one in chosen),
    )


def _together(
    request: HouseRequest,
    asked: Consent,
    consents: list[Consent],
    form: EndForm,
    answers: dict[str, str] | None = None,
) -> HttpResponse:
    context = {
        **_asked_about(request, asked, consents, answers or {}),
        **counting(request),
        "form": form,
    }
    return render(request, "member/together.html", context)


@require_http_methods(["GET", "POST"])
@member
@or_why_not
def sign_together(request: HouseRequest, code: str, chosen: str, step_up: UUID) -> HttpResponse:
    """Every item that was chosen once more, and one name that says yes to exactly these."""
    codes = chosen.split(BETWEEN_CODES)
    if not all(re.fullmatch(queries.CODE, one) for one in codes):
        raise Http404
    consents = queries.open_questions(request.actor, codes)
    last_day = last_day_bound(own_step_up(request.user.pk, step_up))
    form = SignatureForm(request.POST or None)
    over = False
    if form.is_valid():
        try:
            given = grant_together(
                by=request.actor,
                codes=codes,
                signature=form.cleaned_data["signature"],
                step_up_id=step_up,
                last_day=last_day,
            )
            said = ngettext("You allowed it.", "You allowed %(n)d of them.", len(given))
            messages.success(request, said % {"n": len(given)})
            return redirect("permissions")
        except Rejected as rejected:
            form.reject(rejected)
        except StepUpRefused:
            over = True
    context = {
        **_asked_about(request, consents[0], consents, {}),
        **counting(request),
        **ending(last_day, request.practice),
        "form": form,
        "over": over,
    }
    return render(request, "member/sign_together.html", context, status=409 if over else 200)


def _asked_about(
    request: HouseRequest, asked: Consent, consents: list[Consent], answers: dict[str, str]
) -> Card:
    """Return the facts of one question, and each item of it with the words the member may read."""
    people = {one.pk: one for one in named_in(consents)}
    shown = show_together(
        by=request.actor,
        consents=consents,
        act="question.opened",
        object_id=asked.request_id,
        code=asked.request.code,
        also=list(people),
    )
    sealed = {pk: thing.sealed_name for pk, thing in people.items()}
    sealed |= {pk: v.sealed_text(request.actor.practice) for pk, v in shown.versions.items()}
    words = names = dict(
        zip(sealed, vault.open_all([*sealed.values()], shown.receipt), strict=True)
    )
    items = [
        {
            **card(one, names),
            "words": words.get(one.pk, ""),
            "several": one.several,
            "answer": answers.get(one.code, ""),
        }
        for one in consents
    ]
    return {
        **card(asked, names),
        "items": items,
        "several": any(one.several for one in consents),
        "others_too": not all(item["spoke"] for item in items),
    }


@require_GET
@member
def copy(request: HouseRequest, code: str) -> HttpResponse:
    """What was signed, to print and keep: scope, name, time, and the words while they are open."""
    consent = queries.own_consent_and_ledger(request.actor, code)
    given = [event for event in consent.events.all() if event.kind == Kind.GRANTED]
    if not given or consent.version.disclosure.state in Disclosure.OUT:
        raise Consent.DoesNotExist
    people = {one.pk: one for one in [*named_in([consent]), consent.member]}
    signed = {
        event.pk: Sealed(
            bytes(event.signature_sealed), event.signature_place(request.actor.practice)
        )
        for event in given
        if event.signature_sealed
    }
    shown = show_together(
        by=request.actor,
        consents=[consent],
        act="copy.opened",
        object_id=consent.pk,
        code=consent.code,
        also=[*people, *signed],
    )
    version = shown.versions.get(consent.pk)
    sealed = dict(signed)
    if version:
        sealed[version.pk] = version.sealed_text(request.actor.practice)
    opened = dict(zip(sealed, vault.open_all([*sealed.values()], shown.receipt), strict=True))
    names = open_names(people.values(), shown.receipt)
    context = {
        **card(consent, names),
        "known_as": names[consent.member_id],
        "words": opened.get(version.pk, "") if version else "",
        "signed": [
            {
                "event": event,
                "name": signed_as(event, opened.get(event.pk, "")),
                "by_another": by_another(event, request.actor.user),
                "last_day": (event.until or consent.expires) - INSTANT,
            }
            for event in given
        ],
    }
    return render(request, "member/copy.html", context)
