"""The member's decisions: the question, the answer, and taking it back."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.queries import own_step_up
from accounts.services import StepUpRefused
from consent import queries
from consent.kinds import Kind
from consent.models import Consent
from consent.queries import Standing
from consent.services.deciding import (
    decline_consent,
    grant_consent,
    grant_scope,
    last_day_bound,
    revoke_consent,
)
from consent.services.holding import hold_consent
from consent.services.previewing import preview_own
from consent.services.showing import show_words
from pages.member.cards import card, cards, counting, named_in, names_of
from pages.member.deciding import asked_day, ending, is_an_end, or_why_not, what_is_allowed
from pages.member.forms import EndForm, SignatureForm
from pages.member.grounds import grounds_of, newest_first
from pages.member.who_saw import lines_of, seen_of
from pages.shared.access import MEMBER, HouseRequest, door
from pages.shared.letter import NO_CODE_YET, letter
from pages.shared.names import Names
from pages.shared.over_time import picture_of, spans_of
from pages.shared.pictures import Picture
from pages.shared.views import ask_for_proof
from sessions_app import queries as sessions
from sessions_app.models import DisclosureVersion
from sessions_app.rules import Rejected
from vault import services as vault
from vault.key_ring import Keyless

ON_A_PERMISSION = 5
WORTH_A_PICTURE = timedelta(days=7)
member = door(MEMBER)


@require_GET
@member
def permissions(request: HouseRequest) -> HttpResponse:
    """Everything the member was ever asked, newest first, each with what stands."""
    before = request.GET.get("before", "")
    consents = queries.page_of_own_consents(request.actor, before=before)
    more = consents[-1].code if len(consents) == queries.PAGE else ""
    context = {"cards": cards(request, consents), "more": more, "first": not before}
    return render(request, "member/permissions.html", context)


@require_GET
@member
@or_why_not
def question(request: HouseRequest, code: str) -> HttpResponse:
    """The one question: exact words, who, why, how long, and what no and yes mean."""
    return _question(request, queries.open_question(request.actor, code))


def _question(request: HouseRequest, consent: Consent, form: EndForm | None = None) -> HttpResponse:
    context = {
        **_with_words(request, consent),
        **counting(request),
        "form": form or EndForm(asked=asked_day(consent)),
        "together": consent.together,
    }
    return render(request, "member/question.html", context)


@require_POST
@member
@or_why_not
def allow(request: HouseRequest, code: str) -> HttpResponse:
    """Go and give the password for this one yes and its end; nothing is allowed yet."""
    consent = queries.open_question(request.actor, code)
    form = EndForm(request.POST, asked=asked_day(consent))
    if not is_an_end(request, form, consent):
        return _question(request, consent, form)
    if queries.standing(consent, timezone.now()) is Standing.GRANTED:
        return redirect("permission", code=code)
    what = what_is_allowed(request, consent, form)
    scope = grant_scope(consent, form.chosen)
    return ask_for_proof(request, scope, what, "sign_question", code=code)


@require_POST
@member
@or_why_not
def decline(request: HouseRequest, code: str) -> HttpResponse:
    """No. It needs nothing else."""
    decline_consent(by=request.actor, code=code)
    return redirect("permission", code=code)


@require_http_methods(["GET", "POST"])
@member
@or_why_not
def sign_question(request: HouseRequest, code: str, step_up: UUID) -> HttpResponse:
    """The same words once more, and the typed name that says yes to them."""
    consent = queries.open_question(request.actor, code)
    last_day = last_day_bound(own_step_up(request.user.pk, step_up))
    form = SignatureForm(request.POST or None)
    over = False
    if form.is_valid():
        try:
            grant_consent(
                by=request.actor,
                code=code,
                signature=form.cleaned_data["signature"],
                step_up_id=step_up,
                last_day=last_day,
            )
            return redirect("permission", code=code)
        except Rejected as rejected:
            form.reject(rejected)
        except StepUpRefused:
            over = True
    context = {
        **_with_words(request, consent),
        **counting(request),
        **ending(last_day, request.practice),
        "form": form,
        "over": over,
    }
    return render(request, "member/sign.html", context, status=409 if over else 200)


@require_GET
@member
def permission(request: HouseRequest, code: str) -> HttpResponse:
    """One consent: what stands, since when, and the way to take it back."""
    return render(
        request,
        "member/permission.html",
        _story(request, queries.own_consent_and_ledger(request.actor, code)),
    )


@require_POST
@member
def read_words(request: HouseRequest, code: str) -> HttpResponse:
    """The same page with the words, where the member may read them."""
    consent = queries.own_consent_and_ledger(request.actor, code)
    context = {**_story(request, consent), **_with_words(request, consent)}
    return render(request, "member/permission.html", context)


@require_POST
@member
def preview(request: HouseRequest, code: str) -> HttpResponse:
    """The letter as the reader would get it, of words that concern this member alone."""
    consent = queries.own_consent(request.actor, code)
    try:
        found = preview_own(by=request.actor, consent=consent)
    except DisclosureVersion.DoesNotExist:
        story = _story(request, queries.own_consent_and_ledger(request.actor, code))
        return render(request, "member/permission.html", {**story, "closed": True})
    context = {"consent": consent, "supposed": found.supposed}
    if not found.parts:
        recipient = names_of(request, [consent.recipient])[consent.recipient_id]
        return render(request, "member/preview_nothing.html", {**context, "recipient": recipient})
    as_sent = letter(
        consent.recipient,
        found.parts,
        found.receipt,
        purpose=consent.purposes[0],
        practice=request.practice,
    )
    release = {"code": NO_CODE_YET, "decided_at": found.at}
    return render(request, "member/preview.html", {**context, **as_sent, "release": release})


@require_http_methods(["GET", "POST"])
@member
def take_back(request: HouseRequest, code: str) -> HttpResponse:
    """Ask once, then end it from this instant. No password, no reason, no key."""
    consent = queries.own_consent(request.actor, code)
    if request.method == "POST":
        revoke_consent(by=request.actor, code=consent.code)
        return redirect("permission", code=code)
    names = names_of(request, named_in([consent]))
    return render(request, "member/take_back.html", card(consent, names))


@require_http_methods(["GET", "POST"])
@member
def say_pressured(request: HouseRequest, code: str) -> HttpResponse:
    """Say that the yes was not free. To everybody but the supervisor it is taken back."""
    consent = queries.own_consent(request.actor, code)
    if request.method == "POST":
        hold_consent(by=request.actor, code=consent.code)
        return redirect("permission", code=code)
    group, day = consent.version.disclosure.group, sessions.today_of(request.actor)
    told = sessions.supervisors_on(group, day) - sessions.leaders_on(group, day)
    told -= {consent.request.asked_by_id}
    return render(request, "member/pressured.html", {"consent": consent, "told": told})


def _story(request: HouseRequest, consent: Consent) -> dict[str, object]:
    """What happened to one consent, who had the words under it, and who opened them lately."""
    known = _known(request, consent)
    seen = seen_of(request.actor, known or [], limit=ON_A_PERMISSION)
    names = names_of(request, [*named_in([consent]), *seen.named()])
    released = queries.let_out_under(consent)
    told = card(consent, names)
    ended = told["standing"] is not Standing.GRANTED
    dead_links = queries.links_that_died(consent, released) if ended else []
    read_at = queries.read_by_link(consent, released)
    given = [one.hand_over for one in released if hasattr(one, "hand_over")]
    grounds = grounds_of(request, consent)
    return {
        **told,
        **counting(request, consent.events.all()),
        "events": list(reversed(consent.events.all())),
        **grounds,
        "released": released,
        "read_at": read_at,
        "dead_links": dead_links,
        "signed_once": any(event.kind == Kind.GRANTED for event in consent.events.all()),
        "given": given,
        "happened": newest_first(grounds["told"], read_at, [one.at for one in given]),
        "several": consent.several,
        # A question whose words are closed to the member has no answer but a no.
        "offered": told["open"] and known != [],
        "lately": lines_of(seen, names, request.practice) if names else [],
        "picture": _picture(request, consent, names),
    }


def _known(request: HouseRequest, consent: Consent) -> list[queries.KnownItem] | None:
    """Return the consent's item if the member may read it now; without keys nobody knows."""
    try:
        about = consent.version.disclosure_id
        return queries.known_items(request.actor, only=about, asked=[consent])
    except Keyless:
        return None


