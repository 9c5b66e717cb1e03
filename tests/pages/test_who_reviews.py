"""A group that nobody reviews says so to whoever leads it, who chooses somebody then."""

import pytest
from django.test import Client

from accounts.models import Role, StaffRole
from accounts.staffing import deactivate, end_role, give_role, give_scope
from audit.models import Entry
from sessions_app import queries
from sessions_app.models import GroupUserPermission, Supervision, TherapyGroup
from sessions_app.rights import holders
from sessions_app.rules import Problem
from sessions_app.services.groups import choose_supervisor, take_up_review
from tests.cast import CastTestCase, proven, refused, sign_in, staff, user_of


class WhoReviews(CastTestCase):
    """Otto leads a group that nobody reviews; Fay's is reviewed by Sue."""

    def setUp(self):
        self.at = f"/groups/{self.other_group.code}/supervisor/"

    def browser(self, who) -> Client:
        client = Client()
        sign_in(client, who)
        return client

    def test_the_page_of_the_group_says_that_nobody_does_until_somebody_is_chosen(self):
        otto, group = self.browser(self.otto), f"/groups/{self.other_group.code}/"
        assert self.at in otto.get(group).content.decode()
        page = otto.get(self.at).content.decode()
        assert "Sue Sanders" in page and "Otto" not in page.split("<main")[1]
        answer = otto.post(self.at, {"supervisor": str(self.sue.user)})
        assert answer.status_code == 302
        assert self.at not in otto.get(group).content.decode()
        assert "Sue Sanders" in otto.get(self.at).content.decode()
        assert self.other_group in queries.groups_supervised_by(self.sue)
        assert self.sue.user in holders(GroupUserPermission, "review_trail", self.other_group)
        entry = Entry.objects.filter(act="supervision.begun").latest("seq")
        assert (entry.code, entry.object_id) == (self.other_group.code, self.sue.user)

    def test_twice_is_once_and_another_is_refused(self):
        other = staff(self.practice, "Simon Said", Role.SUPERVISOR)
        chosen = [self.chooses(self.sue), self.chooses(self.sue)]
        assert chosen[0] == chosen[1]
        with refused(Problem.REVIEWED_ALREADY):
            self.chooses(other)
        page = self.browser(self.otto).post(self.at, {"supervisor": str(other.user)})
        assert page.status_code == 200
        assert Supervision.objects.filter(group=self.other_group).count() == 1

    def chooses(self, who) -> Supervision:
        return choose_supervisor(by=self.otto, code=self.other_group.code, user=user_of(who))

    def test_neither_a_leader_nor_somebody_without_the_role_nor_a_stranger_is_taken(self):
        for who, problem in ((self.cody, Problem.UNKNOWN), (self.ana.actor, Problem.UNKNOWN)):
            with self.subTest(who.role), refused(problem):
                self.chooses(who)
        otto = self.browser(self.otto)
        for sent in ("", str(self.cody.user), "nobody"):
            with self.subTest(sent):
                page = otto.post(self.at, {"supervisor": sent}).content.decode()
                assert "Choose somebody." in page
        assert not Supervision.objects.filter(group=self.other_group).exists()

    def test_who_does_not_lead_the_group_finds_no_page(self):
        for who in (self.fay, self.sue, self.adam, self.ana.actor):
            assert self.browser(who).get(self.at).status_code == 404

    def test_where_nobody_can_the_page_says_who_can_change_that(self):
        StaffRole.objects.filter(role=Role.SUPERVISOR).delete()
        page = self.browser(self.otto).get(self.at).content.decode()
        assert "Nobody here can review it" in page


