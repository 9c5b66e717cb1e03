"""Signed papers: those that wait for a second person, and those that counted."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import Role
from audit.clock import DatabaseClock
from audit.trail import Actor
from consent.kinds import Kind
from consent.models import Consent, ConsentEvent, ConsentRequest, PaperConsent
from consent.queries.asking import Answer, AnswerSeen
from consent.queries.ledger import with_last_event
from sessions_app import queries as sessions
from sessions_app.models import Disclosure


def question_of_mine(by: Actor, code: str, *, request: str = "") -> Consent:
    """Return an open question that was put about an item of the actor's.

    Whatever was answered: nothing here tells a no from silence. Raises Consent.DoesNotExist.
    """
    now = DatabaseClock()
    still_open = _asked_by(by).filter(expires__gt=now, request__answer_by__gt=now)
    return still_open.get(code=code, **({"request__code": request} if request else {}))


def asked_of_mine(by: Actor, code: str, *, request: str = "") -> Consent:
    """Return a question that was put about an item of the actor's, open or over: for a no.

    A no has no last day. Whatever was answered: nothing here tells a no from
    silence. Raises Consent.DoesNotExist.
    """
    return _asked_by(by).get(code=code, **({"request__code": request} if request else {}))


def _asked_by(by: Actor) -> QuerySet[Consent]:
    mine = sessions.originated_by(by).filter(current_version=OuterRef("version__number"))
    mine = mine.exclude(state__in=Disclosure.OUT).filter(pk=OuterRef("version__disclosure"))
    asked = ConsentEvent.objects.filter(consent=OuterRef("pk"), kind=Kind.ASKED)
    found = with_last_event(Consent.objects.filter(Exists(mine), Exists(asked)))
    return found.select_related("member__user", "recipient", "request")


def questions_of_mine(request: ConsentRequest) -> dict[tuple[UUID, UUID], str]:
    """Return the codes of what a request asked, by version and member.

    That there is one tells that somebody was asked: see `asked_surely`.
    """
    listed = Consent.objects.filter(request=request)
    return {(one.version_id, one.member_id): one.code for one in listed}


def asked_surely(answered: Iterable[Answer]) -> list[Answer]:
    """Return those of whom an asker may know that they were asked.

    Whoever spoke is asked at once. The others only after the speaker's yes, and
    that is known only while it is seen: otherwise a missing way to answer would
    tell a no from silence (R21).
    """
    listed = list(answered)
    spoke = [one for one in listed if one.spoke]
    if not spoke or spoke[0].seen is AnswerSeen.AGREED:
        return listed
    return spoke


def may_deny_surely(answered: Iterable[Answer]) -> list[Answer]:
    """Return those whose no on paper may be entered: see `asked_surely`, and who is seen to agree.

    Whatever else they answered, and whether the question is open or over.
    """
    listed = list(answered)
    surely = asked_surely(listed)
    return [one for one in listed if one in surely or one.seen is AnswerSeen.AGREED]


def papers_to_attest(by: Actor) -> QuerySet[PaperConsent]:
    """Return the papers that wait for the actor as the second person, oldest first.

    Never their own: whoever leads the group too, whoever reviews it, and in a
    practice declared small the outside colleague.
    """
    now = DatabaseClock()
    waiting = PaperConsent.objects.filter(
        closed_at=None,
        consent__request__practice=by.practice,
        consent__request__answer_by__gt=now,
        consent__version__number=F("consent__version__disclosure__current_version"),
    ).exclude(Q(first_by=by.user) | Q(consent__version__disclosure__state__in=Disclosure.OUT))
    item = "consent__version__disclosure"
    if by.role == Role.FACILITATOR:
        waiting = waiting.filter(**{f"{item}__in": sessions.originated_by(by).values("pk")})
    elif by.role == Role.SUPERVISOR:
        groups = sessions.groups_supervised_by(by).order_by().values("pk")
        waiting = waiting.filter(**{f"{item}__group__in": groups})
    elif by.role == Role.OUTSIDE_COLLEAGUE:
        waiting = waiting.filter(consent__request__practice__small=True)
    else:
        return PaperConsent.objects.none()
    return waiting.select_related(
        "consent__member", "consent__recipient", f"{item}__group", "signer", "first_by"
    ).order_by("pk")


def own_paper(by: Actor, paper_id: UUID) -> PaperConsent:
    """Return a waiting paper that the actor entered. Raises PaperConsent.DoesNotExist."""
    return PaperConsent.objects.get(pk=paper_id, first_by=by.user, closed_at=None)


def papers_counted(consents: Iterable[Consent]) -> dict[UUID, PaperConsent]:
    """Return the papers that permissions stand on, by their grant, with who attested them."""
    counted = PaperConsent.objects.filter(consent__in=consents, event__isnull=False)
    papers = counted.select_related("first_by", "second_by")
    return {one.event_id: one for one in papers if one.event_id}


def papers_about(request: ConsentRequest) -> list[PaperConsent]:
    """Return the papers of a question that wait for a second person."""
    waiting = PaperConsent.objects.filter(consent__request=request, closed_at=None)
    return list(waiting.select_related("consent__member").order_by("pk"))
