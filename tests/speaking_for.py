"""Minors and who speaks for them, for tests: Paula is Ana's mother, Peter her father."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from audit.entry import time_text
from audit.trail import Actor
from consent.services import representing
from consent.services.deciding_for import grant_for, grant_for_scope
from consent.services.representing import (
    confirm_representation,
    record_representation,
    record_standing,
    represent_scope,
)
from sessions_app import queries
from sessions_app.models import Authority, Representation, WhoSigns
from tests.cast import PASSWORD, proven, signed_in_as

REPRESENTATIVE = "representative"


class SpeakingFor:
    """Verbs on the cast. Everything goes through the services."""

    def minor(
        self: Any,
        member: Any,
        signs: WhoSigns = WhoSigns.REPRESENTATIVE,
        *,
        of_age_on: date | None = None,
        **more: Any,
    ) -> Any:
        return record_standing(
            by=self.fay,
            group=self.group,
            member_code=member.member.code,
            signs=signs,
            of_age_on=of_age_on or self.today + timedelta(days=400),
            **more,
        )

    def recorded(
        self: Any,
        member: Any,
        name: str = "Paula Almeida",
        *,
        authority: Authority = Authority.PARENT,
        since: date | None = None,
        until: date | None = None,
        may_read: bool = False,
    ) -> tuple[Representation, Actor]:
        issued = record_representation(
            by=self.fay,
            group=self.group,
            member_code=member.member.code,
            name=name,
            authority=authority,
            since=since or self.today - timedelta(days=30),
            until=until,
            may_read=may_read,
            evidence="Birth certificate seen.",
            once=uuid4(),
            password=PASSWORD,
        )
        found = Representation.objects.get(user=issued.user)
        return found, signed_in_as(issued.user, REPRESENTATIVE)

    def confirmed(self: Any, recorded: Representation, by: Actor | None = None) -> Representation:
        by = by or self.sue
        return confirm_representation(
            by=by,
            representation_id=recorded.pk,
            step_up_id=proven(by, represent_scope(recorded)),
        )

    def speaks_for(self: Any, member: Any, name: str = "Paula Almeida", **more: Any) -> Actor:
        recorded, actor = self.recorded(member, name, **more)
        self.confirmed(recorded)
        return actor

    def signs_for(self: Any, by: Actor, consent: Any) -> Any:
        step_up = proven(by, grant_for_scope(consent))
        return grant_for(by=by, code=consent.code, signature="Paula Almeida", step_up_id=step_up)


def ended_yesterday(representation: Representation, by: Actor) -> None:
    """Let an authority have ended yesterday, as if that had been recorded all along."""
    ends = timezone.now() - timedelta(days=1)
    Representation.objects.filter(pk=representation.pk).update(ends_at=ends)
    member, group = representation.member, representation.group
    last = queries.standing_row(member)
    told = [list(one) for one in last.representatives]
    for one in told:
        if one[0] == representation.user_id.hex:
            one[2] = time_text(ends)
    with transaction.atomic():
        row = representing._write(
            by,
            member,
            signs=WhoSigns(last.signs),
            of_age_at=last.of_age_at,
            died=last.died,
            told=told,
        )
        representing._note(by, member, row, group)


def comes_of_age(member: Any, group: Any, by: Actor) -> None:
    """Let a member come of age at this moment, as if that had been the day all along."""
    now = timezone.now()
    last = queries.standing_row(member)
    with transaction.atomic():
        told = representing._until_of_age(member, now, last.representatives)
        row = representing._write(
            by, member, signs=WhoSigns(last.signs), of_age_at=now, died=False, told=told
        )
        representing._follow(sorted(queries.items_concerning(member.pk)))
        representing._note(by, member, row, group)
