"""The letter that a recipient gets: the words, for whom and why, and the notice that travels along.

The same for print, for a link and for a preview. It holds the parts that go out
and nothing that varies with what stays: no numbers, no counts, no gaps.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Practice
from audit.trail import Receipt
from consent.models import Recipient
from consent.notices import PART2_FULL, PART2_FULL_TEXT, notice_version
from consent.services.verdicts import Part
from pages.shared.names import Named, open_names
from pages.shared.sentences import STAFF_PURPOSES
from vault import services as vault

NO_CODE_YET = "R-······"  # stands in a preview where a release has its code


@dataclass(frozen=True)
class Passage:
    """One item of a letter, as text."""

    words: str
    said_on: datetime
    author: str
    concerning: str
    granted_at: datetime
    last_day: datetime
    fingerprint: str


def letter(
    recipient: Recipient,
    parts: Sequence[Part],
    receipt: Receipt,
    *,
    purpose: str,
    practice: Practice,
) -> dict[str, object]:
    """Return what the page of a letter shows. Raises vault.Keyless, vault.Unreadable."""
    people: list[Named] = [recipient]
    for part in parts:
        people += [part.version.written_by, *part.subjects]
    names = open_names(people, receipt)
    sealed = [part.version.sealed_text(practice.pk) for part in parts]
    *words, address = vault.open_all([*sealed, recipient.sealed_address], receipt)
    notice = notice_version(part.item.record_class for part in parts)
    return {
        "letter": True,
        "recipient": names[recipient.pk],
        "address": address,
        "purpose": STAFF_PURPOSES[purpose],
        "passages": [
            Passage(
                words=text,
                said_on=part.version.disclosure.session.starts,
                author=names[part.version.written_by_id],
                # Of several nobody is named: no permission tells of another member.
                concerning=names[part.subjects[0].pk] if len(part.subjects) == 1 else "",
                granted_at=part.granted_at,
                last_day=part.until - timedelta(microseconds=1),
                fingerprint=bytes(part.version.digest).hex(" ", 2)[:39],
            )
            for part, text in zip(parts, words, strict=True)
        ],
        "part2": PART2_FULL_TEXT if notice == PART2_FULL else "",
    }
