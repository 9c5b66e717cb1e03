"""Two practices at once through pgBouncer in transaction mode, and what saying who acts costs.

Needs PostgreSQL and Debian's pgbouncer: `DATABASE_URL=postgres://postgres@127.0.0.1:5432/gc
VAULT_DATABASE_URL=... python -m bench.pgbouncer`. Makes databases of its own and
drops them. Prints one line of JSON: how many looks, how many saw another's rows
(must be 0), how many saw rows without acting (must be 0), and the times of one
statement, in microseconds, without and with saying who acts.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from threading import Thread
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.core.management import call_command
from django.db import connection, connections, transaction

from audit.acting import acting_as
from groupcare.provisioning import APP
from sessions_app.models import Member
from tests.cast import Cast

THREADS, LOOKS, TIMES = 8, 250, 3000


@contextmanager
def pgbouncer(database: str, host: str, port: object) -> Iterator[int]:
    """Start pgBouncer with two connections for everybody; yield its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        listening = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as made:
        home = Path(made)
        (home / "users.txt").write_text(f'"{APP}" ""\n')
        (home / "pgbouncer.ini").write_text(
            f"[databases]\n{database} = host={host} port={port} user={APP}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {listening}\n"
            f"unix_socket_dir =\nauth_type = trust\nauth_file = {home}/users.txt\n"
            "pool_mode = transaction\ndefault_pool_size = 2\nmax_client_conn = 100\n"
            f"logfile = {home}/log\nignore_startup_parameters = extra_float_digits\n"
        )
        owner = "postgres" if os.getuid() == 0 else ""
        if owner:
            for path in (home, *home.iterdir()):
                shutil.chown(path, owner)
        command = [str(shutil.which("pgbouncer")), str(home / "pgbouncer.ini")]
        process = subprocess.Popen(
            [*command, *(["-u", owner] if owner else [])], stderr=subprocess.DEVNULL
        )
        try:
            _wait_for(listening)
            yield listening
        finally:
            process.terminate()
            process.wait()


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("pgBouncer did not start.")


def look_around(practices: list[UUID], found: dict[str, int], turn: int) -> None:
    """See one's own members, now in a transaction, now in a statement of its own, now as nobody."""
    for number in range(LOOKS):
        practice = practices[(number + turn) % 2]
        with acting_as(practice):
            if number % 3:
                seen = set(Member.objects.values_list("practice", flat=True))
            else:
                with transaction.atomic():
                    Member.objects.exists()
                    seen = set(Member.objects.values_list("practice", flat=True))
        found["looks"] += 1
        found["saw_another"] += seen != {practice}
        found["saw_as_nobody"] += Member.objects.exists()
    connection.close()


def microseconds(act: Callable[[], object]) -> float:
    act()
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return round(median(taken) * 1e6, 1)


def main() -> None:
    if connection.vendor != "postgresql" or not shutil.which("pgbouncer"):
        raise SystemExit("This needs PostgreSQL in DATABASE_URL, and pgbouncer installed.")
    for alias in connections:
        connections[alias].creation.create_test_db(verbosity=0, autoclobber=True)
    before = dict(connection.settings_dict)
    try:
        cast = Cast()
        cast.play()
        call_command("provision_postgres", "--apply")
        practices = [cast.practice.pk, cast.other_practice.pk]
        connection.close()
        with pgbouncer(str(before["NAME"]), before["HOST"], before["PORT"]) as port:
            connection.settings_dict |= {"HOST": "127.0.0.1", "PORT": port, "USER": APP}
            print(json.dumps(measured(practices)))
            connection.close()
    finally:
        connection.close()
        connection.settings_dict |= {name: before[name] for name in ("HOST", "PORT", "USER")}
        for alias in connections:
            name = connections[alias].settings_dict["NAME"]
            connections[alias].creation.destroy_test_db(f"gc_{alias}", verbosity=0)
            print(f"dropped {name}", file=sys.stderr)


def measured(practices: list[UUID]) -> dict[str, object]:
    found = dict.fromkeys(("looks", "saw_another", "saw_as_nobody"), 0)
    threads = [Thread(target=look_around, args=(practices, found, turn)) for turn in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    bare = microseconds(lambda: connection.cursor().execute("SELECT 1"))
    with acting_as(practices[0]):
        saying = microseconds(lambda: connection.cursor().execute("SELECT 1"))
        with transaction.atomic():
            connection.cursor().execute("SELECT 1")
            within = microseconds(lambda: connection.cursor().execute("SELECT 1"))
    return found | {"bare_us": bare, "saying_us": saying, "in_transaction_us": within}


if __name__ == "__main__":
    main()
