"""Practices, people, roles, sign-ins and step-ups. Names are sealed; what they carry is codes."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.ids import uuid7
from vault.envelope import Place
from vault.services import Sealed


class Practice(models.Model):
    """One house that runs groups: the unit of people, keys and the trail."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=200, blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    time_zone = models.CharField(max_length=60, default="America/New_York")
    jurisdiction = models.CharField(max_length=10, default="US-NY")
    small = models.BooleanField(default=False)
    demo = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.id)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which this practice's days begin and end."""
        return ZoneInfo(self.time_zone)


class UserManager(BaseUserManager["User"]):
    """Finds people by their issued sign-in name."""


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in, with an issued name such as `heron-4821`; belongs to one practice."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="users")
    sign_in_name = models.CharField(max_length=40, unique=True)
    name_sealed = models.BinaryField()
    is_active = models.BooleanField(default=True)
    # Shorter than a password may be that stands alone; set with the password.
    needs_second_factor = models.BooleanField(default=False)
    # Opens a locked stay and nothing else; empty without one. See accounts/pins.py.
    pin = models.CharField(max_length=128, blank=True)
    # Where notices may go, if they asked for it and confirmed it; empty: no mail at all.
    mail_sealed = models.BinaryField(default=b"")
    mail_language = models.CharField(max_length=5, blank=True)
    # Local times of the practice between which no mail goes; empty: the house's own (R90).
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    is_staff = False

    USERNAME_FIELD = "sign_in_name"
    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(is_superuser=False), name="no_superuser")
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def name_place(self) -> Place:
        return Place("accounts_user", "name", self.pk, self.practice_id)

    @property
    def sealed_name(self) -> Sealed:
        return Sealed(bytes(self.name_sealed), self.name_place)

    @property
    def mail_place(self) -> Place:
        return Place("accounts_user", "mail", self.pk, self.practice_id)

    @property
    def sealed_mail(self) -> Sealed:
        return Sealed(bytes(self.mail_sealed), self.mail_place)


class Role(models.TextChoices):
    """What a member of staff may be; members are people with a `Member` record."""

    FACILITATOR = "facilitator", _("Facilitator")
    SUPERVISOR = "supervisor", _("Supervisor")
    ADMINISTRATOR = "administrator", _("Administrator")
    OUTSIDE_COLLEAGUE = "colleague", _("Outside colleague")


class StaffRole(models.Model):
    """One role of one person, from a day on; it ends by `until`, never by deletion."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="staff_roles")
    role = models.CharField(max_length=20, choices=Role)
    privacy_officer = models.BooleanField(default=False)
    since = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=models.Q(until=None),
                name="one_live_role_of_a_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class RoleProposal(models.Model):
    """That one administrator wants somebody to hold a grave role; it counts once another agrees.

    `closed_by` is whoever agreed (`granted`), or let it go. Who proposed never
    agrees. Without `closed_by` a granted one was agreed to at the machine itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_proposals")
    role = models.CharField(max_length=20, choices=Role)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    granted = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=models.Q(closed_at=None),
                name="one_open_proposal_of_a_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(granted=False)
                | models.Q(closed_by=None, closed_at__isnull=False)
                | ~models.Q(closed_by=models.F("proposed_by")),
                name="nobody_agrees_to_their_own",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class StoredSession(models.Model):
    """A sign-in session: the hash of its key, its data sealed. Nothing here works as a cookie."""

    key_hash = models.CharField(max_length=64, primary_key=True)
    data = models.BinaryField()
    expires_at = models.DateTimeField(db_index=True)
    # Whose it is, so that a person's sessions can be ended; a visitor's is nobody's.
    sign_in = models.ForeignKey("SignIn", on_delete=models.CASCADE, null=True)

    def __str__(self) -> str:
        return self.key_hash[:8]


