"""Guesses sent in the same instant at one door, and a spray of names by several workers."""

import json
import multiprocessing
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from django.contrib.auth.hashers import identify_hasher
from django.db import connection, connections
from django.test import Client
from django.test.utils import setup_databases, setup_test_environment, teardown_databases

from accounts.factors import RECOVERY
from accounts.models import Role, Tries, User
from accounts.services import create_staff, invitations, second_step
from accounts.services.credentials import credential_scope, renew_recovery_codes
from accounts.services.invitations import open_invitation
from accounts.services.second_step import take_code
from accounts.services.tries import FIRST_WAIT, FREE, FREE_FROM_ANYWHERE, TooMany
from tests.cast import Cast, proven, user_of

MANY, WORKERS, EVERY = 50, 4, 40
Guess = Callable[[int], object]


@dataclass
class Run:
    """What came of one round: guesses that were compared, that let in, and what broke."""

    evaluated: int = 0
    right: int = 0
    failed: list[str] = field(default_factory=list)


@contextmanager
def counted(
    where: Any, name: str, run: Run, only: Callable[..., bool] = lambda *_: True
) -> Iterator:
    """Count the calls of a comparing function, below the code that counts tries."""
    real, lock = getattr(where, name), threading.Lock()

    def count(*arguments: Any, **named: Any) -> Any:
        if only(*arguments):
            with lock:
                run.evaluated += 1
        return real(*arguments, **named)

    with patch.object(where, name, count):
        yield


def at_once(guess: Guess, run: Run, many: int = MANY) -> Run:
    """Make `many` guesses in the same instant, a thread each; a true answer let somebody in."""
    barrier, lock = threading.Barrier(many), threading.Lock()

    def one(number: int) -> None:
        try:
            barrier.wait(60)
            if guess(number):
                with lock:
                    run.right += 1
        except TooMany:
            pass
        except Exception as error:  # noqa: BLE001 (a thread's failure is a finding)
            with lock:
                run.failed.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(180)
    return run


class Doors:
    """Fay's password, code app and recovery codes, and the one-time code of somebody new."""

    def __init__(self, cast: Cast) -> None:
        self.fay = user_of(cast.fay)  # type: ignore[attr-defined]
        step_up = proven(cast.fay, credential_scope(cast.fay))  # type: ignore[attr-defined]
        self.codes = renew_recovery_codes(by=cast.fay, step_up_id=step_up)  # type: ignore[attr-defined]
        self.new = create_staff(
            by=cast.adam,  # type: ignore[attr-defined]
            practice=cast.practice.pk,  # type: ignore[attr-defined]
            name="Nia New",
            roles=[Role.FACILITATOR],
        )

    def password(self, address: Callable[[int], str]) -> Run:
        run, stored = Run(), User.objects.get(pk=self.fay.pk).password
        hasher = type(identify_hasher(stored))

        def guess(number: int) -> bool:
            client = Client(REMOTE_ADDR=address(number))
            given = {"login": self.fay.sign_in_name, "password": f"guess {number}"}
            return client.post("/sign-in/", given).status_code == 302

        with counted(hasher, "verify", run, lambda _self, _word, encoded: encoded == stored):
            return at_once(guess, run)

    def code(self) -> Run:
        run = Run()
        with counted(second_step, "totp_step", run):
            return at_once(lambda n: take_code(self.fay, f"{n:06}x"), run)

    def recovery_code(self) -> Run:
        run = Run()
        with counted(second_step, "without_code", run):
            return at_once(lambda n: take_code(self.fay, f"aaaa-bbbb-{n:04}"), run)

    def the_same_right_one(self) -> Run:
        return at_once(lambda _: take_code(self.fay, self.codes[0]) == RECOVERY, Run(), FREE)

    def invitation(self, address: Callable[[int], str]) -> Run:
        run, name = Run(), self.new.user.sign_in_name
        with counted(invitations, "matching", run):
            return at_once(
                lambda n: open_invitation(name=name, code=f"x{n}", address=address(n)), run
            )


