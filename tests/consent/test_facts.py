"""The one statement says what the ORM says, over hundreds of states of all kinds."""

import random
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit import trail
from audit.ids import random_code, uuid7
from audit.trail import Actor
from consent.evidence import message, showing
from consent.facts import facts_of, gather
from consent.kinds import Kind
from consent.models import (
    ClassMembership,
    Consent,
    ConsentEvent,
    ConsentRequest,
    Freeze,
    FreezeLift,
    HousePolicy,
    Recipient,
)
from consent.services.ledger import note
from sessions_app.models import (
    Disclosure,
    DisclosureUserPermission,
    DisclosureVersion,
    Facilitation,
    GroupUserPermission,
    Subject,
    VersionUserPermission,
)
from sessions_app.rights import give
from tests.cast import CastTestCase, recipient, user_of
from tests.consent import oracle
from vault import services as vault

STATES = 240
LEDGERS = [
    *([], ["asked"], ["asked", "granted"], ["granted"], ["granted"], ["granted"]),
    *(["asked", "declined"], ["granted", "revoked"], ["granted", "revoked", "granted"]),
    *(["granted", "held"], ["granted", "held", "unheld"], ["granted", "held", "unheld", "held"]),
    *(["declined", "granted"], ["granted", "expired"], ["granted", "superseded"], ["defect"]),
]
FAULTS = [*["none"] * 6, "mac", "no entry", "another counter", "another key", "an event is gone"]


