"""A member's own record, to take along: one entry, one receipt, and nothing of anybody else."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from accounts.services import StepUpScope, step_up_refusals_noted, use_step_up
from audit import trail
from audit.entry import listed
from audit.trail import Actor
from consent import queries
from consent.models import Consent
from consent.services.showing import ShownTogether
from sessions_app.queries import lock_disclosures, own_member
from vault import key_ring

EXPORT = "data_export"


def export_scope(by: Actor) -> StepUpScope:
    """Return what a step-up for taking one's own record along is bound to."""
    return StepUpScope(EXPORT, by.user, by.user, by.user)


def export_own(
    *, by: Actor, step_up_id: UUID, consents: Collection[Consent], also: Collection[UUID]
) -> ShownTogether:
    """Decide which words of the actor's own consents they may take along, and note that they do.

    Under the items' locks, as each of them is shown (R80). `also` are rows of
    the actor's own, and the names that stand beside them. Raises StepUpRefused,
    Consent.DoesNotExist, Member.DoesNotExist, vault.Keyless.
    """
    key_ring.current()
    if any(one.member.user_id != by.user for one in consents):
        raise Consent.DoesNotExist
    member = own_member(by)
    with step_up_refusals_noted(by, EXPORT), transaction.atomic(durable=True):
        lock_disclosures({one.version.disclosure_id for one in consents})
        use_step_up(by=by, step_up_id=step_up_id, scope=export_scope(by))
        found = queries.all_words_shown_to(by, consents)
        entry = trail.append(
            by,
            "data.exported",
            object_id=member.pk,
            code=member.code,
            ids=listed([member.pk, *(version.pk for version in found.values()), *also]),
        )
    return ShownTogether(found, trail.receipt_of(entry))
