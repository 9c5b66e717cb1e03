"""Why an item stays, as its asker may see it (rule R21). Pure.

Nothing is taken off the true reasons: the decision is made once more, on the
ledger as the asker knows it. So no reason, and no missing one, can hang on what
the asker does not know.
"""

from dataclasses import replace
from datetime import datetime

from consent.kinds import Kind, Reason
from consent.rules import (
    ADULT,
    ConsentFacts,
    EventFacts,
    ItemFacts,
    LegalStanding,
    Question,
    Signs,
    both_sign,
    decide,
    signature_gap,
)


def reasons_seen(item: ItemFacts, question: Question) -> tuple[Reason, ...]:
    """Return the sorted reasons for which an item that is withheld seems to stay.

    A no, silence and not being asked yet are one: NO_CONSENT. A hold and a taking
    back are one: REVOKED. Where the ledger as the asker knows it would let the
    item go (a narrow no beside a wider yes) it is NO_CONSENT too.
    """
    return decide(as_asked(item), question).reasons or (Reason.NO_CONSENT,)


def as_asked(item: ItemFacts) -> ItemFacts:
    """Return an item with its members' answers about it, as far as whoever asked them is told."""
    return replace(
        item,
        subjects=tuple(
            replace(
                subject,
                consents=tuple(
                    _told(one, subject.standing) for one in subject.consents if _given(one, item)
                ),
            )
            for subject in item.subjects
        ),
    )


def _given(consent: ConsentFacts, item: ItemFacts) -> bool:
    """Say whether a question about the item was ever answered with yes.

    Any other is as good as never put.
    """
    yes = any(event.kind is Kind.GRANTED for event in consent.events)
    return yes and consent.disclosure == item.disclosure


def _told(consent: ConsentFacts, standing: LegalStanding) -> ConsentFacts:
    told: list[EventFacts] = []
    for event in sorted(consent.events, key=lambda event: event.counter):
        held = any(one.kind is Kind.HELD for one in told)
        if event.kind is Kind.UNHELD and held and event.authentic:
            told = [one for one in told if one.kind is not Kind.HELD]
        elif event.kind is Kind.DECLINED or (
            event.kind is Kind.HELD and _bound_nobody(told, standing, event.at)
        ):
            # A yes of one of two bound nobody, nor one that had ended; it ends in silence, as if
            # it were the last word.
            told = [
                replace(one, authentic=True) if one.kind is Kind.GRANTED else one for one in told
            ]
        else:
            told.append(event)
    held_as_revoked = (
        replace(one, kind=Kind.REVOKED) if one.kind is Kind.HELD else one for one in told
    )
    return replace(consent, events=tuple(held_as_revoked))


def _bound_nobody(told: list[EventFacts], standing: LegalStanding, at: datetime | None) -> bool:
    """Say whether one of two has signed so far (R34), or what stood had ended by itself by `at`."""
    granted = [one for one in told if one.kind is Kind.GRANTED]
    two = both_sign(standing, at) if at else standing.signs is Signs.BOTH
    sides = (True, False) if two else (None,)
    for side in sides:
        own = [one for one in granted if side is None or (one.signer is None) is side]
        last = max(own, key=lambda one: one.counter, default=None)
        if last is None or (at and _ended(last, standing, at)):
            return True
    return False


def _ended(grant: EventFacts, standing: LegalStanding, at: datetime) -> bool:
    over = grant.until is not None and grant.until <= at
    signed_otherwise = grant.signer is not None or standing is not ADULT
    return over or (signed_otherwise and signature_gap(grant, standing, at) is not None)
