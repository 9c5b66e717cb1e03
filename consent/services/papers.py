"""Consent on paper: one attests, another attests too, and only then it counts (rule R84)."""

import json
from datetime import UTC, date, datetime, timedelta, tzinfo
from uuid import UUID

from django.db import transaction

from accounts.models import Practice
from accounts.queries import held_role
from accounts.services import StepUpScope, answer, claim, step_up_refusals_noted, use_step_up
from audit import trail
from audit.clock import database_now
from audit.ids import uuid7
from audit.trail import Actor, Receipt
from consent import queries
from consent.facts import facts_of
from consent.kinds import Kind
from consent.models import Consent, ConsentEvent, Evidence, PaperConsent
from consent.proofs import last_ground
from consent.rules import LegalStanding, blocking, member_may_sign, signers_for
from consent.services.deciding import carry_on, say_no, standing_yes
from consent.services.freezing import unless_frozen
from consent.services.ledger import add_grant, end_of_the_other, note
from sessions_app import queries as sessions
from sessions_app.models import local_midnight
from sessions_app.queries import lock_disclosures
from sessions_app.rules import Problem, Rejected, check, paper_problems
from vault import key_ring
from vault import services as vault

PAPER, ATTESTED = "paper", "paper.attested"


def attest_paper(
    *,
    by: Actor,
    code: str,
    reference: str,
    signed_on: date,
    once: UUID,
    representation_id: UUID | None = None,
) -> PaperConsent:
    """Enter that a member, or who speaks for them, signed a paper. Nothing is allowed by that yet.

    The reference is sealed with the member's key. One paper waits for a consent
    at a time. Raises Rejected (a day to come or before the question, one that
    waits already), Consent.DoesNotExist if the question is not about the actor's
    item or is closed, Representation.DoesNotExist, vault.Keyless.
    """
    key_ring.current()
    consent = queries.question_of_mine(by, code)
    practice = Practice.objects.get(pk=by.practice)
    asked_on = consent.request.asked_at.astimezone(practice.zone).date()
    check(
        paper_problems(
            reference, signed_on, asked_on=asked_on, today=sessions.today_in(by.practice)
        )
    )
    paper = PaperConsent(pk=uuid7(), consent=consent, signed_on=signed_on, first_by_id=by.user)
    paper.signer_id = _signer(consent, representation_id)
    paper.reference_sealed = vault.seal_text(
        reference.strip(), paper.reference_place(by.practice), owner=consent.member_id
    )
    with transaction.atomic(durable=True):
        asked = (consent.pk, reference, signed_on, paper.signer_id)
        claimed = claim(by=by, once=once, act="paper.attested", content=asked)
        if claimed.answer:
            return PaperConsent.objects.get(pk=claimed.answer)
        lock_disclosures([consent.version.disclosure_id])
        consent = queries.question_of_mine(by, code)
        if consent.papers.filter(closed_at=None).exists():
            raise Rejected({"reference": Problem.CLOSED})
        paper.first_at = database_now()
        paper.save(force_insert=True)
        answer(claimed, paper.pk)
        _note(by, ATTESTED, consent, _told(paper))
    return paper


def paper_scope(paper: PaperConsent) -> StepUpScope:
    """Return what a step-up for attesting a paper is bound to."""
    consent = paper.consent
    return StepUpScope(PAPER, paper.pk, consent.version_id, consent.recipient_id)


def look_at_paper(*, by: Actor, paper_id: UUID) -> tuple[PaperConsent, Receipt]:
    """Note that a second person reads what the first entered; return the receipt for it.

    Decided under the item's lock, as attesting is. Raises PaperConsent.DoesNotExist
    if it is not theirs to attest.
    """
    paper = queries.papers_to_attest(by).get(pk=paper_id)
    with transaction.atomic(durable=True):
        paper = _locked(by, paper)
        item = paper.consent.version.disclosure
        entry = trail.append(
            by,
            "paper.opened",
            object_id=paper.consent_id,
            code=paper.consent.code,
            group=item.group_id,
            ids=paper.pk.hex,
        )
    return paper, trail.receipt_of(entry)


