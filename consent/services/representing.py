"""Who speaks for a member: recording, confirming, ending, barring (rules R81, R82).

What could let more out needs two people: whoever leads the group records an
authority, and nothing counts before somebody who reviews the group, and does
not lead it, confirms it with a proof. What lets less out needs one, at once.
"""

import hashlib
import json
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from accounts.models import Practice
from accounts.services import (
    Issued,
    StepUpScope,
    answer,
    claim,
    prepare_user,
    step_up_refusals_noted,
    use_step_up,
)
from audit import trail
from audit.clock import database_now
from audit.entry import time_text
from audit.ids import uuid7
from audit.trail import Actor
from consent.proofs import last_ground
from consent.rules import ADULT, LegalStanding, Signs
from consent.shadow import follow_ledger
from consent.standings import standings_of
from sessions_app import models
from sessions_app import queries as sessions
from sessions_app.models import (
    Authority,
    DisclosureVersion,
    Member,
    Representation,
    TherapyGroup,
    WhoSigns,
    local_midnight,
)
from sessions_app.queries import lock_disclosures
from sessions_app.rules import Problem, Rejected, authority_problems, check, name_problems
from sessions_app.standing_text import RECORDED, standing_message
from vault import key_ring
from vault import services as vault

CONFIRM, CORRECT = "represent", "standing"
REPRESENTED = "representation.recorded"
Told = list[list[Any]]


def record_standing(
    *,
    by: Actor,
    group: TherapyGroup,
    member_code: str,
    signs: WhoSigns,
    of_age_on: date | None = None,
    died: bool = False,
) -> models.LegalStanding:
    """Record that the law asks for more than the member's own signature; it counts at once.

    By whoever leads the group, while nobody is confirmed to speak for the
    member yet, or that the member died, while no executor is. `of_age_on` is the
    day a minor comes of age, at the practice's midnight. Raises Rejected
    (NEEDS_ANOTHER for what could let more out: `correct_standing`),
    Membership.DoesNotExist, vault.Keyless.
    """
    key_ring.current()
    practice = Practice.objects.get(pk=by.practice)
    member = sessions.last_stint(by, group, member_code).member
    of_age_at = local_midnight(of_age_on, practice) if of_age_on else None
    with transaction.atomic(durable=True):
        items = _locked(member)
        old, told = _believed(by, member)
        if not _narrows(old, signs, of_age_at, died):
            raise Rejected({"signs": Problem.NEEDS_ANOTHER})
        told = _until_of_age(member, of_age_at, told)
        row = _write(by, member, signs=signs, of_age_at=of_age_at, died=died, told=told)
        _follow(items)
        _note(by, member, row, group)
    return row


def correct_scope(
    member: Member, signs: str, of_age_on: date | None, died: bool = False
) -> StepUpScope:
    """Return what a step-up for correcting a member's standing is bound to: all that it says."""
    told = json.dumps([signs, of_age_on.isoformat() if of_age_on else None, died])
    whole = UUID(bytes=hashlib.sha256(told.encode()).digest()[:16])
    return StepUpScope(CORRECT, member.pk, member.pk, whole, signs)


def correct_standing(
    *,
    by: Actor,
    group: TherapyGroup,
    member_code: str,
    signs: WhoSigns,
    of_age_on: date | None,
    died: bool,
    step_up_id: UUID,
) -> models.LegalStanding:
    """Record another standing of a member, as somebody who reviews the group and does not lead it.

    Raises TherapyGroup.DoesNotExist for anybody else, Membership.DoesNotExist,
    Rejected, StepUpRefused, vault.Keyless.
    """
    key_ring.current()
    practice = Practice.objects.get(pk=by.practice)
    if not any(one.pk == group.pk and not one.led for one in sessions.groups_supervised_by(by)):
        raise TherapyGroup.DoesNotExist
    member = sessions.last_stint(by, group, member_code).member
    of_age_at = local_midnight(of_age_on, practice) if of_age_on else None
    with step_up_refusals_noted(by, CORRECT), transaction.atomic(durable=True):
        items = _locked(member)
        _, told = _believed(by, member)
        scope = correct_scope(member, signs, of_age_on, died)
        use_step_up(by=by, step_up_id=step_up_id, scope=scope)
        told = _until_of_age(member, of_age_at, told)
        row = _write(by, member, signs=signs, of_age_at=of_age_at, died=died, told=told)
        _follow(items)
        _note(by, member, row, group)
    return row


