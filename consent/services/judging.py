"""What the gate says of an override: at the request, at the release, and at every opening.

One way for all of them, on facts read afresh under the item's lock. The time
limits are here (R97), the law's conditions in `consent.rules.overrides`.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from accounts.models import Role
from audit.entry import Line
from audit.trail import Actor
from consent import known_head
from consent.facts import gather
from consent.kinds import PARENT_PURPOSE, Kind, Reason
from consent.models import (
    ConsentEvent,
    Involved,
    Override,
    OverrideAnswer,
    Release,
)
from consent.overridden import (
    believed_approval,
    found_not_justified,
    is_believed,
    is_ended,
    is_spent,
    released_as,
    was_told_no,
)
from consent.policies import policy_of
from consent.rules import ItemFacts, Question
from consent.rules.claims import ANSWERED_WITHIN, GOES_WITHIN, OPENS_WITHIN, PURPOSES
from consent.rules.facts import NOES
from consent.rules.overrides import (
    EMERGENCY_PURPOSES,
    Basis,
    Claim,
    Fact,
    OverrideDecision,
    decide_override,
    minds_a_refusal,
)
from consent.services.verdicts import OnOverride, Verdict
from sessions_app.models import Disclosure

# Stands for whoever will be the second person while nobody is: somebody else than who asks.
SOMEBODY = UUID(int=1)


class Judged:
    """An override before the gate: its facts, read once, and what they come to."""

    def __init__(
        self,
        by: Actor,
        override: Override,
        involved: Collection[Involved],
        item: Disclosure,
        known: Collection[Line],
    ) -> None:
        self.by, self.override, self.item = by, override, item
        self.members = frozenset(one.member_id for one in involved)
        self.suing = frozenset(one.member_id for one in involved if one.sues)
        self.question, facts = _facts(by, override, item, known)
        self.facts = facts

    def decision(self, approver: UUID | None, *, over: bool = False) -> OverrideDecision:
        """Decide for this second person, or for nobody yet."""
        return decide_override(self.facts, self.claim(approver, over=over))

    def claim(self, approver: UUID | None, *, over: bool = False) -> Claim:
        """Return what is claimed. With a second person the house itself notes a refusal (R99)."""
        override = self.override
        facts = {Fact(one) for one in override.facts}
        if approver:
            facts.add(Fact.REFUSAL_NOTED)
        ordered = {override.version_id} if override.names_version else set[UUID]()
        return Claim(
            basis=Basis(override.basis),
            version=override.version_id,
            requester=override.requested_by_id,
            requester_may=self.facts.releaser_may_read
            and self.by.user == override.requested_by_id
            and self.by.role == Role.FACILITATOR,
            recipient=override.recipient_id,
            facts=frozenset(facts),
            involved=self.members,
            suing=self.suing,
            refused_emergencies=_refused_elsewhere(self.members),
            ordered_versions=frozenset(ordered),
            approver=approver,
            approver_may=approver is not None,
            urgent=override.urgent and not was_told_no(override, self.item.pk),
            policy=self.question.policy,
            frozen=self.question.frozen,
            record_available=self.item.state not in Disclosure.GONE,
            over=over,
        )

    @property
    def refusal(self) -> bool:
        """Whether somebody involved said no even to emergencies."""
        return minds_a_refusal(self.facts, self.claim(None))

    def verdict(self, reasons: Collection[Reason]) -> Verdict:
        """Return it as every other verdict; without reasons it goes."""
        found = OnOverride(reasons=tuple(sorted(set(reasons))))
        if not found.reasons:
            found = OnOverride(override=self.override, shown=self.members)
        return Verdict(self.item, self.facts, self.question, found)


def judged_now(by: Actor, override: Override, item: Disclosure, known: Collection[Line]) -> Judged:
    """Read the facts of a stored override. The caller holds the item's lock. Raises Keyless."""
    return Judged(by, override, list(override.involved.all()), item, known)


def verdict_to_release(
    by: Actor, override: Override, item: Disclosure, known: Collection[Line]
) -> tuple[Verdict, Judged]:
    """Decide whether an override lets its passages out now, for the first and only time."""
    judged = judged_now(by, override, item, known)
    reasons = set[Reason]()
    approval = believed_approval(override)
    now = judged.question.at
    if not is_believed(override):
        reasons.add(Reason.UNREADABLE)
    used = hasattr(override, "release_item")
    over = used or is_ended(override) or _too_late(override, approval, now)
    reasons |= set(judged.decision(approval.by_id if approval else None, over=over).reasons)
    return judged.verdict(reasons), judged


def verdict_to_open(
    by: Actor,
    release: Release,
    override: Override,
    known: Collection[Line],
    *,
    visiting: UUID | None = None,
) -> Verdict:
    """Decide once more whether a release on an override may still be opened, by its maker."""
    item = override.version.disclosure
    judged = judged_now(by, override, item, known)
    reasons = set[Reason]()
    approval = believed_approval(override)
    if not is_believed(override) or not released_as(override, release):
        reasons.add(Reason.UNREADABLE)
    over = (
        is_ended(override)
        or judged.question.at >= release.decided_at + OPENS_WITHIN
        or is_spent(release, visiting=visiting)
        or found_not_justified(override)
    )
    reasons |= set(judged.decision(approval.by_id if approval else None, over=over).reasons)
    verdict = judged.verdict(reasons)
    until = release.decided_at + OPENS_WITHIN
    return replace(verdict, decision=replace(verdict.decision, until=until))


def _facts(
    by: Actor, override: Override, item: Disclosure, known: Collection[Line]
) -> tuple[Question, ItemFacts]:
    purpose = PURPOSES.get(Basis(override.basis), "")
    question, facts = gather(
        [item.pk], recipient=override.recipient_id, purpose=purpose, releaser=by
    )
    second = policy_of(by.practice).second_person
    question = replace(question, policy=replace(question.policy, second_person=second))
    if known_head.rolled_back(known):
        question = replace(question, frozen=True)
    return question, facts[item.pk]


def _too_late(override: Override, approval: OverrideAnswer | None, now: datetime) -> bool:
    """An approved one goes within the hour, one that somebody decided alone too (R97)."""
    if approval:
        answered_late = approval.at >= override.requested_at + ANSWERED_WITHIN
        return answered_late or now >= approval.at + GOES_WITHIN
    lasts = GOES_WITHIN if override.urgent else ANSWERED_WITHIN
    return now >= override.requested_at + lasts


def _refused_elsewhere(members: Collection[UUID]) -> frozenset[UUID]:
    """Return who said no to emergencies by name, or to whatever it may be, about any words.

    A no to a wider purpose counts for the item it was about, and is read with its facts.
    """
    noes = ConsentEvent.objects.filter(consent__member__in=members, kind__in=(*NOES, Kind.HELD))
    return frozenset(
        member
        for member, purposes in noes.values_list("consent__member", "consent__purposes")
        if not purposes
        or not set(purposes) <= PARENT_PURPOSE.keys()
        or EMERGENCY_PURPOSES & set(purposes)
    )
