"""R91: a worker is killed (SIGKILL) before and after a mail was taken; two work side by side.

Real processes of `manage.py work --once`, a real mail server on this machine, on either
database. Each notice went once, or nobody knows and it stands as unknown; none is lost.
"""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from django.db import connections, transaction
from django.utils import timezone

from accounts.models import User
from consent.models import Notice
from consent.services.notifying import notify
from consent.services.sending import CLAIM_LASTS, send_waiting
from tests.cast import TransactionalCastTestCase
from tests.sink import Sink, sink
from vault import services as vault

Mail = Notice.Mail
ROUNDS = 20 if os.environ.get("GROUPCARE_DRILL") == "full" else 3
HOUSE = Path(__file__).resolve().parents[2]


class KilledWhileSending(TransactionalCastTestCase):
    def setUp(self):
        super().setUp()
        self.notices = 0
        self.people: dict[str, User] = {}
        for number, one in enumerate([self.ana, self.ben, self.cleo, self.dora]):
            address = f"{number}@example.org"
            user = User.objects.get(pk=one.actor.user)
            user.mail_sealed = vault.seal_text(address, user.mail_place, owner=user.pk)
            user.quiet_from = user.quiet_until = timezone.now().time().replace(microsecond=0)
            user.save()
            self.people[address] = user

    def test_each_goes_once_or_is_unknown_and_none_is_lost(self):
        with sink() as server:
            for _ in range(ROUNDS):
                self.killed_between_claim_and_send(server)
                self.killed_after_the_server_took_it(server)
                self.two_at_once(server)
            self.everything_waiting_is_sent()
            self.count(server)

    def killed_between_claim_and_send(self, server: Sink) -> None:
        """The server stops at the recipient's address: the worker has claimed, and said no word."""
        self.everybody_is_told()
        worker = Worker(server)
        at_rcpt, gone = threading.Event(), threading.Event()

        def stop() -> str:
            server.at_rcpt = None
            at_rcpt.set()
            worker.kill()
            gone.set()
            return "451 gone"

        server.at_rcpt = stop
        worker.start()
        assert at_rcpt.wait(60) and gone.wait(10)
        worker.wait()
        assert Notice.objects.filter(mail=Mail.SENDING).exists()
        self.a_while_later()
        send_waiting()
        assert not Notice.objects.filter(mail=Mail.SENDING).exists()

    def killed_after_the_server_took_it(self, server: Sink) -> None:
        """It has the words; the worker dies before it hears so, or can write it down."""
        self.everybody_is_told()
        worker = Worker(server)

        def dies() -> None:
            server.before_answer = None
            worker.kill()

        server.before_answer = dies
        worker.start()
        worker.wait()
        assert Notice.objects.filter(mail=Mail.SENDING).exists()
        self.a_while_later()
        send_waiting()

    def two_at_once(self, server: Sink) -> None:
        self.everybody_is_told()
        workers = [Worker(server), Worker(server)]
        for one in workers:
            one.start()
        for one in workers:
            assert one.wait() == 0

    def everybody_is_told(self) -> None:
        with transaction.atomic():
            for user in self.people.values():
                notify([user.pk], Notice.Kind.QUESTION, uuid4())
        self.notices += len(self.people)
        now = timezone.now() - timedelta(seconds=1)
        Notice.objects.filter(mail=Mail.WAITING).update(next_try=now)

    def a_while_later(self) -> None:
        """As if the dead had been waited for."""
        claimed = timezone.now() - CLAIM_LASTS - timedelta(seconds=1)
        Notice.objects.filter(mail=Mail.SENDING).update(claimed_at=claimed)

    def everything_waiting_is_sent(self) -> None:
        now = timezone.now() - timedelta(seconds=1)
        Notice.objects.filter(mail=Mail.WAITING).update(next_try=now)
        send_waiting()

    def count(self, server: Sink) -> None:
        """Compare what the server has with what the table says, mail by mail."""
        taken = Counter(str(one["Message-ID"]).strip("<>").split("@")[0] for one in server.parsed)
        states = Counter(Notice.objects.values_list("mail", flat=True))
        twice = sum(1 for times in taken.values() if times > 1)
        sent = set(Notice.objects.filter(mail=Mail.SENT).values_list("mail_id", flat=True))
        claimed_sent_but_never_came = [one for one in sent if str(one) not in taken]
        lost = self.notices - states[Mail.SENT] - states[Mail.UNKNOWN]
        lost += len(claimed_sent_but_never_came)
        print(
            f"\nnotices={self.notices} sent={states[Mail.SENT]} unknown={states[Mail.UNKNOWN]} "
            f"lost={lost} twice={twice}"
        )
        assert (lost, twice) == (0, 0)
        assert states[Mail.UNKNOWN] == 2 * ROUNDS, "one for each worker that was killed"
        assert len(server.mails) == len(taken)


class Worker:
    """`manage.py work --once` on this test's databases, as a process of its own."""

    def __init__(self, server: Sink) -> None:
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": address_of("default"),
            "VAULT_DATABASE_URL": address_of("vault"),
            "GROUPCARE_MAIL_HOST": "127.0.0.1",
            "GROUPCARE_MAIL_PORT": str(server.port),
            "GROUPCARE_MAIL_TLS": "none",
            "GROUPCARE_MAIL_FROM": "post@example.org",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "manage.py", "work", "--once"]
        self.process = subprocess.Popen(
            command, cwd=HOUSE, env=self.environment, stdout=subprocess.DEVNULL
        )

    def kill(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)

    def wait(self) -> int:
        assert self.process
        return self.process.wait(120)


def address_of(alias: str) -> str:
    settings = connections[alias].settings_dict
    if connections[alias].vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    user, host, port = settings["USER"], settings["HOST"], settings["PORT"]
    return f"postgres://{user}@{host}:{port}/{settings['NAME']}"
