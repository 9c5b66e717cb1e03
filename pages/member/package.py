"""What a member's own record holds, table by table; every value is text.

Nothing of anybody else: of words that concern several the version that the
speaker allows to be shown to this very member, and otherwise the day and the
code of the own permission alone. Staff are named as on the member's pages.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent import queries
from consent.kinds import Kind
from consent.models import Consent, ConsentEvent, PaperConsent, PrivacyRequest
from consent.queries import ToldOverride
from consent.rules.claims import read_claim
from consent.services.exporting import export_own
from ethics import queries as ethics
from ethics.models import SafetyPlan
from ethics.risk_rules import PARTS, plan_parts
from pages.member.cards import INSTANT, named_in
from pages.member.grounds import by_another, signed_as
from pages.member.left_house import Left, lines_of_steps, named_in_steps
from pages.member.who_saw import Line, lines_of, seen_of
from pages.shared.access import HouseRequest
from pages.shared.names import Named, Names, open_names
from pages.shared.risk_words import HEADINGS
from pages.shared.sentences import OTHERS_PURPOSES, PURPOSES
from sessions_app import queries as sessions
from sessions_app.models import Attendance, BreachReport, Disclosure, Member, Membership
from vault import services as vault
from vault.envelope import Place
from vault.services import Sealed

EVER = (datetime(1950, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
MOST_LINES = 5_000

Row = dict[str, str]

HEADS: dict[str, Any] = {
    "me": gettext_lazy("About you"),
    "groups": gettext_lazy("Your groups and agreements"),
    "attendance": gettext_lazy("When you were there"),
    "words": gettext_lazy("Words you may read"),
    "permissions": gettext_lazy("What you were asked"),
    "events": gettext_lazy("What you answered"),
    "left": gettext_lazy("What left the house"),
    "without": gettext_lazy("What went out without your permission"),
    "who_saw": gettext_lazy("Who saw your words"),
    "requests": gettext_lazy("What you asked us"),
    "told": gettext_lazy("What you told of something that left the room"),
    "safety_plan": gettext_lazy("Your plan for hard hours"),
}

COLUMNS: dict[str, Any] = {
    "address": gettext_lazy("Address"),
    "agreement_signed": gettext_lazy("You signed the agreement"),
    "agreement_text": gettext_lazy("Text of the agreement"),
    "aliases": gettext_lazy("Other names"),
    "answer": gettext_lazy("Answer"),
    "answer_until": gettext_lazy("You could answer until"),
    "answered_by": gettext_lazy("Answered by"),
    "arrived": gettext_lazy("Came at"),
    "asked_by": gettext_lazy("Who asked"),
    "asked_on": gettext_lazy("Asked on"),
    "at": gettext_lazy("When"),
    "basis": gettext_lazy("On what ground"),
    "beside": gettext_lazy("What your facilitator added"),
    "by": gettext_lazy("By"),
    "code": gettext_lazy("Your code"),
    "group": gettext_lazy("Group"),
    "how": gettext_lazy("How"),
    "kind": gettext_lazy("What it was"),
    "name": gettext_lazy("Name"),
    "only_while_in": gettext_lazy("Only while they belong to"),
    "permission": gettext_lazy("Permission"),
    "preferred": gettext_lazy("How you are called"),
    "purpose": gettext_lazy("Why"),
    "reader": gettext_lazy("Who reads it"),
    "recipient": gettext_lazy("To"),
    "request": gettext_lazy("Code"),
    "said_by": gettext_lazy("Who said it"),
    "said_on": gettext_lazy("Said on"),
    "session": gettext_lazy("Session"),
    "signature": gettext_lazy("Signature"),
    "since": gettext_lazy("Since"),
    "state": gettext_lazy("How it stands"),
    "status": gettext_lazy("Attendance"),
    "text": gettext_lazy("You wrote"),
    "text_version": gettext_lazy("Text of the question"),
    "until": gettext_lazy("Until"),
    "what": gettext_lazy("What"),
    "why": gettext_lazy("What was happening"),
    "words": gettext_lazy("The words"),
}

# What happened, as its member may read it: stopped quietly reads as taken back (R54).
HAPPENED: dict[str, Any] = {
    Kind.ASKED: gettext_lazy("You were asked"),
    Kind.GRANTED: gettext_lazy("You allowed it"),
    Kind.DECLINED: gettext_lazy("You did not allow it"),
    Kind.REVOKED: gettext_lazy("You took your permission back"),
    Kind.HELD: gettext_lazy("You took your permission back"),
    Kind.UNHELD: gettext_lazy("It counts again"),
}


# The same, where somebody who speaks for the member did it (R81).
BY_ANOTHER: dict[str, Any] = {
    Kind.GRANTED: gettext_lazy("Somebody who speaks for you allowed it"),
    Kind.DECLINED: gettext_lazy("Somebody who speaks for you did not allow it"),
    Kind.REVOKED: gettext_lazy("Somebody who speaks for you took it back"),
}


@dataclass(frozen=True)
class Table:
    """Rows of one kind; the columns stand in the order of the file."""

    name: str
    columns: tuple[str, ...]
    rows: list[Row]

    @property
    def head(self) -> Any:
        return HEADS[self.name]

    @property
    def told(self) -> list[list[tuple[Any, str]]]:
        """The rows for a page: each cell with what it is."""
        return [[(COLUMNS[name], row[name]) for name in self.columns] for row in self.rows]


def package_of(request: HouseRequest, step_up: UUID) -> list[Table]:
    """Gather the record, note that it is taken, and open it. Raises StepUpRefused, Keyless."""
    by = request.actor
    member = sessions.own_member(by)
    consents = [
        one
        for one in queries.own_consents(by).prefetch_related(queries.LEDGER)
        if one.version.disclosure.state not in Disclosure.OUT
    ]
    stints = sessions.own_stints(by)
    seen = seen_of(by, queries.known_items(by, asked=consents), limit=MOST_LINES)
    steps = queries.went_out(by, queries.let_out_of(by), *EVER)
    to, staff = named_in_steps(request, steps)
    asked = list(queries.own_privacy_requests(by))
    breaches = list(sessions.own_breaches(by).select_related("answered_by"))
    papers = queries.papers_counted(consents)
    plan = ethics.own_safety_plan(by)
    without = queries.own_overrides(by)
    people: dict[UUID, Named] = {}
    for thing in (
        *named_in(consents),
        *seen.named(),
        *to.values(),
        *staff.values(),
        *(one.override.recipient for one in without),
        *(stint.group for stint in stints),
        *(one.answered_by for one in asked if one.answered_by),
        *(one.answered_by for one in breaches if one.answered_by),
        *(one.group for one in breaches),
        *(who for one in papers.values() for who in (one.first_by, one.second_by) if who),
    ):
        people[thing.pk] = thing
    sealed = {**_signatures(by.practice, consents, stints), **_requests(asked)}
    sealed |= _told(by.practice, breaches)
    if plan:
        sealed["plan"] = plan.sealed_words
    sealed |= {
        f"claim {one.override.pk}": one.override.sealed_claim
        for one in without
        if one.shows_words or one.shows_why
    }
    # Only what may be read now is opened; which words these are is decided under the locks.
    shown = export_own(
        by=by,
        step_up_id=step_up,
        consents=consents,
        also=[*people, *(one.place.row for one in sealed.values())],
    )
    for consent, version in shown.versions.items():
        sealed[f"words {consent}"] = version.sealed_text(by.practice)
    sealed |= {f"me {name}": value for name, value in _called(member).items()}
    addresses = {pk: one.sealed_address for pk, one in to.items()}
    texts = dict(zip(sealed, vault.open_all([*sealed.values()], shown.receipt), strict=True))
    where = dict(zip(addresses, vault.open_all([*addresses.values()], shown.receipt), strict=True))
    names = open_names(people.values(), shown.receipt)
    return [
        _table("me", [_me(member, texts)], "code", "name", "preferred", "aliases"),
        _table(
            "groups",
            [_stint(one, names, texts) for one in stints],
            *("group", "since", "until", "agreement_signed", "agreement_text", "signature"),
        ),
        _table(
            "attendance",
            [_mark(one) for one in sessions.own_attendance(by)],
            *("session", "status", "arrived"),
        ),
        _table(
            "words",
            [_words(one, texts) for one in consents],
            *("permission", "said_on", "said_by", "words"),
        ),
        _table(
            "permissions",
            [_permission(one, names) for one in consents],
            *("permission", "said_on", "asked_by", "asked_on", "answer_until", "reader"),
            *("only_while_in", "purpose", "until", "state"),
        ),
        _table(
            "events",
            [
                _event(one, event, kinds, texts, _attested(papers.get(event.pk), names))
                for one in consents
                for kinds in [queries.kinds_told(one)]
                for event in one.events.all()
            ],
            *("permission", "what", "at", "until", "how", "text_version", "signature", "by"),
        ),
        _table(
            "left",
            [_left(one) for one in lines_of_steps(steps, names, where)],
            *("at", "how", "by", "recipient", "address", "permission", "what", "purpose"),
        ),
        _table(
            "without",
            [_without(one, names, texts) for one in without],
            *("at", "recipient", "basis", "words", "beside", "why"),
        ),
        _table(
            "who_saw",
            [_seen(one) for one in lines_of(seen, names, request.practice)],
            *("at", "what", "permission"),
        ),
        _table(
            "requests",
            [_request(one, names, texts) for one in asked],
            *("request", "asked_on", "kind", "text", "state", "answer", "answered_by"),
        ),
        _table(
            "told",
            [_breach(one, names, texts) for one in breaches],
            *("group", "at", "text", "answer", "answered_by"),
        ),
        _table("safety_plan", _plan(plan, texts), "what", "words", "at"),
    ]


def _table(name: str, rows: Iterable[Row], *columns: str) -> Table:
    return Table(name, columns, list(rows))


def _signatures(
    practice: UUID, consents: list[Consent], stints: list[Membership]
) -> dict[str, Sealed]:
    found = {
        f"signature {event.pk}": Sealed(
            bytes(event.signature_sealed), event.signature_place(practice)
        )
        for one in consents
        for event in one.events.all()
        if event.signature_sealed
    }
    for stint in stints:
        if signed := getattr(stint, "agreement_signature", None):
            place = Place("sessions_app_agreementsignature", "signature", signed.pk, practice)
            found[f"agreement {stint.pk}"] = Sealed(bytes(signed.signature_sealed), place)
    return found


def _requests(asked: list[PrivacyRequest]) -> dict[str, Sealed]:
    found = {}
    for one in asked:
        found[f"text {one.pk}"] = one.sealed_text
        if one.sealed_answer:
            found[f"answer {one.pk}"] = one.sealed_answer
    return found


def _told(practice: UUID, breaches: list[BreachReport]) -> dict[str, Sealed]:
    found = {}
    for one in breaches:
        found[f"told {one.pk}"] = one.sealed_text(practice)
        if answer := one.sealed_answer(practice):
            found[f"told answer {one.pk}"] = answer
    return found


def _called(member: Member) -> dict[str, Sealed]:
    return {"name": member.sealed_name, **member.sealed_others}


def _me(member: Member, texts: dict[str, str]) -> Row:
    return {
        "code": member.code,
        "name": texts.get("me name", ""),
        "preferred": texts.get("me preferred", ""),
        "aliases": texts.get("me aliases", ""),
    }


def _stint(stint: Membership, names: Names, texts: dict[str, str]) -> Row:
    signed = getattr(stint, "agreement_signature", None)
    return {
        "group": names[stint.group_id],
        "since": stint.since.isoformat(),
        "until": stint.until.isoformat() if stint.until else "",
        "agreement_signed": _moment(signed.signed_at) if signed else "",
        "agreement_text": signed.text_version if signed else "",
        "signature": texts.get(f"agreement {stint.pk}", ""),
    }


def _mark(mark: Attendance) -> Row:
    return {
        "session": _moment(mark.session.starts),
        "status": mark.get_status_display(),
        "arrived": mark.arrived_at.isoformat("minutes") if mark.arrived_at else "",
    }


def _words(consent: Consent, texts: dict[str, str]) -> Row:
    spoke = consent.version.disclosure.speaker_id == consent.member_id
    return {
        "permission": consent.code,
        "said_on": _day(consent.version.disclosure.session.starts),
        "said_by": _("You") if spoke else _("Not by you"),
        "words": texts.get(f"words {consent.pk}", _("These words are closed now.")),
    }


def _permission(consent: Consent, names: Names) -> Row:
    within, ends = consent.recipient_class, (consent.expires, consent.last_until)
    spoke = consent.version.disclosure.speaker_id == consent.member_id
    why = PURPOSES if spoke else OTHERS_PURPOSES
    return {
        "permission": consent.code,
        "said_on": _day(consent.version.disclosure.session.starts),
        "asked_by": names[consent.request.asked_by_id],
        "asked_on": _moment(consent.request.asked_at),
        "answer_until": _day(consent.request.answer_by - INSTANT),
        "reader": names[consent.recipient_id],
        "only_while_in": names[within.pk] if within else "",
        "purpose": ". ".join(str(why[one]) for one in consent.purposes),
        "until": _day(min(filter(None, ends)) - INSTANT),
        "state": queries.standing(consent, timezone.now()).value,
    }


def _event(
    consent: Consent,
    event: ConsentEvent,
    kinds: dict[int, str],
    texts: dict[str, str],
    attested: str,
) -> Row:
    happened = BY_ANOTHER if by_another(event, consent.member.user_id) else HAPPENED
    return {
        "permission": consent.code,
        "what": str(happened.get(Kind(kinds[event.counter]), _("It ended"))),
        "at": _moment(event.at),
        "until": _day(event.until - INSTANT) if event.until else "",
        "how": event.get_evidence_display() if event.evidence else "",
        "text_version": event.text_version,
        "signature": signed_as(event, texts.get(f"signature {event.pk}", "")),
        "by": attested,
    }


def _attested(paper: PaperConsent | None, names: Names) -> str:
    """Who attested a paper; of what was signed otherwise, nobody."""
    by = (paper.first_by_id, paper.second_by_id) if paper else ()
    return ", ".join(names[one] for one in by if one)


def _breach(told: BreachReport, names: Names, texts: dict[str, str]) -> Row:
    return {
        "group": names[told.group_id],
        "at": _moment(told.at),
        "text": texts[f"told {told.pk}"],
        "answer": texts.get(f"told answer {told.pk}", ""),
        "answered_by": names[told.answered_by_id] if told.answered_by_id else "",
    }


def _plan(plan: SafetyPlan | None, texts: dict[str, str]) -> list[Row]:
    """The parts of the member's own plan. What others wrote about risk is asked for (R120)."""
    said = plan_parts(texts["plan"]) if plan else {}
    return [
        {"what": str(HEADINGS[part]), "words": said[part], "at": _moment(plan.at)}
        for part in PARTS
        if plan and said[part]
    ]


