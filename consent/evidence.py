"""What is authenticated of a permitting event or a showing: all that was decided, byte for byte."""

import json
from collections.abc import Iterable
from uuid import UUID

from audit.entry import time_text
from consent.models import ClassMembership, Consent, ConsentEvent
from vault.services import Mac

# Nested lists, so that no name can pass for a purpose and no purpose for a reader.
_encode = json.JSONEncoder(separators=(",", ":")).encode


def message(
    consent: Consent, event: ConsentEvent, *, digest: bytes, subjects: Iterable[UUID]
) -> bytes:
    """Return the canonical bytes of a grant: scope, words, subjects, event and evidence.

    `digest` is that of the version's words, `subjects` everybody it concerns.
    Another word, name, recipient, class, day or counter gives other bytes.
    """
    return canonical(
        [
            consent.pk.hex,
            consent.member_id.hex,
            consent.version_id.hex,
            digest.hex(),
            sorted(subject.hex for subject in subjects),
            consent.recipient_id.hex,
            consent.recipient_class_id.hex if consent.recipient_class_id else None,
            sorted(consent.purposes),
            time_text(consent.effective),
            time_text(consent.expires),
        ],
        [
            event.counter,
            event.kind,
            time_text(event.at),
            event.by_id.hex if event.by_id else None,
            event.evidence,
            event.text_version,
            time_text(event.until) if event.until else None,
            bytes(event.signature_sealed).hex(),
        ],
    )


def canonical(scope: list[object], event: list[object]) -> bytes:
    """Return the bytes of a scope and an event, listed as `message` lists them."""
    return _encode([scope, event]).encode()


def showing(shown: ClassMembership) -> bytes:
    """Return the canonical bytes of that somebody was shown to belong to a class."""
    return canonical(
        [shown.pk.hex, shown.recipient_class_id.hex, shown.recipient_id.hex],
        [
            time_text(shown.since),
            time_text(shown.until) if shown.until else None,
            shown.shown_by_id.hex,
            shown.evidence,
        ],
    )


def mac_of(event: ConsentEvent) -> Mac:
    """Return the MAC stored with an event."""
    return Mac(event.mac_key_id, bytes(event.mac))
