"""What stands of a consent, and what has ended without its ledger saying so."""

from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

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
ENDS = (Kind.DECLINED, Kind.REVOKED, Kind.EXPIRED, Kind.SUPERSEDED, Kind.DEFECT)
FOREVER = datetime.max.replace(tzinfo=UTC)
LEDGER = Prefetch("events", queryset=ConsentEvent.objects.order_by("counter"))


def with_last_event(consents: QuerySet[Consent]) -> QuerySet[Consent]:
    """Add what `standing` reads of each ledger; the events themselves stay where they are.

    `half_signed` says of a yes that two sign and one of them has not; of a hold, that
    what it stopped bound nobody then, for this or because it had ended by itself.
    """
    last, told = _of_the_ledger()
    return (
        consents.annotate(**last)
        .annotate(held_at=Case(When(last_kind=Kind.HELD, then=F("last_at"))))
        .annotate(**told)
        .select_related("request", "version__disclosure")
    )


@cache
def _of_the_ledger() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what is added, made once: four fifths of the time of each query went into it.

    A query copies what it is given, so the same expressions serve all of them.
    """
    latest = ConsentEvent.objects.filter(consent=OuterRef("pk")).order_by("-counter")
    last = {f"last_{one}": Subquery(latest.values(one)[:1]) for one in ("kind", "until", "at")}
    then = OuterRef("held_at")
    told = {
        "to_reaffirm": _no_longer_signed(DatabaseClock()),
        "half_signed": Exists(_signed_by_one()) | Exists(_over(then)) | _no_longer_signed(then),
        "stopped": Exists(_holds_not_lifted()),
    }
    return last, told


def with_two_to_sign(events: QuerySet[ConsentEvent]) -> QuerySet[ConsentEvent]:
    """Add to events as `two` whether two had to sign for the member at that time (R34)."""
    then = OuterRef("at")
    both = _last_standing(WhoSigns.BOTH, OuterRef("consent__member"), by=OuterRef(then))
    return events.annotate(two=Exists(both.filter(_minor_at(then), at__lte=then)))


def _holds_not_lifted() -> QuerySet[ConsentEvent]:
    """Holds that no supervisor lifted, whatever was added to the ledger since (R54)."""
    later = ConsentEvent.objects.filter(
        consent=OuterRef("consent"), counter__gt=OuterRef("counter"), kind=Kind.UNHELD
    )
    return ConsentEvent.objects.filter(~Exists(later), consent=OuterRef("pk"), kind=Kind.HELD)


def _over(at: OuterRef) -> QuerySet[ConsentEvent]:
    """The latest yes, if it had come to its end by `at`."""
    later = ConsentEvent.objects.filter(
        consent=OuterRef("consent"), counter__gt=OuterRef("counter"), kind__in=YES
    )
    return ConsentEvent.objects.filter(
        ~Exists(later), consent=OuterRef("pk"), kind__in=YES, until__lte=at
    )


def _no_longer_signed(at: Any) -> Any:
    """Say whether whose signature carries a yes could have given it no more at `at` (R33, R34)."""
    return Exists(_lapsed(at)) | Exists(_signed_as_a_minor(at))


def _lapsed(at: Any) -> QuerySet[Representation]:
    """Authorities that are over, under which somebody signed, and nobody signed in their place.

    Where two sign, the member's own signature takes the place of nobody else's.
    """
    two = _last_standing(WhoSigns.BOTH, OuterRef("consent__member"))
    instead = ConsentEvent.objects.filter(
        ~Q(by=OuterRef("consent__member__user")) | ~Exists(two.filter(_minor_at(DatabaseClock()))),
        consent=OuterRef("consent"),
        counter__gt=OuterRef("counter"),
        kind=Kind.GRANTED,
    )
    granted = ConsentEvent.objects.filter(
        ~Exists(instead), consent=OuterRef(OuterRef("pk")), kind=Kind.GRANTED
    )
    return Representation.objects.filter(
        Exists(granted.filter(by=OuterRef("user"))),
        member=OuterRef("member"),
        confirmed_at__isnull=False,
        ends_at__lte=at,
    )


def _signed_as_a_minor(at: Any) -> QuerySet[LegalStanding]:
    """The standing of a member who came of age, and signed nothing since beside whom two signed."""
    granted = ConsentEvent.objects.filter(consent=OuterRef(OuterRef("pk")), kind=Kind.GRANTED)
    return _last_standing(WhoSigns.BOTH, OuterRef("member")).filter(
        ~Exists(_guardians()),
        Exists(granted),
        ~Exists(granted.filter(by=OuterRef("user"), at__gte=OuterRef("of_age_at"))),
        of_age_at__lte=at,
    )


def _signed_by_one() -> QuerySet[LegalStanding]:
    """The standing of a member for whom two sign, where one of them has not (R34).

    What was signed before a hold is what a lifted one gives back; whether a hold
    stopped half a yes is judged by the standing and the age at that time.
    """
    ended = ConsentEvent.objects.filter(
        consent=OuterRef("consent"), counter__gt=OuterRef("counter"), kind__in=ENDS
    )
    granted = ConsentEvent.objects.filter(
        ~Exists(ended), consent=OuterRef(OuterRef("pk")), kind=Kind.GRANTED
    )
    then = OuterRef("held_at")
    return _last_standing(
        WhoSigns.BOTH, OuterRef("member"), by=Coalesce(OuterRef(then), FOREVER)
    ).filter(
        ~Exists(granted.filter(by=OuterRef("user")))
        | ~Exists(granted.exclude(by=OuterRef("user"))),
        _minor_at(Coalesce(then, DatabaseClock())),
        at__lte=Coalesce(then, FOREVER),
    )


def _last_standing(signs: WhoSigns, member: Any, by: Any = FOREVER) -> QuerySet[LegalStanding]:
    """What was recorded last of who signs for a living member, if that is `signs`."""
    newer = LegalStanding.objects.filter(
        member=OuterRef("member"), number__gt=OuterRef("number"), at__lte=by
    )
    return LegalStanding.objects.filter(~Exists(newer), member=member, signs=signs, died=False)


def _minor_at(at: Any) -> Any:
    """Say that a member of a standing had not come of age, or had a guardian as an adult (R33)."""
    return Q(of_age_at=None) | Q(of_age_at__gt=at) | Exists(_guardians())


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
    """Say of a yes whether one of two has not signed it, of a hold whether it stopped none."""
    return as_it_stands(consent).half_signed


def as_it_stands(consent: Consent) -> Consent:
    """Return a consent anew, as `with_last_event` does."""
    return with_last_event(Consent.objects.filter(pk=consent.pk)).get()


def last_event(consent: Consent) -> ConsentEvent | None:
    """Return what stands: the event with the highest counter."""
    return max(consent.events.all(), key=lambda event: event.counter, default=None)


def kinds_told(consent: Consent) -> dict[int, str]:
    """Return what its member reads each event as, by counter: a hold as what it seems (R34, R54).

    `consent` comes from a query of this module, with its ledger. After a hold of what
    bound nobody comes a no, after any other a taking back (services/deciding.py).
    """
    told, after = dict[int, str](), ""
    for event in sorted(consent.events.all(), key=lambda one: one.counter, reverse=True):
        if event.kind == Kind.HELD:
            silent = after == Kind.DECLINED if after else consent.half_signed
            told[event.counter] = Kind.DECLINED if silent else Kind.REVOKED
        else:
            told[event.counter] = after = event.kind
    return told


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
        case Kind.HELD if consent.half_signed:
            return Standing.DECLINED  # as a no, which is what ends a yes that bound nobody
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
