"""The letter that a recipient gets: the words, for whom and why, and the notice that travels along.

The same for print, for a link and for a preview. It holds the parts that go out
and nothing that varies with what stays: no numbers, no counts, no gaps.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Practice
from audit.trail import Receipt
from consent.models import Override, Recipient
from consent.notices import PART2_FULL, PART2_FULL_TEXT, notice_version
from consent.rules.claims import read_claim
from consent.services.verdicts import Part
from pages.shared.names import Named, Names, open_names
from pages.shared.sentences import OUT_FOR
from vault import services as vault
from vault.services import Sealed

NO_CODE_YET = "R-······"  # stands in a preview where a release has its code


@dataclass(frozen=True)
class Passage:
    """One item of a letter, as text; `basis` and `beside` are of what goes on an override."""

    words: str
    said_on: datetime
    author: str
    concerning: str
    granted_at: datetime
    last_day: datetime
    fingerprint: str
    basis: str = ""
    beside: str = ""


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
    sealed = [_sealed(part, practice) for part in parts]
    *words, address = vault.open_all([*sealed, recipient.sealed_address], receipt)
    notice = notice_version(part.item.record_class for part in parts)
    return {
        "letter": True,
        "recipient": names[recipient.pk],
        "address": address,
        "purpose": OUT_FOR[purpose],
        "passages": [
            _of_override(part, part.override, text, names)
            if part.override
            else Passage(
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


def _sealed(part: Part, practice: Practice) -> Sealed:
    """On an override the claim, which holds the chosen words; never the version's other words."""
    return part.override.sealed_claim if part.override else part.version.sealed_text(practice.pk)


def _of_override(part: Part, override: Override, document: str, names: Names) -> Passage:
    claim = read_claim(document)
    return Passage(
        words=claim.released,
        said_on=part.version.disclosure.session.starts,
        author=names[part.version.written_by_id],
        concerning=names[part.subjects[0].pk] if len(part.subjects) == 1 else "",
        granted_at=part.granted_at,
        last_day=part.until,
        fingerprint=bytes(override.text_digest).hex(" ", 2)[:39],
        basis=override.get_basis_display(),
        beside=claim.to_recipient,
    )
