"""Redacted items: the words without what concerns others, and the second look at them.

An item of its own, about fewer members, with its own question: nothing of the
item it was made from carries over, and who was left out never learns of it.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from accounts.models import Role
from accounts.queries import holding, staff_among
from accounts.services import answer, claim
from audit import trail
from audit.clock import database_now
from audit.entry import listed
from audit.ids import free_code, uuid7
from audit.models import Entry
from audit.trail import Actor, Receipt
from sessions_app import queries
from sessions_app.guarding import Guard, Reading
from sessions_app.models import (
    Disclosure,
    DisclosureUserPermission,
    DisclosureVersion,
    Draft,
    VersionUserPermission,
)
from sessions_app.rights import holders, set_holders
from sessions_app.rules import Problem, Rejected, check, redaction_problems, text_problems
from sessions_app.services.items import (
    change_of_subjects,
    new_version,
    readers_of,
    save_marks,
    save_version,
)
from vault import services as vault


def derive_redacted_item(
    *,
    by: Actor,
    code: str,
    seen_version: int,
    concerned: Iterable[UUID],
    text: str,
    once: UUID,
    guard: Guard,
) -> Disclosure:
    """Make an item about fewer of those whom the item `code` concerns (rule R51, row 18).

    `concerned` is its whole set of subjects; `text` may name nobody else. Where
    the speaker is not among them, nobody is said to have spoken. It waits for a
    second look. The same `once` returns the same item. Raises Rejected
    (NamesFound; the item changed after `seen_version`), Disclosure.DoesNotExist,
    vault.Keyless.
    """
    original = queries.own_item(by, code, kind=Disclosure.Kind.ITEM)
    subjects = set(concerned)
    reading = _read(original, subjects, text, guard)
    item = Disclosure(
        pk=uuid7(),
        group=original.group,
        session=original.session,
        record_class=original.record_class,
        redacted_from=original,
    )
    vault.make_shred_key(item.pk)
    version = new_version(by, item.pk, 1, reading.text)
    with transaction.atomic(durable=True):
        content = (original.pk, *sorted(subjects), text)
        claimed = claim(by=by, once=once, act="item.redacted", content=content)
        if claimed.answer:
            return Disclosure.objects.get(pk=claimed.answer)
        queries.lock_disclosures([original.pk])
        _check_in_force(queries.own_item(by, code), seen_version)
        item.code = free_code("D", lambda code: Disclosure.objects.filter(code=code).exists())
        _save(by, item, original, version, subjects, reading)
        answer(claimed, item.pk)
        trail.append(
            by,
            "item.redacted",
            object_id=item.pk,
            code=item.code,
            group=item.group_id,
            ground=f"{item.code},{original.code}",
        )
    return item


def edit_redacted_item(
    *,
    by: Actor,
    code: str,
    seen_version: int,
    concerned: Iterable[UUID],
    text: str,
    guard: Guard,
) -> Disclosure:
    """Write another version of a redacted item; it waits for a second look of its own.

    Permissions for the old version end (rule R7). Raises what `edit_item` does,
    and Rejected for everything that `derive_redacted_item` refuses.
    """
    item = queries.own_item(by, code, redacted_from__isnull=False)
    assert item.redacted_from
    original = queries.own_item(by, item.redacted_from.code)
    subjects = set(concerned)
    reading = _read(original, subjects, text, guard)
    version = new_version(by, item.pk, seen_version + 1, reading.text)
    with transaction.atomic(durable=True):
        queries.lock_disclosures([original.pk, item.pk])
        item = queries.own_item(by, code)
        _check_in_force(item, seen_version)
        _check_in_force(queries.own_item(by, original.code), original.current_version)
        change = change_of_subjects(item, subjects)
        _close_look(queries.current_version(item))
        _forget_reason(item)
        item.current_version = version.number
        item.second_look_at = item.second_look_by = None
        _save(by, item, original, version, subjects, reading)
        trail.append(
            by,
            "item.edited",
            object_id=item.pk,
            code=item.code,
            group=item.group_id,
            ground=change,
        )
    return item


def look_at_redacted(*, by: Actor, code: str) -> tuple[DisclosureVersion, Receipt]:
    """Note that somebody reads redacted words for a second look; return the receipt for it.

    Asked for once more under the item's lock. Raises DisclosureVersion.DoesNotExist
    if the look is not theirs to take.
    """
    version = queries.looks_asked_of(by).get(disclosure__code=code)
    with transaction.atomic(durable=True):
        queries.lock_disclosures([version.disclosure_id])
        version = queries.looks_asked_of(by).get(disclosure=version.disclosure_id)
        entry = _append(by, "second_look.opened", version.disclosure, [version.pk])
    return version, trail.receipt_of(entry)


def confirm_second_look(*, by: Actor, code: str, seen_version: int) -> Disclosure:
    """Say that nobody else can be recognised in redacted words; now they can be asked about.

    By somebody who had no hand in them and holds `review_version`, which ends
    with it (rule R52). Raises Rejected if another version than `seen_version`
    is in force, DisclosureVersion.DoesNotExist. Needs no key.
    """
    version = queries.looks_asked_of(by).get(disclosure__code=code)
    with transaction.atomic(durable=True):
        version = _locked_look(by, version, seen_version)
        item = version.disclosure
        item.second_look_at, item.second_look_by_id = database_now(), by.user
        item.save(update_fields=["second_look_at", "second_look_by"])
        _close_look(version)
        _append(by, "item.second_look", item)
    return item


def send_back(*, by: Actor, code: str, seen_version: int, reason: str) -> Disclosure:
    """Say why somebody else can still be recognised; whoever wrote the words finds it, sealed.

    The look ends, and the next version asks for another. Raises as
    `confirm_second_look`, Rejected without a reason, vault.Keyless.
    """
    check(text_problems(reason, "reason"))
    version = queries.looks_asked_of(by).get(disclosure__code=code)
    writer, place = version.written_by_id, sent_back_place(version.disclosure)
    vault.make_shred_key(writer)
    told = Draft(pk=uuid7(), user_id=writer, place=place)
    told.text_sealed = vault.seal_text(reason.strip(), told.text_place, owner=writer)
    with transaction.atomic(durable=True):
        version = _locked_look(by, version, seen_version)
        _forget_reason(version.disclosure)
        told.kept_at = database_now()
        told.save(force_insert=True)
        _close_look(version)
        _append(by, "item.sent_back", version.disclosure)
    return version.disclosure


def sent_back_place(item: Disclosure) -> str:
    """Return where the reason waits for whoever wrote the words, among their own drafts."""
    return f"{queries.SENT_BACK}:{item.session_id}:{item.code}"


def _read(original: Disclosure, subjects: set[UUID], text: str, guard: Guard) -> Reading:
    """Read redacted words: they are others than the item's, and name nobody who was left out."""
    before = queries.current_version(original)
    concerned = {subject.member_id for subject in before.subjects.all()}
    check(
        redaction_problems(
            text=text, subjects=subjects, concerned=concerned, speaker=original.speaker_id
        )
    )
    if not concerned <= {one.member for one in guard.roster}:
        raise Rejected({"concerned": Problem.NOT_ON_THE_ROSTER})  # a name could go unseen
    reading = guard.require(text, known=subjects, may_concern=False)
    if vault.fingerprint(reading.text, owner=original.pk) == bytes(before.digest):
        raise Rejected({"text": Problem.SAME_WORDS})
    return reading


