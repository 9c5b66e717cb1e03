"""A member's answer: yes, no, no longer."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from accounts.models import Practice, StepUp
from accounts.queries import grants_held
from accounts.services import StepUpScope, step_up_refusals_noted, use_step_up
from audit import trail
from audit.clock import database_now
from audit.ids import uuid7
from audit.models import Outcome
from audit.trail import Actor
from consent import queries
from consent.facts import facts_of
from consent.kinds import Kind
from consent.models import Consent, ConsentEvent, Evidence
from consent.rules import blocking, member_may_sign, signature_gap, speaker_allows_showing
from consent.services.freezing import unless_frozen
from consent.services.ledger import add_event, add_grant, ask_the_others, note, signed_by
from consent.services.notifying import tell_of_end, tell_of_grant, tell_of_taking_back
from consent.shadow import follow_ledger
from sessions_app.models import DisclosureVersion, local_midnight
from sessions_app.queries import lock_disclosures
from sessions_app.rules import Problem, Rejected, check, name_problems
from vault import key_ring
from vault import services as vault

GRANT = "grant"
PERMITTING = (Kind.GRANTED, Kind.UNHELD)
_UNTIL = "until="


def grant_scope(consent: Consent, last_day: date | None = None) -> StepUpScope:
    """Return what a step-up for this grant is bound to: the last day too, if one was chosen (R73).

    Who confirms one day and sends another has confirmed nothing.
    """
    chosen = f"{_UNTIL}{last_day.isoformat()}" if last_day else ""
    return StepUpScope(GRANT, consent.pk, consent.version_id, consent.recipient_id, chosen)


def last_day_bound(step_up: StepUp) -> date | None:
    """Return the last day a step-up for a grant is bound to; None if it is the one asked for."""
    chosen = step_up.purpose.removeprefix(_UNTIL)
    return date.fromisoformat(chosen) if chosen != step_up.purpose else None


def chosen_end(
    consent: Consent, last_day: date | None, practice: Practice, now: datetime
) -> datetime:
    """Return when a yes until the end of `last_day` ends; without a day, as was asked (R73).

    Raises Rejected for a day that is over, or later than the last one asked for.
    """
    if last_day is None:
        return consent.expires
    until = local_midnight(last_day + timedelta(days=1), practice)
    if not now < until <= consent.expires:
        raise Rejected({"last_day": Problem.PAST})
    return until


def grant_consent(
    *, by: Actor, code: str, signature: str, step_up_id: UUID, last_day: date | None = None
) -> ConsentEvent:
    """Allow exactly these words to go to this recipient for these purposes.

    Until the end asked for, or of an earlier `last_day` of the practice (R73).
    Needs a typed name, a step-up for this very act, and words the member may
    read now: nobody allows what they are not shown. Asks the others an item
    concerns, if this was its speaker's yes (rule R8). Allowing what is allowed
    returns the standing event. Raises Consent.DoesNotExist if the question is
    not this member's or is closed, Rejected (also if an own no to a wider
    reason still stands, and in the days after a recovery: R55), freezing.Frozen,
    StepUpRefused, vault.Keyless.
    """
    return grant_proven(
        by=by,
        code=code,
        signature=signature,
        evidence=Evidence.ONLINE,
        prove=lambda consent: use_step_up(
            by=by, step_up_id=step_up_id, scope=grant_scope(consent, last_day)
        ),
        last_day=last_day,
    )


def grant_proven(
    *,
    by: Actor,
    code: str,
    signature: str,
    evidence: Evidence,
    prove: Callable[[Consent], None],
    last_day: date | None = None,
) -> ConsentEvent:
    """Grant as `grant_consent` does; `prove` spends the proof inside the lock, or raises."""
    key_ring.current()
    check(name_problems(signature, "signature"))
    consent = queries.open_question(by, code)
    event_id = uuid7()
    place = ConsentEvent(pk=event_id).signature_place(by.practice)
    sealed = vault.seal_text(signature.strip(), place, owner=consent.member_id)
    with (
        unless_frozen(by, "signature") as check_open,
        holds_noted(by),
        step_up_refusals_noted(by, GRANT),
        transaction.atomic(durable=True),
    ):
        lock_disclosures([consent.version.disclosure_id])
        consent = queries.open_question(by, code)
        if standing := standing_yes(consent, by.user, at=database_now()):
            return standing
        check_open()
        now = database_now()
        check_may_allow(by, consent, at=now)
        until = chosen_end(consent, last_day, Practice.objects.get(pk=by.practice), now)
        prove(consent)
        event = add_grant(
            consent,
            by=by,
            at=now,
            event_id=event_id,
            signature_sealed=sealed,
            evidence=evidence,
            until=until,
        )
        granted(by, consent, event)
    return event


def standing_yes(consent: Consent, signer: UUID, *, at: datetime) -> ConsentEvent | None:
    """Return the event that stands if it is a yes of this person that did not end by itself.

    Where two sign, it is this person's own that counts: it may have come to
    the end they chose, or to that of an authority, while the other's stands.
    """
    standing = queries.last_event(consent)
    if standing is None or not still_allows(standing, at):
        return None
    counter = signed_by(consent).get(signer)
    if counter is None:
        return None
    item = facts_of(consent.version.disclosure_id)
    subject = next((one for one in item.subjects if one.member == consent.member_id), None)
    if subject is None:
        return None
    ledger = next(one for one in subject.consents if one.id == consent.pk)
    own = next(one for one in ledger.events if one.counter == counter)
    over = own.until is not None and own.until <= at
    return None if over or signature_gap(own, subject.standing, at) else standing


def still_allows(event: ConsentEvent, now: datetime) -> bool:
    """Say whether a yes stands that did not come to the end its member chose."""
    permits = event.kind in PERMITTING
    return permits and (event.until is None or now < event.until)


def check_may_allow(by: Actor, consent: Consent, *, at: datetime) -> None:
    """Check what stands against a yes. Whoever calls holds the item's lock.

    Raises Rejected, also where the law asks for another's signature than the
    member's (R33), and Consent.DoesNotExist if the words are closed to the member.
    """
    check_not_recovered_lately(by)
    _check_shown(by, consent)
    _check_no_wider_no(consent)
    if queries.held_for(consent):
        raise Rejected({"signature": Problem.WIDER_NO})  # as of any no: a hold looks like one (R54)
    item = facts_of(consent.version.disclosure_id)
    standing = next((s.standing for s in item.subjects if s.member == consent.member_id), None)
    if standing is None:
        raise Consent.DoesNotExist  # no longer about them
    if not standing.believed:
        raise Rejected({"signature": Problem.NOT_BELIEVED})
    if not member_may_sign(standing, at):
        raise Rejected({"signature": Problem.ANOTHER_SIGNS})


def granted(by: Actor, consent: Consent, event: ConsentEvent) -> None:
    """Let follow what follows from a grant that was just added, and note it."""
    carry_on(by, consent, at=event.at)
    note(by, consent, event)


def carry_on(by: Actor, consent: Consent, *, at: datetime) -> None:
    """Ask the others if the speaker's side has said yes, and let the rights follow.

    Its side has said yes once all have who must sign: where two, after the
    second. Whoever calls holds the item's lock, and notes the grant afterwards.
    """
    version = consent.version
    if consent.member_id == version.disclosure.speaker_id:
        item = facts_of(version.disclosure_id, check_macs=False)
        if speaker_allows_showing(item, at):
            ask_the_others(version, by=by, at=at)
    follow_ledger(version)
    tell_of_grant(consent, at=at)


def decline_consent(*, by: Actor, code: str) -> ConsentEvent:
    """Keep the words in the group. Needs no step-up and no reason; declining twice is once.

    A no after a yes, to this or another question about the same words and
    reader, takes that yes back: the asker is bound by it and sees it at once.
    Raises Consent.DoesNotExist if the question is not this member's or is closed.
    """
    consent = queries.open_question(by, code)
    with transaction.atomic(durable=True):
        lock_disclosures([consent.version.disclosure_id])
        return say_no(by, queries.open_question(by, code))


def revoke_consent(*, by: Actor, code: str) -> ConsentEvent:
    """End one member's permission, from this instant on.

    With it ends every other permission of theirs for the same words, reader and
    reason: "from now on nobody can get these words" must be true. Needs no key,
    step-up, reason or open question. Returns the new event; a repeated call
    returns the standing one. Raises Consent.DoesNotExist if the consent is not
    this member's. Source: docs/rules.md R9; 45 CFR 164.508(b)(5); GDPR art. 7(3).
    """
    consent = queries.own_consent(by, code)
    with transaction.atomic(durable=True):
        lock_disclosures([consent.version.disclosure_id])  # a release waits here, or we for it
        return say_no(by, queries.own_consent(by, code))


def say_no(by: Actor, consent: Consent, *, evidence: str = "") -> ConsentEvent:
    """Add a no to a consent and let go what it reaches. Whoever calls holds the item's lock."""
    standing = queries.last_event(consent)
    now = database_now()
    also = end_what_it_reaches(by, consent, Kind.REVOKED, at=now)
    if standing and standing.kind in (Kind.REVOKED, Kind.DECLINED) and not also:
        return standing
    if standing and standing.kind in PERMITTING:
        no = end_yes(by, consent, Kind.REVOKED, at=now, evidence=evidence)
    else:
        kind = _kind_of_no(consent, standing)
        event = add_event(consent, kind, by=by, at=now, evidence=evidence)
        no = Ended(consent, event, bound=False)
    follow_ledger(consent.version)
    note_ended(by, [no], also, at=now)
    return no.event


