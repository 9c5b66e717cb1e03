"""The group's agreement: its versions, signing them, speaking of it, and telling of a breach."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django.db import transaction

from accounts.services import answer, claim
from accounts.services.in_room import use_room
from audit import trail
from audit.clock import database_now
from audit.ids import uuid7
from audit.trail import Actor, Receipt
from sessions_app import queries
from sessions_app.models import (
    AgreementSignature,
    AgreementTalk,
    AgreementVersion,
    BreachReport,
    Membership,
    TherapyGroup,
)
from sessions_app.rules import (
    Problem,
    Rejected,
    check,
    name_problems,
    reason_problems,
    text_problems,
)
from vault import services as vault

SIGN = "agreement"
Evidence = AgreementSignature.Evidence


def sign_agreement(*, by: Actor, membership_id: UUID, signature: str) -> AgreementSignature:
    """Sign the agreement in force for one's own stint; signing it again returns the first.

    One that ended unsigned is signed afterwards, for what was said in it; one
    that ended signed stays as it was signed. A pact among members, never a
    consent (rules R6, R86). Raises Rejected without a name,
    Membership.DoesNotExist for another's stint, vault.Keyless.
    """
    return _sign(by, membership_id, signature, Evidence.ONLINE, lambda: None)


def sign_agreement_in_room(*, by: Actor, membership_id: UUID, signature: str) -> AgreementSignature:
    """Sign it on a device that was handed over, after the proof by the member's own PIN.

    Raises RoomOver, and what `sign_agreement` raises.
    """
    return _sign(
        by,
        membership_id,
        signature,
        Evidence.IN_ROOM,
        lambda: use_room(by=by, act=SIGN, object_id=membership_id),
    )


def _sign(
    by: Actor, membership_id: UUID, signature: str, evidence: Evidence, prove: Callable[[], None]
) -> AgreementSignature:
    check(name_problems(signature, "signature"))
    membership = queries.own_stint(by, membership_id)
    signed = AgreementSignature(pk=uuid7(), membership=membership, evidence=evidence)
    signed.signature_sealed = vault.seal_text(
        signature.strip(), signed.signature_place, owner=membership.member_id
    )
    with transaction.atomic(durable=True):
        # The group's row first: the version that is signed is the one in force.
        group = TherapyGroup.objects.select_for_update().get(pk=membership.group_id)
        locked = Membership.objects.select_for_update().get(pk=membership.pk)
        prove()
        locked.group = group
        signed.text_version = group.agreement_version
        earlier: AgreementSignature | None = getattr(locked, "agreement_signature", None)
        if earlier:
            return earlier
        signed.signed_at = database_now()
        signed.save(force_insert=True)
        trail.append(
            by,
            "agreement.signed",
            object_id=membership.pk,
            code=group.code,
            group=group.pk,
            ground=f"{signed.text_version},{evidence}",
        )
    return signed


def write_agreement(
    *, by: Actor, group: TherapyGroup, text: str, seen: str, once: UUID
) -> AgreementVersion:
    """Put another version of the group's own agreement in force, beside the house's own text.

    Whoever signed keeps the version they signed; until they sign this one, asking
    and releasing what concerns them waits (R6), recording does not (R5): a release
    under way is before it, or finds it unsigned. `seen` is the label the
    writer's page was drawn from. Raises Rejected (another
    version came meanwhile), vault.Keyless.
    """
    check(text_problems(text))
    version = AgreementVersion(pk=uuid7(), group=group, written_by_id=by.user)
    version.text_sealed = vault.seal_text(
        text.strip(), version.text_place(by.practice), owner=group.pk
    )
    with transaction.atomic(durable=True):
        claimed = claim(by=by, once=once, act="agreement.written", content=(group.pk, text, seen))
        if claimed.answer:
            return AgreementVersion.objects.get(pk=claimed.answer)
        # Items before the group: the house's order.
        queries.lock_disclosures(group.disclosures.values_list("pk", flat=True))
        locked = TherapyGroup.objects.select_for_update().get(pk=group.pk)
        if locked.closed_on:
            raise Rejected({"text": Problem.GROUP_CLOSED})
        if locked.agreement_version != seen:
            raise Rejected({"text": Problem.CHANGED_MEANWHILE})
        version.number = locked.agreement_versions.count() + 1
        version.at = database_now()
        version.save(force_insert=True)
        locked.agreement_version = version.label
        locked.save(update_fields=["agreement_version"])
        answer(claimed, version.pk)
        trail.append(
            by,
            "agreement.written",
            object_id=version.pk,
            code=group.code,
            group=group.pk,
            ground=version.label,
        )
    return version


def note_talk(*, by: Actor, group: TherapyGroup, on: date, once: UUID) -> AgreementTalk:
    """Note the day on which the group spoke of its agreement in the room. Raises Rejected."""
    if on > queries.today_in(by.practice):
        raise Rejected({"on": Problem.DAY_TO_COME})
    with transaction.atomic(durable=True):
        claimed = claim(by=by, once=once, act="agreement.spoken_of", content=(group.pk, on))
        if claimed.answer:
            return AgreementTalk.objects.get(pk=claimed.answer)
        talk = AgreementTalk.objects.create(
            group=group, on=on, recorded_by_id=by.user, at=database_now()
        )
        answer(claimed, talk.pk)
        trail.append(
            by,
            "agreement.spoken_of",
            object_id=talk.pk,
            code=group.code,
            group=group.pk,
            ground=on.isoformat(),
        )
    return talk


def report_breach(
    *, by: Actor, membership_id: UUID, text: str, tell_leaders: bool, once: UUID
) -> BreachReport:
    """Tell, as a member, that something left the room. Sealed with the member's own key.

    Also of a group they left. Whoever reviews the group reads it; whoever leads
    it only if the member says so. Raises Rejected, Membership.DoesNotExist for
    another's stint, vault.Keyless.
    """
    check(reason_problems(text, "text"))
    stint = queries.own_stint(by, membership_id)
    report = BreachReport(
        pk=uuid7(), group=stint.group, member_id=stint.member_id, told_leaders=tell_leaders
    )
    report.text_sealed = vault.seal_text(
        text.strip(), report.place("text", by.practice), owner=stint.member_id
    )
    with transaction.atomic(durable=True):
        claimed = claim(by=by, once=once, act="breach.reported", content=(stint.pk, text))
        if claimed.answer:
            return BreachReport.objects.get(pk=claimed.answer)
        report.at = database_now()
        report.save(force_insert=True)
        answer(claimed, report.pk)
        trail.append(
            by, "breach.reported", object_id=report.pk, code=stint.group.code, group=stint.group_id
        )
    return report


def read_breach(*, by: Actor, report_id: UUID) -> tuple[BreachReport, Receipt]:
    """Note that somebody reads a report, and return the receipt for it.

    Raises BreachReport.DoesNotExist if it is not theirs to read.
    """
    report = queries.breach_for(by, report_id)
    with transaction.atomic(durable=True):
        entry = trail.append(
            by,
            "breach.opened",
            object_id=report.pk,
            code=report.group.code,
            group=report.group_id,
            ids=report.pk.hex,
        )
    return report, trail.receipt_of(entry)


def answer_breach(*, by: Actor, report_id: UUID, text: str) -> BreachReport:
    """Answer a report, once; only its member reads the answer beside whoever reviews.

    Raises Rejected (also if it was answered meanwhile), BreachReport.DoesNotExist,
    vault.Keyless.
    """
    check(reason_problems(text, "answer"))
    report = queries.breach_to_answer(by, report_id)
    sealed = vault.seal_text(
        text.strip(), report.place("answer", by.practice), owner=report.member_id
    )
    with transaction.atomic(durable=True):
        open_one = BreachReport.objects.filter(pk=report.pk, answered_at=None)
        done = open_one.update(
            answer_sealed=sealed, answered_by=by.user, answered_at=database_now()
        )
        if not done:
            raise Rejected({"answer": Problem.CLOSED})
        trail.append(
            by,
            "breach.answered",
            object_id=report.pk,
            code=report.group.code,
            group=report.group_id,
        )
    return BreachReport.objects.get(pk=report.pk)
