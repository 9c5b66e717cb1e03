"""The demo's record: true to itself on paper, and the same facts in the database each time."""

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import combinations

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import TestCase, TransactionTestCase
from django.utils import timezone

from accounts.models import Practice, User
from accounts.services import note_sign_in
from audit import trail
from audit.trail import Actor
from consent import queries as consents
from consent.models import Consent, ConsentRequest, HandOver, Recipient, Release
from consent.queries import ItemState, Standing, item_states, standing
from groupcare import demo_record as record
from groupcare.demo_loading import disk_not_awaited
from groupcare.demo_record.shapes import Evening, Group, Said
from sessions_app.models import (
    PRESENT,
    Attendance,
    AttendanceStatus,
    Disclosure,
    DisclosureVersion,
    GroupNote,
    GroupSession,
    Member,
    Membership,
    TherapyGroup,
)
from tests.cast import BOTH
from vault import services as vault
from vault.services import Sealed

TODAY = "2026-11-03"
# Changed the record on purpose? Read what changed in it, then write the new digest here.
DIGEST = "00c02dfb28b96f47424ba1e84b31472f53735777f7b4f983a3a40c0b9100cc16"


def every_evening() -> Iterator[tuple[Group, int, Evening]]:
    for group in record.GROUPS:
        for number, evening in enumerate(group.evenings, 1):
            yield group, number, evening


def every_item() -> list[Said]:
    return [said for _, _, evening in every_evening() for said in evening.said]


def named_in(text: str, group: Group) -> set[str]:
    """Who of the group a text names, as they are called."""
    words = set(re.findall(r"\w+", text))
    return {member.called for member in group.members if member.known_as & words}


def runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[n : n + 5]) for n in range(len(words) - 4)}


def test_no_two_items_share_more_than_a_fifth_of_their_five_word_runs():
    every = [(said.text, runs(said.text)) for said in every_item()]
    alike = [
        (one, other)
        for (one, a), (other, b) in combinations(every, 2)
        if len(a & b) > 0.2 * min(len(a), len(b))
    ]
    assert alike == []
    assert min(len(found) for _, found in every) > 10


def test_the_measure_of_likeness_finds_a_sentence_that_was_only_touched_up():
    one = runs("I counted the bottles before I threw them away, and there were eleven of them.")
    other = runs("I counted the bottles before I threw them away, and there were nine of them.")
    assert len(one & other) > 0.2 * min(len(one), len(other))


def test_whom_an_item_names_are_those_it_concerns():
    wrong = [
        (said.speaker, said.text)
        for group, _, evening in every_evening()
        for said in evening.said
        if named_in(said.text, group) - {said.speaker} != set(said.concerned)
    ]
    assert wrong == []


def test_a_group_note_names_nobody_and_a_progress_note_nobody_else():
    for group, number, evening in every_evening():
        assert named_in(evening.note, group) == set(), (group.name, number)
        for called, text in evening.progress.items():
            assert named_in(text, group) <= {called}, (group.name, number, called)


def test_who_was_at_the_latest_three_sessions_has_a_note_but_for_one_who_waits():
    missing = [
        (group.name, number, member.called)
        for group, number, evening in every_evening()
        if number >= 10
        for member in group.on_the_roster(number)
        if (evening.mark_of(member.called).status in PRESENT) != (member.called in evening.progress)
    ]
    assert missing == [("Tuesday evening group", 12, "Priya")]


def test_no_two_notes_are_the_same():
    notes = [evening.note for _, _, evening in every_evening()]
    notes += [text for _, _, evening in every_evening() for text in evening.progress.values()]
    assert len(set(notes)) == len(notes)


def test_a_name_is_unlike_every_other_in_its_group_and_a_sign_in_name_in_the_house():
    for group in record.GROUPS:
        for one, other in combinations(group.members, 2):
            assert not one.known_as & other.known_as
    issued = [person.sign_in_name for person in (*record.STAFF, *record.MEMBERS)]
    assert len(set(issued)) == len(issued)


