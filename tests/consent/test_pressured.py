"""A yes that was not free: stopped quietly, told to the supervisor alone, lifted in the room."""

import re
from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Role, StaffRole
from accounts.services import StepUpRefused
from audit.models import Entry
from consent import queries
from consent.kinds import Kind, Reason
from consent.models import Consent, ConsentEvent, ConsentRequest, Recipient
from consent.queries import AnswerSeen, Standing
from consent.services.deciding import decline_consent, revoke_consent
from consent.services.erasing import erase_item
from consent.services.freezing import freeze
from consent.services.holding import hold_consent, lift_hold, lift_scope
from consent.services.papers import decline_on_paper
from consent.services.previewing import preview
from consent.services.recipients import show_class_member
from consent.services.release import Withheld, open_release
from consent.services.verdicts import item_asked_for
from oversight.queries import alarm_about
from sessions_app.models import GroupUserPermission, Supervision
from sessions_app.rights import give
from sessions_app.rules import Problem, Rejected
from sessions_app.services.items import edit_item
from tests.cast import CastTestCase, proven, recipient, refused, sign_in
from tests.consent.test_deciding import no_keys
from tests.pages.visible import blocks

MOVES = re.compile(r"[A-Z]-[0-9A-Z]{6}|[0-9]+:[0-9:]+|[0-9A-Fa-f-]{36}")


class PressuredTestCase(CastTestCase):
    def setUp(self):
        self.item = self.said("My brother reads my phone.")
        self.request = self.asked(self.item)
        self.given = self.grants(self.ana, self.request)

    def holds(self):
        return hold_consent(by=self.ana.actor, code=self.given.code)

    def lifts(self, by=None):
        by = by or self.sue
        proof = self.stepped_up(by, lift_scope(self.given))
        return lift_hold(by=by, code=self.given.code, step_up_id=proof)


