"""I5: what was said, and who people are, is nowhere in clear: database files, WAL, logs, mail.

A walk plants rare words in every field, in right requests and in failing ones;
then every file the database has written is searched, as bytes. A control word
in a clear column must be found, or the search finds nothing at all.
"""

import base64
import os
import re
from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client, TransactionTestCase
from django.utils import timezone

from accounts.models import Practice
from consent.models import Consent
from groupcare import demo_record as record
from sessions_app.models import Disclosure, GroupSession, TherapyGroup
from tests.cast import BOTH

CONTROL = "zirconquokka Lane 7"
RARE = [
    "vexillary", "quincunxial", "brontosaurish", "ultracrepidarian", "zugzwangish", "pauciloquent",
    "xertzingly", "yarboroughish", "snollygosterly", "widdershinsly",
]  # fmt: skip
WORD = re.compile(rb"[A-Za-z]+")
READABLE = re.compile(rb"[\x20-\x7e\r\n]{6,}")


class NothingInClear(TransactionTestCase):
    databases = BOTH

    @pytest.fixture(autouse=True)
    def _heard(self, caplog, capfd):
        self.caplog, self.capfd = caplog, capfd

    def test_no_word_no_name_and_no_five_words_in_a_row_are_found_anywhere(self):
        self.caplog.set_level("DEBUG")
        since = _wal_position()
        call_command("load_demo")
        self.plants_rare_words()
        Practice.objects.filter(name__startswith="Linden").update(address=CONTROL)

        written = _everything_written(since)
        heard = (self.caplog.text + "".join(self.capfd.readouterr())).encode()
        mailed = "".join(m.subject + m.body for m in mail.outbox).encode()

        assert CONTROL.encode() in written, "the search itself does not work"
        needles = _needles()
        assert len(needles) > 8000
        for where, haystack in (("files", written), ("logs", heard), ("mail", mailed)):
            assert _found(needles, haystack) == [], where
        print(f"needles={len(needles)} bytes={len(written)} logs={len(heard)} found=0")

    def plants_rare_words(self) -> None:
        ruth, maya, omar = (self.signed_in(p) for p in (record.RUTH, record.MAYA, record.OMAR))
        group = TherapyGroup.objects.get(modality="process")
        session = GroupSession.objects.filter(group=group).order_by("-starts")[0]
        item = Disclosure.objects.filter(
            session=session, speaker__user__sign_in_name="linnet-3097"
        )[0]
        speaker = str(item.speaker_id)
        new_item = f"/sessions/{session.pk}/items/new/"
        plant = iter(RARE)
        ruth.post(new_item, {"speaker": speaker, "text": f"I am {next(plant)}."})
        ruth.post(new_item, {"speaker": speaker, "text": f"{next(plant)} " * 3000})  # too long
        ruth.post(new_item, {"speaker": "no id", "text": next(plant), "concerned": [RARE[2]]})
        ruth.get(f"/items/{item.code}/edit/")
        ruth.post(f"/items/{item.code}/edit/", {"text": next(plant), "seen_version": "99"})
        ruth.post("/groups/new/", {"name": next(plant), "modality": "grief", "record_class": "x"})
        ruth.post(
            f"/groups/{group.code}/members/new/", {"name": next(plant), "since": "2026-01-05"}
        )
        omar.post(
            "/recipients/new/",
            {
                "kind": "organisation",
                "name": next(plant),
                "address": RARE[6],
                "once": str(uuid4()),
            },
        )
        ruth.post(f"/items/{item.code}/open/")
        for path in ("/today/", f"/sessions/{session.pk}/", "/requests/"):
            ruth.get(path)
        self.maya_signs_with(maya, next(plant))
        self.a_roster_with(ruth, group.code, RARE[8])
        ruth.post("/find/", {"q": RARE[9]})  # it lies in the session until the page is drawn

    def a_roster_with(self, ruth: Client, group: str, name: str) -> None:
        file = SimpleUploadedFile("roster.csv", f"name,alias\n{name},{name[::-1]}".encode())
        shown = ruth.post(f"/groups/{group}/import/", {"file": file})
        carried = shown.content.decode().split('name="carried" value="')[1].split('"')[0]
        assert ruth.post(f"/groups/{group}/import/add/", {"carried": carried}).status_code == 200

    def maya_signs_with(self, maya: Client, name: str) -> None:
        consent = Consent.objects.filter(
            member__user__sign_in_name=record.MAYA.sign_in_name,
            request__answer_by__gt=timezone.now(),
        ).latest("pk")
        maya.get(f"/questions/{consent.code}/")
        step_up = maya.post(f"/questions/{consent.code}/allow/")["Location"]
        sign = maya.post(step_up, {"password": record.PASSWORD})["Location"]
        done = maya.post(sign, {"signature": name})
        assert done.status_code == 302, done.content

    def signed_in(self, person: record.Person) -> Client:
        client = Client()
        answer = client.post(
            "/sign-in/", {"login": person.sign_in_name, "password": record.PASSWORD}
        )
        assert answer.status_code == 302
        return client


