"""A page costs the same number of queries with two rows and with forty, and never more than twelve.

Counted are the statements of both databases. Left out are SAVEPOINT and RELEASE
SAVEPOINT: they stand here where production has BEGIN and COMMIT, which are no
questions to a table. Names are noted once per sign-in, so a page is looked at
once before it is counted; the first look at names adds three per kind.
"""

import re
from contextlib import ExitStack
from datetime import timedelta
from uuid import uuid4

from django.db import connections
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Role, StaffRole, StoredSession, User
from accounts.services import create_staff
from accounts.staffing import add_person
from consent.services.leading import set_cover
from consent.services.recipients import show_class_member
from consent.services.release import Withheld, hand_over
from ethics.rules import StepKind
from pages.shared.access import AFTER_STEP_UP, actor
from sessions_app import queries as sessions
from sessions_app.models import (
    Attendance,
    AttendanceStatus,
    Facilitation,
    Membership,
    Modality,
    RecordClass,
)
from sessions_app.services.contacts import read_contact
from sessions_app.services.groups import create_group
from tests.cast import BOTH, CastTestCase, recipient, sign_in, user_of
from tests.pages.every_page import EVERY_PAGE, PageOf
from tests.pages.scene import Scene
from tests.thinking import Thought

MOST = 12
MANY = 40
# Looks that are sent as a form: they read the clock as acts do, and a letter is decided again.
# They may cost more; for more rows they may not.
OPENINGS = {"open_in_session", "open_item", "open_package", "read_words"}
OPENINGS |= {"try_release", "preview_own"}
LOOKS = [p for p in EVERY_PAGE if p.method == "GET" or p.url_name in OPENINGS]
# Not counted: trying a session or a group, which leaves a line for each item it decided about.
# Another's words are released to who reads them: decided on authenticated facts, under the lock.
MOST_FOR_ANOTHERS_WORDS = 20
# Opened for a second person: locked and asked for once more; for an approval with the freeze and
# the known head.
MOST_FOR_A_SECOND_PERSON = {"confirm_approval": 17, "confirm_paper": 14}
# The supervisor's first page also asks what they put to members themselves, and which groups
# nobody reviews: however many rows there are, each once.
AT_THE_DESK, MOST_AT_THE_DESK = "desk", 13
# A group of fewer than five is asked nothing (R94), and so its pages ask for nothing either.
LESS_WHILE_SMALL = {"pulse", "group_pulse"}
# What goes to somebody of outside asks whether the house is frozen, under its own entry.
FROM_OUTSIDE, MOST_OUTSIDE = [("consulted_case", "uma", 0)], 15
Place = tuple[str, str, int]


