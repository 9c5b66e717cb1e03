"""The recipients of a practice, and who belongs to a group of them."""

from uuid import UUID

from django.db.models import Q, QuerySet

from audit.trail import Actor
from consent.models import (
    ClassMembership,
    Consent,
    Recipient,
)


def recipients_of(by: Actor) -> QuerySet[Recipient]:
    """Return the recipients of the actor's practice, oldest first.

    Not those made for one emergency: their names may tell who is in which group.
    """
    listed = Recipient.objects.filter(practice_id=by.practice, one_emergency=False)
    return listed.order_by("pk")


def receivers_of(by: Actor) -> QuerySet[Recipient]:
    """Return those of the practice's recipients who can be given something: groups cannot."""
    return recipients_of(by).exclude(kind=Recipient.Kind.CLASS)


def own_class(by: Actor, code: str) -> Recipient:
    """Return a group of recipients of the practice. Raises Recipient.DoesNotExist."""
    return recipients_of(by).get(code=code, kind=Recipient.Kind.CLASS)


def shown_in(of: Recipient) -> list[ClassMembership]:
    """Return who was ever shown to belong to a group of recipients, newest first."""
    return list(of.shown.select_related("recipient").order_by("-pk"))


def items_asked_about_for(of: Recipient) -> list[UUID]:
    """Return the items that a question to or within a group of recipients was put about."""
    asked = Consent.objects.filter(Q(recipient=of) | Q(recipient_class=of))
    return list(asked.values_list("version__disclosure", flat=True).distinct())


def own_recipient(by: Actor, code: str) -> Recipient:
    """Return a recipient of the actor's practice. Raises Recipient.DoesNotExist."""
    return recipients_of(by).get(code=code)