def test_the_search_finds_whatever_is_there():
    haystack = b"xThe bottles before I threw themx\nNothing."
    needles = [b"The bottles before I threw", b"Nothing", b"bottles before you threw them"]
    assert _found(needles, haystack) == needles[:2]


def _found(needles: Iterable[bytes], haystack: bytes) -> list[bytes]:
    """Return which needles are in the haystack.

    The words inside a needle stand there as words of their own, or it is not
    there at all: that is looked up first, because it is quick.
    """
    words = set(WORD.findall(haystack))
    return [n for n in needles if words.issuperset(WORD.findall(n)[1:-1]) and n in haystack]


def _needles() -> list[bytes]:
    words: list[str] = [*RARE, record.PASSWORD]
    for practice in record.PRACTICES:
        texts = [
            step.text
            for steps in practice.steps.values()
            for step in steps
            if hasattr(step, "text")
        ]
        for group in practice.groups:
            words.append(group.name)
            for evening in group.evenings:
                texts += [evening.note, *evening.progress.values()]
                texts += [said.text for said in evening.said]
        for text in texts:
            every = text.split()
            words += [" ".join(every[n : n + 5]) for n in range(len(every) - 4)]
        for one in practice.recipients:
            words += [one.name, *one.name.split(", "), *one.address.splitlines()]
        for person in (*practice.staff, *practice.members):
            # A short name alone would be found by chance, among so many random bytes.
            words += [person.name, *(word for word in person.known_as if len(word) > 5)]
    needles = [word.encode() for word in words]
    for word in RARE:
        needles += [word.encode("utf-16-le"), word.encode().hex().encode()]
        needles += [base64.b64encode(word.encode())[:-4]]
    return needles


def _wal_position() -> str:
    if connection.vendor != "postgresql":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_walfile_name(pg_current_wal_lsn())")
        return str(cursor.fetchone()[0])


def _everything_written(since: str) -> bytes:
    """Return the bytes of every file either database wrote: readable runs, and UTF-16 as it is."""
    files = list(_sqlite_files() if connection.vendor == "sqlite" else _postgresql_files(since))
    assert files
    parts = []
    for file in files:
        raw = file.read_bytes()
        parts += READABLE.findall(raw)
        parts += re.findall(rb"(?:[\x20-\x7e]\x00){6,}", raw)
    return b"\n".join(parts)


def _sqlite_files() -> Iterable[Path]:
    for alias in BOTH:
        name = Path(str(connections[alias].settings_dict["NAME"]))
        yield from (f for f in name.parent.glob(f"{name.name}*") if f.stat().st_size)


def _postgresql_files(since: str) -> Iterable[Path]:
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SHOW data_directory")
        home = Path(cursor.fetchone()[0])
        if not os.access(home, os.R_OK):
            pytest.skip("this user may not read the files of the PostgreSQL server")
        cursor.execute("SELECT pg_walfile_name(pg_current_wal_lsn())")
        last = cursor.fetchone()[0]
        names = [str(connections[alias].settings_dict["NAME"]) for alias in BOTH]
        cursor.execute("SELECT oid FROM pg_database WHERE datname = ANY(%s)", [names])
        folders = [home / "base" / str(oid) for (oid,) in cursor.fetchall()]
    # The server's own log: a failing statement may write its values there.
    yield from (f for f in Path("/var/log/postgresql").glob("*.log") if os.access(f, os.R_OK))
    for folder in folders:
        yield from (f for f in folder.iterdir() if f.is_file())
    yield from (
        f for f in sorted((home / "pg_wal").iterdir()) if f.is_file() and since <= f.name <= last
    )
