"""What staff asked, and what they may know of the answers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import (
    Case,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    When,
)
from django.utils import timezone

from audit.clock import DatabaseClock
from audit.trail import Actor
from consent.kinds import Kind
from consent.models import (
    Consent,
    ConsentEvent,
    ConsentRequest,
    Evidence,
    Release,
)
from consent.queries.ledger import Standing, standing, with_last_event
from consent.queries.paging import page_of
from consent.rules import reaches
from sessions_app import queries as sessions
from sessions_app.models import (
    Disclosure,
    DisclosureVersion,
    Member,
)


class AnswerSeen(StrEnum):
    """What the asker sees of one member's answer (rule R21): never more than this."""

    AGREED = "agreed"
    NO_ANSWER_YET = "no_answer_yet"
    NOT_AGREED = "not_agreed"


@dataclass(frozen=True)
class Answer:
    """One member's answer as the asker sees it."""

    member: Member
    spoke: bool
    seen: AnswerSeen


def answers(request: ConsentRequest, version: DisclosureVersion, now: datetime) -> list[Answer]:
    """Return what the asker sees about one version. See `answers_to`."""
    return answers_to(request, [version], now)[version.pk]


def answers_to(
    request: ConsentRequest, versions: Sequence[DisclosureVersion], now: datetime
) -> dict[UUID, list[Answer]]:
    """Return what the asker sees of everybody's answer, by version, each in a fixed order.

    A decline looks like no answer until the request's date; whoever was not
    asked yet, because the speaker has not said yes, looks the same. Taking back
    shows at once, because it binds the asker.
    """
    consents = with_last_event(request.consents.filter(version__in=versions))
    by_place = {(consent.version_id, consent.member_id): consent for consent in consents}
    return {
        version.pk: [
            Answer(
                subject.member,
                subject.member_id == version.disclosure.speaker_id,
                _seen(
                    by_place.get((version.pk, subject.member_id)),
                    request,
                    version.number != version.disclosure.current_version,
                    now,
                ),
            )
            for subject in sorted(version.subjects.all(), key=lambda s: s.member.code)
        ]
        for version in versions
    }


def _seen(
    consent: Consent | None, request: ConsentRequest, changed: bool, now: datetime
) -> AnswerSeen:
    """Silence, a no and not being asked yet have one face, whatever else happens to the item."""
    state = standing(consent, now) if consent else Standing.WAITING
    if state is Standing.GRANTED:
        return AnswerSeen.AGREED
    if consent and consent.last_kind == Kind.HELD and consent.half_signed:
        state = Standing.WAITING  # a yes of one of two bound nobody, and is stopped in silence
    if state is Standing.WITHDRAWN or changed or now >= min(request.answer_by, request.expires):
        return AnswerSeen.NOT_AGREED
    return AnswerSeen.NO_ANSWER_YET


@dataclass(frozen=True)
class PutBy:
    """The groups in which somebody put questions, and which of the answers are a no or a hold."""

    groups: frozenset[UUID] = frozenset()
    noes: frozenset[UUID] = frozenset()


def put_by(by: Actor, groups: Collection[UUID]) -> PutBy:
    """Return what the actor asked in some groups, whoever leads them by now: one query.

    Of these answers they learn nowhere more than whoever asks does (R21, R54).
    """
    said = ConsentEvent.objects.filter(consent=OuterRef("pk"), kind__in=(Kind.DECLINED, Kind.HELD))
    no = Case(When(Exists(said), then=F("pk")), output_field=UUIDField())
    asked = Consent.objects.filter(
        request__asked_by=by.user, version__disclosure__group__in=groups
    ).annotate(no=no)
    rows = list(asked.order_by().values_list("version__disclosure__group", "no").distinct())
    noes = frozenset(no for _group, no in rows if no)
    return PutBy(frozenset(group for group, _no in rows), noes)


class ItemState(StrEnum):
    """The four states of an item that a facilitator sees (rule R21)."""

    NOT_ASKED = "not-asked"
    WAITING = "waiting"
    ALLOWED = "granted"
    STAYS = "declined"


def item_states(versions: Sequence[DisclosureVersion]) -> dict[UUID, ItemState]:
    """Return the chip of each version's item, in a fixed number of queries.

    `versions` are current, with their subjects fetched.
    """
    now = timezone.now()
    ids = [version.pk for version in versions]
    by_place = {
        (c.request_id, c.version_id, c.member_id): c
        for c in with_last_event(Consent.objects.filter(version__in=ids))
    }
    seen: dict[UUID, list[set[AnswerSeen]]] = {pk: [] for pk in ids}
    links = ConsentRequest.versions.through.objects.filter(disclosureversion__in=ids)
    subjects = {v.pk: [s.member_id for s in v.subjects.all()] for v in versions}
    for link in links.select_related("consentrequest"):
        request, version = link.consentrequest, link.disclosureversion_id
        found = [by_place.get((request.pk, version, member)) for member in subjects[version]]
        seen[version].append({_seen(consent, request, False, now) for consent in found})
    return {pk: _item_state(answered) for pk, answered in seen.items()}


def _item_state(seen: list[set[AnswerSeen]]) -> ItemState:
    if not seen:
        return ItemState.NOT_ASKED
    if any(one == {AnswerSeen.AGREED} for one in seen):
        return ItemState.ALLOWED
    if any(AnswerSeen.NOT_AGREED not in one for one in seen):
        return ItemState.WAITING
    return ItemState.STAYS


def standing_grants(version: DisclosureVersion) -> int:
    """Return how many permissions a change of this version would end."""
    now = timezone.now()
    consents = with_last_event(Consent.objects.filter(version=version))
    return sum(standing(consent, now) is Standing.GRANTED for consent in consents)


