"""Guardian's rows: who writes each right, to whom, and when it goes."""

from consent.services.deciding import revoke_consent
from sessions_app import queries as sessions
from sessions_app.models import (
    DisclosureUserPermission,
    Facilitation,
    GroupUserPermission,
    TherapyGroup,
    VersionUserPermission,
)
from sessions_app.rights import give, holders, set_holders
from sessions_app.services.items import edit_item
from tests.cast import CastTestCase


class EveryRight(CastTestCase):
    def test_run_group_comes_with_facilitation_and_counts_within_its_period_alone(self):
        assert holders(GroupUserPermission, "run_group", self.group) == {
            self.fay.user,
            self.cody.user,
        }
        assert self.group in sessions.groups_run_by(self.cody)
        Facilitation.objects.filter(user=self.cody.user).update(until=self.today.replace(year=2020))
        assert self.group not in sessions.groups_run_by(self.cody)

    def test_a_forged_row_without_a_period_opens_no_group(self):
        give(GroupUserPermission, "run_group", self.otto.user, self.group)
        give(GroupUserPermission, "review_trail", self.adam.user, self.group)
        assert self.group not in sessions.groups_run_by(self.otto)
        assert self.group not in sessions.groups_supervised_by(self.adam)

    def test_review_trail_comes_with_supervision(self):
        assert holders(GroupUserPermission, "review_trail", self.group) == {self.sue.user}
        assert list(sessions.groups_supervised_by(self.sue)) == [self.group]

    def test_read_disclosure_is_for_those_who_led_that_day_and_the_speaker(self):
        item = self.said("Ben drove me.", self.ana, self.ben)
        assert holders(DisclosureUserPermission, "read_disclosure", item) == {
            self.fay.user,
            self.cody.user,
            self.ana.actor.user,
        }

    def test_rights_on_a_version_follow_its_ledger_and_lie_idle_after_an_edit(self):
        item = self.said("Ben drove me.", self.ana, self.ben)
        request = self.asked(item)
        version = sessions.current_version(sessions.own_item(self.fay, item.code))

        def rights() -> dict[str, int]:
            names = ("decide_version", "read_version", "release_version", "review_version")
            return {n: len(holders(VersionUserPermission, n, version)) for n in names}

        assert list(rights().values()) == [1, 0, 0, 0]
        spoken = self.grants(self.ana, request)
        assert list(rights().values()) == [2, 1, 0, 0]
        self.grants(self.ben, request)
        assert list(rights().values()) == [2, 1, 2, 0]
        revoke_consent(by=self.ana.actor, code=spoken.code)
        assert list(rights().values()) == [2, 0, 0, 0]
        edit_item(
            by=self.fay,
            code=item.code,
            seen_version=1,
            concerned=[self.ben.member.pk],
            text="Other.",
            guard=self.guard(),
        )
        current = sessions.current_version(sessions.own_item(self.fay, item.code))
        assert current != version
        assert holders(VersionUserPermission, "decide_version", current) == set()

    def test_setting_holders_gives_what_is_missing_and_takes_what_is_over(self):
        item = self.said()
        set_holders(DisclosureUserPermission, "read_disclosure", [self.otto.user], item)
        assert holders(DisclosureUserPermission, "read_disclosure", item) == {self.otto.user}

    def test_rights_die_with_what_they_point_at(self):
        group = TherapyGroup.objects.create(
            practice=self.practice, code="G-99", name_sealed=b"", modality="grief"
        )
        give(GroupUserPermission, "run_group", self.fay.user, group)
        pk = group.pk
        group.delete()
        assert not GroupUserPermission.objects.filter(content_object=pk).exists()
