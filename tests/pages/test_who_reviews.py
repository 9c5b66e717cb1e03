"""A group that nobody reviews says so to whoever leads it, who chooses somebody then."""

from django.test import Client

from accounts.models import Role, StaffRole
from audit.models import Entry
from sessions_app import queries
from sessions_app.models import GroupUserPermission, Supervision
from sessions_app.rights import holders
from sessions_app.rules import Problem
from sessions_app.services.groups import choose_supervisor
from tests.cast import CastTestCase, refused, sign_in, staff, user_of


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
