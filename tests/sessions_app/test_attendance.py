"""Who was there: six answers, cell by cell, and no colleague's answer lost."""

import threading
from contextlib import suppress
from datetime import datetime, time, timedelta
from unittest.mock import patch
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import connections

from audit.models import Entry
from consent.services.voiding import void_item
from sessions_app import queries
from sessions_app.models import Attendance, AttendanceStatus, Membership
from sessions_app.rules import Problem, Rejected
from sessions_app.services import sessions as service
from sessions_app.services.groups import add_member
from sessions_app.services.sessions import log_session, mark_attendance, mark_everybody_here
from sessions_app.services.stints import end_stint
from tests.cast import ZONE, CastTestCase, TransactionalCastTestCase, refused

ABSENT, LATE, ATTENDED = (AttendanceStatus(s) for s in ("absent", "late", "attended"))


def logged(cast, *, days_ago=1, start=time(18), minutes=90):
    """A session at a time of the practice's day; nobody has said yet who came."""
    day = cast.today - timedelta(days=days_ago)
    starts = datetime.combine(day, start, ZoneInfo(ZONE))
    ends = starts + timedelta(minutes=minutes)
    return log_session(by=cast.fay, group=cast.group, starts=starts, ends=ends, once=uuid4())


class Marking(CastTestCase):
    def setUp(self):
        self.evening = logged(self)

    def mark(self, member, status, *, seen=1, by=None, session=None, arrived_at=None):
        return mark_attendance(
            by=by or self.fay,
            session=session or self.evening,
            member=member.member.pk,
            status=status,
            arrived_at=arrived_at,
            seen=seen,
        )

    def cell(self, member, session=None) -> Attendance:
        return Attendance.objects.get(session=session or self.evening, member=member.member)

    def entries(self) -> int:
        return Entry.objects.filter(act="attendance.marked").count()

    def test_each_of_the_six_answers_is_kept_and_leaves_an_entry(self):
        assert len(AttendanceStatus) == 6
        others = [s for s in AttendanceStatus if s != AttendanceStatus.EXPECTED]
        for seen, status in enumerate([*others, AttendanceStatus.EXPECTED], start=1):
            assert self.mark(self.ana, status, seen=seen).revision == seen + 1
            assert self.cell(self.ana).status == status
        assert self.entries() == 6
        entry = self.last_entry()
        assert (entry.object_id, entry.code) == (self.evening.pk, self.group.code)

    def test_only_the_late_have_a_time(self):
        for status in AttendanceStatus:
            if status != LATE:
                with refused(Problem.ONLY_THE_LATE_ARRIVE):
                    self.mark(self.ana, status, arrived_at=time(18, 10))
        assert self.mark(self.ana, LATE, arrived_at=time(18, 10)).arrived_at == time(18, 10)
        assert self.mark(self.ana, LATE, seen=2).arrived_at is None

    def test_the_time_lies_within_the_session_ends_included(self):
        for wrong in (time(17, 59), time(19, 31), time(0)):
            with refused(Problem.OUTSIDE_THE_SESSION):
                self.mark(self.ana, LATE, arrived_at=wrong)
        for seen, right in enumerate((time(18), time(18, 45), time(19, 30)), start=1):
            self.mark(self.ana, LATE, arrived_at=right, seen=seen)

    def test_a_session_past_midnight_has_its_times_on_both_sides(self):
        night = logged(self, days_ago=3, start=time(23), minutes=90)
        for wrong in (time(22, 59), time(0, 31), time(12)):
            with refused(Problem.OUTSIDE_THE_SESSION):
                self.mark(self.ana, LATE, arrived_at=wrong, session=night)
        for seen, right in enumerate((time(23, 15), time(0), time(0, 30)), start=1):
            self.mark(self.ana, LATE, arrived_at=right, seen=seen, session=night)

    def test_a_colleagues_other_answer_stays_and_one_is_told(self):
        self.mark(self.ana, ABSENT, by=self.cody)
        before = self.entries()
        with refused(Problem.CHANGED_MEANWHILE):
            self.mark(self.ana, ATTENDED)
        assert (self.cell(self.ana).status, self.cell(self.ana).revision) == (ABSENT, 2)
        assert self.entries() == before

    def test_a_colleagues_other_cell_is_no_conflict(self):
        self.mark(self.ana, ABSENT, by=self.cody)
        self.mark(self.ben, LATE)
        assert (self.cell(self.ana).status, self.cell(self.ben).status) == (ABSENT, LATE)

    def test_the_same_answer_twice_changes_nothing_and_writes_nothing(self):
        self.mark(self.ana, LATE, arrived_at=time(18, 10))
        before = self.entries()
        for seen in (1, 2):  # from the page before it, and from the page after
            self.mark(self.ana, LATE, arrived_at=time(18, 10), seen=seen, by=self.cody)
        assert (self.cell(self.ana).revision, self.entries()) == (2, before)

    def test_another_time_is_another_answer(self):
        self.mark(self.ana, LATE, arrived_at=time(18, 10))
        with refused(Problem.CHANGED_MEANWHILE):
            self.mark(self.ana, LATE, arrived_at=time(18, 20))

    def test_whose_stint_had_ended_or_not_begun_is_refused(self):
        day = self.today - timedelta(days=1)
        code = self.ben.member.code
        end_stint(by=self.fay, group=self.group, member_code=code, until=day - timedelta(days=1))
        new = add_member(
            by=self.fay, group=self.group, name="Nell Novak", since=self.today, once=uuid4()
        )
        for member in (self.ben.member, new.member, self.dora.member, self.zed.member):
            with refused(Problem.NOT_ON_THE_ROSTER):
                mark_attendance(
                    by=self.fay, session=self.evening, member=member.pk, status=ATTENDED, seen=0
                )
        assert self.entries() == 0

    def test_the_last_day_of_a_stint_still_counts(self):
        day = self.today - timedelta(days=1)
        end_stint(by=self.fay, group=self.group, member_code=self.ben.member.code, until=day)
        assert self.mark(self.ben, ATTENDED).was_there

    def test_a_stint_does_not_end_before_the_last_evening_that_somebody_was_at(self):
        day = self.today - timedelta(days=1)
        self.mark(self.ben, LATE)
        with refused(Problem.THERE_LATER):
            self.ends(self.ben, day - timedelta(days=1))
        assert self.ends(self.ben, day).until == day

    def test_nor_before_one_of_which_an_item_concerns_them(self):
        self.signs(self.cleo)
        item = self.said("Ben waited for me.", self.cleo, self.ben)
        day = self.session.local_day()
        with refused(Problem.THERE_LATER):
            self.ends(self.ben, day - timedelta(days=1))
        self.ends(self.ben, day)
        request = self.asked(item)
        self.grants(self.cleo, request)
        self.grants(self.ben, request)
        assert self.releases(item)

    def test_an_evening_they_missed_and_an_item_in_error_keep_nobody(self):
        item = self.said("Ben waited for me.", self.ana, self.ben)
        void_item(by=self.fay, code=item.code)
        self.mark(self.ben, ABSENT)
        assert self.ends(self.ben, self.session.local_day() - timedelta(days=1)).until

    def ends(self, member, until) -> Membership:
        code = member.member.code
        return end_stint(by=self.fay, group=self.group, member_code=code, until=until)

    def test_who_left_and_came_back_on_one_day_is_there_once(self):
        day = self.today - timedelta(days=2)
        end_stint(by=self.fay, group=self.group, member_code=self.ben.member.code, until=day)
        Membership.objects.create(group=self.group, member=self.ben.member, since=day)
        evening = logged(self, days_ago=2)
        assert Attendance.objects.filter(session=evening, member=self.ben.member).count() == 1
        roster = queries.roster_of(evening, queries.attendance_of(evening))
        assert [one.pk for one in roster].count(self.ben.member.pk) == 1
        self.mark(self.ben, LATE, session=evening)
        assert self.cell(self.ben, evening).status == LATE

    def test_everybody_here_touches_only_whom_nothing_is_said_about(self):
        self.mark(self.ben, ABSENT)
        before = self.entries()
        assert mark_everybody_here(by=self.fay, session=self.evening) == 2
        states = {one: self.cell(one).status for one in (self.ana, self.ben, self.cleo)}
        assert states == {self.ana: ATTENDED, self.ben: ABSENT, self.cleo: ATTENDED}
        assert self.cell(self.ben).revision == 2
        assert mark_everybody_here(by=self.fay, session=self.evening) == 0
        assert self.entries() == before + 1
        assert self.cell(self.ben, self.session).status == ABSENT  # another evening

    def test_everybody_here_is_seen_by_a_page_drawn_before(self):
        mark_everybody_here(by=self.cody, session=self.evening)
        with refused(Problem.CHANGED_MEANWHILE):
            self.mark(self.ana, ABSENT)