class SignIn(models.Model):
    """One stay of one person, from sign-in to sign-out; entries of the trail name it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_ins")
    device = models.CharField(max_length=60, blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    locked_at = models.DateTimeField(null=True)
    unlock_tries = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.id)


class StepUp(models.Model):
    """Proof that a person showed again who they are, for exactly one act, once, within minutes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sign_in = models.ForeignKey(SignIn, on_delete=models.CASCADE)
    act = models.CharField(max_length=20)
    item = models.UUIDField()
    version = models.UUIDField()
    recipient = models.UUIDField()
    purpose = models.CharField(max_length=20, blank=True)
    asked_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.id)


class Idempotency(models.Model):
    """The answer to a form that was sent: sent twice, it is answered the same and done once."""

    key = models.UUIDField()
    actor = models.UUIDField()
    answer = models.UUIDField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return str(self.key)


class Tries(models.Model):
    """How often something was tried that only its owner should know; see services/tries.py."""

    key = models.CharField(max_length=64, primary_key=True)  # a keyed digest: no name is here
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key[:8]


class Invitation(models.Model):
    """A one-time code with which a person chooses how they sign in. It is used, or it ends."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    code_digest = models.CharField(max_length=64)
    recovery = models.BooleanField(default=False)
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(used_at=None, ended_at=None),
                name="one_open_invitation_a_person",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class WayInChange(models.Model):
    """That how somebody signs in was changed: told to them until they say that they saw it.

    `what` is the act as the trail names it. `waits` says after how many more
    sign-ins it shows: whoever just changed it is not told what they did.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="changes")
    what = models.CharField(max_length=40)
    at = models.DateTimeField()
    waits = models.PositiveSmallIntegerField(default=0)
    dismissed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["user", "-at"],
                condition=models.Q(dismissed_at=None, waits=0),
                name="changes_to_tell",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.what}"


class Recovery(models.Model):
    """Somebody lost every way in: one member of staff asks for a new one, another confirms."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recoveries")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_role = models.CharField(max_length=20)
    asked_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    invitation = models.OneToOneField(
        Invitation, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(confirmed_by=models.F("asked_by"))
                | models.Q(confirmed_by=None),
                name="recovered_by_two",
            ),
            models.CheckConstraint(
                condition=~models.Q(asked_by=models.F("user")), name="nobody_recovers_themselves"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class InRoom(models.Model):
    """A device that was handed to somebody in the room, for one question to them alone.

    The stay it belongs to is locked meanwhile. `object_id` is what the question
    is about; whoever answers proves first, with their own PIN, who they are.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sign_in = models.ForeignKey(SignIn, on_delete=models.CASCADE, related_name="handed")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    act = models.CharField(max_length=20)
    object_id = models.UUIDField()
    begun_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    proven_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    answered = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sign_in"],
                condition=models.Q(ended_at=None),
                name="one_device_one_question",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class MailCode(models.Model):
    """A one-time code on its way to an address that somebody says is theirs.

    The address is sealed for the place it takes once the code came back. Used
    or ended, the row keeps neither.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="mail_codes")
    mail_sealed = models.BinaryField()
    language = models.CharField(max_length=5)
    code_sealed = models.BinaryField()
    code_digest = models.CharField(max_length=64)
    until = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(ended_at=None), name="one_open_mail_code"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def sealed_code(self) -> Sealed:
        place = Place("accounts_mailcode", "code", self.pk, self.user.practice_id)
        return Sealed(bytes(self.code_sealed), place)


class CalendarFeed(models.Model):
    """An address under which a calendar reads when somebody's groups meet; its secret is hashed.

    `seed` makes the names of its entries: stable, and other ones in every feed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="calendar_feeds")
    secret_hash = models.CharField(max_length=64, unique=True)
    seed = models.BinaryField(max_length=32)
    language = models.CharField(max_length=5)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    read_on = models.DateField(null=True)
    # Set by the query that finds a feed by its secret.
    now: datetime

    reads = models.PositiveIntegerField(default=0)
    reads_that_day = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(ended_at=None), name="one_live_feed_a_person"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)
