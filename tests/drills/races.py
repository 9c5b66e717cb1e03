"""`make races`: sixteen people at once on twenty items, and nothing goes out that was taken back.

Nor without permission in an emergency that nobody agreed to, or that was let go.

On each database that is here, through the services, with real actors and
step-ups: first with the protection taken away, which must break the promise,
or the race could not fail; then as the house is, which must not. Judged by
`oracle.py` from the order of the trail.
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
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import django
from django.db import connection, connections

from tests.drills.oracle import Oracle, Scope, let_out_after_taking_back, read_act
from tests.everything import addresses, environment_for

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()

from django.test.utils import setup_databases, teardown_databases

from tests.cast import Cast
from tests.drills.race_house import (
    brief_questions,
    patient,
    protection_removed,
    slow_between_facts_and_act,
)
from tests.drills.race_moves import MOVES, allow
from tests.drills.race_track import ITEMS, Track

WAYS_OUT = ("release", "open", "make link", "open link")
WITHOUT_PERMISSION = ("emergency", "open emergency")
THREADS, ROUNDS = 16, 2_000
TRIES = 3  # a race without the protection is lost by chance, if a likely one
HEAT = 3  # a third of all moves meets on the hottest item


class Race(Track):
    """One race: what each thread did, and the verdict."""

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
            "without_permission": done["emergency", "done"],
            "opened_without_permission": done["open emergency", "done"],
            "refused": sum(done[way, "refused"] for way in WAYS_OUT),
            "refused_without_permission": sum(done[way, "refused"] for way in WITHOUT_PERMISSION),
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

    def violations(self) -> list[str]:
        """Judge the race, by the trail and by the clock."""
        concerned = {item.code: item.at_first for item in self.items}
        oracle = Oracle(concerned, consent_scopes(), release_recipients())
        by_the_trail = oracle.judge(map(read_act, bodies(self.cast.practice.pk)))
        return by_the_trail + let_out_after_taking_back(self.calls)


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
