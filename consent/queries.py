"""Reading requests, consents and releases, always as somebody."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from audit import queries as audit
from audit.clock import DatabaseClock, database_now
from audit.trail import Actor
from consent.facts import facts_of, showable
from consent.freezes import frozen_in
from consent.kinds import Kind
from consent.models import (
    ClassMembership,
    Consent,
    ConsentEvent,
    ConsentRequest,
    Evidence,
    Recipient,
    Release,
    ReleaseItem,
    ReleaseLink,
    WithheldItem,
)
from consent.rules import reaches, speaker_allows_showing
from sessions_app import queries as sessions
from sessions_app.models import (
    Disclosure,
    DisclosureVersion,
    Member,
    Subject,
    VersionUserPermission,
)

PAGE = 30
LINK_TRIES = 5
CODE = re.compile("[A-Z]-[0-9A-Z]{2,8}")
Row = TypeVar("Row", Consent, ConsentRequest)
LEDGER = Prefetch("events", queryset=ConsentEvent.objects.order_by("counter"))


def recipients_of(by: Actor) -> QuerySet[Recipient]:
    """Return the recipients of the actor's practice, oldest first."""
    return Recipient.objects.filter(practice_id=by.practice).order_by("pk")


def receivers_of(by: Actor) -> QuerySet[Recipient]:
    """Return those of the practice's recipients who can be given something: groups cannot."""
    return recipients_of(by).exclude(kind=Recipient.Kind.CLASS)


def own_class(by: Actor, code: str) -> Recipient:
    """Return a group of recipients of the practice. Raises Recipient.DoesNotExist."""
    return recipients_of(by).get(code=code, kind=Recipient.Kind.CLASS)


def shown_in(of: Recipient) -> list[ClassMembership]:
    """Return who was ever shown to belong to a group of recipients, newest first."""
    return list(of.shown.select_related("recipient").order_by("-pk"))


def items_asked_about_for(of: Recipient) -> list[UUID]:
    """Return the items that a question to or within a group of recipients was put about."""
    asked = Consent.objects.filter(Q(recipient=of) | Q(recipient_class=of))
    return list(asked.values_list("version__disclosure", flat=True).distinct())


def _with_last_event(consents: QuerySet[Consent]) -> QuerySet[Consent]:
    """Add what `standing` reads of each ledger; the events themselves stay where they are."""
    latest = ConsentEvent.objects.filter(consent=OuterRef("pk")).order_by("-counter")
    return consents.annotate(  # type: ignore[no-redef]
        last_kind=Subquery(latest.values("kind")[:1]),
        last_until=Subquery(latest.values("until")[:1]),
        last_at=Subquery(latest.values("at")[:1]),
    ).select_related("request", "version__disclosure")


def last_event(consent: Consent) -> ConsentEvent | None:
    """Return what stands: the event with the highest counter."""
    return max(consent.events.all(), key=lambda event: event.counter, default=None)


class Standing(StrEnum):
    """What a member's own page says of a consent."""

    WAITING = "waiting"
    GRANTED = "granted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


def standing(consent: Consent, now: datetime) -> Standing:
    """Return a consent's state as its member sees it; a change of the item ends it.

    `consent` comes from a query of this module.
    """
    over = now >= min(filter(None, (consent.expires, consent.last_until)))
    item = consent.version.disclosure
    changed = consent.version.number != item.current_version
    changed = changed or item.state == Disclosure.State.ENTERED_IN_ERROR
    match consent.last_kind or Kind.ASKED:
        case Kind.REVOKED | Kind.HELD:
            return Standing.WITHDRAWN
        case Kind.DECLINED:
            return Standing.DECLINED
        case Kind.GRANTED | Kind.UNHELD:
            return Standing.EXPIRED if over or changed else Standing.GRANTED
        case Kind.ASKED:
            closed = now >= consent.request.answer_by
            return Standing.EXPIRED if over or changed or closed else Standing.WAITING
        case _:
            return Standing.EXPIRED


