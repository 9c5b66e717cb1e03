"""Letting words out, or not. Always in the order of docs/architecture.md, walk "Release"."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from enum import StrEnum
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import Role
from accounts.queries import held_role
from accounts.services import (
    StepUpScope,
    answer,
    claim,
    step_up_refusals_noted,
    use_step_up,
)
from audit import trail
from audit.clock import database_now
from audit.entry import Line
from audit.ids import free_code
from audit.models import Entry
from audit.trail import Actor, Receipt
from consent import queries
from consent.kinds import Reason
from consent.models import (
    Consent,
    HandOver,
    Override,
    Recipient,
    Release,
    ReleaseItem,
    WithheldItem,
)
from consent.notices import notice_version
from consent.rules import Decision, broken_since, ledger_place
from consent.services.judging import verdict_to_open
from consent.services.verdicts import (
    RELEASE,
    AskedFor,
    Part,
    Verdict,
    group_asked_for,
    ids_to_open,
    item_asked_for,
    keys_and_head,
    note_verdicts,
    parts_of,
    session_asked_for,
    verdicts,
)
from sessions_app.models import Disclosure
from sessions_app.queries import lock_disclosures


class Withheld(Exception):
    """Nothing was sent. The try is recorded; the reason stands in the trail alone."""

    def __init__(self, release: Release) -> None:
        super().__init__(release.code)
        self.release = release


@dataclass(frozen=True)
class OpenedRelease:
    """What of a release may be read at this instant, and the receipt to open it with."""

    release: Release
    parts: list[Part]
    receipt: Receipt


def release_scope(item: Disclosure, recipient: Recipient, purpose: str) -> StepUpScope:
    """Return what a step-up for the release of one item is bound to."""
    return AskedFor(item.pk, item.code, item.group_id, (item,)).scope(recipient, purpose)


def release_item(
    *, by: Actor, code: str, recipient: Recipient, purpose: str, step_up_id: UUID, once: UUID
) -> Release:
    """Release one item to one recipient for one purpose, if everybody it concerns allows it now.

    Raises Withheld after the try is recorded, StepUpRefused, Disclosure.DoesNotExist
    if the item is not the actor's, vault.Keyless. The same `once` gives the
    same answer and releases nothing twice.
    """
    return _release(
        by, lambda: item_asked_for(by, code), recipient, purpose, step_up_id=step_up_id, once=once
    )


def release_session(
    *, by: Actor, session: UUID, recipient: Recipient, purpose: str, step_up_id: UUID, once: UUID
) -> Release:
    """Release of a session exactly the items that everybody concerned allows now (row 23).

    The rest stays, without a trace in what goes out. Raises Withheld if nothing
    may go, GroupSession.DoesNotExist, and what `release_item` raises.
    """
    return _release(
        by,
        lambda: session_asked_for(by, session),
        recipient,
        purpose,
        step_up_id=step_up_id,
        once=once,
    )


def release_group(
    *, by: Actor, code: str, recipient: Recipient, purpose: str, step_up_id: UUID, once: UUID
) -> Release:
    """Release of all sessions of a group exactly what everybody concerned allows now (row 24).

    Names, attendance and counts are no part of it. Raises Withheld if nothing may
    go, TherapyGroup.DoesNotExist, and what `release_item` raises.
    """
    return _release(
        by, lambda: group_asked_for(by, code), recipient, purpose, step_up_id=step_up_id, once=once
    )


def open_release(*, by: Actor, code: str) -> OpenedRelease:
    """Open a release to print it; every opening decides again, at this instant.

    It holds what still may go out. Raises Withheld if nothing does,
    Release.DoesNotExist, vault.Keyless.
    """
    known = keys_and_head(by.practice)
    release = queries.own_release(by, code)
    with transaction.atomic(durable=True):
        found = decided_again(by, release, known)
        parts = parts_of(found)
        entry = _note(by, "release.opened", release, found, parts)
    if not parts:
        raise Withheld(release)
    return OpenedRelease(release, parts, trail.receipt_of(entry))


class Received(StrEnum):
    """Into whose hands a printed release went, or that it was read out. No name stands here."""

    NAMED = "to_the_named"
    SIGNED_FOR = "signed_for"
    READ_OUT = "read_out"  # by telephone, of a release on an override


def hand_over(*, by: Actor, code: str, received: Received = Received.NAMED) -> HandOver:
    """Record that the printed release is handed over now, and into whose hands; twice is once.

    Decides again: paper that holds anything which may no longer go out stays,
    and can be opened and printed once more without it. Raises Withheld,
    Release.DoesNotExist, vault.Keyless.
    """
    known = keys_and_head(by.practice)
    release = queries.own_release(by, code)
    handed = None
    with transaction.atomic(durable=True):
        printed = queries.printed_last(release)
        found = [
            v for v in decided_again(by, release, known) if not printed or v.item.code in printed
        ]
        earlier = HandOver.objects.filter(release=release).first()
        if earlier and (earlier.by_id == by.user or not queries.override_behind(release)):
            return earlier  # on an override only its requester has this way, and hears of it again
        if found and all(verdict.decision.permits for verdict in found):
            handed = HandOver.objects.create(release=release, by_id=by.user, at=database_now())
        else:
            found = [v for v in found if not v.decision.permits]
        _note(by, "release.handed_over", release, found, via=received)
    if handed is None:
        raise Withheld(release)
    return handed


def decided_again(
    by: Actor, release: Release, known: Collection[Line], *, visiting: UUID | None = None
) -> list[Verdict]:
    """Lock what a release let out and decide about each item of it once more, now.

    An item goes only in the very version, and while the very permissions, that
    the release names: others that came later make another release. What was
    withheld then stays. What stands on an override goes once, by one way (R100):
    `visiting` is the link whose visit goes on. Who lost the role or the account
    lets nothing out.
    """
    let_out = release.decision == Release.Decision.PERMIT
    override = queries.override_behind(release)
    if override:
        lock_disclosures([override.version.disclosure_id])
        override = Override.objects.select_related("version__disclosure").get(pk=override.pk)
        holds = held_role(by.user, Role.FACILITATOR)
        verdict = verdict_to_open(by, release, override, known, visiting=visiting)
        refused = changed(verdict, decision=Decision(reasons=(Reason.NOT_PERMITTED,)))
        return [verdict if holds else refused]
    rows = release.items.select_related("version__disclosure").prefetch_related("consents")
    stayed = release.withheld.select_related("version__disclosure")
    versions = [row.version for row in (rows if let_out else stayed)]
    lock_disclosures(version.disclosure_id for version in versions)
    places = {row.version_id: row.ledger_place for row in rows}
    stands_on = {row.version_id: {consent.pk for consent in row.consents.all()} for row in rows}
    named = {version.disclosure_id: version.pk for version in versions}
    items = [version.disclosure for version in versions]
    found = []
    for verdict in verdicts(by, items, release.recipient, release.purpose, known=known):
        version, decision = named[verdict.item.pk], verdict.decision
        if not let_out or verdict.facts.version != version:
            decision = Decision(reasons=decision.reasons or (Reason.VERSION_CHANGED,))
        elif decision.permits and (
            not stands_on[version] <= set(decision.consents)
            or broken_since(places[version], stands_on[version], verdict.facts, verdict.question)
        ):
            decision = Decision(reasons=(Reason.REVOKED,))
        found.append(changed(verdict, decision=decision))
    return found


def _release(
    by: Actor,
    ask: Callable[[], AskedFor],
    recipient: Recipient,
    purpose: str,
    *,
    step_up_id: UUID,
    once: UUID,
) -> Release:
    given = {"step_up_id": step_up_id, "once": once}
    try:
        return _release_now(by, ask, recipient, purpose, **given)
    except IntegrityError:  # a permission ended between the decision and its row: decide again
        return _release_now(by, ask, recipient, purpose, **given)


def _release_now(
    by: Actor,
    ask: Callable[[], AskedFor],
    recipient: Recipient,
    purpose: str,
    *,
    step_up_id: UUID,
    once: UUID,
) -> Release:
    if recipient.kind == Recipient.Kind.CLASS:
        raise Recipient.DoesNotExist  # a group is asked about; words go to somebody of it
    known = keys_and_head(by.practice)  # first: nothing slow happens under the lock
    asked = ask()
    with step_up_refusals_noted(by, RELEASE), transaction.atomic(durable=True):
        content = (asked.id, recipient.pk, purpose)
        claimed = claim(by=by, once=once, act=RELEASE, content=content)
        if claimed.answer:
            release = Release.objects.get(pk=claimed.answer)
        else:
            lock_disclosures([item.pk for item in asked.items])
            asked = ask()
            use_step_up(by=by, step_up_id=step_up_id, scope=asked.scope(recipient, purpose))
            found = verdicts(by, asked.items, recipient, purpose, known=known)
            release = _write(by, asked, found, recipient, purpose)
            answer(claimed, release.pk)
            _note(by, RELEASE, release, found, group=asked.group)
    if release.decision == Release.Decision.WITHHOLD:
        raise Withheld(release)
    return release


def _write(
    by: Actor, asked: AskedFor, found: Sequence[Verdict], recipient: Recipient, purpose: str
) -> Release:
    out = [verdict for verdict in found if verdict.decision.permits]
    release = Release.objects.create(
        practice_id=by.practice,
        code=free_code("R", lambda code: Release.objects.filter(code=code).exists()),
        recipient=recipient,
        purpose=purpose,
        decision=Release.Decision.PERMIT if out else Release.Decision.WITHHOLD,
        decided_at=database_now(),
        notice_version=notice_version(verdict.item.record_class for verdict in out),
        released_by_id=by.user,
        session_id=asked.session,
        group_id=asked.whole_group,
    )
    for verdict in found:
        if verdict.decision.permits:
            row = ReleaseItem.objects.create(
                release=release,
                version_id=verdict.facts.version,
                ledger_place=ledger_place(verdict.facts),
            )
            row.consents.set(Consent.objects.filter(pk__in=verdict.decision.consents))
        else:
            WithheldItem.objects.create(release=release, version_id=verdict.facts.version)
    return release


def _note(
    by: Actor,
    act: str,
    release: Release,
    found: Sequence[Verdict],
    parts: Sequence[Part] = (),
    group: UUID | None = None,
    via: str = "",
) -> Entry:
    return note_verdicts(
        by,
        act,
        found,
        object_id=release.pk,
        code=release.code,
        group=group or found[0].item.group_id,
        purpose=release.purpose,
        via=via,
        ids=ids_to_open(parts, release.recipient_id) if parts else (),
    )
