"""Importing a roster: everybody or nobody, once, each with sealed names and a sign-in."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import OperationalError, connection, connections

from accounts.models import User
from accounts.services.invitations import matching
from audit.entry import listed
from audit.models import Entry
from audit.trail import machine_receipt
from audit.verifier import decode
from sessions_app import queries
from sessions_app.known_names import open_known_names
from sessions_app.models import Member, Membership
from sessions_app.roster_file import Fault, RosterRefused, RosterRow
from sessions_app.rules import Problem, Rejected
from sessions_app.services.groups import close_group
from sessions_app.services.roster import import_roster
from tests.cast import CastTestCase, TransactionalCastTestCase


class Importing:
    def rows(self, *names: str) -> list[RosterRow]:
        since = self.today - timedelta(days=7)
        return [RosterRow(n, name, "", (), since) for n, name in enumerate(names, start=2)]

    def known(self) -> dict:
        cast = (self.ana, self.ben, self.cleo)
        return {one.member.pk: one.name for one in cast}

    def imports(self, rows: list[RosterRow], **more):
        given = {"once": uuid4(), "known": self.known(), **more}
        return import_roster(by=self.fay, group=self.group, rows=rows, **given)

    def counts(self) -> tuple[int, ...]:
        return tuple(model.objects.count() for model in (User, Member, Membership, Entry))


class Import(Importing, CastTestCase):
    def test_each_row_becomes_a_member_with_a_stint_and_a_sign_in(self):
        since = self.today - timedelta(days=7)
        rows = [
            RosterRow(2, "Dee Dunn", "Dee-Dee", ("D", "Double D"), since),
            RosterRow(3, "Eli Ek", "", (), self.today),
        ]
        dee, eli = self.imports(rows)
        assert not dee.issued.user.has_usable_password()
        assert matching(dee.issued.user.sign_in_name, dee.issued.code).user == dee.issued.user
        assert dee.issued.user.sign_in_name != eli.issued.user.sign_in_name
        assert dee.member.code != eli.member.code
        stints = {m.member_id: m.since for m in self.group.memberships.all()}
        assert (stints[dee.member.pk], stints[eli.member.pk]) == (since, self.today)
        saved = list(Member.objects.filter(pk__in=[dee.member.pk, eli.member.pk]).order_by("pk"))
        receipt = machine_receipt(self.fay, "search", [one.pk for one in saved])
        known = {one.member: one for one in open_known_names(saved, receipt)[0]}
        of_dee, of_eli = known[dee.member.pk], known[eli.member.pk]
        assert (of_dee.name, of_dee.preferred) == ("Dee Dunn", "Dee-Dee")
        assert of_dee.aliases == ("D", "Double D")
        assert (of_eli.name, of_eli.preferred, of_eli.aliases) == ("Eli Ek", "", ())

    def test_one_entry_for_each_and_one_for_the_file_with_all_ids(self):
        added = self.imports(self.rows("Dee", "Eli"))
        written = Entry.objects.filter(chain=self.practice.pk).order_by("-seq")[:5]
        entries = [entry for entry in written if entry.act != "invitation.made"]
        invited = {entry.object_id for entry in written if entry.act == "invitation.made"}
        assert invited == {new.issued.user.pk for new in added}
        assert [entry.act for entry in entries] == [
            "roster.imported",
            "member.added",
            "member.added",
        ]
        assert {entry.object_id for entry in entries[1:]} == {new.member.pk for new in added}
        ids = decode(bytes(entries[0].body))["ids"]
        assert ids == listed(new.member.pk for new in added)

    def test_a_row_that_is_wrong_adds_nobody(self):
        before = self.counts()
        for rows, fault in (
            (self.rows("Dee", "42"), Fault.REQUIRED),
            (self.rows("Dee", "DEE"), Fault.TWICE),
            (self.rows("Dee", "ana  ALMEIDA"), Fault.IN_THE_GROUP),
            ([], Fault.NO_ROWS),
            (self.rows(*(f"Dee {n}" for n in range(201))), Fault.TOO_MANY_ROWS),
        ):
            with pytest.raises(RosterRefused) as caught:
                self.imports(rows)
            assert caught.value.problems[-1].fault == fault
        assert self.counts() == before

    def test_a_crash_in_the_middle_adds_nobody_and_sending_it_again_adds_everybody(self):
        rows, once, before = self.rows("Dee", "Eli", "Flo"), uuid4(), self.counts()
        with disk_full_at(third_member), pytest.raises(OperationalError):
            self.imports(rows, once=once)
        assert self.counts() == before
        assert len(self.imports(rows, once=once)) == 3

    def test_sent_twice_it_is_done_once(self):
        rows, once = self.rows("Dee"), uuid4()
        self.imports(rows, once=once)
        before = self.counts()
        with pytest.raises(Rejected) as caught:
            self.imports(rows, once=once)
        assert caught.value.problems == {"once": Problem.CLOSED}
        assert self.counts() == before

    def test_who_came_meanwhile_stops_it(self):
        known = self.known()
        self.join(self.fay, self.group, "Dee Dunn")
        before = self.counts()
        with pytest.raises(Rejected) as caught:
            self.imports(self.rows("Dee Dunn"), known=known)
        assert caught.value.problems == {"group": Problem.CHANGED_MEANWHILE}
        assert self.counts() == before

    def test_into_a_closed_group_nobody_comes(self):
        close_group(by=self.fay, group=self.group)
        self.group.refresh_from_db()
        with pytest.raises(Rejected) as caught:
            self.imports(self.rows("Dee"))
        assert caught.value.problems == {"group": Problem.GROUP_CLOSED}

    def test_who_left_is_known_still(self):
        Membership.objects.filter(member=self.ben.member).update(until=self.today)
        assert self.ben.member in queries.members_of([self.group])


class TwoTabs(Importing, TransactionalCastTestCase):
    """The same file, looked at in two tabs and added from both at one moment."""

    def test_one_of_them_adds_everybody_and_the_other_nobody(self):
        rows, known = self.rows("Dee", "Eli", "Flo"), self.known()
        together, ended = threading.Barrier(2), []

        def adding():
            together.wait(10)
            try:
                ended.append(len(self.imports(rows, known=known)))
            except Rejected as rejected:
                ended.append(rejected.problems)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=adding) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert 3 in ended
        assert {"group": Problem.CHANGED_MEANWHILE} in ended
        assert self.group.memberships.count() == 6


def third_member(sql: str, seen: list[str]) -> bool:
    if not sql.startswith('INSERT INTO "sessions_app_member"'):
        return False
    seen.append(sql)
    return len(seen) == 3


@contextmanager
def disk_full_at(moment) -> Iterator[None]:
    seen: list[str] = []

    def execute(execute, sql, params, many, context):
        if moment(sql, seen):
            raise OperationalError("the disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(execute):
        yield
