from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Role, StaffRole, User
from audit.trail import INSTALLATION, Actor
from consent import freezes
from consent.models import Freeze
from consent.services.freezing import lift_freeze_at_the_machine
from groupcare.at_the_machine import check_who, person_at_the_machine
from groupcare.known_heads import heads_kept
from sessions_app.rules import Rejected
from vault.key_ring import Keyless

ROLES = {
    "supervisor": Role.SUPERVISOR,
    "administrator": Role.ADMINISTRATOR,
    "colleague": Role.OUTSIDE_COLLEAGUE,
}


class Command(BaseCommand):
    help = (
        "Lift what keeps a practice frozen, or with --installation all of them. Two people agree, "
        "in one run or in two: a supervisor and an administrator, each with password and code."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        for role in ROLES:
            parser.add_argument(f"--{role}", metavar="NAME", help=f"sign-in name of the {role}")
        parser.add_argument("--installation", action="store_true", help="every practice here")

    def handle(self, *args: object, **options: object) -> None:
        named = {role: str(options[role]) for role in ROLES if options[role]}
        if not named:
            raise CommandError("Name who agrees: --supervisor NAME, --administrator NAME, or both.")
        people = {role: person_at_the_machine(name) for role, name in named.items()}
        everywhere = bool(options["installation"])
        practices = {person.practice_id for person in people.values()}
        if not everywhere and len(practices) > 1:
            raise CommandError("These two belong to different practices.")
        practice = None if everywhere else practices.pop()
        standing = list(freezes.standing_of(practice))
        if not standing:
            self.stdout.write(self._left(people) or "Nothing is frozen.")
            return
        shown = set()  # whoever is named in both roles is asked once
        for role, person in people.items():
            if person not in shown:
                check_who(person)
            shown.add(person)
            with heads_kept():
                for frozen in standing:
                    self._agree(person, ROLES[role], frozen)
            self.stdout.write(f"{person.sign_in_name} agreed as {role}.")
        if freezes.standing_of(practice).exists():
            self.stdout.write("Still frozen. Somebody else has to agree, in another role.")
        else:
            self.stdout.write(self._left(people) or "Lifted.")

    def _agree(self, person: User, role: Role, frozen: Freeze) -> None:
        chain = frozen.practice_id or INSTALLATION
        try:
            lift_freeze_at_the_machine(by=Actor(chain, person.pk, role), freeze_id=frozen.pk)
        except Freeze.DoesNotExist:
            pass  # lifted already, by another run
        except StaffRole.DoesNotExist as error:
            raise CommandError(f"{person.sign_in_name} may not agree in this role.") from error
        except Rejected as error:
            raise CommandError("Somebody else agreed in this role already.") from error
        except Keyless as error:
            raise CommandError(f"The vault's database is needed to lift: {error}.") from error

    def _left(self, people: dict[str, User]) -> str:
        """Say what else keeps these people's practices frozen."""
        if freezes.standing_of(None).exists():
            return "The whole installation is frozen still: run this again with --installation."
        if any(freezes.is_frozen(person.practice_id) for person in people.values()):
            return "A practice is frozen still by itself: run this again without --installation."
        return ""
