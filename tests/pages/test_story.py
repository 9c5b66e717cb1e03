"""The trail asked by codes, and the story of one item: what they find, and whom they tell what."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Practice, StaffRole
from audit import queries as audit
from audit.models import Entry
from consent import queries as consents
from consent.services.deciding import decline_consent, revoke_consent
from consent.services.holding import hold_consent, lift_hold, lift_scope
from consent.services.release import Withheld, hand_over
from consent.services.sweeping import sweep_ended
from consent.services.voiding import void_item
from oversight.services import close_alarm
from pages.shared.stories import NARROW, TOUCH, WIDE, Happened, Lane, Stood, story_of
from sessions_app.models import WhoSigns
from sessions_app.services.groups import assign_supervisor
from sessions_app.services.items import edit_item
from tests.cast import CastTestCase, proven, recipient, sign_in, user_of
from tests.consent.by_hand import change
from tests.consent.test_representing import rolled_back
from tests.overriding import TEXT, Overriding
from tests.speaking_for import SpeakingFor, comes_of_age

UTC_ZONE = ZoneInfo("UTC")
BEGIN = datetime(2026, 3, 4, 12, tzinfo=UTC)


def at(hours: float) -> datetime:
    return BEGIN + timedelta(hours=hours)


def dot(hours: float, shape: str = "dot") -> Happened:
    return Happened(at(hours), shape, "accent")


class TestThePicture:
    def test_what_happened_stands_in_its_order_whatever_lay_between(self):
        drawn = story_of([Lane("a", [dot(0), dot(1)]), Lane("b", [dot(9000)])], zone=UTC_ZONE).wide
        [first, second], [third] = (row.marks for row in drawn.rows)
        assert first.x < second.x < third.x
        assert second.x - first.x == third.x - second.x

    def test_a_line_says_where_a_day_begins_and_which_if_there_is_room(self):
        drawn = story_of([Lane("a", [dot(0), dot(1), dot(12), dot(36)])], zone=UTC_ZONE).wide
        assert [tick.day for tick in drawn.ticks] == [date(2026, 3, n) for n in (4, 5, 6)]
        crowd = story_of([Lane("a", [dot(24 * n) for n in range(50)])], zone=UTC_ZONE).narrow
        assert len(crowd.ticks) == 50
        assert 0 < sum(tick.day is not None for tick in crowd.ticks) < 8

    def test_a_day_is_a_local_one(self):
        late = datetime(2026, 3, 5, 2, tzinfo=UTC)
        lane = Lane("a", [Happened(late, "dot", "accent")])
        [tick] = story_of([lane], zone=ZoneInfo("America/New_York")).wide.ticks
        assert tick.day == date(2026, 3, 4)

    @pytest.mark.parametrize("many", [1, 7, 60, 900])
    def test_every_mark_is_drawn_or_counted_and_none_over_another_or_outside(self, many):
        happened = [dot(n, ("dot", "ring", "tip")[n % 3]) for n in range(many)]
        for drawing in (lambda s: s.wide, lambda s: s.narrow):
            drawn = drawing(story_of([Lane("a", happened)], zone=UTC_ZONE))
            marks = drawn.rows[0].marks
            assert sum(mark.many for mark in marks) == many
            assert all(0 < mark.x < drawn.width for mark in marks)
            places = [mark.x for mark in marks]
            assert all(b - a >= TOUCH - 0.2 for a, b in zip(places, places[1:-3], strict=False))

    def test_a_bar_reaches_to_what_followed_and_an_open_one_to_the_edge(self):
        bars = [Stood(at(0), at(5), "granted", "Allowed"), Stood(at(5), None, "withdrawn", "Back")]
        story = story_of([Lane("a", [dot(2)]), Lane("b", bars=bars)], zone=UTC_ZONE)
        for drawn, width in ((story.wide, WIDE), (story.narrow, NARROW)):
            first, second = drawn.rows[1].bars
            assert first.x + first.width <= second.x
            assert second.x + second.width == pytest.approx(width, abs=3)

    def test_a_lane_with_nothing_in_it_is_not_there_and_nothing_at_all_is_no_row(self):
        story = story_of([Lane("a"), Lane("b", [dot(0)])], zone=UTC_ZONE)
        assert [row.label for row in story.wide.rows] == ["b"]
        assert story_of([], zone=UTC_ZONE).wide.rows == []


class Looking(CastTestCase):
    def client_of(self, who) -> Client:
        client = Client()
        sign_in(client, who)
        return client

    def trail(self, who, code: str, **more: str) -> str:
        return self.client_of(who).get("/trail/", {"code": code, **more}).content.decode()

    def lines(self, page: str) -> int:
        return page.count('scope="row"')

    def fay_reviews_what_she_leads(self) -> None:
        Practice.objects.filter(pk=self.practice.pk).update(small=True)
        StaffRole.objects.create(user_id=self.fay.user, role="supervisor")
        assign_supervisor(by=self.adam, group=self.group, user=user_of(self.fay), since=self.today)


class TheTrailByCode(Looking):
    def setUp(self) -> None:
        self.item = self.said("Words of two.", self.ana, self.ben)
        self.request = self.asked(self.item)
        self.consent = self.grants(self.ana, self.request)
        self.bens = self.grants(self.ben, self.request)
        self.release = self.releases(self.item)
        self.link = self.linked(self.release).link
        self.other = self.said("Cleo's words.", self.cleo)

    def shown(self, code: str, **more: str) -> set[tuple[str, str]]:
        """Return the act and the code of each entry that stands on the page."""
        page = self.trail(self.sue, code, **more)
        entries = Entry.objects.filter(chain=self.practice.pk)
        return {(e.act, e.code) for e in entries if f">{e.seq}</td>" in page}

    def found(self, code: str, **more: str) -> set[str]:
        return {act for act, _ in self.shown(code, **more)}

    def test_each_kind_of_code_finds_what_is_about_it(self):
        for code, acts in {
            self.item.code: {"item.recorded", "consent.asked", "consent.granted", "release"},
            self.consent.code: {"consent.asked", "consent.granted", "release", "link.made"},
            self.request.code: {"consent.asked", "consent.granted"},
            self.release.code: {"release", "link.made"},
            self.link.code: {"link.made", "release"},
            self.ana.member.code: {
                *("item.recorded", "consent.asked", "consent.granted", "release", "link.made"),
                *("member.added", "agreement.signed"),
            },
        }.items():
            assert acts <= self.found(code), code

    def test_a_members_code_finds_no_permission_and_no_words_of_another(self):
        shown = self.shown(self.ben.member.code)
        granted = {code for act, code in shown if act == "consent.granted"}
        assert granted == {self.bens.code}
        assert ("item.recorded", self.item.code) in shown
        assert ("item.recorded", self.other.code) not in shown

    def test_several_codes_hold_at_once_and_with_the_other_filters(self):
        ana, ben = self.ana.member.code, self.ben.member.code
        both = self.found(f"{ana.lower()}, {self.item.code}")
        assert "item.recorded" in both
        assert "member.added" not in both
        assert self.found(f"{ana} {self.other.code}") == set()
        assert self.found(f"{ana} {ben}", act="consent.asked") == {"consent.asked"}
        page = self.trail(self.sue, f" {ana.lower()} ; {ben} {ana}")
        assert f"Code: {ana}, {ben}<" in page

    def test_unknown_and_not_theirs_are_one_answer_and_one_work(self):
        client = self.client_of(self.sue)
        answers, work = [], []
        for code in (self.dora.member.code, "M-0000"):
            client.get("/trail/", {"code": code})
            with CaptureQueriesContext(connection) as asked:
                page = client.get("/trail/", {"code": code}).content.decode()
            assert "Nothing has this code here" in page
            answers.append(page.replace(code, "CODE").split("<main")[1].split('name="act"')[0])
            work.append([one["sql"].split(" ")[0] for one in asked.captured_queries])
        assert answers[0] == answers[1]
        assert work[0] == work[1]

    def test_a_code_that_is_known_but_fits_nothing_is_not_called_unknown(self):
        page = self.trail(self.sue, self.cleo.member.code, act="release")
        assert "Nothing has this code here" not in page
        assert "Nothing found" in page

    def test_what_is_no_code_is_told_and_carried_nowhere(self):
        client = self.client_of(self.sue)
        for typed in ("Ana Almeida", "M-4821 Ana", "D-" + "2" * 30, "M-1 M-2", "'", "M-4821\x00"):
            page = client.get("/trail/", {"code": typed, "act": "release"})
            assert page.status_code == 200, typed
            shown = page.content.decode()
            assert "Give codes as they stand in the trail" in shown or "\x00" in typed, typed
            assert "before=" not in shown
        page = client.get("/trail/", {"code": "M-1111 M-2222 M-3333 M-4444"}).content.decode()
        assert "Give at most three codes at once." in page

    def test_pages_keep_the_codes_and_nothing_else_of_what_was_typed(self):
        for n in range(52):
            self.said(f"Words {n}.")
        ana = self.ana.member.code
        page = self.trail(self.sue, f"  {ana.lower()}  ")
        assert f"?code={ana}&amp;before=" in page
        before = page.split("before=")[1].split('"')[0]
        older = self.client_of(self.sue).get("/trail/", {"code": ana, "before": before})
        assert self.lines(older.content.decode()) > 2

    def test_one_query_finds_the_ids_of_all_codes_and_nothing_of_another_group(self):
        codes = [self.ana.member.code, self.item.code, self.release.code]
        with self.assertNumQueries(1):
            named = consents.named_by([self.group.pk], codes)
        assert self.item.pk in named[self.ana.member.code]
        assert {self.link.pk, self.release.pk} == named[self.release.code]
        elsewhere = consents.named_by([self.other_group.pk], codes)
        assert elsewhere == {code: set() for code in codes}
        assert consents.named_by([self.group.pk], []) == {}


class LeadsAndReviews(Looking):
    """Fay reviews what she leads, and asked Ana and Ben. Ana said yes."""

    def setUp(self) -> None:
        self.fay_reviews_what_she_leads()
        self.item = self.said("Words of two.", self.ana, self.ben)
        self.request = self.asked(self.item)
        self.consent = self.grants(self.ana, self.request)
        self.bens = self.consent_of(self.ben, self.request)

    def pages(self) -> list[str]:
        return [
            self.trail(self.fay, self.ben.member.code),
            self.trail(self.fay, self.item.code),
            self.trail(self.fay, self.request.code),
            self.trail(self.fay, self.bens.code),
            self.client_of(self.fay).get(f"/trail/items/{self.item.code}/").content.decode(),
        ]

    def told(self) -> list[list[str]]:
        """Return what the lines of each page say, without their numbers and times."""
        return [
            [
                row.split("</th>")[0].rsplit(">", 1)[-1]
                for row in page.split("<tbody")[-1].split("<tr")[1:]
                if "Trail looked at" not in row
            ]
            for page in self.pages()
        ]

    def rows(self, **asked: str) -> str:
        page = self.client_of(self.fay).get("/trail/", asked).content.decode()
        return page.split("<tbody")[1].split("</tbody")[0] if "<tbody" in page else ""


class WhoAlsoLeads(LeadsAndReviews):
    """A supervisor of a group they lead learns by no code what silence hides from a facilitator."""

    def test_a_no_and_silence_are_the_same_lines(self):
        silence = self.told()
        decline_consent(by=self.ben.actor, code=self.bens.code)
        assert self.told() == silence
        for page in self.pages():
            assert "Not allowed" not in page.split("<main")[1].split("</form>")[-1]
        with pytest.raises(Withheld):
            self.releases(self.item)
        assert not any("REFUSED" in page for page in self.pages())
        sues = self.client_of(self.sue).get(f"/trail/items/{self.item.code}/").content.decode()
        assert "Not allowed" in sues
        assert "REFUSED" in sues

    def test_whoever_is_pressured_seems_to_have_taken_it_back_even_after_somebody_looked(self):
        hold_consent(by=self.ana.actor, code=self.consent.code)
        alarm = Entry.objects.get(act="consent.held")
        before = self.told()
        close_alarm(by=self.sue, seq=alarm.seq)
        assert self.told() == before
        for page in [*self.pages(), self.trail(self.fay, self.group.code)]:
            lines = page.split("<tbody")[-1]
            assert "pressured" not in lines
            assert "Alarm looked into" not in lines
        assert "Alarm looked into" in self.trail(self.sue, self.consent.code).split("<tbody")[-1]

    def test_no_number_tells_by_a_gap_what_is_left_out(self):
        pages = [*self.pages(), self.client_of(self.fay).get("/desk/").content.decode()]
        for page in pages:
            assert 'data-label="Entry"' not in page
            assert "Numbers that are missing" not in page
            assert "<dt>Length</dt>" not in page
        self.assertContains(self.client_of(self.sue).get("/trail/"), 'data-label="Entry"')
        for n in range(audit.PAGE):
            self.said(f"Words {n}.")
        page = self.client_of(self.fay).get("/trail/").content.decode()
        places = re.findall(r'before=([^"]*)"', page)
        assert places
        assert str(Entry.objects.latest("seq").seq - audit.PAGE) not in places[0]

    def test_a_lift_is_a_yes_of_the_members_and_nobody_elses(self):
        hold_consent(by=self.ana.actor, code=self.consent.code)
        scope = lift_scope(self.consent)
        lift_hold(by=self.sue, code=self.consent.code, step_up_id=proven(self.sue, scope))
        for page in self.pages():
            assert "Confirmed in the room" not in page.split("<tbody")[-1]
        code, ana = self.consent.code, self.ana.member.code
        assert code not in self.rows(act="consent.unheld")
        given = self.rows(act="consent.granted", code=code)
        assert given.count("<tr") == 2
        assert given.count(f">{ana}</a>") == 2
        assert "Sue Sanders" not in given
        assert self.rows(code=code, who=ana).count("<tr") == 3, "a yes, taken back, a yes"
        assert code not in self.rows(code=code, who=str(self.sue.user))
        sues = self.trail(self.sue, code, act="consent.unheld").split("<tbody")[-1]
        assert "Sue Sanders" in sues


class WhoAlsoLeadsWhereTwoSign(SpeakingFor, LeadsAndReviews):
    """R34: what one of two signed binds nobody, and to whoever leads it is silence, held or not."""

    def setUp(self) -> None:
        super().setUp()
        self.minor(self.ben, WhoSigns.BOTH)
        self.paula = self.speaks_for(self.ben)
        with rolled_back():
            self.silence = self.seen()

    def seen(self) -> list[list[str]]:
        """Return how many entries the desk counts, and what the lines of each page say."""
        desk = self.client_of(self.fay).get("/desk/").content.decode()
        return [re.findall("([0-9]+|One) entr[a-z]+ in 7 days", desk), *self.told()]

    def ben_says_yes(self) -> None:
        self.grants(self.ben, self.request)

    def paula_says_yes(self) -> None:
        self.signs_for(self.paula, self.bens)

    def ben_says_no(self) -> None:
        decline_consent(by=self.ben.actor, code=self.bens.code)

    def ben_holds(self) -> None:
        hold_consent(by=self.ben.actor, code=self.bens.code)

    def somebody_looks(self) -> None:
        close_alarm(by=self.sue, seq=Entry.objects.get(act="consent.held").seq)

    def it_is_lifted(self) -> None:
        proof = proven(self.sue, lift_scope(self.bens))
        lift_hold(by=self.sue, code=self.bens.code, step_up_id=proof)

    def its_days_pass(self) -> None:
        change(self.bens, expires=timezone.now())
        assert sweep_ended() == 1

    def test_what_one_of_two_signed_is_no_line_whatever_became_of_it(self):
        yes, held = self.ben_says_yes, self.ben_holds
        for moves in (
            (yes, held),
            (yes, held, self.somebody_looks),
            (yes, held, self.it_is_lifted),
            (yes, held, self.ben_says_no),
            (yes,),
            (yes, self.ben_says_no),
            (yes, self.its_days_pass),
            (self.paula_says_yes,),
            (self.paula_says_yes, self.ben_says_no),
        ):
            with self.subTest(" ".join(one.__name__ for one in moves)), rolled_back():
                for move in moves:
                    move()
                assert self.seen() == self.silence
                assert self.bens.code not in self.rows(act="consent.granted")
                assert self.bens.code not in self.rows(act="consent.revoked")
                sues = self.trail(self.sue, self.bens.code)
                assert self.lines(sues) > self.lines(self.trail(self.fay, self.bens.code))

    def test_what_both_signed_is_told_and_a_hold_of_it_is_a_taking_back(self):
        seen = []
        for end in (hold_consent, revoke_consent):
            with rolled_back():
                self.ben_says_yes()
                self.paula_says_yes()
                assert self.rows(act="consent.granted", code=self.bens.code).count("<tr") == 2
                end(by=self.ben.actor, code=self.bens.code)
                assert self.rows(act="consent.revoked", code=self.bens.code).count("<tr") == 1
                seen.append(self.seen())
        assert seen[0] == seen[1]

    def test_a_hold_of_what_bound_nobody_any_more_is_the_no_a_taking_back_would_be(self):
        self.ben_says_yes()
        self.paula_says_yes()
        comes_of_age(self.ben.member, self.group, self.sue)
        seen = []
        for end in (None, revoke_consent, hold_consent):
            with rolled_back():
                if end:
                    end(by=self.ben.actor, code=self.bens.code)
                seen.append(self.seen())
        assert seen[0] == seen[1] == seen[2]

    def test_half_a_yes_after_a_yes_that_was_taken_back_tells_no_more_than_that(self):
        self.ben_says_yes()
        self.paula_says_yes()
        revoke_consent(by=self.ben.actor, code=self.bens.code)
        before = self.told()
        self.ben_says_yes()
        self.ben_holds()
        assert self.told() == before


class TheStory(Overriding, Looking):
    def story(self, who, code: str) -> str:
        response = self.client_of(who).get(f"/trail/items/{code}/")
        assert response.status_code == 200, response.status_code
        return response.content.decode().split("<main")[1]

    def test_it_goes_from_recording_to_the_last_opening_by_code_and_without_words(self):
        item = self.said("A word nobody may read here.", self.ana)
        edit_item(
            **{"by": self.fay, "code": item.code, "seen_version": 1},
            text="A word nobody may read here, of two.",
            concerned=[self.ana.member.pk, self.ben.member.pk],
            guard=self.guard(),
        )
        request = self.asked(item)
        consent = self.grants(self.ana, request)
        self.grants(self.ben, request)
        release = self.releases(item)
        hand_over(by=self.fay, code=release.code)
        link = self.linked(release).link
        revoke_consent(by=self.ana.actor, code=consent.code)
        with pytest.raises(Withheld):
            self.releases(item)
        page = self.story(self.sue, item.code)
        table = page.split("<tbody")[1]
        acts = [row.split('data-label="What">')[1] for row in table.split("<tr")[1:]]
        assert [act.split("<")[0] for act in acts] == [
            *("Item recorded", "Item changed", "Asked", "Allowed", "Allowed", "Release"),
            *("Release handed over", "Link made", "Taken back", "Release"),
        ]
        assert f"Version 2. Concerns now: {self.ben.member.code}." in page
        for code in (item.code, request.code, consent.code, release.code, link.code):
            assert code in page
        for lane in ("The words", "Questions", "Releases", "Links"):
            assert f">{lane}</text>" in page
        assert f"{self.ana.member.code}, {consent.code}</text>" in page
        for told in ("nobody may read", "Almeida", "Brandt"):
            assert told not in page

    def test_what_left_without_permission_is_part_of_it_and_found_by_every_code(self):
        self.crisis = recipient(self.adam, "Crisis team")
        item = self.said(TEXT, self.ana, self.ben)
        override = self.requests(item)
        self.approves(override, self.cody)
        self.lets_out(override)
        self.closes(override)
        page = self.story(self.sue, item.code)
        assert ">Emergency releases</text>" in page
        for act in ("asked for", "agreed to by a second person", "review of a release"):
            assert act in page.split("<tbody")[1].lower(), act
        for code in (item.code, override.code, self.ana.member.code, self.ben.member.code):
            assert f">{override.code}<" in self.trail(self.sue, code), code

    def test_what_a_release_says_of_other_items_is_not_part_of_it(self):
        mine, other = self.said("Mine."), self.said("Another's.", self.cleo)
        self.grants(self.ana, self.asked(mine))
        self.releases_session()
        page = self.story(self.sue, mine.code)
        assert mine.code in page
        assert other.code not in page

    def test_it_is_for_whoever_reviews_the_group_and_looking_is_an_entry(self):
        item = self.said()
        for who in (self.fay, self.adam, self.zoe, self.otto, self.ana.actor):
            assert self.client_of(who).get(f"/trail/items/{item.code}/").status_code == 404
        assert self.client_of(self.sue).get("/trail/items/D-222222/").status_code == 404
        self.story(self.sue, item.code)
        looked = Entry.objects.filter(act="trail.viewed", code=item.code).get()
        assert (looked.actor, looked.group) == (self.sue.user, self.group.pk)
        assert "Trail looked at" not in self.story(self.sue, item.code)

    def test_it_asks_the_same_however_much_happened(self):
        client, item = self.client_of(self.sue), self.said()

        def asks() -> int:
            client.get(f"/trail/items/{item.code}/")
            with CaptureQueriesContext(connection) as asked:
                client.get(f"/trail/items/{item.code}/")
            return len([q for q in asked.captured_queries if "SAVEPOINT" not in q["sql"]])

        few = asks()
        for to in (self.clinic, self.insurer, recipient(self.adam, "Another clinic")):
            self.grants(self.ana, self.asked(item, to))
            self.releases(item, to)
        assert asks() == few <= 12

    def test_an_item_that_was_entered_in_error_still_has_its_story(self):
        item = self.said()
        void_item(by=self.fay, code=item.code)
        page = self.story(self.sue, item.code)
        assert "Item entered in error" in page
        assert "Its words go nowhere any more." in page
