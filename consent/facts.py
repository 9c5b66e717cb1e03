"""The facts a decision is made from, read afresh inside the transaction that acts on it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from audit.clock import database_now
from audit.trail import Actor
from consent.evidence import mac_of, message
from consent.kinds import Kind
from consent.models import Consent, ConsentEvent, Recipient
from consent.rules import (
    ConsentFacts,
    EventFacts,
    ItemFacts,
    Question,
    SubjectFacts,
    speaker_allows_showing,
)
from sessions_app import queries as sessions
from sessions_app.models import Disclosure, DisclosureVersion, VersionUserPermission
from sessions_app.rights import holders
from vault import services as vault


def facts_of(
    item_id: UUID,
    *,
    recipient: UUID | None = None,
    releaser: Actor | None = None,
    check_macs: bool = True,
) -> ItemFacts:
    """Return an item as it stands: version, subjects, their consents and ledgers, and rights.

    With `recipient`, consents of the same members to that recipient for other
    items are read too: they say that the item is not covered, and nothing more.
    The caller holds the item's lock. Raises vault.Keyless: a grant whose MAC
    cannot be checked is no grant. `check_macs=False` is for guardian's shadow
    alone, which has to follow a withdrawal where no key is.
    """
    item = Disclosure.objects.select_related("session__group__practice").get(pk=item_id)
    version = DisclosureVersion.objects.get(disclosure=item, number=item.current_version)
    subjects = list(version.subjects.order_by("member_id").values_list("member_id", flat=True))
    unsigned = sessions.agreement_missing(item.session, subjects)
    consents = _consents(item, subjects, recipient, check_macs)
    return ItemFacts(
        disclosure=item.pk,
        version=version.pk,
        speaker=item.speaker_id,
        subjects=tuple(
            SubjectFacts(member, member not in unsigned, tuple(consents.get(member, ())))
            for member in subjects
        ),
        subjects_resolved=item.subjects_resolved,
        entered_in_error=item.state == Disclosure.State.ENTERED_IN_ERROR,
        unchecked_redaction=item.redacted_from_id is not None and item.second_look_at is None,
        releaser_may_read=releaser is None or _is_originator(releaser, item),
        releaser_may_release=releaser is None
        or releaser.user in holders(VersionUserPermission, "release_version", version),
    )


def gather(
    item_ids: Iterable[UUID], *, recipient: Recipient, purpose: str, releaser: Actor
) -> tuple[Question, dict[UUID, ItemFacts]]:
    """Return the question and the facts of many items at once. Plain for now."""
    facts = {pk: facts_of(pk, recipient=recipient.pk, releaser=releaser) for pk in list(item_ids)}
    return Question(recipient.pk, purpose, database_now()), facts


def showable(versions: Iterable[DisclosureVersion], at: datetime) -> set[UUID]:
    """Return those of `versions` whose speaker lets the others concerned be shown them at `at`.

    On authenticated facts, in a fixed number of queries; for a page that lists
    what somebody may know of. Raises vault.Keyless.
    """
    listed = {version.pk: version for version in versions}
    yes: dict[UUID, list[ConsentFacts]] = {pk: [] for pk in listed}
    if listed:
        spoken = Consent.objects.filter(
            version__in=listed, member=F("version__disclosure__speaker")
        ).select_related("version")
        for consent in spoken.prefetch_related("events", "version__subjects"):
            yes[consent.version_id].append(_consent_facts(consent, check_macs=True))
    return {
        pk
        for pk, version in listed.items()
        if speaker_allows_showing(_speakers_facts(version, yes[pk]), at)
    }


def _speakers_facts(version: DisclosureVersion, consents: list[ConsentFacts]) -> ItemFacts:
    speaker = version.disclosure.speaker_id
    subjects = (SubjectFacts(speaker, True, tuple(consents)),) if speaker else ()
    return ItemFacts(version.disclosure_id, version.pk, speaker, subjects)


def _consents(
    item: Disclosure, members: Iterable[UUID], recipient: UUID | None, check_macs: bool
) -> dict[UUID, list[ConsentFacts]]:
    concerning = Q(version__disclosure=item)
    if recipient:
        concerning |= Q(recipient=recipient)
    found: dict[UUID, list[ConsentFacts]] = {}
    for consent in (
        Consent.objects.filter(concerning, member__in=list(members))
        .select_related("version")
        .prefetch_related("events", "version__subjects")
        .order_by("pk")
    ):
        found.setdefault(consent.member_id, []).append(_consent_facts(consent, check_macs))
    return found


def _consent_facts(consent: Consent, check_macs: bool) -> ConsentFacts:
    return ConsentFacts(
        id=consent.pk,
        disclosure=consent.version.disclosure_id,
        version=consent.version_id,
        recipient=consent.recipient_id,
        purposes=frozenset(consent.purposes),
        effective=consent.effective,
        expires=consent.expires,
        events=tuple(
            EventFacts(
                counter=event.counter,
                kind=Kind(event.kind),
                until=event.until,
                authentic=not check_macs or _authentic(consent, event),
            )
            for event in consent.events.all()
        ),
    )


def _authentic(consent: Consent, event: ConsentEvent) -> bool:
    if event.kind not in (Kind.GRANTED, Kind.UNHELD):
        return False
    subjects = [subject.member_id for subject in consent.version.subjects.all()]
    digest = bytes(consent.version.digest)
    return vault.holds(mac_of(event), message(consent, event, digest=digest, subjects=subjects))


def _is_originator(by: Actor, item: Disclosure) -> bool:
    return sessions.originated_by(by).filter(pk=item.pk).exists()
