"""`make races`: sixteen people at once on twenty items, and nothing goes out that was taken back.

On each database that is here, through the services, with real actors and
step-ups: first with the protection taken away, which must break the promise,
or the race could not fail; then as the house is, which must not. Judged by
`oracle.py` from the order of the trail.

To let another way out take part: write a function that takes (race, item,
random), returns what the call gave, and add it to MOVES.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

import django
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, connection, connections

from tests.drills.oracle import Call, Oracle, Scope, let_out_after_taking_back, read_act
from tests.everything import addresses, environment_for

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()

from django.test.utils import setup_databases, teardown_databases

from accounts.services import StepUpRefused, StepUpScope
from audit.trail import Actor
from consent.models import Consent, Recipient, Release
from consent.services import asking, deciding, links, release, verdicts
from sessions_app import queries as sessions
from sessions_app.models import Disclosure, DisclosureVersion
from sessions_app.rules import Rejected
from sessions_app.services.items import edit_item
from tests.cast import Cast, CastMember, proven

WAYS_OUT = ("release", "open", "make link", "open link")
THREADS, ITEMS, ROUNDS = 16, 20, 2_000
TRIES = 3  # a race without the protection is lost by chance, if a likely one
HEAT = 3  # a third of all moves meets on the hottest item
SOON = timedelta(seconds=1)  # a permission that ends in the next instants
PAUSE = 0.01  # at most, in seconds, between reading the facts and acting on them
REFUSALS = (
    release.Withheld,
    links.LinkClosed,
    Rejected,
    StepUpRefused,
    ObjectDoesNotExist,
)


class HotItem:
    """An item everybody pulls at: what the threads need to know of it, never what is judged."""

    def __init__(self, item: Disclosure, speaker: CastMember, concerned: list[CastMember]) -> None:
        self.id, self.code, self.speaker = item.pk, item.code, speaker
        self.at_first = frozenset(one.member.code for one in concerned)
        self.released: list[tuple[str, Recipient]] = []
        self.links: list[tuple[links.MadeLink, Recipient]] = []
        self.brief_until = 0.0


class Race:
    """One race: its items, what each thread did, and the verdict."""

    def __init__(self, cast: Any, *, protected: bool, seed: int = 1) -> None:
        self.cast, self.protected, self.seed = cast, protected, seed
        self.members = [cast.ana, cast.cleo, cast.ben]
        self.guard = cast.guard()
        self.items = [self._item(n) for n in range(ITEMS)]
        self.calls: list[Call] = []
        self.crashes: list[BaseException] = []
        self.early = threading.local()

    def _item(self, n: int) -> HotItem:
        speaker, other = (self.members[:2], self.members[1::-1])[n % 2]
        concerned = [speaker, *[other, self.members[2]][: n % 4 // 2]]  # half of them are shared
        item = self.cast.said(f"I wrote letter {n} to my brother.", speaker, *concerned[1:])
        return HotItem(item, speaker, concerned)

    def run(self, rounds: int) -> dict[str, Any]:
        """Let all threads go; return the figures of the race and its violations."""
        for item in self.items:
            allow(self, item, random.Random())
        began = time.monotonic()
        threads = [
            threading.Thread(target=self._play, args=(random.Random(self.seed * 1000 + n), moves))
            for n in range(THREADS)
            if (moves := len(range(n, rounds, THREADS)))
        ]
        with patient(), brief_questions(), slow_between_facts_and_act(), ExitStack() as stack:
            if not self.protected:
                stack.enter_context(protection_removed(self))
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        if self.crashes:
            raise self.crashes[0]
        seconds = round(time.monotonic() - began, 1)
        done = Counter((call.move, call.outcome) for call in self.calls)
        return {
            "database": connection.vendor,
            "rounds": rounds,
            "calls": len(self.calls),
            "released": done["release", "done"],
            "opened": done["open", "done"],
            "opened_by_link": done["open link", "done"],
            "refused": sum(done[way, "refused"] for way in WAYS_OUT),
            "taken_back": done["revoke", "done"],
            "violations": self.violations(),
            "seconds": seconds,
        }

    def _play(self, dice: random.Random, moves: int) -> None:
        try:
            for _ in range(moves):
                [move] = dice.choices(list(MOVES), weights=[weight for _, weight in MOVES.values()])
                hottest_first = int(ITEMS * dice.random() ** HEAT)
                MOVES[move][0](self, self.items[hottest_first], dice)
        except BaseException as crash:  # noqa: BLE001 - raised again where the race was started
            self.crashes.append(crash)
        finally:
            connections.close_all()

    def call(
        self,
        move: str,
        item: HotItem,
        service: Callable[[], Any],
        *,
        reader: Recipient | None = None,
        member: CastMember | None = None,
    ) -> Any:
        """Make one call, note how it ended, and return what it gave, None if it was refused."""
        invoked, outcome, given = time.monotonic(), "refused", None
        try:
            given = service()
            outcome = "done"
        except REFUSALS:
            pass
        except IntegrityError:
            if self.protected:  # without the lock two may write the same line of a ledger
                raise
        self.calls.append(
            Call(
                move,
                item.code,
                reader.code if reader else "",
                member.member.code if member else "",
                invoked,
                time.monotonic(),
                outcome,
            )
        )
        return given

    def violations(self) -> list[str]:
        """Judge the race, by the trail and by the clock."""
        concerned = {item.code: item.at_first for item in self.items}
        oracle = Oracle(concerned, consent_scopes(), release_recipients())
        by_the_trail = oracle.judge(map(read_act, bodies(self.cast.practice.pk)))
        return by_the_trail + let_out_after_taking_back(self.calls)


# --- what people do ---------------------------------------------------------
def allow(race: Race, item: HotItem, _: random.Random) -> None:
    """Everybody an item concerns allows it, the speaker first."""
    _everybody_allows(race, item, race.cast.clinic)


def allow_briefly(race: Race, item: HotItem, _: random.Random) -> None:
    """The same for another reader, and it ends in a moment."""
    if time.monotonic() > item.brief_until:
        item.brief_until = time.monotonic() + SOON.total_seconds()
        _everybody_allows(race, item, race.cast.insurer, brief=True)


def take_back(race: Race, item: HotItem, dice: random.Random) -> None:
    def latest_yes() -> Any:
        given = Consent.objects.filter(
            version__disclosure=item.id,
            events__kind="granted",
            recipient=reader,
            member=who.member,
        )
        return deciding.revoke_consent(by=who.actor, code=given.latest("pk").code)

    reader = _reader(race, item)
    concerned = set(_version(item).subjects.values_list("member_id", flat=True))
    who = dice.choice([one for one in race.members if one.member.pk in concerned])
    race.call("revoke", item, latest_yes, reader=reader, member=who)


def add_or_remove_subject(race: Race, item: HotItem, dice: random.Random) -> None:
    version = _version(item)
    concerned = set(version.subjects.values_list("member_id", flat=True))
    other = dice.choice([one for one in race.members if one is not item.speaker])
    _edit(race, item, version, concerned ^ {other.member.pk})


def edit(race: Race, item: HotItem, _: random.Random) -> None:
    version = _version(item)
    _edit(race, item, version, set(version.subjects.values_list("member_id", flat=True)))


def let_out(race: Race, item: HotItem, _: random.Random) -> None:
    by, reader = race.cast.fay, _reader(race, item)
    scope = StepUpScope(release.RELEASE, item.id, _version(item).pk, reader.pk, "TREAT")
    step_up = proven(by, scope)
    race.early.facts = None if race.protected else _facts_too_early(item, reader, by)
    made = race.call(
        "release",
        item,
        lambda: release.release_item(
            by=by,
            code=item.code,
            recipient=reader,
            purpose="TREAT",
            step_up_id=step_up,
            once=uuid4(),
        ),
        reader=reader,
    )
    if made:
        item.released.append((made.code, reader))


def open_again(race: Race, item: HotItem, dice: random.Random) -> None:
    if not item.released:
        return
    code, reader = dice.choice(item.released[-3:])
    race.early.facts = None if race.protected else _facts_too_early(item, reader, race.cast.fay)
    race.call(
        "open", item, lambda: release.open_release(by=race.cast.fay, code=code), reader=reader
    )


def open_by_link(race: Race, item: HotItem, dice: random.Random) -> None:
    """The recipient opens a link with its passcode; a link that is used up gives way to another."""
    if not item.released:
        return
    code, reader = item.released[-1]
    if not item.links or dice.random() < 0.3:
        own = Release.objects.get(code=code)
        step_up = proven(race.cast.fay, links.link_scope(own))
        race.early.facts = None if race.protected else _facts_too_early(item, reader, race.cast.fay)
        made = race.call(
            "make link",
            item,
            lambda: links.make_link(
                by=race.cast.fay,
                code=code,
                hours=24,
                openings=3,
                step_up_id=step_up,
                once=uuid4(),
            ),
            reader=reader,
        )
        if made:
            item.links.append((made, reader))
    if item.links:
        made, reader = item.links[-1]
        race.early.facts = None if race.protected else _facts_too_early(item, reader, race.cast.fay)
        race.call(
            "open link",
            item,
            lambda: links.open_link(
                code=made.link.code, secret=made.secret, passcode=made.passcode
            ),
            reader=reader,
        )


MOVES: dict[str, tuple[Callable[[Race, HotItem, random.Random], None], int]] = {
    "allow": (allow, 26),
    "allow briefly": (allow_briefly, 4),
    "take back": (take_back, 14),
    "add or remove a subject": (add_or_remove_subject, 2),
    "edit": (edit, 2),
    "release": (let_out, 36),
    "open": (open_again, 12),
    "open by link": (open_by_link, 12),
}


def _everybody_allows(race: Race, item: HotItem, reader: Recipient, *, brief: bool = False) -> None:
    version = _version(item)
    subjects = set(version.subjects.values_list("member_id", flat=True))
    for who in sorted(race.members, key=lambda one: one is not item.speaker):
        if who.member.pk not in subjects:
            continue
        consent = _question(version, reader, who)
        if consent is None and who is item.speaker:
            race.call("ask", item, lambda: _ask(race, item, reader, brief=brief))
            consent = _question(version, reader, who)
        if consent is None:
            return
        last = consent.events.latest("counter")
        if last.kind != "granted" or last.until <= datetime.now(UTC):
            race.call(
                "grant", item, lambda c=consent, w=who: _grant(c, w), reader=reader, member=who
            )


def _ask(race: Race, item: HotItem, reader: Recipient, *, brief: bool) -> Any:
    BRIEF.on = brief
    try:
        return race.cast.asked(item, reader)
    finally:
        BRIEF.on = False


def _grant(consent: Consent, who: CastMember) -> Any:
    step_up = proven(who.actor, deciding.grant_scope(consent))
    return deciding.grant_consent(
        by=who.actor, code=consent.code, signature=who.name, step_up_id=step_up
    )


def _edit(race: Race, item: HotItem, version: DisclosureVersion, concerned: set[UUID]) -> None:
    race.call(
        "edit",
        item,
        lambda: edit_item(
            by=race.cast.cody,
            code=item.code,
            seen_version=version.number,
            concerned=concerned,
            text=f"I wrote letter {version.number + 1} to my brother, and sent it.",
            guard=race.guard,
        ),
    )


def _reader(race: Race, item: HotItem) -> Recipient:
    brief = time.monotonic() < item.brief_until + 0.2
    return race.cast.insurer if brief else race.cast.clinic


def _version(item: HotItem) -> DisclosureVersion:
    return DisclosureVersion.objects.filter(disclosure=item.id).latest("number")


def _question(version: DisclosureVersion, reader: Recipient, who: CastMember) -> Consent | None:
    return (
        Consent.objects.filter(
            version=version,
            recipient=reader,
            member=who.member,
            events__isnull=False,
            request__answer_by__gt=datetime.now(UTC),
        )
        .order_by("-pk")
        .first()
    )


# --- what is done to the house ------------------------------------------------
BRIEF = threading.local()
_gather, _local_midnight = verdicts.gather, asking.local_midnight


@contextmanager
def brief_questions() -> Iterator[None]:
    """Days are the shortest period there is; a race cannot wait for midnight."""

    def end(day: Any, practice: Any) -> datetime:
        if getattr(BRIEF, "on", False):
            return datetime.now(UTC) + SOON
        return _local_midnight(day, practice)

    with patch.object(asking, "local_midnight", end):
        yield


@contextmanager
def patient() -> Iterator[None]:
    """SQLite is not fair to who waits: on a loaded machine one of sixteen may wait very long."""
    options = connections.settings["default"]["OPTIONS"]
    with patch.dict(options, {"timeout": 300} if connection.vendor == "sqlite" else {}):
        yield


@contextmanager
def slow_between_facts_and_act() -> Iterator[None]:
    """Open the door through which a withdrawal could slip; with the lock it stays shut."""

    def gather(*items: Any, **question: Any) -> Any:
        facts = _gather(*items, **question)
        time.sleep(random.uniform(0, PAUSE))
        return facts

    with patch.object(verdicts, "gather", gather):
        yield


@contextmanager
def protection_removed(race: Race) -> Iterator[None]:
    """Take away what makes a release and a withdrawal wait for each other.

    PostgreSQL: nobody locks an item. SQLite, where a transaction holds the
    whole database from its beginning: the facts were read before that.
    """
    if connection.vendor == "postgresql":
        lock = sessions.lock_disclosures
        locking, lock.__code__ = lock.__code__, (lambda ids: None).__code__
        try:
            yield
        finally:
            lock.__code__ = locking
    else:
        with patch.object(verdicts, "gather", lambda *items, **question: race.early.facts):
            yield


def _facts_too_early(item: HotItem, reader: Recipient, by: Actor) -> Any:
    facts = _gather([item.id], recipient=reader.pk, purpose="TREAT", releaser=by)
    time.sleep(random.uniform(0, 10 * PAUSE))  # nobody waits for us meanwhile
    return facts


# --- what the oracle is told: rows that never change, in plain SQL ------------
def bodies(chain: UUID) -> list[bytes]:
    wanted = chain if connection.vendor == "postgresql" else chain.hex
    return [bytes(row[0]) for row in rows(BODIES, str(wanted))]


def consent_scopes() -> dict[str, Scope]:
    return {
        code: Scope(member, item, number, reader, frozenset(_listed(purposes)), _text(expires))
        for code, member, item, number, reader, purposes, expires in rows(SCOPES)
    }


def release_recipients() -> dict[str, str]:
    return dict(rows(RECIPIENTS))


BODIES = "SELECT body FROM audit_entry WHERE chain = %s ORDER BY seq"
RECIPIENTS = (
    "SELECT r.code, p.code FROM consent_release r JOIN consent_recipient p ON p.id = r.recipient_id"
)
SCOPES = """
    SELECT c.code, m.code, d.code, v.number, p.code, c.purposes, c.expires
    FROM consent_consent c
    JOIN sessions_app_member m ON m.id = c.member_id
    JOIN sessions_app_disclosureversion v ON v.id = c.version_id
    JOIN sessions_app_disclosure d ON d.id = v.disclosure_id
    JOIN consent_recipient p ON p.id = c.recipient_id
