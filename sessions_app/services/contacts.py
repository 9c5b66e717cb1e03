"""A member's emergency contact: written by whoever leads the group, read for a reason, reviewed."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from audit import trail
from audit.clock import database_now
from audit.entry import listed
from audit.ids import uuid7
from audit.trail import Actor, Receipt
from sessions_app import queries
from sessions_app.models import ContactReading, ContactReview, Member, TherapyGroup
from sessions_app.rules import check, contact_problems, reason_problems
from vault import services as vault


def write_contact(*, by: Actor, group: TherapyGroup, member_code: str, contact: str) -> Member:
    """Write down whom to call for a member in an emergency; nothing takes it off.

    What stood there before is gone. Raises Rejected, Membership.DoesNotExist,
    vault.Keyless.
    """
    check(contact_problems(contact))
    member = queries.last_stint(by, group, member_code).member
    sealed = None
    if contact.strip():
        sealed = vault.seal_text(contact.strip(), member.place("contact"), owner=member.pk)
    with transaction.atomic(durable=True):
        Member.objects.filter(pk=member.pk, erased_at=None).update(contact_sealed=sealed)
        trail.append(by, "contact.written", object_id=member.pk, code=member_code, group=group.pk)
    return member


def read_contact(
    *, by: Actor, group: TherapyGroup, member_code: str, why: str, also: Collection[UUID] = ()
) -> tuple[Member, Receipt]:
    """Note that somebody reads a member's emergency contact, and why; return the receipt for it.

    `also` are rows that the page shows beside it for the same reason (R119). It
    is noted whether anything was written down or not: what is there, nobody
    learns without a reason. The reason is sealed with the member's key, and
    waits for a review by somebody else (`review_reading`). Raises Rejected,
    Membership.DoesNotExist, vault.Keyless.
    """
    check(reason_problems(why))
    member = queries.last_stint(by, group, member_code).member
    reading = ContactReading(pk=uuid7(), member=member, group=group, read_by_id=by.user)
    reading.reason_sealed = vault.seal_text(
        why.strip(), reading.reason_place(by.practice), owner=member.pk
    )
    with transaction.atomic(durable=True):
        reading.at = database_now()
        reading.save(force_insert=True)
        entry = trail.append(
            by,
            "contact.opened",
            object_id=reading.pk,
            code=member_code,
            group=group.pk,
            ids=listed({member.pk, *also}),
        )
    return member, trail.receipt_of(entry)


def review_reading(*, by: Actor, reading_id: UUID, in_order: bool) -> ContactReview:
    """Say of somebody else's reading whether it was in order; said once, it stands.

    Raises ContactReading.DoesNotExist for one's own, one that is not the
    actor's to review, and one that was reviewed.
    """
    with transaction.atomic(durable=True):
        ContactReading.objects.select_for_update(no_key=True).get(pk=reading_id)
        reading = queries.readings_to_review(by).get(pk=reading_id)
        review = ContactReview.objects.create(
            reading=reading, reviewed_by_id=by.user, at=database_now(), in_order=in_order
        )
        trail.append(
            by,
            "contact.reviewed",
            object_id=reading.pk,
            code=reading.member.code,
            group=reading.group_id,
            ground="in_order" if in_order else "questioned",
        )
    return review