def _save(
    by: Actor,
    item: Disclosure,
    original: Disclosure,
    version: DisclosureVersion,
    subjects: set[UUID],
    reading: Reading,
) -> None:
    item.speaker = original.speaker if original.speaker_id in subjects else None
    item.save()
    save_version(version, subjects)
    save_marks(by, reading, version=version)
    originators = staff_among(holders(DisclosureUserPermission, "read_disclosure", original))
    readers = readers_of(item, originators)
    set_holders(DisclosureUserPermission, "read_disclosure", readers, item)
    set_holders(VersionUserPermission, "review_version", reviewers_of(item, originators), version)


def reviewers_of(item: Disclosure, originators: set[UUID]) -> set[UUID]:
    """Another originator who leads the group today; without one who is there, its supervisors."""
    today = queries.today_in(item.group.practice_id)
    wrote = set(item.versions.values_list("written_by", flat=True))
    leading = originators & queries.leaders_on(item.group, today)
    others = holding(leading, Role.FACILITATOR) - wrote
    return others or queries.supervisors_on(item.group, today) - wrote


def _check_in_force(item: Disclosure, seen_version: int) -> None:
    if item.current_version != seen_version:
        raise Rejected({"text": Problem.CHANGED_MEANWHILE})
    if item.state in Disclosure.OUT:
        raise Rejected({"text": Problem.CLOSED})


def _locked_look(by: Actor, version: DisclosureVersion, seen_version: int) -> DisclosureVersion:
    queries.lock_disclosures([version.disclosure_id])
    version = queries.looks_asked_of(by).get(disclosure=version.disclosure_id)
    if version.number != seen_version:
        raise Rejected({"text": Problem.CHANGED_MEANWHILE})
    return version


def _close_look(version: DisclosureVersion) -> None:
    set_holders(VersionUserPermission, "review_version", (), version)


def _forget_reason(item: Disclosure) -> None:
    Draft.objects.filter(place=sent_back_place(item)).delete()


def _append(by: Actor, act: str, item: Disclosure, ids: Iterable[UUID] = ()) -> Entry:
    return trail.append(
        by, act, object_id=item.pk, code=item.code, group=item.group_id, ids=listed(ids)
    )
