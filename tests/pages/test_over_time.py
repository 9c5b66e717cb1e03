"""A ledger as spans of the practice's local days; and the trail's pages keep their filters."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from django.test import Client

from pages.shared.over_time import picture_of, spans_of
from tests.cast import CastTestCase, sign_in

ZONE = ZoneInfo("America/New_York")


def at(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=ZONE)


def consent(*events, answer_by=None, expires=None):
    """The shape of a consent, as far as a picture looks at it."""
    listed = [
        SimpleNamespace(counter=n, kind=kind, at=when, until=None)
        for n, (kind, when) in enumerate(events, start=1)
    ]
    return SimpleNamespace(
        events=SimpleNamespace(all=lambda: listed),
        request=SimpleNamespace(answer_by=answer_by or at(3, 1, 0)),
        expires=expires or at(6, 1, 0),
    )


def spans(one, now=None, changed_at=None):
    drawn = spans_of(one, zone=ZONE, now=now or at(4, 1), changed_at=changed_at)
    return [
        (f"{start:%m-%d}", f"{end:%m-%d}" if end else "still", state) for start, end, state in drawn
    ]


class TestSpans:
    def test_each_state_ends_on_the_day_the_next_one_begins(self):
        one = consent(("asked", at(2, 1)), ("granted", at(2, 5)), ("revoked", at(3, 9)))
        assert spans(one) == [
            ("02-01", "02-05", "waiting"),
            ("02-05", "03-09", "granted"),
            ("03-09", "still", "withdrawn"),
        ]

    def test_a_local_day_is_the_practices_own(self):
        late = datetime(2026, 2, 6, 3, tzinfo=ZoneInfo("UTC"))
        [asked, *_] = spans(consent(("asked", late)))
        assert asked[0] == "02-05"

    def test_silence_ends_with_its_day_and_a_yes_with_its_last(self):
        assert spans(consent(("asked", at(2, 1)))) == [
            ("02-01", "03-01", "waiting"),
            ("03-01", "still", "expired"),
        ]
        yes = consent(("asked", at(2, 1)), ("granted", at(2, 5)))
        assert spans(yes)[-1] == ("02-05", "06-01", "granted"), "an end to come is told"
        assert spans(yes, now=at(7, 1))[-1] == ("06-01", "still", "expired")

    def test_changed_words_end_a_yes_and_not_a_no(self):
        yes = consent(("granted", at(2, 5)))
        assert spans(yes, changed_at=at(2, 20))[-1] == ("02-20", "still", "expired")
        no = consent(("declined", at(2, 5)))
        assert spans(no, changed_at=at(2, 20)) == [("02-05", "still", "declined")]

    def test_the_picture_reaches_to_today_or_to_an_end_that_is_still_to_come(self):
        yes = spans_of(consent(("granted", at(2, 5))), zone=ZONE, now=at(4, 1))
        assert picture_of([("To", yes)], today=at(4, 1).date()).until == at(6, 1).date()
        no = spans_of(consent(("declined", at(2, 5))), zone=ZONE, now=at(4, 1))
        assert picture_of([("To", no)], today=at(4, 1).date()).until == at(4, 2).date()


class TheTrailsPages(CastTestCase):
    def setUp(self):
        self.client = Client()
        sign_in(self.client, self.sue)

    def test_older_and_newest_keep_what_is_asked_for(self):
        for n in range(51):
            self.said(f"Words {n}.")
        asked = {"act": "item.recorded", "code": self.group.code}
        first = self.client.get("/trail/", asked).content.decode()
        assert f"?code={self.group.code}&amp;act=item.recorded&amp;before=" in first
        before = first.split("before=")[1].split('"')[0]
        older = self.client.get("/trail/", asked | {"before": before}).content.decode()
        assert older.count('scope="row"') == 1
        assert f"?code={self.group.code}&amp;act=item.recorded" in older

    def test_an_items_code_leads_to_everything_that_happened_around_it(self):
        item = self.said()
        request = self.asked(item)
        consent = self.grants(self.ana, request)
        release = self.releases(item)
        other = self.said("Other words.")
        page = self.client.get("/trail/", {"code": item.code.lower()}).content.decode()
        for code in (item.code, request.code, consent.code, release.code):
            assert f">{code}<" in page
        assert other.code not in page

    def test_what_is_no_filter_finds_nothing_and_breaks_nothing(self):
        yesterday = (self.today - timedelta(days=1)).isoformat()
        for asked in (
            {"act": "everything"},
            {"who": "Ana Almeida"},
            {"who": str(self.zoe.user)},
            {"code": "' OR 1=1"},
            {"since": "tomorrow"},
            {"until": "9999-12-31"},
            {"since": "9999-12-31"},
            {"since": "0001-01-01"},
            {"until": yesterday, "since": self.today.isoformat()},
        ):
            page = self.client.get("/trail/", asked)
            assert page.status_code == 200, asked
        assert b"Choose one from the list." in self.client.get("/trail/?act=everything").content
