from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import StaffRole
from audit.acting import acting_as
from consent.services.erasing import lift_legal_hold, place_legal_hold
from groupcare.at_the_machine import check_who, person_at_the_machine, typed
from groupcare.known_heads import heads_kept
from groupcare.management.commands.erase import actor_of
from sessions_app.models import Disclosure, LegalHold, Member
from sessions_app.rules import Rejected
from vault.key_ring import Keyless


class Command(BaseCommand):
    help = (
        "Place a legal hold on an item or a member, so that nothing of it is erased; or lift one, "
        "which takes two people: the first asks, the second lifts."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--item", metavar="CODE", help="such as D-3F8K2M")
        what.add_argument("--member", metavar="CODE", help="such as M-4821")
        what.add_argument("--lift", metavar="HOLD", type=UUID, help="as placing it printed it")
        parser.add_argument("--by", metavar="NAME", required=True, help="sign-in name of who asks")

    def handle(self, *args: object, **options: object) -> None:
        person = person_at_the_machine(str(options["by"]))
        check_who(person)
        by = actor_of(person)
        try:
            with acting_as(by.practice), heads_kept():
                if isinstance(options["lift"], UUID):
                    lifted = lift_legal_hold(by=by, hold_id=options["lift"])
                    self.stdout.write("Lifted." if lifted else "Asked for. A second person lifts.")
                    return
                hold = place_legal_hold(
                    by=by,
                    why=typed("Why: "),
                    item_code=str(options["item"] or "").upper(),
                    member_code=str(options["member"] or "").upper(),
                )
                self.stdout.write(f"hold {hold.pk}")
        except Rejected as error:
            raise CommandError("Say why, in a line.") from error
        except (Disclosure.DoesNotExist, Member.DoesNotExist, LegalHold.DoesNotExist) as error:
            raise CommandError("There is nothing of this in this practice.") from error
        except StaffRole.DoesNotExist as error:
            raise CommandError(f"{person.sign_in_name} may not do this.") from error
        except Keyless as error:
            raise CommandError(f"The keys are needed to seal the reason: {error}.") from error
