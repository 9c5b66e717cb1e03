import time
from contextlib import suppress

from django.contrib.sessions.backends.base import SessionBase
from django.core.management.base import BaseCommand, CommandParser

from accounts.services.tries import drop_old_tries
from accounts.session_store import SessionStore
from audit.services import sweep_denials
from consent.services.erasing import finish_erasures
from consent.services.notifying import drop_old_notices
from consent.services.sending import send_waiting
from consent.services.sweeping import sweep_authorities, sweep_ended
from ethics.services.cases import forget_erased_members
from ethics.services.library import load_library
from groupcare.known_heads import heads_kept
from vault.key_ring import Keyless


class Command(BaseCommand):
    help = (
        "Do what nobody waits for: write closed doors and ended permissions down, "
        "send mail that waits, drop sign-in sessions that ended and counts that count no more."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="one round, then stop")
        parser.add_argument("--every", type=int, default=30, help="seconds between rounds")

    def handle(self, *args: object, **options: object) -> None:
        store: type[SessionBase] = SessionStore
        with heads_kept():
            load_library()  # after an upgrade there may be something new in it
        while True:
            with heads_kept():
                written, ended = sweep_denials(), sweep_ended()
                over = sweep_authorities()
                forget_erased_members()
                with suppress(Keyless):  # the vault is away: they wait for the next round
                    self.stdout.write(f"erasures finished: {finish_erasures()}")
            store.clear_expired()
            drop_old_tries()
            drop_old_notices()
            with heads_kept():
                sent = send_waiting()
            self.stdout.write(f"closed doors written down: {written}")
            self.stdout.write(f"permissions that ended: {ended}")
            self.stdout.write(f"authorities that ended: {over}")
            self.stdout.write(f"mails sent: {sent.mails}, not known if sent: {sent.unknown}")
            if options["once"]:
                return
            time.sleep(int(str(options["every"])))