def requests_about(version: DisclosureVersion) -> list[ConsentRequest]:
    """Return the requests about one version, newest first."""
    return list(
        ConsentRequest.objects.filter(versions=version).select_related("recipient").order_by("-pk")
    )


def own_request(by: Actor, code: str) -> ConsentRequest:
    """Return a request about items the actor originated. Raises ConsentRequest.DoesNotExist."""
    mine = sessions.originated_by(by)
    return (
        ConsentRequest.objects.filter(versions__disclosure__in=mine.values("pk"))
        .select_related("recipient", "recipient_class")
        .distinct()
        .get(code=code)
    )


def yes_to_confirm(by: Actor) -> QuerySet[Consent]:
    """Return the standing yeses about the actor's items, as they may be confirmed in the room.

    Of nothing else is anything told here: a no, silence, a yes that ended, the first of
    two signatures and a yes to be given anew are not there.
    """
    mine = sessions.originated_by(by).filter(current_version=OuterRef("version__number"))
    mine = mine.exclude(state__in=Disclosure.OUT)
    now = DatabaseClock()
    about = Consent.objects.filter(
        Exists(mine.filter(pk=OuterRef("version__disclosure"))), expires__gt=now
    )
    return with_last_event(about).filter(  # type: ignore[misc]
        Q(last_until=None) | Q(last_until__gt=now),
        last_kind__in=(Kind.GRANTED, Kind.UNHELD),
        half_signed=False,
        to_reaffirm=False,
    )


def consent_to_confirm(by: Actor, code: str, *, request: str = "") -> Consent:
    """Return one standing yes about an item of the actor's, with `request` of that question.

    Raises Consent.DoesNotExist.
    """
    found = yes_to_confirm(by).select_related("member", "recipient")
    return found.get(code=code, **({"request__code": request} if request else {}))


def pressured(by: Actor, code: str) -> Consent:
    """Return a stopped yes of a group the actor reviews today and does not lead.

    Nor one to a question of their own, though they lead the group no more.

    `may_stand_again` says whether its words and its days are still those of the
    yes, and no other no came since. Raises Consent.DoesNotExist.
    """
    reviewed = sessions.groups_supervised_by(by)
    groups = [group.pk for group in reviewed if not group.led]
    still = Q(
        version__number=F("version__disclosure__current_version"),
        expires__gt=DatabaseClock(),
        last_kind=Kind.HELD,
    ) & ~Q(version__disclosure__state__in=Disclosure.OUT)
    others = Consent.objects.exclude(request__asked_by=by.user)
    found = with_last_event(others.filter(version__disclosure__group__in=groups))
    held = found.filter(Q(stopped=True)).annotate(may_stand_again=still)  # type: ignore[no-redef]
    return held.select_related("member", "version__disclosure").get(code=code)


def unconfirmed(by: Actor, request: ConsentRequest) -> dict[tuple[UUID, UUID], str]:
    """Return a question's yeses nobody confirmed in the room: codes by version and member."""
    confirmed = ConsentEvent.objects.filter(
        consent=OuterRef("pk"), kind=Kind.UNHELD, evidence=Evidence.IN_ROOM
    )
    standing = ConsentEvent.objects.filter(consent=OuterRef("consent"), kind=Kind.GRANTED)
    last_grant = standing.order_by("-counter").values("counter")[:1]
    found = yes_to_confirm(by).filter(
        ~Exists(confirmed.filter(counter__gt=Subquery(last_grant))), request=request
    )
    return {(one.version_id, one.member_id): one.code for one in found}


def own_requests(by: Actor, *, before: str = "") -> list[ConsentRequest]:
    """Return a page of requests about the actor's items, newest first, older than code `before`.

    Each with the versions it asks about that are the actor's, as `own`.
    """
    mine = sessions.originated_by(by)
    own = DisclosureVersion.objects.filter(disclosure__in=mine.values("pk"))
    own = own.select_related("disclosure__session__group__practice").order_by("pk")
    found = ConsentRequest.objects.filter(
        pk__in=ConsentRequest.objects.filter(versions__disclosure__in=mine.values("pk")).values(
            "pk"
        )
    )
    found = found.prefetch_related(  # type: ignore[no-redef]
        Prefetch("versions", queryset=own, to_attr="own")
    )
    return page_of(found.select_related("recipient").order_by("-pk"), before)


def own_versions_of(by: Actor, request: ConsentRequest) -> list[DisclosureVersion]:
    """Return the versions a request asks about, as far as the actor originated their items."""
    mine = sessions.originated_by(by)
    return list(
        request.versions.filter(disclosure__in=mine.values("pk"))
        .select_related("disclosure__session__group__practice", "disclosure__speaker")
        .prefetch_related(sessions.WITH_MEMBERS)
        .order_by("pk")
    )


def question_behind(release: Release, version: DisclosureVersion) -> ConsentRequest | None:
    """Return the question a release stood on, or the latest that could have carried it."""
    itself = ConsentRequest.objects.filter(pk=OuterRef("pk"))
    found = ConsentRequest.objects.annotate(
        stood_on=Exists(itself.filter(consents__release_items__release=release)),
        about=Exists(itself.filter(versions=version)),
    ).filter(Q(stood_on=True) | Q(about=True, recipient=release.recipient_id))
    return next(
        (
            one
            for one in found.select_related("recipient").order_by("-stood_on", "-pk")
            if any(reaches(purpose, release.purpose) for purpose in one.purposes)
        ),
        None,
    )
