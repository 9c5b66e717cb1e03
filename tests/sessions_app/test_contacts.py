"""R65: an emergency contact opens for a reason; somebody else than the reader reviews it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import Practice, Role
from accounts.services import create_staff, note_sign_in
from accounts.staffing import deactivate
from audit.models import Entry
from audit.trail import Actor
from sessions_app import queries
from sessions_app.models import ContactReading, Member, Membership
from sessions_app.rules import Problem
from sessions_app.services.contacts import read_contact, review_reading, write_contact
from sessions_app.services.groups import add_facilitator, assign_supervisor
from sessions_app.services.stints import end_stint
from tests.cast import CastTestCase, refused, user_of
from vault import services as vault

CALL = "Bruno, brother, 555-0139"


class Contacts(CastTestCase):
    def setUp(self) -> None:
        self.writes(CALL)

    def writes(self, contact: str, by: Actor | None = None) -> Member:
        code = self.ana.member.code
        by = by or self.fay
        return write_contact(by=by, group=self.group, member_code=code, contact=contact)

    def reads(self, by: Actor | None = None, why: str = "She did not come home.") -> Any:
        code = self.ana.member.code
        return read_contact(by=by or self.fay, group=self.group, member_code=code, why=why)

    def waiting(self, by: Actor) -> list[ContactReading]:
        return list(queries.readings_to_review(by))

    def supervisor(self, name: str = "Sol") -> Actor:
        issued = create_staff(
            by=self.adam, practice=self.practice.pk, name=name, roles=[Role.SUPERVISOR]
        )
        stay = note_sign_in(user=issued.user, device="test")
        return Actor(self.practice.pk, issued.user.pk, Role.SUPERVISOR, stay.pk)

    def test_it_opens_with_the_receipt_of_a_reading_and_says_who_and_for_whom(self):
        member, receipt = self.reads()
        sealed = member.sealed_contact
        assert sealed
        assert vault.open(sealed, receipt) == CALL
        entry = Entry.objects.get(act="contact.opened")
        assert (entry.actor, entry.code, entry.group) == (
            self.fay.user,
            self.ana.member.code,
            self.group.pk,
        )

    def test_without_a_reason_nothing_is_read_nor_noted(self):
        for why in ("", "  \n", "!!!"):
            with refused(Problem.REQUIRED):
                self.reads(why=why)
        with refused(Problem.TOO_LONG):
            self.reads(why="x" * 2001)
        with refused(Problem.CANNOT_BE_KEPT):
            self.reads(why="a\0b")
        assert not ContactReading.objects.exists()

    def test_that_there_is_none_is_learnt_with_a_reason_too(self):
        self.writes("   ")
        member, _ = self.reads()
        assert member.sealed_contact is None
        assert ContactReading.objects.count() == 1

    def test_too_much_and_what_cannot_be_kept(self):
        with refused(Problem.TOO_LONG):
            self.writes("x" * 401)
        with refused(Problem.CANNOT_BE_KEPT):
            self.writes("a\0b")

    def test_nobody_reads_it_of_whom_the_group_is_not(self):
        with pytest.raises(Membership.DoesNotExist):
            read_contact(
                by=self.fay, group=self.group, member_code=self.dora.member.code, why="A call."
            )

    def test_it_opens_of_somebody_who_left_and_is_written_down_anew(self):
        self.ends(self.ana)
        self.reads()
        self.reads(by=self.sue)
        self.writes("Bruna, sister, 555-0140")
        member, receipt = self.reads()
        assert vault.open(member.sealed_contact, receipt) == "Bruna, sister, 555-0140"

    def test_who_came_to_lead_the_group_later_reads_none_of_who_left_before(self):
        self.ends(self.ana, days_ago=1)
        add_facilitator(by=self.fay, group=self.group, user=user_of(self.otto), since=self.today)
        with pytest.raises(Membership.DoesNotExist):
            self.reads(by=self.otto)

    def ends(self, member: Any, days_ago: int = 0) -> None:
        until = self.today - timedelta(days=days_ago)
        code = member.member.code
        end_stint(by=self.fay, group=self.group, member_code=code, until=until)

    def test_neither_contact_nor_reason_stands_in_clear(self):
        self.reads(why="Unmistakable words.")
        with connection.cursor() as cursor:
            for table in ("sessions_app_member", "sessions_app_contactreading", "audit_entry"):
                cursor.execute(f"SELECT * FROM {table}")
                raw = b"".join(
                    bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
                    for row in cursor.fetchall()
                    for cell in row
                )
                assert b"555-0139" not in raw
                assert b"Unmistakable" not in raw

    def test_a_supervisor_of_the_group_reviews_and_the_reader_never(self):
        self.reads()
        assert self.waiting(self.fay) == []
        [reading] = self.waiting(self.sue)
        review_reading(by=self.sue, reading_id=reading.pk, in_order=True)
        assert self.last_entry().act == "contact.reviewed"
        assert self.waiting(self.sue) == []
        with pytest.raises(ContactReading.DoesNotExist):
            review_reading(by=self.sue, reading_id=reading.pk, in_order=False)

    def test_a_supervisor_who_read_it_waits_for_another_supervisor(self):
        self.reads(by=self.sue)
        assert self.waiting(self.sue) == []
        with pytest.raises(ContactReading.DoesNotExist):
            [reading] = ContactReading.objects.all()
            review_reading(by=self.sue, reading_id=reading.pk, in_order=True)
        sol = self.supervisor()
        assert self.waiting(sol) == [reading], "nobody else reviews this group"
        other = self.supervisor("Sam")
        since = self.today
        assign_supervisor(by=self.adam, group=self.group, user=user_of(other), since=since)
        assert self.waiting(sol) == []
        assert self.waiting(other) == [reading]

    def test_once_who_reviews_the_group_has_left_any_supervisor_reviews(self):
        self.reads()
        sol = self.supervisor()
        assert self.waiting(sol) == []
        deactivate(by=self.adam, person=self.sue.user)
        [reading] = self.waiting(sol)
        review_reading(by=sol, reading_id=reading.pk, in_order=True)

    def test_other_groups_and_other_practices_find_nothing(self):
        self.reads()
        zoe = Actor(self.zoe.practice, self.zoe.user, Role.SUPERVISOR, self.zoe.sign_in)
        assert self.waiting(zoe) == []
        assert self.waiting(self.supervisor()) == []

    def test_in_a_small_practice_the_outside_colleague_reviews(self):
        Practice.objects.filter(pk=self.practice.pk).update(small=True)
        self.reads(by=self.sue)
        uma = Actor(self.practice.pk, self.cody.user, Role.OUTSIDE_COLLEAGUE, self.cody.sign_in)
        [reading] = self.waiting(uma)
        review_reading(by=uma, reading_id=reading.pk, in_order=False)
        assert bytes(self.last_entry().body).find(b"questioned") > 0
