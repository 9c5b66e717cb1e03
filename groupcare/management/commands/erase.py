from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Role, StaffRole, User
from accounts.queries import roles_of
from audit.acting import acting_as
from audit.trail import Actor
from consent.services.erasing import ERASERS, Erased, OnHold, erase_item, erase_member
from ethics.services.cases import forget_erased_members
from groupcare.at_the_machine import check_who, person_at_the_machine
from groupcare.known_heads import heads_kept
from sessions_app.models import Disclosure, Member


class Command(BaseCommand):
    help = (
        "Erase an item with all its versions, or a member with what they said: the erasure keys "
        "go, the trail stays. A legal hold stops it. Says what was erased; a second run says that "
        "it was done. Who asks is a supervisor or an administrator, with their password and code."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--item", metavar="CODE", help="such as D-3F8K2M")
        what.add_argument("--member", metavar="CODE", help="such as M-4821")
        parser.add_argument("--by", metavar="NAME", required=True, help="sign-in name of who asks")

    def handle(self, *args: object, **options: object) -> None:
        person = person_at_the_machine(str(options["by"]))
        check_who(person)
        by = actor_of(person)
        try:
            with acting_as(by.practice), heads_kept():
                if options["item"]:
                    erased = erase_item(by=by, code=str(options["item"]).upper())
                else:
                    erased = erase_member(by=by, code=str(options["member"]).upper())
                    forget_erased_members()
        except OnHold as error:
            raise CommandError("A legal hold stands on it. Nothing was erased.") from error
        except (Disclosure.DoesNotExist, Member.DoesNotExist) as error:
            raise CommandError("There is nothing of this code in this practice.") from error
        except StaffRole.DoesNotExist as error:
            raise CommandError(f"{person.sign_in_name} may not erase.") from error
        for line in told(erased):
            self.stdout.write(line)
        if erased.pending:
            raise SystemExit(1)


def actor_of(person: User) -> Actor:
    """Return a person in the first role in which they may erase."""
    held = [role for role in roles_of(person) if role in ERASERS]
    return Actor(person.practice_id, person.pk, held[0] if held else Role.FACILITATOR)


def told(erased: Erased) -> list[str]:
    """Return what an erasure did, by codes."""
    if erased.before:
        return [f"{erased.code} was erased before. There was nothing left to do."]
    lines = [f"erased: {erased.code}"] if not erased.pending else []
    lines += [f"erased with it: {code}" for code in erased.items if code != erased.code]
    lines += [f"out of use: {code}" for code in erased.out_of_use]
    if erased.pending:
        lines += [
            f"pending: {erased.code}. Nobody finds it any more, but the vault's database does not "
            "answer, so its keys are still there. Run this again; the worker tries too."
        ]
    return lines
