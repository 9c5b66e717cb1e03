from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Role, RoleProposal
from accounts.staffing import RoleRefused, Why, agree_at_the_machine
from groupcare.known_heads import heads_kept

REFUSED = {
    Why.ONESELF: "There is another administrator: they agree, on their page.",
    Why.OVER: "The proposal is older than 14 days. Propose it anew.",
    Why.HELD: "They hold this role already.",
    Why.ONE_ROLE: "They hold another role; several are for practices declared small.",
    Why.OFF: "The account is closed.",
}


class Command(BaseCommand):
    help = (
        "Agree to a role that the only administrator of a practice proposed: whoever reaches "
        "the machine is the second person, and the trail says so."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("person", help="sign-in name of whoever is to hold it")
        parser.add_argument("role", choices=[Role.SUPERVISOR.value, Role.ADMINISTRATOR.value])

    def handle(self, *args: object, **options: object) -> None:
        found = RoleProposal.objects.filter(
            user__sign_in_name=str(options["person"]).strip().lower(),
            role=options["role"],
            closed_at=None,
        ).first()
        if found is None:
            raise CommandError("Nobody proposed that. An administrator does, on the person's page.")
        try:
            with heads_kept():
                agree_at_the_machine(proposal_id=found.pk)
        except RoleRefused as refused:
            raise CommandError(REFUSED.get(refused.why, refused.why)) from refused
        self.stdout.write(f"{options['person']} is {options['role']} from now on.")