def confirm_paper(*, by: Actor, paper_id: UUID, reference: str, step_up_id: UUID) -> ConsentEvent:
    """Attest a paper as the second person: now the grant is written, with both names in it.

    `reference` is what the first entered, as this person was just shown it. The
    grant is authenticated over reference, day and both. It does not count, and
    nothing says why, if whoever signed may not sign now, or the member
    answered on that day or later in another way: an older paper lifts no no. Raises
    Rejected (CLOSED if it was let go meanwhile), PaperConsent.DoesNotExist (one's
    own, closed, another's), freezing.Frozen, StepUpRefused, vault.Keyless.
    """
    key_ring.current()
    paper = queries.papers_to_attest(by).get(pk=paper_id)
    event_id = uuid7()
    told = {
        "reference": reference.strip(),
        "signed_on": paper.signed_on.isoformat(),
        "attested": [paper.first_by_id.hex, by.user.hex],
    }
    place = ConsentEvent(pk=event_id).signature_place(by.practice)
    sealed = vault.seal_text(json.dumps(told), place, owner=paper.consent.member_id)
    with (
        unless_frozen(by, "reference") as check_open,
        step_up_refusals_noted(by, PAPER),
        transaction.atomic(durable=True),
    ):
        paper = _locked(by, paper)
        consent = queries.with_last_event(Consent.objects.filter(pk=paper.consent_id)).get()
        check_open()
        _check_counts(consent, paper, by)
        use_step_up(by=by, step_up_id=step_up_id, scope=paper_scope(paper))
        event = standing_yes(consent, paper.signer_id, at=database_now())
        new = event is None
        if event is None:
            event = add_grant(
                consent,
                by=by,
                at=database_now(),
                event_id=event_id,
                signature_sealed=sealed,
                evidence=Evidence.PAPER,
                signer=paper.signer_id,
                until=end_of_the_other(consent, paper.signer_id),
            )
            paper.event = event
        closed = PaperConsent.objects.filter(pk=paper.pk, closed_at=None).update(
            event=paper.event, second_by=by.user, closed_at=database_now()
        )
        if not closed:
            raise Rejected({"paper": Problem.CLOSED})
        if new:
            carry_on(by, consent, at=event.at)
        _note(by, "paper.confirmed", consent)
        if new:
            note(by, consent, event)
    return event


def drop_paper(*, by: Actor, paper_id: UUID) -> None:
    """Let a paper go that was entered by mistake or does not match; it never counts.

    By whoever entered it, or the second person. Raises PaperConsent.DoesNotExist.
    """
    with transaction.atomic(durable=True):
        lock_disclosures([_open_to(by, paper_id).consent.version.disclosure_id])
        paper = _open_to(by, paper_id)
        PaperConsent.objects.filter(pk=paper.pk, closed_at=None).update(closed_at=database_now())
        _note(by, "paper.dropped", paper.consent)


def decline_on_paper(*, by: Actor, code: str) -> ConsentEvent:
    """Enter a no that a member gave on paper: at once, by one person, without a key.

    Also after the question's days: what stands is taken back on paper as it was given.
    Raises Consent.DoesNotExist if nobody was asked this about the actor's item.
    """
    consent = queries.asked_of_mine(by, code)
    with transaction.atomic(durable=True):
        lock_disclosures([consent.version.disclosure_id])
        return say_no(by, queries.asked_of_mine(by, code), evidence=Evidence.PAPER)


def told_by_paper(words: str) -> dict[str, str]:
    """Return what the sealed signature of a grant on paper says: reference, day, and both."""
    told = json.loads(words)
    first, second = told["attested"]
    return {
        "reference": told["reference"],
        "signed_on": told["signed_on"],
        "first": first,
        "second": second,
    }


