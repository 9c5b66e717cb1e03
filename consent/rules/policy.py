"""What a practice asks beyond the rules. It can only tighten (reading 9). Pure."""

from datetime import datetime

from consent.kinds import PARENT_PURPOSE, Kind
from consent.rules.facts import (
    FOREVER,
    Block,
    ConsentFacts,
    EventFacts,
    HousePolicyFacts,
    Question,
)
from consent.rules.purposes import within


def policy_allows(
    consent: ConsentFacts, grant: EventFacts, policy: HousePolicyFacts, at: datetime
) -> bool:
    """Say whether a grant is as young, as old and as confirmed as the practice wants it.

    A grant whose day is unknown is none of these.
    """
    if not policy.bounds_grants:
        return True
    if grant.at is None:
        return False
    confirmed = not policy.in_person or _confirmed_in_person(consent, grant)
    return confirmed and grant.at + policy.cooling_off <= at < policy_ends(grant, policy)


def policy_ends(grant: EventFacts, policy: HousePolicyFacts) -> datetime:
    """Return when the longest period of the practice, counted from the grant, is over."""
    if policy.longest is None or grant.at is None:
        return FOREVER
    return grant.at + policy.longest


def policy_blocks(question: Question) -> bool:
    """Say whether the practice never releases for this purpose to such a recipient.

    A block reaches the parts of its purpose, and whoever is shown to belong to no class.
    """
    return any(_blocks(block, question) for block in question.policy.blocks)


def _confirmed_in_person(consent: ConsentFacts, grant: EventFacts) -> bool:
    return any(
        event.in_person and event.authentic and event.counter >= grant.counter
        for event in consent.events
        if event.kind in (Kind.GRANTED, Kind.UNHELD)
    )


def _blocks(block: Block, question: Question) -> bool:
    purpose = block.purpose
    meant = purpose not in PARENT_PURPOSE or within(question.purpose, purpose)
    to_class = block.recipient_class
    if to_class is None or not question.classes:
        return meant
    return meant and question.is_reached_by(to_class)
