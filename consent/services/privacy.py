"""What a member asks about their own record, and the answer of whoever reviews their group."""

from uuid import UUID

from django.db import transaction

from accounts.services import answer, claim
from audit import trail
from audit.clock import database_now
from audit.ids import free_code, uuid7
from audit.trail import Actor
from consent import queries
from consent.models import Notice, PrivacyRequest
from consent.services.notifying import notify
from sessions_app.queries import own_member, supervisors_on, today_of
from sessions_app.rules import Problem, Rejected, check, reason_problems
from vault import services as vault

ASKED = "privacy.asked"
ANSWERED = "privacy.answered"
State = PrivacyRequest.State


def ask_privacy(
    *, by: Actor, kind: str, text: str, once: UUID, about_code: str = ""
) -> PrivacyRequest:
    """Ask about one's own record, or for it to be corrected, held back or erased (R79).

    `about_code` is that of an own permission, if it is about words the actor
    said. The same `once` returns the same request. Raises Rejected,
    Consent.DoesNotExist, Member.DoesNotExist, vault.Keyless.
    """
    check(reason_problems(text, "said"))
    if kind not in PrivacyRequest.Kind.values:
        raise Rejected({"kind": Problem.UNKNOWN})
    member = own_member(by)
    about = None
    if about_code:
        about = queries.own_consent(by, about_code).version.disclosure
        if about.speaker_id != member.pk:
            raise Rejected({"about": Problem.UNKNOWN})
    request = PrivacyRequest(pk=uuid7(), practice_id=by.practice, member=member, kind=kind)
    request.about = about
    request.text_sealed = vault.seal_text(text.strip(), request.place("text"), owner=member.pk)
    with transaction.atomic(durable=True):
        claimed = claim(by=by, once=once, act=ASKED, content=(kind, about_code, text))
        if claimed.answer:
            return PrivacyRequest.objects.get(pk=claimed.answer)
        request.code = free_code(
            "W", lambda code: PrivacyRequest.objects.filter(code=code).exists()
        )
        request.asked_at = database_now()
        request.save(force_insert=True)
        answer(claimed, request.pk)
        group = queries.latest_stint(member).group
        reviewers = supervisors_on(group, today_of(by))
        notify(reviewers, Notice.Kind.WISH, request.pk, at=request.asked_at)
        trail.append(
            by,
            ASKED,
            object_id=request.pk,
            code=request.code,
            group=group.pk,
            ground=kind,
        )
    return request


def answer_privacy(*, by: Actor, code: str, text: str, agrees: bool | None) -> PrivacyRequest:
    """Answer a member's question, or agree to a wish of theirs or not; said once, it stands.

    `agrees` is None for a question and says yes or no to anything else. Raises
    Rejected (also if it was answered meanwhile), PrivacyRequest.DoesNotExist
    unless the actor reviews a group of the member, vault.Keyless.
    """
    check(reason_problems(text, "answer"))
    found = queries.privacy_requests_for(by).get(code=code)
    if (agrees is None) != (found.kind == PrivacyRequest.Kind.QUESTION):
        raise Rejected({"agrees": Problem.UNKNOWN})
    sealed = vault.seal_text(text.strip(), found.place("answer"), owner=found.member_id)
    state = State.ANSWERED if agrees is None else State.AGREED if agrees else State.REFUSED
    with transaction.atomic(durable=True):
        found = queries.privacy_requests_for(by).get(code=code)
        waiting = PrivacyRequest.objects.filter(pk=found.pk, state=State.WAITING)
        if not waiting.update(
            state=state, answer_sealed=sealed, answered_by=by.user, answered_at=database_now()
        ):
            raise Rejected({"answer": Problem.CLOSED})
        notify([found.member.user_id], Notice.Kind.REPLY, found.pk)
        trail.append(
            by,
            ANSWERED,
            object_id=found.pk,
            code=found.code,
            group=found.group,
            ground=f"{found.kind},{state}",
        )
    return queries.privacy_requests_for(by).get(code=code)
