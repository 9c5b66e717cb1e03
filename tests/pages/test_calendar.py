"""R92: somebody's times in their calendar: right to the hour, and nothing but times."""

import re
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from django.test import Client
from django.utils import timezone

from accounts.models import CalendarFeed, User
from accounts.services import StepUpRefused
from accounts.services.outside import MOST_A_DAY, end_own_feed, feed_scope, make_feed
from accounts.staffing import deactivate
from audit.models import Entry
from pages.shared.calendar_file import calendar_file
from sessions_app.models import Facilitation, GroupSession, Membership, TherapyGroup
from sessions_app.queries.calendars import rhythm_of
from tests.cast import CastTestCase, proven, sign_in, user_of

# From these local days on, this many hours ahead of UTC. Written down by hand, from the laws.
OFFSETS = {
    "Europe/Berlin": [
        ("2026-01-01", 1), ("2026-03-29", 2), ("2026-10-25", 1), ("2027-03-28", 2),
        ("2027-10-31", 1),
    ],
    "America/New_York": [
        ("2026-01-01", -5), ("2026-03-08", -4), ("2026-11-01", -5), ("2027-03-14", -4),
        ("2027-11-07", -5),
    ],
    "Australia/Sydney": [
        ("2026-01-01", 11), ("2026-04-05", 10), ("2026-10-04", 11), ("2027-04-04", 10),
        ("2027-10-03", 11),
    ],
}  # fmt: skip
OF_THE_BROWSER = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')
FIRST, END = date(2026, 1, 1), date(2028, 1, 1)
SIX = time(18)


def at_six(day: date, zone: str) -> datetime:
    """Six in the evening of a local day, in UTC, by the table above."""
    hours = [ahead for since, ahead in OFFSETS[zone] if since <= day.isoformat()][-1]
    return datetime.combine(day, SIX, tzinfo=UTC) - timedelta(hours=hours)


def read_by_icalendar(file: bytes) -> list[tuple[datetime, datetime]]:
    events = icalendar.Calendar.from_ical(file).walk("VEVENT")
    return [(e["DTSTART"].dt.astimezone(UTC), e["DTEND"].dt.astimezone(UTC)) for e in events]


def read_by_vobject(file: bytes) -> list[tuple[datetime, datetime]]:
    calendar = vobject.readOne(file.decode())
    return [
        (e.dtstart.value.astimezone(UTC), e.dtend.value.astimezone(UTC))
        for e in calendar.contents["vevent"]
    ]


def test_six_in_the_evening_stays_six_across_every_change_of_the_clock():
    feeds = events = wrong = 0
    for zone in OFFSETS:
        for weekday in range(7):
            group = TherapyGroup(weekday=weekday, starts_at=SIX, ends_at=time(19, 30))
            meetings = rhythm_of(group, FIRST, END, ZoneInfo(zone))
            file = calendar_file(meetings, seed=b"s", language="en", made_at=timezone.now())
            days = [FIRST + timedelta(days=n) for n in range((END - FIRST).days)]
            starts = [at_six(day, zone) for day in days if day.weekday() == weekday]
            expected = [(one, one + timedelta(minutes=90)) for one in starts]
            for read in (read_by_icalendar(file), read_by_vobject(file)):
                feeds += 1
                events += len(read)
                wrong += len(set(read) ^ set(expected)) + abs(len(read) - len(expected))
    print(f"\nfeeds={feeds} events={events} wrong={wrong}")
    assert wrong == 0
    assert events == 2 * 3 * (END - FIRST).days


def test_the_measure_is_right():
    assert at_six(date(2026, 7, 1), "Europe/Berlin") == datetime(2026, 7, 1, 16, tzinfo=UTC)
    assert at_six(date(2026, 7, 1), "Australia/Sydney") == datetime(2026, 7, 1, 8, tzinfo=UTC)