def record_representation(
    *,
    by: Actor,
    group: TherapyGroup,
    member_code: str,
    name: str,
    authority: Authority,
    since: date,
    until: date | None,
    may_read: bool,
    evidence: str,
    once: UUID,
    password: str | None = None,
    sign_in_name: str | None = None,
) -> Issued:
    """Record that somebody speaks for a member; nothing counts before another person confirms it.

    They get an account of their own, and their name stands sealed; `evidence`
    says what shows the authority, sealed with the member's key. Both days count,
    in the practice's time. The same form sent again gives no second code:
    Rejected, as with a day to come, an end before the beginning, no evidence.
    Raises Membership.DoesNotExist, vault.Keyless.
    """
    practice = Practice.objects.get(pk=by.practice)
    member = sessions.last_stint(by, group, member_code).member
    check(name_problems(name))
    check(authority_problems(since, until, evidence, sessions.today_in(by.practice)))
    issued = prepare_user(
        practice=by.practice, name=name.strip(), password=password, sign_in_name=sign_in_name
    )
    recorded = Representation(
        pk=uuid7(),
        practice_id=by.practice,
        group=group,
        member=member,
        authority=authority,
        since=local_midnight(since, practice),
        ends_at=local_midnight(until + timedelta(days=1), practice) if until else None,
        may_read=may_read,
        recorded_by_id=by.user,
    )
    recorded.evidence_sealed = vault.seal_text(
        evidence.strip(), recorded.evidence_place, owner=member.pk
    )
    with transaction.atomic(durable=True):
        asked = (group.pk, member.pk, name, authority, since)
        claimed = claim(by=by, once=once, act=REPRESENTED, content=asked)
        if claimed.answer:
            raise Rejected({"name": Problem.CLOSED})
        issued.save(by)
        recorded.user = issued.user
        recorded.recorded_at = database_now()
        recorded.save(force_insert=True)
        answer(claimed, recorded.pk)
        trail.append(
            by,
            REPRESENTED,
            object_id=recorded.pk,
            code=member.code,
            group=group.pk,
            ground=_ground(recorded),
        )
    return issued


def represent_scope(recorded: Representation) -> StepUpScope:
    """Return what a step-up for confirming an authority is bound to."""
    return StepUpScope(CONFIRM, recorded.pk, recorded.member_id, recorded.user_id)


def confirm_representation(
    *, by: Actor, representation_id: UUID, step_up_id: UUID
) -> Representation:
    """Put a recorded authority in force, as the second person; it is as it was recorded.

    Raises Representation.DoesNotExist if it is not this person's to confirm (one's
    own, or of a group they lead), was confirmed, or is over; Rejected
    (NOT_BELIEVED) if the row is not what the trail says was recorded; StepUpRefused,
    vault.Keyless.
    """
    key_ring.current()
    recorded = sessions.representations_to_confirm(by).get(pk=representation_id)
    with step_up_refusals_noted(by, CONFIRM), transaction.atomic(durable=True):
        items = _locked(recorded.member)
        recorded = sessions.representations_to_confirm(by).get(pk=representation_id)
        if not _as_recorded(recorded):
            raise Rejected({"signs": Problem.NOT_BELIEVED})
        old, told = _believed(by, recorded.member)
        use_step_up(by=by, step_up_id=step_up_id, scope=represent_scope(recorded))
        recorded.ends_at = _ends(recorded, old)
        told.append(_listed(recorded))
        now = database_now()
        recorded.confirmed_by_id, recorded.confirmed_at = by.user, now
        recorded.save(update_fields=["confirmed_by", "confirmed_at", "ends_at"])
        row = _write_list(by, recorded.member, old, told)
        _follow(items)
        trail.append(
            by,
            "representation.confirmed",
            object_id=recorded.pk,
            code=recorded.member.code,
            group=recorded.group_id,
        )
        _note(by, recorded.member, row, recorded.group)
    return recorded


