"""R101: somebody else looks at it afterwards, at exactly what went out, and by a time."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Role, StaffRole
from accounts.staffing import deactivate, end_role
from audit.trail import Actor
from consent import queries
from consent.access import Finding, check_access
from consent.models import Notice, Override, Review, ReviewOutcome
from consent.rules.claims import read_claim
from consent.rules.overrides import Basis
from consent.services.erasing import erase_item, erase_member
from consent.services.leading import hand_over_group, hand_over_scope
from consent.services.overriding import OverrideWithheld
from consent.services.reviewing import close_review, open_review
from sessions_app.models import VersionUserPermission
from sessions_app.rights import give
from sessions_app.rules import Problem, Rejected
from sessions_app.services.groups import assign_supervisor, choose_supervisor
from tests.cast import proven, refused, sign_in, staff, user_of
from tests.consent.by_hand import change
from tests.overriding import TONIGHT, Emergency
from vault import services as vault
from vault.services import NotReceipted


class TheReview(Emergency):
    def released(self, **given) -> Override:
        self.let_out(self.item, **given)
        return Override.objects.latest("pk")

    def test_reads_exactly_what_went_out(self):
        override = self.released()
        opened = open_review(by=self.sue, code=override.code)
        claim = read_claim(vault.open(override.sealed_claim, opened.receipt))
        assert claim.released == TONIGHT
        with pytest.raises(NotReceipted):
            vault.open(override.version.sealed_text(self.practice.pk), opened.receipt)

    def test_is_never_by_whoever_let_it_out(self):
        override = self.released()
        for by in (self.fay, self.cody, self.adam, self.ana.actor, self.zoe):
            with self.subTest(by=by.role), pytest.raises(Review.DoesNotExist):
                self.closes(override, by=by)

    def test_is_not_by_who_approved_it_where_another_is_there(self):
        simon = staff(self.practice, "Simon Said", Role.SUPERVISOR)
        supervises(self, simon)
        override = self.released(second=self.sue)
        with pytest.raises(Review.DoesNotExist):
            open_review(by=self.sue, code=override.code)
        assert open_review(by=simon, code=override.code)

    def test_is_by_who_approved_it_once_everybody_else_has_left(self):
        override = self.released(second=self.sue)
        assert [one.override for one in queries.reviews_open_to(self.cody)] == [override]
        assert not queries.reviews_open_to(self.sue)
        self.hands_over(self.cody, self.otto)
        assert not queries.reviews_open_to(self.cody) and not queries.reviews_open_to(self.otto)
        assert open_review(by=self.sue, code=override.code)
        self.closes(override)

    def test_the_right_to_review_is_no_second_look_and_stays_whoever_leaves_the_group(self):
        self.released(second=self.sue)
        self.hands_over(self.cody, self.otto)
        assert [one for one in check_access(with_keys=True) if one.finding.differs] == []

    def test_is_by_who_is_still_here_once_who_reviews_the_group_has_left(self):
        deactivate(by=self.adam, person=self.sue.user)
        override = self.released(second=self.cody)
        assert {one.user_id for one in override.review.reviewers.all()} == {self.cody.user}
        change(override.review, began_at=timezone.now() - timedelta(hours=80))
        self.closes(override, by=self.cody)
        self.let_out(self.said(f"{TONIGHT} Not later."), text=f"{TONIGHT} Not later.")

    def test_is_by_who_approved_it_once_who_was_to_do_it_left_the_house(self):
        override = self.released(second=self.cody)
        end_role(by=self.adam, person=self.sue.user, role=Role.SUPERVISOR)
        self.closes(override, by=self.cody)

    def test_goes_to_no_leader_who_has_left_the_house(self):
        override = self.released(second=self.sue)
        deactivate(by=self.adam, person=self.cody.user)
        self.closes(override, by=self.sue)
        given = self.released(second=self.sue)
        assert {one.user_id for one in given.review.reviewers.all()} == {self.sue.user}

    def test_is_by_whoever_is_chosen_after_who_reviewed_has_left(self):
        override = self.released(second=self.cody)
        deactivate(by=self.adam, person=self.sue.user)
        simon = staff(self.practice, "Simon Said", Role.SUPERVISOR)
        choose_supervisor(by=self.fay, code=self.group.code, user=user_of(simon))
        self.closes(override, by=simon)

    def hands_over(self, leader: Actor, to: Actor) -> None:
        scope = hand_over_scope(self.group, leader.user, to.user)
        hand_over_group(
            by=self.sue,
            code=self.group.code,
            leader=leader.user,
            to=user_of(to),
            step_up_id=proven(self.sue, scope),
        )

    def test_once_it_ended_the_text_is_closed_to_the_reviewer(self):
        override = self.released()
        open_review(by=self.sue, code=override.code)
        self.closes(override)
        with pytest.raises(Review.DoesNotExist):
            open_review(by=self.sue, code=override.code)
        rights = VersionUserPermission.objects.filter(permission__codename="review_version")
        assert not rights.exists()

    def test_what_nobody_has_reviewed_is_not_erased_by_who_let_it_out(self):
        self.released()
        StaffRole.objects.create(user_id=self.fay.user, role=Role.ADMINISTRATOR)
        as_administrator = replace(self.fay, role=Role.ADMINISTRATOR)
        for erase, code in ((erase_item, self.item.code), (erase_member, self.ana.member.code)):
            with self.subTest(erase.__name__):
                with refused(Problem.REVIEW_WAITS):
                    erase(by=as_administrator, code=code)
                entry = self.last_entry()
                assert (entry.act, entry.reasons) == ("erasure.begun", "REVIEW_OPEN")
        assert erase_item(by=self.adam, code=self.item.code).items
        assert erase_member(by=as_administrator, code=self.ben.member.code)

    def test_is_not_ended_by_who_has_not_read_what_went_out(self):
        override = self.released()
        with refused(Problem.NOT_READ):
            close_review(by=self.sue, code=override.code, outcome=ReviewOutcome.Outcome.UPHELD)
        client = Client()
        sign_in(client, self.sue)
        answer = client.post(f"/emergency-reviews/{override.code}/", {"outcome": "upheld"})
        page = answer.content.decode()
        assert answer.status_code == 200 and TONIGHT in page and "Read what went out first." in page
        assert not ReviewOutcome.objects.exists()
        client.post(f"/emergency-reviews/{override.code}/", {"outcome": "upheld"})
        assert ReviewOutcome.objects.get().outcome == "upheld"

    def test_a_concern_has_words(self):
        override = self.released()
        with pytest.raises(Rejected):
            self.closes(override, "concern")
        said = self.closes(override, "concern", words="Call me first next time.")
        assert said.sealed_words(self.practice.pk)

    def test_is_due_within_a_day_where_one_decided_alone_and_three_otherwise(self):
        self.lets_out(self.urgently(self.item))
        self.let_out(self.item)
        alone, by_two = Review.objects.order_by("pk")
        assert alone.due_at - alone.began_at == timedelta(hours=24)
        assert by_two.due_at - by_two.began_at == timedelta(hours=72)

    def test_what_is_late_rises_by_its_hours(self):
        late = self.released()
        self.lets_out(self.urgently(self.item))
        change(late.review, due_at=timezone.now() - timedelta(hours=5, minutes=1))
        found = queries.reviews_due(self.sue)
        assert [one.hours_over for one in found] == [5, 0]

    def test_for_71_hours_the_next_one_may_begin_and_after_73_it_may_not(self):
        override = self.released()
        began = timezone.now()
        change(override.review, began_at=began - timedelta(hours=71))
        assert self.requests(self.item)
        change(override.review, began_at=began - timedelta(hours=73))
        with pytest.raises(Rejected) as found:
            self.requests(self.item)
        assert found.value.problems == {"override": Problem.REVIEW_OVERDUE}
        self.closes(override)
        assert self.requests(self.item)

    def test_a_late_review_keeps_nobody_from_refusing_a_subpoena(self):
        override = self.released()
        change(override.review, began_at=timezone.now() - timedelta(hours=73))
        with pytest.raises(OverrideWithheld):
            self.requests(self.item, Basis.SUBPOENA, passages=())

    def test_check_access_knows_the_right_and_misses_it(self):
        override = self.released()
        assert [one for one in check_access(with_keys=True) if one.finding.differs] == []
        rights = VersionUserPermission.objects.filter(permission__codename="review_version")
        rights.delete()
        [missing] = [one for one in check_access(with_keys=True) if one.finding.differs]
        assert (missing.right, missing.user) == ("review_version", self.sue.user)
        self.closes(override)
        give(VersionUserPermission, "review_version", self.sue.user, override.version)
        [row] = [one for one in check_access(with_keys=True) if one.finding.differs]
        assert row.finding == Finding.UNFOUNDED

    def test_all_who_review_are_told_in_the_same_commit(self):
        self.released()
        assert Notice.objects.filter(kind="review", person=self.sue.user).exists()


def supervises(self, by) -> None:
    since = self.today - timedelta(days=5)
    assign_supervisor(by=self.adam, group=self.group, user=user_of(by), since=since)
