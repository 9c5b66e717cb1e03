"""Opening what a member asked of their own record, and the answer: one row, one look."""

from typing import NamedTuple
from uuid import UUID

from audit import trail
from consent.models import PrivacyRequest
from pages.shared.access import HouseRequest
from pages.shared.names import open_names
from vault import services as vault


class Opened(NamedTuple):
    """A request as it reads: its text, the answer, and who gave it; empty if nobody did."""

    text: str
    answer: str
    by: str


def opened(request: HouseRequest, found: PrivacyRequest, group: UUID) -> Opened:
    """Open a request of theirs, or one they may answer, after the entry that they look at it."""
    people = [found.answered_by] if found.answered_by else []
    receipt = trail.receipt_for(
        request.actor,
        "privacy.opened",
        [found.pk, *(one.pk for one in people)],
        object_id=found.pk,
        code=found.code,
        group=group,
        once_per_sign_in=True,
    )
    sealed = [found.sealed_text, *([found.sealed_answer] if found.sealed_answer else [])]
    text, *answer = vault.open_all(sealed, receipt)
    return Opened(text, "".join(answer), "".join(open_names(people, receipt).values()))
