"""What a permitting event is authenticated over: everything that was decided, byte for byte."""

from collections.abc import Iterable
from uuid import UUID

from audit.entry import time_text
from consent.models import Consent, ConsentEvent
from vault.services import Mac


def message(
    consent: Consent, event: ConsentEvent, *, digest: bytes, subjects: Iterable[UUID]
) -> bytes:
    """Return the canonical bytes of a grant: scope, words, subjects, event and evidence.

    `digest` is that of the version's words, `subjects` everybody it concerns.
    Another word, name, recipient, day or counter gives other bytes.
    """
    parts = [
        consent.pk.hex,
        consent.member_id.hex,
        consent.version_id.hex,
        digest.hex(),
        *sorted(subject.hex for subject in subjects),
        consent.recipient_id.hex,
        consent.recipient_class_id.hex if consent.recipient_class_id else "",
        *sorted(consent.purposes),
        time_text(consent.effective),
        time_text(consent.expires),
        str(event.counter),
        event.kind,
        time_text(event.at),
        event.by_id.hex if event.by_id else "",
        event.evidence,
        event.text_version,
        time_text(event.until) if event.until else "",
        bytes(event.signature_sealed).hex(),
    ]
    return b"".join(len(p.encode()).to_bytes(4, "big") + p.encode() for p in parts)


def mac_of(event: ConsentEvent) -> Mac:
    """Return the MAC stored with an event."""
    return Mac(event.mac_key_id, bytes(event.mac))