class LoadedRecord(TestCase):
    databases = BOTH

    @classmethod
    def setUpTestData(cls) -> None:
        call_command("load_demo", "--today", TODAY)

    def test_the_same_facts_are_there_at_each_loading(self):
        lines = sorted("\x1f".join(fact) for fact in _facts())
        assert len(lines) > 700
        digest = sha256("\n".join(lines).encode()).hexdigest()
        assert digest == DIGEST

    def test_it_is_as_large_as_a_practice(self):
        versions = DisclosureVersion.objects.filter(number=1, disclosure__kind="item")
        several = [one for one in versions if one.subjects.count() > 1]
        assert TherapyGroup.objects.count() == 4
        assert Member.objects.count() == 26
        assert GroupSession.objects.count() == 48
        assert versions.count() >= 160
        assert len(several) >= 45
        assert GroupNote.objects.exclude(signed_at=None).count() == 48
        assert ConsentRequest.objects.count() >= 25
        assert Recipient.objects.count() == 10

    def test_sessions_lie_a_week_apart_before_the_day_and_the_roster_changes(self):
        for group in TherapyGroup.objects.all():
            held = GroupSession.objects.filter(group=group).order_by("starts")
            days = [session.local_day() for session in held]
            assert {(later - day).days for day, later in zip(days, days[1:], strict=False)} == {7}
            assert {day.weekday() for day in days} == {group.weekday}
            assert str(days[-1]) < TODAY
        assert Membership.objects.exclude(until=None).count() == 1
        assert Membership.objects.filter(agreement_signatures=None).count() == 1
        statuses = set(Attendance.objects.values_list("status", flat=True))
        assert statuses == set(AttendanceStatus.values) - {AttendanceStatus.EXPECTED}
        assert Attendance.objects.filter(status="late", arrived_at=None).count() == 0

    def test_every_state_of_an_item_and_of_an_answer_is_there(self):
        current = [
            version
            for version in DisclosureVersion.objects.select_related("disclosure").filter(
                disclosure__kind="item"
            )
            if version.number == version.disclosure.current_version
        ]
        assert set(item_states(current).values()) == set(ItemState)
        now = timezone.now()
        assert {standing(one, now) for one in _every_consent()} == set(Standing)

    def test_a_question_waits_with_its_speaker_and_another_with_the_other_one(self):
        now = timezone.now()
        speakers, others = set(), set()
        for consent in _every_consent():
            if standing(consent, now) is Standing.WAITING:
                spoke = consent.member_id == consent.version.disclosure.speaker_id
                (speakers if spoke else others).add(consent.pk)
        assert speakers
        assert others

    def test_some_went_out_some_were_withheld_and_some_were_asked_again(self):
        decisions = list(Release.objects.values_list("decision", flat=True))
        assert decisions.count("withhold") == 3
        assert HandOver.objects.count() == 6
        twice = [one for one in DisclosureVersion.objects.all() if one.requests.count() > 1]
        assert twice, "nobody was asked for a second recipient"
        anew = DisclosureVersion.objects.filter(number=2)
        assert {version.requests.exists() for version in anew} == {True, False}

    def test_today_has_one_note_to_write_and_one_to_sign(self):
        [waiting] = Disclosure.objects.filter(kind="progress_note", state="draft")
        session = waiting.session
        there = session.attendances.filter(status__in=PRESENT).values("member")
        noted = Disclosure.objects.filter(session=session, kind="progress_note").values("about")
        [left] = Member.objects.filter(pk__in=there).exclude(pk__in=noted)
        assert waiting.about.user.sign_in_name == record.DANIEL.sign_in_name
        assert left.user.sign_in_name == record.PRIYA.sign_in_name


def _every_consent() -> list[Consent]:
    """Every consent as its member's own page has it."""
    members = [Actor(m.practice_id, m.user_id, "member") for m in Member.objects.all()]
    return [consent for member in members for consent in consents.own_consents(member)]


class TheDisk(TransactionTestCase):
    databases = BOTH

    def test_is_awaited_again_after_loading_even_after_one_that_failed(self):
        with pytest.raises(ZeroDivisionError), disk_not_awaited():
            assert {_waits(alias) for alias in BOTH} <= {False, None}
            raise ZeroDivisionError
        assert {_waits(alias) for alias in BOTH} <= {True, None}


def _waits(alias: str) -> bool | None:
    """Whether a commit waits for the disk; PostgreSQL always does and is not asked."""
    if connections[alias].vendor != "sqlite":
        return None
    with connections[alias].cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        return bool(cursor.fetchone()[0])