def _picture(request: HouseRequest, consent: Consent, names: Names) -> Picture | None:
    """Draw what stood over time; one state of a few days is not worth a picture."""
    now, zone = timezone.now(), request.practice.zone
    changed = consent.version.number != consent.version.disclosure.current_version
    changed_at = sessions.replaced_at(consent.version) if changed else None
    spans = spans_of(consent, zone=zone, now=now, changed_at=changed_at)
    reader = names.get(consent.recipient_id, consent.recipient.code)
    drawn = picture_of([(reader, spans)], today=now.astimezone(zone).date())
    long = drawn.until - drawn.since >= WORTH_A_PICTURE
    return drawn if long or len(drawn.table) > 1 else None


def _with_words(request: HouseRequest, consent: Consent) -> dict[str, object]:
    """Add the words, after the entry that this member was shown them, and the names with them."""
    people = {thing.pk: thing for thing in named_in([consent])}
    try:
        shown = show_words(by=request.actor, consent=consent, also=list(people))
    except DisclosureVersion.DoesNotExist:
        return {**card(consent, names_of(request, people.values())), "closed": True}
    sealed = {pk: thing.sealed_name for pk, thing in people.items()}
    sealed[shown.version.pk] = shown.version.sealed_text(request.actor.practice)
    opened = dict(zip(sealed, vault.open_all([*sealed.values()], shown.receipt), strict=True))
    return {
        **card(consent, opened),
        "words": opened[shown.version.pk],
        "several": consent.several,
    }
