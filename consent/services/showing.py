"""Showing a member the words they are asked about: for another than the speaker, a release."""

from dataclasses import dataclass

from django.db import transaction

from audit import trail
from audit.entry import listed
from audit.trail import Actor, Receipt
from consent import queries
from consent.models import Consent
from sessions_app.models import DisclosureVersion
from sessions_app.queries import lock_disclosures
from vault import key_ring


@dataclass(frozen=True)
class ShownWords:
    """The version whose words a member may read now, and the receipt to open it with."""

    version: DisclosureVersion
    receipt: Receipt


def show_words(*, by: Actor, consent: Consent) -> ShownWords:
    """Decide under the item's lock that a member may read the words of a question, and note it.

    In the order of a release: who is shown the words of another is shown them
    before that one takes back, or not at all (rows 56-58). `consent` is one of
    the actor's own. Raises Consent.DoesNotExist if it is not,
    DisclosureVersion.DoesNotExist (the words are closed), vault.Keyless before
    anything is written.
    """
    key_ring.current()
    if consent.member.user_id != by.user:
        raise Consent.DoesNotExist
    with transaction.atomic(durable=True):
        lock_disclosures([consent.version.disclosure_id])
        version = queries.words_shown_to(by, consent)
        entry = trail.append(
            by,
            "question.opened",
            object_id=consent.pk,
            code=consent.code,
            group=version.disclosure.group_id,
            ids=listed([version.pk]),
        )
    return ShownWords(version, trail.receipt_of(entry))
