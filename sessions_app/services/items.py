"""Recording what was said, and changing it: every change is another version."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from accounts.services import answer, claim
from audit import trail
from audit.clock import database_now
from audit.ids import free_code, uuid7
from audit.trail import Actor
from sessions_app import queries
from sessions_app.models import (
    Disclosure,
    DisclosureUserPermission,
    DisclosureVersion,
    GroupSession,
    Member,
    Subject,
)
from sessions_app.rights import set_holders
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
) -> Disclosure:
    """Record what a member said, and everyone it concerns; the speaker is always one of them.

    A missing group agreement does not stop it (rule R5). The same `once`
    returns the same item. Raises Rejected, vault.Keyless.
    """
    subjects = set(concerned) | ({speaker} if speaker else set())
    leaders = queries.leaders_on(session.group, session.local_day())
    if by.user not in leaders:
        raise Rejected({"session": Problem.NOT_LEADING_THEN})
    check(_problems(session, text, speaker, subjects))
    item = Disclosure(
        pk=uuid7(),
        group=session.group,
        session=session,
        speaker_id=speaker,
        record_class=session.group.record_class,
    )
    vault.make_shred_key(item.pk)
    version = _sealed_version(by, item.pk, 1, text)
    with transaction.atomic(durable=True):
        claimed = claim(
            by=by,
            once=once,
            act="item.recorded",
            content=(session.pk, speaker, *sorted(subjects), text),
        )
        if claimed.answer:
            return Disclosure.objects.get(pk=claimed.answer)
        item.code = free_code("D", lambda code: Disclosure.objects.filter(code=code).exists())
        item.save(force_insert=True)
        _save_version(version, subjects)
        set_holders(DisclosureUserPermission, "read_disclosure", _readers(item, leaders), item)
        answer(claimed, item.pk)
        trail.append(by, "item.recorded", object_id=item.pk, code=item.code, group=session.group_id)
    return item


def edit_item(
    *, by: Actor, code: str, seen_version: int, concerned: Iterable[UUID], text: str
) -> Disclosure:
    """Write another version of an item's words or of whom they concern.

    Consents belong to the version they were given for and do not carry over
    (rule R7). Raises Rejected, also if somebody else wrote a version after
    `seen_version`; Disclosure.DoesNotExist; vault.Keyless.
    """
    item = queries.own_item(by, code)
    version = _sealed_version(by, item.pk, seen_version + 1, text)
    with transaction.atomic(durable=True):
        queries.lock_disclosures([item.pk])
        item = queries.own_item(by, code)
        if item.current_version != seen_version:
            raise Rejected({"text": Problem.CHANGED_MEANWHILE})
        subjects = set(concerned) | ({item.speaker_id} if item.speaker_id else set())
        check(_problems(item.session, text, item.speaker_id, subjects))
        item.current_version = version.number
        _save_version(version, subjects)
        item.save(update_fields=["current_version"])
        trail.append(
            by,
            "item.edited",
            object_id=item.pk,
            code=item.code,
            group=item.group_id,
            ground=_change_of_subjects(item, subjects),
        )
    return item


def mark_asked(item: Disclosure) -> None:
    """End an item's draft, inside the transaction that first asks about it (rule R5)."""
    Disclosure.objects.filter(pk=item.pk, state=Disclosure.State.DRAFT).update(
        state=Disclosure.State.ASKED
    )


def _problems(
    session: GroupSession, text: str, speaker: UUID | None, subjects: set[UUID]
) -> dict[str, Problem]:
    attendances = list(queries.attendance_of(session))
    return item_problems(
        text=text,
        speaker=speaker,
        subjects=subjects,
        present={a.member_id for a in attendances if a.was_there},
        on_the_roster={a.member_id for a in attendances},
    )


def _sealed_version(by: Actor, item_id: UUID, number: int, text: str) -> DisclosureVersion:
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


def _save_version(version: DisclosureVersion, subjects: set[UUID]) -> None:
    version.recorded_at = database_now()
    version.save(force_insert=True)
    Subject.objects.bulk_create(Subject(version=version, member_id=m) for m in sorted(subjects))


def _change_of_subjects(item: Disclosure, subjects: set[UUID]) -> str:
    """Return who was added and taken off, by code, so that nobody is dropped unseen (T14)."""
    before = {s.member_id: s.member.code for s in queries.current_version(item).subjects.all()}
    added = Member.objects.filter(pk__in=subjects - set(before)).values_list("code", flat=True)
    gone = [code for member, code in before.items() if member not in subjects]
    return ",".join([*(f"+{code}" for code in sorted(added)), *(f"-{c}" for c in sorted(gone))])


def _readers(item: Disclosure, leaders: set[UUID]) -> set[UUID]:
    """Originators (who led the group on that day) and the speaker."""
    return leaders | ({item.speaker.user_id} if item.speaker else set())