def own_consents(by: Actor) -> QuerySet[Consent]:
    """Return every consent the actor was asked for as a member, newest first.

    A consent without an event was not put to its member yet (the speaker is
    asked first) and does not exist for them. `several` says whether the words
    concern somebody else too.
    """
    asked = ConsentEvent.objects.filter(consent=OuterRef("pk"))
    others = Subject.objects.filter(version=OuterRef("version")).exclude(member=OuterRef("member"))
    return (
        _with_last_event(  # type: ignore[no-redef]
            Consent.objects.filter(Exists(asked), member__user_id=by.user)
        )
        .annotate(several=Exists(others))
        .select_related(
            "request__asked_by",
            "recipient",
            "recipient_class",
            "version__disclosure__session",
            "member",
        )
        .order_by("-pk")
    )


def ended_unswept(most: int) -> list[Consent]:
    """Return permissions whose end or whose version has passed and whose ledger does not say so."""
    over = Q(expires__lte=DatabaseClock()) | Q(last_until__lte=DatabaseClock())
    changed = ~Q(version__number=F("version__disclosure__current_version"))
    standing_yes = Q(last_kind__in=(Kind.GRANTED, Kind.UNHELD))
    return list(_with_last_event(Consent.objects.all()).filter(standing_yes, over | changed)[:most])


def page_of_own_consents(by: Actor, *, before: str = "") -> list[Consent]:
    """Return a page of the actor's own consents, newest first, older than code `before`.

    What was written in error is not listed: it may have named the wrong person.
    """
    listed = own_consents(by).exclude(version__disclosure__state=Disclosure.State.ENTERED_IN_ERROR)
    return _page(listed, before)


def own_consent(by: Actor, code: str) -> Consent:
    """Return one of the actor's own consents. Raises Consent.DoesNotExist."""
    return own_consents(by).get(code=code)


def own_consent_and_ledger(by: Actor, code: str) -> Consent:
    """Return one of the actor's own consents with all that happened to it, in order."""
    return own_consents(by).prefetch_related(LEDGER).get(code=code)


