"""What is asked for, and what the gate says of each item of it. One way for all who ask.

A release, an opening by hand or by link, a hand-over and a preview all come
here: a preview is what a release would be, because it is the same code.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import Role
from accounts.queries import held_role
from accounts.services import StepUpScope
from audit import trail
from audit.entry import Line, listed
from audit.models import Entry, Outcome
from audit.trail import Actor
from consent import known_head
from consent.facts import gather
from consent.kinds import Reason
from consent.models import Consent, ConsentEvent, Override, Recipient
from consent.rules import Decision, ItemFacts, Question, decide
from consent.services.alarms import raise_forged
from sessions_app import queries as sessions
from sessions_app.models import Disclosure, DisclosureVersion, GroupSession, Member
from vault import key_ring

RELEASE = "release"


@dataclass(frozen=True)
class AskedFor:
    """What somebody asks to let out: one item, a session's, or a whole group's.

    `items` are those the asker originated, oldest first, each with its current
    version fetched; `code` says in the trail what was asked for.
    """

    id: UUID
    code: str
    group: UUID
    items: tuple[Disclosure, ...]
    session: UUID | None = None
    whole_group: UUID | None = None

    def scope(self, recipient: Recipient, purpose: str) -> StepUpScope:
        """Return what a step-up for this is bound to: another version of any of it is not it."""
        versions = [item.current[0].pk for item in self.items]
        whole = self.session or self.whole_group
        seen = _digest(versions) if whole else versions[0]
        return StepUpScope(RELEASE, self.id, seen, recipient.pk, purpose)


@dataclass(frozen=True)
class OnOverride(Decision):
    """A permit that stands on no consent but on one override, showing only these members (I10)."""

    override: Override | None = None
    shown: frozenset[UUID] = frozenset()

    @property
    def permits(self) -> bool:
        return not self.reasons and self.override is not None


@dataclass(frozen=True)
class Verdict:
    """One item, what was asked of it, and what the gate says of it now."""

    item: Disclosure
    facts: ItemFacts
    question: Question
    decision: Decision


@dataclass(frozen=True)
class Part:
    """One item as its recipient gets it: words, whom they concern, allowed since and until when.

    With an `override` the words are those of its claim, never the version's.
    """

    item: Disclosure
    version: DisclosureVersion
    subjects: list[Member]
    granted_at: datetime
    until: datetime
    override: Override | None = None


def item_asked_for(by: Actor, code: str) -> AskedFor:
    """Return one item of the actor's. Raises Disclosure.DoesNotExist."""
    item = sessions.own_item(by, code)
    return AskedFor(item.pk, item.code, item.group_id, (item,))


def session_asked_for(by: Actor, session_id: UUID) -> AskedFor:
    """Return all of a session that the actor originated. Raises GroupSession.DoesNotExist."""
    session = sessions.own_session(by, session_id)
    return _session(by, session)


def group_asked_for(by: Actor, code: str) -> AskedFor:
    """Return all of a group that the actor originated. Raises TherapyGroup.DoesNotExist."""
    group = sessions.own_group(by, code)
    items = sessions.items_to_let_out(by, group=group.pk)
    return AskedFor(group.pk, group.code, group.pk, tuple(items), whole_group=group.pk)


def keys_and_head(practice: UUID) -> list[Line]:
    """Make sure of the keys, and return how far the trail is known to have come.

    Before any lock: it asks the vault's database. Raises vault.Keyless.
    """
    key_ring.current()
    return known_head.fetch(practice)


def verdicts(
    by: Actor,
    items: Iterable[Disclosure],
    recipient: Recipient,
    purpose: str,
    *,
    known: Collection[Line],
    supposing: Callable[[ItemFacts], ItemFacts] | None = None,
) -> list[Verdict]:
    """Decide about each item now, on facts read afresh. The caller holds the items' locks.

    `known` is what `keys_and_head` returned before any lock: behind it nothing
    goes (I13). Who holds the role and the account no more may release nothing; who
    does keeps them until the caller is done. `supposing` is for a preview that
    lets nothing out: it changes the facts to what would be. Raises vault.Keyless:
    what cannot be authenticated is not decided.
    """
    asked = list(items)
    holds = supposing is not None or held_role(by.user, Role.FACILITATOR)
    question, facts = gather(
        [item.pk for item in asked], recipient=recipient.pk, purpose=purpose, releaser=by
    )
    if known_head.rolled_back(known):
        question = replace(question, frozen=True)
    if supposing:
        facts = {pk: supposing(one) for pk, one in facts.items()}
    if not holds:
        facts = {pk: replace(one, releaser_may_read=False) for pk, one in facts.items()}
    return [
        Verdict(item, facts[item.pk], question, _decided(item, facts[item.pk], question))
        for item in asked
    ]


