"""Cases that a supervisor or an outside consultant was asked onto, and what closed ones teach."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Role
from audit.trail import Look
from ethics import queries
from ethics.guarding import CaseNamesFound, guard_for_case
from ethics.models import CasePerson, CaseShare, CaseStep, EthicsCase
from ethics.models.cases import unpacked
from ethics.rules import AFTER_CLOSING, StepKind
from ethics.services.cases import write_step
from ethics.services.consulting import look_from_outside
from pages.shared.access import HouseRequest, door, roles_in
from pages.shared.case_forms import AdviceForm
from pages.shared.case_view import lesson_texts, open_whole, shared_lines, texts_of
from pages.shared.case_words import DILEMMAS, KINDS, USUALLY
from pages.shared.keeping import draw, keeps_form
from pages.shared.names import Wanted, open_wanted, staff_names
from pages.shared.sentences import first_sentence
from sessions_app.rules import LONGEST_REASON, Rejected
from vault import services as vault

View = Callable[..., HttpResponse]


def asked(view: View) -> View:
    """Let in whoever may be asked for advice, as a supervisor, or else as somebody of outside."""

    @wraps(view)
    def entered(request: HouseRequest, *args: object, **kwargs: object) -> HttpResponse:
        supervises = Role.SUPERVISOR in roles_in(request)
        role = Role.SUPERVISOR if supervises else Role.OUTSIDE_COLLEAGUE
        return door(role)(view)(request, *args, **kwargs)

    return entered


def learner(view: View) -> View:
    """Let in facilitators, or else supervisors."""

    @wraps(view)
    def entered(request: HouseRequest, *args: object, **kwargs: object) -> HttpResponse:
        leads = Role.FACILITATOR in roles_in(request)
        role = Role.FACILITATOR if leads else Role.SUPERVISOR
        return door(role)(view)(request, *args, **kwargs)

    return entered


@require_GET
@asked
def consulted(request: HouseRequest) -> HttpResponse:
    """The cases on which one was asked for advice, by code and type, until when."""
    found = queries.cases_consulted_on(request.actor)
    outside = request.actor.role == Role.OUTSIDE_COLLEAGUE
    names = {} if outside else staff_names(request.actor, [one.invited_by_id for one in found])
    rows = [
        {
            "one": one,
            "case": one.case,
            "dilemma": DILEMMAS[one.case.dilemma],
            "who": names.get(one.invited_by_id, ""),
        }
        for one in found
    ]
    context = {"rows": rows, "outside": outside}
    return render(request, "cases/consulted_list.html", context)


@keeps_form(AdviceForm)
@require_http_methods(["GET", "POST"])
@asked
def consulted_case(request: HouseRequest, code: str) -> HttpResponse:
    """One case as far as somebody was asked onto it, opened and recorded, and their advice.

    What they typed while the case was closed, or their asking ended, is not lost.
    """
    try:
        return _advised(request, code)
    except (EthicsCase.DoesNotExist, CasePerson.DoesNotExist):
        typed = request.POST.get("words", "")[:LONGEST_REASON]
        if not typed or not queries.was_asked_onto(request.actor, code):
            raise
    return render(request, "cases/advice_over.html", {"code": code, "typed": typed}, status=410)


def _advised(request: HouseRequest, code: str) -> HttpResponse:
    outside = request.actor.role == Role.OUTSIDE_COLLEAGUE
    form = draw(request, AdviceForm, request.POST or None)
    if form.is_valid():
        kind, words = form.step
        try:
            write_step(
                by=request.actor,
                code=code,
                kind=kind,
                words=words,
                guard=guard_for_case(request.actor),
                once=form.key,
            )
            messages.success(request, _("Sealed, and whoever asked you is told."))
            return redirect("consulted_case", code=code)
        except CaseNamesFound as found:
            form.add_error("words", _("Somebody is named here. Say it without the name."))
            del found
        except Rejected as rejected:
            form.add_error("words", first_sentence(rejected))
    return (_from_outside if outside else _from_inside)(request, code, form)


def _from_inside(request: HouseRequest, code: str, form: AdviceForm) -> HttpResponse:
    invitation = queries.consulted_case(request.actor, code)
    case = invitation.case
    opened = open_whole(request.actor, case, works=False)
    context = {
        **opened.as_context,
        "form": form,
        "invitation": invitation,
        "opener": opened.names[case.opened_by_id],
        "usually": USUALLY[case.dilemma],
        "may_advise": case.closed_at is None or StepKind.CONSULTATION in AFTER_CLOSING,
    }
    return render(request, "cases/consulted.html", context)


def _from_outside(request: HouseRequest, code: str, form: AdviceForm) -> HttpResponse:
    """What is shared, and what they wrote themselves: no member, no group, no name, no day."""
    try:
        seen = look_from_outside(by=request.actor, code=code)
    except Rejected as rejected:
        context: dict[str, Any] = {"code": code, "problem": first_sentence(rejected)}
        return render(request, "cases/outside.html", context)
    practice = request.actor.practice
    rows: list[CaseShare | CaseStep] = [*seen.shares, *seen.own]
    opened = vault.open_all([one.sealed_words(practice) for one in rows], seen.receipt)
    words: dict[UUID, dict[str, str]] = {
        one.pk: unpacked(text) for one, text in zip(rows, opened, strict=True)
    }
    case = seen.invitation.case
    context = {
        "code": code,
        "form": form,
        "dilemma": DILEMMAS[case.dilemma],
        "usually": USUALLY[case.dilemma],
        "invitation": seen.invitation,
        "shared": shared_lines(seen.shares, words),
        "own": [
            {"heading": KINDS[one.kind][0], "texts": texts_of(one.kind, words[one.pk])}
            for one in seen.own
        ],
    }
    return render(request, "cases/outside.html", context)


@require_GET
@learner
def lessons(request: HouseRequest) -> HttpResponse:
    """What closed cases of the practice teach: by type and month, of nobody."""
    rows = [
        {"one": one, "dilemma": DILEMMAS[one.case.dilemma], "month": one.case.closed_at}
        for one in queries.lessons(request.actor)
    ]
    return render(request, "cases/lessons.html", {"rows": rows})


@require_GET
@learner
def lesson(request: HouseRequest, code: str) -> HttpResponse:
    """One of them, opened and recorded, to read in a meeting or to print."""
    found = queries.lesson(request.actor, code)
    sealed = {found.pk: found.sealed_words(request.actor.practice)}
    look = Look("lesson.opened", frozenset(sealed), object_id=found.pk, code=code)
    words = unpacked(open_wanted(request.actor, Wanted(look, sealed))[found.pk])
    context = {
        "code": code,
        "dilemma": DILEMMAS[found.case.dilemma],
        "month": found.case.closed_at,
        "texts": lesson_texts(words),
    }
    return render(request, "cases/lesson.html", context)
