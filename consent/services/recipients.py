"""To whom words may be released: people, organisations, and groups of them with who belongs."""

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.services import answer, claim
from audit import trail
from audit.clock import database_now
from audit.ids import free_code, uuid7
from audit.trail import Actor
from consent import queries
from consent.belonging import ENDED, SHOWN
from consent.evidence import showing
from consent.models import ClassMembership, Recipient
from sessions_app.queries import lock_disclosures
from sessions_app.rules import Problem, Rejected, check, name_problems
from vault import services as vault


def create_recipient(
    *,
    by: Actor,
    name: str,
    address: str,
    once: UUID,
    kind: Recipient.Kind = Recipient.Kind.ORGANISATION,
) -> Recipient:
    """Add somebody to whom words may be released, or a group of them.

    Name and address are sealed. Raises Rejected, vault.Keyless.
    """
    check(name_problems(name))
    recipient = Recipient(pk=uuid7(), practice_id=by.practice, kind=kind)
    vault.make_shred_key(recipient.pk)
    for column, text in (("name", name), ("address", address)):
        sealed = vault.seal_text(text.strip(), recipient.place(column), owner=recipient.pk)
        setattr(recipient, f"{column}_sealed", sealed)
    with transaction.atomic(durable=True):
        claimed = claim(by=by, once=once, act="recipient.added", content=(name, address, kind))
        if claimed.answer:
            return Recipient.objects.get(pk=claimed.answer)
        recipient.code = free_code("P", lambda code: Recipient.objects.filter(code=code).exists())
        recipient.save(force_insert=True)
        answer(claimed, recipient.pk)
        trail.append(
            by, "recipient.added", object_id=recipient.pk, code=recipient.code, ground=str(kind)
        )
    return recipient


def show_class_member(*, by: Actor, code: str, recipient: str) -> ClassMembership:
    """Record that a recipient was shown to belong to the group `code`, from now on; twice is once.

    Takes the locks that its end takes: a no to the group reaches them from now
    on, and a release under way is before it. Raises Rejected for a group within
    a group, Recipient.DoesNotExist, vault.Keyless.
    """
    of, one = queries.own_class(by, code), queries.own_recipient(by, recipient)
    if one.kind == Recipient.Kind.CLASS:
        raise Rejected({"recipient": Problem.UNKNOWN})
    with transaction.atomic(durable=True):
        lock_disclosures(queries.items_asked_about_for(of))
        said = ClassMembership(
            recipient_class=of, recipient=one, shown_by_id=by.user, since=database_now()
        )
        mac = vault.authenticate(showing(said))
        shown, new = ClassMembership.objects.get_or_create(
            recipient_class=of,
            recipient=one,
            until=None,
            defaults={
                "pk": said.pk,
                "shown_by_id": by.user,
                "since": said.since,
                "mac_key_id": mac.key_id,
                "mac": mac.value,
            },
        )
        if new:
            trail.append(by, SHOWN, object_id=shown.pk, code=of.code, ground=one.code)
    return shown


def end_class_membership(*, by: Actor, code: str, recipient: str) -> None:
    """Record that a recipient belongs to a group no more, from this instant; twice is once.

    Takes the lock of every item somebody was asked about for this group: a
    release under way is before it, or finds it ended. Needs no key. Raises
    Recipient.DoesNotExist.
    """
    of, one = queries.own_class(by, code), queries.own_recipient(by, recipient)
    with transaction.atomic(durable=True):
        lock_disclosures(queries.items_asked_about_for(of))
        now = database_now()
        standing = ClassMembership.objects.filter(
            Q(until=None) | Q(until__gt=now), recipient_class=of, recipient=one
        )
        ended = list(standing.order_by("pk").values_list("pk", flat=True))
        standing.update(until=now)
        for shown in ended:
            trail.append(by, ENDED, object_id=shown, code=of.code, ground=one.code)
