"""A whole evening on a phone, with every click and keystroke counted, and what it costs elsewhere.

Elsewhere is where attendance, note and item of each member are separate forms:
each asks for the session and the member again, and nothing is prepared. The
same hands fill both, with the same facts, and leave the same texts.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from audit import trail
from consent.models import ConsentRequest
from sessions_app import queries
from sessions_app.models import Attendance, Disclosure, GroupNote, GroupSession
from tests.browser.house import PHONE, BrowserTestCase
from vault import services as vault

GROUP_NOTE = (
    "The group came back to sleep and to what helps on hard nights. Two who had been quiet "
    "spoke for the first time. Next week: plans for the holidays."
)
ACTIVE, CALM, SAFE = (
    "Took an active part.",
    "Was calm and in touch.",
    "Voiced no thoughts of harming themselves or others.",
)
ON = "The plan goes on as agreed."


@dataclass(frozen=True)
class Note:
    """A progress note: what is ticked, what is typed, and how the typed part ends up."""

    name: str
    typed: str
    kept: str = ""
    ticked: tuple[str, ...] = (ACTIVE, CALM, SAFE, ON)


@dataclass(frozen=True)
class Said:
    speaker: str
    words: str
    concerned: tuple[str, ...] = ()


NOTES = (
    Note("Ana Almeida", "Slept through three nights."),
    Note("Cleo Castell", "Owned that last week was hard."),
    Note("Femi Falana", "Thanked Ben for the lift.", "Thanked another member for the lift."),
    Note("Greta Holm", "Named one step for the weekend."),
    Note("Ivan Petrov", "Offered Greta’s advice a try.", "Offered another member’s advice a try."),
)
ITEMS = (
    Said("Ana Almeida", "I slept through the night three times this week."),
    Said("Ivan Petrov", "I poured it all down the sink on Sunday."),
    Said("Femi Falana", "Ben drove me home and waited.", ("Ben Brandt",)),
)
NEWCOMERS = ("Femi Falana", "Greta Holm", "Ivan Petrov", "Kofi Mensah", "Lena Novak")
EVERYBODY = ("Ana Almeida", "Ben Brandt", "Cleo Castell", *NEWCOMERS)
CAME_LATE, ABSENT = ("Cleo Castell", "18:20"), "Kofi Mensah"


@dataclass
class Hands:
    """Clicks and types as a person does, and counts: a click or tap is one, a key is one."""

    page: Any
    clicks: int = 0
    keys: int = 0
    fields: set[str] = field(default_factory=set)

    def click(self, what: Any) -> None:
        what.click()
        self.clicks += 1

    def type(self, where: Any, text: str) -> None:
        """Tap a field and type at its end."""
        self.click(where)
        where.press("Control+End")
        where.press_sequentially(text, delay=0)
        self.keys += len(text)

    def time(self, where: Any, at: str) -> None:
        """A time is two pairs of digits."""
        where.fill(at)
        self.clicks += 1
        self.keys += 4

    def pick(self, where: Any, label: str) -> None:
        """Choosing from a list is two taps."""
        where.select_option(label=label)
        self.clicks += 2

    @property
    def total(self) -> int:
        return self.clicks + self.keys


class TheEvening(BrowserTestCase):
    """Attendance for eight, a group note, five progress notes, three items; sign, ask."""

    def play(self) -> None:
        super().play()
        for name in NEWCOMERS:
            self.join(self.fay, self.group, name)

    def test_it_costs_at_most_half_of_what_separate_forms_cost(self):
        hands = Hands(self.person(self.fay, viewport=PHONE))
        self.logs_the_session(hands)
        self.marks_attendance(hands)
        self.writes_three_items(hands)
        self.writes_and_signs_the_notes(hands)
        self.asks(hands)
        self.everything_is_there()
        elsewhere = Hands(self.visitor(PHONE))
        self.same_evening_on_separate_forms(elsewhere)
        print(
            f"here: clicks={hands.clicks} keys={hands.keys} total={hands.total}; separate forms: "
            f"clicks={elsewhere.clicks} keys={elsewhere.keys} total={elsewhere.total}; "
            f"ratio={hands.total / elsewhere.total:.3f}"
        )
        assert hands.total <= elsewhere.total / 2
        assert hands.clicks <= elsewhere.clicks
        assert self.violations == []

    def logs_the_session(self, hands: Hands) -> None:
        page = hands.page
        page.goto("/today/")
        hands.click(page.get_by_role("link", name="Log a session"))
        page.get_by_label("Day").fill((self.today - timedelta(days=1)).isoformat())
        hands.clicks += 1
        hands.keys += 8
        hands.time(page.get_by_label("From"), "18:00")
        hands.time(page.get_by_label("To"), "19:30")
        hands.click(page.get_by_role("button", name="Log the session"))
        page.get_by_role("heading", name="Who was there").wait_for()
        self.session_path = page.url.removeprefix(self.live_server_url)

    def marks_attendance(self, hands: Hands) -> None:
        page = hands.page
        hands.click(page.get_by_role("button", name="Everybody was here"))
        page.get_by_text("8 of 8 were there").wait_for()
        row = page.locator(".attend__row", has_text=CAME_LATE[0])
        hands.click(row.locator("label", has_text="Late"))
        with page.expect_response("**/attendance/"):
            hands.time(row.get_by_label("Came at"), CAME_LATE[1])
        row = page.locator(".attend__row", has_text=ABSENT)
        hands.click(row.locator("label", has_text="Absent"))
        page.locator("#there", has_text="7 of 8 were there").wait_for()

    def writes_three_items(self, hands: Hands) -> None:
        page = hands.page
        page.goto(self.session_path)
        for n, said in enumerate(ITEMS, start=1):
            spoke = page.get_by_role("group", name="Who said it")
            hands.click(spoke.locator("label", has_text=said.speaker))
            for name in said.concerned:
                others = page.get_by_role("group", name="Who else")
                hands.click(others.locator("label", has_text=name))
            hands.type(page.get_by_label("The words"), said.words)
            hands.click(page.get_by_role("button", name="Save and seal"))
            page.get_by_text("Item saved and sealed.").wait_for()
            page.locator("article.sealed").nth(n - 1).wait_for()
            assert page.locator("article.sealed").count() == n

    def writes_and_signs_the_notes(self, hands: Hands) -> None:
        page = hands.page
        hands.click(page.get_by_role("link", name="Write the notes"))
        hands.type(page.get_by_label("Note: Group note"), GROUP_NOTE)
        for note in NOTES:
            part = page.locator("article.part", has=page.get_by_role("heading", name=note.name))
            for words in note.ticked:
                hands.click(part.locator("label", has_text=words))
            hands.type(part.get_by_label(f"Note: {note.name}"), f" {note.typed}")
            if note.kept:  # found while it is typed, and marked in place
                part.locator("mark.guard").wait_for()
                hands.click(part.locator("label", has_text="Rewrite it as"))
        page.get_by_text("Kept as a draft").first.wait_for()
        hands.click(page.get_by_role("button", name="Sign what is written"))
        page.get_by_text("6 notes signed.").wait_for()

    def asks(self, hands: Hands) -> None:
        page = hands.page
        card = page.locator("article.sealed", has_text="Ana Almeida")
        hands.click(card.get_by_role("link", name="Ask, change or release"))
        hands.click(page.get_by_role("link", name="Ask for permission"))
        hands.pick(page.get_by_label("Goes to"), "Dr Osei, Riverside Clinic")
        hands.click(page.get_by_text("Nobody else can be recognised"))
        hands.click(page.get_by_role("button", name="Send the question"))
        page.get_by_text("The question is on its way.").wait_for()

    def everything_is_there(self) -> None:
        session = GroupSession.objects.select_related("group__practice").latest("pk")
        marks = {a.member_id: a.status for a in Attendance.objects.filter(session=session)}
        assert sorted(marks.values()) == ["absent", *["attended"] * 6, "late"]
        assert GroupNote.objects.get(session=session).signed
        notes = Disclosure.objects.filter(session=session, kind="progress_note")
        assert {note.state for note in notes} == {"signed"}
        assert self.texts_of(session) == sorted(self.as_kept(note) for note in NOTES)
        assert Disclosure.objects.filter(session=session, kind="item").count() == len(ITEMS)
        assert ConsentRequest.objects.count() == 1

    def texts_of(self, session: GroupSession) -> list[str]:
        versions = [
            queries.current_version(one)
            for one in queries.progress_notes_of(self.fay, session).values()
        ]
        receipt = trail.receipt_for(self.fay, "test.read", [version.pk for version in versions])
        practice = self.practice.pk
        return sorted(
            vault.open_all([version.sealed_text(practice) for version in versions], receipt)
        )

    def as_kept(self, note: Note) -> str:
        """The text that a note ends up with; this is what has to be typed on a form of its own."""
        day = self.today - timedelta(days=1)
        first = f"Attended the group session of {day:%-d %B %Y}, 18:00 to 19:30."
        if note.name == CAME_LATE[0]:
            first += f" Came at {CAME_LATE[1]}."
        return " ".join([first, note.kept or note.typed, *note.ticked])

    def same_evening_on_separate_forms(self, hands: Hands) -> None:
        page = hands.page
        people = list(EVERYBODY)
        for name in people:
            page.set_content(form("attendance", people, "status", "arrived", sign=False))
            self.chooses_session_and_member(hands, name)
            late = name == CAME_LATE[0]
            status = "Late" if late else "Absent" if name == ABSENT else "Here"
            hands.pick(page.get_by_label("Status"), status)
            if late:
                hands.time(page.get_by_label("Arrived"), CAME_LATE[1])
            hands.click(page.get_by_role("button", name="Save"))
        page.set_content(form("group note", people, "text"))
        hands.pick(page.get_by_label("Session"), "This one")
        self.writes_and_signs(hands, GROUP_NOTE)
        for note in NOTES:
            page.set_content(form("note", people, "text"))
            self.chooses_session_and_member(hands, note.name)
            self.writes_and_signs(hands, self.as_kept(note))
        for said in ITEMS:
            for name in (said.speaker, *said.concerned):  # one patient per record
                page.set_content(form("item", people, "text", sign=False))
                self.chooses_session_and_member(hands, name)
                hands.type(page.get_by_label("Text"), said.words)
                hands.click(page.get_by_role("button", name="Save"))
        page.set_content(form("request", people, "recipient", "purpose", sign=False))
        self.chooses_session_and_member(hands, ITEMS[0].speaker)
        hands.pick(page.get_by_label("Recipient"), "Dr Osei")
        hands.pick(page.get_by_label("Purpose"), "Treatment")
        hands.click(page.get_by_role("button", name="Save"))

    def chooses_session_and_member(self, hands: Hands, name: str) -> None:
        hands.pick(hands.page.get_by_label("Session"), "This one")
        hands.pick(hands.page.get_by_label("Member"), name)

    def writes_and_signs(self, hands: Hands, text: str) -> None:
        hands.type(hands.page.get_by_label("Text"), text)
        hands.click(hands.page.get_by_label("Sign"))
        hands.click(hands.page.get_by_role("button", name="Save"))


def form(kind: str, people: list[str], *fields: str, sign: bool = True) -> str:
    """A form as electronic records have them: for one member and one thing."""
    members = "".join(f"<option>{name}</option>" for name in ["", *people])
    drawn = {
        "status": "<label>Status <select><option></option><option>Here</option>"
        "<option>Late</option><option>Absent</option></select></label>",
        "arrived": '<label>Arrived <input type="time"></label>',
        "text": "<label>Text <textarea></textarea></label>",
        "recipient": "<label>Recipient <select><option></option><option>Dr Osei</option>"
        "</select></label>",
        "purpose": "<label>Purpose <select><option></option><option>Treatment</option>"
        "</select></label>",
    }
    return (
        f'<form onsubmit="return false"><h1>{kind}</h1><label>Session <select><option></option>'
        f"<option>This one</option></select></label><label>Member <select>{members}</select>"
        f"</label>{''.join(drawn[one] for one in fields)}"
        f"{'<label>Sign <input type=checkbox></label>' if sign else ''}<button>Save</button></form>"
    )