class EveryPage(Scene, CastTestCase):
    """Nothing is asked once per row: every page of the table, counted with few and with many."""

    stage = Scene

    def test_no_page_asks_more_for_more_rows_nor_more_than_it_may(self):
        few, few_of_another = self.counts(), self.read_by_ben()
        self.many_of_everything()
        many, many_of_another = self.counts(), self.read_by_ben()
        self.print_table(few, many)
        print("question, words of another:", few_of_another, many_of_another)
        assert few.keys() == many.keys()
        grown = {p: (few[p], many[p]) for p in few if few[p] != many[p]}
        assert {p: grown[p] for p in grown if p[0] not in LESS_WHILE_SMALL} == {}
        more = {p: n for p, n in many.items() if p[0] not in OPENINGS and n > MOST}
        assert all(more.pop(place, 0) <= MOST_OUTSIDE for place in FROM_OUTSIDE)
        seconds = [p for p in more if p[0] in MOST_FOR_A_SECOND_PERSON]
        assert all(more.pop(place) <= MOST_FOR_A_SECOND_PERSON[place[0]] for place in seconds)
        at_the_desk = [p for p in more if p[0] == AT_THE_DESK]
        assert all(more.pop(place) <= MOST_AT_THE_DESK for place in at_the_desk)
        assert more == {}
        assert few_of_another == many_of_another <= MOST_FOR_ANOTHERS_WORDS

    def test_what_the_count_leaves_out_is_savepoints_alone(self):
        [page] = [page for page in LOOKS if page.url_name == "today"]
        client = Client()
        sign_in(client, self.fay)
        asked = self.asked_by(client, page, "/today/")
        assert any(sql.startswith("INSERT INTO") for sql in asked), "the entry of the first look"
        assert {sql.lstrip("(").split()[0] for sql in asked} == {"SELECT", "INSERT", "UPDATE"}

    def read_by_ben(self) -> int:
        """Ana says yes, so Ben is asked and reads her words."""
        self.grants(self.ana, self.shared_request)
        question = self.consent_of(self.ben, self.shared_request)
        page = PageOf("question", frozenset({"ben"}), lambda _scene: "")
        client = Client()
        sign_in(client, self.ben.actor)
        path = f"/questions/{question.code}/"
        self.asked_by(client, page, path)
        return len(self.asked_by(client, page, path))

    def counts(self) -> dict[Place, int]:
        self.first: dict[Place, int] = {}
        self.statements: dict[Place, list[str]] = {}
        clients: dict[str, Client] = {}
        for page in LOOKS:
            for who in self.looking(page):
                if who not in clients:
                    clients[who] = Client()
                    sign_in(clients[who], self.actor_named(who))
                    self.as_if_asked_here(clients[who])
                path = page.path(self)
                same = [place for place in self.first if place[:2] == (page.url_name, who)]
                place = (page.url_name, who, len(same))
                self.first[place] = len(self.asked_by(clients[who], page, path))
                self.statements[place] = self.asked_by(clients[who], page, path)
        return {place: len(asked) for place, asked in self.statements.items()}

    def as_if_asked_here(self, client: Client) -> None:
        """A browser remembers the questions for the password that were put to it."""
        session = client.session
        session[AFTER_STEP_UP] = {self.grant_step_up.pk.hex: {"then": "/", "what": ""}}
        session.save()

    def looking(self, page: PageOf) -> list[str]:
        if page.url_name == "account_login":
            return []
        return sorted(page.who & {"fay", "ana", "cleo", "sue", "adam"} or page.who)

    def asked_by(self, client: Client, page: PageOf, path: str) -> list[str]:
        # As if its person had just done something: moving a stay's end is due twice a minute.
        StoredSession.objects.update(expires_at=timezone.now() + timedelta(minutes=20))
        with ExitStack() as stack:
            captured = [
                stack.enter_context(CaptureQueriesContext(connections[alias]))
                for alias in sorted(BOTH)
            ]
            status = client.generic(page.method, path).status_code
        assert status in (200, 302, 410), (page, status)
        asked = [query["sql"] for context in captured for query in context.captured_queries]
        return [sql for sql in asked if not sql.startswith(("SAVEPOINT", "RELEASE SAVEPOINT"))]

    def print_table(self, few: dict[Place, int], many: dict[Place, int]) -> None:
        print(f"\n{'page':<18}{'who':<6}{'few':>5}{'many':>5}{'first look':>12}")
        for place, count in sorted(many.items(), key=lambda row: -row[1]):
            name, who, _ = place
            print(f"{name:<18}{who:<6}{few[place]:>5}{count:>5}{self.first[place]:>12}")
        counted = [place for place in many if place[0] not in OPENINGS]
        most = max(many[place] for place in counted)
        for place in counted:
            if many[place] > MOST or many[place] == most:
                self.print_statements(place)

    def print_statements(self, place: Place) -> None:
        print(f"{place[0]} asks {len(self.statements[place])} as {place[1]}:")
        for sql in self.statements[place]:
            asked = re.search(r"^(\w+).*?(?:FROM|INTO|UPDATE) (\w+)", self.bare(sql))
            print("  ", *(asked.groups() if asked else (sql[:80],)))  # a clock has no table

    @staticmethod
    def bare(sql: str) -> str:
        """A statement without its sub-queries, which name other tables before its own."""
        sql = sql.replace('"', "")
        while (inner := re.sub(r"\([^()]*\)", "", sql)) != sql:
            sql = inner
        return sql.replace("UPDATE", "UPDATE UPDATE", 1)

    def many_of_everything(self) -> None:
        """Forty of each, on the pages that the table names: it now points at the larger ones."""
        crowd = [self.join(self.fay, self.group, f"Newcomer {n}") for n in range(MANY)]
        # There is no service for those who came in later, nor for another group of the same member.
        for one in crowd:
            Attendance.objects.create(
                session=self.session, member=one.member, status=AttendanceStatus.ATTENDED
            )
        for n in range(MANY):
            group = create_group(
                by=self.fay,
                name=f"Group {n}",
                modality=Modality.PROCESS,
                record_class=RecordClass.PSYCHOTHERAPY,
                since=self.session.local_day(),
                once=uuid4(),
            )
            Membership.objects.create(
                group=group, member=self.ana.member, since=self.session.local_day()
            )
            create_staff(by=self.adam, practice=self.practice.pk, name=f"Staff {n}", roles=[*Role])
            everybody = [self.ana, self.ben, self.cleo, *crowd]
            self.held(self.fay, self.group, present=everybody, days_ago=4 + n)
            self.said(f"Words {n}.", self.ana, *crowd[:3])
            another = recipient(self.adam, f"Recipient {n}")
            roles = [Role.SUPERVISOR]
            add_person(by=self.adam, name=f"Proposed {n}", roles=roles, once=uuid4())
            of_ana = {"group": self.group, "member_code": self.ana.member.code}
            read_contact(by=self.fay, **of_ana, why=f"Reason {n}.")
            day = self.today + timedelta(days=2 + n)
            given = {"by": self.sue, "code": self.group.code, "user": user_of(self.otto)}
            set_cover(**given, since=day, until=day, once=uuid4())
            self.asked(self.alone, another)
            show_class_member(by=self.adam, code=self.providers.code, recipient=another.code)
            hand_over(by=self.fay, code=self.releases(self.alone).code)
            self.linked(self.released)
            thinks = Thought(self)
            thinks.writes(self.case, StepKind.OPTION, {"option": f"Option {n}."})
            another_case = thinks.opens(f"Case {n}")
            thinks.asks_onto(another_case, user_of(self.sue), "supervisor")
            thinks.shares(
                self.case, thinks.writes(self.case, StepKind.CITATION), {"source": f"Code {n}"}
            )
            thinks.wishes(another_case)
            thinks.closes(another_case)
            thinks.teaches(another_case)
        self.shared = self.said("Words about everybody.", self.ana, self.ben, *crowd)
        self.shared_request = self.asked(self.shared, self.insurer)
        self.question = self.consent_of(self.ana, self.shared_request)
        try:
            self.releases(self.shared, self.insurer)
        except Withheld as withheld:
            self.refused = withheld.release
        assert len(sessions.own_memberships(self.ana.actor)) == MANY + 1


class ReadOnceAndAnew(CastTestCase):
    """What a page reads once it reads again for the next; who acts reads the clock."""

    def test_what_ended_since_the_last_page_is_over_on_the_next(self):
        client = Client()
        sign_in(client, self.fay)
        path = f"/groups/{self.group.code}/"
        assert client.get(path).status_code == 200
        led = Facilitation.objects.filter(user=self.fay.user, group=self.group)
        led.update(until=self.today - timedelta(days=1))
        assert client.get(path).status_code == 404
        led.update(until=None)
        assert client.get(path).status_code == 200
        StaffRole.objects.filter(user=self.fay.user).update(until=timezone.now())
        assert client.get(path).status_code == 404
        User.objects.filter(pk=self.fay.user).update(is_active=False)
        assert client.get(path).status_code == 302

    def test_a_look_knows_the_day_and_an_act_does_not(self):
        for method, day in (("GET", self.today), ("HEAD", self.today), ("POST", None)):
            request = RequestFactory().generic(method, "/")
            request.user, request.session = sessions.signed_in(self.fay.user).get(), {}
            assert actor(request, Role.FACILITATOR).day == day