def _facts() -> Iterator[list[str]]:
    for practice in Practice.objects.order_by("name"):
        reader = User.objects.filter(practice=practice, staff_roles__role="facilitator")[0]
        sign_in = note_sign_in(user=reader, device="test")
        yield from _Reader(
            practice, Actor(practice.pk, reader.pk, "facilitator", sign_in.pk)
        ).read()


class _Reader:
    """Opens everything of one practice, under receipts, and tells it without ids and codes."""

    def __init__(self, practice: Practice, by: Actor) -> None:
        self.practice, self.by = practice, by
        members = list(Member.objects.filter(practice=practice))
        users = list(User.objects.filter(practice=practice))
        self.recipients = list(Recipient.objects.filter(practice=practice))
        self.members = self.opened({m.pk: m.sealed_name for m in members})
        self.users = self.opened({u.pk: u.sealed_name for u in users})
        self.sent_to = self.opened({r.pk: r.sealed_name for r in self.recipients})

    def opened(self, sealed: dict[object, Sealed]) -> dict[object, str]:
        receipt = trail.receipt_for(self.by, "demo.read", [s.place.row for s in sealed.values()])
        words = vault.open_all(list(sealed.values()), receipt)
        return dict(zip(sealed, words, strict=True))

    def one(self, sealed: Sealed) -> str:
        return self.opened({None: sealed})[None]

    def names(self, members: Iterable[object]) -> str:
        return ", ".join(sorted(self.members[member] for member in members))

    def when(self, session: GroupSession) -> str:
        zone = self.practice.zone
        return f"{session.starts.astimezone(zone):%F %R} to {session.ends.astimezone(zone):%R}"

    def read(self) -> Iterator[list[str]]:
        yield ["practice", self.practice.name, self.practice.time_zone, str(self.practice.small)]
        for user in User.objects.filter(practice=self.practice):
            roles = ", ".join(sorted(user.staff_roles.values_list("role", flat=True)))
            yield ["person", user.sign_in_name, self.users[user.pk], roles]
        for one in self.recipients:
            yield ["recipient", self.sent_to[one.pk], self.one(one.sealed_address)]
        for group in TherapyGroup.objects.filter(practice=self.practice):
            yield from self.group(group)

    def group(self, group: TherapyGroup) -> Iterator[list[str]]:
        name = self.one(group.sealed_name)
        rhythm = f"{group.weekday} {group.starts_at} {group.ends_at}"
        leaders = sorted(self.users[f.user_id] for f in group.facilitations.all())
        reviewers = sorted(self.users[s.user_id] for s in group.supervisions.all())
        yield ["group", name, group.modality, group.record_class, rhythm, *leaders, *reviewers]
        for stint in group.memberships.select_related("member"):
            others = self.opened(dict(stint.member.sealed_others))
            signed = hasattr(stint, "agreement_signature")
            yield [
                *("member", name, self.members[stint.member_id], str(sorted(others.items()))),
                *(str(stint.since), str(stint.until), str(signed)),
            ]
        for session in group.group_sessions.select_related("group__practice"):
            yield from self.session(name, session)

    def session(self, group: str, session: GroupSession) -> Iterator[list[str]]:
        when = self.when(session)
        note = self.one(session.note.sealed_text(self.practice.pk))
        yield ["session", group, when, note, str(session.note.signed)]
        for one in session.attendances.all():
            yield [
                "there",
                group,
                when,
                self.members[one.member_id],
                one.status,
                f"{one.arrived_at}",
            ]
        for item in session.disclosures.all():
            yield from self.item(group, when, item)

    def item(self, group: str, when: str, item: Disclosure) -> Iterator[list[str]]:
        of = self.members.get(item.speaker_id or item.about_id, "")
        versions = list(item.versions.order_by("number"))
        texts = self.opened({v.pk: v.sealed_text(self.practice.pk) for v in versions})
        for version in versions:
            concerned = self.names(version.subjects.values_list("member", flat=True))
            text = texts[version.pk]
            yield [
                *(item.kind, group, when, of, item.state, f"{version.number}", text, concerned),
            ]
            for consent in version.consents.prefetch_related(consents.LEDGER):
                kinds = " ".join(event.kind for event in consent.events.all())
                reader = self.sent_to[consent.recipient_id]
                purposes = " ".join(consent.purposes)
                member = self.members[consent.member_id]
                yield ["consent", text, member, reader, purposes, kinds]
