"""Reading the trail: filters, what one reader may know of, closed doors, the last links."""

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from audit import queries, trail
from audit.models import Entry, Outcome
from audit.queries import Discretion, Matter, Place, Wanted
from audit.services import note_denial, sweep_denials
from audit.trail import Actor
from consent.services.deciding import decline_consent
from tests.cast import CastTestCase
from tests.walls import wall_lowered


class Filters(CastTestCase):
    def found(self, **wanted) -> list[Entry]:
        return queries.entries_of_groups(
            self.practice.pk, [self.group.pk], wanted=Wanted(**wanted), limit=500
        )

    def test_each_filter_leaves_what_fits_and_nothing_else(self):
        item = self.said()
        everything = self.found()
        assert {e.act for e in self.found(act="item.recorded")} == {"item.recorded"}
        assert {e.actor for e in self.found(actor=self.ana.actor.user)} == {self.ana.actor.user}
        assert {e.code for e in self.found(about=((item.code, frozenset()),))} == {item.code}
        named = frozenset([self.ana.actor.user])
        assert {e.actor for e in self.found(about=(("M-0", named),))} == {self.ana.actor.user}
        both = ((item.code, frozenset()), (self.group.code, frozenset([self.group.pk])))
        assert {e.code for e in self.found(about=both)} == {item.code}
        assert self.found(about=(*both, ("M-0", frozenset()))) == []
        last = everything[0].at
        assert [e.seq for e in self.found(since=last)] == [everything[0].seq]
        assert len(self.found(until=last)) == len(everything) - 1
        assert self.found(outcome=Outcome.WITHHOLD) == []

    def test_filters_never_reach_another_group(self):
        assert self.found(about=((self.other_group.code, frozenset()),)) == []
        assert self.found(actor=self.otto.user) == []
        assert self.found(about=(("x", frozenset([self.other_group.pk])),)) == []

    def test_pages_meet_at_a_place_though_several_entries_are_of_one_instant(self):
        every = [entry.seq for entry in self.found()]
        with wall_lowered("audit_entry"):
            Entry.objects.filter(seq__in=every[1:6]).update(at=self.found()[5].at)
        pages, place = list[int](), None
        while page := queries.entries_of_groups(
            self.practice.pk, [self.group.pk], before=place, limit=2
        ):
            pages += [entry.seq for entry in page]
            place = queries.end_of(page, place)
        assert pages == every

    def test_what_is_silent_shortens_no_page_and_no_count(self):
        for n in range(3):
            request = self.asked(self.said(f"Words {n}."))
            decline_consent(by=self.ana.actor, code=self.consent_of(self.ana, request).code)
        quiet = Discretion(frozenset([self.group.pk]), unheard="consent.declined")
        page = queries.entries_of_groups(
            self.practice.pk, [self.group.pk], limit=8, discretion=quiet
        )
        assert len(page) == 8
        assert "consent.declined" not in {entry.act for entry in page}
        since = timezone.now() - timedelta(days=1)
        told = queries.latest_by_group(self.practice.pk, [self.group.pk], since, discretion=quiet)
        every = queries.latest_by_group(self.practice.pk, [self.group.pk], since)
        assert every[self.group.pk][0] - told[self.group.pk][0] == 3


class WhatOneReaderMayKnow(CastTestCase):
    def about(self, *matters: Matter, before: Place | None = None, limit: int = 50) -> list[Entry]:
        return queries.entries_about(
            self.practice.pk,
            matters,
            acts=["item.recorded", "item.opened"],
            reader=self.ana.actor.user,
            private="member",
            before=before,
            limit=limit,
        )

    def opened(self, by: Actor, item, outcome: Outcome = Outcome.DONE) -> Entry:
        with transaction.atomic():
            return trail.append(by, "item.opened", object_id=item.pk, outcome=outcome)

    def test_nothing_asked_is_nothing_found(self):
        self.said()
        assert self.about() == []

    def test_other_members_are_left_out_and_the_reader_is_not(self):
        item = self.said()
        mine, bens = self.opened(self.ana.actor, item), self.opened(self.ben.actor, item)
        found = {entry.seq for entry in self.about(Matter(item.pk))}
        assert mine.seq in found
        assert bens.seq not in found

    def test_what_was_withheld_is_there_only_where_it_may_be_told(self):
        item = self.said()
        held = self.opened(self.fay, item, Outcome.WITHHOLD)
        assert held.seq not in {entry.seq for entry in self.about(Matter(item.pk))}
        told = self.about(Matter(item.pk, withheld=True))
        assert held.seq in {entry.seq for entry in told}

    def test_what_came_before_an_instant_is_left_out(self):
        item = self.said()
        recorded = self.last_entry()
        later = self.opened(self.fay, item)
        assert [e.seq for e in self.about(Matter(item.pk, since=later.at))] == [later.seq]
        assert recorded.seq in {entry.seq for entry in self.about(Matter(item.pk))}

    def test_pages_meet_at_a_place_though_several_entries_are_of_one_instant(self):
        item = self.said()
        every = [self.opened(self.fay, item).seq for _ in range(6)][::-1]
        with wall_lowered("audit_entry"):
            Entry.objects.filter(seq__in=every[:4]).update(at=Entry.objects.get(seq=every[4]).at)
        pages, place = list[int](), None
        while page := self.about(Matter(item.pk), before=place, limit=2):
            pages += [entry.seq for entry in page]
            place = queries.end_of(page, place)
        assert pages[:6] == every

    def test_another_practice_has_no_part_in_it(self):
        item = self.said()
        elsewhere = Actor(self.other_practice.pk, self.zoe.user, "facilitator")
        stranger = self.opened(elsewhere, item)
        assert stranger not in self.about(Matter(item.pk))


class DoorsAndLinks(CastTestCase):
    def test_closed_doors_are_summed_over_people_without_saying_which_door(self):
        for who in (self.otto.user, self.otto.user, self.fay.user):
            note_denial(practice=self.practice.pk, actor=who)
        now = timezone.now()
        from_the_past = now - timedelta(days=1)
        self.age_buckets()
        sweep_denials()
        assert queries.closed_doors(self.practice.pk, from_the_past) == (3, 2)
        assert queries.closed_doors(self.other_practice.pk, from_the_past) == (0, 0)

    def age_buckets(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE audit_denialbucket SET minute = '2020-01-01 00:00:00+00:00'")

    def test_the_last_links_hold_and_a_change_among_them_is_found(self):
        links = queries.check_last_links(self.practice.pk, limit=5)
        assert links.verdict.holds
        assert (links.length, links.checked) == (self.last_entry().seq, 5)
        changed = links.length - 2
        self.change(changed)
        assert queries.check_last_links(self.practice.pk, limit=5).verdict.broken_at == changed
        assert queries.check_last_links(self.practice.pk, limit=2).verdict.holds, "a look, no proof"
        assert queries.check_last_links(self.practice.pk, limit=500).verdict.broken_at == changed

    def test_a_chain_cut_at_its_end_and_an_empty_one(self):
        with wall_lowered("audit_entry"):
            Entry.objects.filter(chain=self.practice.pk, seq=self.last_entry().seq).delete()
        assert not queries.check_last_links(self.practice.pk).verdict.holds
        nowhere = queries.check_last_links(self.ana.actor.user)
        assert (nowhere.length, nowhere.checked, nowhere.verdict.holds) == (0, 0, True)

    def change(self, seq: int) -> None:
        entry = Entry.objects.filter(chain=self.practice.pk, seq=seq)
        with wall_lowered("audit_entry"):
            entry.update(act="session.logged", code="X")
