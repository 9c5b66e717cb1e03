from django.core.management.base import BaseCommand

from ethics.services.library import load_library


class Command(BaseCommand):
    help = "Bring the shared library up to this version; what practices wrote stays."

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"New in the library: {load_library()}.")