"""


def rows(statement: str, *values: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _listed(purposes: Any) -> list[str]:
    return json.loads(purposes) if isinstance(purposes, str) else purposes


def _text(moment: Any) -> str:
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


# --- make races -----------------------------------------------------------------
def both_races(cast: Any, rounds: int, rounds_unprotected: int) -> tuple[dict, dict]:
    """Run the race without and with the protection; return the figures of both."""
    cast.signs(cast.cleo)
    for seed in range(1, TRIES + 1):
        bare = Race(cast, protected=False, seed=seed).run(rounds_unprotected)
        if bare["violations"]:
            break
    return bare, Race(cast, protected=True).run(rounds)


def race_here(rounds: int) -> int:
    """Race on the databases of this process's settings; print what `make races` prints of one."""
    made = setup_databases(verbosity=0, interactive=False)
    try:
        cast = Cast()
        cast.play()
        bare, held = both_races(cast, rounds, rounds)
    finally:
        teardown_databases(made, verbosity=0)
    print(
        f"{bare['database']}, protection removed: {len(bare['violations'])} violations in "
        f"{bare['rounds']} rounds, {bare['released']} released, {bare['seconds']} s",
        file=sys.stderr,
    )
    for violation in held["violations"][:10]:
        print(f"violation: {violation}", file=sys.stderr)
    held |= {
        "violations": len(held["violations"]),
        "violations_unprotected": len(bare["violations"]),
    }
    print(json.dumps(held), flush=True)
    return 0 if held["violations"] == 0 < held["violations_unprotected"] else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--here", action="store_true", help="on the databases of DATABASE_URL")
    asked = parser.parse_args()
    if asked.here:
        return race_here(asked.rounds)
    worst = 0
    for address in addresses().values():
        with tempfile.TemporaryDirectory(prefix="groupcare-races-") as folder:
            again = [sys.executable, "-m", "tests.drills.races", "--here"]
            ran = subprocess.run(
                [*again, "--rounds", str(asked.rounds)],
                env=environment_for(address, folder),
                check=False,
            )
        worst = max(worst, ran.returncode)
    return worst


if __name__ == "__main__":
    sys.exit(main())
