"""Who is on a case, what outside consultants are shown of it, and what others learn from it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.queries import staff_in_role
from ethics import queries
from ethics.guarding import CaseNamesFound
from ethics.models import CasePerson
from ethics.models.cases import unpacked
from ethics.rules import SHAPES, StepKind
from ethics.services.consulting import (
    ROLES,
    end_invitation,
    end_share,
    invite_to_case,
    open_lesson,
    own_step,
    share_step,
)
from pages.facilitator.cases import case_box, guard_in
from pages.facilitator.groups import facilitator
from pages.shared.access import HouseRequest
from pages.shared.case_forms import SHARED_FIELDS, InviteForm, LessonForm, ShareForm
from pages.shared.case_view import OpenedCase, open_whole, wanted_case
from pages.shared.case_words import KINDS, PARTS, TEXTS
from pages.shared.keeping import draw, keeps_form
from pages.shared.names import open_wanted, staff_names
from sessions_app import queries as sessions
from sessions_app.rules import Rejected

OFFERED = timedelta(days=30)


@require_http_methods(["GET", "POST"])
@facilitator
def people(request: HouseRequest, code: str) -> HttpResponse:
    """Who is on the case, and asking somebody by name onto it."""
    case = queries.led_case(request.actor, code)
    on_it = queries.people_on(case)
    staff = {part: staff_in_role(request.actor.practice, role) for part, role in ROLES.items()}
    everybody = {one.pk for listed in staff.values() for one in listed}
    names = staff_names(request.actor, everybody | {one.user_id for one in on_it})
    today = sessions.today_of(request.actor)
    running = [one for one in on_it if one.ended_at is None and one.until >= today]
    there = {one.user_id for one in running} | {case.opened_by_id, request.user.pk}
    offered = [
        (
            PARTS[part],
            sorted(
                (
                    (f"{part}:{person.pk}", names[person.pk])
                    for person in listed
                    if person.pk not in there
                    and not (case.closed_at and part is CasePerson.Part.OUTSIDE)
                ),
                key=lambda one: one[1],
            ),
        )
        for part, listed in staff.items()
    ]
    form = InviteForm(request.POST or None, people=offered, initial={"until": today + OFFERED})
    if form.is_valid():
        try:
            part, person = _chosen(form.cleaned_data["user"], staff)
            invite_to_case(
                by=request.actor,
                code=code,
                user=person,
                part=part,
                until=form.cleaned_data["until"],
                once=form.key,
            )
            messages.success(request, _("Asked. They are told that there is something for them."))
            return redirect("case_people", code=code)
        except Rejected as rejected:
            form.reject(rejected)
    context = {
        "case": case,
        "form": form,
        "running": [(one, names[one.user_id], PARTS[one.part]) for one in running],
        "earlier": [
            (one, names[one.user_id], PARTS[one.part]) for one in on_it if one not in running
        ],
    }
    return render(request, "cases/people.html", context)


def _chosen(chosen: str, staff: Mapping[Any, list[User]]) -> tuple[str, User]:
    part, _sep, person = chosen.partition(":")
    for one in staff[CasePerson.Part(part)]:
        if str(one.pk) == person:
            return part, one
    raise Http404


@require_POST
@facilitator
def end_person(request: HouseRequest, code: str, person: UUID) -> HttpResponse:
    """Take somebody off the case at once."""
    end_invitation(by=request.actor, code=code, person_id=person)
    messages.success(request, _("Ended. They find the case no more."))
    return redirect("case_people", code=code)


@keeps_form(ShareForm)
@require_http_methods(["GET", "POST"])
@facilitator
def share(request: HouseRequest, code: str, entry: UUID) -> HttpResponse:
    """Show an entry to outside consultants, in words that tell nobody."""
    case = queries.led_case(request.actor, code)
    step = own_step(case, entry)
    kind = StepKind(step.kind)
    labels = {name: TEXTS[kind, name] for name in SHAPES[kind].fields}
    shown = next((one for one in queries.shares_of(case) if one.step_id == step.pk), None)
    words: dict[str, str] = {}
    if request.method == "GET":
        words = unpacked(open_wanted(request.actor, wanted_case(case, [step]))[step.pk])
    initial = dict(zip(SHARED_FIELDS, (words.get(name, "") for name in labels), strict=False))
    form = draw(request, ShareForm, request.POST or None, labels=labels, initial=initial)
    box = None
    if form.is_valid():
        guard, answers = guard_in(request, case, goes_further=True)
        try:
            share_step(
                by=request.actor,
                code=code,
                step_id=entry,
                words=form.texts,
                guard=guard,
                once=form.key,
            )
            messages.success(request, _("Shared, in these words and no others."))
            return redirect("case", code=code)
        except CaseNamesFound as found:
            box = case_box(found, answers, case)
            form.show(found.texts)
            form.add_error(None, _("Somebody is named here. Say below what to do about it."))
        except Rejected as rejected:
            form.reject(rejected)
    context = {"case": case, "form": form, "heading": KINDS[kind][0], "shown": shown, "box": box}
    return render(request, "cases/share.html", context)


@require_POST
@facilitator
def unshare(request: HouseRequest, code: str, share: UUID) -> HttpResponse:
    """Show an entry to outside consultants no more, or let nobody learn from the case any more."""
    end_share(by=request.actor, code=code, share_id=share)
    messages.success(request, _("Ended. Nobody else is shown it."))
    return redirect("case", code=code)


@keeps_form(LessonForm)
@require_http_methods(["GET", "POST"])
@facilitator
def teach(request: HouseRequest, code: str) -> HttpResponse:
    """Let the practice learn from a closed case, in words written for it."""
    case = queries.led_case(request.actor, code)
    if case.closed_at is None:
        raise Http404
    shown = queries.lesson_of(case)
    initial: dict[str, str] = {}
    if request.method == "GET":
        initial = _as_lesson(open_whole(request.actor, case, works=False))
    form = draw(request, LessonForm, request.POST or None, initial=initial)
    box = None
    if form.is_valid():
        guard, answers = guard_in(request, case, goes_further=True)
        try:
            made = open_lesson(
                by=request.actor,
                code=code,
                words=form.texts,
                guard=guard,
                once=form.key,
            )
            messages.success(request, _("Others can learn from it now."))
            return redirect("lesson", code=made.code)
        except CaseNamesFound as found:
            box = case_box(found, answers, case)
            form.show(found.texts)
            form.add_error(None, _("Somebody is named here. Say below what to do about it."))
        except Rejected as rejected:
            form.reject(rejected)
    context = {"case": case, "form": form, "shown": shown, "box": box}
    return render(request, "cases/teach.html", context)


def _as_lesson(opened: OpenedCase) -> dict[str, str]:
    """Return the case's own words as a first draft of what others may learn."""
    parts = {part.kind: part.lines for part in opened.parts}

    def joined(kind: StepKind, *names: str) -> str:
        told = [
            ". ".join(filter(None, (line.by_name.get(name, "").strip(" .") for name in names)))
            for line in parts[kind]
        ]
        return "\n".join(filter(None, told))

    return {
        "summary": joined(StepKind.FACTS, "facts"),
        "codes": joined(StepKind.CITATION, "source", "rule", "edition", "says"),
        "options": joined(StepKind.OPTION, "option", "consequences"),
        "choice": joined(StepKind.CHOICE, "choice", "rationale"),
        "outcome": "\n".join(
            filter(
                None,
                (
                    joined(StepKind.RESOLUTION, "outcome"),
                    joined(StepKind.LOOKING_BACK, "reflection"),
                ),
            )
        ),
    }
