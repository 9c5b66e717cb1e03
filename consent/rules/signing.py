"""Whose signature counts: the member's, a representative's, or both (rows 30 to 36). Pure."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from consent.kinds import Kind, Reason
from consent.rules.facts import (
    FOREVER,
    EventFacts,
    LegalStanding,
    RepresentativeFacts,
    Signs,
    SubjectFacts,
)


def parties(subject: SubjectFacts, at: datetime) -> tuple[SubjectFacts, ...]:
    """Return the subject as seen by each who has to sign: once, or once for each of two (row 32).

    Each party sees every no and every hold, but only the grants signed on their side.
    """
    if not both_sign(subject.standing, at):
        return (subject,)
    return _signed(subject, by_member=True), _signed(subject, by_member=False)


def both_sign(standing: LegalStanding, at: datetime) -> bool:
    """Say whether the member and who speaks for them sign, each for themselves (row 32)."""
    return standing.signs is Signs.BOTH and not standing.died and not _grown(standing, at)


def signature_gap(grant: EventFacts, standing: LegalStanding, at: datetime) -> Reason | None:
    """Return why the signature under a grant does not count at `at`, or None if it does."""
    if not standing.believed:
        return Reason.UNREADABLE
    if grant.signer is None:
        return _own_signature_gap(grant, standing, at)
    if any(one.barred for one in standing.representatives if one.user == grant.signer):
        return Reason.REPRESENTATIVE_BARRED
    signed_as = _signed_as(grant, standing)
    if signed_as is None or at < signed_as.since:
        return Reason.SUBJECT_DECEASED if standing.died else Reason.SIGNER_NOT_AUTHORIZED
    if at >= _authority_ends(signed_as, standing):
        return Reason.REAFFIRM_REQUIRED
    if standing.signs is Signs.MEMBER and not standing.died:
        return Reason.SIGNER_NOT_AUTHORIZED
    return None


def signature_ends(grant: EventFacts, standing: LegalStanding) -> datetime:
    """Return when a signature that counts now ends by itself."""
    if grant.signer is not None and (signed_as := _signed_as(grant, standing)):
        return _authority_ends(signed_as, standing)
    if standing.signs is Signs.BOTH and standing.of_age_at and not _of_age(grant, standing):
        return standing.of_age_at
    return FOREVER


def signer_may_read(grant: EventFacts, standing: LegalStanding) -> bool:
    """Say whether who signed may read what they ask for (reading 4)."""
    if grant.signer is None:
        return True
    signed_as = _signed_as(grant, standing)
    return signed_as is not None and signed_as.may_read


def signers_for(standing: LegalStanding, at: datetime) -> tuple[RepresentativeFacts, ...]:
    """Return the representatives who may sign for a member at `at` (rows 30 to 36)."""
    if not standing.believed or (standing.signs is Signs.MEMBER and not standing.died):
        return ()
    return tuple(
        one
        for one in standing.representatives
        if not one.barred
        and one.executor == standing.died
        and one.since <= at < _authority_ends(one, standing)
    )


def member_may_sign(standing: LegalStanding, at: datetime) -> bool:
    """Say whether an own signature of the member counts at `at`, alone or beside another's."""
    if not standing.believed or standing.died:
        return False
    return standing.signs is not Signs.REPRESENTATIVE or _grown(standing, at)


def authority_ends(one: RepresentativeFacts, standing: LegalStanding) -> datetime:
    """Return when an authority ends: by its own date, or when the minor comes of age."""
    return _authority_ends(one, standing)


def is_barred(user: UUID | None, standing: LegalStanding) -> bool:
    """Say whether this account is a barred representative: nothing goes to them (row 33)."""
    return any(one.barred and one.user == user for one in standing.representatives)


def _own_signature_gap(grant: EventFacts, standing: LegalStanding, at: datetime) -> Reason | None:
    if standing.died:
        return Reason.SUBJECT_DECEASED
    if standing.signs is Signs.MEMBER:
        return None
    if _grown(standing, at):
        # What they signed as a minor is asked for anew.
        if grant.at and _grown(standing, grant.at):
            return None
        both = standing.signs is Signs.BOTH
        return Reason.REAFFIRM_REQUIRED if both else Reason.SIGNER_NOT_AUTHORIZED
    return None if standing.signs is Signs.BOTH else Reason.SIGNER_NOT_AUTHORIZED


def _signed_as(grant: EventFacts, standing: LegalStanding) -> RepresentativeFacts | None:
    """Return the authority under which a representative signed; an unknown day shows none."""
    if grant.at is None:
        return None
    for one in standing.representatives:
        if (
            one.user == grant.signer
            and one.executor == standing.died
            and one.since <= grant.at < _authority_ends(one, standing)
        ):
            return one
    return None


def _authority_ends(one: RepresentativeFacts, standing: LegalStanding) -> datetime:
    """Coming of age ends what began before it; a guardian of an adult is appointed after it."""
    ends = one.until or FOREVER
    of_age = standing.of_age_at
    if of_age and one.since < of_age and not one.executor:
        return min(ends, of_age)
    return ends


def _grown(standing: LegalStanding, at: datetime) -> bool:
    """Say whether a minor has come of age, and had no guardian appointed as an adult.

    That a guardian's authority ends gives nobody back their own signature: one person
    ends it, and it would let more out (R82).
    """
    of_age = standing.of_age_at
    return (
        of_age is not None
        and of_age <= at
        and not any(
            of_age <= one.since <= at for one in standing.representatives if not one.executor
        )
    )


def _of_age(grant: EventFacts, standing: LegalStanding) -> bool:
    return bool(grant.at and standing.of_age_at and grant.at >= standing.of_age_at)


def _signed(subject: SubjectFacts, *, by_member: bool) -> SubjectFacts:
    def theirs(event: EventFacts) -> bool:
        return event.kind is not Kind.GRANTED or (event.signer is None) is by_member

    consents = (replace(one, events=tuple(filter(theirs, one.events))) for one in subject.consents)
    return replace(subject, consents=tuple(consents))
