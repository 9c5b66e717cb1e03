"""On what a member's permission stands: signed at home, in the room, on paper, or by another."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, TypedDict
from uuid import UUID

from accounts.queries import users_by_id
from audit import trail
from consent import queries
from consent.kinds import Kind
from consent.models import Consent, ConsentEvent, Evidence
from consent.services.papers import told_by_paper
from pages.member.cards import asked_anew
from pages.shared.access import HouseRequest
from pages.shared.names import open_names
from vault import services as vault
from vault.envelope import Unreadable
from vault.key_ring import Keyless
from vault.services import Sealed


class Paper(NamedTuple):
    """What a signed paper is to its member: where it is kept, and who attested it."""

    reference: str
    first: str
    second: str


class Told(NamedTuple):
    """One event of the ledger, as what its member reads it, and what it stands on."""

    event: ConsentEvent
    kind: str
    by_another: bool
    paper: Paper | None


class Grounds(TypedDict):
    """What a page says of the ground of a consent."""

    told: list[Told]
    anew: bool
    half: bool
    allowed: bool


class Happened(NamedTuple):
    """One line of what happened: an event as it is told, or that the words were read or given."""

    at: datetime
    what: str
    told: Told | None = None


def newest_first(
    told: Iterable[Told], read_at: Iterable[datetime], given_at: Iterable[datetime]
) -> list[Happened]:
    """Return what happened to a consent and its words in the order of time, newest first."""
    happened = [Happened(one.event.at, "event", one) for one in told]
    happened += [Happened(at, "read") for at in read_at]
    happened += [Happened(at, "given") for at in given_at]
    return sorted(happened, key=lambda one: one.at, reverse=True)


def grounds_of(request: HouseRequest, consent: Consent) -> Grounds:
    """Return each event with what it stands on, newest first, and whether it is asked for anew."""
    events = list(reversed(consent.events.all()))
    granted = [one for one in events if one.kind == Kind.GRANTED]
    papers = _papers(request, [one for one in granted if one.evidence == Evidence.PAPER])
    own, kinds = consent.member.user_id, queries.kinds_told(consent)
    return {
        "told": [
            Told(one, kinds[one.counter], by_another(one, own), papers.get(one.pk))
            for one in events
        ],
        "anew": asked_anew(consent),
        "allowed": consent.last_kind in queries.YES,  # to be taken back, whatever became of it
        "half": consent.last_kind in queries.YES
        and consent.half_signed
        and own in queries.signatures_in(events),
    }


def by_another(event: ConsentEvent, own: UUID) -> bool:
    """Say whether somebody who speaks for the member answered: a no on paper is its member's."""
    noes = event.kind in (Kind.REVOKED, Kind.DECLINED) and event.evidence != Evidence.PAPER
    return (noes or event.kind == Kind.GRANTED) and event.by_id not in (own, None)


def signed_as(event: ConsentEvent, text: str) -> str:
    """Return the signature under a grant as its member reads it: of a paper, its reference."""
    return told_by_paper(text)["reference"] if text and event.evidence == Evidence.PAPER else text


def _papers(request: HouseRequest, events: list[ConsentEvent]) -> dict[UUID, Paper]:
    """Open what the grants on paper say; they are authenticated as they lie there."""
    if not events:
        return {}
    practice = request.actor.practice
    sealed = [Sealed(bytes(one.signature_sealed), one.signature_place(practice)) for one in events]
    try:
        receipt = trail.receipt_for(
            request.actor, "home.opened", [one.pk for one in events], once_per_sign_in=True
        )
        said = [told_by_paper(words) for words in vault.open_all(sealed, receipt)]
        staff = users_by_id(
            practice, [UUID(one[who]) for one in said for who in ("first", "second")]
        )
        looked = trail.receipt_for(request.actor, "home.opened", staff, once_per_sign_in=True)
        names = open_names(staff.values(), looked)
    except (Keyless, Unreadable):
        return {}
    return {
        event.pk: Paper(
            one["reference"],
            names.get(UUID(one["first"]), ""),
            names.get(UUID(one["second"]), ""),
        )
        for event, one in zip(events, said, strict=True)
    }
