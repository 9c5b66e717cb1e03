"""Recording what was said, and changing it: every change is another version."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError

from accounts.queries import staff_among
from accounts.services import answer, claim
from audit import trail
from audit.clock import database_now
from audit.ids import free_code, uuid7
from audit.trail import Actor
from sessions_app import queries
from sessions_app.guarding import Guard, Reading
from sessions_app.models import (
    Disclosure,
    DisclosureUserPermission,
    DisclosureVersion,
    GroupNote,
    GroupSession,
    Member,
    NameMark,
    Subject,
)
from sessions_app.rights import holders, set_holders
from sessions_app.rules import Problem, Rejected, check, item_problems
from vault import services as vault


def record_item(
    *,
    by: Actor,
    session: GroupSession,
    speaker: UUID | None,
    concerned: Iterable[UUID],
    text: str,
    once: UUID,
    guard: Guard,
) -> Disclosure:
    """Record what a member said, and everyone it concerns; the speaker is always one of them.

    Whoever the writer's answers to `guard` say it concerns is a subject too. A
    missing group agreement does not stop it (rule R5). The same `once` returns
    the same item. Raises Rejected (NamesFound), GroupSession.DoesNotExist if the
    writer leads the group no more, vault.Keyless.
    """
    subjects = set(concerned) | ({speaker} if speaker else set())
    leaders = queries.leaders_on(session.group, session.local_day())
    if by.user not in leaders:
        raise Rejected({"session": Problem.NOT_LEADING_THEN})
    check(_problems(session, text, speaker, subjects))
    reading = guard.require(text, known=subjects)
    subjects |= reading.concerned
    item = Disclosure(
        pk=uuid7(),
        group=session.group,
        session=session,
        speaker_id=speaker,
        record_class=session.group.record_class,
    )
    vault.make_shred_key(item.pk)
    version = new_version(by, item.pk, 1, reading.text)
    with transaction.atomic(durable=True):
        claimed = claim(
            by=by,
            once=once,
            act="item.recorded",
            content=(session.pk, speaker, *sorted(subjects), text),
        )
        if claimed.answer:
            return Disclosure.objects.get(pk=claimed.answer)
        queries.lock_leading(by, session)
        item.code = free_code("D", lambda code: Disclosure.objects.filter(code=code).exists())
        item.save(force_insert=True)
        save_version(version, subjects)
        save_marks(by, reading, version=version)
        set_originators(by, item)
        answer(claimed, item.pk)
        trail.append(by, "item.recorded", object_id=item.pk, code=item.code, group=session.group_id)
    return item


def edit_item(
    *,
    by: Actor,
    code: str,
    seen_version: int,
    concerned: Iterable[UUID],
    text: str,
    guard: Guard,
) -> Disclosure:
    """Write another version of an item's words or of whom they concern.

    Consents belong to the version they were given for and do not carry over
    (rule R7). Once it was asked about nobody is taken off it: their no would go
    with them (T14, R51). Raises Rejected, also if somebody else wrote a version
    after `seen_version`; Disclosure.DoesNotExist; vault.Keyless. Notes and
    redacted items are changed by services of their own.
    """
    item = queries.own_item(by, code, kind=Disclosure.Kind.ITEM, redacted_from=None)
    subjects = set(concerned) | ({item.speaker_id} if item.speaker_id else set())
    check(_problems(item.session, text, item.speaker_id, subjects))
    reading = guard.require(text, known=subjects)
    subjects |= reading.concerned
    version = new_version(by, item.pk, seen_version + 1, reading.text)
    with transaction.atomic(durable=True):
        queries.lock_disclosures([item.pk])
        item = queries.own_item(by, code)
        if item.current_version != seen_version:
            raise Rejected({"text": Problem.CHANGED_MEANWHILE})
        if item.state in Disclosure.OUT:
            raise Rejected({"text": Problem.CLOSED})
        if item.state == Disclosure.State.ASKED and not _subjects(item) <= subjects:
            raise Rejected({"concerned": Problem.STAYS_CONCERNED})
        item.current_version = version.number
        save_version(version, subjects)
        save_marks(by, reading, version=version)
        item.save(update_fields=["current_version"])
        trail.append(
            by,
            "item.edited",
            object_id=item.pk,
            code=item.code,
            group=item.group_id,
            ground=change_of_subjects(item, subjects),
        )
    return item


def discard_item(*, by: Actor, code: str) -> None:
    """Take an item, or a note that is not signed, out for good: nobody was asked about it.

    Its words, versions and erasure key are gone; the entry stays. Raises
    Rejected once somebody was asked, it was signed, or a redacted item came of it.
    """
    item = queries.own_item(by, code)
    with transaction.atomic(durable=True):
        queries.lock_disclosures([item.pk])
        item = queries.own_item(by, code)
        if item.state != Disclosure.State.DRAFT:
            raise Rejected({"item": Problem.ASKED_ABOUT})
        if item.redactions.exists():
            raise Rejected({"item": Problem.REDACTED})
        Subject.objects.filter(version__disclosure=item).delete()
        try:
            item.versions.all().delete()
        except ProtectedError:  # somebody tried to release it, and that stays on record
            raise Rejected({"item": Problem.ASKED_ABOUT}) from None
        Disclosure.objects.filter(pk=item.pk).delete()  # item.delete() would forget whose key it is
        trail.append(by, "item.discarded", object_id=item.pk, code=code, group=item.group_id)
    vault.shred(item.pk)


def set_originators(by: Actor, item: Disclosure) -> None:
    """Give a new item to its originators, inside the transaction that saved it.

    Read after the row refers to the group: a hand-over holds the group, so
    this is before it, or sees it. Raises Rejected if it took the group from
    the writer meanwhile.
    """
    originators = queries.leaders_on(item.session.group, item.session.local_day())
    if by.user not in originators:
        raise Rejected({"session": Problem.NOT_LEADING_THEN})
    set_holders(DisclosureUserPermission, "read_disclosure", readers_of(item, originators), item)


def mark_asked(item: Disclosure) -> None:
    """End an item's draft, inside the transaction that first asks about it (rule R5)."""
    Disclosure.objects.filter(
        pk=item.pk, state__in=[Disclosure.State.DRAFT, Disclosure.State.SIGNED]
    ).update(state=Disclosure.State.ASKED)


