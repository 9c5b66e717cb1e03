"""Who speaks for a member, the group's agreement, and what was told of a breach."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Role
from audit.clock import DatabaseClock
from audit.trail import Actor
from sessions_app.models import (
    AgreementSignature,
    AgreementVersion,
    BreachReport,
    Disclosure,
    LegalStanding,
    Member,
    Membership,
    Representation,
    TherapyGroup,
    VersionUserPermission,
)
from sessions_app.queries.groups import groups_run_by, groups_supervised_by


def agreement_in_force(group: TherapyGroup) -> AgreementVersion | None:
    """Return the group's own agreement in force, or None: the house's text alone is."""
    found = group.agreement_versions.order_by("-number").first()
    return found if found and found.label == group.agreement_version else None


def agreements_in_force(groups: list[TherapyGroup]) -> dict[UUID, AgreementVersion]:
    """Return the own agreement in force of each group that has one."""
    labels = {group.pk: group.agreement_version for group in groups}
    versions = AgreementVersion.objects.filter(group__in=labels)
    return {one.group_id: one for one in versions if one.label == labels[one.group_id]}


def own_breaches(by: Actor) -> QuerySet[BreachReport]:
    """Return what the actor told as a member, newest first."""
    mine = BreachReport.objects.filter(member__user_id=by.user)
    return mine.select_related("group").order_by("-pk")


def breaches_for(by: Actor) -> QuerySet[BreachReport]:
    """Return what was told that the actor may read, newest first.

    As a supervisor: of the groups they review; where they lead one too, its
    members chose with that in view. As a facilitator: what its teller wanted
    them to know.
    """
    found = BreachReport.objects.filter(
        group__practice=by.practice, member__erased_at=None
    ).select_related("group", "member")
    if by.role == Role.SUPERVISOR:
        reviewed = groups_supervised_by(by).order_by().values("pk")
        return found.filter(group__in=reviewed).order_by("-pk")
    if by.role != Role.FACILITATOR:
        return BreachReport.objects.none()
    led = groups_run_by(by).order_by().values("pk")
    return found.filter(group__in=led, told_leaders=True).order_by("-pk")


def breach_for(by: Actor, report_id: UUID) -> BreachReport:
    """Return a report to read. Raises BreachReport.DoesNotExist."""
    if by.role == "member":
        return own_breaches(by).get(pk=report_id)
    return breaches_for(by).get(pk=report_id)


def breach_to_answer(by: Actor, report_id: UUID) -> BreachReport:
    """Return a report that the actor may answer. Raises BreachReport.DoesNotExist."""
    if by.role != Role.SUPERVISOR:
        raise BreachReport.DoesNotExist
    return breaches_for(by).get(pk=report_id)


def standing_row(member: Member) -> LegalStanding | None:
    """Return the latest row of a member's standing: whether it is believed is asked elsewhere."""
    return member.standings.order_by("-number").first()


def representations_of(member: Member) -> list[Representation]:
    """Return everybody who was ever recorded to speak for a member, oldest first."""
    return list(member.representations.select_related("user").order_by("pk"))


def live_representations(by: Actor) -> QuerySet[Representation]:
    """Return for whom the actor speaks now, as the rows say: a shadow, never the decision."""
    mine = _live().filter(user=by.user, practice=by.practice, member__erased_at=None)
    return mine.select_related("member").order_by("member__code")


def speakers_for(member: UUID) -> set[UUID]:
    """Return who speaks for a member now, as the rows say: a shadow, never the decision."""
    return set(_live().filter(member=member).values_list("user", flat=True))


def _live() -> QuerySet[Representation]:
    now = DatabaseClock()
    return Representation.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=now),
        confirmed_at__isnull=False,
        barred=False,
        since__lte=now,
    )


def lapsed_representations() -> list[Representation]:
    """Return authorities that are over, of people who still hold a right on the member's words."""
    held = Exists(
        VersionUserPermission.objects.filter(
            user=OuterRef("user"), content_object__subjects__member=OuterRef("member")
        )
    )
    return list(Representation.objects.filter(held, ends_at__lte=DatabaseClock()).order_by("pk"))


def items_concerning(member: UUID) -> set[UUID]:
    """Return the items some version of which concerns a member."""
    found = Disclosure.objects.filter(versions__subjects__member=member)
    return set(found.values_list("pk", flat=True))


def representations_to_confirm(by: Actor) -> QuerySet[Representation]:
    """Return the authorities that wait for the actor as the second person, oldest first.

    Never their own. A supervisor confirms those of groups they review and do
    not lead; in a practice declared small the outside colleague confirms too.
    """
    waiting = Representation.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=DatabaseClock()),
        practice=by.practice,
        confirmed_at=None,
        member__erased_at=None,
    ).exclude(recorded_by=by.user)
    if by.role == Role.OUTSIDE_COLLEAGUE:
        waiting = waiting.filter(practice__small=True)
    elif by.role == Role.SUPERVISOR:
        reviewed = groups_supervised_by(by).filter(led=False)  # type: ignore[misc]
        waiting = waiting.filter(group__in=reviewed.order_by().values("pk"))
    else:
        return Representation.objects.none()
    return waiting.select_related("member", "group", "user").order_by("pk")


def unsigned_stints(group: TherapyGroup) -> QuerySet[Membership]:
    """Return the open stints of a group without a signature under the agreement in force."""
    signed = AgreementSignature.objects.filter(
        membership=OuterRef("pk"), text_version=group.agreement_version
    )
    return group.memberships.filter(~Exists(signed), until=None).select_related("member__user")
