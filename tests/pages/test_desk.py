"""The supervisor's desk: what waits, by how late it is, by code; the outside colleague's too."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Practice, Recovery, Role
from accounts.queries import RECOVERY_WAITS
from consent.models import Override, PaperConsent, PrivacyRequest, Review, Telling
from consent.rules.claims import ANSWERED_WITHIN
from ethics.risk_rules import Talk
from ethics.services.risk import record_risk
from pages.supervisor.waiting import A_LOOK, A_MONTH, Waiting, Weight, waiting_for, weighed
from sessions_app.models import (
    BreachReport,
    ContactReading,
    DisclosureVersion,
    Facilitation,
    Representation,
)
from sessions_app.services.contacts import review_reading
from tests.cast import CastTestCase, sign_in, staff
from tests.consent.by_hand import change
from tests.overriding import TEXT
from tests.pages.scene import Scene

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")


def thing(due: datetime, since: datetime = NOON - timedelta(days=2)) -> Waiting:
    return Waiting("A thing", "D-3F8K2M", "G-07", since, due, "/")


@pytest.mark.parametrize(
    ("due", "weight"),
    [
        (NOON - timedelta(seconds=1), Weight.LATE),
        (NOON, Weight.LATE),
        (NOON + timedelta(seconds=1), Weight.TODAY),
        (datetime(2026, 3, 4, 23, 59, tzinfo=NEW_YORK), Weight.TODAY),
        (datetime(2026, 3, 5, 0, 0, tzinfo=NEW_YORK), Weight.CALM),
    ],
)
def test_a_thing_is_late_from_its_instant_on_and_due_on_its_local_day(due, weight):
    with timezone.override(NEW_YORK):
        assert thing(due).weight(NOON) is weight


def test_the_first_stands_by_itself_only_if_it_cannot_wait():
    calm, late = thing(NOON + timedelta(days=9)), thing(NOON - timedelta(days=1))
    assert weighed([calm], NOON)["pressing"] is None
    told = weighed([late, calm], NOON)
    assert told["pressing"]["one"] == late
    assert [row["one"] for row in told["waiting"]] == [calm]
    assert (told["late"], told["today"], told["unshown"]) == (1, 0, 0)
    assert weighed([calm] * 23, NOON)["unshown"] == 3


def test_time_that_is_used_up_is_all_of_it_and_no_time_at_all_divides_nothing():
    assert thing(NOON + timedelta(days=2)).used(NOON) == 50
    assert thing(NOON - timedelta(days=1)).used(NOON) == 100
    assert thing(NOON, since=NOON).used(NOON) == 0


class TheDesk(Scene, CastTestCase):
    stage = Scene

    def waiting(self, who) -> dict[str, Waiting]:
        return {one.about: one for one in waiting_for(who)}

    def page(self, who, path: str = "/desk/") -> str:
        client = Client()
        sign_in(client, who)
        return client.get(path).content.decode()

    def test_each_source_has_a_row_with_its_code_its_group_and_its_clock(self):
        reading, paper = ContactReading.objects.get(), PaperConsent.objects.get()
        breach, asked = BreachReport.objects.get(), PrivacyRequest.objects.filter(state="waiting")
        petras = Representation.objects.get(confirmed_at=None)
        look = DisclosureVersion.objects.get(
            disclosure=self.waiting_for_sue, number=self.waiting_for_sue.current_version
        )
        lost = Recovery.objects.get()
        group = self.group.code
        asked_for = Override.objects.get(pk=self.waiting_override.pk)
        review = Review.objects.get(override=self.went_out)
        told = {(o.about, o.group, o.since, o.due) for o in waiting_for(self.sue)}
        expected = {
            (reading.member.code, group, reading.at, reading.at + A_LOOK),
            (breach.member.code, group, breach.at, breach.at + A_LOOK),
            *((one.code, "", one.asked_at, one.asked_at + A_MONTH) for one in asked),
            (
                *(paper.consent.code, group, paper.first_at),
                paper.consent.request.answer_by,
            ),
            (
                *(asked_for.code, group, asked_for.requested_at),
                asked_for.requested_at + ANSWERED_WITHIN,
            ),
            (review.override.code, group, review.began_at, review.due_at),
            (petras.member.code, group, petras.recorded_at, petras.recorded_at + A_LOOK),
            (look.disclosure.code, group, look.recorded_at, look.recorded_at + A_LOOK),
            (lost.user.sign_in_name, "", lost.asked_at, lost.asked_at + RECOVERY_WAITS),
        }
        assert told == expected
        assert asked

    def test_a_talk_about_danger_that_comes_back_to_nobody_comes_to_who_reviews_the_group(self):
        worry = record_risk(
            by=self.fay,
            group_code=self.group.code,
            member_code=self.ben.member.code,
            talk=Talk(level="high"),
            follow_up_on=self.today,
            once=uuid4(),
        )
        there, now = f"/desk/groups/{self.group.code}/", timezone.now()
        assert there not in {one.url for one in waiting_for(self.sue)}
        Facilitation.objects.filter(group=self.group).update(until=self.today - timedelta(days=1))
        row = {one.url: one for one in waiting_for(self.sue)}[there]
        assert (row.about, row.since, row.due) == (self.ben.member.code, worry.at, worry.at)
        assert row.weight(now) is Weight.LATE
        page = self.page(self.sue)
        assert "nobody who leads the group now has met them" in page
        assert "Brandt" not in page

    def test_the_day_to_tell_a_member_comes_back_to_who_reviews_the_group_too(self):
        item = self.said(TEXT)
        tomorrow = self.today + timedelta(days=1)
        self.let_out(item, tell_by=tomorrow, more={"wait": "He reads her telephone."})
        told = Telling.objects.latest("pk")
        assert self.there(told) == []
        change(told, waits_until=self.today)
        [row] = self.there(told)
        assert row.weight(timezone.now()) is Weight.LATE
        assert "still to be told of words that left" in self.page(self.sue)

    def there(self, told: Telling) -> list[Waiting]:
        there = reverse("override_reviews")
        code = told.override.code
        return [one for one in waiting_for(self.sue) if (one.about, one.url) == (code, there)]

    def test_they_stand_by_how_late_they_are_and_every_address_is_there(self):
        listed = waiting_for(self.sue)
        assert [one.due for one in listed] == sorted(one.due for one in listed)
        client = Client()
        sign_in(client, self.sue)
        for one in listed:
            assert client.get(one.url).status_code == 200, one

    def test_the_page_shows_codes_and_no_member_by_name(self):
        page = self.page(self.sue)
        assert "Waiting for you" in page
        for code in self.waiting(self.sue):
            assert code in page
        for name in ("Almeida", "Brandt", "Castell"):
            assert name not in page

    def test_how_much_it_presses_is_said_in_words(self):
        now = timezone.now()
        BreachReport.objects.update(at=now - A_LOOK - timedelta(hours=1))
        shown = self.page(self.sue)
        assert "Something here cannot wait. Look into it first." in shown, "an alarm goes before"
        assert "Late since:" in shown.split("card--now")[1].split("</article>")[0]

    def test_what_somebody_did_is_not_theirs_to_review_and_what_is_done_is_gone(self):
        code = self.ana.member.code
        assert code in self.waiting(self.sue)
        review_reading(by=self.sue, reading_id=self.reading.pk, in_order=True)
        BreachReport.objects.update(answered_at=timezone.now())
        assert code not in self.waiting(self.sue)
        Recovery.objects.update(asked_by=self.sue.user)
        assert self.cleo.actor.user not in {o.about for o in waiting_for(self.sue)}
        assert not any("recover" in one.url for one in waiting_for(self.sue))

    def test_another_house_and_a_supervisor_of_no_group_find_nothing_of_it(self):
        assert waiting_for(self.zoe) == []
        alone = staff(self.practice, "Sten Sund", Role.SUPERVISOR)
        assert {one.url for one in waiting_for(alone)} == {"/recoveries/"}
        assert "You review no group at the moment." not in self.page(self.sue)

    def test_a_colleague_finds_what_is_theirs_only_while_the_practice_is_small(self):
        assert "Nothing waits for you" in self.page(self.uma, "/second/")
        Practice.objects.filter(pk=self.practice.pk).update(small=True)
        page = self.page(self.uma, "/second/")
        paper, reading = PaperConsent.objects.get(), ContactReading.objects.get()
        for code in (paper.consent.code, reading.member.code, self.nia.sign_in_name):
            assert code in page
        for name in ("Almeida", "Nia Novak"):
            assert name not in page
        assert BreachReport.objects.exists()
        assert "left the room" not in page
