"""That somebody belongs to a group of recipients is believed as a grant is: not by its row alone.

Ana allows her words to her care team. Each test changes what the database says of
the clinic belonging to it, and tries to release them to the clinic.
"""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from audit.models import Entry
from audit.trail import append
from consent.facts import gather
from consent.models import ClassMembership, Consent, Recipient
from consent.rules import Block, HousePolicyFacts, Question
from consent.rules.policy import policy_blocks
from consent.services.alarms import FORGED
from consent.services.deciding import decline_consent
from consent.services.recipients import end_class_membership, show_class_member
from consent.services.release import Withheld, open_release
from oversight.queries import open_alarms
from oversight.services import close_alarm
from tests.cast import CastTestCase, recipient
from tests.consent.by_hand import change, columns_of, delete, insert
from tests.consent.test_forgery import ENTRY
from vault import key_ring

LATER = timezone.now() + timedelta(days=400)
COLUMNS = {
    "id": lambda s: uuid4(),
    "recipient_class_id": lambda s: s.team_of_another.pk,
    "recipient_id": lambda s: s.insurer.pk,
    "shown_by_id": lambda s: s.fay.user,
    "since": lambda s: s.shown.since - timedelta(days=1),
    "until": lambda s: LATER,
    "evidence": lambda s: "else",
    "mac_key_id": lambda s: "00000000",
    "mac": lambda s: bytes(32),
}


