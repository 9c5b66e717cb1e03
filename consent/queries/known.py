"""The items a member may read, and the releases of them that the member may know of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from audit import queries as audit
from audit.clock import database_now
from audit.trail import Actor
from consent.facts import showable
from consent.models import (
    Consent,
    Release,
    ReleaseLink,
)
from consent.queries.links import LINK_TRIES
from consent.queries.own import own_consents
from sessions_app import queries as sessions
from sessions_app.models import (
    DisclosureVersion,
    Member,
    Subject,
)


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


def links_that_died(consent: Consent, releases: Iterable[Release]) -> list[ReleaseLink]:
    """Return the links that would still open if `consent` stood, newest first.

    `releases` come from `let_out_under`. Of what a link carries, these words are gone.
    """
    ids = [release.pk for release in releases]
    if not ids:
        return []
    return list(
        ReleaseLink.objects.filter(
            release__in=ids,
            ended_at=None,
            expires__gt=consent.last_at or database_now(),
            openings_used__lt=F("openings_allowed"),
            wrong_tries__lt=LINK_TRIES,
        ).order_by("-pk")
    )


@dataclass(frozen=True)
class TriedRelease:
    """A try to let an item out, and whether the words of that time concerned one member alone."""

    release: Release
    alone: bool


@dataclass(frozen=True)
class KnownItem:
    """An item a member may read now, with what they may know of it.

    `consents` are their own about it, id and code, newest first, `requests` the
    questions these answer; `tries` the releases of words that were theirs: of any
    version for the speaker, of this one for another subject.
    """

    version: DisclosureVersion
    spoke: bool
    consents: dict[UUID, str]
    tries: list[TriedRelease]
    requests: frozenset[UUID] = frozenset()

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
        KnownItem(
            v,
            v.pk in spoken,
            {pk: code for pk, code, _ in about[v.disclosure_id]},
            tries.get(v.disclosure_id, []),
            frozenset(request for _, _, request in about[v.disclosure_id]),
        )
        for v in versions
        if v.disclosure_id in about
    ]


def _consents_by_item(
    by: Actor, items: list[UUID], asked: Iterable[Consent] | None
) -> dict[UUID, list[tuple[UUID, str, UUID]]]:
    """Return the actor's consents about each item: id, code, and the question it answers."""
    if asked is None:
        own = own_consents(by).filter(version__disclosure__in=items)
        rows = list(own.values_list("version__disclosure", "pk", "code", "request"))
    else:
        rows = [(one.version.disclosure_id, one.pk, one.code, one.request_id) for one in asked]
    found: dict[UUID, list[tuple[UUID, str, UUID]]] = {}
    for item, pk, code, request in rows:
        found.setdefault(item, []).append((pk, code, request))
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
        .exclude(items__override__isnull=False)  # told on a page of its own, or not yet (R102)
        .select_related("recipient")
        .annotate(item=F(f"{version}__disclosure"), concerned=Subquery(concerned.values("number")))
    )