def _left(line: Left) -> Row:
    return {
        "at": _moment(line.at),
        "how": str(line.way),
        "by": line.by,
        "recipient": line.recipient,
        "address": line.address,
        "permission": line.code,
        "what": _("What you said on %(day)s") % {"day": _day(line.said_on)}
        if line.spoke
        else _("Words about you from %(day)s") % {"day": _day(line.said_on)},
        "purpose": str(line.purpose),
    }


def _without(told: ToldOverride, names: Names, texts: dict[str, str]) -> Row:
    """What went out on an override and the member was told of, as far as it is theirs to read."""
    override = told.override
    document = texts.get(f"claim {override.pk}")
    claim = read_claim(document) if document else None
    return {
        "at": _moment(told.release.decided_at if told.release else override.requested_at),
        "recipient": names[override.recipient_id],
        "basis": override.get_basis_display(),
        "words": claim.released if claim and told.shows_words else "",
        "beside": claim.to_recipient if claim and told.shows_beside else "",
        "why": claim.what if claim and told.shows_why else "",
    }


def _seen(line: Line) -> Row:
    return {"at": _moment(line.at), "what": str(line.sentence), "permission": line.code}


def _request(asked: PrivacyRequest, names: Names, texts: dict[str, str]) -> Row:
    return {
        "request": asked.code,
        "asked_on": _moment(asked.asked_at),
        "kind": asked.get_kind_display(),
        "text": texts[f"text {asked.pk}"],
        "state": asked.get_state_display(),
        "answer": texts.get(f"answer {asked.pk}", ""),
        "answered_by": names[asked.answered_by_id] if asked.answered_by_id else "",
    }


def _moment(at: datetime) -> str:
    return timezone.localtime(at).isoformat(" ", "seconds")


def _day(at: datetime) -> str:
    return timezone.localtime(at).date().isoformat()
