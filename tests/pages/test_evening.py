"""An evening through its pages: who came, the notes, and everything that goes wrong meanwhile."""

import html
import time
from datetime import datetime, timedelta
from datetime import time as clock
from functools import cached_property
from html.parser import HTMLParser
from uuid import uuid4

from django.conf import settings
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from audit.models import Entry
from audit.trail import Actor
from pages.fields import TAKES, is_taken
from sessions_app.models import (
    Attendance,
    AttendanceStatus,
    Disclosure,
    DisclosureVersion,
    Draft,
    Facilitation,
    GroupNote,
    GroupSession,
    NameMark,
    TherapyGroup,
)
from sessions_app.services.groups import add_member
from sessions_app.services.sessions import mark_attendance
from tests.cast import PASSWORD, CastTestCase, code_of, sign_in, user_of

HTMX = {"HX-Request": "true"}
ODD = {
    "one letter": "I",
    "right to left": "רות הייתה שקטה הערב.",
    "combining marks": "Zoe\u0308 a\u0301 e\u0301 n\u0303",
    "emoji": "🪑👩‍👩‍👧 \U0001f1fa\U0001f1f8",
    "a bell and an override": "calm \x07 and \u202edesrever\u202c",
    "a spreadsheet": 'day\tmood\t"so, so"\r\n1\t"she said ""no"""\t=1+1\r\n2\t<b>\t&amp;\r\n',
    "blanks around": "  two before\n\nand one after ",
}


