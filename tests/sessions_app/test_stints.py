"""Who left a group can come back, and who is in one can join another: one person, one sign-in."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from audit.models import Entry
from consent.services.erasing import erase_member
from consent.services.representing import end_representation
from sessions_app import queries
from sessions_app.models import (
    Disclosure,
    Facilitation,
    Member,
    Membership,
    Representation,
    TherapyGroup,
)
from sessions_app.rules import Problem
from sessions_app.services.groups import add_facilitator, close_group
from sessions_app.services.items import record_item
from sessions_app.services.stints import begin_stint, end_stint
from tests.cast import CastMember, CastTestCase, refused, sign_in, user_of
from tests.speaking_for import SpeakingFor


def acts(member: CastMember) -> list[str]:
    of_stints = Entry.objects.filter(act__startswith="membership.", code=member.member.code)
    return list(of_stints.order_by("seq").values_list("act", flat=True))


class Stints(CastTestCase):
    def leaves(self, member: CastMember, days_ago: int) -> Membership:
        until = self.today - timedelta(days=days_ago)
        code = member.member.code
        return end_stint(by=self.fay, group=self.group, member_code=code, until=until)

    def comes_back(self, member: CastMember, since: date | None = None, **more) -> Membership:
        asked = {"by": self.fay, "group": self.group, **more}
        return begin_stint(member_code=member.member.code, since=since or self.today, **asked)

    def stints(self, member: CastMember, group=None) -> list[Membership]:
        return list(Membership.objects.filter(member=member.member, group=group or self.group))

    def fay_leads_thursdays_too(self) -> None:
        since = self.today - timedelta(days=30)
        add_facilitator(by=self.otto, group=self.other_group, user=user_of(self.fay), since=since)


class ComingBack(Stints):
    def test_after_a_while_it_is_another_stay_of_the_same_person(self):
        first = self.leaves(self.ana, 2)
        second = self.comes_back(self.ana)
        assert second.pk != first.pk and second.member_id == self.ana.member.pk
        assert [one.pk for one in queries.own_open_stints(self.ana.actor)] == [second.pk]
        assert acts(self.ana) == ["membership.ended", "membership.begun"]

    def test_they_sign_the_agreement_anew_before_anything_is_asked(self):
        self.leaves(self.ana, 2)
        self.comes_back(self.ana)
        there = [self.ana, self.ben, self.cleo]
        self.session = self.held(self.fay, self.group, present=there, days_ago=0)
        item = self.said("A word of today.")
        with refused(Problem.AGREEMENT_OPEN):
            self.asked(item)
        self.signs(self.ana)
        request = self.asked(item)
        self.grants(self.ana, request)
        assert self.releases(item)

    def test_of_the_days_between_they_are_on_no_list(self):
        self.leaves(self.ben, 2)
        self.comes_back(self.ben)
        between, now = self.today - timedelta(days=1), self.today
        on = [self.listed_on(day) for day in (between, now)]
        assert [self.ben.member.pk in one for one in on] == [False, True]

    def listed_on(self, day: date) -> set:
        return {one.member_id for one in queries.memberships_on(self.group, day)}

    def test_without_a_day_between_the_stay_goes_on_with_what_was_signed(self):
        for days_ago in (0, 1):
            ended = self.leaves(self.ana, days_ago)
            again = self.comes_back(self.ana)
            assert (again.pk, again.until, len(self.stints(self.ana))) == (ended.pk, None, 1)
            assert hasattr(queries.own_stint(self.ana.actor, again.pk), "agreement_signature")
        assert acts(self.ana) == ["membership.ended", "membership.continued"] * 2

    def test_twice_is_once(self):
        self.leaves(self.ana, 2)
        first = self.comes_back(self.ana)
        assert self.comes_back(self.ana).pk == first.pk
        assert acts(self.ana) == ["membership.ended", "membership.begun"]

    def test_a_day_within_the_last_stay_or_to_come_is_refused(self):
        self.leaves(self.ana, 1)
        with refused(Problem.THERE_ALREADY):
            self.comes_back(self.ana, self.today - timedelta(days=2))
        with refused(Problem.DAY_TO_COME):
            self.comes_back(self.ana, self.today + timedelta(days=1))
        assert self.stints(self.ana)[0].until

    def test_nobody_comes_back_into_a_closed_group(self):
        self.leaves(self.ana, 1)
        close_group(by=self.fay, group=self.group)
        with refused(Problem.GROUP_CLOSED):
            self.comes_back(self.ana)

    def test_nor_does_who_was_erased(self):
        self.leaves(self.ana, 1)
        erase_member(by=self.sue, code=self.ana.member.code)
        with pytest.raises(Membership.DoesNotExist):
            self.comes_back(self.ana)

    def test_who_left_before_a_leader_came_is_unknown_to_them(self):
        left = self.leaves(self.ana, 2)
        leads = Facilitation.objects.filter(user=self.cody.user)
        leads.update(since=left.until + timedelta(days=1))
        with pytest.raises(Membership.DoesNotExist):
            self.comes_back(self.ana, by=self.cody)
        assert self.comes_back(self.ana).until is None


class OneMoreGroup(Stints):
    def setUp(self):
        self.fay_leads_thursdays_too()

    def joins(self, member: CastMember, by=None, group=None) -> Membership:
        return self.comes_back(member, by=by or self.fay, group=group or self.other_group)

    def test_it_is_one_person_with_one_sign_in_in_both(self):
        people = Member.objects.count()
        self.joins(self.ana)
        assert Member.objects.count() == people
        groups = {one.group_id for one in queries.own_open_stints(self.ana.actor)}
        assert groups == {self.group.pk, self.other_group.pk}

    def test_only_whom_the_leader_knows(self):
        for by, member in ((self.otto, self.ana), (self.fay, self.zed)):
            with pytest.raises(Membership.DoesNotExist):
                self.joins(member, by=by)

    def test_only_into_a_group_one_leads(self):
        for by, group in ((self.cody, self.other_group), (self.sue, self.group)):
            with pytest.raises(TherapyGroup.DoesNotExist):
                self.joins(self.ana, by=by, group=group)

    def test_what_they_signed_in_one_group_counts_for_nothing_in_the_other(self):
        self.joins(self.ana)
        evening = self.held(self.fay, self.other_group, present=[self.ana, self.dora], days_ago=0)
        item = record_item(
            by=self.fay,
            session=evening,
            speaker=self.ana.member.pk,
            concerned=[],
            text="A word among others.",
            once=uuid4(),
            guard=self.guard(evening),
        )
        with refused(Problem.AGREEMENT_OPEN):
            self.asked(item)
        assert self.asked(self.said())  # in the group whose agreement they signed

    def test_the_other_leader_finds_them_there_and_not_where_they_were(self):
        self.joins(self.ana)
        item = self.said()
        groups = {one.group.code for one in queries.stints_reached(self.otto, self.ana.member.code)}
        assert groups == {self.other_group.code}
        assert not queries.groups_run_by(self.otto).filter(pk=self.group.pk).exists()
        assert Disclosure.objects.get(pk=item.pk).group_id == self.group.pk


class SpokenForInTwoGroups(SpeakingFor, Stints):
    def test_whoever_reaches_the_member_ends_and_bars_wherever_it_was_recorded(self):
        self.fay_leads_thursdays_too()
        recorded, _ = self.recorded(self.ana)
        begin = {"group": self.other_group, "member_code": self.ana.member.code}
        with pytest.raises(Representation.DoesNotExist):
            end_representation(by=self.otto, representation_id=recorded.pk)
        begin_stint(by=self.fay, since=self.today, **begin)
        client = Client()
        sign_in(client, self.otto)
        sent = client.post(f"/speaking/{recorded.pk}/end/", follow=True)
        assert sent.redirect_chain[-1][0].startswith(f"/groups/{self.other_group.code}/members/")
        assert sent.status_code == 200
        recorded.refresh_from_db()
        assert recorded.ends_at and not recorded.barred
        assert client.post(f"/speaking/{recorded.pk}/bar/", follow=True).status_code == 200
        recorded.refresh_from_db()
        assert recorded.barred


class ThePages(Stints):
    def setUp(self):
        self.fays = Client()
        sign_in(self.fays, self.fay)
        self.of_group = f"/groups/{self.group.code}/"
        self.to_groups = f"/members/{self.ana.member.code}/groups/"

    def page(self, path: str) -> str:
        response = self.fays.get(path)
        assert response.status_code == 200
        return response.content.decode()

    def test_whose_stay_ended_today_can_come_back_and_is_not_ended_again(self):
        self.leaves(self.ana, 0)
        page = self.page(self.of_group)
        assert f"{self.to_groups}?group={self.group.code}" in page and "Until today." in page
        assert f"/members/{self.ana.member.code}/end/" not in page

    def test_from_who_was_in_it_back_into_it(self):
        self.leaves(self.ana, 2)
        assert f"{self.to_groups}?group={self.group.code}" in self.page(self.of_group)
        form = self.page(f"{self.to_groups}?group={self.group.code}")
        assert "Ana Almeida" in form and "Tuesday group" in form
        sent = {"group": self.group.code, "since": self.today.isoformat()}
        page = self.fays.post(self.to_groups, sent, follow=True).content.decode()
        assert "Added." in page and f"/members/{self.ana.member.code}/end/" in page

    def test_the_reason_stands_at_the_day_and_nothing_is_lost(self):
        self.leaves(self.ana, 0)
        early = (self.today - timedelta(days=2)).isoformat()
        sent = {"group": self.group.code, "since": early}
        page = self.fays.post(self.to_groups, sent).content.decode()
        assert "They were still in the group on that day" in page and early in page

    def test_who_is_found_can_be_added_to_another_group(self):
        self.fay_leads_thursdays_too()
        self.fays.post("/find/", {"q": "alm"})
        assert self.to_groups in self.page("/find/")
        form = self.page(self.to_groups)
        assert "Thursday group" in form and "Tuesday group" not in form
        assert re.search(rf'value="{self.other_group.code}"[^>]*checked', form)  # the only one

    def test_a_group_one_does_not_lead_is_no_choice(self):
        sent = {"group": self.other_group.code, "since": self.today.isoformat()}
        self.leaves(self.ana, 1)
        assert "Choose a group." in self.fays.post(self.to_groups, sent).content.decode()

    def test_who_is_in_every_group_already_is_said(self):
        assert "They are in every group you lead" in self.page(self.to_groups)
        sent = {"group": self.group.code, "since": self.today.isoformat()}
        assert self.fays.post(self.to_groups, sent).status_code == 200
        assert len(self.stints(self.ana)) == 1
