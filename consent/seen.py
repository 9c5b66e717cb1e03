"""Why an item stays, as its asker may see it (rule R21). Pure.

Nothing is taken off the true reasons: the decision is made once more, on the
ledger as the asker knows it. So no reason, and no missing one, can hang on what
the asker does not know.
"""

from collections.abc import Iterable
from dataclasses import replace

from consent.kinds import Kind, Reason
from consent.rules import (
    ConsentFacts,
    EventFacts,
    ItemFacts,
    LegalStanding,
    Question,
    Signs,
    decide,
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
            event.kind is Kind.HELD and _half_signed(told, standing)
        ):
            # A yes of one of two bound nobody, and ends in silence: as if it were the last word.
            told = [
                replace(one, authentic=True) if one.kind is Kind.GRANTED else one for one in told
            ]
        else:
            told.append(event)
    held_as_revoked = (
        replace(one, kind=Kind.REVOKED) if one.kind is Kind.HELD else one for one in told
    )
    return replace(consent, events=tuple(held_as_revoked))


def _half_signed(told: Iterable[EventFacts], standing: LegalStanding) -> bool:
    """Say whether two sign for the member and only one of them has so far (R34)."""
    signers = {one.signer is None for one in told if one.kind is Kind.GRANTED}
    return standing.signs is Signs.BOTH and len(signers) < 2
