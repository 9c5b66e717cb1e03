"""Notes: one of the group that names nobody, one of each member who was there; summaries."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from django.db import transaction

from accounts.services import answer, claim
from audit import trail
from audit.clock import database_now
from audit.ids import free_code, uuid7
from audit.trail import Actor
from sessions_app import queries
from sessions_app.guarding import Guard, NamesFound, Reading
from sessions_app.models import (
    Addendum,
    Disclosure,
    DisclosureUserPermission,
    DisclosureVersion,
    GroupNote,
    GroupSession,
    Member,
    NameMark,
)
from sessions_app.rights import set_holders
from sessions_app.rules import Problem, Rejected, check, text_problems
from sessions_app.services.items import new_version, save_marks, save_version
from vault import services as vault

ADDENDUM_RULE = "\n\n— {when:%Y-%m-%d %H:%M} —\n"


def write_group_note(
    *, by: Actor, session: GroupSession, text: str, seen: int, guard: Guard
) -> GroupNote:
    """Write or rewrite the note of a session, until it is signed. It names nobody.

    `seen` is the revision the writer saw, 0 for none. The same text again
    changes nothing. Raises Rejected (NamesFound, signed already, or a
    colleague wrote meanwhile), vault.Keyless.
    """
    _check_leads(by, session)
    check(text_problems(text))
    reading = guard.require(text, may_concern=False)
    note = GroupNote.objects.filter(session=session).first() or GroupNote(
        pk=uuid7(), session=session, revision=0
    )
    _check_writable(note, seen)
    vault.make_shred_key(note.pk)
    digest = vault.fingerprint(reading.text, owner=note.pk)
    if seen and digest == bytes(note.digest) and _all_kept(reading, note.name_marks.all()):
        return note
    note.revision = seen + 1
    note.text_sealed = vault.seal_text(reading.text, note.text_place(by.practice), owner=note.pk)
    note.digest = digest
    with transaction.atomic(durable=True):
        queries.lock_leading(by, session)
        GroupSession.objects.select_for_update().get(pk=session.pk)
        # The note's row too: whoever signs it locks that, and a signature is not written over.
        if current := GroupNote.objects.select_for_update().filter(session=session).first():
            _check_writable(current, seen)
        elif seen:
            raise Rejected({"text": Problem.CHANGED_MEANWHILE})
        note.written_by_id, note.written_at = by.user, database_now()
        note.save()
        save_marks(by, reading, group_note=note)
        _append(by, "group_note.written", session, note.pk)
    return note


def sign_group_note(
    *, by: Actor, session: GroupSession, seen: int, text: str, guard: Guard
) -> GroupNote:
    """Sign the note of a session as it was read. Later changes are addenda. Signing twice is once.

    `text` is what the signer read. Raises Rejected if there is none, if another
    revision than `seen` or another text is in force, or if it names somebody.
    """
    _check_leads(by, session)
    found = GroupNote.objects.filter(session=session).first()
    if found is None:
        raise Rejected({"text": Problem.REQUIRED})
    reading = _without_answers(guard).read(text, may_concern=False)
    read = vault.fingerprint(text, owner=found.pk)
    with transaction.atomic(durable=True):
        queries.lock_leading(by, session)
        note = GroupNote.objects.select_for_update().get(pk=found.pk)
        if note.revision != seen:
            raise Rejected({"text": Problem.CHANGED_MEANWHILE})
        if note.signed:
            return note
        _check_read(read, note.digest)
        _require_answered(reading, note.name_marks.all())
        note.signed_by_id, note.signed_at = by.user, database_now()
        note.save(update_fields=["signed_by", "signed_at"])
        _append(by, "group_note.signed", session, note.pk)
    return note


def add_to_group_note(
    *, by: Actor, session: GroupSession, text: str, guard: Guard, once: UUID
) -> Addendum:
    """Add to a signed group note; what was signed stays as it is.

    The same `once` returns the same addition. Raises Rejected, vault.Keyless.
    """
    _check_leads(by, session)
    check(text_problems(text))
    reading = guard.require(text, may_concern=False)
    note = GroupNote.objects.filter(session=session).exclude(signed_at=None).first()
    if note is None:
        raise Rejected({"text": Problem.NOT_SIGNED})
    added = Addendum(pk=uuid7(), note=note, written_by_id=by.user)
    added.text_sealed = vault.seal_text(reading.text, added.text_place(by.practice), owner=note.pk)
    with transaction.atomic(durable=True):
        claimed = claim(by=by, once=once, act="group_note.added_to", content=(note.pk, text))
        if claimed.answer:
            return Addendum.objects.get(pk=claimed.answer)
        queries.lock_leading(by, session)
        added.written_at = database_now()
        added.save(force_insert=True)
        answer(claimed, added.pk)
        _append(by, "group_note.added_to", session, note.pk)
    return added


def write_progress_note(
    *, by: Actor, session: GroupSession, member: UUID, text: str, seen: int, guard: Guard
) -> Disclosure:
    """Write or rewrite the note about one member who was there, until it is signed.

    It names no other member (CAMFT 2.2; docs/rules.md R25). `seen` is the version
    the writer saw, 0 for none. The same text again changes nothing. Raises
    Rejected, vault.Keyless.
    """
    found = queries.progress_note(by, session, member)
    note = found or _begun(Disclosure.Kind.PROGRESS_NOTE, session, member)
    return _write(by, note, text, seen, guard)


def write_summary(
    *, by: Actor, session: GroupSession, member: UUID, text: str, guard: Guard, once: UUID
) -> Disclosure:
    """Begin a summary about one member, as of a session; there may be several (rule R53).

    It names no other member. The same `once` returns the same summary. Raises
    Rejected, vault.Keyless.
    """
    note = _begun(Disclosure.Kind.SUMMARY, session, member)
    return _write(by, note, text, 0, guard, once=once)


def rewrite_summary(*, by: Actor, code: str, text: str, seen: int, guard: Guard) -> Disclosure:
    """Rewrite a summary until it is signed, as a progress note is rewritten."""
    note = queries.own_item(by, code, kind=Disclosure.Kind.SUMMARY)
    return _write(by, note, text, seen, guard)


def _begun(kind: Disclosure.Kind, session: GroupSession, member: UUID) -> Disclosure:
    return Disclosure(
        pk=uuid7(),
        group=session.group,
        session=session,
        kind=kind,
        record_class=session.group.record_class,
        about_id=member,
        current_version=0,
    )


def _write(
    by: Actor, note: Disclosure, text: str, seen: int, guard: Guard, *, once: UUID | None = None
) -> Disclosure:
    session, found = note.session, note.current_version > 0
    _check_leads(by, session)
    check(text_problems(text))
    reading = guard.require(text, known=_about(note), may_concern=False)
    _check_note(note, seen)
    vault.make_shred_key(note.pk)
    version = new_version(by, note.pk, seen + 1, reading.text)
    if found and _in_force(queries.current_version(note), version.digest, reading):
        return note
    with transaction.atomic(durable=True):
        if once:
            content = (session.pk, note.about_id, text)
            claimed = claim(by=by, once=once, act="summary.written", content=content)
            if claimed.answer:
                return Disclosure.objects.get(pk=claimed.answer)
            answer(claimed, note.pk)
        if found:
            queries.lock_disclosures([note.pk])
            note = queries.own_item(by, note.code)
            _check_note(note, seen)
        queries.lock_leading(by, session)
        if not found:
            GroupSession.objects.select_for_update().get(pk=session.pk)
            _check_new(by, note)
            note.code = free_code("D", lambda code: Disclosure.objects.filter(code=code).exists())
        note.current_version = version.number
        note.save()
        save_version(version, _about(note))
        save_marks(by, reading, version=version)
        readers = _check_leads(by, session) | _self(note)
        set_holders(DisclosureUserPermission, "read_disclosure", readers, note)
        _append_about(by, "written", note)
    return note


def sign_progress_note(*, by: Actor, code: str, seen: int, text: str, guard: Guard) -> Disclosure:
    """Sign a note or summary as it was read; from then on it can be asked about.

    `text` is what the signer read; a note that names another member is not
    signed. Signing twice is once. Raises Rejected also if another version than
    `seen`, or another text, is in force.
    """
    note = queries.own_note(by, code)
    reading = _without_answers(guard).read(text, known=_about(note), may_concern=False)
    read = vault.fingerprint(text, owner=note.pk)
    with transaction.atomic(durable=True):
        queries.lock_disclosures([note.pk])
        note = queries.own_note(by, code)
        if note.current_version != seen:
            raise Rejected({"text": Problem.CHANGED_MEANWHILE})
        if note.state != Disclosure.State.DRAFT:
            return note
        version = queries.current_version(note)
        _check_read(read, version.digest)
        _require_answered(reading, version.name_marks.all())
        note.state, note.signed_by_id = Disclosure.State.SIGNED, by.user
        note.signed_at = database_now()
        note.save(update_fields=["state", "signed_by", "signed_at"])
        _append_about(by, "signed", note)
    return note


def add_to_progress_note(
    *, by: Actor, code: str, seen: int, earlier: str, text: str, guard: Guard
) -> Disclosure:
    """Add to a signed note or summary: another version, of what was signed and the addition.

    `earlier` is the text as the caller opened it; anything else is refused.
    Permissions for the old version end (rule R7). Raises Rejected, vault.Keyless.
    """
    check(text_problems(text))
    note = queries.own_note(by, code)
    _check_signed(note, seen)
    before = queries.current_version(note)
    _check_read(vault.fingerprint(earlier, owner=note.pk), before.digest)
    when = database_now().astimezone(note.group.practice.zone)
    addition = guard.require(text, known=_about(note), may_concern=False)
    whole = earlier + ADDENDUM_RULE.format(when=when) + addition.text
    check(text_problems(whole))
    version = new_version(by, note.pk, seen + 1, whole)
    offset = len(whole) - len(addition.text)
    with transaction.atomic(durable=True):
        queries.lock_disclosures([note.pk])
        note = queries.own_note(by, code)
        _check_signed(note, seen)
        note.current_version = version.number
        note.save(update_fields=["current_version"])
        save_version(version, _about(note))
        save_marks(by, addition, version=version, offset=offset)
        _append_about(by, "added_to", note)
    return note


def _check_leads(by: Actor, session: GroupSession) -> set[UUID]:
    leaders = queries.leaders_on(session.group, session.local_day())
    if by.user not in leaders:
        raise Rejected({"session": Problem.NOT_LEADING_THEN})
    return leaders


def _check_new(by: Actor, note: Disclosure) -> None:
    """A progress note is of somebody who was there, and one of each; a summary of anybody then."""
    if note.kind == Disclosure.Kind.SUMMARY:
        if note.about_id not in {member.pk for member in queries.members_around(note.session)}:
            raise Rejected({"text": Problem.NOT_ON_THE_ROSTER})
        return
    present = {a.member_id for a in queries.attendance_of(note.session) if a.was_there}
    if note.about_id not in present:
        raise Rejected({"text": Problem.NOT_THERE})
    assert note.about_id
    if queries.progress_note(by, note.session, note.about_id):
        raise Rejected({"text": Problem.CHANGED_MEANWHILE})


def _check_writable(note: GroupNote, seen: int) -> None:
    if note.signed:
        raise Rejected({"text": Problem.SIGNED_ALREADY})
    if note.revision != seen:
        raise Rejected({"text": Problem.CHANGED_MEANWHILE})


def _check_note(note: Disclosure, seen: int) -> None:
    if note.state != Disclosure.State.DRAFT:
        raise Rejected({"text": Problem.SIGNED_ALREADY})
    if note.current_version != seen:
        raise Rejected({"text": Problem.CHANGED_MEANWHILE})


def _check_signed(note: Disclosure, seen: int) -> None:
    if note.state == Disclosure.State.DRAFT:
        raise Rejected({"text": Problem.NOT_SIGNED})
    if note.state in Disclosure.OUT:
        raise Rejected({"text": Problem.CLOSED})
    if note.current_version != seen:
        raise Rejected({"text": Problem.CHANGED_MEANWHILE})


def _about(note: Disclosure) -> set[UUID]:
    return {note.about_id} if note.about_id else set()


def _check_read(read: bytes, stored: bytes | memoryview) -> None:
    if read != bytes(stored):
        raise Rejected({"text": Problem.CHANGED_MEANWHILE})


def _in_force(version: DisclosureVersion, digest: bytes | memoryview, reading: Reading) -> bool:
    return bytes(version.digest) == bytes(digest) and _all_kept(reading, version.name_marks.all())


def _all_kept(reading: Reading, marks: Iterable[NameMark]) -> bool:
    """Say whether each answer is kept already: one given later belongs to the text too."""
    return {(mark.start, mark.end) for mark in reading.marks} <= {(m.start, m.end) for m in marks}


def _without_answers(guard: Guard) -> Guard:
    """Signing counts what is kept with the text: an answer on its way would be lost."""
    return replace(guard, answers={})


def _require_answered(reading: Reading, marks: Iterable[NameMark]) -> None:
    """Read once more at signing: a name that the roster learned since is found now."""
    answered = {(mark.start, mark.end) for mark in marks}
    left = tuple(span for span in reading.open if (span.start, span.end) not in answered)
    if left:
        raise NamesFound("text", replace(reading, open=left))


def _self(note: Disclosure) -> set[UUID]:
    return set(Member.objects.filter(pk__in=_about(note)).values_list("user_id", flat=True))


def _append(by: Actor, act: str, session: GroupSession, note: UUID) -> None:
    group = session.group
    trail.append(by, act, object_id=note, code=group.code, group=group.pk)


def _append_about(by: Actor, done: str, note: Disclosure) -> None:
    act = f"summary.{done}" if note.kind == Disclosure.Kind.SUMMARY else f"note.{done}"
    trail.append(by, act, object_id=note.pk, code=note.code, group=note.group_id)
