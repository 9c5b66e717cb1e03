"""What a practice may only tighten, and the switch that stops everything that lets out."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Practice, User
from audit.ids import uuid7


class HousePolicy(models.Model):
    """How much stricter a practice is than the law. Never changed: the latest row is in force.

    `longest_days` bounds a permission from its grant on, `cooling_off_hours` is
    how long a grant waits before it counts, `in_person` asks for a
    confirmation in the room. `second_person` is asked of every override, however
    urgent. Source: domain rule 5.1.9; docs/rules.md R32, R96.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="policies")
    longest_days = models.PositiveIntegerField(null=True, blank=True)
    cooling_off_hours = models.PositiveIntegerField(default=0)
    in_person = models.BooleanField(default=False)
    second_person = models.BooleanField(default=False)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(longest_days=None) | Q(longest_days__gte=1), name="a_period_has_days"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class Freeze(models.Model):
    """Nothing is granted, released or linked from `at` on, in one practice or (without) in all.

    Taking back and sign-in go on. Lifted by two people: `FreezeLift`.
    """

    class Cause(models.TextChoices):
        PERSON = "person", _("Somebody froze it")
        KNOWN_HEAD = "known_head", _("The trail is older than it was once known to be")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, null=True, blank=True, related_name="freezes"
    )
    cause = models.CharField(max_length=12, choices=Cause)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return str(self.id)


class FreezeLift(models.Model):
    """One person's yes to lifting a freeze; two different people in one turn, and it is over.

    A turn begins anew where the one who agreed in it has left meanwhile.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    freeze = models.ForeignKey(Freeze, on_delete=models.PROTECT, related_name="lifts")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    turn = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["freeze", "turn", "by"], name="one_lift_each"),
            models.UniqueConstraint(fields=["freeze", "turn", "role"], name="one_lift_per_role"),
        ]

    def __str__(self) -> str:
        return str(self.id)
