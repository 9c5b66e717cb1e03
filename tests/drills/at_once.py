"""Passcodes sent to one link in the same instant, and a drill of many such rounds (T17)."""

import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from unittest.mock import patch

from django.contrib.auth.hashers import identify_hasher
from django.db import connection, connections
from django.test.utils import setup_databases, teardown_databases

from consent.services.links import LinkClosed, MadeLink, open_link
from tests.cast import Cast

MANY = 50


@dataclass
class Run:
    """What came of one round: openings, passcodes that were compared, and what broke."""

    opened: int = 0
    evaluated: int = 0
    failed: list[str] = field(default_factory=list)


def at_once(
    made: MadeLink, passcodes: Sequence[str], *, start: threading.Barrier | None = None
) -> Run:
    """Send all `passcodes` to one link in the same instant, a thread each.

    Compared passcodes are counted at the hasher, below the code that counts
    tries. `start` is a barrier that others wait at too.
    """
    run, counting = Run(), threading.Lock()
    barrier = start or threading.Barrier(len(passcodes))
    hasher = type(identify_hasher(made.link.passcode_hash))
    verify = hasher.verify

    def counted(self: object, password: str, encoded: str) -> bool:
        with counting:
            run.evaluated += 1
        return verify(self, password, encoded)

    def send(passcode: str) -> None:
        try:
            barrier.wait(60)
            open_link(code=made.link.code, secret=made.secret, passcode=passcode)
            with counting:
                run.opened += 1
        except LinkClosed:
            pass
        except Exception as error:  # noqa: BLE001 (a thread's failure is a finding)
            with counting:
                run.failed.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=(passcode,)) for passcode in passcodes]
    with patch.object(hasher, "verify", counted):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
    return run


def drill(rounds: int) -> dict[str, object]:
    """Send fifty right and fifty wrong passcodes at once, `rounds` times; return the figures."""
    cast = Cast()
    cast.play()
    item = cast.said("Words for a drill.")
    cast.grants(cast.ana, cast.asked(item))
    release = cast.releases(item)
    opened, evaluated, failed, violations = [], [], 0, 0
    began = time.monotonic()
    for _ in range(rounds):
        right, wrong = cast.linked(release), cast.linked(release)
        openings = at_once(right, [right.passcode] * MANY)
        guesses = at_once(wrong, [f"{(int(wrong.passcode) + 1) % 10**8:08}"] * MANY)
        opened.append(openings.opened)
        evaluated.append(guesses.evaluated)
        failed += len(openings.failed) + len(guesses.failed)
        violations += (openings.opened != 3) + (guesses.evaluated > 5) + guesses.opened
    return {
        "database": connection.vendor,
        "rounds": rounds,
        "at_once": MANY,
        "opened_least": min(opened),
        "opened_most": max(opened),
        "evaluated_least": min(evaluated),
        "evaluated_most": max(evaluated),
        "failed": failed,
        "violations": violations,
        "seconds": round(time.monotonic() - began, 1),
    }


def print_drill(rounds: int) -> None:
    """Run the drill on test databases of its own, gone afterwards, and print a JSON line."""
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        print(json.dumps(drill(rounds)), flush=True)
    finally:
        teardown_databases(databases, verbosity=0)
