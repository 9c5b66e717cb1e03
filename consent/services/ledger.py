"""Adding to the ledger. Whoever calls holds the item's lock."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from audit import trail
from audit.ids import free_code, uuid7
from audit.trail import Actor
from consent.evidence import message
from consent.kinds import Kind
from consent.models import Consent, ConsentEvent, ConsentRequest, Evidence
from consent.queries import signatures_in
from consent.services.notifying import tell_of_question
from sessions_app.models import DisclosureVersion
from vault import services as vault

QUESTION_TEXT_VERSION = "question-1"


def next_counter(consent: Consent) -> int:
    """Return the next place in the item's ledger; the lock makes it a true order of events."""
    latest = ConsentEvent.objects.filter(
        consent__version__disclosure_id=consent.version.disclosure_id
    ).aggregate(latest=Max("counter"))["latest"]
    return (latest or 0) + 1


def add_event(
    consent: Consent, kind: Kind, *, by: Actor, at: datetime, evidence: str = ""
) -> ConsentEvent:
    """Add an event that denies or asks: it carries no MAC and always counts."""
    return ConsentEvent.objects.create(
        consent=consent,
        counter=next_counter(consent),
        kind=kind,
        at=at,
        by_id=None if by.user == trail.NOBODY else by.user,
        evidence=evidence,
    )


def add_grant(
    consent: Consent,
    *,
    by: Actor,
    at: datetime,
    event_id: UUID,
    signature_sealed: bytes,
    evidence: Evidence = Evidence.ONLINE,
    signer: UUID | None = None,
    until: datetime | None = None,
) -> ConsentEvent:
    """Add a grant, authenticated over everything that was decided, its end too.

    `signer` is whoever signed, if that is not who enters it (on paper). Without
    `until` it ends when its consent does.
    """
    event = ConsentEvent(
        pk=event_id,
        consent=consent,
        counter=next_counter(consent),
        kind=Kind.GRANTED,
        at=at,
        by_id=signer or by.user,
        evidence=evidence,
        text_version=QUESTION_TEXT_VERSION,
        until=until or consent.expires,
        signature_sealed=signature_sealed,
    )
    return _authenticated(consent, event)


def add_confirmation(
    consent: Consent, grant: ConsentEvent, *, by: Actor, at: datetime
) -> ConsentEvent:
    """Add that a standing grant was confirmed in the room, authenticated like the grant."""
    event = ConsentEvent(
        consent=consent,
        counter=next_counter(consent),
        kind=Kind.UNHELD,
        at=at,
        by_id=by.user,
        evidence=Evidence.IN_ROOM,
        text_version=grant.text_version,
        until=grant.until,
    )
    return _authenticated(consent, event)


def _authenticated(consent: Consent, event: ConsentEvent) -> ConsentEvent:
    """Save an event that permits, with the MAC over everything that was decided."""
    subjects = consent.version.subjects.values_list("member_id", flat=True)
    mac = vault.authenticate(
        message(consent, event, digest=bytes(consent.version.digest), subjects=subjects)
    )
    event.mac_key_id, event.mac = mac.key_id, mac.value
    event.save(force_insert=True)
    return event


def note(by: Actor, consent: Consent, event: ConsentEvent, *, also: Iterable[str] = ()) -> None:
    """Tell the trail of an event, with its counter: a grant counts only as the trail's last word.

    `also` are the codes of what ended with it. Of two who sign, the later grant
    names the counters of both: they stand together (R34). Comes last in the transaction.
    """
    item = consent.version.disclosure
    counters = [event.counter, *_signed_beside(consent, event)]
    trail.append(
        by,
        f"consent.{event.kind}",
        object_id=consent.pk,
        code=consent.code,
        group=item.group_id,
        ground=",".join(
            [item.code, *(f"counter={one}" for one in counters), *consent.purposes, *also]
        ),
    )


def signed_by(consent: Consent) -> dict[UUID | None, int]:
    """Return who signed since the last no, each with the counter of their latest grant."""
    return signatures_in(ConsentEvent.objects.filter(consent=consent))


def end_of_the_other(consent: Consent, signer: UUID) -> datetime | None:
    """Return when the member's own yes ends, for whoever signs beside them: no later than that."""
    own = consent.member.user_id
    counter = None if signer == own else signed_by(consent).get(own)
    if counter is None:
        return None
    return ConsentEvent.objects.get(consent=consent, counter=counter).until


def _signed_beside(consent: Consent, event: ConsentEvent) -> list[int]:
    if event.kind != Kind.GRANTED:
        return []
    return sorted(n for by, n in signed_by(consent).items() if by != event.by_id)


def put_question(
    request: ConsentRequest, version: DisclosureVersion, member: UUID, *, by: Actor, at: datetime
) -> None:
    """Ask one member about one version, unless this request already asked them."""
    consent, made = Consent.objects.get_or_create(
        request=request,
        version=version,
        member_id=member,
        defaults={
            "pk": uuid7(),
            "code": free_code("C", lambda code: Consent.objects.filter(code=code).exists()),
            "recipient_id": request.recipient_id,
            "recipient_class_id": request.recipient_class_id,
            "purposes": request.purposes,
            "effective": request.effective,
            "expires": request.expires,
        },
    )
    if made:
        add_event(consent, Kind.ASKED, by=by, at=at)
        tell_of_question(consent, at=at)


def ask_the_others(version: DisclosureVersion, *, by: Actor, at: datetime) -> None:
    """Put every open question about a version to those who did not speak it (rule R8)."""
    others = set(version.subjects.values_list("member_id", flat=True))
    others -= {version.disclosure.speaker_id}
    for request in ConsentRequest.objects.filter(
        versions=version, answer_by__gt=at, expires__gt=at
    ).order_by("pk"):
        if _speaker_said_no(request, version):
            continue  # a reader the speaker does not want is not put before the others
        for member in sorted(others):
            put_question(request, version, member, by=by, at=at)


def _speaker_said_no(request: ConsentRequest, version: DisclosureVersion) -> bool:
    last = (
        ConsentEvent.objects.filter(
            consent__request=request,
            consent__version=version,
            consent__member=version.disclosure.speaker_id,
        )
        .order_by("-counter")
        .first()
    )
    return last is not None and last.kind in (Kind.DECLINED, Kind.REVOKED, Kind.HELD)
