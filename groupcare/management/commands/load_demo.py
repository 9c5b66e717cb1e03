from datetime import date

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Practice
from ethics.services.library import load_library
from groupcare import demo_record as record
from groupcare.demo_loading import disk_not_awaited, load_practice
from vault import key_ring


class Command(BaseCommand):
    help = "Fill an empty database with two invented practices, through the services themselves."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--today",
            type=date.fromisoformat,
            help="the day the record is relative to, as YYYY-MM-DD (default: the practice's today)",
        )

    def handle(self, *args: object, **options: object) -> None:
        if not settings.GROUPCARE_DEMO:
            raise CommandError("This is not the demo (GROUPCARE_DEMO is off). Nothing was loaded.")
        if Practice.objects.exists():
            raise CommandError("There are practices here. Nothing was loaded.")
        today = options["today"]
        assert today is None or isinstance(today, date)
        key_ring.adopt()
        with disk_not_awaited():
            load_library()
            for facts in record.PRACTICES:
                load_practice(facts, today)
        self.stdout.write(f"Demo loaded: {', '.join(facts.name for facts in record.PRACTICES)}.")