class _Fields(HTMLParser):
    """The fields of a page as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.area = ""

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        name = at.get("name") or ""
        if tag == "textarea":
            self.area = name
            if name:
                self.found[name] = ""
        elif (
            tag == "input"
            and name
            and (at.get("type") not in ("radio", "checkbox") or "checked" in at)
        ):
            self.found.setdefault(name, at.get("value") or "")  # the first form's

    def handle_data(self, data):
        if self.area:
            self.found[self.area] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.area = ""


class Evening(CastTestCase):
    def setUp(self):
        self.fays, self.codys = Client(), Client()
        sign_in(self.fays, self.fay)
        sign_in(self.codys, self.cody)
        self.page = f"/sessions/{self.session.pk}/"
        self.notes = f"{self.page}notes/"
        self.grid = f"{self.page}attendance/"
        self.a, self.b, self.c = (str(m.member.pk) for m in (self.ana, self.ben, self.cleo))

    def text(self, response, status: int = 200) -> str:
        assert response.status_code == status, response.content.decode()
        return html.unescape(response.content.decode())

    def fields(self, page: str = "", client: Client | None = None) -> dict[str, str]:
        """The fields of a page just drawn, as a browser sends them back."""
        reader = _Fields()
        reader.feed((client or self.fays).get(page or self.notes).content.decode())
        return {k: v for k, v in reader.found.items() if k != "csrfmiddlewaretoken"}

    def cells(self) -> dict[str, str]:
        """The fields of the grid alone, among the forms of its page."""
        mine = ("status-", "seen-", "was-", "arrived-")
        return {k: v for k, v in self.fields(self.page).items() if k.startswith(mine)}

    def field(self, name: str) -> str:
        return self.fields()[f"text-{name}"]

    def write(self, sign: bool = False, client: Client | None = None, **texts: str):
        """Fill in the notes page and send it; `group` or `a`, `b`, `c` for who was there."""
        client = client or self.fays
        form = self.fields(client=client)
        for key, words in texts.items():
            form[f"text-{self.key(key)}"] = words
        return client.post(self.notes + ("sign/" if sign else ""), form)

    def key(self, name: str) -> str:
        return {"a": self.a, "b": self.b, "c": self.c}.get(name, name)

    def statuses(self) -> dict[str, str]:
        marks = Attendance.objects.filter(session=self.session)
        return {str(mark.member_id): mark.status for mark in marks}


class TheGrid(Evening):
    def test_sent_whole_it_saves_what_was_touched_and_a_colleagues_cell_stays(self):
        form = self.cells()
        mark_attendance(
            by=self.cody,
            session=self.session,
            member=self.ben.member.pk,
            status=AttendanceStatus.EXCUSED,
            seen=1,
        )
        form[f"status-{self.a}"] = "left_early"
        answer = self.fays.post(self.grid, form, follow=True)
        assert "Attendance saved." in self.text(answer)
        assert self.statuses() == {self.a: "left_early", self.b: "excused", self.c: "attended"}
        marks = Attendance.objects.filter(session=self.session)
        assert {str(mark.member_id): mark.revision for mark in marks} == {
            self.a: 2,
            self.b: 2,
            self.c: 1,
        }

    def test_untouched_it_saves_nothing(self):
        before = Entry.objects.filter(act="attendance.marked").count()
        self.fays.post(self.grid, self.cells())
        assert Entry.objects.filter(act="attendance.marked").count() == before

    def test_both_touched_the_same_cell_the_second_is_told_and_the_rest_is_saved(self):
        form = self.cells()
        self.codys.post(self.grid, {**self.cells(), f"status-{self.b}": "excused"})
        form |= {f"status-{self.a}": "absent", f"status-{self.b}": "attended"}
        answer = self.text(self.fays.post(self.grid, form, follow=True))
        assert "A colleague answered differently meanwhile." in answer
        assert "Attendance saved." not in answer
        assert self.statuses() == {self.a: "absent", self.b: "excused", self.c: "attended"}

    def one(self, client: Client, status: str, seen: int = 1, **more: str):
        sent = {f"status-{self.a}": status, f"seen-{self.a}": str(seen), **more}
        return client.post(self.grid, sent, headers=HTMX)

    def test_one_cell_answers_with_that_cell_alone(self):
        answer = self.one(self.fays, "absent")
        words = self.text(answer)
        assert "HX-Retarget" not in answer
        assert f'id="cell-{self.a}"' in words and f'name="seen-{self.a}" value="2"' in words
        assert "<html" not in words and self.b not in words
        assert "1 of 3 were there" in words

    def test_a_conflict_answers_with_the_row_as_it_is_now(self):
        self.one(self.codys, "left_early")
        answer = self.one(self.fays, "absent")
        words = self.text(answer)
        assert answer["HX-Retarget"] == f"#row-{self.a}"
        assert answer["HX-Reswap"] == "outerHTML"
        assert "A colleague answered differently meanwhile." in words
        assert f'value="left_early" checked' in words  # noqa: F541
        assert self.statuses()[self.a] == "left_early"

    def test_times_that_are_none_say_so(self):
        start = timezone.localtime(self.session.starts, self.practice.zone)
        outside = f"{(start - timedelta(hours=2)):%H:%M}"
        for typed in ("25:99", "soon", outside, "-1:00", "\x00"):
            words = self.text(self.one(self.fays, "late", **{f"arrived-{self.a}": typed}))
            assert "Give a time within the session." in words, typed
        assert self.statuses()[self.a] == "attended"

    def test_nonsense_is_refused_and_breaks_nothing(self):
        before = self.statuses()
        for sent in (
            {f"seen-{self.a}": "1", f"status-{self.a}": "dead"},
            {f"seen-{self.a}": "x", f"status-{self.a}": "late"},
            {f"seen-{self.a}": "9" * 40, f"status-{self.a}": "late"},
            {},
        ):
            assert self.fays.post(self.grid, sent).status_code == 302
            assert self.fays.post(self.grid, sent, headers=HTMX).status_code == 200
        for sent in (
            {"seen-nobody": "1", "status-nobody": "late"},
            {f"seen-{self.dora.member.pk}": "0", f"status-{self.dora.member.pk}": "late"},
            {f"seen-{uuid4()}": "0"},
        ):
            assert self.fays.post(self.grid, sent).status_code == 404
            assert self.fays.post(self.grid, sent, headers=HTMX).status_code == 404
        assert self.statuses() == before

    def test_everybody_here(self):
        Attendance.objects.filter(member=self.ana.member).update(status="expected")
        assert "Everybody was here" in self.text(self.fays.get(self.page))
        self.fays.post(f"{self.page}here/")
        assert self.statuses() == {self.a: "attended", self.b: "absent", self.c: "attended"}
        assert "Everybody was here" not in self.text(self.fays.get(self.page))

    def test_two_hundred_people_are_drawn(self):
        for n in range(197):
            day = self.today - timedelta(days=30)
            add_member(by=self.fay, group=self.group, name=f"Number {n}x", since=day, once=uuid4())
        began = time.monotonic()
        words = self.text(self.fays.get(self.page))
        assert words.count('class="attend__name"') == 200
        assert time.monotonic() - began < 5


class WritingNotes(Evening):
    def test_all_are_saved_at_once_and_the_untouched_stay_unwritten(self):
        answer = self.write(group="Trust was the theme.", a="Was calm.")
        assert answer["Location"] == self.page
        assert "2 notes saved and sealed." in self.text(self.fays.get(self.page))
        assert Disclosure.objects.get().about == self.ana.member
        form = self.fields()
        assert form["text-group"] == "Trust was the theme."
        assert form[f"text-{self.a}"] == "Was calm."
        assert form[f"text-{self.c}"].startswith("Attended the group session of")
        assert f"text-{self.b}" not in form

    def test_sent_back_as_drawn_it_changes_nothing(self):
        self.write(group="Trust.", a="Was calm.")
        self.write()
        assert "Nothing was changed." in self.text(self.fays.get(self.page))
        assert DisclosureVersion.objects.count() == GroupNote.objects.get().revision == 1

    def test_ticked_sentences_are_added(self):
        form = self.fields() | {f"phrases-{self.a}": ["calm", "on", "nonsense"]}
        self.fays.post(self.notes, form)
        assert self.field(self.a).endswith("Was calm and in touch. The plan goes on as agreed.")

    def test_a_name_is_marked_in_its_place_with_two_answers_and_the_rest_is_saved(self):
        words = self.text(self.write(group="Ben was missed.", a="Was calm."))
        assert '<mark class="guard">Ben<' in words
        assert "Somebody else is named here." in words
        assert "Rewrite it as “another member”" in words
        assert "It is somebody else, or only a word" in words
        assert "It concerns Ben" not in words  # a note concerns nobody but its subject
        assert "1 other note is saved." in words
        assert "Ben was missed.</textarea>" in words
        assert not GroupNote.objects.exists()
        assert Disclosure.objects.get().about == self.ana.member

    def test_in_an_item_a_third_answer_says_whom_it_concerns(self):
        sent = {"speaker": self.a, "text": "I told Ben."}
        words = self.text(self.fays.post(f"{self.page}items/new/", sent))
        assert "It concerns Ben Brandt" in words
        answered = {"guard-item-0-words": "Ben", "guard-item-0": f"concerns:{self.b}"}
        assert self.fays.post(f"{self.page}items/new/", sent | answered).status_code == 302
        version = DisclosureVersion.objects.get()
        assert {str(s.member_id) for s in version.subjects.all()} == {self.a, self.b}

    def answered(self, part: str, words: str, choice: str, reason: str = "") -> dict[str, str]:
        name = f"guard-{part}-0"
        return {f"{name}-words": words, name: choice, f"{name}-reason": reason}

    def test_rewriting_it(self):
        form = self.fields() | {"text-group": "Ben's chair was empty."}
        self.fays.post(self.notes, form | self.answered("group", "Ben's", "rewrite"))
        assert self.field("group") == "Another member's chair was empty."

    def test_somebody_else_wants_a_reason_and_keeps_it(self):
        form = self.fields() | {"text-group": "We sang Big Ben."}
        no_reason = self.fays.post(self.notes, form | self.answered("group", "Ben", "else"))
        assert "Say who or what is meant" in self.text(no_reason)
        reason = self.answered("group", "Ben", "else", "a bell")
        assert self.fays.post(self.notes, form | reason).status_code == 302
        assert NameMark.objects.count() == 1
        again = self.fields()
        assert (again["guard-group-0"], again["guard-group-0-reason"]) == ("else", "a bell")
        assert self.fays.post(f"{self.notes}sign/", again).status_code == 302
        assert GroupNote.objects.get().signed

    def test_all_are_signed_at_once(self):
        self.write(group="Trust.")
        assert self.write(sign=True, a="Was calm.", c="Spoke of work.").status_code == 302
        assert "3 notes signed." in self.text(self.fays.get(self.page))
        assert {one.state for one in Disclosure.objects.all()} == {"signed"}
        assert GroupNote.objects.get().signed
        assert not Draft.objects.exists()

    def test_what_names_somebody_waits_while_the_rest_is_signed(self):
        words = self.text(self.write(sign=True, group="Ben was missed.", a="Was calm."))
        assert "Somebody else is named here." in words
        assert Disclosure.objects.get().state == "signed"
        assert not GroupNote.objects.exists()

    def test_text_of_any_kind_comes_back_as_it_was(self):
        for label, words in ODD.items():
            self.write(group=words)
            assert self.field("group") == words.replace("\r\n", "\n"), label

    def test_a_null_character_is_refused_and_the_rest_of_the_text_kept(self):
        words = self.text(self.write(group="before\x00after"))
        assert "There is a character in it that cannot be kept." in words
        assert "after</textarea>" in words
        assert not GroupNote.objects.exists()

    def test_20000_characters_of_one_word_are_kept_within_two_seconds(self):
        form = self.fields() | {"text-group": "a" * 20_000}
        began = time.monotonic()
        assert self.fays.post(self.notes, form).status_code == 302
        assert time.monotonic() - began < 2
        assert self.field("group") == "a" * 20_000

    def test_one_more_is_refused_with_its_text(self):
        words = self.text(self.write(group="a" * 20_001, a="Was calm."))
        assert "This is too long." in words
        assert "a" * 20_001 in words
        assert not GroupNote.objects.exists()
        assert Disclosure.objects.count() == 1

    def test_a_part_that_was_not_in_the_form_is_left_alone(self):
        form = self.fields()
        self.codys.post(self.notes, form | {f"text-{self.a}": "Cody's."})
        form = {k: v for k, v in form.items() if self.a not in k} | {"text-group": "Trust."}
        assert self.fays.post(f"{self.notes}sign/", form).status_code == 302
        assert Disclosure.objects.get().state == "draft"


class AtTheSameTime(Evening):
    def test_both_texts_stand_side_by_side_and_saving_again_takes_mine(self):
        mine = self.fields() | {"text-group": "Fay's words.", f"text-{self.a}": "Fay of her."}
        self.write(client=self.codys, group="Cody's words.", a="Cody of her.")
        answer = self.fays.post(self.notes, mine)
        words = self.text(answer)
        for both in ("Cody's words.", "Fay's words.", "Cody of her.", "Fay of her."):
            assert both in words
        assert words.count("Two texts") == 2
        assert "in the history" not in words, "a group note has none"
        reader = _Fields()
        reader.feed(answer.content.decode())
        assert reader.found["text-group"] == "Fay's words."
        assert self.fays.post(self.notes, reader.found).status_code == 302
        assert self.field("group") == "Fay's words."
        theirs = Entry.objects.filter(act="notes.opened", actor=self.fay.user)
        assert theirs.exists()

    def test_in_two_tabs_the_older_is_told(self):
        first, second = self.fields(), self.fields()
        self.fays.post(self.notes, first | {"text-group": "From one tab."})
        words = self.text(self.fays.post(self.notes, second | {"text-group": "From the other."}))
        assert "From one tab." in words and "From the other." in words
        assert self.field("group") == "From one tab."

    def test_signed_by_a_colleague_meanwhile_the_text_waits_as_an_addition(self):
        mine = self.fields() | {"text-group": "Fay's words.", f"text-{self.a}": "Fay of her."}
        self.write(sign=True, client=self.codys, group="Cody's words.", a="Cody of her.")
        words = self.text(self.fays.post(self.notes, mine))
        assert words.count("This note is signed and stays as it is.") == 4  # above and in place
        assert "Fay's words.</textarea>" in words and "Fay of her.</textarea>" in words
        code = Disclosure.objects.get().code
        assert "Fay's words." in self.text(self.fays.get(f"{self.page}group-note/"))
        assert "Fay of her." in self.text(self.fays.get(f"/items/{code}/add/"))
        assert "Fay of her." not in self.text(self.codys.get(f"/items/{code}/add/"))

    def test_going_back_after_signing_and_sending_again(self):
        form = self.fields() | {"text-group": "Trust.", f"text-{self.a}": "Was calm."}
        self.fays.post(f"{self.notes}sign/", form)
        before = Entry.objects.filter(act__in=("note.written", "note.signed")).count()
        for path in (self.notes, f"{self.notes}sign/"):
            answer = self.fays.post(path, form, follow=True)
            assert "Nothing was changed." in self.text(answer)
        changed = self.text(self.fays.post(self.notes, form | {"text-group": "Trust, later."}))
        assert "This note is signed and stays as it is." in changed
        assert Entry.objects.filter(act__in=("note.written", "note.signed")).count() == before
        assert not Draft.objects.exclude(place__endswith=":added").exists()

    def test_the_old_form_of_a_rewritten_text_is_the_signed_text(self):
        form = self.fields() | {"text-group": "Ben was missed."}
        form |= {"guard-group-0-words": "Ben", "guard-group-0": "rewrite"}
        self.fays.post(f"{self.notes}sign/", form)
        assert "Nothing was changed." in self.text(self.fays.post(self.notes, form, follow=True))


class Today(Evening):
    def tonight(self, days_ago: int) -> str:
        TherapyGroup.objects.filter(pk=self.group.pk).update(
            weekday=self.today.weekday(), starts_at=clock(18), ends_at=clock(19, 30)
        )
        day = self.today - timedelta(days=days_ago)
        starts = datetime.combine(day, clock(0, 1), self.practice.zone)
        GroupSession.objects.filter(pk=self.session.pk).update(
            starts=starts, ends=starts + timedelta(minutes=90)
        )
        return self.text(self.fays.get("/today/"))

    def test_an_extra_evening_yesterday_is_not_tonights(self):
        assert "Log the session" in self.tonight(days_ago=1)

    def test_tonights_is_opened(self):
        assert "Log the session" not in self.tonight(days_ago=0)


class Drafts(Evening):
    def keep(self, part: str, words: str, client: Client | None = None, **more: str):
        name = "text" if part == "item" else f"text-{part}"
        path = f"{self.page}drafts/{part}/"
        return (client or self.fays).post(path, {name: words, **more}, headers=HTMX)

    def test_what_is_typed_is_kept_for_its_writer_and_comes_back(self):
        assert "Kept as a draft" in self.text(self.keep("group", "Trust was"))
        words = self.text(self.fays.get(self.notes))
        assert "Trust was</textarea>" in words and "is back. It is not saved yet." in words
        assert "Trust was" not in self.text(self.codys.get(self.notes))

    def test_a_name_is_shown_at_once(self):
        assert '<mark class="guard">Ben<' in self.text(self.keep(self.a, "Talked of Ben."))

    def test_saved_or_emptied_it_is_gone(self):
        self.keep("group", "Trust was")
        self.keep(self.a, "Was calm.")
        self.write(group="", a="Was calm.")
        assert not Draft.objects.exists()
        self.keep(self.a, "Was calm.")  # the same as what is saved
        self.write()
        assert not Draft.objects.exists()

    def test_what_waits_for_an_answer_stays_a_draft(self):
        self.keep("group", "Ben was missed.")
        self.write(a="Was calm.")
        assert Draft.objects.count() == 1

    def test_what_was_typed_before_a_colleague_signed_is_still_found(self):
        self.keep("group", "Fay's words.")
        self.write(sign=True, client=self.codys, group="Cody's words.")
        words = self.text(self.fays.get(self.notes))
        assert "Fay's words.</textarea>" in words
        self.fays.post(self.notes, self.fields())
        assert "Fay's words." in self.text(self.fays.get(f"{self.page}group-note/"))

    def test_too_much_is_not_kept_and_said(self):
        words = self.text(self.keep("group", "a" * 120_001))
        assert "This is too long to keep." in words
        assert not Draft.objects.exists()

    def test_without_a_session_it_answers_401_with_a_sentence(self):
        answer = self.keep("group", "Trust", client=Client())
        assert "Your sign-in has ended." in self.text(answer, 401)
        assert "<html" not in answer.content.decode()

    def test_a_part_that_is_none(self):
        assert self.keep("nonsense", "x").status_code == 404


class WhenAStayEnds(Evening):
    """The cookie is gone in the middle of a note."""

    WORDS = "She spoke of the house by the river."

    def sent(self, path: str = "", **more: str):
        form = self.fields() | {"text-group": self.WORDS, **more}
        del self.fays.cookies[settings.SESSION_COOKIE_NAME]
        return self.fays.post(path or self.notes, form)

    def carried(self, answer) -> dict[str, str]:
        reader = _Fields()
        reader.feed(answer.content.decode())
        return {k: v for k, v in reader.found.items() if k in TAKES["account_login"]}

    def back(self, form: dict[str, str], by: Actor | None = None, password: str = PASSWORD):
        name = user_of(by or self.fay).sign_in_name
        answer = self.fays.post("/sign-in/", form | {"login": name, "password": password})
        if answer.status_code == 302 and answer["Location"] == "/sign-in/code/":
            answer = self.fays.post("/sign-in/code/", {"code": code_of(by or self.fay)})
        return answer

    def test_the_page_to_sign_in_carries_the_text_sealed(self):
        answer = self.sent(**{f"text-{self.a}": "About her alone."})
        words = self.text(answer)
        assert "Your sign-in had ended" in words
        for clear in ("river", "About her", "Almeida", "Tuesday"):
            assert clear not in words
        assert len(self.carried(answer)["carried"]) > 100
        assert not Draft.objects.exists()

    def test_the_same_person_finds_it_as_a_draft(self):
        for path in (self.notes, f"{self.notes}sign/"):
            answer = self.back(self.carried(self.sent(path)))
            assert (answer.status_code, answer["Location"]) == (302, self.notes)
            words = self.text(self.fays.get(self.notes))
            assert f"{self.WORDS}</textarea>" in words and "It is not saved yet." in words
            assert not GroupNote.objects.exists()

    def test_somebody_else_does_not(self):
        form = self.carried(self.sent())
        assert self.back(form, by=self.cody).status_code == 302
        assert not Draft.objects.exists()
        assert self.WORDS not in self.text(self.fays.get(self.notes))

    def test_a_wrong_password_first_loses_nothing(self):
        wrong = self.back(self.carried(self.sent()), password="not this")
        assert wrong.status_code == 200
        assert not Draft.objects.exists()
        again = self.carried(wrong)
        assert again["carried"] and again["next"] == self.notes
        self.back(again)
        assert self.WORDS in self.text(self.fays.get(self.notes))

    def test_altered_or_from_yesterday_it_is_nothing_and_signing_in_still_works(self):
        form = self.carried(self.sent())
        for carried in ("", "x", form["carried"][:-8] + "AAAAAAA=", "é\x00"):
            assert self.back(form | {"carried": carried}).status_code == 302
            assert not Draft.objects.exists()

    def test_without_the_sign_of_whose_form_it_was_nothing_is_carried(self):
        for keeper in ("", "forged", f"{self.cody.user.hex}:forged"):
            answer = self.sent(keeper=keeper)
            assert answer.status_code == 302
            assert "/sign-in/" in answer["Location"]
            sign_in(self.fays, self.fay)

    def test_lines_come_back_as_they_were_and_blank_or_unknown_fields_make_no_draft(self):
        self.write(group="One.\nTwo.")
        form = self.fields()
        form["text-group"] = form["text-group"].replace("\n", "\r\n")
        form |= {f"text-{self.a}": " ", "text-" + "x" * 200: "hostile"}
        del self.fays.cookies[settings.SESSION_COOKIE_NAME]
        assert self.back(self.carried(self.fays.post(self.notes, form))).status_code == 302
        assert "It is not saved yet." not in self.text(self.fays.get(self.notes)).split("</h2>")[1]
        places = set(Draft.objects.values_list("place", flat=True))
        assert places <= {f"session:{self.session.pk}:{p}" for p in ("group", self.c)}

    def test_one_text_that_is_too_long_takes_no_other_with_it(self):
        more = {f"text-{self.a}": "About her alone."}
        self.back(self.carried(self.sent(**{"text-group": "a" * 120_001}, **more)))
        assert self.field(self.a) == "About her alone."

    def test_an_item_an_edit_and_the_additions_are_carried_too(self):
        item = self.said("First words.")
        note = self.note_about(self.ana, "Was calm.", sign=True)
        self.write_group_note(self.session, "Trust.")
        for form_of, path, shown in (
            (self.page, f"{self.page}items/new/", self.page),
            (f"/items/{item.code}/edit/",) * 2 + (f"/items/{item.code}/edit/",),
            (f"/items/{note.code}/add/",) * 2 + (f"/items/{note.code}/add/",),
            (f"{self.page}group-note/",) * 2 + (f"{self.page}group-note/",),
        ):
            form = self.fields(form_of) | {"text": self.WORDS}
            del self.fays.cookies[settings.SESSION_COOKIE_NAME]
            answer = self.fays.post(path, form)
            assert "river" not in self.text(answer), path
            assert self.back(self.carried(answer))["Location"] == shown
            assert self.WORDS in self.text(self.fays.get(shown)), path


class WhoFindsIt(Evening):
    """An evening is of those who led it then and lead the group now."""

    def everything(self) -> list[tuple[str, str]]:
        self.note = self.note_about(self.ana, "Was calm.", sign=True)
        self.write_group_note(self.session, "Trust.")
        return [
            ("get", self.page),
            ("post", self.grid),
            ("post", f"{self.page}here/"),
            ("get", self.notes),
            ("post", self.notes),
            ("post", f"{self.notes}sign/"),
            ("get", f"{self.page}group-note/"),
            ("post", f"{self.page}group-note/"),
            ("post", f"{self.page}drafts/group/"),
            ("post", f"{self.page}drafts/{self.a}/"),
            ("post", f"{self.page}drafts/item/"),
            ("get", f"{self.page}items/new/"),
            ("get", f"/items/{self.note.code}/"),
            ("get", f"/items/{self.note.code}/add/"),
        ]

    @cached_property
    def addresses(self) -> list[tuple[str, str]]:
        """Written when they are first asked for: rights are given to whoever led until then."""
        return self.everything()

    def finds(self, client: Client) -> set[int]:
        sent = {"text": "x", "text-group": "x", f"text-{self.a}": "x", f"status-{self.a}": "late"}
        sent |= {f"seen-{self.a}": "1"}
        found = set()
        for method, path in self.addresses:
            page = resolve(path).url_name
            given = {name: told for name, told in sent.items() if is_taken(page, [name])}
            found.add(getattr(client, method)(path, given).status_code)
        return found

    def test_nobody_of_another_practice_or_group_and_no_member(self):
        for actor in (self.zoe, self.otto, self.adam, self.sue, self.ana.actor):
            client = Client()
            sign_in(client, actor)
            assert self.finds(client) == {404}
        assert self.statuses()[self.a] == "attended"
        assert not Draft.objects.exists()

    def test_who_leads_today_but_did_not_lead_then(self):
        Facilitation.objects.filter(user=self.cody.user).update(
            since=self.today - timedelta(days=1)
        )
        assert self.codys.get(f"/groups/{self.group.code}/").status_code == 200
        assert self.finds(self.codys) == {404}

    def test_who_led_then_and_does_not_lead_today(self):
        Facilitation.objects.filter(user=self.cody.user).update(
            until=self.today - timedelta(days=1)
        )
        assert self.finds(self.codys) == {404}

    def test_those_who_did_find_all_of_it(self):
        assert 404 not in self.finds(self.fays)
