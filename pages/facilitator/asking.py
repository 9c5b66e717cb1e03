"""Asking members, and seeing who has agreed."""

from collections.abc import Iterable
from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from consent import queries as consents
from consent.models import Recipient
from consent.policies import last_day_of
from consent.services.asking import ask_consent
from pages.facilitator.forms import AskForm
from pages.facilitator.groups import facilitator
from pages.facilitator.items import names_in
from pages.facilitator.sessions import item_card, wanted_words
from pages.shared.access import HouseRequest, policy_in
from pages.shared.names import (
    Names,
    Wanted,
    open_wanted,
    wanted_names,
    wanted_recipients,
    wanted_roster,
)
from pages.shared.sentences import STAFF_PURPOSES
from sessions_app import queries
from sessions_app.models import DisclosureVersion, Member, TherapyGroup
from sessions_app.rules import Rejected

# A period ends where the next day begins; people are told its last day.
INSTANT = timedelta(microseconds=1)


@require_http_methods(["GET", "POST"])
@facilitator
def ask(request: HouseRequest, code: str) -> HttpResponse:
    """Ask those an item concerns: to whom, why, until when. The speaker is asked first."""
    item = queries.own_item(request.actor, code)
    recipients = list(consents.recipients_of(request.actor))
    names = names_in(
        request, item.session, wanted_recipients(recipients), wanted_words(request, item)
    )
    today = queries.today_of(request.actor)
    last = last_day_of(policy_in(request), today)
    expires = min(filter(None, (last, today + timedelta(days=90))))
    form = AskForm(
        request.POST or None,
        recipients=by_kind(recipients, names),
        groups=[(r.code, names[r.pk]) for r in recipients if r.kind == Recipient.Kind.CLASS],
        last=last,
        initial={
            "expires_on": expires,
            "answer_by": min(expires, today + timedelta(days=14)),
        },
    )
    if form.is_valid():
        try:
            asked = ask_consent(
                by=request.actor,
                codes=[code],
                recipient=consents.own_recipient(request.actor, form.cleaned_data["recipient"]),
                purposes=[form.cleaned_data["purpose"]],
                expires_on=form.cleaned_data["expires_on"],
                answer_by=form.cleaned_data["answer_by"],
                once=form.key,
                recipient_class=_within(request, form.cleaned_data["within"]),
            )
            messages.success(request, _("The question is on its way."))
            return redirect("request", code=asked.code)
        except Rejected as rejected:
            form.reject(rejected)
    state = consents.ItemState.NOT_ASKED
    context = {"form": form, **item_card(item, names, state)}
    return render(request, "facilitator/ask.html", context)


@require_GET
@facilitator
def requests(request: HouseRequest) -> HttpResponse:
    """Every question about the person's items, newest first."""
    listed = consents.own_requests(request.actor, before=request.GET.get("before", ""))
    readers = {r.recipient.pk: r.recipient for r in listed}
    evenings = {r.pk: r.own[0].disclosure.session for r in listed if r.own}
    groups = {one.group.pk: one.group for one in evenings.values()}
    names = open_wanted(
        request.actor,
        wanted_recipients(readers.values()),
        *([wanted_names("groups.listed", groups.values())] if groups else []),
    )
    now = timezone.now()
    rows = [
        {
            "request": r,
            "recipient": names[r.recipient_id],
            "open": r.answer_by > now,
            "words": (evening := evenings.get(r.pk)),
            "group": names[evening.group_id] if evening else "",
        }
        for r in listed
    ]
    more = listed[-1].code if len(listed) == consents.PAGE else ""
    return render(request, "facilitator/requests.html", {"rows": rows, "more": more})


@require_GET
@facilitator
def request_page(request: HouseRequest, code: str) -> HttpResponse:
    """One question: who has agreed, as far as the asker may know."""
    found = consents.own_request(request.actor, code)
    versions = consents.own_versions_of(request.actor, found)
    answered = consents.answers_to(found, versions, timezone.now())
    readers = [one for one in (found.recipient, found.recipient_class) if one]
    names = open_wanted(request.actor, *_rosters(versions), wanted_recipients(readers))
    codes = consents.questions_of_mine(found)
    papers = {one.consent.code: one for one in consents.papers_about(found)}
    is_open = min(found.answer_by, found.expires) > timezone.now()
    to_confirm = {}
    if policy_in(request).in_person:
        to_confirm = consents.unconfirmed(request.actor, found)
    rows = [
        {
            "to_confirm": [
                (names[a.member.pk], to_confirm[version.pk, a.member.pk])
                for a in answered[version.pk]
                if (version.pk, a.member.pk) in to_confirm
            ],
            "item": version.disclosure,
            "changed": version.number != version.disclosure.current_version,
            "answers": [(names[a.member.pk], a) for a in answered[version.pk]],
            "elsewhere": [
                (names[a.member.pk], asked, papers.get(asked) if is_open else None, a in surely)
                for a in consents.may_deny_surely(answered[version.pk])
                if (asked := codes.get((version.pk, a.member.pk)))
            ],
        }
        for version in versions
        for surely in [consents.asked_surely(answered[version.pk]) if is_open else []]
    ]
    context = {
        "asked": found,
        "is_open": is_open,
        "purposes": [STAFF_PURPOSES[one] for one in found.purposes],
        "recipient": names[found.recipient_id],
        "within": names[found.recipient_class_id] if found.recipient_class_id else "",
        "answer_by": found.answer_by - INSTANT,
        "last_day": found.expires - INSTANT,
        "rows": rows,
    }
    return render(request, "facilitator/request.html", context)


def by_kind(
    recipients: Iterable[Recipient], names: Names
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return recipients as a form offers them: people, organisations and groups, each apart."""
    kinds = {Recipient.Kind.PERSON: _("People"), Recipient.Kind.ORGANISATION: _("Organisations")}
    kinds[Recipient.Kind.CLASS] = _("Groups of recipients")
    listed = list(recipients)
    apart = [
        (words, [(one.code, names[one.pk]) for one in listed if one.kind == kind])
        for kind, words in kinds.items()
    ]
    return [(words, choices) for words, choices in apart if choices]


def _within(request: HouseRequest, code: str) -> Recipient | None:
    return consents.own_class(request.actor, code) if code else None


def _rosters(versions: Iterable[DisclosureVersion]) -> list[Wanted]:
    """The names of those whom versions concern, group by group."""
    members: dict[TherapyGroup, list[Member]] = {}
    for version in versions:
        concerned = members.setdefault(version.disclosure.session.group, [])
        concerned += [subject.member for subject in version.subjects.all()]
    return [wanted_roster(group, concerned) for group, concerned in members.items()]