def end_representation(*, by: Actor, representation_id: UUID) -> Representation:
    """End an authority at once, as whoever leads or reviews the group; twice is once.

    What was signed under it has to be signed again (R33). Raises
    Representation.DoesNotExist, vault.Keyless.
    """
    return _close(by, representation_id, barred=False)


def bar_representative(*, by: Actor, representation_id: UUID) -> Representation:
    """Bar a representative suspected of abuse or of endangering: they neither sign nor receive.

    At once and by one person who leads or reviews the group; it is not undone:
    another authority would be recorded. Source: docs/rules.md R33; 45 CFR
    164.502(g)(5). Raises Representation.DoesNotExist, vault.Keyless.
    """
    return _close(by, representation_id, barred=True)


def _close(by: Actor, representation_id: UUID, *, barred: bool) -> Representation:
    key_ring.current()
    recorded = _own(by, representation_id)
    with transaction.atomic(durable=True):
        items = _locked(recorded.member)
        recorded = _own(by, representation_id)
        now = database_now()
        over = recorded.ends_at is not None and recorded.ends_at <= now
        if recorded.barred or (over and not barred):
            return recorded
        if not over:
            recorded.ends_at = now
        recorded.barred = barred
        recorded.save(update_fields=["ends_at", "barred"])
        act = "representation.barred" if barred else "representation.ended"
        row = None
        if recorded.confirmed_at:
            old, told = _believed(by, recorded.member)
            changed = [_listed(recorded) if _is_of(one, recorded) else one for one in told]
            row = _write_list(by, recorded.member, old, changed)
            _follow(items)
        trail.append(
            by, act, object_id=recorded.pk, code=recorded.member.code, group=recorded.group_id
        )
        if row:
            _note(by, recorded.member, row, recorded.group)
    return recorded


def _own(by: Actor, representation_id: UUID) -> Representation:
    """Return an authority of a member whom the actor reaches, whatever group it was recorded in."""
    recorded = Representation.objects.select_related("member", "group", "user")
    found = recorded.get(pk=representation_id, practice=by.practice)
    if not sessions.stints_reached(by, found.member.code):
        raise Representation.DoesNotExist
    return found


def _locked(member: Member) -> list[UUID]:
    """Lock every item that concerns a member, then the member: releases and grants wait."""
    items = sorted(sessions.items_concerning(member.pk))
    lock_disclosures(items)
    Member.objects.select_for_update().get(pk=member.pk)
    return items


def _believed(by: Actor, member: Member) -> tuple[LegalStanding, Told]:
    """Return the standing as it is believed now, and its list of representatives as stored.

    A new standing is made from the last one that is believed, never from rows
    that anybody may have written.
    """
    standing = standings_of(by.practice, [member.pk])[member.pk].standing
    if not standing.believed:
        raise Rejected({"signs": Problem.NOT_BELIEVED})
    row = sessions.standing_row(member)
    return standing, [list(one) for one in row.representatives] if row else []


def _narrows(old: LegalStanding, signs: str, of_age_at: datetime | None, died: bool) -> bool:
    """Say whether a standing lets nothing out that the old one keeps in."""
    same = signs == old.signs and of_age_at == old.of_age_at
    if died and not old.died:
        return same and not any(one.executor for one in old.representatives)
    first = old is ADULT or (old.signs is Signs.MEMBER and not old.died)
    return not died and first and not old.representatives and signs != WhoSigns.MEMBER


