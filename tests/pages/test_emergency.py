"""An emergency through the pages: rows of the table, what is mended, and who finds what."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.adapter import SIGN_IN
from accounts.models import Practice, Role, StaffRole
from audit.models import Entry
from consent.models import (
    Notice,
    Override,
    Release,
    ReleaseLink,
    Review,
    ReviewOutcome,
    Telling,
)
from consent.rules.overrides import Fact
from consent.rules.passages import sentences_of
from consent.services.deciding import decline_consent
from consent.services.erasing import erase_item
from consent.services.freezing import freeze
from consent.services.overriding import approve_scope, override_scope
from ethics.services.library import load_library
from sessions_app.models import Disclosure, Draft, RecordClass
from sessions_app.services.groups import assign_supervisor
from tests.cast import (
    PASSWORD,
    code_of,
    proven,
    sign_in,
    staff,
    user_of,
)
from tests.consent.by_hand import change
from tests.overriding import SERIOUS, TONIGHT, Emergency, aged

WHAT = "She says that she will die tonight."
FIELDS = {"what": WHAT, "can_prevent": "They are ten minutes from her door.", "sentences": ["1"]}
COURT = {
    "file_number": "23-CV-118",
    "judge": "Judge Alvarez",
    "court": "County court",
    "ordered": "What was said of the pills.",
    "said": ["counsel_told", "member_told"],
}
MEDICAL = {
    "basis": "MEDICAL_EMERGENCY",
    "facility": "Riverside hospital",
    "emergency": "Overdose",
    "no_consent": "She is unconscious.",
}


def hidden(name: str, answer: Any) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.content.decode())
    return found[1] if found else ""


def wrong_at(shown: str, field: str) -> str:
    """Return what a page says is wrong with a field."""
    return shown.partition(f'id="id_{field}_error"')[2].partition("</div>")[0]


class EmergencyOnPages(Emergency):
    def setUp(self):
        super().setUp()
        self.client = self.visits(self.fay)

    def visits(self, actor: Any) -> Any:
        client = Client()
        sign_in(client, actor)
        return client

    def part2(self: Any) -> None:
        Disclosure.objects.filter(pk=self.item.pk).update(record_class=RecordClass.SUD_COUNSELING)

    def asks(self: Any, client: Client | None = None, **fields: Any) -> Any:
        sent = {
            "basis": "THREAT",
            "recipient": self.crisis.code,
            "seen_version": "1",
            "once": str(uuid4()),
            **FIELDS,
            **fields,
        }
        return (client or self.client).post(f"/items/{self.item.code}/emergency/", sent)

    def asked_for(self: Any, **fields: Any) -> Override:
        assert self.asks(**fields).status_code == 302
        return Override.objects.latest("pk")

    def proven_in(self, client: Client, by: Any, scope: Any) -> Any:
        return proven(replace(by, sign_in=UUID(client.session[SIGN_IN])), scope)

    def agrees_on_pages(self: Any, override: Override, by: Any = None) -> Any:
        by = by or self.sue
        client = self.visits(by)
        step_up = self.proven_in(client, by, approve_scope(override))
        return client.post(f"/attesting/emergencies/{override.code}/{step_up}/")

    def releases_on_pages(self: Any, override: Override) -> Any:
        step_up = self.proven_in(self.client, self.fay, override_scope(override))
        return self.client.post(f"/emergencies/{override.code}/release/{step_up}/")

    def mended(self: Any, words: str, **fields: Any) -> str:
        """A form that comes back says what to mend and keeps what was typed; nothing is asked."""
        page = self.asks(**fields)
        shown = page.content.decode()
        assert page.status_code == 200
        assert words in shown.replace("&#x27;", "'"), words
        assert fields.get("what", WHAT) in shown, "what was typed stays"
        assert not Override.objects.exists()
        return shown

    def test_row_43_a_threat_goes_from_item_to_release_with_a_second_person(self):
        page = self.client.get(f"/items/{self.item.code}/emergency/").content.decode()
        assert "Danger this minute? Call first." in page
        assert "I will take them tonight." in page
        override = self.asked_for()
        assert not Release.objects.exists()
        assert self.agrees_on_pages(override).url == "/attesting/"
        assert self.releases_on_pages(override).url.startswith("/releases/")
        release = Release.objects.get()
        letter = self.client.post(f"/releases/{release.code}/open/").content.decode()
        assert "I will take them tonight." in letter
        assert "My sister thinks" not in letter
        given = self.client.post(f"/releases/{release.code}/hand-over/", {"received": "read_out"})
        assert given.url == f"/emergencies/{override.code}/"

    def test_row_44_a_confession_of_the_past_leads_to_a_page_where_nothing_goes(self):
        where = f"/items/{self.item.code}/emergency/past-violence/"
        assert "The past stays in the group" in self.client.get(where).content.decode()
        page = self.client.post(
            where, {"what": "He hit him in 1998.", "recipient": self.crisis.code}, follow=True
        ).content.decode()
        assert "is no danger to come" in page
        assert not Release.objects.exists()

    def test_where_nothing_goes_what_the_member_will_read_names_nobody_else_either(self):
        for ground in ("past-violence", "subpoena"):
            where = f"/items/{self.item.code}/emergency/{ground}/"
            sent = {"what": "Cleo heard her say it.", "recipient": self.crisis.code}
            shown = self.client.post(where, sent).content.decode()
            assert "Cleo: the member reads this later" in wrong_at(shown, "what"), ground
            assert "Cleo heard her say it." in shown, "what was typed stays"
        assert not Override.objects.exists()

    def test_row_45_part_2_in_a_medical_emergency_asks_for_the_four_things_of_2_51(self):
        self.part2()
        page = self.client.get(f"/items/{self.item.code}/emergency/").content.decode()
        assert "42 CFR 2.51 asks for four things" in page
        missing = {**MEDICAL, "facility": "", "emergency": ""}
        shown = self.mended("Write at which facility they are", **missing)
        assert "Write what kind of emergency it is" in shown
        override = self.asked_for(**MEDICAL)
        self.agrees_on_pages(override)
        self.releases_on_pages(override)
        assert Release.objects.get().notice_version == "2.32-2024-full"

    def test_row_46_part_2_is_not_offered_what_has_no_rule_there(self):
        self.part2()
        page = self.client.get(f"/items/{self.item.code}/emergency/").content.decode()
        assert 'value="THREAT"' not in page
        assert 'value="ELDER_ABUSE"' not in page
        assert self.asks().status_code == 400, "what was not offered is no choice"
        assert not Override.objects.exists()

    def test_row_47_a_report_of_child_abuse_goes(self):
        override = self.asked_for(basis="MANDATED_REPORT", can_prevent="")
        self.agrees_on_pages(override)
        self.releases_on_pages(override)
        assert Release.objects.get().purpose == "BTG"

    def test_row_49_a_court_order_needs_its_file_its_judge_and_both_told(self):
        given = {"basis": "COURT_ORDER", "can_prevent": "", **COURT}
        shown = self.mended("Give the file number", **{**given, "file_number": "", "judge": ""})
        assert "Only a judge can order it" in shown
        self.mended("This ground needs each of these", **{**given, "said": ["counsel_told"]})
        override = self.asked_for(**given)
        self.agrees_on_pages(override)
        self.releases_on_pages(override)
        assert Release.objects.get().purpose == "HLEGAL"

    def test_row_50_a_subpoena_is_refused_recorded_and_the_member_told(self):
        where = f"/items/{self.item.code}/emergency/subpoena/"
        sent = {
            "what": "A letter of a law office.",
            "name": "Doyle, attorney",
            "address": "555-0170",
            "counsel": "on",
        }
        page = self.client.post(where, sent, follow=True).content.decode()
        assert "Assert the privilege" in page
        assert not Release.objects.exists()
        assert Telling.objects.get().how == "notice"
        [entry] = Entry.objects.filter(act="override.requested")
        assert entry.reasons == "SUBPOENA_ONLY"
        told = self.visits(self.ana.actor).get("/home/").content.decode()
        assert "Somebody wanted your words" in told

    def test_row_54_minutes_count_and_one_person_goes_alone(self):
        override = self.asked_for(alone="She is on her way home now.")
        self.releases_on_pages(override)
        review = Review.objects.get()
        assert review.due_at - review.began_at == timedelta(hours=24)

    def test_without_a_reason_nothing_is_asked(self):
        page = self.asks(what="")
        assert "Without a reason nothing goes" in page.content.decode()
        assert not Override.objects.exists()

    def test_who_cannot_prevent_the_harm_gets_nothing(self):
        self.mended("cannot prevent the harm gets nothing", can_prevent="")

    def test_words_are_chosen_and_all_of_them_only_on_purpose(self):
        self.mended("Tick at least one sentence", sentences=[])
        self.mended("That is all of it", sentences=["0", "1", "2"])
        assert self.asked_for(sentences=["0", "1", "2"], all_needed="on")

    def test_words_that_changed_meanwhile_are_chosen_once_more(self):
        self.mended("changed meanwhile", seen_version="0")

    def test_it_goes_to_one_who_is_chosen_or_written_down(self):
        self.mended("Choose who can act", recipient="")
        self.mended("Choose who can act", name="Bruno", address="555-0139")
        self.mended("telephone number or an address", recipient="", name="Bruno")
        assert self.asked_for(recipient="", name="Bruno", address="555-0139")

    def test_a_day_to_tell_needs_its_reason_and_has_to_come(self):
        tomorrow = self.today + timedelta(days=1)
        self.mended("Say why they are not told yet", tell_by=tomorrow.isoformat())
        self.mended("a day after today", tell_by=self.today.isoformat(), wait="He beats her.")

    def test_who_is_not_involved_is_named_only_on_purpose(self):
        self.item = self.said(
            "I will take them tonight. Ben has the other box.", self.ana, self.ben
        )
        theirs = {
            "involved": [str(self.ana.member.pk)],
            "sentences": ["0", "1"],
            "all_needed": "on",
        }
        shown = self.mended("Ben: somebody else may be meant", **theirs)
        assert re.search(r'name="named"[^>]* value="Ben"', shown)
        assert not re.search(r'name="named"[^>]* checked', shown)
        about_both = {**theirs, "involved": [str(self.ana.member.pk), str(self.ben.member.pk)]}
        for fields in (
            {**theirs, "sentences": ["0"], "all_needed": ""},
            {**theirs, "named": "Ben"},
            about_both,
        ):
            assert self.asked_for(**fields)

    def test_a_tick_for_one_name_is_none_for_the_next(self):
        also = {"to_recipient": "Ben and Cleo heard her say it."}
        shown = self.mended("Ben, Cleo: somebody else may be meant", **also, named="Ben")
        assert re.search(r'name="named"[^>]* value="Ben, Cleo"', shown)
        self.mended("Ben, Cleo: somebody else may be meant", **also, named="on")
        other = self.mended("Choose who can act", **also, named="Ben, Cleo", recipient="")
        assert re.search(r'name="named"[^>]* checked', other), "what else is wrong unticks nothing"
        assert self.asked_for(**also, named="Ben, Cleo")

    def test_a_name_in_ones_own_words_is_asked_about_too(self):
        self.mended("Cleo: somebody else may be meant", to_recipient="Cleo has a key.")

    def test_what_the_member_will_read_names_nobody_else_whatever_is_ticked(self):
        said = {"what": "Cleo heard her say it.", "named": "Cleo"}
        for fields in (said, {**said, "named": ""}, {**said, "to_recipient": "Cleo has a key."}):
            shown = self.mended("Cleo: the member reads this later", **fields)
            assert "Say it without naming anybody else" in wrong_at(shown, "what")
        assert self.asked_for(what="Ana said it to a nurse.")
        both = [str(one.member.pk) for one in (self.ana, self.ben)]
        self.item = self.said("I will take them tonight.", self.ana, self.ben)
        chosen = {"sentences": ["0"], "all_needed": "on", "involved": both}
        assert self.asked_for(**said, **chosen), "of two, neither reads it"

    def test_a_stay_that_ends_in_the_middle_loses_no_word(self):
        where = f"/items/{self.item.code}/emergency/"
        keeper = hidden("keeper", self.client.get(where))
        del self.client.cookies[settings.SESSION_COOKIE_NAME]
        answer = self.asks(keeper=keeper, no_consent="Not reachable.")
        assert WHAT not in answer.content.decode()
        back = {"carried": hidden("carried", answer), "next": hidden("next", answer)}
        who = {"login": user_of(self.fay).sign_in_name, "password": PASSWORD}
        self.client.post("/sign-in/", {**back, **who})
        said = self.client.post("/sign-in/code/", {"code": code_of(self.fay)})
        assert said["Location"] == where
        page = self.client.get(where).content.decode()
        assert "Your text is back" in page
        assert WHAT in page and "Not reachable." in page
        assert re.search(r'value="THREAT"[^>]* checked', page)
        assert not re.search(r'name="sentences"[^>]* checked', page), "chosen anew"
        assert self.asked_for(keeper=hidden("keeper", self.client.get(where)))
        assert not Draft.objects.exists()

    def test_the_law_of_the_place_stands_beside_its_ground_and_goes_into_the_request(self):
        load_library()
        page = self.client.get(f"/items/{self.item.code}/emergency/").content.decode()
        assert "45 CFR 164.512(j)(1)(i)" in page
        assert "42 CFR 2.12(c)(5)" not in page, "of Part 2, which these records are not under"
        assert self.asked_for().rule_code == "protect-ny"

    def test_two_items_at_once_are_no_form_of_this_house(self):
        assert self.asks(item="D-OTHER").status_code == 404
        assert not Override.objects.exists()

    def test_while_frozen_nothing_goes_and_the_page_says_what_can_be_done(self):
        freeze(by=self.sue)
        page = self.client.get(self.asks().url).content.decode()
        assert "Two people have to lift that" in page
        assert not Release.objects.exists()

    def test_while_frozen_its_words_open_for_no_second_person(self):
        override = self.asked_for()
        cody = self.visits(self.cody)
        step_up = self.proven_in(cody, self.cody, approve_scope(override))
        freeze(by=self.sue)
        where = f"/attesting/emergencies/{override.code}/{step_up}/"
        for answer in (cody.get(where, follow=True), cody.post(where, {}, follow=True)):
            page = answer.content.decode()
            assert "Nothing can leave the house at the moment" in page
            assert TONIGHT not in page

    def test_after_its_hour_it_is_over(self):
        override = self.asked_for()
        self.agrees_on_pages(override)
        aged(override, 1.5)
        answer = self.releases_on_pages(override)
        page = self.client.get(answer.url).content.decode()
        assert "Its time is over" in page
        assert not Release.objects.filter(decision="permit").exists()

    def test_too_early_nothing_happens_and_the_proof_still_counts(self):
        override = self.asked_for()
        step_up = self.proven_in(self.client, self.fay, override_scope(override))
        where = f"/emergencies/{override.code}/release/{step_up}/"
        assert "Nobody has agreed yet" in self.client.post(where).content.decode()
        self.agrees_on_pages(override)
        assert self.client.post(where).url.startswith("/releases/")

    def test_the_requester_neither_agrees_nor_reviews(self):
        override = self.asked_for()
        assert override.code not in self.client.get("/attesting/").content.decode()
        assert self.client.post(f"/attesting/emergencies/{override.code}/").status_code == 404
        self.agrees_on_pages(override)
        self.releases_on_pages(override)
        assert self.client.get(f"/emergency-reviews/{override.code}/").status_code == 404

    def test_a_second_person_declines_with_a_reason_that_the_requester_reads(self):
        override = self.asked_for()
        cody = self.visits(self.cody)
        step_up = self.proven_in(cody, self.cody, approve_scope(override))
        where = f"/attesting/emergencies/{override.code}/{step_up}/"
        assert "I will take them tonight." in cody.get(where).content.decode()
        assert "Say why" in cody.post(where, {"decline": "1"}).content.decode()
        cody.post(where, {"decline": "1", "why_not": "She answered my call."})
        page = self.client.post(f"/emergencies/{override.code}/", {"open": "1"}).content.decode()
        assert "She answered my call." in page
        assert "The second person did not agree" in page

    def released(self: Any, **fields: Any) -> Override:
        override = self.asked_for(**fields)
        self.agrees_on_pages(override, self.cody)
        self.releases_on_pages(override)
        return override

    def test_a_reviewer_reads_what_was_released_and_after_the_outcome_nothing(self):
        override = self.released()
        sue, where = self.visits(self.sue), f"/emergency-reviews/{override.code}/"
        assert override.code in sue.get("/emergency-reviews/").content.decode()
        assert "I will take them tonight." not in sue.get(where).content.decode()
        opened = sue.post(where, {"open": "1"}).content.decode()
        assert "I will take them tonight." in opened
        assert "My sister" not in opened
        assert "Ana" not in opened
        assert "Why" in sue.post(where, {"outcome": "concern"}).content.decode()
        assert not ReviewOutcome.objects.exists()
        again = (self.today + timedelta(days=7)).isoformat()
        sue.post(where, {"outcome": "concern", "words": "Call her first.", "follow_up_on": again})
        closed = sue.get(where)
        assert closed.status_code == 410
        assert "This review has ended" in closed.content.decode()
        assert "tonight" not in closed.content.decode()
        assert "To talk about again" in sue.get("/emergency-reviews/").content.decode()
        page = self.client.post(f"/emergencies/{override.code}/", {"open": "1"}).content.decode()
        assert "Call her first." in page

    def test_a_late_review_rises_with_its_hours_and_blocks_after_three_days(self):
        override = self.released()
        review = Review.objects.get()
        past = timedelta(hours=80)
        change(review, began_at=review.began_at - past, due_at=review.due_at - past)
        page = self.visits(self.sue).get("/emergency-reviews/").content.decode()
        assert "8 hours over" in page or "7 hours over" in page
        assert "waits for its review for more than three days" in self.asks().content.decode()
        assert Override.objects.get() == override

    def test_the_member_finds_when_to_whom_why_and_the_words_and_nobody_else_does(self):
        override = self.released()
        ana = self.visits(self.ana.actor)
        assert "Something was passed on" in ana.get("/home/").content.decode()
        page = ana.get(f"/passed-on/{override.code}/").content.decode()
        for words in ("Crisis team", WHAT, "I will take them tonight.", "Ask, or complain"):
            assert words in page
        assert "My sister" not in page
        assert "Passed on without your permission" in ana.get("/who-saw/").content.decode()
        assert "Crisis team" in ana.get("/who-saw/left/").content.decode()
        ben = self.visits(self.ben.actor)
        assert ben.get(f"/passed-on/{override.code}/").status_code == 404
        assert "passed on" not in ben.get("/home/").content.decode()

    def test_what_the_facilitator_wrote_beside_it_is_shown_to_nobody_whom_it_may_betray(self):
        beside = {"to_recipient": "Ben told me alone that he has a gun."}
        both = [str(one.member.pk) for one in (self.ana, self.ben)]
        for concerned, involved in (((self.ana, self.ben), both), ((self.ana, self.ben), both[:1])):
            self.item = self.said("I will take them tonight.", *concerned)
            chosen = {"sentences": ["0"], "all_needed": "on", "named": "Ben"}
            override = self.released(**beside, **chosen, involved=involved)
            page = self.visits(self.ana.actor).get(f"/passed-on/{override.code}/").content.decode()
            assert "I will take them tonight." in page
            assert "gun" not in page

    def test_a_reason_to_wait_needs_its_day_and_nobody_is_told_by_mistake(self):
        self.mended("Give the day", wait="He reads her telephone.")

    def test_of_what_was_erased_a_review_still_ends(self):
        override = self.released()
        erase_item(by=self.sue, code=self.item.code)
        sue, where = self.visits(self.sue), f"/emergency-reviews/{override.code}/"
        assert "The words were erased" in sue.get(where).content.decode()
        sue.post(where, {"open": "1"})
        assert not Entry.objects.filter(act="review.opened").exists()
        assert sue.post(where, {"outcome": "upheld"}).status_code == 302
        assert ReviewOutcome.objects.get().outcome == "upheld"
        own = self.client.post(f"/emergencies/{override.code}/", {"open": "1"})
        assert own.status_code == 404, own.content.decode()

    def test_a_whole_item_of_many_sentences_can_be_asked_for(self):
        text = " ".join(f"Sentence number {n} is said." for n in range(200))
        self.item = self.said(text)
        every = tuple(sentences_of(text))
        said = SERIOUS | {Fact.MINIMUM}
        assert self.requests(self.item, passages=every, text=text, said=said).pk

    def test_who_was_to_review_and_came_second_is_told_and_keeps_what_they_wrote(self):
        sam = staff(self.practice, "Sam Second", Role.SUPERVISOR)
        assign_supervisor(by=self.adam, group=self.group, user=user_of(sam), since=self.today)
        override = self.released()
        where = f"/emergency-reviews/{override.code}/"
        self.closes(override)
        late = {"outcome": "not_justified", "words": "She was reachable all day."}
        page = self.visits(sam).post(where, late)
        assert page.status_code == 410
        assert "She was reachable all day." in page.content.decode()
        assert self.visits(self.cody).get(where).status_code == 404

    def test_who_leads_and_supervises_elsewhere_finds_what_waits_for_a_leader(self):
        for one in (self.fay, self.cody):
            StaffRole.objects.create(user_id=one.user, role=Role.SUPERVISOR)
        override = self.asked_for()
        assert f"/attesting/emergencies/{override.code}/" in (
            self.visits(self.cody).get("/attesting/").content.decode()
        )
        self.agrees_on_pages(override, self.cody)
        self.releases_on_pages(override)
        tells = f"/emergencies/{override.code}/tell/{self.ana.member.code}/"
        assert self.client.get(tells).status_code == 200

    def test_whoever_leads_the_group_too_is_not_told_of_a_no_in_any_role(self):
        Practice.objects.filter(pk=self.practice.pk).update(small=True)
        StaffRole.objects.create(user_id=self.cody.user, role=Role.SUPERVISOR)
        user = user_of(self.cody)
        assign_supervisor(by=self.adam, group=self.group, user=user, since=self.today)
        refused = self.consent_of(self.ana, self.asked(self.item))
        decline_consent(by=self.ana.actor, code=refused.code)
        override = self.asked_for()
        told = "had said no even to emergencies"
        for by, shown in ((self.sue, True), (self.cody, False)):
            client = self.visits(by)
            step_up = self.proven_in(client, by, approve_scope(override))
            where = f"/attesting/emergencies/{override.code}/{step_up}/"
            assert (told in client.get(where).content.decode()) is shown

    def test_not_told_before_the_day_that_comes_back_on_today(self):
        tomorrow = self.today + timedelta(days=1)
        override = self.released(tell_by=tomorrow.isoformat(), wait="He reads her telephone.")
        ana = self.visits(self.ana.actor)
        assert "passed on" not in ana.get("/home/").content.decode()
        assert ana.get(f"/passed-on/{override.code}/").status_code == 404
        assert "Tell a member" not in self.client.get("/today/").content.decode()
        waits = Telling.objects.get()
        change(waits, waits_until=self.today)
        assert "Tell a member" in self.client.get("/today/").content.decode()
        where = f"/emergencies/{override.code}/tell/{self.ana.member.code}/"
        assert "Give the day" in self.client.post(where, {"how": "not_yet"}).content.decode()
        self.client.post(where, {"how": "in_person"})
        assert ana.get(f"/passed-on/{override.code}/").status_code == 200
        assert "Tell a member" not in self.client.get("/today/").content.decode()

    def test_of_two_members_only_who_was_not_told_is_still_to_be_told(self):
        self.item = self.said("I will take them tonight. So will Ben.", self.ana, self.ben)
        tomorrow = (self.today + timedelta(days=1)).isoformat()
        both = {"involved": [str(one.member.pk) for one in (self.ana, self.ben)]}
        override = self.released(**both, sentences=["0"], tell_by=tomorrow, wait="Not yet.")
        for waits in Telling.objects.all():
            change(waits, waits_until=self.today)
        tells = f"/emergencies/{override.code}/tell/"
        self.client.post(f"{tells}{self.ana.member.code}/", {"how": "in_person"})
        page = self.visits(self.sue).get("/emergency-reviews/").content.decode()
        assert f"{tells}{self.ben.member.code}/" in page
        assert f"{tells}{self.ana.member.code}/" not in page

    def test_every_notice_of_it_leads_its_person_to_its_page(self):
        override = self.asked_for()
        for person, leads in ((self.sue, "/attesting/"), (self.cody, "/attesting/")):
            assert self.led_by_notice(person, "emergency") == leads
        self.agrees_on_pages(override, self.cody)
        assert self.led_by_notice(self.fay, "emergency_ok") == f"/emergencies/{override.code}/"
        self.releases_on_pages(override)
        told = f"/passed-on/{override.code}/"
        assert self.led_by_notice(self.ana.actor, "went_out") == told
        review = f"/emergency-reviews/{override.code}/"
        assert self.led_by_notice(self.sue, "review") == review

    def led_by_notice(self, person: Any, kind: str) -> str:
        notice = Notice.objects.get(person=person.user, kind=kind)
        return self.visits(person).post(f"/you/notices/{notice.pk}/").url

    def test_a_colleague_is_offered_no_way_out_of_a_letter_that_another_asked_for(self):
        release = self.let_out(self.item)
        page, ways = f"/releases/{release.code}/", ("hand-over/", "open/", "links/new/")
        hers = self.client.get(page).content.decode()
        his = self.visits(self.cody).get(page).content.decode()
        offered = {way: [f"{page}{way}" in one for one in (hers, his)] for way in ways}
        assert offered == {way: [True, False] for way in ways}
        assert "nobody else" in his and "nobody else" not in hers

    def test_what_was_read_out_is_told_as_gone_out_wherever_one_looks(self):
        release = self.let_out(self.item)
        override, page = Override.objects.get(), f"/releases/{release.code}/"
        self.client.post(f"{page}open/")
        done = self.client.post(f"{page}hand-over/", {"received": "read_out"}, follow=True)
        shown = done.content.decode()
        assert "recorded." in shown.split('class="toast"')[1].split("</p>")[0]
        assert "once. Nothing opens on it any more." in shown
        for again in (self.client.get(page), self.client.post(f"{page}open/")):
            assert again.url == f"/emergencies/{override.code}/"
        his = self.visits(self.cody).get(page).content.decode()
        assert "It was handed over." in his
        assert "Nothing was opened or handed over now" not in his
        assert f"/emergencies/{override.code}/" not in his, "it is no page of his"

    def test_what_its_reader_opened_or_ran_out_offers_no_way_any_more(self):
        opened, late, let_go = (self.let_out(self.item) for _ in range(3))
        ReleaseLink.objects.filter(pk=self.linked(opened, hours=24, openings=1).link.pk).update(
            openings_used=1
        )
        change(late, decided_at=timezone.now() - timedelta(days=2))
        of_it = Override.objects.get(release_item__release=let_go)
        self.client.post(f"/emergencies/{of_it.code}/drop/")
        for release in (opened, late, let_go):
            page = self.client.get(f"/releases/{release.code}/", follow=True).content.decode()
            assert "Nothing opens on it any more." in page
            assert f"/releases/{release.code}/" not in page, "or one goes round and round"

    def test_strangers_find_none_of_it(self):
        override = self.released()
        for person in (self.otto, self.zoe, self.adam, self.ben.actor, self.zed.actor):
            client = self.visits(person)
            for where in (
                f"/items/{self.item.code}/emergency/",
                f"/emergencies/{override.code}/",
                f"/emergency-reviews/{override.code}/",
                f"/passed-on/{override.code}/",
                f"/emergencies/{override.code}/tell/{self.ana.member.code}/",
            ):
                assert client.get(where).status_code == 404, (person, where)
