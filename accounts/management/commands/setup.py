import getpass
import sys
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Practice, Role
from accounts.services import SET_UP, create_practice, create_staff
from vault import key_ring


class Command(BaseCommand):
    help = "Prepare both databases, then ask for the practice and its first administrator."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--practice", help="name of the practice")
        parser.add_argument("--time-zone", help="for example America/New_York")
        parser.add_argument("--jurisdiction", help="for example US-NY")
        parser.add_argument("--administrator", help="name of the first administrator")
        parser.add_argument("--small", action="store_true", help="one to three clinicians")

    def handle(self, *args: object, **options: object) -> None:
        try:
            call_command("migrate", verbosity=0)
            call_command("migrate", "vault", database="vault", verbosity=0)
            call_command("createcachetable", verbosity=0)
            if Practice.objects.filter(demo=True).exists():
                raise CommandError(
                    "This database holds the demo. Real people need one of their own."
                )
            if Practice.objects.exists():
                raise CommandError("There is a practice already; its administrator adds people.")
            key_ring.adopt()
            call_command("load_library", stdout=self.stdout)
        except key_ring.Keyless as error:
            raise CommandError(
                f"No key ({error}). Make them once: python -m vault.new_keys FOLDER"
            ) from error
        name = self._ask(options["practice"], "Name of the practice: ")
        zone = self._zone(options["time_zone"])
        jurisdiction = self._ask(options["jurisdiction"], "Jurisdiction (such as US-NY): ")
        administrator = self._ask(options["administrator"], "Name of the first administrator: ")
        password = self._password()
        practice = create_practice(
            name=name, time_zone=zone, jurisdiction=jurisdiction, small=bool(options["small"])
        )
        issued = create_staff(
            by=SET_UP,
            practice=practice.pk,
            name=administrator,
            roles=list(Role)[:3] if practice.small else [Role.ADMINISTRATOR],
            password=password,
        )
        self.stdout.write(f"Sign-in name: {issued.user.sign_in_name}")
        if password is None:
            self.stdout.write(f"One-time code: {issued.code} (open /invitation/ to come in)")

    def _ask(self, given: object, question: str) -> str:
        answer = str(given) if given else (input(question) if sys.stdin.isatty() else "")
        if not answer.strip():
            raise CommandError(f"needed: {question.strip(' :')}")
        return answer.strip()

    def _zone(self, given: object) -> str:
        zone = self._ask(given, "Time zone (such as America/New_York): ")
        try:
            return ZoneInfo(zone).key
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise CommandError(f"{zone} is not a time zone.") from error

    def _password(self) -> str | None:
        """Ask twice; without a terminal a one-time code is made."""
        if not sys.stdin.isatty():
            return None
        password = getpass.getpass("Password (empty: a one-time code is made for you): ")
        if not password:
            return None
        if getpass.getpass("Once more: ") != password:
            raise CommandError("The two passwords differ.")
        try:
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        return password
