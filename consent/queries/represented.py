"""What somebody is asked for another, whom they speak for."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet

from audit.clock import DatabaseClock, database_now
from audit.trail import Actor
from consent.kinds import Kind
from consent.models import Consent, ConsentEvent
from consent.queries.ledger import LEDGER, with_last_event
from consent.rules import RepresentativeFacts, signers_for
from consent.standings import standings_of
from sessions_app import queries as sessions
from sessions_app.models import Disclosure, DisclosureVersion, Subject, VersionUserPermission


def represented(by: Actor) -> dict[UUID, RepresentativeFacts]:
    """Return the members the actor speaks for at this moment, each with their authority.

    Believed as a grant is: a row that was written or altered in the database
    gives nobody a member. Raises vault.Keyless.
    """
    members = {one.member_id for one in sessions.live_representations(by)}
    now = database_now()
    found = {}
    for member, stands in standings_of(by.practice, members).items():
        for one in signers_for(stands.standing, now):
            if one.user == by.user:
                found[member] = one
    return found


def consents_for(by: Actor, members: list[UUID]) -> QuerySet[Consent]:
    """Return what `members` were asked and the actor may decide for them, newest first."""
    asked = ConsentEvent.objects.filter(consent=OuterRef("pk"))
    may_decide = VersionUserPermission.objects.filter(
        content_object=OuterRef("version"),
        user_id=by.user,
        permission__codename="decide_version",
    )
    others = Subject.objects.filter(version=OuterRef("version")).exclude(member=OuterRef("member"))
    listed = Consent.objects.filter(Exists(asked), Exists(may_decide), member__in=members)
    return (
        with_last_event(listed.exclude(version__disclosure__state__in=Disclosure.OUT))
        .annotate(several=Exists(others))  # type: ignore[no-redef]
        .select_related("request__asked_by", "recipient", "recipient_class", "member")
        .select_related("version__disclosure__session")
        .prefetch_related(LEDGER)
        .order_by("-pk")
    )


def represented_consent(by: Actor, code: str) -> Consent:
    """Return one consent of a member the actor speaks for. Raises Consent.DoesNotExist, Keyless."""
    return consents_for(by, list(represented(by))).get(code=code)


def consent_to_deny(by: Actor, code: str) -> Consent:
    """Return the same by the rows alone: a no needs no key (R9). Raises Consent.DoesNotExist."""
    members = [one.member_id for one in sessions.live_representations(by)]
    return consents_for(by, members).get(code=code)


def represented_question(by: Actor, code: str, members: Collection[UUID] | None = None) -> Consent:
    """Return a question the actor may answer now for somebody.

    `members` are those they speak for, where a page has asked that already.
    Raises Consent.DoesNotExist, vault.Keyless.
    """
    now = DatabaseClock()
    return (
        consents_for(by, list(represented(by) if members is None else members))
        .filter(
            request__answer_by__gt=now,
            expires__gt=now,
            version__number=F("version__disclosure__current_version"),
        )
        .get(code=code)
    )


def version_shown_for(by: Actor, consent: Consent) -> DisclosureVersion:
    """Return the version whose words a representative may open now; opening decides again.

    Raises DisclosureVersion.DoesNotExist.
    """
    return sessions.readable_version(by, consent.version_id)


def signatures_in(events: Iterable[ConsentEvent]) -> dict[UUID | None, int]:
    """Return who signed since the last no, each with the counter of their latest grant.

    A hold that is lifted gives back what was signed before it.
    """
    signed: dict[UUID | None, int] = {}
    before_hold: dict[UUID | None, int] = {}
    for event in sorted(events, key=lambda one: one.counter):
        if event.kind == Kind.GRANTED:
            signed[event.by_id] = event.counter
        elif event.kind == Kind.UNHELD:
            signed |= before_hold
        elif event.kind != Kind.ASKED:
            before_hold = dict(signed) if event.kind == Kind.HELD else {}
            signed.clear()
    return signed