class OnGeneratedStates(CastTestCase):
    """Everything varies on its own; a fault is planted in every other consent or so."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.chance = random.Random(20261124)
        cls.clinics = Recipient.objects.create(
            practice=cls.practice,
            code="P-CLASS1",
            kind="class",
            name_sealed=b"",
            address_sealed=b"",
        )
        cls.own = Recipient.objects.create(
            practice=cls.practice, code="P-ANA222", kind="person", member=cls.ana.member,
            name_sealed=b"", address_sealed=b"",
        )  # fmt: skip
        cls.readers = [cls.clinic, cls.insurer, cls.own]
        cls.people = [cls.ana.member, cls.ben.member, cls.cleo.member]
        cls.items = []
        for _ in range(STATES):
            cls.items.append(cls.invented())

    @classmethod
    def invented(cls):
        chance, now = cls.chance, timezone.now()
        item = Disclosure.objects.create(
            code=random_code("D"), group=cls.group, session=cls.session, kind="item",
            record_class=chance.choice(["psychotherapy", "sud_counseling"]),
            state=chance.choice(["asked", "asked", "asked", "draft", "error"]),
            subjects_resolved=chance.random() < 0.9, current_version=1,
            redacted_from=chance.choice(cls.items) if cls.items and chance.random() < 0.3 else None,
            second_look_at=chance.choice([None, now]),
        )  # fmt: skip
        count = chance.choice([1, 1, 2, 3])
        versions = [cls.version(item, number) for number in range(1, count + 1)]
        current = chance.choice([count, count, count, count, 1])
        item.current_version = current
        concerned = list(versions[current - 1].subjects.all())
        item.speaker_id = chance.choice([s.member_id for s in concerned] + [None])
        item.save()
        for version in versions:
            for subject in version.subjects.all():
                for _ in range(chance.choice([0, 1, 1, 2])):
                    cls.consent(version, subject.member)
        for right, holder in (
            (DisclosureUserPermission, item),
            (VersionUserPermission, versions[-1]),
        ):
            name = "read_disclosure" if holder is item else "release_version"
            for one in (cls.fay, cls.cody, cls.otto):
                if chance.random() < 0.7:
                    give(right, name, one.user, holder)
        return item

    @classmethod
    def version(cls, item, number):
        version = DisclosureVersion.objects.create(
            disclosure=item, number=number, text_sealed=b"", digest=cls.chance.randbytes(32),
            written_by_id=cls.fay.user, recorded_at=timezone.now(),
        )  # fmt: skip
        for member in cls.chance.sample(cls.people, cls.chance.choice([0, 1, 1, 2, 2, 3])):
            Subject.objects.create(version=version, member=member)
        return version

    @classmethod
    def consent(cls, version, member):
        chance, now = cls.chance, timezone.now()
        reader = chance.choice(cls.readers)
        purposes = chance.choice([["TREAT"], ["COC"], ["TREAT", "HPAYMT"], [], ["HPAYMT"]])
        effective = now + timedelta(days=chance.choice([-9, -9, -9, 2]))
        expires = effective + timedelta(days=chance.choice([3, 90]))
        request = ConsentRequest.objects.create(
            practice=cls.practice, code=random_code("Q"), recipient=reader, purposes=purposes,
            effective=effective, expires=expires, answer_by=expires, asked_by=user_of(cls.fay),
            asked_at=now,
        )  # fmt: skip
        consent = Consent.objects.create(
            code=random_code("C"), request=request, member=member, version=version,
            recipient=reader, purposes=purposes, effective=effective, expires=expires,
            recipient_class=cls.clinics if chance.random() < 0.2 else None,
        )  # fmt: skip
        by = Actor(cls.practice.pk, member.user_id, "member")
        fault = chance.choice(FAULTS)
        ledger = chance.choice(LEDGERS)
        start = chance.randrange(50)
        for counter, kind in enumerate(ledger, start=start):
            event = ConsentEvent(
                pk=uuid7(), consent=consent, counter=counter, kind=kind, at=now, by_id=by.user,
                evidence=chance.choice(["", "online", "in_room", "paper"]),
                text_version="question-1",
                until=chance.choice([None, expires, now + timedelta(days=1)]),
                signature_sealed=chance.randbytes(9),
            )  # fmt: skip
            if kind in ("granted", "unheld"):
                subjects = version.subjects.values_list("member_id", flat=True)
                words = message(consent, event, digest=version.digest, subjects=subjects)
                mac = vault.authenticate(words)
                event.mac, event.mac_key_id = mac.value, mac.key_id
                if fault == "mac":
                    event.mac = bytes(32)
                if fault == "another key":
                    event.mac_key_id = "00000000"
            told = replace_counter(event, 1) if fault == "another counter" else event
            if kind != "asked" and fault != "no entry":
                note(by, consent, told)
            if fault != "an event is gone" or counter < start + len(ledger) - 1:
                event.save(force_insert=True)

    def compare(self, reader, releaser, items=STATES):
        ids = [item.pk for item in self.items[:items]]
        _, batch = gather(ids, recipient=reader, purpose="TREAT", releaser=releaser)
        assert set(batch) == set(ids)
        for pk in ids:
            expected = oracle.facts_of(pk, reader, releaser)
            assert without_choice(batch[pk]) == without_choice(expected)
        return batch

    def test_both_say_the_same_of_every_state_and_the_states_differ(self):
        batch = self.compare(self.clinic.pk, self.fay)
        for one in self.items[:20]:
            single = facts_of(one.pk, recipient=self.clinic.pk, releaser=self.fay)
            assert without_choice(single) == without_choice(batch[one.pk])
        events = [
            e for f in batch.values() for s in f.subjects for c in s.consents for e in c.events
        ]
        kinds = {(event.kind, event.authentic) for event in events}
        assert {(Kind.GRANTED, True), (Kind.GRANTED, False)} <= kinds
        assert {(Kind.UNHELD, True), (Kind.UNHELD, False)} <= kinds
        for field in ("releaser_may_read", "releaser_may_release", "unchecked_redaction", "part2"):
            assert {getattr(facts, field) for facts in batch.values()} == {True, False}, field
        assert {s.agreement_signed for f in batch.values() for s in f.subjects} == {True, False}
        assert any(
            c.disclosure != f.disclosure
            for f in batch.values()
            for s in f.subjects
            for c in s.consents
        )

    def test_to_another_reader_and_without_a_releaser_too(self):
        self.compare(self.own.pk, None, 60)

    def test_a_right_is_today_s_and_needs_both_rows_and_the_period(self):
        readable = lambda by: {  # noqa: E731
            facts.releaser_may_read for facts in self.compare(self.clinic.pk, by, 12).values()
        }
        assert True in readable(self.cody)
        yesterday = self.today - timedelta(days=1)
        led = Facilitation.objects.filter(user=self.cody.user, group=self.group)
        led.update(until=yesterday)
        assert readable(self.cody) == {False}
        led.update(until=self.today, since=self.today)
        assert True in readable(self.cody)
        led.update(since=self.today + timedelta(days=1), until=None)
        assert readable(self.cody) == {False}
        led.update(since=yesterday)
        GroupUserPermission.objects.filter(user=self.cody.user).delete()
        assert readable(self.cody) == {False}
        assert readable(self.otto) == {False}, "he has rows on items, and does not lead the group"


def replace_counter(event, by):
    return ConsentEvent(consent=event.consent, kind=event.kind, counter=event.counter + by)


def without_choice(facts):
    """Leave out which consent about another item was taken: that there is one is what counts."""
    subjects = tuple(
        replace(
            subject,
            consents=tuple(
                c if c.disclosure == facts.disclosure else "another item" for c in subject.consents
            ),
        )
        for subject in facts.subjects
    )
    return replace(facts, subjects=subjects)


class TheQuestionAsItIsAskedNow(CastTestCase):
    def setUp(self):
        self.item = self.said()

    def ask(self, to=None):
        question, facts = gather([self.item.pk], recipient=(to or self.clinic).pk, purpose="TREAT")
        assert set(facts) == {self.item.pk}
        assert question.policy == oracle.policy_of(self.practice.pk)
        assert question.frozen == oracle.is_frozen(self.practice.pk)
        assert question.classes == oracle.classes_of(question.recipient)
        assert question.asker == oracle.asker_of(question.recipient)
        return question

    def test_it_is_one_statement_for_one_item_and_for_fifty(self):
        ids = [self.item.pk, *(self.said(f"Words {n}.").pk for n in range(4)), uuid4()]
        with CaptureQueriesContext(
            connection,
        ) as seen:
            gather(ids, recipient=self.clinic.pk, purpose="TREAT", releaser=self.fay)
        assert len(seen) == 1

    def test_its_instant_is_the_database_s(self):
        before = timezone.now()
        assert (
            before - timedelta(seconds=1) <= self.ask().at <= timezone.now() + timedelta(seconds=1)
        )

    def test_the_latest_policy_of_this_house_is_in_force(self):
        now = timezone.now()
        for practice, days, at in (
            (self.practice, 30, now),
            (self.practice, 10, now - timedelta(days=1)),
            (self.other_practice, 5, now + timedelta(days=1)),
        ):
            by = self.adam if practice == self.practice else self.zoe
            HousePolicy.objects.create(
                practice=practice, longest_days=days, cooling_off_hours=48, in_person=True,
                set_by=user_of(by), set_at=at,
            )  # fmt: skip
        policy = self.ask().policy
        assert (policy.longest, policy.cooling_off) == (timedelta(days=30), timedelta(days=2))
        assert policy.in_person

    def test_frozen_until_two_people_lifted_it(self):
        for practice in (self.practice, None):
            freeze = Freeze.objects.create(practice=practice, cause="person", at=timezone.now())
            assert self.ask().frozen
            for person, role in ((self.adam, "administrator"), (self.sue, "supervisor")):
                assert self.ask().frozen
                FreezeLift.objects.create(
                    freeze=freeze, by=user_of(person), role=role, at=timezone.now()
                )
            assert not self.ask().frozen
        Freeze.objects.create(practice=self.other_practice, cause="person", at=timezone.now())
        assert not self.ask().frozen

    def test_classes_are_those_shown_now(self):
        now, hour = timezone.now(), timedelta(hours=1)
        for since, until in ((-hour, None), (-hour, hour), (-hour, -hour / 2), (hour, None)):
            one = recipient(self.adam, "A class")
            proven = ClassMembership(
                recipient_class=one, recipient=self.clinic, shown_by=user_of(self.adam),
                since=now + since, until=now + until if until else None,
            )  # fmt: skip
            mac = vault.authenticate(showing(proven))
            proven.mac_key_id, proven.mac = mac.key_id, mac.value
            proven.save()
            with transaction.atomic():
                trail.append(self.adam, "class.shown", object_id=proven.pk)
        assert len(self.ask().classes) == 2
        assert not self.ask().doubted
        assert not self.ask(self.insurer).classes

    def test_an_item_of_another_house_and_one_that_is_not_there_are_missing(self):
        far = self.held(self.zoe, self.far_group, present=[self.zed])
        there = Disclosure.objects.create(
            code="D-FAR222", group=self.far_group, session=far, record_class="psychotherapy"
        )
        DisclosureVersion.objects.create(
            disclosure=there, number=1, text_sealed=b"", digest=b"", written_by_id=self.zoe.user,
            recorded_at=timezone.now(),
        )  # fmt: skip
        ids = [self.item.pk, there.pk, uuid4()]
        assert set(gather(ids, recipient=self.clinic.pk, purpose="TREAT")[1]) == {self.item.pk}
        assert gather([], recipient=self.clinic.pk, purpose="TREAT")[1] == {}
