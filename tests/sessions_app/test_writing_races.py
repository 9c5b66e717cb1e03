"""R31, R64: nobody writes on a right that ended before their commit. Judged by the trail's order.

Two at once, with real commits: somebody records while the group is handed over, or while
their cover ends. Once the other comes between the check and the writing, once during it.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any
from unittest.mock import patch
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import connections

from accounts.models import Role
from accounts.staffing import deactivate, end_role
from audit.models import Entry
from consent.services.leading import end_cover, hand_over_group, hand_over_scope, set_cover
from sessions_app import queries
from sessions_app.known_names import guard_for
from sessions_app.models import AttendanceStatus, Disclosure, GroupSession
from sessions_app.rules import Rejected
from sessions_app.services import items, notes, sessions
from tests.cast import ZONE, TransactionalCastTestCase, user_of

PATIENCE = 2


class Racing(TransactionalCastTestCase):
    def race(
        self, writes: Callable[[], object], ends: Callable[[], object], *, pause: Any
    ) -> list[BaseException]:
        """Pause the writer at `pause`, let the right end, go on; return what the writer raised."""
        there, ended = threading.Event(), threading.Event()
        raised: list[BaseException] = []
        module, name = pause
        real = getattr(module, name)

        def slowly(*given: Any, **more: Any) -> Any:
            there.set()
            # Under the lock the other waits for us, so this runs into its limit.
            ended.wait(PATIENCE)
            return real(*given, **more)

        def writing() -> None:
            try:
                writes()
            except (GroupSession.DoesNotExist, Rejected) as error:
                raised.append(error)
            finally:
                there.set()
                connections.close_all()

        def ending() -> None:
            there.wait(20)
            ends()
            ended.set()
            connections.close_all()

        threads = [threading.Thread(target=writing), threading.Thread(target=ending)]
        with patch.object(module, name, slowly):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
        return raised

    def broken(self, wrote: str, ended: str, by: Any) -> bool:
        """Something was written by `by` after their right had ended, in the order of commits."""
        acts = Entry.objects.filter(chain=self.practice.pk).order_by("seq")
        told = [(entry.act, entry.actor) for entry in acts]
        after = told[[act for act, _ in told].index(ended) :]
        return (wrote, by.user) in after


class RecordingDuringAHandOver(Racing):
    """Fay writes, and Sue hands the group from her to Otto."""

    def hands_over(self) -> Callable[[], object]:
        otto = user_of(self.otto)
        proof = self.stepped_up(self.sue, hand_over_scope(self.group, self.fay.user, otto.pk))
        return lambda: hand_over_group(
            by=self.sue, code=self.group.code, leader=self.fay.user, to=otto, step_up_id=proof
        )

    def records(self) -> Callable[[], object]:
        guard = self.guard()
        return lambda: items.record_item(
            by=self.fay,
            session=self.session,
            speaker=self.ana.member.pk,
            concerned=[],
            text="I called my sister.",
            once=uuid4(),
            guard=guard,
        )

    def test_between_check_and_writing_nothing_is_recorded(self):
        raised = self.race(self.records(), self.hands_over(), pause=(items, "new_version"))
        assert [type(one) for one in raised] == [GroupSession.DoesNotExist]
        assert not self.broken("item.recorded", "group.handed_over", self.fay)
        assert not Disclosure.objects.exists()

    def test_while_it_is_written_the_hand_over_waits_and_takes_it_along(self):
        assert self.race(self.records(), self.hands_over(), pause=(items, "save_version")) == []
        assert not self.broken("item.recorded", "group.handed_over", self.fay)
        [item] = Disclosure.objects.all()
        assert queries.own_item(self.otto, item.code).pk == item.pk
        with self.assertRaises(Disclosure.DoesNotExist):
            queries.own_item(self.fay, item.code)

    def test_without_the_lock_it_is_recorded_and_so_these_tests_can_fail(self):
        with unlocked():
            raised = self.race(self.records(), self.hands_over(), pause=(items, "new_version"))
        assert raised == []
        assert self.broken("item.recorded", "group.handed_over", self.fay)

    def test_a_group_note_a_progress_note_and_attendance_are_held_too(self):
        guard = self.guard()
        member = self.ben.member.pk
        writers: dict[str, tuple[Callable[[], object], Any]] = {
            "group_note.written": (
                lambda: notes.write_group_note(
                    by=self.fay, session=self.session, text="Trust.", seen=0, guard=guard
                ),
                (notes.vault, "fingerprint"),
            ),
            "note.written": (
                lambda: notes.write_progress_note(
                    by=self.fay,
                    session=self.session,
                    member=self.ana.member.pk,
                    text="Was calm.",
                    seen=0,
                    guard=guard,
                ),
                (notes, "new_version"),
            ),
            "attendance.marked": (
                lambda: sessions.mark_attendance(
                    by=self.fay,
                    session=self.session,
                    member=member,
                    status=AttendanceStatus.LATE,
                    seen=0,
                ),
                (sessions, "mark_problems"),
            ),
        }
        for act, (writes, pause) in writers.items():
            self.race(writes, self.hands_over(), pause=pause)
            assert not self.broken(act, "group.handed_over", self.fay), act
            self.hand_back()

    def hand_back(self) -> None:
        fay = user_of(self.fay)
        proof = self.stepped_up(self.sue, hand_over_scope(self.group, self.otto.user, fay.pk))
        hand_over_group(
            by=self.sue, code=self.group.code, leader=self.otto.user, to=fay, step_up_id=proof
        )


class RecordingAsARoleEnds(Racing):
    """Fay records, and Adam ends her role or closes her account."""

    def records(self) -> Callable[[], object]:
        guard = self.guard()
        return lambda: items.record_item(
            by=self.fay,
            session=self.session,
            speaker=self.ana.member.pk,
            concerned=[],
            text="I called my sister.",
            once=uuid4(),
            guard=guard,
        )

    def ends_role(self) -> Callable[[], object]:
        return lambda: end_role(by=self.adam, person=self.fay.user, role=Role.FACILITATOR)

    def closes(self) -> Callable[[], object]:
        return lambda: deactivate(by=self.adam, person=self.fay.user)

    def test_between_check_and_writing_nothing_is_recorded(self):
        raised = self.race(self.records(), self.ends_role(), pause=(items, "new_version"))
        assert [type(one) for one in raised] == [GroupSession.DoesNotExist]
        assert not self.broken("item.recorded", "role.ended", self.fay)

    def test_nor_once_the_account_is_closed(self):
        raised = self.race(self.records(), self.closes(), pause=(items, "new_version"))
        assert [type(one) for one in raised] == [GroupSession.DoesNotExist]
        assert not self.broken("item.recorded", "staff.deactivated", self.fay)

    def test_while_it_is_written_the_end_waits(self):
        for ends, act in ((self.ends_role(), "role.ended"), (self.closes(), "staff.deactivated")):
            self.race(self.records(), ends, pause=(items, "save_version"))
            assert not self.broken("item.recorded", act, self.fay)
        assert Disclosure.objects.count() == 1, "the first; the second had no role any more"


class RecordingAsACoverEnds(Racing):
    """Otto covers today, and Sue ends it while he records."""

    def setUp(self) -> None:
        super().setUp()
        today = self.today
        self.cover = set_cover(
            by=self.sue,
            code=self.group.code,
            user=user_of(self.otto),
            since=today,
            until=today + timedelta(days=1),
            once=uuid4(),
        )
        starts = datetime.combine(today, time(), ZoneInfo(ZONE)).astimezone(UTC)
        self.today_session = sessions.log_session(
            by=self.otto,
            group=self.group,
            starts=starts,
            ends=starts + timedelta(seconds=30),
            attendance={
                one.member.pk: AttendanceStatus.ATTENDED for one in (self.ana, self.ben, self.cleo)
            },
            once=uuid4(),
        )

    def records(self) -> Callable[[], object]:
        guard = guard_for(self.otto, self.today_session)
        return lambda: items.record_item(
            by=self.otto,
            session=self.today_session,
            speaker=self.ana.member.pk,
            concerned=[],
            text="Somebody spoke of the sea.",
            once=uuid4(),
            guard=guard,
        )

    def ends(self) -> Callable[[], object]:
        return lambda: end_cover(by=self.sue, code=self.group.code, cover_id=self.cover.pk)

    def test_between_check_and_writing_nothing_is_recorded(self):
        raised = self.race(self.records(), self.ends(), pause=(items, "new_version"))
        assert [type(one) for one in raised] == [GroupSession.DoesNotExist]
        assert not self.broken("item.recorded", "facilitation.ended", self.otto)

    def test_while_it_is_written_the_end_waits(self):
        assert self.race(self.records(), self.ends(), pause=(items, "save_version")) == []
        assert not self.broken("item.recorded", "facilitation.ended", self.otto)
        with self.assertRaises(Disclosure.DoesNotExist):
            queries.own_item(self.otto, Disclosure.objects.get().code)

    def test_without_the_lock_it_is_recorded(self):
        with unlocked():
            self.race(self.records(), self.ends(), pause=(items, "new_version"))
        assert self.broken("item.recorded", "facilitation.ended", self.otto)


@contextmanager
def unlocked() -> Iterator[None]:
    """Take the guards away: nobody is asked again once they were asked."""
    with (
        patch.object(queries, "lock_leading", lambda by, session: None),
        patch.object(items, "set_originators", lambda by, item: None),
    ):
        yield