def here(_number: int) -> str:
    return "10.0.0.1"


def elsewhere(number: int) -> str:
    return f"10.0.{number}.1"


def spray(target: User, names: int) -> int:
    """Return how many guesses at one account were compared while workers tried other names.

    Each worker is a process of its own and guesses at the account once in EVERY
    names; all come from one address.
    """
    context = multiprocessing.get_context("fork")
    compared = context.Value("i", 0)
    connections.close_all()

    def work(worker: int) -> None:
        hasher = type(identify_hasher(target.password))
        real = hasher.verify

        def verify(self: Any, password: str, encoded: str) -> bool:
            if encoded == target.password:
                with compared.get_lock():
                    compared.value += 1
            return real(self, password, encoded)

        client = Client(REMOTE_ADDR="10.9.9.9")
        with patch.object(hasher, "verify", verify):
            for number in range(names // WORKERS):
                if number % EVERY == 0:
                    guess = {"login": target.sign_in_name, "password": f"{worker} {number}"}
                    client.post("/sign-in/", guess)
                client.post("/sign-in/", {"login": f"no-{worker}-{number}", "password": "x"})
        connections.close_all()

    workers = [context.Process(target=work, args=(n,)) for n in range(WORKERS)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert all(one.exitcode == 0 for one in workers)
    return int(compared.value)


def further(seconds: float) -> int:
    """Return how many tries beyond the free ones may be had in this time by waiting for them."""
    waits, n = FIRST_WAIT.total_seconds(), 0
    while seconds >= waits * (2 ** (n + 1) - 1):
        n += 1
    return n


def drill(names: int) -> dict[str, object]:
    """Try every door; return the figures."""
    cast = Cast()
    cast.play()
    doors, began = Doors(cast), time.monotonic()
    rounds: dict[str, tuple[Run, int]] = {}
    for door, guess, limit in (
        ("password", lambda: doors.password(here), FREE),
        ("password_from_many", lambda: doors.password(elsewhere), FREE_FROM_ANYWHERE),
        ("code", doors.code, FREE),
        ("recovery_code", doors.recovery_code, FREE),
        ("invitation", lambda: doors.invitation(here), FREE),
        ("invitation_from_many", lambda: doors.invitation(elsewhere), FREE_FROM_ANYWHERE),
    ):
        Tries.objects.all().delete()
        rounds[door] = (guess(), limit)
    Tries.objects.all().delete()
    same = doors.the_same_right_one()
    Tries.objects.all().delete()
    spraying = time.monotonic()
    sprayed = spray(User.objects.get(pk=doors.fay.pk), names)
    most = FREE + further(time.monotonic() - spraying)
    broke = [one for run in (*(run for run, _ in rounds.values()), same) for one in run.failed]
    if broke:
        print(broke[0], file=sys.stderr)
    return {
        "drill": "doors",
        "database": connection.vendor,
        "at_once": MANY,
        **{f"{door}_evaluated": run.evaluated for door, (run, _) in rounds.items()},
        "one_recovery_code_at_once_let_in": same.right,
        "workers": WORKERS,
        "names_sprayed": names,
        "guesses_between": WORKERS * -(-names // WORKERS // EVERY),
        "spray_evaluated": sprayed,
        "spray_allowed": most,
        "failed": len(broke),
        # Fewer than the limit is one too: then nothing was tried.
        "violations": sum(run.evaluated != limit or run.right > 0 for run, limit in rounds.values())
        + (same.right != 1)
        + (not FREE <= sprayed <= most),
        "seconds": round(time.monotonic() - began, 1),
    }


def print_drill(names: int) -> None:
    """Run the drill on test databases of its own, gone afterwards, and print a JSON line."""
    setup_test_environment()  # or the host of a test client is a stranger's, and nobody is asked
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        print(json.dumps(drill(names)), flush=True)
    finally:
        teardown_databases(databases, verbosity=0)