def _kind_of_no(consent: Consent, standing: ConsentEvent | None) -> Kind:
    """What was never given, or ended by itself, cannot be taken back: it is a no, and looks so."""
    if standing and standing.kind == Kind.HELD:
        return Kind.DECLINED if queries.is_half_signed(consent) else Kind.REVOKED
    return Kind.REVOKED if standing and standing.kind == Kind.REVOKED else Kind.DECLINED


class Ended(NamedTuple):
    """A consent, the event that ended it, and whether whoever asked was bound and is told."""

    consent: Consent
    event: ConsentEvent
    bound: bool


def end_what_it_reaches(by: Actor, no: Consent, kind: Kind, *, at: datetime) -> list[Ended]:
    """End the member's other standing permissions that a no reaches.

    Whoever calls holds the item's lock, and notes each of them. `kind` is the event that ends.
    """
    ended = []
    same = queries.with_last_event(Consent.objects.filter(member=no.member))
    for other in same.filter(version=no.version, recipient=no.recipient):
        last = queries.last_event(other)
        granted = last is not None and last.kind in PERMITTING
        if other.pk != no.pk and granted and blocking(no.purposes, other.purposes):
            ended.append(end_yes(by, other, kind, at=at))
    return sorted(ended, key=lambda one: one.consent.code)


