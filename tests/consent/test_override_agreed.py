"""R96, R97: a second person agrees, or one decides alone; then it goes once, within its hour."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import Practice, Role, User
from accounts.services import StepUpRefused
from audit.models import Entry
from consent import queries
from consent.kinds import Reason
from consent.models import Override, OverrideAnswer, Release, Review
from consent.queries import OverrideState
from consent.rules.claims import read_claim
from consent.rules.overrides import Basis
from consent.services import overriding
from consent.services.freezing import Frozen, freeze
from consent.services.overriding import (
    OverrideWithheld,
    approve_override,
    decline_override,
    drop_override,
    look_at_override,
    open_own_override,
    override_scope,
    release_override,
)
from consent.services.policy import set_house_policy
from sessions_app.services.items import edit_item
from tests.cast import WAYS_TO_GO, proven, staff
from tests.overriding import COURT, ORDERED, TONIGHT, Emergency, aged
from vault import services as vault
from vault.services import NotReceipted


def meanwhile(act: Callable[[], None]) -> Any:
    """Let something happen while somebody waits for the lock of an item."""
    lock = overriding.lock_disclosures

    def slowly(ids):
        with patch.object(overriding, "lock_disclosures", lock):
            act()
        lock(ids)

    return patch.object(overriding, "lock_disclosures", slowly)


class TheSecondPerson(Emergency):
    def test_may_be_who_leads_it_too(self):
        override = self.approves(self.requests(self.item), self.cody)
        assert self.lets_out(override)

    def test_is_never_who_asks_nor_anybody_else(self):
        override = self.requests(self.item)
        for by in (self.fay, self.otto, self.adam, self.ana.actor, self.zoe):
            with self.subTest(by=by.role), pytest.raises(Override.DoesNotExist):
                self.approves(override, by)

    def test_is_the_outside_colleague_where_the_practice_is_small(self):
        colleague = staff(self.practice, "Una Ulm", Role.OUTSIDE_COLLEAGUE)
        override = self.requests(self.item)
        with pytest.raises(Override.DoesNotExist):
            self.approves(override, colleague)
        Practice.objects.filter(pk=self.practice.pk).update(small=True)
        self.approves(override, colleague)
        self.lets_out(override)
        review = Review.objects.get(override=override)
        assert {one.user_id for one in review.reviewers.all()} == {self.sue.user}

    def test_gives_a_proof_that_is_good_for_this_alone(self):
        override, other = self.requests(self.item), self.requests(self.item)
        with pytest.raises(StepUpRefused):
            approve_override(
                by=self.sue, code=override.code, step_up_id=proven(self.sue, override_scope(other))
            )

    def test_whose_role_or_account_ended_agrees_to_nothing(self):
        override = self.requests(self.item)
        for gone in WAYS_TO_GO:
            for by in (self.sue, self.cody):
                name = f"{gone.__name__}, {by.role}"
                with self.subTest(name), gone(by), pytest.raises(Override.DoesNotExist):
                    self.approves(override, by)
        assert self.approves(override)

    def test_who_declines_says_why_and_it_never_goes(self):
        override = self.requests(self.item)
        no = decline_override(by=self.sue, code=override.code, why="Ask her first.")
        assert no.sealed_why(self.practice.pk)
        self.stays(override, Reason.OVERRIDE_INCOMPLETE, Reason.OVERRIDE_OVER)
        with pytest.raises(Override.DoesNotExist):
            self.approves(override, self.cody)

    def test_what_its_requester_dropped_never_goes(self):
        override = self.approved()
        drop_override(by=self.fay, code=override.code)
        self.stays(override, Reason.OVERRIDE_OVER)

    def test_reads_the_claim_and_not_the_rest_of_the_item(self):
        looked = look_at_override(by=self.sue, code=self.requests(self.item).code)
        claim = read_claim(vault.open(looked.override.sealed_claim, looked.receipt))
        assert (claim.released, claim.consulted) == (TONIGHT, "Sue, by telephone.")
        with pytest.raises(NotReceipted):
            vault.open(looked.override.version.sealed_text(self.practice.pk), looked.receipt)

    def test_reads_nothing_while_frozen_since_nothing_can_be_agreed_to(self):
        override = self.requests(self.item)
        freeze(by=self.adam)
        with pytest.raises(Frozen):
            look_at_override(by=self.sue, code=override.code)
        assert not Entry.objects.filter(act=overriding.OPENED).exists()

    def test_reads_nothing_of_what_was_dropped_while_they_waited_for_the_item(self):
        override = self.requests(self.item)

        def dropped():
            OverrideAnswer.objects.create(
                override=override, kind="dropped", by_id=self.fay.user, at=timezone.now()
            )

        with meanwhile(dropped), pytest.raises(Override.DoesNotExist):
            look_at_override(by=self.sue, code=override.code)
        assert not Entry.objects.filter(act=overriding.OPENED).exists()

    def test_whose_account_was_closed_while_they_waited_reads_nothing(self):
        override = self.requests(self.item)
        for act, by in ((look_at_override, self.sue), (open_own_override, self.fay)):

            def closed(user=by.user):
                User.objects.filter(pk=user).update(is_active=False)

            name = act.__name__
            with self.subTest(name), meanwhile(closed), pytest.raises(Override.DoesNotExist):
                act(by=by, code=override.code)
        assert not Entry.objects.filter(act=overriding.OPENED).exists()

    def test_a_house_may_ask_for_one_however_urgent_it_is(self):
        terms = {"longest_days": None, "cooling_off_hours": 0, "in_person": False}
        set_house_policy(by=self.adam, **terms, second_person=True)
        assert not self.urgently(self.item).urgent
        set_house_policy(by=self.adam, **{**terms, "longest_days": 90})
        assert not self.urgently(self.item).urgent


class ItsTime(Emergency):
    def test_an_approved_one_goes_within_the_hour(self):
        override = self.approved()
        aged(override, 59 / 60)
        assert self.lets_out(override)

    def test_and_not_after_it(self):
        override = self.approved()
        aged(override, 61 / 60)
        self.stays(override, Reason.OVERRIDE_OVER)
        assert queries.override(self.fay, override.code).state is OverrideState.LAPSED

    def test_who_decided_alone_has_an_hour_too(self):
        override = self.urgently(self.item)
        aged(override, 61 / 60)
        self.stays(override, Reason.OVERRIDE_OVER)

    def test_nobody_agrees_to_what_was_asked_a_day_ago(self):
        override = self.requests(self.item)
        aged(override, 24.1)
        with pytest.raises(Override.DoesNotExist):
            self.approves(override)

    def test_the_same_release_twice_is_one(self):
        override, once = self.approved(), uuid4()
        assert self.lets_out(override, once=once) == self.lets_out(override, once=once)

    def test_it_is_used_once(self):
        override = self.approved()
        self.lets_out(override)
        with pytest.raises(OverrideWithheld) as withheld:
            self.lets_out(override)
        assert withheld.value.reasons == (Reason.OVERRIDE_OVER,)
        assert Release.objects.count() == 1

    def test_words_changed_since_then_stay(self):
        override = self.approved()
        edited(self)
        self.stays(override, Reason.SUPERSEDED)

    def test_but_for_a_version_that_a_court_names(self):
        old = self.item.versions.get()
        edited(self)
        release = self.let_out(
            self.item, Basis.COURT_ORDER, said=ORDERED, more=COURT, version_id=old.pk
        )
        assert release.items.get().version == old

    def test_who_asked_and_is_no_facilitator_any_more_lets_nothing_out(self):
        override = self.approved()
        for gone in WAYS_TO_GO:
            name = gone.__name__
            with self.subTest(name), gone(self.fay), pytest.raises(Override.DoesNotExist):
                self.lets_out(override)
        assert self.lets_out(override)

    def test_only_who_asked_lets_it_out(self):
        override = self.approved()
        with pytest.raises(Override.DoesNotExist):
            self.lets_out(override, self.cody)

    def test_frozen_meanwhile_it_stays(self):
        override = self.approved()
        freeze(by=self.sue)
        self.stays(override, Reason.FROZEN)

    def test_a_proof_for_another_act_lets_nothing_out(self):
        override = self.approved()
        with pytest.raises(StepUpRefused):
            release_override(
                by=self.fay,
                code=override.code,
                step_up_id=proven(self.fay, override_scope(self.urgently(self.item))),
                once=uuid4(),
            )


def edited(self) -> None:
    edit_item(
        by=self.fay,
        code=self.item.code,
        seen_version=1,
        text="Other words. And more.",
        concerned=[],
        guard=self.guard(),
    )
