from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections, transaction

from groupcare.provisioning import HINTS, statements


class Command(BaseCommand):
    help = "Print, or apply, the SQL that gives PostgreSQL its roles, rights and policies."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--apply", action="store_true", help="do it, instead of printing it")

    def handle(self, *args: object, **options: object) -> None:
        for alias in ("default", "vault"):
            if connections[alias].vendor != "postgresql":
                raise CommandError(
                    f"The database '{alias}' is not PostgreSQL: there are no roles to provision. "
                    "Nothing was changed."
                )
        for alias in ("default", "vault"):
            self._provision(alias, apply=bool(options["apply"]))
        if not options["apply"]:
            self.stdout.write(HINTS)

    def _provision(self, alias: str, *, apply: bool) -> None:
        connection = connections[alias]
        said = list(statements(connection, vault=alias == "vault"))
        if apply:
            with transaction.atomic(using=alias), connection.cursor() as cursor:
                for statement in said:
                    cursor.execute(statement)
            self.stdout.write(f"{alias}: {len(said)} statements applied.")
            return
        self.stdout.write(f"-- {alias}: {connection.settings_dict['NAME']}\nBEGIN;")
        for statement in said:
            self.stdout.write(f"{statement};")
        self.stdout.write("COMMIT;\n")