def mark_in_error(item: Disclosure) -> None:
    """Hide an item from every member, inside the transaction that says it was written in error."""
    Disclosure.objects.filter(pk=item.pk).update(state=Disclosure.State.ENTERED_IN_ERROR)
    staff = staff_among(holders(DisclosureUserPermission, "read_disclosure", item))
    set_holders(DisclosureUserPermission, "read_disclosure", staff, item)


def _problems(
    session: GroupSession, text: str, speaker: UUID | None, subjects: set[UUID]
) -> dict[str, Problem]:
    attendances = list(queries.attendance_of(session))
    stints = queries.memberships_on(session.group, session.local_day())
    return item_problems(
        text=text,
        speaker=speaker,
        subjects=subjects,
        present={a.member_id for a in attendances if a.was_there},
        on_the_roster={a.member_id for a in attendances} | {s.member_id for s in stints},
    )


def new_version(by: Actor, item_id: UUID, number: int, text: str) -> DisclosureVersion:
    """Seal the words before any lock is taken: the vault is another database and may be slow."""
    version_id = uuid7()
    place = DisclosureVersion.text_place(pk=version_id, practice=by.practice, number=number)
    return DisclosureVersion(
        pk=version_id,
        disclosure_id=item_id,
        number=number,
        text_sealed=vault.seal_text(text, place, owner=item_id),
        digest=vault.fingerprint(text, owner=item_id),
        written_by_id=by.user,
    )


def save_version(version: DisclosureVersion, subjects: set[UUID]) -> None:
    version.recorded_at = database_now()
    version.save(force_insert=True)
    Subject.objects.bulk_create(Subject(version=version, member_id=m) for m in sorted(subjects))


def save_marks(
    by: Actor,
    reading: Reading,
    *,
    version: DisclosureVersion | None = None,
    group_note: GroupNote | None = None,
    offset: int = 0,
) -> None:
    """Keep the answers about names with the text they belong to, reasons sealed with its key."""
    owner = version.disclosure_id if version else group_note.pk if group_note else None
    assert owner
    if group_note:
        group_note.name_marks.all().delete()
    for mark in reading.marks:
        kept = NameMark(
            pk=uuid7(),
            version=version,
            group_note=group_note,
            start=mark.start + offset,
            end=mark.end + offset,
            member_id=mark.member,
            answer=NameMark.Answer.CONCERNS if mark.member else NameMark.Answer.SOMEBODY_ELSE,
        )
        if mark.reason:
            kept.reason_sealed = vault.seal_text(
                mark.reason, kept.reason_place(by.practice), owner=owner
            )
        kept.save(force_insert=True)


def change_of_subjects(item: Disclosure, subjects: set[UUID]) -> str:
    """Return who was added and taken off, by code, so that nobody is dropped unseen (T14)."""
    before = {s.member_id: s.member.code for s in queries.current_version(item).subjects.all()}
    added = Member.objects.filter(pk__in=subjects - set(before)).values_list("code", flat=True)
    gone = [code for member, code in before.items() if member not in subjects]
    return ",".join([*(f"+{code}" for code in sorted(added)), *(f"-{c}" for c in sorted(gone))])


def _subjects(item: Disclosure) -> set[UUID]:
    return {subject.member_id for subject in queries.current_version(item).subjects.all()}


def readers_of(item: Disclosure, leaders: set[UUID]) -> set[UUID]:
    """Originators (who led the group on that day) and the speaker."""
    return leaders | ({item.speaker.user_id} if item.speaker else set())