class WhoReviewedHasLeft(CastTestCase):
    """Sue reviews Fay's group; then she leaves the house, or is no supervisor any more."""

    def closed(self) -> None:
        deactivate(by=self.adam, person=self.sue.user)

    def ended(self) -> None:
        end_role(by=self.adam, person=self.sue.user, role=Role.SUPERVISOR)

    def simon(self):
        return staff(self.practice, "Simon Said", Role.SUPERVISOR)

    def test_whoever_leads_the_group_chooses_another_once_the_account_is_closed(self):
        self.closed()
        self.another_is_chosen()

    def test_whoever_leads_the_group_chooses_another_once_the_role_has_ended(self):
        self.ended()
        self.another_is_chosen()

    def another_is_chosen(self) -> None:
        assert queries.supervisors_on(self.group, self.today) == set()
        assert not queries.groups_supervised_by(self.sue).exists()
        simon, fays = self.simon(), Client()
        sign_in(fays, self.fay)
        at = f"/groups/{self.group.code}/supervisor/"
        assert at in fays.get(f"/groups/{self.group.code}/").content.decode()
        assert fays.post(at, {"supervisor": str(simon.user)}).status_code == 302
        assert queries.supervisors_on(self.group, self.today) == {simon.user}
        assert queries.groups_supervised_by(simon).get() == self.group

    def test_the_administrator_sees_one_more_group_that_nobody_reviews(self):
        assert queries.groups_without_review(self.practice.pk) == 1
        self.closed()
        assert queries.groups_without_review(self.practice.pk) == 2

    def test_who_comes_to_hold_another_role_reviews_nothing_by_that(self):
        self.ended()
        give_role(
            by=self.adam,
            person=self.sue.user,
            role=Role.FACILITATOR,
            step_up_id=proven(self.adam, give_scope(self.sue.user, Role.FACILITATOR)),
        )
        assert queries.supervisors_on(self.group, self.today) == set()


class LeftBehind(CastTestCase):
    """Otto alone leads a group that nobody reviews; then he leaves."""

    def setUp(self):
        self.code = self.other_group.code
        self.at = f"/desk/groups/{self.code}/take-up/"

    def otto_leaves(self) -> None:
        deactivate(by=self.adam, person=self.otto.user)

    def browser(self, who) -> Client:
        client = Client()
        sign_in(client, who)
        return client

    def test_any_supervisor_takes_up_its_review_and_can_hand_it_over_then(self):
        self.otto_leaves()
        sues = self.browser(self.sue)
        assert self.at in sues.get("/desk/").content.decode()
        assert sues.post(self.at).status_code == 302
        assert self.at not in sues.get("/desk/").content.decode()
        assert self.other_group in queries.groups_supervised_by(self.sue)
        entry = Entry.objects.filter(act="supervision.begun").latest("seq")
        assert (entry.code, entry.actor, entry.object_id) == (
            self.code,
            self.sue.user,
            self.sue.user,
        )
        page = sues.get(f"/desk/groups/{self.code}/").content.decode()
        assert f"/desk/groups/{self.code}/hand-over/{self.otto.user}/" in page

    def test_so_it_is_where_who_led_it_is_no_facilitator_any_more(self):
        end_role(by=self.adam, person=self.otto.user, role=Role.FACILITATOR)
        assert list(queries.groups_left_behind(self.sue)) == [self.other_group]

    def test_so_it_is_where_who_reviewed_it_left_too(self):
        choose_supervisor(by=self.otto, code=self.code, user=user_of(self.sue))
        simon = staff(self.practice, "Simon Said", Role.SUPERVISOR)
        self.otto_leaves()
        with pytest.raises(TherapyGroup.DoesNotExist):
            take_up_review(by=simon, code=self.code)
        deactivate(by=self.adam, person=self.sue.user)
        assert take_up_review(by=simon, code=self.code).user_id == simon.user

    def test_one_takes_it_up_and_twice_is_once(self):
        self.otto_leaves()
        simon = staff(self.practice, "Simon Said", Role.SUPERVISOR)
        assert [take_up_review(by=self.sue, code=self.code) for _ in "12"] == [
            Supervision.objects.get(group=self.other_group)
        ] * 2
        with pytest.raises(TherapyGroup.DoesNotExist):
            take_up_review(by=simon, code=self.code)

    def test_a_group_that_somebody_leads_is_not_taken_up(self):
        assert self.browser(self.sue).post(self.at).status_code == 404
        assert self.at not in self.browser(self.sue).get("/desk/").content.decode()
        assert not Supervision.objects.filter(group=self.other_group).exists()

    def test_nobody_but_a_supervisor_of_the_practice_takes_it_up(self):
        self.otto_leaves()
        for who in (self.fay, self.adam, self.ana.actor, self.zoe):
            with self.subTest(who.role):
                assert self.browser(who).post(self.at).status_code == 404
        with pytest.raises(StaffRole.DoesNotExist):
            take_up_review(by=self.fay, code=self.code)
        end_role(by=self.adam, person=self.sue.user, role=Role.SUPERVISOR)
        with pytest.raises(StaffRole.DoesNotExist):
            take_up_review(by=self.sue, code=self.code)
