"""Letting an item out, or not. Always in the order of docs/architecture.md, walk "Release"."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.services import (
    StepUpScope,
    answer,
    claim,
    step_up_refusals_noted,
    use_step_up,
)
from audit import trail
from audit.clock import database_now
from audit.entry import listed
from audit.ids import free_code
from audit.models import Entry, Outcome
from audit.trail import Actor, Receipt
from consent import queries
from consent.facts import facts_of
from consent.kinds import Kind, Reason
from consent.models import (
    Consent,
    ConsentEvent,
    HandOver,
    Recipient,
    Release,
    ReleaseItem,
    WithheldItem,
)
from consent.notices import notice_version
from consent.rules import Decision, ItemFacts, Question, decide
from sessions_app import queries as sessions
from sessions_app.models import Disclosure, DisclosureVersion, Member
from sessions_app.queries import lock_disclosures
from vault import key_ring

RELEASE = "release"


class Withheld(Exception):
    """Nothing was sent. `release` records the try; the reason stands in the trail alone."""

    def __init__(self, release: Release) -> None:
        super().__init__(release.code)
        self.release = release


@dataclass(frozen=True)
class OpenedRelease:
    """A release that was decided again at this instant, and the receipt to open it with."""

    release: Release
    version: DisclosureVersion
    subjects: list[Member]
    granted_at: datetime
    until: datetime
    receipt: Receipt


def release_scope(item: Disclosure, recipient: Recipient, purpose: str) -> StepUpScope:
    """Return what a step-up for this release is bound to."""
    version = sessions.current_version(item)
    return StepUpScope(RELEASE, item.pk, version.pk, recipient.pk, purpose)


def release_item(
    *, by: Actor, code: str, recipient: Recipient, purpose: str, step_up_id: UUID, once: UUID
) -> Release:
    """Release one item to one recipient for one purpose, if everybody it concerns allows it now.

    Raises Withheld after the try is recorded, StepUpRefused, Disclosure.DoesNotExist
    if the item is not the actor's, vault.Keyless. The same `once` gives the
    same answer and releases nothing twice.
    """
    key_ring.current()  # keys first: nothing slow happens under the lock
    item = sessions.own_item(by, code)
    with step_up_refusals_noted(by, RELEASE), transaction.atomic(durable=True):
        claimed = claim(by=by, once=once, act=RELEASE, content=(code, recipient.pk, purpose))
        if claimed.answer:
            release = Release.objects.get(pk=claimed.answer)
        else:
            lock_disclosures([item.pk])
            item = sessions.own_item(by, code)
            use_step_up(by=by, step_up_id=step_up_id, scope=release_scope(item, recipient, purpose))
            facts, decision = _decided(by, item.pk, recipient.pk, purpose)
            release = _write(by, item, facts, decision, recipient, purpose)
            answer(claimed, release.pk)
            _note(by, "release", release, item, decision)
    if release.decision == Release.Decision.WITHHOLD:
        raise Withheld(release)
    return release


def open_release(*, by: Actor, code: str) -> OpenedRelease:
    """Open a release to print it; every opening decides again, at this instant.

    Raises Withheld if it may no longer go out, Release.DoesNotExist, vault.Keyless.
    """
    key_ring.current()
    release = queries.own_release(by, code)
    with transaction.atomic(durable=True):
        item, facts, decision = _decided_again(by, release)
        opened = None
        if decision.permits:
            opened = _to_open(release, facts)
        entry = _note(by, "release.opened", release, item, decision, opened)
    if opened is None or decision.until is None:
        raise Withheld(release)
    version, subjects = opened
    granted = ConsentEvent.objects.filter(consent__in=decision.consents, kind=Kind.GRANTED)
    return OpenedRelease(
        release=release,
        version=version,
        subjects=subjects,
        granted_at=granted.latest("at").at,
        until=decision.until,
        receipt=trail.receipt_of(entry),
    )


def hand_over(*, by: Actor, code: str) -> HandOver:
    """Record that the printed release is handed to its recipient now; twice is once.

    Decides again: paper that may no longer go out stays. Raises Withheld,
    Release.DoesNotExist, vault.Keyless.
    """
    key_ring.current()
    release = queries.own_release(by, code)
    handed = None
    with transaction.atomic(durable=True):
        item, _, decision = _decided_again(by, release)
        earlier = HandOver.objects.filter(release=release).first()
        if earlier:
            return earlier
        if decision.permits:
            handed = HandOver.objects.create(release=release, by_id=by.user, at=database_now())
        _note(by, "release.handed_over", release, item, decision)
    if handed is None:
        raise Withheld(release)
    return handed


def _decided(by: Actor, item_id: UUID, recipient: UUID, purpose: str) -> tuple[ItemFacts, Decision]:
    facts = facts_of(item_id, recipient=recipient, releaser=by)
    return facts, decide(facts, Question(recipient, purpose, database_now()))


def _decided_again(by: Actor, release: Release) -> tuple[Disclosure, ItemFacts, Decision]:
    rows = release.items if release.decision == Release.Decision.PERMIT else release.withheld
    released = rows.select_related("version__disclosure").get().version
    lock_disclosures([released.disclosure_id])
    facts, decision = _decided(by, released.disclosure_id, release.recipient_id, release.purpose)
    if release.decision == Release.Decision.WITHHOLD or facts.version != released.pk:
        decision = Decision(reasons=decision.reasons or (Reason.VERSION_CHANGED,))
    elif decision.permits and not _stands_on(release) <= set(decision.consents):
        # The paper names its permissions; others that came later make another release.
        decision = Decision(reasons=(Reason.REVOKED,))
    return released.disclosure, facts, decision


def _stands_on(release: Release) -> set[UUID]:
    return set(release.items.get().consents.values_list("pk", flat=True))


def _write(
    by: Actor,
    item: Disclosure,
    facts: ItemFacts,
    decision: Decision,
    recipient: Recipient,
    purpose: str,
) -> Release:
    release = Release.objects.create(
        practice_id=by.practice,
        code=free_code("R", lambda code: Release.objects.filter(code=code).exists()),
        recipient=recipient,
        purpose=purpose,
        decision=Release.Decision.PERMIT if decision.permits else Release.Decision.WITHHOLD,
        decided_at=database_now(),
        notice_version=notice_version(item.record_class) if decision.permits else "",
        released_by_id=by.user,
    )
    if decision.permits:
        row = ReleaseItem.objects.create(release=release, version_id=facts.version)
        row.consents.set(Consent.objects.filter(pk__in=decision.consents))
    else:
        WithheldItem.objects.create(release=release, version_id=facts.version)
    return release


def _to_open(release: Release, facts: ItemFacts) -> tuple[DisclosureVersion, list[Member]]:
    version = DisclosureVersion.objects.select_related("disclosure__session", "written_by").get(
        pk=facts.version
    )
    subjects = list(Member.objects.filter(pk__in=[s.member for s in facts.subjects]))
    return version, subjects


def _note(
    by: Actor,
    act: str,
    release: Release,
    item: Disclosure,
    decision: Decision,
    opened: tuple[DisclosureVersion, list[Member]] | None = None,
) -> Entry:
    ids: list[UUID] = []
    if opened:
        version, subjects = opened
        ids = [version.pk, release.recipient_id, version.written_by_id, *(m.pk for m in subjects)]
    codes = Consent.objects.filter(pk__in=decision.consents).values_list("code", flat=True)
    return trail.append(
        by,
        act,
        object_id=release.pk,
        code=release.code,
        group=item.group_id,
        ids=listed(ids),
        ground=",".join([item.code, release.purpose, *sorted(codes)]),
        outcome=Outcome.PERMIT if decision.permits else Outcome.WITHHOLD,
        reasons=decision.reasons,
    )
