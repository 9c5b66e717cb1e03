"""Letting out without consent: asking for it, the second person, and the release (R95 to R100).

A request lets nothing out. What cannot hold, whoever agrees, is refused at once
and kept as a refused try; its reasons are told, unlike those of the consent
path: they say nothing of anybody's answer. The release goes in the order of
docs/architecture.md, walk "Emergency release".
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import Role
from accounts.queries import held_role, holding, staff_in_role
from accounts.services import StepUpScope, answer, claim, step_up_refusals_noted, use_step_up
from audit import trail
from audit.clock import database_now
from audit.entry import Line, listed
from audit.ids import free_code, uuid7
from audit.models import Entry, Outcome
from audit.trail import Actor, Receipt
from consent import overridden, queries
from consent.kinds import Reason
from consent.models import (
    Involved,
    Notice,
    Override,
    OverrideAnswer,
    Recipient,
    Release,
    ReleaseItem,
    Review,
    Reviewer,
    Telling,
)
from consent.notices import notice_version
from consent.overridden import APPROVED, DECLINED, DROPPED, RELEASED, REQUESTED
from consent.queries.overrides import NOTED
from consent.rules.claims import (
    PURPOSES,
    ClaimWords,
    claim_problems,
    facts_shown,
    others_named,
    review_due,
    waiting_problems,
    written,
)
from consent.rules.overrides import CAN_BE_URGENT, NEVER, Basis, Fact
from consent.rules.passages import joined
from consent.services.freezing import unless_frozen
from consent.services.judging import SOMEBODY, Judged, verdict_to_release
from consent.services.notifying import notify
from consent.services.verdicts import Verdict, keys_and_head, note_verdicts
from consent.shadow import users_of
from sessions_app import queries as sessions
from sessions_app.guarding import Guard, NamesFound
from sessions_app.models import (
    Disclosure,
    DisclosureVersion,
    RecordClass,
    VersionUserPermission,
)
from sessions_app.queries import lock_disclosures
from sessions_app.rights import give
from sessions_app.rules import Problem, Rejected, check, name_problems, reason_problems
from vault import key_ring
from vault import services as vault

RELEASE, APPROVE = "override", "override.approve"
OPENED = "override.opened"
Kind = OverrideAnswer.Kind


class OverrideWithheld(Exception):
    """Nothing was let out. The try is recorded; its `reasons` may be told to whoever asked."""

    def __init__(self, override: Override, reasons: Iterable[Reason]) -> None:
        self.override = override
        self.reasons = tuple(sorted(reasons))
        super().__init__(override.code, *self.reasons)


@dataclass(frozen=True)
class NewRecipient:
    """Somebody who is told in this emergency and is on no list: name, address and telephone."""

    name: str
    address: str
    kind: Recipient.Kind = Recipient.Kind.PERSON


@dataclass(frozen=True)
class OpenedOverride:
    """A request and the receipt to open its claim with (consent.rules.claims.read_claim)."""

    override: Override
    receipt: Receipt


@dataclass(frozen=True)
class _Given:
    """What a request is made from, before it is looked at under the lock."""

    basis: Basis
    words: ClaimWords
    text: str
    said: frozenset[Fact]
    members: frozenset[UUID]
    suing: frozenset[UUID]
    urgent: bool
    tell_by: date | None


def request_override(
    *,
    by: Actor,
    codes: Sequence[str],
    basis: Basis,
    recipient: Recipient | NewRecipient,
    words: ClaimWords,
    said: Collection[Fact],
    involved: Collection[UUID],
    text: str,
    once: UUID,
    guard: Guard,
    urgent: bool = False,
    suing: Collection[UUID] = (),
    rule: UUID | None = None,
    rule_code: str = "",
    version_id: UUID | None = None,
    tell_by: date | None = None,
) -> Override:
    """Claim a basis for letting passages of one item out without consent. Lets nothing out.

    `codes` is the code of exactly one item; `text` its words as the page opened
    them, from which `words.passages` are chosen; `said` the facts that no words
    show; `involved` the members for whom the basis holds. `version_id` is an
    older version, which only a court may name. `guard` knows who may be named: what
    the one member involved will read names nobody else (R104). With `tell_by` and `words.wait`
    the members are not told before that day. With `urgent` it may go without a
    second person, if the basis, the house and the members' refusals let it; the
    returned row's `urgent` says whether. Otherwise it waits, and those who may
    approve are told.

    Raises Rejected (what to mend, field by field; NamesFound; REVIEW_OVERDUE),
    OverrideWithheld after the try is recorded, Disclosure.DoesNotExist, vault.Keyless. The same
    `once` gives the same answer. Source: docs/rules.md R95 to R99.
    """
    if len(codes) != 1:
        raise Rejected({"item": Problem.ONE_ITEM})
    key_ring.current()
    item = sessions.own_item(by, codes[0])
    version = _version_of(item, version_id, basis)
    part2 = item.record_class == RecordClass.SUD_COUNSELING
    facts = facts_shown(words, said, text) if _chosen(words, text) else frozenset[Fact]()
    given = _Given(
        basis=basis,
        words=words,
        text=text,
        said=facts,
        members=frozenset(involved),
        suing=frozenset(suing) & frozenset(involved),
        urgent=urgent and basis in CAN_BE_URGENT,
        tell_by=tell_by,
    )
    _check(by, item, version, given, part2=part2, urgent=urgent)
    told = others_named(guard, words.what, given.members)
    if told.open:
        raise NamesFound("what", told)
    made = _recipient(by, recipient)
    to, once_made = made
    known = keys_and_head(by.practice)
    override = Override(
        pk=uuid7(),
        practice_id=by.practice,
        version=version,
        recipient=to,
        basis=basis,
        facts=sorted(facts),
        rule=rule,
        rule_code=rule_code,
        names_version=version.number != item.current_version,
        tell_by=tell_by,
        requested_by_id=by.user,
    )
    _seal(override, item, given)
    reasons: tuple[Reason, ...] = ()
    with transaction.atomic(durable=True):
        asked = (item.code, basis, written(words), sorted(facts), urgent, sorted(given.members))
        also = (version.pk, tell_by, sorted(given.suing))
        whom = to.pk if isinstance(recipient, Recipient) else astuple(recipient)
        claimed = claim(by=by, once=once, act=REQUESTED, content=(asked, also, whom))
        if claimed.answer:
            override = Override.objects.get(pk=claimed.answer)
            reasons = queries.reasons_of(override)
        else:
            lock_disclosures([item.pk])
            item = sessions.own_item(by, codes[0])
            if basis not in NEVER and queries.reviews_overdue_of(by).exists():
                raise Rejected({"override": Problem.REVIEW_OVERDUE})
            if once_made:
                to.code = _free_recipient_code()
                to.save(force_insert=True)
            reasons = _write_request(by, override, item, given, known)
            answer(claimed, override.pk)
            _note_request(by, override, item, reasons)
    if reasons:
        raise OverrideWithheld(override, reasons)
    return override


def look_at_override(*, by: Actor, code: str) -> OpenedOverride:
    """Note that a second person reads a request with its words; return the receipt for it.

    Decided under the item's lock, as the approval is. Raises Override.DoesNotExist
    if it does not wait for them, freezing.Frozen (nothing can be approved then),
    vault.Keyless.
    """
    override = queries.overrides_to_approve(by).prefetch_related(None).get(code=code)
    with unless_frozen(by, "override") as check_open, transaction.atomic(durable=True):
        override = _locked(by, override, _to_approve)
        check_open()
        entry = _note_opening(by, override)
    return OpenedOverride(override, trail.receipt_of(entry))


def open_own_override(*, by: Actor, code: str) -> OpenedOverride:
    """Note that the requester reads their own request again, under the item's lock.

    Raises Override.DoesNotExist.
    """
    override = queries.own_override(by, code)
    with transaction.atomic(durable=True):
        override = _locked(by, override, queries.own_override)
        entry = _note_opening(by, override)
    return OpenedOverride(override, trail.receipt_of(entry))


def approve_scope(override: Override) -> StepUpScope:
    """Return what a step-up for approving a request is bound to."""
    return StepUpScope(APPROVE, override.pk, override.version_id, override.recipient_id)


def approve_override(*, by: Actor, code: str, step_up_id: UUID) -> Override:
    """Agree to a request as the second person; from now on its requester has one hour (R97).

    Approving twice is once. Raises Override.DoesNotExist (one's own, over,
    answered, another's), Rejected (NOT_BELIEVED if the row is not what its entry says),
    freezing.Frozen, StepUpRefused, vault.Keyless.
    """
    key_ring.current()
    if before := queries.approved_by(by, code):
        return before
    override = _to_approve(by, code)
    with (
        unless_frozen(by, "override") as check_open,
        step_up_refusals_noted(by, APPROVE),
        transaction.atomic(durable=True),
    ):
        override = _locked(by, override, _to_approve)
        check_open()
        if not overridden.is_believed(override):
            raise Rejected({"override": Problem.NOT_BELIEVED})
        use_step_up(by=by, step_up_id=step_up_id, scope=approve_scope(override))
        yes = OverrideAnswer(pk=uuid7(), override=override, kind=Kind.APPROVED, by_id=by.user)
        yes.at = database_now()
        mac = vault.authenticate(overridden.approval_message(yes))
        yes.mac_key_id, yes.mac = mac.key_id, mac.value
        yes.save(force_insert=True)
        notify([override.requested_by_id], Notice.Kind.EMERGENCY_YES, override.pk, at=yes.at)
        _append(by, APPROVED, override, overridden.told_of_approval(yes))
    return override


def decline_override(*, by: Actor, code: str, why: str) -> OverrideAnswer:
    """Say no to a request as the second person; why is sealed with the item's key.

    Raises Rejected without a reason, Override.DoesNotExist, vault.Keyless.
    """
    check(reason_problems(why))
    override = queries.overrides_to_approve(by).get(code=code)
    no = OverrideAnswer(pk=uuid7(), override=override, kind=Kind.DECLINED, by_id=by.user)
    no.why_sealed = vault.seal_text(
        why.strip(), no.why_place(by.practice), owner=override.version.disclosure_id
    )
    with transaction.atomic(durable=True):
        lock_disclosures([override.version.disclosure_id])
        override = queries.overrides_to_approve(by).get(code=code)
        no.at = database_now()
        no.save(force_insert=True)
        notify([override.requested_by_id], Notice.Kind.EMERGENCY_NO, override.pk, at=no.at)
        _append(by, DECLINED, override)
    return no


def drop_override(*, by: Actor, code: str) -> None:
    """Let a request of one's own go, also after its release: nothing opens any more. Twice is once.

    Needs no key and no password. Raises Override.DoesNotExist.
    """
    override = queries.own_override(by, code)
    with transaction.atomic(durable=True):
        lock_disclosures([override.version.disclosure_id])
        override = queries.own_override(by, code)
        if override.answers.exclude(kind=Kind.APPROVED).exists():
            return
        OverrideAnswer.objects.create(
            override=override, kind=Kind.DROPPED, by_id=by.user, at=database_now()
        )
        _append(by, DROPPED, override)


def override_scope(override: Override) -> StepUpScope:
    """Return what a step-up for the release of an override is bound to."""
    return StepUpScope(
        RELEASE, override.pk, override.version_id, override.recipient_id, override.basis
    )


def release_override(*, by: Actor, code: str, step_up_id: UUID, once: UUID) -> Release:
    """Let the chosen passages out on an override, once, as its requester.

    Decides anew under the item's lock, at the database's time. Writes the
    release, its review with the reviewers' right to the text, and tells the
    members involved, or that they wait. Raises OverrideWithheld after the try is
    recorded (also for a second person who is missing), StepUpRefused,
    Override.DoesNotExist, vault.Keyless. The same `once` releases nothing twice.
    """
    given = {"step_up_id": step_up_id, "once": once}
    try:
        return _release_now(by, code, **given)
    except IntegrityError:  # its hour ended between the decision and its row: decide again
        return _release_now(by, code, **given)


def _release_now(by: Actor, code: str, *, step_up_id: UUID, once: UUID) -> Release:
    known = keys_and_head(by.practice)  # first: nothing slow happens under the lock
    override = queries.own_override(by, code)
    with step_up_refusals_noted(by, RELEASE), transaction.atomic(durable=True):
        claimed = claim(by=by, once=once, act=RELEASED, content=(override.pk,))
        if claimed.answer:
            return Release.objects.get(pk=claimed.answer)
        override = _locked(by, override, queries.own_override)
        use_step_up(by=by, step_up_id=step_up_id, scope=override_scope(override))
        item = override.version.disclosure
        verdict, judged = verdict_to_release(by, override, item, known)
        if verdict.decision.permits:
            release = _write(by, override, item, judged)
            answer(claimed, release.pk)
            via = overridden.told_of_release(release)
        else:
            via = ""
        _note_release(by, override, verdict, via)
    if not verdict.decision.permits:
        raise OverrideWithheld(override, verdict.decision.reasons)
    return release


def _to_approve(by: Actor, code: str) -> Override:
    return queries.overrides_to_approve(by).get(code=code)


def _locked(by: Actor, override: Override, find: Callable[[Actor, str], Override]) -> Override:
    """Lock the item of an override and find it anew, for whoever still holds role and account."""
    lock_disclosures([override.version.disclosure_id])
    if not held_role(by.user, by.role):
        raise Override.DoesNotExist
    return find(by, override.code)


def _check(
    by: Actor,
    item: Disclosure,
    version: DisclosureVersion,
    given: _Given,
    *,
    part2: bool,
    urgent: bool,
) -> None:
    problems = claim_problems(
        given.basis,
        given.words,
        given.text,
        part2=part2,
        urgent=urgent,
        waits=given.tell_by is not None,
    )
    if given.tell_by:
        problems |= waiting_problems((given.tell_by - sessions.today_in(by.practice)).days)
    concerned = set(version.subjects.values_list("member", flat=True))
    if not given.members:
        problems["involved"] = Problem.REQUIRED
    elif not given.members <= concerned:
        problems["involved"] = Problem.UNKNOWN
    if given.words.passages and "passages" not in problems:
        read = vault.fingerprint(given.text, owner=item.pk)
        if read != bytes(version.digest):
            problems["passages"] = Problem.CHANGED_MEANWHILE
    check(problems)


def _version_of(item: Disclosure, version_id: UUID | None, basis: Basis) -> DisclosureVersion:
    """Return the version in force, or the older one that a court names."""
    current = sessions.current_version(item)
    if version_id is None or version_id == current.pk:
        return current
    named = item.versions.filter(pk=version_id).first()
    if named is None or basis is not Basis.COURT_ORDER:
        raise Rejected({"passages": Problem.CHANGED_MEANWHILE})
    return named


def _chosen(words: ClaimWords, text: str) -> bool:
    """Say whether the passages can be looked at: otherwise they are a problem of their own."""
    try:
        return not words.passages or bool(joined(text, words.passages))
    except ValueError:
        return False


def _recipient(by: Actor, given: Recipient | NewRecipient) -> tuple[Recipient, bool]:
    """Return to whom it goes; one who is on no list is sealed here and saved with the request."""
    if isinstance(given, Recipient):
        if given.kind == Recipient.Kind.CLASS or given.practice_id != by.practice:
            raise Recipient.DoesNotExist  # words go to somebody, of this house's list
        return given, False
    problems = name_problems(given.name)
    if not given.address.strip():
        problems["address"] = Problem.REQUIRED
    elif len(given.address) > 400:
        problems["address"] = Problem.TOO_LONG
    check(problems)
    if given.kind == Recipient.Kind.CLASS:
        raise Recipient.DoesNotExist
    made = Recipient(pk=uuid7(), practice_id=by.practice, kind=given.kind, one_emergency=True)
    vault.make_shred_key(made.pk)
    for column, words in (("name", given.name), ("address", given.address)):
        sealed = vault.seal_text(words.strip(), made.place(column), owner=made.pk)
        setattr(made, f"{column}_sealed", sealed)
    return made, True


def _free_recipient_code() -> str:
    return free_code("P", lambda code: Recipient.objects.filter(code=code).exists())


def _seal(override: Override, item: Disclosure, given: _Given) -> None:
    """Seal the claim with the item's key: what was said of it goes when it is erased (R103)."""
    goes = joined(given.text, given.words.passages) if given.words.passages else ""
    document = written(replace(given.words, released=goes))
    override.claim_sealed = vault.seal_text(document, override.claim_place, owner=item.pk)
    whole = "\0".join((goes, given.words.to_recipient))
    override.text_digest = vault.fingerprint(whole, owner=item.pk)


def _write_request(
    by: Actor, override: Override, item: Disclosure, given: _Given, known: Collection[Line]
) -> tuple[Reason, ...]:
    """Write a request as it stands under the lock; return why it is refused at once, if it is."""
    override.code = free_code("E", lambda code: Override.objects.filter(code=code).exists())
    override.requested_at = database_now()
    involved = [
        Involved(override=override, member_id=member, sues=member in given.suing)
        for member in sorted(given.members)
    ]
    override.urgent = given.urgent
    judged = Judged(by, override, involved, item, known)
    reasons = judged.decision(SOMEBODY).reasons
    override.urgent = given.urgent and not reasons and judged.decision(None).overrides
    mac = vault.authenticate(overridden.request_message(override, involved))
    override.mac_key_id, override.mac = mac.key_id, mac.value
    override.save(force_insert=True)
    Involved.objects.bulk_create(involved)
    override.refusal = judged.refusal
    if reasons:
        OverrideAnswer.objects.create(
            override=override, kind=Kind.REFUSED, by_id=by.user, at=override.requested_at
        )
        if override.basis == Basis.SUBPOENA:
            _tell(by, override, given.members)
    elif not override.urgent:
        people = _second_persons(override, item) - {by.user}
        notify(people, Notice.Kind.EMERGENCY, override.pk, at=override.requested_at)
    return reasons


def _second_persons(override: Override, item: Disclosure) -> set[UUID]:
    """Return who may be the second person: who leads the group, then and now, or reviews it."""
    today = sessions.today_in(override.practice_id)
    group = item.group
    people = sessions.leaders_on(group, today) & sessions.leaders_on(
        group, item.session.local_day()
    )
    return people | _not_leading(override, item)


def _not_leading(override: Override, item: Disclosure) -> set[UUID]:
    """Return who reviews the group, and in a practice declared small its outside colleagues."""
    today = sessions.today_in(override.practice_id)
    people = sessions.supervisors_on(item.group, today)
    if item.group.practice.small:
        colleagues = staff_in_role(override.practice_id, Role.OUTSIDE_COLLEAGUE)
        people |= {one.pk for one in colleagues}
    return people


def _reviewers(override: Override, item: Disclosure, approver: UUID | None) -> set[UUID]:
    """Return who reviews: never who let it out; who approved it only if nobody else is there."""
    first = _not_leading(override, item) - {override.requested_by_id}
    leading = _second_persons(override, item) - {override.requested_by_id} - first
    others = first | holding(leading, Role.FACILITATOR)
    return first - {approver} or others - {approver} or first or others


def _write(by: Actor, override: Override, item: Disclosure, judged: Judged) -> Release:
    now = database_now()
    release = Release.objects.create(
        practice_id=by.practice,
        code=free_code("R", lambda code: Release.objects.filter(code=code).exists()),
        recipient=override.recipient,
        purpose=PURPOSES[Basis(override.basis)],
        decision=Release.Decision.PERMIT,
        decided_at=now,
        notice_version=notice_version([item.record_class]),
        released_by_id=by.user,
    )
    ReleaseItem.objects.create(release=release, version=override.version, override=override)
    approval = override.approval
    review = Review.objects.create(
        override=override, began_at=now, due_at=review_due(now, urgent=approval is None)
    )
    reviewers = _reviewers(override, item, approval.by_id if approval else None)
    for user in sorted(reviewers):
        Reviewer.objects.create(review=review, user_id=user, at=now)
        give(VersionUserPermission, "review_version", user, override.version)
    notify(reviewers, Notice.Kind.REVIEW, override.pk, at=now)
    _tell(by, override, judged.members)
    return release


def _tell(by: Actor, override: Override, members: Collection[UUID]) -> None:
    """Tell the members involved by the house's notice, or write down when that comes back."""
    now = database_now()
    for member in sorted(members):
        waits = override.tell_by is not None
        Telling.objects.create(
            override=override,
            member_id=member,
            how="" if waits else Telling.How.NOTICE,
            waits_until=override.tell_by,
            by_id=by.user,
            at=now,
        )
    if override.tell_by is None:
        notify(users_of(members).values(), Notice.Kind.WENT_OUT, override.pk, at=now)


def _note_opening(by: Actor, override: Override) -> Entry:
    people = [one.member_id for one in override.involved.all()]
    ids = [override.pk, override.recipient_id, override.requested_by_id, *people]
    ids += [one.pk for one in override.answers.all()]
    if outcome := getattr(getattr(override, "review", None), "outcome", None):
        ids.append(outcome.pk)
    return _append(by, OPENED, override, ids=ids)


def _note_request(
    by: Actor, override: Override, item: Disclosure, reasons: Collection[Reason]
) -> None:
    involved = list(override.involved.all())
    told = overridden.told_of_request(override, involved)
    noted = NOTED if override.refusal else ""
    trail.append(
        by,
        REQUESTED,
        object_id=override.pk,
        code=override.code,
        group=item.group_id,
        ground=",".join(filter(None, (item.code, noted, told))),
        outcome=Outcome.WITHHOLD if reasons else Outcome.DONE,
        reasons=sorted(reasons),
    )


def _note_release(by: Actor, override: Override, verdict: Verdict, via: str) -> None:
    note_verdicts(
        by,
        RELEASED,
        [verdict],
        object_id=override.pk,
        code=override.code,
        group=verdict.item.group_id,
        purpose=override.basis,
        via=via,
    )


def _append(
    by: Actor, act: str, override: Override, told: str = "", ids: Iterable[UUID] = ()
) -> Entry:
    item = override.version.disclosure
    return trail.append(
        by,
        act,
        object_id=override.pk,
        code=override.code,
        group=item.group_id,
        ids=listed(ids),
        ground=",".join(filter(None, (item.code, told))),
    )
