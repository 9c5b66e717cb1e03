"""The facts of a decision as the ORM reads them, statement by statement: what the one is held to.

Shares the pure rules and the canonical bytes with the house, and none of its SQL.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from audit.models import Entry
from audit.trail import Actor
from audit.verifier import chain_hash, decode
from consent.evidence import mac_of, message, showing
from consent.kinds import Kind
from consent.models import (
    ClassMembership,
    Consent,
    ConsentEvent,
    Freeze,
    HousePolicy,
    Recipient,
)
from consent.rules import (
    NO_POLICY,
    ConsentFacts,
    EventFacts,
    HousePolicyFacts,
    ItemFacts,
    ItemKind,
    SubjectFacts,
)
from sessions_app import queries as sessions
from sessions_app.models import Disclosure, DisclosureVersion, VersionUserPermission
from sessions_app.rights import holders
from vault import services as vault

CHANGES = {kind for kind in Kind if kind is not Kind.ASKED}
HOLDS = {Kind.HELD, Kind.UNHELD}


def facts_of(item_id: UUID, recipient: UUID | None, releaser: Actor | None) -> ItemFacts:
    item = Disclosure.objects.get(pk=item_id)
    version = DisclosureVersion.objects.get(disclosure=item, number=item.current_version)
    subjects = sorted(version.subjects.values_list("member_id", flat=True))
    unsigned = sessions.agreement_missing(item.session, subjects)
    newest = max(item.versions.values_list("number", flat=True)) == item.current_version
    return ItemFacts(
        disclosure=item.pk,
        version=version.pk,
        speaker=item.speaker_id,
        subjects=tuple(
            SubjectFacts(member, member not in unsigned, _consents(item, member, recipient, newest))
            for member in subjects
        ),
        subjects_resolved=item.subjects_resolved,
        entered_in_error=item.state == "error",
        releaser_may_read=releaser is None
        or sessions.originated_by(releaser).filter(pk=item.pk).exists(),
        releaser_may_release=releaser is None
        or releaser.user in holders(VersionUserPermission, "release_version", version),
        kind=ItemKind(item.kind),
        part2=item.record_class == "sud_counseling",
        unchecked_redaction=item.redacted_from is not None and item.second_look_at is None,
    )


def _consents(
    item: Disclosure, member: UUID, recipient: UUID | None, newest: bool
) -> tuple[ConsentFacts, ...]:
    own = Consent.objects.filter(member=member).order_by("pk")
    about = [_facts(consent, newest) for consent in own.filter(version__disclosure=item)]
    other = own.filter(recipient=recipient).first() if recipient and not about else None
    return (*about, *([_facts(other, newest, scope_only=True)] if other else []))


def _facts(consent: Consent, newest: bool, scope_only: bool = False) -> ConsentFacts:
    events = list(consent.events.order_by("counter"))
    return ConsentFacts(
        id=consent.pk,
        disclosure=consent.version.disclosure_id,
        version=consent.version_id,
        recipient=consent.recipient_id,
        purposes=frozenset(consent.purposes),
        effective=consent.effective,
        expires=consent.expires,
        recipient_class=None if scope_only else consent.recipient_class_id,
        events=()
        if scope_only
        else tuple(
            EventFacts(
                counter=event.counter,
                kind=Kind(event.kind),
                until=event.until,
                authentic=newest and _authentic(consent, event, events),
                at=event.at,
                in_person=event.evidence in ("in_room", "paper"),
            )
            for event in events
        ),
    )


def _authentic(consent: Consent, event: ConsentEvent, events: list[ConsentEvent]) -> bool:
    if event.kind not in (Kind.GRANTED, Kind.UNHELD):
        return False
    last = event == events[-1]
    if event.kind == Kind.UNHELD and not last:
        return _mac_holds(consent, event)
    if not last and not any(one.kind == Kind.UNHELD for one in events):
        return False
    kinds = CHANGES if last else CHANGES - HOLDS
    said = Entry.objects.filter(
        chain=consent.version.disclosure.group.practice_id,
        object_id=consent.pk,
        act__in=[f"consent.{kind}" for kind in kinds],
    ).order_by("-seq")
    entry = said.first()
    if entry is None:
        return False
    body = bytes(entry.body)
    if chain_hash(body, bytes(entry.prev)) != bytes(entry.hash):
        return False
    told = decode(body)
    if (told["act"], told["object_id"]) != (f"consent.{event.kind}", consent.pk.hex):
        return False
    if f"counter={event.counter}" not in told["ground"].split(","):
        return False
    return _mac_holds(consent, event)


def _mac_holds(consent: Consent, event: ConsentEvent) -> bool:
    subjects = consent.version.subjects.values_list("member_id", flat=True)
    digest = bytes(consent.version.digest)
    return vault.holds(mac_of(event), message(consent, event, digest=digest, subjects=subjects))


def classes_of(recipient: UUID) -> frozenset[UUID]:
    now = datetime.now(UTC)
    shown = ClassMembership.objects.filter(recipient=recipient, since__lte=now)
    shown = shown.filter(Q(until=None) | Q(until__gt=now))
    return frozenset(one.recipient_class_id for one in shown if _proven(one))


def _proven(shown: ClassMembership) -> bool:
    said = Entry.objects.filter(object_id=shown.pk, act__startswith="class.").order_by("-seq")
    entry = said.first()
    if entry is None or entry.chain != shown.recipient.practice_id:
        return False
    body = bytes(entry.body)
    if chain_hash(body, bytes(entry.prev)) != bytes(entry.hash):
        return False
    told = decode(body)
    return (told["act"], told["object_id"]) == ("class.shown", shown.pk.hex) and vault.holds(
        vault.Mac(shown.mac_key_id, bytes(shown.mac)), showing(shown)
    )


def asker_of(recipient: UUID) -> UUID | None:
    return Recipient.objects.get(pk=recipient).member_id


def policy_of(practice: UUID) -> HousePolicyFacts:
    policy = HousePolicy.objects.filter(practice=practice).order_by("-set_at").first()
    if policy is None:
        return NO_POLICY
    return HousePolicyFacts(
        longest=timedelta(days=policy.longest_days) if policy.longest_days else None,
        cooling_off=timedelta(hours=policy.cooling_off_hours),
        in_person=policy.in_person,
    )


def is_frozen(practice: UUID) -> bool:
    freezes = Freeze.objects.filter(Q(practice=None) | Q(practice=practice))
    return any(not _lifted(freeze) for freeze in freezes)


def _lifted(freeze: Freeze) -> bool:
    people: dict[int, set[UUID]] = {}
    for lift in freeze.lifts.all():
        people.setdefault(lift.turn, set()).add(lift.by_id)
    return any(len(two) == 2 for two in people.values())
