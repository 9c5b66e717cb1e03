"""R116, R117, R119, R120: danger to a life, written down sealed, for those who lead the group."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from audit import trail
from audit.models import Entry
from consent.services.erasing import erase_member
from consent.services.freezing import freeze
from ethics import queries
from ethics.models import RiskAssessment, RiskFollowUp, SafetyPlan
from ethics.risk_rules import Talk, plan_parts, talk_of
from ethics.services.library import load_library
from ethics.services.risk import follow_up_risk, record_risk, write_safety_plan
from sessions_app import queries as sessions
from sessions_app.models import (
    ContactReading,
    Draft,
    Facilitation,
    Member,
    Membership,
    TherapyGroup,
)
from sessions_app.rules import Problem
from sessions_app.services.contacts import review_reading, write_contact
from sessions_app.services.groups import close_group
from sessions_app.services.stints import end_stint
from tests.cast import CastTestCase, refused, sign_in
from vault import key_ring
from vault import services as vault
from vault.envelope import Unreadable

HEARD = "Unmistakable words about the bridge."
PLAN = "Unmistakable walk to the river."


class Worried(CastTestCase):
    def of(self, member=None, by=None, group=None):
        return {
            "by": by or self.fay,
            "group_code": (group or self.group).code,
            "member_code": (member or self.ana).member.code,
        }

    def recorded(self, member=None, by=None, on=None, once=None, **talk) -> RiskAssessment:
        said = Talk(**{"level": "low", "heard": HEARD, **talk})
        return record_risk(**self.of(member, by), talk=said, follow_up_on=on, once=once or uuid4())

    def followed(self, worry, on=None, text="She slept.", by=None) -> RiskFollowUp:
        return follow_up_risk(
            **self.of(by=by), code=worry.code, text=text, next_on=on, once=uuid4()
        )

    def planned(self, seen=0, by=None, member=None, text=PLAN) -> SafetyPlan:
        return write_safety_plan(**self.of(member, by), parts={"alone": text}, seen=seen)

    def opened(self, row, by=None) -> str:
        receipt = trail.receipt_for(by or self.fay, "risk.opened", [row.pk])
        return vault.open(row.sealed_words, receipt)


class ATalk(Worried):
    def test_it_is_kept_whole_and_sealed(self):
        worry = self.recorded(wish="yes", level="high")
        talk = talk_of(self.opened(worry))
        assert (talk.heard, talk.wish, talk.level) == (HEARD, "yes", "high")

    def test_the_trail_says_that_and_where_and_neither_words_nor_level_nor_member(self):
        worry = self.recorded(level="high")
        entry = self.last_entry()
        assert (entry.act, entry.code, entry.group, entry.actor) == (
            "risk.recorded",
            worry.code,
            self.group.pk,
            self.fay.user,
        )
        body = bytes(entry.body)
        for told in (b"high", b"bridge", self.ana.member.code.encode()):
            assert told not in body

    def test_nothing_of_it_stands_in_clear(self):
        worry = self.recorded()
        self.followed(worry, text=HEARD)
        self.planned()
        with connection.cursor() as cursor:
            for table in (
                *("ethics_riskassessment", "ethics_riskfollowup", "ethics_safetyplan"),
                "audit_entry",
            ):
                cursor.execute(f"SELECT * FROM {table}")
                raw = b"".join(
                    bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
                    for row in cursor.fetchall()
                    for cell in row
                )
                assert b"Unmistakable" not in raw, table

    def test_sent_twice_it_is_there_once_and_another_is_another_row(self):
        once = uuid4()
        assert self.recorded(once=once) == self.recorded(once=once)
        assert self.recorded(once=once, level="high") != self.recorded(once=once)
        assert RiskAssessment.objects.count() == 2

    def test_nobody_changes_it_afterwards(self):
        worry = self.recorded()
        with pytest.raises(DatabaseError), transaction.atomic():
            RiskAssessment.objects.filter(pk=worry.pk).update(follow_up_on=None)
        with pytest.raises(DatabaseError), transaction.atomic():
            RiskAssessment.objects.filter(pk=worry.pk).delete()

    def test_without_a_level_nothing_is_kept(self):
        with refused(Problem.REQUIRED):
            self.recorded(level="")
        assert not RiskAssessment.objects.exists()

    def test_a_frozen_house_writes_it_down_all_the_same(self):
        freeze(by=self.sue)
        self.followed(self.recorded())
        self.planned()

    def test_without_keys_nothing_is_kept_in_clear(self):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("vault.key_ring.current", _keyless)
            with pytest.raises(key_ring.Keyless):
                self.recorded()
        assert not RiskAssessment.objects.exists()


class WhoFindsIt(Worried):
    def test_everybody_who_leads_the_group_and_nobody_else(self):
        self.recorded()
        for by in (self.fay, self.cody):
            group, member = queries.member_met(by, self.group.code, self.ana.member.code)
            assert queries.assessments_of(group, member).count() == 1
        for by in (self.otto, self.sue, self.adam, self.zoe, self.ana.actor):
            with pytest.raises(TherapyGroup.DoesNotExist):
                queries.member_met(by, self.group.code, self.ana.member.code)

    def test_a_member_of_another_group_is_not_found_through_ones_own(self):
        for member in (self.dora, self.zed):
            with pytest.raises(Member.DoesNotExist):
                self.recorded(member=member)

    def test_neither_writing_nor_reading_nor_going_on_for_who_does_not_lead(self):
        worry = self.recorded()
        for by in (self.otto, self.zoe, self.sue):
            with pytest.raises(TherapyGroup.DoesNotExist):
                self.recorded(by=by)
            with pytest.raises(TherapyGroup.DoesNotExist):
                self.followed(worry, by=by)
            with pytest.raises(TherapyGroup.DoesNotExist):
                self.planned(by=by)

    def test_a_talk_of_somebody_else_is_not_followed_up_as_this_ones(self):
        of_ben = self.recorded(member=self.ben)
        with pytest.raises(RiskAssessment.DoesNotExist):
            self.followed(of_ben)

    def test_who_leads_another_group_of_theirs_finds_level_and_plan_with_a_reason_alone(self):
        worry, plan = self.recorded(), self.planned()
        Membership.objects.create(group=self.other_group, member=self.ana.member, since=self.today)
        group, member = queries.member_met(self.otto, self.other_group.code, self.ana.member.code)
        assert not queries.assessments_of(group, member).exists()
        with pytest.raises(RiskAssessment.DoesNotExist):
            follow_up_risk(
                **self.of(by=self.otto, group=self.other_group),
                code=worry.code,
                text="Slept.",
                next_on=None,
                once=uuid4(),
            )
        joined = queries.of_emergency(self.otto, group, member)
        assert (joined.assessment, joined.plan) == (worry, plan)

    def test_worry_does_not_end_with_a_stay_nor_with_a_group(self):
        end_stint(by=self.fay, group=self.group, member_code=self.ana.member.code, until=self.today)
        self.recorded()
        close_group(by=self.fay, group=self.group)
        self.recorded()
        assert RiskAssessment.objects.count() == 2

    def test_whoever_leads_no_more_finds_it_no_more(self):
        self.recorded()
        Facilitation.objects.filter(user=self.cody.user).update(
            until=self.today - timedelta(days=1)
        )
        with pytest.raises(TherapyGroup.DoesNotExist):
            queries.member_met(self.cody, self.group.code, self.ana.member.code)


class ComingBack(Worried):
    def due(self, by=None):
        return [one.code for one in queries.risk_due(by or self.fay)]

    def test_it_comes_back_from_its_day_on_for_who_leads_the_group(self):
        worry = self.recorded(on=self.today)
        self.recorded(member=self.ben, on=self.today + timedelta(days=1))
        self.recorded(member=self.cleo)
        for by in (self.fay, self.cody):
            assert self.due(by) == [worry.code]
        for by in (self.otto, self.zoe):
            assert self.due(by) == []

    def test_not_for_a_leader_who_came_after_the_member_left(self):
        worry = self.recorded(on=self.today)
        days = {n: self.today - timedelta(days=n) for n in (1, 9, 20)}
        self.ana.member.memberships.update(since=days[20], until=days[9])
        Facilitation.objects.filter(user=self.cody.user).update(since=days[1])
        assert (self.due(self.fay), self.due(self.cody)) == ([worry.code], [])

    def test_it_waits_for_who_reviews_the_group_if_nobody_who_leads_it_met_the_member(self):
        worry = self.recorded(on=self.today)
        days = {n: self.today - timedelta(days=n) for n in (1, 9, 20)}
        self.ana.member.memberships.update(since=days[20], until=days[9])
        alone = queries.risk_left_alone
        assert not alone(self.sue).exists()
        Facilitation.objects.filter(user=self.cody.user).update(since=days[1])
        assert not alone(self.sue).exists(), "Fay led it then"
        fays = Facilitation.objects.filter(user=self.fay.user, group=self.group)
        fays.update(until=days[1])
        assert (self.due(self.fay), self.due(self.cody)) == ([], [])
        assert [one.code for one in alone(self.sue)] == [worry.code]
        for by in (self.fay, self.cody, self.otto, self.zoe, self.adam):
            assert not alone(by).exists()
        fays.update(handed_to=self.cody.user)
        assert self.due(self.cody) == [worry.code]
        assert not alone(self.sue).exists()

    def test_whoever_reviews_the_group_is_not_called_before_its_day_nor_after_a_follow_up(self):
        self.recorded(member=self.ben, on=self.today + timedelta(days=1))
        self.followed(self.recorded(on=self.today), on=None)
        due = self.recorded(member=self.cleo, on=self.today)
        Facilitation.objects.filter(group=self.group).update(until=self.today - timedelta(days=1))
        assert [one.code for one in queries.risk_left_alone(self.sue)] == [due.code]

    def test_a_follow_up_moves_the_day_or_closes_it(self):
        worry = self.recorded(on=self.today)
        self.followed(worry, on=self.today + timedelta(days=2))
        assert self.due() == []
        self.followed(worry, on=self.today)
        assert self.due() == [worry.code]
        self.followed(worry, on=None)
        assert self.due() == []

    def test_a_later_talk_takes_its_place(self):
        first = self.recorded(on=self.today)
        self.recorded()
        assert self.due() == []
        with refused(Problem.CLOSED):
            self.followed(first)

    def test_a_follow_up_says_something_and_its_day_is_not_past(self):
        worry = self.recorded()
        with refused(Problem.REQUIRED):
            self.followed(worry, text=" … ")
        with refused(Problem.TOO_LONG):
            self.followed(worry, text="x" * 2_001)
        with refused(Problem.PAST):
            self.followed(worry, on=self.today - timedelta(days=1))
        with refused(Problem.OUT_OF_BOUNDS):
            self.followed(worry, on=self.today + timedelta(days=400))


class ASafetyPlan(Worried):
    def test_every_version_stays_and_the_latest_is_read(self):
        first, second = self.planned(), self.planned(seen=1, text="Call Bruno.", by=self.cody)
        assert (first.version, second.version) == (1, 2)
        assert queries.latest_plan(self.ana.member) == second

    def test_the_same_words_twice_are_one_version(self):
        assert self.planned() == self.planned()

    def test_two_who_write_at_once_are_told(self):
        self.planned()
        with refused(Problem.CHANGED_MEANWHILE):
            self.planned(seen=0, text="Something else.")

    def test_the_member_finds_their_own_and_nobody_elses(self):
        plan = self.planned()
        assert queries.own_safety_plan(self.ana.actor) == plan
        for by in (self.ben.actor, self.zed.actor, self.fay, self.sue):
            assert queries.own_safety_plan(by) is None


class OnThePages(Worried):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        load_library()

    def page(self, actor, path, **post):
        client = Client()
        sign_in(client, actor)
        response = client.post(path, post) if post else client.get(path)
        return response.status_code, response.content.decode()

    def at(self, rest=""):
        return f"/groups/{self.group.code}/members/{self.ana.member.code}/risk/{rest}"

    def test_the_member_reads_their_plan_and_not_the_talk(self):
        worry = self.recorded()
        self.planned()
        status, page = self.page(self.ana.actor, "/safety-plan/")
        assert status == 200 and PLAN in page and HEARD not in page
        assert Entry.objects.filter(act="safety_plan.opened", actor=self.ana.actor.user).exists()
        assert PLAN not in self.page(self.ben.actor, "/safety-plan/")[1]
        assert self.page(self.ana.actor, self.at(f"{worry.code}/"))[0] == 404

    def test_a_talk_is_closed_until_it_is_opened(self):
        worry = self.recorded()
        assert HEARD not in self.page(self.fay, self.at(f"{worry.code}/"))[1]
        client = Client()
        sign_in(client, self.cody)
        opened = client.post(self.at(f"{worry.code}/open/"))
        assert HEARD in opened.content.decode()
        entry = Entry.objects.filter(act="risk.opened").latest("seq")
        assert (entry.actor, entry.code) == (self.cody.user, worry.code)

    def test_what_she_said_lately_is_where_telling_somebody_outside_begins(self):
        assert "log what was said as an item first" in self.page(self.fay, self.at())[1]
        said = [self.said(f"I said it {n} times.") for n in range(4)]
        other = self.said("So did I.", self.cleo)
        for page in (self.at(), self.at("new/")):
            found = re.findall(r'href="/items/([\w-]+)/"', self.page(self.fay, page)[1])
            assert found == [item.code for item in reversed(said[1:])]
            assert other.code not in found

    def test_level_and_answers_that_disagree_are_asked_about_once(self):
        client = Client()
        sign_in(client, self.fay)
        said = {"level": "low", "intent": "yes", "plan": "yes", "where": "room"}
        first = client.post(self.at("new/"), {**said, "once": uuid4()})
        assert first.status_code == 200 and not RiskAssessment.objects.exists()
        assert "may not fit together" in first.content.decode()
        again = client.post(self.at("new/"), {**said, "once": uuid4(), "warned": "intent_and_plan"})
        assert again.status_code == 302
        [worry] = RiskAssessment.objects.all()
        talk = talk_of(self.opened(worry))
        assert (talk.level, talk.warned) == ("low", "intent_and_plan")

    def test_what_is_kept_for_later_waits_on_today_and_comes_back(self):
        client = Client()
        sign_in(client, self.fay)
        kept = client.post(self.at("new/"), {"heard": HEARD, "steps": ["plan"], "later": "yes"})
        assert kept.status_code == 302 and not RiskAssessment.objects.exists()
        assert self.at("new/") in client.get("/today/").content.decode()
        form = client.get(self.at("new/")).content.decode()
        assert HEARD in form and "Your text is back" in form
        client.post(self.at("new/"), {"heard": HEARD, "level": "low", "once": uuid4()})
        assert not Draft.objects.exists()
        assert self.page(self.cody, "/today/")[1].count(self.at("new/")) == 0

    def test_what_is_too_long_to_be_kept_for_later_stays_in_the_form(self):
        for path, words in (("new/", "heard"), ("plan/", "signs")):
            with self.subTest(path):
                sent = {words: HEARD * 4_000, "later": "yes", "once": str(uuid4())}
                status, page = self.page(self.fay, self.at(path), **sent)
                assert status == 200 and HEARD * 4_000 in page and "too long" in page
        assert not Draft.objects.exists() and not RiskAssessment.objects.exists()

    def test_a_talk_on_a_day_that_no_calendar_has_opens_as_it_was_typed(self):
        worry = self.recorded(seen_at="2026-02-30T10:00")
        client = Client()
        sign_in(client, self.fay)
        opened = client.post(self.at(f"{worry.code}/open/"))
        assert opened.status_code == 200 and "2026-02-30T10:00" in opened.content.decode()

    def test_the_group_is_not_named_in_the_address_of_another(self):
        assert self.page(self.otto, self.at())[0] == 404
        assert self.page(self.fay, f"/groups/{self.group.code}/members/M-2222/risk/")[0] == 404


class InAnEmergency(OnThePages):
    """R119: for the same reason, noted the same way and reviewed the same way."""

    def contact(self, base="groups"):
        return f"/{base}/{self.group.code}/members/{self.ana.member.code}/contact/"

    def all_there(self):
        write_contact(
            by=self.fay,
            group=self.group,
            member_code=self.ana.member.code,
            contact="Bruno, 555-0139",
        )
        self.recorded(level="moderate")
        self.recorded(level="high")
        self.planned()

    def test_who_reads_the_contact_also_reads_level_and_plan(self):
        self.all_there()
        for actor, base in ((self.fay, "groups"), (self.sue, "desk/groups")):
            status, page = self.page(actor, self.contact(base), why="She did not come home.")
            assert status == 200
            assert "Bruno" in page and "High" in page and PLAN in page
            assert HEARD not in page and "Moderate" not in page

    def test_the_entry_lists_every_row_that_was_opened_and_somebody_reviews_it(self):
        self.all_there()
        self.page(self.fay, self.contact(), why="She did not come home.")
        entry = Entry.objects.get(act="contact.opened")
        plan = queries.latest_plan(self.ana.member)
        latest = RiskAssessment.objects.latest("pk")
        assert trail.ids_of(entry) == {self.ana.member.pk, plan.pk, latest.pk}
        [reading] = sessions.readings_to_review(self.sue)
        review_reading(by=self.sue, reading_id=reading.pk, in_order=True)

    def test_before_a_reason_the_page_is_the_same_whether_anything_is_there_or_not(self):
        before = self.page(self.sue, self.contact("desk/groups"))[1]
        self.all_there()
        after = self.page(self.sue, self.contact("desk/groups"))[1]
        assert _without_keys(before) == _without_keys(after)

    def test_without_a_reason_nothing_opens(self):
        self.all_there()
        status, page = self.page(self.sue, self.contact("desk/groups"), why=" ")
        assert status == 200 and PLAN not in page
        assert not ContactReading.objects.exists()

    def test_who_neither_leads_nor_reviews_the_group_finds_nothing(self):
        self.all_there()
        for by in (self.otto, self.adam, self.zoe):
            with pytest.raises(TherapyGroup.DoesNotExist):
                queries.of_emergency(by, self.group, self.ana.member)


class Erased(Worried):
    def test_erasing_a_member_takes_talk_plan_and_drafts(self):
        worry, plan = self.recorded(on=self.today), self.planned()
        after = self.followed(worry, on=self.today)
        client = Client()
        sign_in(client, self.fay)
        path = f"/groups/{self.group.code}/members/{self.ana.member.code}/risk/"
        client.post(f"{path}new/", {"heard": HEARD, "later": "yes"})
        erase_member(by=self.sue, code=self.ana.member.code)
        for sealed in (worry.sealed_words, plan.sealed_words, after.sealed_words(self.practice.pk)):
            receipt = trail.receipt_for(self.fay, "risk.opened", [sealed.place.row])
            with pytest.raises(Unreadable):
                vault.open(sealed, receipt)
        assert list(queries.risk_due(self.fay)) == []
        assert not Draft.objects.exists()
        assert client.get(path).status_code == 404
        with pytest.raises(Member.DoesNotExist):
            self.recorded()


def test_a_plan_that_was_sealed_by_an_earlier_house_still_opens():
    assert plan_parts('{"alone": "Walk."}')["signs"] == ""


def _keyless(*_args, **_more):
    raise key_ring.Keyless("away")


def _without_keys(page: str) -> str:
    return re.sub(r'value="[^"]*"', "", page)