class TwoAtOnce(TransactionalCastTestCase):
    """Fay and Cody answer about somebody who is not listed yet, in the same moment."""

    def both(self, *statuses: AttendanceStatus) -> list[object]:
        evening = logged(self)
        Attendance.objects.filter(session=evening, member=self.ben.member).delete()
        together = threading.Barrier(2)
        decide, told = service.mark_problems, []

        def at_once(**facts):
            # SQLite lets one writer in at a time: the other never comes here meanwhile.
            with suppress(threading.BrokenBarrierError):
                together.wait(1)
            return decide(**facts)

        def mark(by, status):
            try:
                mark_attendance(
                    by=by, session=evening, member=self.ben.member.pk, status=status, seen=0
                )
                told.append("saved")
            except Rejected as rejected:
                told.append(rejected.problems["attendance"])
            except Exception as error:  # noqa: BLE001 - anything else is the fault looked for
                told.append(type(error).__name__)
            finally:
                connections.close_all()

        threads = [
            threading.Thread(target=mark, args=pair)
            for pair in zip((self.fay, self.cody), statuses, strict=True)
        ]
        with patch.object(service, "mark_problems", at_once):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(30)
        cell = Attendance.objects.get(session=evening, member=self.ben.member)
        assert cell.revision == 1
        return sorted(told)

    def test_different_answers_one_is_kept_and_the_other_is_told(self):
        assert self.both(ATTENDED, ABSENT) == [Problem.CHANGED_MEANWHILE, "saved"]

    def test_the_same_answer_is_one(self):
        assert self.both(ABSENT, ABSENT) == ["saved", "saved"]


def test_the_six_are_the_ones_the_grid_offers():
    assert {s.value for s in AttendanceStatus} == {
        "expected", "attended", "late", "left_early", "absent", "excused",
    }  # fmt: skip