def _locked(by: Actor, paper: PaperConsent) -> PaperConsent:
    """Lock the item of a paper and find it anew, for whoever still holds role and account."""
    lock_disclosures([paper.consent.version.disclosure_id])
    if not held_role(by.user, by.role):
        raise PaperConsent.DoesNotExist
    return queries.papers_to_attest(by).get(pk=paper.pk)


def _open_to(by: Actor, paper_id: UUID) -> PaperConsent:
    """Return a waiting paper that the actor may let go. Raises PaperConsent.DoesNotExist."""
    own = PaperConsent.objects.filter(pk=paper_id, first_by=by.user, closed_at=None).first()
    return own or queries.papers_to_attest(by).get(pk=paper_id)


def _signer(consent: Consent, representation_id: UUID | None) -> UUID:
    if representation_id is None:
        return consent.member.user_id
    return consent.member.representations.get(pk=representation_id).user_id


def _check_counts(consent: Consent, paper: PaperConsent, by: Actor) -> None:
    now = database_now()
    item = facts_of(consent.version.disclosure_id)
    standing = next((s.standing for s in item.subjects if s.member == consent.member_id), None)
    if standing is None:
        raise Consent.DoesNotExist  # no longer about them
    practice = Practice.objects.get(pk=by.practice)
    zone = practice.zone
    instants = (now, *_first_and_last(paper.signed_on, practice))
    may_sign = all(_may_sign(consent, paper, standing, at) for at in instants)
    answers = ConsentEvent.objects.filter(
        consent__member=consent.member_id,
        consent__version=consent.version_id,
        consent__recipient__in=filter(None, (consent.recipient_id, consent.recipient_class_id)),
        kind__in=(Kind.DECLINED, Kind.REVOKED, Kind.HELD),
    ).select_related("consent")
    later_no = any(
        one.at.astimezone(zone).date() >= paper.signed_on
        and blocking(one.consent.purposes, consent.purposes)
        for one in answers
    )
    if (
        not _as_entered(consent, paper, by.practice)
        or not may_sign
        or later_no
        or queries.held_for(consent)
        or _narrowed(consent, paper, zone)
    ):
        raise Rejected({"reference": Problem.PAPER_NOT_COUNTED})


def _first_and_last(day: date, practice: Practice) -> tuple[datetime, datetime]:
    """Return the first and the last instant of a local day: nobody knows the hour of a paper."""
    next_day = local_midnight(day + timedelta(days=1), practice).astimezone(UTC)
    return local_midnight(day, practice), next_day - timedelta.resolution


def _may_sign(consent: Consent, paper: PaperConsent, standing: LegalStanding, at: datetime) -> bool:
    if paper.signer_id == consent.member.user_id:
        return member_may_sign(standing, at)
    return any(one.user == paper.signer_id for one in signers_for(standing, at))


def _narrowed(consent: Consent, paper: PaperConsent, zone: tzinfo) -> bool:
    """Say whether the signer chose an earlier end on the paper's day or later (R73)."""
    chosen = ConsentEvent.objects.filter(
        consent=consent, kind=Kind.GRANTED, by=paper.signer_id, until__lt=consent.expires
    )
    return any(one.at.astimezone(zone).date() >= paper.signed_on for one in chosen)


def _told(paper: PaperConsent) -> str:
    """What the trail keeps of a paper that was entered: nobody attests what nobody entered."""
    return ",".join(
        [
            f"paper={paper.pk.hex}",
            f"signer={paper.signer_id.hex}",
            f"signed={paper.signed_on.isoformat()}",
            f"first={paper.first_by_id.hex}",
        ]
    )


def _as_entered(consent: Consent, paper: PaperConsent, chain: UUID) -> bool:
    ground = last_ground(chain, consent.pk, ATTESTED)
    return ground is not None and ground.endswith(_told(paper).encode())


def _note(by: Actor, act: str, consent: Consent, told: str = "") -> None:
    item = consent.version.disclosure
    trail.append(
        by,
        act,
        object_id=consent.pk,
        code=consent.code,
        group=item.group_id,
        ground=",".join(filter(None, (item.code, told))),
    )