def _write(
    by: Actor,
    member: Member,
    *,
    signs: WhoSigns,
    of_age_at: datetime | None,
    died: bool,
    told: Told,
) -> models.LegalStanding:
    last = sessions.standing_row(member)
    number, now = (last.number if last else 0) + 1, database_now()
    mac = vault.authenticate(
        standing_message(
            member.pk.hex,
            number,
            member.user_id.hex,
            signs.value,
            time_text(of_age_at) if of_age_at else None,
            died,
            told,
            by.user.hex,
            time_text(now),
        )
    )
    return models.LegalStanding.objects.create(
        pk=uuid7(),
        member=member,
        number=number,
        user_id=member.user_id,
        signs=signs,
        of_age_at=of_age_at,
        died=died,
        representatives=told,
        recorded_by_id=by.user,
        at=now,
        mac_key_id=mac.key_id,
        mac=mac.value,
    )


def _write_list(by: Actor, member: Member, old: LegalStanding, told: Told) -> models.LegalStanding:
    """Write the same standing with another list of representatives."""
    signs = WhoSigns(old.signs)
    return _write(by, member, signs=signs, of_age_at=old.of_age_at, died=old.died, told=told)


def _note(by: Actor, member: Member, row: models.LegalStanding, group: TherapyGroup) -> None:
    """Tell the trail of a standing, with its number: it counts only as the trail's last word."""
    trail.append(
        by,
        RECORDED,
        object_id=member.pk,
        code=member.code,
        group=group.pk,
        ground=f"number={row.number},{row.signs}",
    )


def _follow(items: list[UUID]) -> None:
    current = DisclosureVersion.objects.filter(
        disclosure__in=items, number=F("disclosure__current_version")
    )
    for version in current.select_related("disclosure").order_by("pk"):
        follow_ledger(version)


def _until_of_age(member: Member, of_age_at: datetime | None, told: Told) -> Told:
    """Return the list with every end that a day of coming of age brings; rows follow it."""
    if of_age_at is None:
        return told
    day = time_text(of_age_at)
    ended = []
    for user, since, until, barred, may_read, executor in told:
        if not executor and since < day and (until is None or day < until):
            until = day
            member.representations.filter(
                Q(ends_at=None) | Q(ends_at__gt=of_age_at), user=UUID(user)
            ).update(ends_at=of_age_at)
        ended.append([user, since, until, barred, may_read, executor])
    return ended


def _ends(recorded: Representation, old: LegalStanding) -> datetime | None:
    """Coming of age ends what began before it; an executor's authority begins after life."""
    of_age = old.of_age_at
    if of_age and recorded.since < of_age and recorded.authority != Authority.EXECUTOR:
        return min(recorded.ends_at or of_age, of_age)
    return recorded.ends_at


def _listed(recorded: Representation) -> list[Any]:
    return [
        recorded.user_id.hex,
        time_text(recorded.since),
        time_text(recorded.ends_at) if recorded.ends_at else None,
        recorded.barred,
        recorded.may_read,
        recorded.authority == Authority.EXECUTOR,
    ]


def _is_of(one: list[Any], recorded: Representation) -> bool:
    return bool(one[0] == recorded.user_id.hex and one[1] == time_text(recorded.since))


def _ground(recorded: Representation) -> str:
    """What the trail keeps of a recorded authority, for whoever confirms it: no name."""
    until = time_text(recorded.ends_at) if recorded.ends_at else "open"
    return ",".join(
        [
            recorded.authority,
            f"member={recorded.member_id.hex}",
            f"user={recorded.user_id.hex}",
            f"since={time_text(recorded.since)}",
            f"until={until}",
            f"read={int(recorded.may_read)}",
        ]
    )


def _as_recorded(recorded: Representation) -> bool:
    """Say whether a row is what its entry says: nobody confirms what nobody recorded."""
    told = last_ground(recorded.practice_id, recorded.pk, REPRESENTED)
    return told == _ground(recorded).encode()
