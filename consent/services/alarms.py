"""Alarms: what nobody here can have written. An alarm is an entry, and changes nothing else."""

from collections.abc import Iterable
from uuid import UUID

from audit import trail
from audit.models import Entry
from audit.trail import Actor
from consent.kinds import Kind
from consent.models import Consent, Recipient
from consent.rules import ConsentFacts, ItemFacts

FORGED = "alarm.forged"
ACCESS = "alarm.access"
CLOSED = "alarm.closed"
# A member said that they were pressured into a yes (services/holding.py).
PRESSURED = "consent.held"
OF_ALARMS = (FORGED, ACCESS, CLOSED)
PERMITTING = (Kind.GRANTED, Kind.UNHELD)


def raise_alarm(*, by: Actor, act: str, object_id: UUID, code: str, group: UUID) -> bool:
    """Note an alarm about an object, unless one is open; return whether it was raised.

    The last thing but one in the caller's transaction: it takes the chain's
    head, as the act's own entry does after it.
    """
    about = Entry.objects.filter(chain=by.practice, object_id=object_id, act__in=OF_ALARMS)
    last = about.order_by("-seq").values_list("act", flat=True).first()
    if last in (FORGED, ACCESS):
        return False
    trail.append(by, act, object_id=object_id, code=code, group=group)
    return True


def raise_forged(
    *, by: Actor, facts: Iterable[ItemFacts], doubted: Iterable[UUID], group: UUID
) -> None:
    """Raise the alarm for every yes that these facts found and could not believe.

    `doubted` are the classes the recipient is said to belong to without a proof;
    their alarm is for whoever reviews `group`.

    For whoever decides about a release, before the entry of the act. Whatever
    was decided: a forged row beside a true one is a forged row.
    """
    found = {consent for item in facts for consent in unbelieved(item)}
    classes = set(doubted)
    if classes:
        of = Recipient.objects.filter(pk__in=classes).order_by("pk")
        for pk, code in of.values_list("pk", "code"):
            raise_alarm(by=by, act=FORGED, object_id=pk, code=code, group=group)
    if not found:
        return
    rows = Consent.objects.filter(pk__in=found).order_by("pk")
    for pk, code, group in rows.values_list("pk", "code", "version__disclosure__group"):
        raise_alarm(by=by, act=FORGED, object_id=pk, code=code, group=group)


def unbelieved(item: ItemFacts) -> set[UUID]:
    """Return the consents of an item whose standing event permits and is not authentic.

    And those of a member of whom it is not believed who signs.
    """
    return {
        c.id for s in item.subjects for c in s.consents if _unbelieved(c) or not s.standing.believed
    }


def _unbelieved(consent: ConsentFacts) -> bool:
    return any(
        event is not None and event.kind in PERMITTING and not event.authentic
        for event in (consent.last, consent.carrying)
    )
