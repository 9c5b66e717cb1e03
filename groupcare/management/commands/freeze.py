from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Role, User
from accounts.queries import person_named, roles_of
from audit.trail import INSTALLATION, Actor
from consent.services.freezing import FREEZERS, freeze
from groupcare.known_heads import heads_kept

WORKS = "Taking back, saying no, signing in and writing down go on."


class Command(BaseCommand):
    help = "Let nothing out from now on: no permission, no release, no link. Needs no key."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--by", required=True, help="sign-in name of whoever decided it")
        parser.add_argument("--installation", action="store_true", help="every practice here")

    def handle(self, *args: object, **options: object) -> None:
        person = self._person(str(options["by"]))
        everywhere = bool(options["installation"])
        with heads_kept():
            frozen = freeze(
                by=Actor(
                    INSTALLATION if everywhere else person.practice_id,
                    person.pk,
                    self._role(person),
                )
            )
        house = "the whole installation" if everywhere else person.practice.name
        self.stdout.write(f"Frozen since {frozen.at:%Y-%m-%d %H:%M} UTC: {house}.")
        self.stdout.write(f"Nothing is permitted, released or linked. {WORKS}")
        more = " --installation" if everywhere else ""
        self.stdout.write(
            "Two people lift it, a supervisor and an administrator: "
            f"manage.py unfreeze --supervisor NAME --administrator NAME{more}"
        )

    def _person(self, name: str) -> User:
        try:
            return person_named(name)
        except User.DoesNotExist as error:
            raise CommandError(f"Nobody here signs in as {name}.") from error

    def _role(self, person: User) -> Role:
        held = roles_of(person)
        for role in FREEZERS:
            if role in held:
                return role
        raise CommandError(f"{person.sign_in_name} is neither supervisor nor administrator.")
