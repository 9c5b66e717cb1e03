"""R63, R64: a cover leads for its days; a hand-over takes all that one person originated along."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Practice, User
from accounts.services import StepUpRefused
from audit.models import Entry
from audit.trail import Actor
from consent.access import check_access
from consent.services.leading import end_cover, hand_over_group, hand_over_scope, set_cover
from consent.services.links import LinkClosed, open_link
from consent.services.release import Withheld, open_release
from sessions_app import queries as sessions
from sessions_app.models import (
    Disclosure,
    Facilitation,
    GroupSession,
    GroupUserPermission,
    TherapyGroup,
)
from sessions_app.rules import Problem
from sessions_app.services.groups import add_facilitator
from sessions_app.services.items import record_item
from tests.cast import CastTestCase, refused, user_of


class Leading(CastTestCase):
    def covers(
        self,
        who: Actor | None = None,
        since: date | None = None,
        until: date | None = None,
        by: Actor | None = None,
        once: Any = None,
    ) -> Facilitation:
        return set_cover(
            by=by or self.sue,
            code=self.group.code,
            user=user_of(who or self.otto),
            since=since or self.today,
            until=until or self.today + timedelta(days=7),
            once=once or uuid4(),
        )

    def hands_over(self, giver: Actor, taker: Actor, by: Actor | None = None) -> int:
        by = by or self.sue
        scope = hand_over_scope(self.group, giver.user, taker.user)
        return hand_over_group(
            by=by,
            code=self.group.code,
            leader=giver.user,
            to=user_of(taker),
            step_up_id=self.stepped_up(by, scope),
        )

    def finds(self, who: Actor, item: Disclosure) -> bool:
        try:
            return bool(sessions.own_item(who, item.code))
        except Disclosure.DoesNotExist:
            return False

    def leads(self, who: Actor) -> bool:
        return sessions.groups_run_by(who).filter(pk=self.group.pk).exists()

    def clean(self) -> None:
        assert [str(one) for one in check_access(with_keys=True) if one.finding.differs] == []

    def later(self, days: int) -> None:
        """As if the cover had been set so many days ago."""
        cover = Facilitation.objects.get(kind="cover")
        cover.since -= timedelta(days=days)
        cover.until -= timedelta(days=days)
        cover.save()


class Cover(Leading):
    def test_a_cover_leads_on_its_days_and_finds_nothing_from_before(self):
        before = self.said()
        self.covers()
        assert self.leads(self.otto)
        assert not self.finds(self.otto, before)
        with pytest.raises(GroupSession.DoesNotExist):
            sessions.own_session(self.otto, self.session.pk)
        self.clean()

    def test_not_before_its_first_day_and_not_after_its_last(self):
        self.covers(since=self.today + timedelta(days=1))
        assert not self.leads(self.otto)
        self.later(1)
        assert self.leads(self.otto)
        self.later(6)
        assert self.leads(self.otto), "the last day counts"
        self.later(1)
        assert not self.leads(self.otto)
        self.clean()

    def test_what_they_record_is_theirs_and_of_those_who_lead(self):
        self.covers(since=self.today)
        self.later(4)
        item = record_item(
            by=self.otto,
            session=self.session,
            speaker=self.ana.member.pk,
            concerned=[],
            text="I went back.",
            once=uuid4(),
            guard=self.guard(),
        )
        assert self.finds(self.otto, item)
        assert self.finds(self.fay, item)
        self.later(4)
        assert not self.finds(self.otto, item), "the period is over"
        self.clean()

    def test_ended_early_it_is_over_at_once_also_on_its_first_day(self):
        cover = self.covers()
        for _ in range(2):
            end_cover(by=self.sue, code=self.group.code, cover_id=cover.pk)
        assert not self.leads(self.otto)
        assert Entry.objects.filter(act="facilitation.ended").count() == 1
        assert not GroupUserPermission.objects.filter(
            user=self.otto.user, content_object=self.group
        ).exists()
        self.clean()

    def test_what_was_recorded_on_the_day_it_ended_stays_with_those_who_lead(self):
        cover = self.covers()
        others = [self.ben, self.cleo]
        today = self.held(self.otto, self.group, present=[self.ana], absent=others, days_ago=0)
        item = record_item(
            by=self.otto,
            session=today,
            speaker=self.ana.member.pk,
            concerned=[],
            text="I am here.",
            once=uuid4(),
            guard=self.guard(),
        )
        end_cover(by=self.sue, code=self.group.code, cover_id=cover.pk)
        assert not item.user_rights.filter(user=self.otto.user).exists()
        assert self.finds(self.fay, item)
        self.clean()
        self.covers()
        assert self.finds(self.otto, item), "the day is theirs again"
        self.clean()

    def test_only_whoever_reviews_the_group_sets_it(self):
        zoe = Actor(self.zoe.practice, self.zoe.user, "supervisor", self.zoe.sign_in)
        for by in (zoe, self.adam, self.fay):
            with pytest.raises(TherapyGroup.DoesNotExist):
                self.covers(by=by)

    def test_whom_and_when(self):
        for who, problem in (
            (self.sue, Problem.UNKNOWN),  # no facilitator
            (self.zoe, Problem.UNKNOWN),  # of another practice
            (self.ana.actor, Problem.UNKNOWN),  # a member
            (self.cody, Problem.LEADS_ALREADY),
        ):
            with refused(problem):
                self.covers(who)
        with refused(Problem.PAST):
            self.covers(since=self.today - timedelta(days=1))
        with refused(Problem.ENDS_BEFORE_START):
            self.covers(until=self.today - timedelta(days=1))
        with refused(Problem.OUT_OF_BOUNDS):
            self.covers(until=date(9999, 12, 31))

    def test_sent_twice_it_is_one_and_a_second_for_the_same_days_is_refused(self):
        once = uuid4()
        assert self.covers(once=once) == self.covers(once=once)
        with refused(Problem.LEADS_ALREADY):
            self.covers(since=self.today + timedelta(days=7), until=self.today + timedelta(days=9))

    def test_whoever_reviews_it_covers_in_a_small_practice_alone(self):
        from_adam = User.objects.get(pk=self.sue.user)
        from_adam.staff_roles.create(role="facilitator")
        with refused(Problem.OWN_SUPERVISOR):
            self.covers(self.sue)
        Practice.objects.filter(pk=self.practice.pk).update(small=True)
        self.covers(self.sue)
        assert self.leads(self.sue)


class HandOver(Leading):
    def setUp(self) -> None:
        self.item = self.said()
        self.note = self.note_about(self.ana, "Was calm.", sign=True)
        self.consent = self.grants(self.ana, self.asked(self.item))
        self.released = self.releases(self.item)

    def test_all_that_was_the_givers_is_the_takers_and_back_again(self):
        self.clean()
        moved = self.hands_over(self.fay, self.otto)
        assert moved == 2
        self.clean()
        for item in (self.item, self.note):
            assert not self.finds(self.fay, item)
            assert self.finds(self.otto, item)
            assert self.finds(self.cody, item), "who led with them keeps it too"
        assert sessions.own_session(self.otto, self.session.pk)
        assert not self.leads(self.fay)
        self.hands_over(self.otto, self.fay)
        self.clean()
        for item in (self.item, self.note):
            assert self.finds(self.fay, item)
            assert not self.finds(self.otto, item)
        assert not self.leads(self.otto)
        assert self.leads(self.fay)

    def test_the_entry_says_from_whom_to_whom_and_how_much(self):
        self.hands_over(self.fay, self.otto)
        entry = self.last_entry()
        names = [user_of(one).sign_in_name for one in (self.fay, self.otto)]
        assert (entry.act, entry.code) == ("group.handed_over", self.group.code)
        assert bytes(entry.body).find(",".join([*names, "items=2"]).encode()) > 0

    def test_the_permission_stands_and_the_taker_releases(self):
        self.hands_over(self.fay, self.otto)
        assert open_release(by=self.otto, code=self.released.code).parts
        with pytest.raises((Withheld, self.released.DoesNotExist)):
            open_release(by=self.fay, code=self.released.code)

    def test_links_the_giver_made_open_nothing(self):
        made = self.linked(self.released)
        self.hands_over(self.fay, self.otto)
        with pytest.raises(LinkClosed):
            open_link(code=made.link.code, secret=made.secret, passcode=made.passcode)

    def test_what_is_recorded_later_about_a_day_that_was_handed_over_is_the_takers(self):
        self.hands_over(self.fay, self.otto)
        item = record_item(
            by=self.cody,
            session=self.session,
            speaker=self.ana.member.pk,
            concerned=[],
            text="One more thing.",
            once=uuid4(),
            guard=self.guard(),
        )
        assert self.finds(self.otto, item)
        assert not self.finds(self.fay, item)
        self.clean()

    def test_the_giver_records_nothing_more(self):
        session, guard = self.session, self.guard()
        self.hands_over(self.fay, self.otto)
        with refused(Problem.NOT_LEADING_THEN):
            record_item(
                by=self.fay,
                session=session,
                speaker=self.ana.member.pk,
                concerned=[],
                text="Too late.",
                once=uuid4(),
                guard=guard,
            )

    def test_to_a_colleague_who_leads_it_too(self):
        self.hands_over(self.fay, self.cody)
        assert self.finds(self.cody, self.item)
        assert Facilitation.objects.filter(group=self.group, user=self.cody.user).count() == 1
        self.clean()

    def test_on_through_three_hands(self):
        self.hands_over(self.fay, self.otto)
        self.hands_over(self.otto, self.cody)
        assert self.finds(self.cody, self.item)
        assert sessions.own_session(self.cody, self.session.pk)
        self.clean()

    def test_a_second_look_that_was_asked_of_the_giver_is_asked_of_somebody_else(self):
        shared = self.said("Ben waited until my light went on.", self.ana, self.ben)
        redacted = self.redacted(shared, "Somebody waited for me.")
        assert sessions.looks_asked_of(self.cody).exists()
        self.hands_over(self.cody, self.otto)
        [look] = sessions.looks_asked_of(self.otto)
        assert look.disclosure == redacted
        assert not sessions.looks_asked_of(self.cody).exists()

    def test_who_takes_it_over(self):
        for taker, problem in (
            (self.fay, Problem.LEADS_ALREADY),
            (self.sue, Problem.UNKNOWN),
            (self.zoe, Problem.UNKNOWN),
        ):
            with refused(problem):
                self.hands_over(self.fay, taker)
        with refused(Problem.LEADS_NOT):
            self.hands_over(self.otto, self.cody)
        self.clean()

    def test_a_password_given_for_another_taker_moves_nothing(self):
        step_up = self.stepped_up(
            self.sue, hand_over_scope(self.group, self.fay.user, self.cody.user)
        )
        with pytest.raises(StepUpRefused):
            hand_over_group(
                by=self.sue,
                code=self.group.code,
                leader=self.fay.user,
                to=user_of(self.otto),
                step_up_id=step_up,
            )
        assert self.finds(self.fay, self.item)

    def test_a_row_left_with_the_giver_is_told_by_check_access(self):
        self.hands_over(self.fay, self.otto)
        from_before = self.item.user_rights.first()
        self.item.user_rights.create(user_id=self.fay.user, permission=from_before.permission)
        told = [one for one in check_access(with_keys=True) if one.finding.differs]
        assert ("read_disclosure", self.fay.user) in [(one.right, one.user) for one in told]

    def test_who_comes_to_lead_without_a_hand_over_finds_nothing_from_before(self):
        add_facilitator(by=self.fay, group=self.group, user=user_of(self.otto), since=self.today)
        assert not self.finds(self.otto, self.item)
        self.hands_over(self.fay, self.otto)
        assert self.finds(self.otto, self.item)
        self.clean()
