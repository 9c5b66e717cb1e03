"""What stands of a consent, and what has ended without its ledger saying so."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery

from audit.clock import DatabaseClock, database_now
from consent.kinds import Kind
from consent.models import (
    Consent,
    ConsentEvent,
)
from consent.rules import blocking
from sessions_app.models import (
    Authority,
    Disclosure,
    DisclosureVersion,
    LegalStanding,
    Representation,
    WhoSigns,
)

NOES = (Kind.DECLINED, Kind.REVOKED, Kind.HELD)
YES = (Kind.GRANTED, Kind.UNHELD)
LEDGER = Prefetch("events", queryset=ConsentEvent.objects.order_by("counter"))


def with_last_event(consents: QuerySet[Consent]) -> QuerySet[Consent]:
    """Add what `standing` reads of each ledger; the events themselves stay where they are."""
    latest = ConsentEvent.objects.filter(consent=OuterRef("pk")).order_by("-counter")
    return consents.annotate(  # type: ignore[no-redef]
        last_kind=Subquery(latest.values("kind")[:1]),
        last_until=Subquery(latest.values("until")[:1]),
        last_at=Subquery(latest.values("at")[:1]),
        to_reaffirm=Exists(_lapsed()),
        half_signed=Exists(_signed_by_one()),
        stopped=Exists(_holds_not_lifted()),
    ).select_related("request", "version__disclosure")


def _holds_not_lifted() -> QuerySet[ConsentEvent]:
    """Holds that no supervisor lifted, whatever was added to the ledger since (R54)."""
    later = ConsentEvent.objects.filter(
        consent=OuterRef("consent"), counter__gt=OuterRef("counter"), kind=Kind.UNHELD
    )
    return ConsentEvent.objects.filter(~Exists(later), consent=OuterRef("pk"), kind=Kind.HELD)


def _lapsed() -> QuerySet[Representation]:
    """Authorities that are over, under which somebody signed, and nobody signed since (R33)."""
    granted = ConsentEvent.objects.filter(consent=OuterRef(OuterRef("pk")), kind=Kind.GRANTED)
    return Representation.objects.filter(
        Exists(granted.filter(by=OuterRef("user"))),
        ~Exists(granted.filter(at__gte=OuterRef("ends_at"))),
        member=OuterRef("member"),
        confirmed_at__isnull=False,
        ends_at__lte=DatabaseClock(),
    )


def _signed_by_one() -> QuerySet[LegalStanding]:
    """The standing of a member for whom two sign, where one of them has not (R34).

    What was signed before a hold is what a lifted one gives back.
    """
    denied = ConsentEvent.objects.filter(
        consent=OuterRef("consent"),
        counter__gt=OuterRef("counter"),
        kind__in=(Kind.DECLINED, Kind.REVOKED),
    )
    granted = ConsentEvent.objects.filter(
        ~Exists(denied), consent=OuterRef(OuterRef("pk")), kind=Kind.GRANTED
    )
    newer = LegalStanding.objects.filter(member=OuterRef("member"), number__gt=OuterRef("number"))
    return LegalStanding.objects.filter(
        ~Exists(newer),
        ~Exists(granted.filter(by=OuterRef("user")))
        | ~Exists(granted.exclude(by=OuterRef("user"))),
        Q(of_age_at=None) | Q(of_age_at__gt=DatabaseClock()) | Exists(_guardians()),
        member=OuterRef("member"),
        signs=WhoSigns.BOTH,
        died=False,
    )


def _guardians() -> QuerySet[Representation]:
    """Who was confirmed to speak for a member who was of age then, over or not (R33)."""
    began = Representation.objects.filter(
        member=OuterRef("member"), since__gte=OuterRef("of_age_at"), since__lte=DatabaseClock()
    )
    return began.filter(confirmed_at__isnull=False).exclude(authority=Authority.EXECUTOR)


def held_for(consent: Consent) -> bool:
    """Say whether the member stopped a yes to the same words and reader that this one would undo.

    Whichever question it answered: only a supervisor lifts it (R54).
    """
    same = with_last_event(
        Consent.objects.filter(
            member=consent.member_id, version=consent.version_id, recipient=consent.recipient_id
        )
    )
    held = same.filter(Q(stopped=True))
    return any(blocking(one.purposes, consent.purposes) for one in held)


def is_half_signed(consent: Consent) -> bool:
    """Say whether two sign for the member and one of them has not (R34)."""
    return Consent.objects.filter(Exists(_signed_by_one()), pk=consent.pk).exists()


def last_event(consent: Consent) -> ConsentEvent | None:
    """Return what stands: the event with the highest counter."""
    return max(consent.events.all(), key=lambda event: event.counter, default=None)


class Standing(StrEnum):
    """What a member's own page says of a consent."""

    WAITING = "waiting"
    GRANTED = "granted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


def standing(consent: Consent, now: datetime) -> Standing:
    """Return a consent's state as its member sees it; a change of the item ends it.

    `consent` comes from a query of this module.
    """
    over = now >= min(filter(None, (consent.expires, consent.last_until)))
    item = consent.version.disclosure
    changed = consent.version.number != item.current_version
    changed = changed or item.state in Disclosure.OUT
    match consent.last_kind or Kind.ASKED:
        case Kind.REVOKED | Kind.HELD:
            return Standing.WITHDRAWN
        case Kind.DECLINED:
            return Standing.DECLINED
        case Kind.GRANTED | Kind.UNHELD:
            if over or changed or consent.to_reaffirm:
                return Standing.EXPIRED
            return Standing.WAITING if consent.half_signed else Standing.GRANTED
        case Kind.ASKED:
            closed = now >= consent.request.answer_by
            return Standing.EXPIRED if over or changed or closed else Standing.WAITING
        case _:
            return Standing.EXPIRED


def ended_unswept(most: int) -> list[Consent]:
    """Return permissions whose end or whose version has passed and whose ledger does not say so."""
    now = database_now()  # a value: no index is asked for a clock that runs on
    over = Q(expires__lte=now) | Q(last_until__lte=now)
    standing_yes = Q(last_kind__in=YES)
    could = with_last_event(Consent.objects.filter(pk__in=_could_have_ended(now)))
    changed = ~Q(version__number=F("version__disclosure__current_version"))
    return list(could.filter(standing_yes, over | changed)[:most])


def _could_have_ended(now: datetime) -> QuerySet[Any, Any]:
    """Return the ids of consents that are over or have a yes that is, or are about other words.

    Each part by an index of its own: what still runs is not read.
    """
    others = DisclosureVersion.objects.exclude(number=F("disclosure__current_version"))
    edited = Disclosure.objects.filter(current_version__gt=1)
    return (
        Consent.objects.filter(expires__lte=now)
        .values("pk")
        .union(
            ConsentEvent.objects.filter(kind__in=YES, until__lte=now).values("consent"),
            Consent.objects.filter(version__in=others.filter(number__gt=1)).values("pk"),
            Consent.objects.filter(version__in=others.filter(disclosure__in=edited)).values("pk"),
        )
    )