class ForgedShowings(CastTestCase):
    def setUp(self):
        self.team = recipient(self.adam, "Ana’s care team", Recipient.Kind.CLASS)
        self.team_of_another = recipient(self.adam, "Another team", Recipient.Kind.CLASS)
        self.item = self.said()
        self.consent = self.grants(self.ana, self.asked(self.item, self.team))

    def show(self) -> ClassMembership:
        return show_class_member(by=self.adam, code=self.team.code, recipient=self.clinic.code)

    def end(self) -> None:
        end_class_membership(by=self.adam, code=self.team.code, recipient=self.clinic.code)

    def withheld(self, *, alarm: bool = True) -> None:
        with pytest.raises(Withheld):
            self.releases(self.item)
        tried = Entry.objects.filter(act="release").order_by("-seq")[0]
        assert tried.reasons == "RECIPIENT_MISMATCH"
        told = list(open_alarms(self.practice.pk, [self.group.pk]))
        assert bool(told) is alarm
        for entry in told:
            assert (entry.act, entry.object_id) == (FORGED, self.team.pk)
            close_alarm(by=self.sue, seq=entry.seq)

    def question(self):
        return gather([self.item.pk], recipient=self.clinic.pk, purpose="TREAT")[0]

    def entry(self) -> Entry:
        return Entry.objects.get(act="class.shown", object_id=self.shown.pk)

    def entry_body(self) -> bytes:
        body = bytes(self.entry().body)
        return body.replace(b"class.shown", b"consent.granted")

    def test_a_row_written_by_hand_is_not_believed(self):
        said = ClassMembership(
            recipient_class=self.team,
            recipient=self.clinic,
            shown_by_id=self.adam.user,
            since=timezone.now() - timedelta(days=1),
        )
        insert(said)
        self.withheld()
        with transaction.atomic():  # nor with an entry, as long as nobody had the key
            append(self.adam, "class.shown", object_id=said.pk, code=self.team.code)
        self.withheld()

    def test_each_column_of_it(self):
        assert set(COLUMNS) == set(columns_of(ClassMembership))
        self.shown = self.show()
        for column, to in COLUMNS.items():
            with self.subTest(column):
                true = getattr(self.shown, column)
                change(self.shown, **{column: (value := to(self))})
                moved = column in ("recipient_class_id", "recipient_id")
                if moved:
                    assert self.team.pk not in self.question().classes
                    assert self.team_of_another.pk not in self.question().classes
                else:
                    self.withheld()
                there = ClassMembership(pk=value) if column == "id" else self.shown
                change(there, **{column: true})
        self.releases(self.item)

    def test_each_column_of_the_entry_that_tells_of_it(self):
        self.shown = self.show()
        for column, to in ENTRY.items():
            with self.subTest(column):
                entry, value = self.entry(), to(self)
                change(entry, **{column: value})
                self.withheld()
                moved = Entry.objects.get(hash=entry.hash) if column != "hash" else entry
                change(moved, **{column: getattr(entry, column)})
        self.releases(self.item)

    def test_it_is_not_carried_over_to_somebody_else_nor_to_another_group(self):
        self.shown = self.show()
        change(self.shown, recipient_id=self.insurer.pk)
        with pytest.raises(Withheld):
            self.releases(self.item, self.insurer)
        change(self.shown, recipient_id=self.clinic.pk, recipient_class_id=self.team_of_another.pk)
        assert self.question().classes == frozenset()
        assert self.question().doubted == {self.team_of_another.pk}

    def test_what_ended_is_not_revived_by_its_row(self):
        self.shown = self.show()
        self.end()
        self.withheld(alarm=False)
        for until in (None, LATER):
            change(self.shown, until=until)
            self.withheld()

    def test_a_row_that_was_deleted_and_put_back_is_not_revived_either(self):
        kept = self.show()
        self.end()
        delete(ClassMembership.objects.filter(pk=kept.pk))
        insert(kept)
        self.withheld()

    def test_an_older_showing_does_not_speak_for_a_newer_one(self):
        first = self.show()
        self.end()
        second = self.show()
        self.releases(self.item)
        change(second, mac=first.mac)
        self.withheld()

    def test_an_opening_finds_it_too(self):
        self.shown = self.show()
        release = self.releases(self.item)
        change(self.shown, mac=bytes(32))
        with pytest.raises(Withheld):
            open_release(by=self.fay, code=release.code)
        assert [one.code for one in open_alarms(self.practice.pk, [self.group.pk])] == [
            self.team.code
        ]

    def test_the_alarm_is_raised_beside_a_permission_that_stands_by_itself(self):
        self.shown = self.show()
        change(self.shown, mac=bytes(32))
        self.grants(self.ana, self.asked(self.item))
        self.releases(self.item)
        assert [one.object_id for one in open_alarms(self.practice.pk, [self.group.pk])] == [
            self.team.pk
        ]

    def test_a_no_to_the_group_reaches_whoever_is_said_to_belong_proof_or_not(self):
        item = self.said("Other words.")
        self.grants(self.ana, self.asked(item))
        decline_consent(by=self.ana.actor, code=self.no_to_the_team(item).code)
        self.shown = self.show()
        for mac in (self.shown.mac, bytes(32)):
            change(self.shown, mac=mac)
            with pytest.raises(Withheld):
                self.releases(item)
            assert "REFUSED" in self.last_entry().reasons

    def no_to_the_team(self, item) -> Consent:
        return self.consent_of(self.ana, self.asked(item, self.team))

    def test_a_row_that_was_ended_by_hand_has_ended_without_an_alarm(self):
        self.shown = self.show()
        change(self.shown, until=self.shown.since)
        self.withheld(alarm=False)

    def test_ending_it_needs_no_key_and_ends_whatever_row_is_there(self):
        insert(
            ClassMembership(
                recipient_class=self.team,
                recipient=self.clinic,
                shown_by_id=self.adam.user,
                since=timezone.now(),
                until=LATER,
            )
        )
        self.shown = self.show()
        key_ring.forget()
        with self.settings(GROUPCARE_KEYS_DIR="/nowhere/keys"):
            with pytest.raises(key_ring.Keyless):
                self.question()
            self.end()
        key_ring.forget()
        assert Entry.objects.filter(act="class.ended").count() == 2
        assert self.question().classes == self.question().doubted == frozenset()
        self.withheld(alarm=False)

    def test_without_keys_nobody_is_shown_to_belong(self):
        key_ring.forget()
        with (
            self.settings(GROUPCARE_KEYS_DIR="/nowhere/keys"),
            pytest.raises(key_ring.Keyless),
        ):
            self.show()
        key_ring.forget()
        assert not ClassMembership.objects.exists()


def test_a_block_for_a_group_reaches_whoever_is_said_to_belong_proof_or_not():
    team, other, clinic = (UUID(int=n) for n in range(1, 4))
    question = Question(
        clinic,
        "TREAT",
        timezone.now(),
        classes=frozenset({other}),
        policy=HousePolicyFacts(blocks=(Block("TREAT", team),)),
    )
    assert not policy_blocks(question)
    assert policy_blocks(replace(question, doubted=frozenset({team})))