def _decided(item: Disclosure, facts: ItemFacts, question: Question) -> Decision:
    """What was erased or taken out of use is withheld, whatever its ledger still says (R67)."""
    if item.state in Disclosure.GONE:
        return Decision(reasons=(Reason.RECORD_UNAVAILABLE,))
    return decide(facts, question)


def parts_of(verdicts: Sequence[Verdict]) -> list[Part]:
    """Return what may go out of it, and nothing that tells of the rest.

    A permission that a preview only supposes is given at the instant of the question.
    """
    out = [verdict for verdict in verdicts if verdict.decision.permits]
    versions = DisclosureVersion.objects.select_related("disclosure__session", "written_by")
    found = versions.in_bulk([_version(verdict) for verdict in out])
    people = Member.objects.in_bulk([member for v in out for member in _shown(v)])
    granted = _granted_at([consent for v in out for consent in v.decision.consents])
    return [
        Part(
            item=verdict.item,
            version=found[_version(verdict)],
            subjects=[people[member] for member in _shown(verdict)],
            granted_at=max(
                (
                    granted.get(consent, verdict.question.at)
                    for consent in verdict.decision.consents
                ),
                default=verdict.question.at,
            ),
            until=verdict.decision.until,
            override=_override(verdict),
        )
        for verdict in out
        if verdict.decision.until
    ]


def ids_to_open(parts: Iterable[Part], recipient: UUID) -> list[UUID]:
    """Return the rows that a letter of these parts opens."""
    ids = {recipient}
    for part in parts:
        words = part.override.pk if part.override else part.version.pk
        ids |= {words, part.version.written_by_id, *(m.pk for m in part.subjects)}
    return sorted(ids)


def note_verdicts(
    by: Actor,
    act: str,
    verdicts: Sequence[Verdict],
    *,
    object_id: UUID,
    code: str,
    group: UUID,
    purpose: str,
    ids: Iterable[UUID] = (),
    via: str = "",
) -> Entry:
    """Write what was decided: a line for each item that stays, one for all that go out.

    The last thing of a transaction. The true reasons stand here and nowhere
    else. Returns the last line; the one that lists `ids`, if anything goes out.
    """
    raise_forged(
        by=by,
        facts=[verdict.facts for verdict in verdicts],
        doubted={one for verdict in verdicts for one in verdict.question.doubted},
        group=group,
    )
    entry = None
    about: dict[str, Any] = {"object_id": object_id, "code": code, "group": group}
    for verdict in verdicts:
        if not verdict.decision.permits:
            entry = trail.append(
                by,
                act,
                **about,
                ground=_ground([verdict], purpose, via, ()),
                outcome=Outcome.WITHHOLD,
                reasons=verdict.decision.reasons,
            )
    out = [verdict for verdict in verdicts if verdict.decision.permits]
    if out:
        stands_on = [consent for verdict in out for consent in verdict.decision.consents]
        codes = list(Consent.objects.filter(pk__in=stands_on).values_list("code", flat=True))
        codes += [one.code for one in map(_override, out) if one]
        entry = trail.append(
            by,
            act,
            **about,
            ids=listed(ids),
            ground=_ground(out, purpose, via, codes),
            outcome=Outcome.PERMIT,
        )
    if entry is None:
        entry = trail.append(by, act, **about, ground=purpose, outcome=Outcome.WITHHOLD)
    return entry


def _ground(about: Sequence[Verdict], purpose: str, via: str, codes: Iterable[str]) -> str:
    return ",".join(filter(None, [*(v.item.code for v in about), purpose, via, *sorted(codes)]))


def _override(verdict: Verdict) -> Override | None:
    return verdict.decision.override if isinstance(verdict.decision, OnOverride) else None


def _version(verdict: Verdict) -> UUID:
    """An override lets out of the version it names; a court may name an older one."""
    on = _override(verdict)
    return on.version_id if on else verdict.facts.version


def _shown(verdict: Verdict) -> list[UUID]:
    """Whom the words that go out concern: on an override only those for whom its basis holds."""
    members = [subject.member for subject in verdict.facts.subjects]
    if isinstance(verdict.decision, OnOverride):
        return [member for member in members if member in verdict.decision.shown]
    return members


def _session(by: Actor, session: GroupSession) -> AskedFor:
    items = sessions.items_to_let_out(by, session=session.pk)
    return AskedFor(session.pk, "", session.group_id, tuple(items), session=session.pk)


def _granted_at(consents: Iterable[UUID]) -> dict[UUID, datetime]:
    events = ConsentEvent.objects.filter(consent__in=list(consents), kind="granted")
    return dict(events.order_by("counter").values_list("consent", "at"))


def _digest(versions: Iterable[UUID]) -> UUID:
    return UUID(bytes=hashlib.sha256(listed(versions).encode()).digest()[:16])
