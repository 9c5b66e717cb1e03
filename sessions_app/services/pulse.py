"""Three short questions after an evening: answered or skipped once each, by nobody in particular.

An answer leaves no entry: one with its hour and person would tie the two
together. What stands in its place is a row that holds neither (R93).
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from accounts.models import Practice
from audit import trail
from audit.clock import database_now
from audit.trail import Actor
from sessions_app.models import GroupSession, Member, PulseAnswer, PulseQuestions, TherapyGroup
from sessions_app.models.pulse import QUESTIONS, once_of, whose_of
from sessions_app.queries.days import today_in
from sessions_app.queries.pulse import ENOUGH, pulse_evening, pulse_in_force
from sessions_app.rules import Problem, Rejected, check, name_problems
from vault import services as vault

SCALE = (1, 2, 3, 4, 5)
SKIPPED = 0  # the batch of what counts nowhere


def answer_pulse(*, by: Actor, session_id: UUID, question: int, value: int | None) -> bool:
    """Keep one answer, or with None that the question is skipped; return whether it is new.

    A second answer to the same question changes nothing. Raises
    GroupSession.DoesNotExist unless the actor was at this evening, of the last
    week, of a group of five or more; Rejected for what is not on the scale;
    vault.Keyless.
    """
    if question not in range(1, QUESTIONS + 1) or value not in (None, *SCALE):
        raise Rejected({"value": Problem.UNKNOWN})
    session = pulse_evening(by, session_id)
    member = Member.objects.get(user_id=by.user)
    once = vault.fingerprint(once_of(member.pk, session.pk, question), owner=member.pk)
    wording = number_of(pulse_in_force(by.practice))
    with transaction.atomic(durable=True):
        # The group's row puts answers in a line, so that a batch is full exactly once.
        list(TherapyGroup.objects.select_for_update(no_key=True).filter(pk=session.group_id))
        if PulseAnswer.objects.filter(once=once).exists():
            return False
        batch = _batch(session.group_id, question, wording) if value else SKIPPED
        whose = whose_of(member.pk, session.group_id, question, wording, batch)
        PulseAnswer.objects.create(
            group_id=session.group_id,
            question=question,
            wording=wording,
            batch=batch,
            value=value,
            day=today_in(by.practice),
            once=once,
            whose=vault.fingerprint(whose, owner=member.pk) if value else b"",
        )
    return True


def answered(*, by: Actor, sessions: Iterable[GroupSession]) -> dict[UUID, set[int]]:
    """Return what the actor has answered or skipped, by session. Raises vault.Keyless."""
    listed = list(sessions)
    if not listed:
        return {}
    member = Member.objects.get(user_id=by.user)
    every = [(one.pk, question) for one in listed for question in range(1, QUESTIONS + 1)]
    digests = vault.fingerprints(
        [once_of(member.pk, session, question) for session, question in every], owner=member.pk
    )
    kept = PulseAnswer.objects.filter(once__in=digests).values_list("once", flat=True)
    there = {bytes(one) for one in kept}
    found: dict[UUID, set[int]] = {one.pk: set() for one in listed}
    for (session, question), digest in zip(every, digests, strict=True):
        if digest in there:
            found[session].add(question)
    return found


def set_pulse_questions(*, by: Actor, texts: tuple[str, str, str]) -> PulseQuestions:
    """Ask in the practice's own words from now on. What stands already is not set again.

    Other words make other batches: what was answered before stays with the
    words it answered. Raises Rejected for an empty or too long text.
    """
    first, second, third = (" ".join(text.split()) for text in texts)
    fields = {"first": first, "second": second, "third": third}
    problems: dict[str, Problem] = {}
    for field, text in fields.items():
        problems |= name_problems(text, field)
    check(problems)
    with transaction.atomic(durable=True):
        list(Practice.objects.filter(pk=by.practice).select_for_update(no_key=True))
        standing = pulse_in_force(by.practice)
        if standing and (standing.first, standing.second, standing.third) == (first, second, third):
            return standing
        made = PulseQuestions.objects.create(
            practice_id=by.practice,
            number=number_of(standing) + 1,
            set_by_id=by.user,
            set_at=database_now(),
            **fields,
        )
        trail.append(by, "pulse.worded", object_id=made.pk, ground=f"wording={made.number}")
    return made


def number_of(wording: PulseQuestions | None) -> int:
    """Return the number of a wording; the house's own is 0."""
    return wording.number if wording else 0


def _batch(group: UUID, question: int, wording: int) -> int:
    """Return the batch that is being filled, from 1; the caller holds the group's row."""
    answers = PulseAnswer.objects.filter(group=group, question=question, wording=wording)
    last = answers.exclude(value=None).order_by("-batch").first()
    if last is None:
        return 1
    people = answers.filter(batch=last.batch).values("whose").distinct().count()
    return last.batch if people < ENOUGH else last.batch + 1