def end_yes(by: Actor, consent: Consent, kind: Kind, *, at: datetime, evidence: str = "") -> Ended:
    """End a yes by `kind`.

    Where one of two has signed it bound nobody (R34), nor does one that ended by
    itself any more: both end as a no. Whoever asked is told of such an end as the
    worker would have told them, who finds nothing to write then.
    """
    stood, last = queries.as_it_stands(consent), queries.last_event(consent)
    bound = queries.standing(stood, at) is queries.Standing.GRANTED
    if last and not still_allows(last, at) and not (stood.half_signed or stood.to_reaffirm):
        tell_of_end(consent, at=at)
    kind = Kind.DECLINED if not bound and kind is Kind.REVOKED else kind
    return Ended(consent, add_event(consent, kind, by=by, at=at, evidence=evidence), bound)


def note_ended(by: Actor, own: Sequence[Ended], also: Sequence[Ended], *, at: datetime) -> None:
    """Tell whoever was bound, and note first what a no reached, then the no itself, with those."""
    tell_of_taking_back([one.consent for one in (*own, *also) if one.bound], at=at)
    for one in also:
        note(by, one.consent, one.event)
    for one in own:
        note(by, one.consent, one.event, also=[other.consent.code for other in also])


class _Held(Rejected):
    """Nothing new is allowed so soon after a recovery."""

    def __init__(self) -> None:
        super().__init__({"signature": Problem.JUST_RECOVERED})


def check_not_recovered_lately(by: Actor) -> None:
    """Two of the staff who want a member's yes must not get it by letting themselves in (R55)."""
    if grants_held(by.user):
        raise _Held


@contextmanager
def holds_noted(by: Actor, act: str = GRANT) -> Iterator[None]:
    """Write the entry of a held grant after its transaction is rolled back."""
    try:
        yield
    except _Held:
        with transaction.atomic(durable=True):
            trail.append(by, "grant.held", ground=act, outcome=Outcome.REFUSED)
        raise


def _check_shown(by: Actor, consent: Consent) -> None:
    try:
        queries.words_shown_to(by, consent)
    except DisclosureVersion.DoesNotExist:
        raise Consent.DoesNotExist from None


def _check_no_wider_no(consent: Consent) -> None:
    """A yes that an own wider no would make worthless is not taken (reading 2)."""
    others = Consent.objects.filter(
        member=consent.member, version=consent.version, recipient=consent.recipient
    ).prefetch_related(queries.LEDGER)
    for other in others.exclude(pk=consent.pk):
        last = queries.last_event(other)
        no = last is not None and last.kind in (Kind.DECLINED, Kind.REVOKED, Kind.HELD)
        if no and not blocking(other.purposes, consent.purposes) <= set(consent.purposes):
            raise Rejected({"signature": Problem.WIDER_NO})
