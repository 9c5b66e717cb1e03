"""docs/access-matrix.yaml, cell by cell: every address by every method, tried by every person.

Prints `cells=N wrong=N urls=N missing=N`. In the suite a method that no row
names is tried by four persons in turn; `make matrix` sends everybody.
"""

import os
import time
from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import F
from django.http.cookie import SimpleCookie
from django.test import Client

from audit.models import DenialBucket, Entry, Outcome
from audit.verifier import decode
from tests.cast import BOTH, TransactionalCastTestCase
from tests.pages.matrix import (
    CLOSED,
    NO_SUCH_METHOD,
    Cell,
    addresses_of_the_house,
    read_matrix,
    url_name,
)
from tests.pages.persons import Persons

NO = 410  # of a link: known or not, over or not, one page
WHOLE = os.environ.get("GROUPCARE_DRILL") == "full"
A_FEW = 4
SHOWN = 40  # wrong cells a report names

# A piece of each text in the scene, and who is in the group that all of it is about.
WORDS = (
    "I slept through the night",
    "waited until my light went on",
    "Somebody waited for me",
    "There was a light",
    "Two of them stood at the door",
    "My brother reads my phone",
    "A draft that nobody was asked",
    "Came back to work",
    "Was calm",
    "Spoke of work",
    "Trust was the theme",
    "I stayed until the end",
    "The train was late",
    "I walked home",
)
NAMES = ("Ana Almeida", "Ben Brandt", "Cleo Castell", "Eve Engel", "Finn Falk", "Mia Moss")


@pytest.mark.long
class EveryCell(Persons, TransactionalCastTestCase):
    """Each cell on the scene as it was: what a cell does is undone before the next.

    A transaction for each: of thousands in one PostgreSQL keeps every row lock,
    and asks them all at each row it reads, for three times as long as the rest takes.
    """

    def test_every_address_has_a_row_and_every_cell_its_answer(self):
        began = time.monotonic()
        matrix, houses = read_matrix(), addresses_of_the_house()
        rows = {url_name(row) for row in matrix.rows}
        missing = [
            f"{where} ({name}) has no row in docs/access-matrix.yaml"
            for name, where in houses.items()
            if name not in rows
        ]
        missing += [
            f"docs/access-matrix.yaml has a row {name}, and the house no such address"
            for name in rows - houses.keys()
        ]
        self.matrix = matrix
        self.look_around()
        cells, unnamed, wrong = 0, 0, list[str]()
        for cell in matrix.cells(self, self.strangers):
            unnamed += cell.answer == NO_SUCH_METHOD
            if cell.answer == NO_SUCH_METHOD and not WHOLE and unnamed % len(self.users) >= A_FEW:
                continue
            cells += 1
            wrong += self.tried(cell)
        wrong += self.swept()
        print(
            f"\ncells={cells} wrong={len(wrong)} urls={len(houses)} missing={len(missing)}"
            f" refused={sum(self.refusals.values())} seconds={time.monotonic() - began:.0f}"
        )
        assert not missing, "\n".join(missing)
        assert not wrong, "\n".join([f"{len(wrong)} cells are wrong:", *wrong[:SHOWN]])

    def look_around(self) -> None:
        persons = self.persons()
        assert persons.keys() == self.matrix.persons.keys()
        self.strangers = {name for name, actor in persons.items() if actor is None}
        self.cookies = {name: one.cookies.output() for name, one in self.browsers().items()}
        self.users = {name: actor.user for name, actor in persons.items() if actor}
        self.browser = Client(raise_request_exception=False)
        self.refusals = Counter[str]()
        self.shown = set[tuple[str, str]]()
        self.entries = Entry.objects.count()

    def tried(self, cell: Cell) -> list[str]:
        """Try one cell; return what is wrong with it. Only a closed door leaves a count."""
        if cell.answer == NO_SUCH_METHOD:
            status = self.answer_to(cell).status_code  # nothing was begun that had to be undone
            return [f"{cell}: {status}, should be {cell.answer}"] if status != cell.answer else []
        with ExitStack() as both:
            for alias in BOTH:
                block = transaction.atomic(using=alias)
                block._from_testcase = True  # as Django's own tests say: what is durable may begin
                both.enter_context(block)
            response = self.answer_to(cell)
            wrong = list(self.wrong_with(cell, response))
            closed = response.status_code == CLOSED and cell.person in self.users
            self.refusals[cell.person] += closed
            for alias in BOTH:
                transaction.set_rollback(not closed, using=alias)
        return [f"{cell}: {one}" for one in wrong]

    def answer_to(self, cell: Cell) -> Any:
        client = self.browser
        client.cookies = SimpleCookie(self.cookies[cell.person].replace("Set-Cookie:", ""))
        sends = {
            name: told.format(**self.sent_by(cell.person)) for name, told in cell.sends.items()
        }
        if cell.method == "POST":
            return client.post(cell.at, sends)
        return client.generic(cell.method, cell.at)

    def wrong_with(self, cell: Cell, response: Any) -> Any:
        if response.status_code != cell.answer:
            yield f"{response.status_code}, should be {cell.answer}"
        turned_away = cell.person in self.strangers and "open" not in self.row_of(cell)
        if turned_away and not response.headers.get("Location", "").startswith("/sign-in/"):
            yield "is not sent to the sign-in"
        written = Entry.objects.count() - self.entries
        if response.status_code == CLOSED and written:
            yield f"is closed and has written {written} entries"
        guessed = cell.person == "recipient_without_passcode" and cell.answer == NO
        if guessed and (written, self.last_entry().outcome) != (1, Outcome.REFUSED):
            yield "is refused and stands nowhere in the trail"
        yield from self.shown_wrongly(cell, response.content.decode(), written)

    def row_of(self, cell: Cell) -> dict[str, Any]:
        return self.matrix.rows[cell.row]

    def shown_wrongly(self, cell: Cell, page: str, written: int) -> Any:
        """Look for words and names of the group that this person may not see, or saw unrecorded."""
        words = [one for one in WORDS if one in page]
        names = [one for one in NAMES if one in page]
        if words and cell.person not in self.matrix.words:
            yield f"is shown {words}"
        if names and cell.person not in self.matrix.names:
            yield f"is shown {names}"
        if words and not written:
            yield f"is shown {words} without an entry"
        self.shown |= {(cell.person, "words")} if words else set()
        self.shown |= {(cell.person, "names")} if names else set()

    def swept(self) -> list[str]:
        """Let the worker run; return whose refusals are not all in the trail."""
        DenialBucket.objects.update(minute=F("minute") - timedelta(minutes=5))
        call_command("work", "--once", stdout=StringIO())
        wrong = []
        for person, user in self.users.items():
            grounds = Entry.objects.filter(actor=user, act="door.closed", outcome=Outcome.REFUSED)
            told = sum(
                int(decode(bytes(one.body))["ground"].removeprefix("times=")) for one in grounds
            )
            if told != self.refusals[person]:
                wrong.append(
                    f"{person} met {self.refusals[person]} closed doors; the trail tells {told}"
                )
        return wrong
