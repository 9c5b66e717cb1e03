"""Items and their versions: whose they are, who reads them, and the lock on them."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from accounts.kept_query import KeptQuery
from accounts.models import Role
from audit.trail import NOBODY, Actor
from sessions_app.models import (
    Disclosure,
    DisclosureVersion,
    GroupSession,
    Member,
    Subject,
    TherapyGroup,
)
from sessions_app.queries.days import today_of
from sessions_app.queries.groups import groups_supervised_by

ABOUT_ONE = (Disclosure.Kind.PROGRESS_NOTE, Disclosure.Kind.SUMMARY)
SENT_BACK = "sent-back"  # where a reason waits for whoever wrote redacted words
WITH_MEMBERS = Prefetch("subjects", queryset=Subject.objects.select_related("member"))


class LockMissed(Exception):
    """Fewer rows were locked than asked for: one of them is gone, or hidden from this role."""


def progress_notes_of(by: Actor, session: GroupSession) -> dict[UUID, Disclosure]:
    """Return the notes about members of a session that count, by member."""
    notes = originated_by(by).filter(session=session, kind=Disclosure.Kind.PROGRESS_NOTE)
    notes = notes.exclude(state__in=Disclosure.OUT)
    found = _at_current_version(notes, subjects=False)
    return {note.about_id: note for note in found if note.about_id}


def _at_current_version(items: QuerySet[Disclosure], *, subjects: bool = True) -> list[Disclosure]:
    """Return items, oldest first, each with its current version as `current`.

    With its subjects, but for pages that show no others than the one it is about.
    """
    versions = _current_versions(items)
    return _items_of(versions.prefetch_related(WITH_MEMBERS) if subjects else versions)


def _current_versions(items: QuerySet[Disclosure]) -> QuerySet[DisclosureVersion]:
    return (
        DisclosureVersion.objects.filter(
            disclosure__in=items.values("pk"), number=F("disclosure__current_version")
        )
        .select_related(
            "disclosure__session__group__practice",
            "disclosure__group__practice",
            "disclosure__speaker",
            "disclosure__about",
            "disclosure__redacted_from",
            "written_by",
        )
        .order_by("disclosure_id")
    )


def _items_of(versions: Iterable[DisclosureVersion]) -> list[Disclosure]:
    found = []
    for version in versions:
        version.disclosure.current = [version]
        found.append(version.disclosure)
    return found


def originated_by(by: Actor) -> QuerySet[Disclosure]:
    """Return the items the actor may read as an originator, of groups they lead today."""
    return Disclosure.objects.originated_by(by.user, today_of(by))


def items_of_session(by: Actor, session: GroupSession) -> list[Disclosure]:
    """Return the items of a session that the actor may read as an originator, oldest first."""
    return _at_current_version(originated_by(by).filter(session=session))


def said_lately(by: Actor, group: TherapyGroup, member: Member) -> QuerySet[Disclosure]:
    """Return what a member said in a group that the actor originated, newest first, no words."""
    said = originated_by(by).filter(group=group, speaker=member, kind=Disclosure.Kind.ITEM)
    said = said.exclude(state__in=Disclosure.OUT).select_related("session")
    return said.order_by("-session__starts", "-pk")


def items_to_let_out(by: Actor, **of: UUID) -> list[Disclosure]:
    """Return what could leave of a `session` or a `group`: the actor's, oldest first.

    What was entered in error is not there, and drafts are: nobody was asked about
    them, so they stay. Group notes have no way out (rule R26).
    """
    items = originated_by(by).filter(**of).exclude(state__in=Disclosure.OUT)
    return _at_current_version(items)


def own_item(by: Actor, code: str, *, subjects: bool = True, **more: object) -> Disclosure:
    """Return an item or note the actor may read as an originator, with `more` conditions.

    Raises Disclosure.DoesNotExist.
    """
    if more:
        found = _at_current_version(originated_by(by).filter(code=code, **more), subjects=subjects)
    else:
        versions = _own_version.all(by.user, today_of(by), code)
        found = _items_of(versions.prefetch_related(WITH_MEMBERS) if subjects else versions)
    for item in found:
        return item
    raise Disclosure.DoesNotExist


def version_originated_by(user: UUID, on: date, code: str) -> QuerySet[DisclosureVersion]:
    """Return the version in force of an item that a person reads as an originator on that day."""
    return _current_versions(Disclosure.objects.originated_by(user, on).filter(code=code))


_own_version = KeptQuery(version_originated_by, NOBODY, date.min, "no item has this code")


def own_redaction(by: Actor, code: str) -> tuple[Disclosure, Disclosure]:
    """Return the item a redacted one was made from, and the redacted one, without subjects.

    Both the actor's as an originator. Raises Disclosure.DoesNotExist.
    """
    items = originated_by(by).filter(Q(code=code) | Q(redactions__code=code)).distinct()
    found = {item.pk: item for item in _at_current_version(items, subjects=False)}
    for item in found.values():
        if item.code == code and item.redacted_from_id in found:
            return found[item.redacted_from_id], item
    raise Disclosure.DoesNotExist


def own_note(by: Actor, code: str) -> Disclosure:
    """Return a note or a summary about a member that the actor may read as an originator."""
    return own_item(by, code, kind__in=ABOUT_ONE)


def looks_asked_of(by: Actor) -> QuerySet[DisclosureVersion]:
    """Return the redacted texts at which the actor may take the second look, oldest first.

    The right `review_version`, for as long as they lead the group, or, as a
    supervisor, review it; and never a text they had a hand in (rule R52).
    """
    if by.role == Role.SUPERVISOR:
        groups = TherapyGroup.objects.supervised_by(by.user, today_of(by))
    else:
        groups = TherapyGroup.objects.run_by(by.user, today_of(by))
    return (
        looks_open_to(by.user)
        .filter(disclosure__group__in=groups.values("pk"))
        .select_related(
            "disclosure__session__group__practice",
            "disclosure__group",
            "disclosure__redacted_from",
        )
        .order_by("pk")
    )


def supervised_item(by: Actor, code: str) -> Disclosure:
    """Return an item of a group whose trail the actor reviews: no words of it, `led` as there.

    Whatever became of it. Raises Disclosure.DoesNotExist.
    """
    reviewed = groups_supervised_by(by).filter(pk=OuterRef("group"))
    found = Disclosure.objects.filter(Exists(reviewed))
    led = Exists(reviewed.filter(led=True))  # type: ignore[misc]
    found = found.annotate(led=led)  # type: ignore[no-redef]
    return found.select_related("group", "redacted_from").get(code=code)


def looks_open_to(user: UUID) -> QuerySet[DisclosureVersion]:
    hand_in_it = DisclosureVersion.objects.filter(
        disclosure=OuterRef("disclosure"), written_by=user
    )
    return DisclosureVersion.objects.filter(
        ~Exists(hand_in_it),
        number=F("disclosure__current_version"),
        disclosure__redacted_from__isnull=False,
        disclosure__second_look_at=None,
        user_rights__user=user,
        user_rights__permission__codename="review_version",
    ).exclude(disclosure__state__in=Disclosure.OUT)


def progress_note(by: Actor, session: GroupSession, member: UUID) -> Disclosure | None:
    """Return the note about one member of one session, if there is one that counts."""
    notes = originated_by(by).filter(
        session=session, about=member, kind=Disclosure.Kind.PROGRESS_NOTE
    )
    notes = notes.exclude(state__in=Disclosure.OUT)
    return next(iter(_at_current_version(notes)), None)


def current_version(item: Disclosure) -> DisclosureVersion:
    """Return the version that is in force (fetched with the item by this module's queries)."""
    return item.current[0]


def readable_versions(by: Actor) -> QuerySet[DisclosureVersion]:
    """Return the current versions of items whose words a member may read.

    The speaker reads by `read_disclosure`, another subject by `read_version`,
    which consent writes after the speaker's yes (rule R8).
    """
    as_speaker = Q(
        disclosure__user_rights__user=by.user,
        disclosure__user_rights__permission__codename="read_disclosure",
    )
    as_shown = Q(user_rights__user=by.user, user_rights__permission__codename="read_version")
    return (
        DisclosureVersion.objects.filter(
            as_speaker | as_shown,
            number=F("disclosure__current_version"),
            disclosure__state=Disclosure.State.ASKED,
        )
        .select_related("disclosure__session", "disclosure__speaker", "written_by")
        .distinct()
    )


def readable_version(by: Actor, version_id: UUID) -> DisclosureVersion:
    """Return one of them. Raises DisclosureVersion.DoesNotExist: the words are closed to them."""
    return readable_versions(by).get(pk=version_id)


def own_earlier_words(by: Actor, version_id: UUID) -> DisclosureVersion | None:
    """Return words the actor said, as they stood before a change; to others they are closed."""
    return DisclosureVersion.objects.filter(
        pk=version_id,
        disclosure__state=Disclosure.State.ASKED,
        disclosure__speaker__user=by.user,
        disclosure__user_rights__user=by.user,
        disclosure__user_rights__permission__codename="read_disclosure",
    ).first()


def words_about(by: Actor) -> QuerySet[DisclosureVersion]:
    """Return what a member may read and is themselves a subject of, newest first."""
    about = Subject.objects.filter(version=OuterRef("pk"), member__user_id=by.user)
    return readable_versions(by).filter(Exists(about)).order_by("-pk")


def replaced_at(version: DisclosureVersion) -> datetime | None:
    """Return when a version was followed by the next one, if it was."""
    following = DisclosureVersion.objects.filter(
        disclosure=version.disclosure_id, number=version.number + 1
    )
    return following.values_list("recorded_at", flat=True).first()


def lock_disclosures(ids: Iterable[UUID]) -> None:
    """Lock items, in order of id, until the transaction ends.

    Everybody who changes an item, its subjects or its consents, and everybody
    who releases it, takes this lock first: a release sees either all of a
    withdrawal or none of it, and is then before it (I1). FOR UPDATE, not FOR NO
    KEY UPDATE: a new subject's foreign key must wait too. SQLite has no row
    locks; there the transaction holds the database from its beginning. Raises
    LockMissed if a row is gone.
    """
    wanted = sorted(set(ids))
    rows = Disclosure.objects.filter(pk__in=wanted).order_by("pk").select_for_update()
    if len(rows.values_list("pk", flat=True)) != len(wanted):
        raise LockMissed


def with_what_came_of_it(items: set[UUID]) -> set[UUID]:
    """Return these items and every one that was made from them: the words are the same person's."""
    found, new = set(items), set(items)
    while new:
        made = Disclosure.objects.filter(redacted_from__in=new).values_list("pk", flat=True)
        new = set(made) - found
        found |= new
    return found


def lock_with_what_came_of_it(item: UUID) -> set[UUID]:
    """Lock an item and all that was made from it, also while this waited; return them.

    Ids grow, so the order of locks holds.
    """
    taken = set[UUID]()
    while (found := with_what_came_of_it({item})) != taken:
        lock_disclosures(found - taken)
        taken = found
    return taken