def open_question(by: Actor, code: str) -> Consent:
    """Return a question the actor may answer now: asked, current, in time, and with the right.

    Raises Consent.DoesNotExist.
    """
    may_decide = VersionUserPermission.objects.filter(
        content_object=OuterRef("version"),
        user_id=by.user,
        permission__codename="decide_version",
    )
    return (
        own_consents(by)
        .filter(
            Exists(may_decide),
            request__answer_by__gt=DatabaseClock(),
            expires__gt=DatabaseClock(),
            version__number=F("version__disclosure__current_version"),
        )
        .exclude(version__disclosure__state=Disclosure.State.ENTERED_IN_ERROR)
        .get(code=code)
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
    consents = _with_last_event(request.consents.filter(version__in=versions))
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
    if state is Standing.WITHDRAWN or changed or now >= min(request.answer_by, request.expires):
        return AnswerSeen.NOT_AGREED
    return AnswerSeen.NO_ANSWER_YET


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
        for c in _with_last_event(Consent.objects.filter(version__in=ids))
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
    consents = _with_last_event(Consent.objects.filter(version=version))
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

    Of nothing else is anything told here: a no, silence and a yes that ended are not there.
    """
    mine = sessions.originated_by(by).filter(current_version=OuterRef("version__number"))
    mine = mine.exclude(state=Disclosure.State.ENTERED_IN_ERROR)
    now = DatabaseClock()
    about = Consent.objects.filter(
        Exists(mine.filter(pk=OuterRef("version__disclosure"))), expires__gt=now
    )
    return _with_last_event(about).filter(  # type: ignore[misc]
        Q(last_until=None) | Q(last_until__gt=now), last_kind__in=(Kind.GRANTED, Kind.UNHELD)
    )


def consent_to_confirm(by: Actor, code: str, *, request: str = "") -> Consent:
    """Return one standing yes about an item of the actor's, with `request` of that question.

    Raises Consent.DoesNotExist.
    """
    found = yes_to_confirm(by).select_related("member", "recipient")
    return found.get(code=code, **({"request__code": request} if request else {}))


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
    """Return a page of requests about the actor's items, newest first, older than code `before`."""
    mine = sessions.originated_by(by)
    found = ConsentRequest.objects.filter(
        pk__in=ConsentRequest.objects.filter(versions__disclosure__in=mine.values("pk")).values(
            "pk"
        )
    )
    return _page(found.select_related("recipient").order_by("-pk"), before)


def _page(found: QuerySet[Row], before: str) -> list[Row]:
    if CODE.fullmatch(before):
        place = found.filter(code=before).order_by().values("pk")[:1]
        found = found.filter(pk__lt=Subquery(place))
    return list(found[:PAGE])


def own_versions_of(by: Actor, request: ConsentRequest) -> list[DisclosureVersion]:
    """Return the versions a request asks about, as far as the actor originated their items."""
    mine = sessions.originated_by(by)
    return list(
        request.versions.filter(disclosure__in=mine.values("pk"))
        .select_related("disclosure__session__group__practice", "disclosure__speaker")
        .prefetch_related(sessions.WITH_MEMBERS)
        .order_by("pk")
    )


def words_shown_to(by: Actor, consent: Consent) -> DisclosureVersion:
    """Return the version whose words this member may read with a question of theirs.

    Guardian's row says who may knock; for another subject than the speaker the
    speaker's yes is then checked again on authenticated facts, so that neither
    a forged row nor an end nobody has swept yet shows a word (rows 56-58), and
    nothing is shown to another while the house is frozen.
    Raises DisclosureVersion.DoesNotExist, vault.Keyless.
    """
    version = (
        sessions.readable_versions(by)
        .annotate(frozen=frozen_in(by.practice))
        .get(pk=consent.version_id)
    )
    if consent.member_id != version.disclosure.speaker_id:
        item = facts_of(version.disclosure_id)
        if version.frozen or not speaker_allows_showing(item, database_now()):
            raise DisclosureVersion.DoesNotExist
    return version


def let_out_under(consent: Consent) -> list[Release]:
    """Return what went out to the consent's reader on the ground of this member's yes.

    Of the same item, under this permission or another of theirs to the same
    reader; oldest first, each with its hand-over if there was one.
    """
    own = Consent.objects.filter(
        member=consent.member_id,
        recipient=consent.recipient_id,
        version__disclosure=consent.version.disclosure_id,
    )
    opened = ReleaseLink.objects.filter(release=OuterRef("pk"), openings_used__gt=0)
    return list(
        Release.objects.filter(  # type: ignore[no-redef]
            items__consents__in=own, decision=Release.Decision.PERMIT
        )
        .annotate(by_link=Exists(opened))
        .select_related("hand_over")
        .distinct()
        .order_by("pk")
    )


def read_by_link(consent: Consent, releases: Iterable[Release]) -> list[datetime]:
    """Return when the consent's words were shown by a link, as the trail has it, oldest first.

    `releases` come from `let_out_under`; the trail is asked only if one was opened by a link.
    """
    ids = [release.pk for release in releases if release.by_link]
    if not ids:
        return []
    item = consent.version.disclosure
    entries = audit.permitted(consent.request.practice_id, ids, "link.opened")
    return [entry.at for entry in entries if item.code in audit.ground_of(entry)]


@dataclass(frozen=True)
class TriedRelease:
    """A try to let an item out, and whether the words of that time concerned one member alone."""

    release: Release
    alone: bool


@dataclass(frozen=True)
class KnownItem:
    """An item a member may read now, with what they may know of it.

    `consents` are their own about it, id and code, newest first; `tries` the
    releases of words that were theirs: of any version for the speaker, of this
    one for another subject.
    """

    version: DisclosureVersion
    spoke: bool
    consents: dict[UUID, str]
    tries: list[TriedRelease]

    def alone_in(self, release: UUID) -> bool:
        """Say whether the words that a release was about concerned one member alone."""
        return any(one.alone for one in self.tries if one.release.pk == release)


def known_items(
    by: Actor, *, only: UUID | None = None, asked: Iterable[Consent] | None = None
) -> list[KnownItem]:
    """Return the items the actor may read now and was asked about, newest first.

    Deciding is not reading: what the speaker has not let be shown is not here,
    checked on authenticated facts. `only` names one item; `asked` are the actor's
    own consents, newest first, where a page has them already. Raises vault.Keyless.
    """
    found = sessions.words_about(by)
    if only:
        found = found.filter(disclosure=only)
    versions = list(found)
    spoken = {v.pk for v in versions if v.disclosure.speaker and _is(by, v.disclosure.speaker)}
    others = [v for v in versions if v.pk not in spoken]
    shown = showable(others, database_now()) if others else set()
    versions = [v for v in versions if v.pk in spoken | shown]
    about = _consents_by_item(by, [v.disclosure_id for v in versions], asked)
    tries = _tries(versions, spoken)
    return [
        KnownItem(v, v.pk in spoken, about[v.disclosure_id], tries.get(v.disclosure_id, []))
        for v in versions
        if v.disclosure_id in about
    ]


def _consents_by_item(
    by: Actor, items: list[UUID], asked: Iterable[Consent] | None
) -> dict[UUID, dict[UUID, str]]:
    if asked is None:
        own = own_consents(by).filter(version__disclosure__in=items)
        rows = list(own.values_list("version__disclosure", "pk", "code"))
    else:
        rows = [(one.version.disclosure_id, one.pk, one.code) for one in asked]
    found: dict[UUID, dict[UUID, str]] = {}
    for item, pk, code in rows:
        found.setdefault(item, {})[pk] = code
    return found


def _is(by: Actor, member: Member) -> bool:
    return member.user_id == by.user


def _tries(versions: list[DisclosureVersion], spoken: set[UUID]) -> dict[UUID, list[TriedRelease]]:
    any_version = [v.disclosure_id for v in versions if v.pk in spoken]
    this_version = [v.pk for v in versions if v.pk not in spoken]
    tries: dict[UUID, list[TriedRelease]] = {}
    for release in _about("items", any_version, this_version).union(
        _about("withheld", any_version, this_version), all=True
    ):
        one = TriedRelease(release, release.concerned == 1)  # type: ignore[attr-defined]
        tries.setdefault(release.item, []).append(one)  # type: ignore[attr-defined]
    return tries


def _about(rows: str, items: list[UUID], versions: list[UUID]) -> QuerySet[Release]:
    """Return releases by what went out ("items") or stayed, with the item of each as `item`."""
    version = f"{rows}__version"
    concerned = (
        Subject.objects.filter(version=OuterRef(version))
        .order_by()
        .values("version")
        .annotate(number=Count("pk"))
    )
    return (
        Release.objects.filter(
            Q(**{f"{version}__disclosure__in": items}) | Q(**{f"{version}__in": versions})
        )
        .select_related("recipient")
        .annotate(item=F(f"{version}__disclosure"), concerned=Subquery(concerned.values("number")))
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


def still_stands(release: Release) -> bool:
    """Say whether anything of a release still stands; opening decides for itself."""
    now = timezone.now()
    items = release.items.prefetch_related(
        Prefetch("consents", queryset=_with_last_event(Consent.objects.all()))
    )
    return any(
        all(standing(consent, now) is Standing.GRANTED for consent in item.consents.all())
        for item in items
    )


def own_release(by: Actor, code: str) -> Release:
    """Return a release of nothing but items the actor originated, its first item as `item_code`.

    Raises Release.DoesNotExist.
    """
    mine = sessions.originated_by(by).values("pk")
    out = ReleaseItem.objects.filter(release=OuterRef("pk"))
    stayed = WithheldItem.objects.filter(release=OuterRef("pk"))
    code_of = "version__disclosure__code"
    return (
        Release.objects.filter(  # type: ignore[no-redef]
            Exists(out.filter(version__disclosure__in=mine))
            | Exists(stayed.filter(version__disclosure__in=mine)),
            ~Exists(out.exclude(version__disclosure__in=mine)),
        )
        .select_related("recipient", "practice", "hand_over__by", "session", "group")
        .annotate(
            item_code=Coalesce(
                Subquery(out.order_by("pk").values(code_of)[:1]),
                Subquery(stayed.order_by("pk").values(code_of)[:1]),
            )
        )
        .get(code=code)
    )


def items_let_out(release: Release) -> list[Disclosure]:
    """Return what a release lets out, oldest first, each with its session."""
    return list(_at(release.items.values("version")))


def items_kept(by: Actor, release: Release) -> list[Disclosure]:
    """Return what was asked for with a release and stayed, as far as the actor originated it."""
    mine = sessions.originated_by(by).values("pk")
    return list(_at(release.withheld.values("version")).filter(pk__in=mine))


def _at(versions: QuerySet[Any]) -> QuerySet[Disclosure]:
    items = Disclosure.objects.filter(versions__in=versions)
    return items.select_related("session").order_by("session__starts", "pk")


class LinkState(StrEnum):
    """How a link stands, as whoever made it sees it."""

    LIVE = "live"
    ENDED = "ended"
    WRONG_PASSCODES = "wrong_passcodes"
    USED_UP = "used_up"
    EXPIRED = "expired"


def link_state(link: ReleaseLink, now: datetime) -> LinkState:
    """Return how a link stands; whether its words may go is decided when it is opened."""
    if link.wrong_tries >= LINK_TRIES:
        return LinkState.WRONG_PASSCODES
    if link.ended_at:
        return LinkState.ENDED
    if link.openings_used >= link.openings_allowed:
        return LinkState.USED_UP
    return LinkState.EXPIRED if now >= link.expires else LinkState.LIVE


def links_to(release: Release) -> list[ReleaseLink]:
    """Return the links to a release, newest first."""
    return list(release.links.order_by("-pk"))


def own_link(by: Actor, code: str) -> ReleaseLink:
    """Return a link to a release of the actor's (see own_release). Raises an ObjectDoesNotExist."""
    link = ReleaseLink.objects.select_related("release").get(code=code, practice_id=by.practice)
    own_release(by, link.release.code)
    return link


def printed_last(release: Release) -> set[str]:
    """Return the codes of the items in the latest print of a release; none if never printed."""
    return set(audit.last_ground(release.practice_id, release.pk, "release.opened"))


def hands_of(release: Release) -> set[str]:
    """Return what the record of a hand-over says: items, permissions, and into whose hands."""
    return set(audit.last_ground(release.practice_id, release.pk, "release.handed_over"))


def ids_about(groups: Iterable[UUID], code: str) -> set[UUID]:
    """Return the ids of questions, consents and releases about one item of `groups`."""
    item = Disclosure.objects.filter(code=code, group__in=list(groups)).values("pk")
    asked = ConsentRequest.objects.filter(versions__disclosure__in=item)
    about = Consent.objects.filter(version__disclosure__in=item)
    out = Release.objects.filter(items__version__disclosure__in=item)
    stayed = Release.objects.filter(withheld__version__disclosure__in=item)
    ids = asked.values_list("pk").union(
        about.values_list("pk"), out.values_list("pk"), stayed.values_list("pk")
    )
    return {pk for (pk,) in ids}


def practice_of_link(code: str) -> UUID | None:
    """Return the practice a link leads into, or None: its page has nobody signed in to tell."""
    if connection.vendor == "postgresql":  # whoever asks acts for no practice yet
        with connection.cursor() as cursor:
            cursor.execute("SELECT consent_practice_of_link(%s)", [code])
            return cursor.fetchone()[0]
    return ReleaseLink.objects.filter(code=code).values_list("practice", flat=True).first()


def own_recipient(by: Actor, code: str) -> Recipient:
    """Return a recipient of the actor's practice. Raises Recipient.DoesNotExist."""
    return recipients_of(by).get(code=code)