class Holding(PressuredTestCase):
    def test_from_that_instant_nothing_goes_out(self):
        release = self.releases(self.item)
        self.holds()
        with pytest.raises(Withheld):
            self.releases(self.item)
        with pytest.raises(Withheld):
            open_release(by=self.fay, code=release.code)

    def test_what_was_erased_meanwhile_does_not_stand_again(self):
        self.holds()
        erase_item(by=self.sue, code=self.item.code)
        with pytest.raises(Consent.DoesNotExist):
            self.lifts()

    def test_it_needs_no_key(self):
        with no_keys():
            assert self.holds().kind == Kind.HELD

    def test_whoever_asked_sees_what_they_see_of_a_yes_taken_back(self):
        other = self.said("Something else.")
        taken = self.grants(self.ana, self.asked(other))
        revoke_consent(by=self.ana.actor, code=taken.code)
        self.holds()
        seen = [
            [
                answer.seen
                for answer in queries.answers(consent.request, consent.version, timezone.now())
            ]
            for consent in (taken, self.given)
        ]
        assert seen == [[AnswerSeen.NOT_AGREED]] * 2
        why = [
            preview(
                by=self.fay,
                ask=partial(item_asked_for, self.fay, item.code),
                recipient=self.clinic,
                purpose="TREAT",
            )
            .stays[0]
            .reasons
            for item in (other, self.item)
        ]
        assert why[0] == why[1]

    def test_on_the_members_own_pages_it_is_taken_back(self):
        self.holds()
        [consent] = queries.own_consents(self.ana.actor)
        assert queries.standing(consent, timezone.now()) is Standing.WITHDRAWN

    def test_once_is_enough(self):
        assert self.holds().pk == self.holds().pk
        assert Entry.objects.filter(act="consent.held").count() == 1

    def test_it_reaches_every_yes_to_the_same_words_and_reader(self):
        rows = ConsentRequest.objects.filter(pk=self.request.pk)
        rows.update(answer_by=timezone.now() - timedelta(seconds=1))
        again = self.grants(self.ana, self.asked(self.item))
        self.holds()
        assert queries.last_event(again).kind == Kind.HELD
        with pytest.raises(Withheld):
            self.releases(self.item)

    def test_it_holds_nothing_where_no_yes_stands(self):
        revoke_consent(by=self.ana.actor, code=self.given.code)
        assert self.holds().kind == Kind.REVOKED
        assert not Entry.objects.filter(act="consent.held").exists()

    def test_somebody_elses_yes_is_not_there(self):
        for other in (self.ben.actor, self.fay, self.sue):
            with pytest.raises(Consent.DoesNotExist):
                hold_consent(by=other, code=self.given.code)

    def test_afterwards_nobody_can_be_made_to_say_yes_again_online(self):
        self.holds()
        with refused(Problem.WIDER_NO):
            self.grants(self.ana, self.request)

    def test_a_no_of_anybody_counts_and_does_not_end_the_hold(self):
        for no in (
            lambda: revoke_consent(by=self.ana.actor, code=self.given.code),
            lambda: decline_consent(by=self.ana.actor, code=self.given.code),
            lambda: decline_on_paper(by=self.fay, code=self.given.code),
        ):
            self.setUp()
            self.holds()
            assert no().kind == Kind.REVOKED
            with refused(Problem.WIDER_NO):
                self.grants(self.ana, self.request)
            assert not queries.pressured(self.sue, self.given.code).may_stand_again
            assert alarm_about(self.sue, self.given.pk)
            with pytest.raises(Consent.DoesNotExist):
                self.lifts()

    def test_it_bars_what_taking_back_bars_whichever_yes_stands_beside_it(self):
        for before in (True, False):
            for end in (hold_consent, revoke_consent):
                with self.subTest(end=end.__name__, wide_yes_before=before):
                    item = self.said("He reads my letters.")
                    if before:
                        self.grants(self.ana, self.asked(item))
                    narrow = self.grants(self.ana, self.asked(item, purpose="COC"))
                    end(by=self.ana.actor, code=narrow.code)
                    if not before:
                        self.grants(self.ana, self.asked(item))
                    assert self.why_it_stays(item, "COC") == (Reason.REVOKED,)
                    with pytest.raises(Withheld):
                        self.releases(item, purpose="COC")
                    assert self.releases(item)

    def test_a_lifting_that_somebody_wrote_into_the_database_lifts_nothing_whatever_follows_it(
        self,
    ):
        narrow = self.grants(self.ana, self.asked(self.item, purpose="COC"))
        hold_consent(by=self.ana.actor, code=narrow.code)
        forged = {"consent": narrow, "at": timezone.now(), "by_id": self.sue.user}
        lifted = {"kind": Kind.UNHELD, "until": narrow.expires, "mac_key_id": 1, "mac": bytes(32)}
        ConsentEvent.objects.create(counter=900, **forged, **lifted)
        ConsentEvent.objects.create(counter=901, kind=Kind.EXPIRED, **forged)
        assert Reason.REVOKED in self.why_it_stays(self.item, "COC")
        with pytest.raises(Withheld):
            self.releases(self.item, purpose="COC")

    def test_what_came_after_a_true_lifting_leaves_it_lifted(self):
        narrow = self.grants(self.ana, self.asked(self.item, purpose="COC"))
        hold_consent(by=self.ana.actor, code=narrow.code)
        proof = proven(self.sue, lift_scope(narrow))
        lift_hold(by=self.sue, code=narrow.code, step_up_id=proof)
        ConsentEvent.objects.create(
            consent=narrow, counter=900, kind=Kind.EXPIRED, at=timezone.now()
        )
        assert self.releases(self.item, purpose="COC")

    def test_it_bars_the_reader_whose_class_was_meant(self):
        doctors = recipient(self.adam, "The doctors", Recipient.Kind.CLASS)
        show_class_member(by=self.adam, code=doctors.code, recipient=self.clinic.code)
        to_all = self.grants(self.ana, self.asked(self.item, doctors))
        hold_consent(by=self.ana.actor, code=to_all.code)
        assert queries.standing(self.fresh(self.given), timezone.now()) is Standing.GRANTED
        with pytest.raises(Withheld):
            self.releases(self.item)

    def test_the_members_pages_say_word_for_word_what_they_say_of_a_yes_taken_back(self):
        told = []
        for end in (hold_consent, revoke_consent):
            given = self.grants(self.ana, self.asked(self.said("The same words.")))
            end(by=self.ana.actor, code=given.code)
            client = Client()
            sign_in(client, self.ana.actor)
            pages = [
                client.get(f"/permissions/{given.code}/"),
                client.get(f"/questions/{given.code}/"),
                client.get(f"/permissions/{given.code}/take-back/"),
            ]
            told.append(
                [
                    (page.status_code, MOVES.sub("", " ".join(blocks(page.content.decode()))))
                    for page in pages
                ]
            )
        assert told[0] == told[1]

    def why_it_stays(self, item, purpose):
        ask = partial(item_asked_for, self.fay, item.code)
        seen = preview(by=self.fay, ask=ask, recipient=self.clinic, purpose=purpose)
        return seen.stays[0].reasons

    def fresh(self, consent):
        return queries.own_consent(self.ana.actor, consent.code)


