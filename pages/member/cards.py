"""What the member's pages say of one consent, and the names they open for it."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from audit import trail
from consent import queries
from consent.kinds import Kind
from consent.models import Consent, ConsentEvent, Evidence, Recipient
from consent.policies import counts_from
from pages.shared.access import HouseRequest, policy_in
from pages.shared.names import Named, Names, open_names
from pages.shared.sentences import PURPOSES
from sessions_app.models import Disclosure
from vault.envelope import Unreadable
from vault.key_ring import Keyless

Card = dict[str, object]
INSTANT = timedelta(microseconds=1)


def names_of(request: HouseRequest, things: Iterable[Named]) -> Names:
    """Open names for a member's page, noted once a sign-in; without keys there are none."""
    listed = {thing.pk: thing for thing in things}
    try:
        receipt = trail.receipt_for(request.actor, "home.opened", listed, once_per_sign_in=True)
        return open_names(listed.values(), receipt)
    except (Keyless, Unreadable):
        return {}


def named_in(consents: Iterable[Consent]) -> list[Named]:
    """Return the recipients and askers of consents."""
    things: dict[UUID, Recipient | User] = {}
    for consent in consents:
        things[consent.recipient_id] = consent.recipient
        if consent.recipient_class:
            things[consent.recipient_class.pk] = consent.recipient_class
        things[consent.request.asked_by_id] = consent.request.asked_by
    return list(things.values())


def cards(request: HouseRequest, consents: list[Consent]) -> list[Card]:
    """Return a card for each consent; the names of them all are one look."""
    names = names_of(request, named_in(consents))
    return [card(consent, names) for consent in consents]


def counting(request: HouseRequest, events: Iterable[ConsentEvent] = ()) -> Card:
    """Return what the practice asks of a yes before it counts: a wait, a word in the room.

    Of the yes that stands in `events`, or of one given now.
    """
    policy, now = policy_in(request), timezone.now()
    given = max((e for e in events if e.kind == Kind.GRANTED), key=_counter, default=None)
    confirmed = given is not None and any(
        e.kind == Kind.UNHELD and e.evidence == Evidence.IN_ROOM and e.counter > given.counter
        for e in events
    )
    counts = counts_from(policy, given.at if given else now)
    return {
        "counts_from": counts if counts > now else None,
        "to_confirm": policy.in_person and not confirmed,
    }


def _counter(event: ConsentEvent) -> int:
    return event.counter


def card(consent: Consent, names: Names) -> Card:
    """Return what a page says of one consent; without a name its code stands in."""
    now = timezone.now()
    current = consent.version.number == consent.version.disclosure.current_version
    return {
        "consent": consent,
        "standing": queries.standing(consent, now),
        "since": consent.last_at or consent.effective,
        "recipient": names.get(consent.recipient_id, consent.recipient.code),
        "whoever_belongs": consent.recipient.kind == Recipient.Kind.CLASS,
        "while_in": _name_or_code(consent.recipient_class, names),
        "asker": names.get(consent.request.asked_by_id, ""),
        "purpose": [PURPOSES[purpose] for purpose in consent.purposes],
        "spoke": consent.version.disclosure.speaker_id == consent.member_id,
        "said_on": consent.version.disclosure.session.starts,
        "last_day": min(filter(None, (consent.expires, consent.last_until))) - INSTANT,
        "answer_by": consent.request.answer_by - INSTANT,
        "changed": not current,
        "open": current and min(consent.request.answer_by, consent.expires) > now,
    }


def asked_anew(consent: Consent) -> bool:
    """Say whether somebody who spoke for the member allowed this, and may speak no more (R33)."""
    item = consent.version.disclosure
    return (
        consent.to_reaffirm
        and consent.last_kind in (Kind.GRANTED, Kind.UNHELD)
        and consent.expires > timezone.now()
        and consent.version.number == item.current_version
        and item.state not in Disclosure.OUT
    )


def _name_or_code(recipient: Recipient | None, names: Names) -> str:
    return names.get(recipient.pk, recipient.code) if recipient else ""
