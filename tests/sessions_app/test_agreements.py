"""R86, R87: a new agreement is signed anew, and what left the room is told to whom one chooses."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from consent.facts import facts_of
from consent.services.release import Withheld
from sessions_app import queries
from sessions_app.models import AgreementSignature, BreachReport, Membership
from sessions_app.rules import Problem
from sessions_app.services.agreements import (
    answer_breach,
    note_talk,
    read_breach,
    report_breach,
    sign_agreement,
    write_agreement,
)
from sessions_app.services.stints import end_stint
from tests.cast import CastTestCase, refused, sign_in
from vault import services as vault

TEXT = "No telephones on the table."


class ANewVersion(CastTestCase):
    def setUp(self):
        self.item = self.said()
        self.request = self.asked(self.item)
        self.grants(self.ana, self.request)

    def written(self, text: str = TEXT, seen: str = "", once=None):
        group = queries.own_group(self.fay, self.group.code)
        return write_agreement(
            by=self.fay,
            group=group,
            text=text,
            seen=seen or group.agreement_version,
            once=once or uuid4(),
        )

    def signed(self, member) -> bool:
        [stint] = queries.own_memberships(member.actor)
        return hasattr(stint, "agreement_signature")

    def test_who_signed_keeps_what_they_signed_and_is_asked_anew(self):
        before = AgreementSignature.objects.get(membership__member=self.ana.member)
        self.written()

        assert not self.signed(self.ana)
        before.refresh_from_db()
        assert before.text_version == "agreement-1"
        self.signs(self.ana)
        assert self.signed(self.ana)
        assert AgreementSignature.objects.filter(membership__member=self.ana.member).count() == 2

    def test_asking_and_releasing_wait_for_it_and_recording_does_not(self):
        self.written()

        with pytest.raises(Withheld):
            self.releases(self.item)
        other = self.said("Another evening.")
        with refused(Problem.AGREEMENT_OPEN):
            self.asked(other)
        self.signs(self.ana)
        assert self.releases(self.item)
        assert self.asked(other)

    def test_whoever_left_is_held_to_what_they_signed_then(self):
        end_stint(by=self.fay, group=self.group, member_code=self.ana.member.code, until=self.today)
        self.written()

        assert facts_of(self.item.pk).subjects[0].agreement_signed
        assert queries.agreement_missing(self.item.session, [self.ana.member.pk]) == frozenset()

    def test_who_left_without_signing_signs_for_what_was_said_in_their_stint(self):
        item = self.said("Another evening.", self.cleo)
        [stint] = queries.own_memberships(self.cleo.actor)
        self.leaves(self.cleo)
        with refused(Problem.AGREEMENT_OPEN):
            self.asked(item)
        signed = self.signs_of(self.cleo, stint)

        self.grants(self.cleo, self.asked(item))
        assert self.releases(item)
        self.written()
        assert self.signs_of(self.cleo, stint) == signed, "another text is not theirs to sign"

    def test_who_left_having_signed_signs_nothing_more(self):
        [stint] = queries.own_memberships(self.ana.actor)
        before = AgreementSignature.objects.get(membership=stint)
        self.leaves(self.ana)
        self.written()

        assert self.signs_of(self.ana, stint) == before
        assert AgreementSignature.objects.filter(membership=stint).count() == 1

    def test_nobody_signs_for_another_whether_they_left_or_not(self):
        [stint] = queries.own_memberships(self.cleo.actor)
        with pytest.raises(Membership.DoesNotExist):
            self.signs_of(self.ana, stint)
        self.leaves(self.cleo)
        with pytest.raises(Membership.DoesNotExist):
            self.signs_of(self.ana, stint)

    def leaves(self, member) -> None:
        code = member.member.code
        end_stint(by=self.fay, group=self.group, member_code=code, until=self.today)

    def signs_of(self, member, stint) -> AgreementSignature:
        return sign_agreement(by=member.actor, membership_id=stint.pk, signature=member.name)

    def test_signing_the_same_text_twice_is_once(self):
        self.signs(self.ana)
        assert AgreementSignature.objects.filter(membership__member=self.ana.member).count() == 1

    def test_two_who_write_at_once_lose_nothing(self):
        self.written()
        with refused(Problem.CHANGED_MEANWHILE):
            self.written(seen="agreement-1")

    def test_the_same_form_sent_again_is_one_version(self):
        once = uuid4()
        assert self.written(seen="agreement-1", once=once) == self.written(
            seen="agreement-1", once=once
        )

    def test_members_read_it_below_the_text_that_every_group_has(self):
        self.written()
        [stint] = queries.own_memberships(self.ana.actor)
        client = Client()
        sign_in(client, self.ana.actor)

        page = client.get(f"/agreements/{stint.pk}/").content.decode()

        assert TEXT in page
        assert "What nobody can promise" in page
        assert "You signed an earlier text" in page

    def test_the_day_it_was_spoken_of_is_noted_and_not_one_to_come(self):
        talk = note_talk(by=self.fay, group=self.group, on=self.today, once=uuid4())
        assert talk.on == self.today
        with refused(Problem.DAY_TO_COME):
            note_talk(
                by=self.fay, group=self.group, on=self.today + timedelta(days=1), once=uuid4()
            )


class SomethingLeftTheRoom(CastTestCase):
    TOLD = "Somebody spoke of us at work."

    def told(self, *, leaders: bool = False) -> BreachReport:
        [stint] = queries.own_memberships(self.ana.actor)
        return report_breach(
            by=self.ana.actor,
            membership_id=stint.pk,
            text=self.TOLD,
            tell_leaders=leaders,
            once=uuid4(),
        )

    def test_whoever_reviews_reads_it_and_whoever_leads_does_not(self):
        report = self.told()
        found, receipt = read_breach(by=self.sue, report_id=report.pk)

        assert vault.open(found.sealed_text(self.practice.pk), receipt) == self.TOLD
        for by in (self.fay, self.cody, self.otto, self.adam, self.zoe, self.ben.actor):
            with pytest.raises(BreachReport.DoesNotExist):
                read_breach(by=by, report_id=report.pk)

    def test_those_who_lead_read_it_if_its_member_says_so(self):
        report = self.told(leaders=True)
        assert read_breach(by=self.fay, report_id=report.pk)
        with pytest.raises(BreachReport.DoesNotExist):
            read_breach(by=self.otto, report_id=report.pk)

    def test_only_whoever_reviews_answers_and_once(self):
        report = self.told(leaders=True)
        with pytest.raises(BreachReport.DoesNotExist):
            answer_breach(by=self.fay, report_id=report.pk, text="No.")
        answered = answer_breach(by=self.sue, report_id=report.pk, text="Let us talk.")

        assert answered.answered_by_id == self.sue.user
        with refused(Problem.CLOSED):
            answer_breach(by=self.sue, report_id=report.pk, text="Again.")
        found, receipt = read_breach(by=self.ana.actor, report_id=report.pk)
        assert vault.open(found.sealed_answer(self.practice.pk), receipt) == "Let us talk."

    def test_who_left_tells_of_it_too(self):
        [stint] = queries.own_memberships(self.ana.actor)
        end_stint(by=self.fay, group=self.group, member_code=self.ana.member.code, until=self.today)
        report = report_breach(
            by=self.ana.actor,
            membership_id=stint.pk,
            text=self.TOLD,
            tell_leaders=False,
            once=uuid4(),
        )
        assert read_breach(by=self.sue, report_id=report.pk)

    def test_nobody_tells_for_another_stint(self):
        [bens] = queries.own_memberships(self.ben.actor)
        with pytest.raises(Membership.DoesNotExist):
            report_breach(
                by=self.ana.actor,
                membership_id=bens.pk,
                text=self.TOLD,
                tell_leaders=False,
                once=uuid4(),
            )

    def test_nothing_said_is_not_told(self):
        [stint] = queries.own_memberships(self.ana.actor)
        with refused(Problem.REQUIRED):
            report_breach(
                by=self.ana.actor,
                membership_id=stint.pk,
                text="  ",
                tell_leaders=False,
                once=uuid4(),
            )