class TheFeed(CastTestCase):
    def setUp(self):
        TherapyGroup.objects.filter(pk=self.group.pk).update(
            weekday=1, starts_at=SIX, ends_at=time(19, 30)
        )

    def made(self, by) -> str:
        secret = make_feed(by=by, language="en", step_up_id=proven(by, feed_scope(by)))
        return f"/calendar/{secret}.ics"

    def read(self, path: str) -> icalendar.Calendar:
        response = Client().get(path)
        assert response.status_code == 200, response.status_code
        return icalendar.Calendar.from_ical(response.content)

    def days(self, path: str) -> list[date]:
        return [one["DTSTART"].dt.date() for one in self.read(path).walk("VEVENT")]

    def gone(self, path: str) -> bool:
        nowhere = Client().get("/calendar/" + "x" * 43 + ".ics")
        answer = Client().get(path)
        assert answer.status_code in (200, 404)
        if answer.status_code == 200:
            return False
        pages = (answer, nowhere, Client().get("/never/was/"))
        assert len({OF_THE_BROWSER.sub(b"", page.content) for page in pages}) == 1
        return True

    def test_a_member_gets_what_was_and_half_a_year_of_what_will_be(self):
        events = self.read(self.made(self.ana.actor)).walk("VEVENT")
        assert 26 <= len(events) <= 28
        assert {str(one["SUMMARY"]) for one in events} == {"Appointment"}
        assert all(one["DTSTART"].params["TZID"] == "America/New_York" for one in events)

    def test_it_says_nothing_but_times(self):
        response = Client().get(self.made(self.ana.actor))
        text = response.content.decode()
        kinds = set(re.findall(r"(?m)^([A-Z-]+)[;:]", text))
        assert kinds - {"BEGIN", "END", "TZID", "TZNAME", "TZOFFSETFROM", "TZOFFSETTO"} <= {
            *("PRODID", "VERSION", "METHOD", "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"),
            *("STATUS", "CLASS", "RDATE", "RRULE", "X-LIC-LOCATION", "LAST-MODIFIED"),
        }
        people = ("Ana", "Ben", "Fay")
        for needle in (*people, "Tuesday group", self.group.code, "Linden", "GroupCare"):
            assert needle not in text, needle
        for row in (self.group.pk, self.ana.member.pk, self.session.pk, self.ana.actor.user):
            assert row.hex not in text.replace("-", ""), row
        assert response["Cache-Control"] == "no-store"
        assert not response.cookies

    def test_two_people_of_one_group_have_no_name_of_an_entry_in_common(self):
        anas, bens = self.made(self.ana.actor), self.made(self.ben.actor)
        uids = [
            {str(one["UID"]) for one in self.read(path).walk("VEVENT")} for path in (anas, bens)
        ]
        assert not uids[0] & uids[1]
        assert uids[0] == {str(one["UID"]) for one in self.read(anas).walk("VEVENT")}

    def test_a_row_of_its_own_counts_in_place_of_the_rhythm(self):
        path = self.made(self.ana.actor)
        before = self.read(path).walk("VEVENT")
        zone, today = self.practice.zone, timezone.now().astimezone(self.practice.zone).date()
        day = today + timedelta(days=(1 - today.weekday()) % 7 + 14)
        starts = datetime.combine(day, time(17), tzinfo=zone)
        row = GroupSession.objects.create(
            group=self.group,
            state=GroupSession.State.CANCELLED,
            starts=starts,
            ends=starts + timedelta(hours=1),
            logged_by_id=self.fay.user,
        )
        events = self.read(path).walk("VEVENT")
        assert len(events) == len(before)
        assert {str(one["UID"]) for one in events} == {str(one["UID"]) for one in before}
        [on_it] = [one for one in events if one["DTSTART"].dt.date() == day]
        assert (str(on_it["STATUS"]), on_it["DTSTART"].dt) == ("CANCELLED", starts)
        GroupSession.objects.filter(pk=row.pk).update(state=GroupSession.State.PLANNED)
        [on_it] = [one for one in self.read(path).walk("VEVENT") if one["DTSTART"].dt.date() == day]
        assert str(on_it["STATUS"]) == "CONFIRMED"

    def test_only_days_of_ones_own_stay_and_until_the_group_closes(self):
        path = self.made(self.ana.actor)
        until = self.today + timedelta(days=20)
        Membership.objects.filter(member=self.ana.member).update(until=until)
        assert max(self.days(path)) <= until
        Membership.objects.filter(member=self.ana.member).update(until=None)
        TherapyGroup.objects.filter(pk=self.group.pk).update(closed_on=self.today)
        assert max(self.days(path)) <= self.today

    def test_whoever_leads_has_the_times_of_their_groups_and_no_others(self):
        assert len(self.days(self.made(self.fay))) >= 26
        assert self.days(self.made(self.otto)) == []
        Facilitation.objects.filter(user=self.cody.user).update(
            until=self.today + timedelta(days=8)
        )
        assert max(self.days(self.made(self.cody))) <= self.today + timedelta(days=8)

    def test_another_address_ends_the_one_before(self):
        first = self.made(self.ana.actor)
        second = self.made(self.ana.actor)
        assert (self.gone(first), self.gone(second)) == (True, False)

    def test_ended_it_is_the_page_that_is_not_there(self):
        path = self.made(self.ana.actor)
        assert end_own_feed(by=self.ana.actor)
        assert not end_own_feed(by=self.ana.actor)
        assert self.gone(path)

    def test_it_ends_with_the_account_and_does_not_come_back_with_it(self):
        path = self.made(self.cody)
        deactivate(by=self.adam, person=self.cody.user)
        assert self.gone(path)
        User.objects.filter(pk=self.cody.user).update(is_active=True)
        assert self.gone(path)

    def test_a_closed_account_opens_nothing_whoever_closed_it(self):
        path = self.made(self.ana.actor)
        User.objects.filter(pk=self.ana.actor.user).update(is_active=False)
        assert self.gone(path)

    def test_whoever_left_every_group_reads_no_more(self):
        path = self.made(self.ana.actor)
        Membership.objects.filter(member=self.ana.member).update(
            until=self.today - timedelta(days=1)
        )
        assert self.gone(path)

    def test_a_reading_is_counted_and_the_first_of_a_day_is_an_entry(self):
        path = self.made(self.ana.actor)
        for _ in range(3):
            self.read(path)
        feed = CalendarFeed.objects.get(user=self.ana.actor.user)
        assert (feed.reads, feed.read_on) == (3, self.today)
        assert Entry.objects.filter(act="calendar.read", object_id=feed.pk).count() == 1
        client = Client()
        sign_in(client, self.ana.actor)
        assert "Read 3 times so far." in client.get("/you/calendar/").content.decode()

    def test_it_is_not_asked_for_more_often_than_a_calendar_needs(self):
        path = self.made(self.ana.actor)
        self.read(path)
        CalendarFeed.objects.update(reads_that_day=MOST_A_DAY - 1)
        assert [Client().get(path).status_code for _ in range(2)] == [200, 429]
        CalendarFeed.objects.update(read_on=self.today - timedelta(days=1))
        assert Client().get(path).status_code == 200

    def test_making_one_needs_the_proof_and_shows_it_once(self):
        with pytest.raises(StepUpRefused):
            make_feed(by=self.ana.actor, language="en", step_up_id=uuid4())
        assert not CalendarFeed.objects.exists()
        by = self.ana.actor
        client = Client()
        sign_in(client, by)
        here = client.post("/you/calendar/begin/")["Location"]
        then = client.post(here, {"password": "a chair by the window"})["Location"]
        made = client.post(then).content.decode()
        path = re.search(r"/calendar/[\w-]+\.ics", made).group(0)
        assert not self.gone(path)
        assert path not in client.get("/you/calendar/").content.decode()
        assert client.post(then).status_code == 410
        stored = CalendarFeed.objects.get(user=by.user)
        assert stored.secret_hash not in path

    def test_somebody_who_meets_nobody_has_no_page_for_it(self):
        client = Client()
        sign_in(client, self.adam)
        assert client.get("/you/calendar/").status_code == 404
        assert user_of(self.adam).calendar_feeds.count() == 0