class WhoIsTold(PressuredTestCase):
    def test_the_supervisor_of_the_group_alone(self):
        self.holds()
        assert alarm_about(self.sue, self.given.pk)
        for other in (self.fay, self.cody, self.adam, self.ana.actor, self.zoe):
            assert alarm_about(other, self.given.pk) is None
            with pytest.raises(Consent.DoesNotExist):
                queries.pressured(other, self.given.code)

    def test_the_desk_leads_to_what_helps_now(self):
        self.holds()
        client = Client()
        sign_in(client, self.sue)
        assert f"/desk/pressured/{self.given.code}/" in client.get("/desk/").content.decode()
        page = client.get(f"/desk/pressured/{self.given.code}/").content.decode()
        assert self.ana.member.code in page
        assert "alone" in page

    def test_a_supervisor_who_leads_the_group_sees_a_yes_taken_back(self):
        Supervision.objects.create(group=self.group, user_id=self.fay.user, since=self.today)
        give(GroupUserPermission, "review_trail", self.fay.user, self.group)
        StaffRole.objects.create(user_id=self.fay.user, role=Role.SUPERVISOR)
        self.holds()
        client = Client()
        sign_in(client, self.fay)
        for path in ("/desk/", "/trail/", "/trail/?act=consent.revoked"):
            page = client.get(path).content.decode()
            assert "pressured" not in page.lower(), path
        assert self.given.code in page
        assert self.given.code not in client.get("/trail/?act=consent.held").content.decode()
        assert client.get(f"/desk/pressured/{self.given.code}/").status_code == 404

    def test_the_member_is_told_who_will_know(self):
        client = Client()
        sign_in(client, self.ana.actor)
        path = f"/permissions/{self.given.code}/pressured/"
        assert "Only the person who reviews this group is told" in client.get(path).content.decode()
        self.group.supervisions.update(user_id=self.fay.user)
        assert "Nobody else is told" in client.get(path).content.decode()


class Lifting(PressuredTestCase):
    def test_what_stood_stands_again(self):
        self.holds()
        self.lifts()
        self.releases(self.item)
        assert alarm_about(self.sue, self.given.pk) is None

    def test_needs_a_proof_for_this_very_hold(self):
        self.holds()
        other = self.grants(self.ana, self.asked(self.said("Another.")))
        proof = self.stepped_up(self.sue, lift_scope(other))
        with pytest.raises(StepUpRefused):
            lift_hold(by=self.sue, code=self.given.code, step_up_id=proof)

    def test_the_one_who_asked_cannot(self):
        self.holds()
        with pytest.raises(Consent.DoesNotExist):
            self.lifts(by=self.fay)

    def test_not_while_the_house_is_frozen(self):
        self.holds()
        freeze(by=self.sue)
        with pytest.raises(Rejected):
            self.lifts()

    def test_not_for_words_that_were_changed(self):
        self.holds()
        edit_item(
            by=self.fay,
            code=self.item.code,
            seen_version=1,
            concerned=[],
            text="Other words.",
            guard=self.guard(),
        )
        with pytest.raises(Consent.DoesNotExist):
            self.lifts()

    def test_a_hold_nobody_lifted_is_not_lifted_twice(self):
        self.holds()
        self.lifts()
        with pytest.raises(Consent.DoesNotExist):
            self.lifts()
