"""Who asked and reviews, leads no more, and still learns no more than whoever asks (R21, R54)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import Practice, Role, StaffRole
from audit.models import Entry
from audit.trail import Actor
from consent import queries
from consent.models import Consent
from consent.services.alarms import CLOSED
from consent.services.deciding import decline_consent, revoke_consent
from consent.services.holding import hold_consent, lift_hold, lift_scope
from consent.services.leading import end_cover, set_cover
from oversight.queries import alarm_about
from sessions_app.models import GroupUserPermission, Supervision, WhoSigns
from sessions_app.rights import give
from tests.cast import Cast, CastTestCase, proven, sign_in, staff, user_of
from tests.speaking_for import SpeakingFor


class Covered(Cast):
    """Sue, who reviews the Tuesday group, covered it today and asked Ana; her cover is over."""

    def play(self):
        super().play()
        Practice.objects.filter(pk=self.practice.pk).update(small=True)
        StaffRole.objects.create(user_id=self.sue.user, role=Role.FACILITATOR)
        last = self.today + timedelta(days=7)
        cover = set_cover(
            by=self.sue,
            code=self.group.code,
            user=user_of(self.sue),
            since=self.today,
            until=last,
            once=uuid4(),
        )
        self.sue_asks = Actor(self.practice.pk, self.sue.user, Role.FACILITATOR, self.sue.sign_in)
        self.session = self.held(
            self.sue_asks, self.group, present=[self.ana, self.cleo], absent=[self.ben], days_ago=0
        )
        fay, self.fay = self.fay, self.sue_asks
        self.item = self.said("My brother reads my phone.")
        self.question = self.asked(self.item)
        self.fay = fay
        end_cover(by=self.sue, code=self.group.code, cover_id=cover.pk)
        self.consent = self.consent_of(self.ana, self.question)


class WhoAskedAndReviews(SpeakingFor, CastTestCase):
    stage = Covered

    def page(self, path: str, by: Actor | None = None) -> str:
        client = Client()
        sign_in(client, by or self.sue)
        return client.get(path).content.decode()

    def another_reviewer(self) -> Actor:
        rita = staff(self.practice, "Rita Reuter", Role.SUPERVISOR)
        Supervision.objects.create(group=self.group, user_id=rita.user, since=self.today)
        give(GroupUserPermission, "review_trail", rita.user, self.group)
        return rita

    def held_yes(self) -> None:
        self.grants(self.ana, self.question)
        hold_consent(by=self.ana.actor, code=self.consent.code)

    def test_a_no_to_her_own_question_is_no_line_of_her_trail_and_of_no_story(self):
        decline_consent(by=self.ana.actor, code=self.consent.code)
        trail = "/trail/?act=consent.declined"
        assert self.consent.code not in self.page(trail)
        assert "Not allowed" not in self.page(f"/trail/items/{self.item.code}/")
        assert self.consent.code in self.page(trail, self.another_reviewer())

    def test_half_a_yes_to_her_own_question_is_no_line_of_hers_also_after_a_hold(self):
        self.minor(self.ana, WhoSigns.BOTH)
        self.grants(self.ana, self.question)
        rita = self.another_reviewer()
        for end in (None, hold_consent):
            if end:
                end(by=self.ana.actor, code=self.consent.code)
            for act in ("granted", "revoked", "held"):
                assert self.consent.code not in self.page(f"/trail/?act=consent.{act}"), act
            assert self.consent.code in self.page("/trail/?act=consent.granted", rita)

    def test_a_no_to_what_somebody_else_asked_is_there_as_before(self):
        StaffRole.objects.filter(user=self.sue.user, role=Role.FACILITATOR).delete()
        fays = self.held(
            self.fay, self.group, present=[self.ana, self.cleo], absent=[self.ben], days_ago=1
        )
        self.session = fays
        other = self.consent_of(self.ana, self.asked(self.said("Something else.")))
        decline_consent(by=self.ana.actor, code=other.code)
        assert other.code in self.page("/trail/?act=consent.declined")

    def test_a_hold_is_no_alarm_of_hers_and_nothing_she_can_lift_or_close(self):
        self.held_yes()
        assert "pressured" not in self.page("/desk/").lower()
        assert self.consent.code in self.page("/trail/?act=consent.revoked")
        assert self.consent.code not in self.page("/trail/?act=consent.held")
        client = Client()
        sign_in(client, self.sue)
        assert client.get(f"/desk/pressured/{self.consent.code}/").status_code == 404
        seq = Entry.objects.get(act="consent.held").seq
        assert client.post(f"/desk/alarms/{seq}/").status_code == 404
        assert not Entry.objects.filter(act=CLOSED).exists()
        proof = proven(self.sue, lift_scope(self.consent))
        with pytest.raises(Consent.DoesNotExist):
            lift_hold(by=self.sue, code=self.consent.code, step_up_id=proof)

    def test_another_who_reviews_the_group_has_the_alarm_and_may_lift_it(self):
        rita = self.another_reviewer()
        self.held_yes()
        assert alarm_about(rita, self.consent.pk)
        assert f"/desk/pressured/{self.consent.code}/" in self.page("/desk/", rita)
        lift_hold(
            by=rita,
            code=self.consent.code,
            step_up_id=proven(rita, lift_scope(self.consent)),
        )
        assert queries.last_event(self.consent).kind == "unheld"

    def test_the_member_is_told_that_she_will_not_know(self):
        self.grants(self.ana, self.question)
        path = f"/permissions/{self.consent.code}/pressured/"
        assert "Nobody else is told" in self.page(path, self.ana.actor)
        self.another_reviewer()
        assert "Only the person who reviews" in self.page(path, self.ana.actor)

    def test_why_something_stayed_is_not_told_where_she_asked(self):
        put = queries.put_by(self.sue, [self.group.pk, self.other_group.pk])
        assert put == queries.PutBy(frozenset([self.group.pk]), frozenset())
        assert queries.put_by(self.fay, [self.group.pk]) == queries.PutBy()
        self.grants(self.ana, self.question)
        revoke_consent(by=self.ana.actor, code=self.consent.code)
        assert not queries.put_by(self.sue, [self.group.pk]).noes, "she was told of that"
