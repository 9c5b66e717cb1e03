"""Ethics cases of a facilitator: the list, a new one, its steps, closing and opening again."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from audit.trail import Look
from ethics import queries
from ethics.guarding import CaseGuard, CaseNamesFound, guard_for_case
from ethics.models import CaseStep, EthicsCase
from ethics.models.cases import unpacked
from ethics.rules import SHAPES, Question, StepKind, still_asks
from ethics.services.cases import close_case, open_case, reopen_case, write_step
from pages.facilitator.drafts import typed_in, wanted_drafts
from pages.facilitator.groups import facilitator
from pages.facilitator.guard import Box, answers_in, guard_box
from pages.shared.access import HouseRequest
from pages.shared.case_forms import (
    STEP_FORMS,
    CaseForm,
    ClosingForm,
    ReopeningForm,
    StepForm,
)
from pages.shared.case_view import open_whole, wanted_case
from pages.shared.case_words import DILEMMAS, KINDS, PROMPTS, QUESTIONS, TOLD, USUALLY
from pages.shared.keeping import Texts, draw, keeps, keeps_form
from pages.shared.names import Wanted, open_wanted, wanted_roster
from sessions_app import queries as sessions
from sessions_app.guarding import Answer
from sessions_app.rules import Problem, Rejected
from sessions_app.services.drafts import drop_drafts

PART = "case"


@require_GET
@facilitator
def cases(request: HouseRequest) -> HttpResponse:
    """The cases one opened or was asked onto: what is due, what is open, what is closed."""
    found = queries.cases_worked_on(request.actor)
    today = sessions.today_of(request.actor)
    titles = open_wanted(request.actor, _wanted_titles(found))
    rows = [
        {
            "case": case,
            "title": titles[case.pk],
            "dilemma": DILEMMAS[case.dilemma],
            "due": case.is_due(today),
        }
        for case in found
    ]
    context = {
        "due": [row for row in rows if row["due"]],
        "open": [row for row in rows if not row["due"] and not row["case"].closed_at],
        "closed": [row for row in rows if not row["due"] and row["case"].closed_at],
    }
    return render(request, "cases/list.html", context)


@keeps_form(CaseForm)
@require_http_methods(["GET", "POST"])
@facilitator
def new_case(request: HouseRequest) -> HttpResponse:
    """Open a case: a title, its type with its prompts, and whom it is about."""
    form = draw(request, CaseForm, request.POST or None, about=_about(request))
    box = None
    if form.is_valid():
        guard, answers = guard_in(request)
        try:
            group, member = form.group_and_member
            case = open_case(
                by=request.actor,
                title=form.cleaned_data["title"],
                dilemma=form.cleaned_data["dilemma"],
                group_code=group,
                member_code=member,
                guard=guard,
                once=form.key,
            )
            messages.success(request, _("Opened. Begin where it is easiest."))
            return redirect("case", code=case.code)
        except CaseNamesFound as found:
            box = case_box(found, answers)
            form.show(found.texts)
            form.reject(found)
        except Rejected as rejected:
            form.reject(rejected)
    kinds = [(value, name, TOLD[value], USUALLY[value]) for value, name in DILEMMAS.items()]
    context = {"form": form, "kinds": kinds, "box": box}
    return render(request, "cases/new.html", context)


@require_GET
@facilitator
def case(request: HouseRequest, code: str) -> HttpResponse:
    """One case, opened and recorded: its steps, and what a careful colleague would still ask."""
    found = queries.own_case(request.actor, code)
    people = queries.people_on(found)
    opened = open_whole(request.actor, found, works=True, more=[one.user for one in people])
    today = sessions.today_of(request.actor)
    context = {
        **opened.as_context,
        "leads": found.leads,
        "people": [
            (one, opened.names[one.user_id])
            for one in people
            if one.ended_at is None and one.until >= today
        ],
        "opener": opened.names[found.opened_by_id],
        "shared": queries.shared_steps(found),
        "due": found.is_due(today),
        "lesson": queries.lesson_of(found) if found.closed_at else None,
        "usually": USUALLY[found.dilemma],
    }
    return render(request, "cases/case.html", context)


def texts_of_step(post: QueryDict, code: str, kind: str, entry: UUID | None = None) -> Texts:
    """Find the texts of an entry, for when a stay ends before it is saved."""
    place = draft_place(code, kind, entry)
    back = {"code": code, "kind": kind}
    address = (
        reverse("case_entry", kwargs={**back, "entry": entry})
        if entry
        else reverse("case_step", kwargs=back)
    )
    if kind not in STEP_FORMS:
        return address, {}
    typed = {name: post.get(name, "") for name in SHAPES[StepKind(kind)].fields}
    return address, {place: json.dumps(typed)} if any(typed.values()) else {}


def draft_place(code: str, kind: str, entry: UUID | None = None) -> str:
    """Return where the draft of an entry belongs."""
    return f"case:{code}:{kind}:{entry.hex}" if entry else f"case:{code}:{kind}"


@keeps(texts_of_step)
@require_http_methods(["GET", "POST"])
@facilitator
def case_step(request: HouseRequest, code: str, kind: str) -> HttpResponse:
    """Write one step: a new entry, or what takes the place of the one that stands."""
    return _Step(request, code, kind).answer()


@keeps(texts_of_step)
@require_http_methods(["GET", "POST"])
@facilitator
def case_entry(request: HouseRequest, code: str, kind: str, entry: UUID) -> HttpResponse:
    """Correct one of several entries of a kind; what stood there stays readable."""
    return _Step(request, code, kind, entry).answer()


class _Step:
    """One entry that is being written."""

    def __init__(
        self, request: HouseRequest, code: str, kind: str, entry: UUID | None = None
    ) -> None:
        if kind not in STEP_FORMS:
            raise Http404
        self.request, self.by = request, request.actor
        self.case = queries.own_case(self.by, code)
        self.kind, self.entry = StepKind(kind), entry
        self.stands = self._standing()
        self.place = draft_place(code, kind, entry)
        self.extra: dict[str, Any] = {}

    def answer(self) -> HttpResponse:
        form_class = STEP_FORMS[self.kind]
        if self.request.method == "GET":
            return self._page(form_class(None, initial=self._look()))
        form = form_class(self.request.POST)
        if form.is_valid():
            if self.entry and form.replaces not in (None, self.entry):
                raise CaseStep.DoesNotExist  # drawn from another entry than it goes to
            guard, answers = guard_in(self.request, self.case)
            try:
                self._save(form, guard)
                drop_drafts(by=self.by, places=[self.place])
                messages.success(self.request, _("Saved and sealed."))
                return redirect(f"{reverse('case', kwargs={'code': self.case.code})}#{self.kind}")
            except CaseNamesFound as found:
                self.extra["box"] = case_box(found, answers, self.case)
                form.show(found.texts)
                form.reject(found)
            except Rejected as rejected:
                form.reject(rejected)
                if Problem.CHANGED_MEANWHILE in rejected.problems.values():
                    self._show_theirs(form)
        return self._page(form)

    def _standing(self) -> CaseStep | None:
        """The entry that this one would take the place of."""
        current = queries.current_steps(queries.steps_of(self.case))
        of_kind = [one for one in current if one.kind == self.kind]
        if self.entry:
            own = [one for one in of_kind if one.pk == self.entry and one.author_id == self.by.user]
            if own and SHAPES[self.kind].many:
                return own[0]
            # Sent twice, or changed meanwhile: the service says which.
            written = self.case.steps.filter(pk=self.entry, kind=self.kind, author_id=self.by.user)
            if self.request.method == "POST" and written.exists():
                return None
            raise CaseStep.DoesNotExist
        return None if SHAPES[self.kind].many else next(iter(of_kind), None)

    def _look(self) -> dict[str, Any]:
        """Open what stands, and what was typed since."""
        forgotten = self.case.member_id is not None and self.case.about is None
        drafts = [] if forgotten else wanted_drafts(self.by, self.place)
        shown = [self.stands] if self.stands else []
        names = open_wanted(self.by, wanted_case(self.case, shown), *drafts)
        self.extra["title_"] = names[self.case.pk]
        initial: dict[str, Any] = {"seen": self.stands.pk if self.stands else None}
        if self.stands:
            initial |= {"value": self.stands.value, "whom": self.stands.whom, "on": self.stands.on}
            initial["consent"] = self.stands.consent.code if self.stands.consent else ""
            if not self.stands.gone:
                initial |= unpacked(names[self.stands.pk])
        elif SHAPES[self.kind].past:
            initial["on"] = sessions.today_of(self.by)
        if self.kind is StepKind.DILEMMA and not self.stands:
            initial["value"] = self.case.dilemma
        if typed := typed_in(names, drafts):
            with suppress(ValueError):
                initial |= unpacked(typed)
                self.extra["typed"] = True
        return initial

    def _save(self, form: StepForm, guard: CaseGuard) -> CaseStep:
        return write_step(
            by=self.by,
            code=self.case.code,
            kind=self.kind,
            words=form.texts,
            replaces=self.entry or form.replaces,
            guard=guard,
            once=form.key,
            **form.rest,
        )

    def _show_theirs(self, form: StepForm) -> None:
        """Show what was saved meanwhile beside what was typed, and draw the form from it."""
        if self.stands and not self.stands.gone:
            names = open_wanted(self.by, wanted_case(self.case, [self.stands]))
            self.extra["theirs"] = list(unpacked(names[self.stands.pk]).values())
        form.show({}, seen=str(self.stands.pk) if self.stands else "")

    def _page(self, form: StepForm) -> HttpResponse:
        heading, lead = KINDS[self.kind]
        context = {
            "form": form,
            "case": self.case,
            "kind": self.kind.value,
            "heading": heading,
            "lead_": lead,
            "prompts": PROMPTS.get((self.case.dilemma, self.kind), ()),
            "usually": USUALLY[self.case.dilemma] if self.kind is StepKind.RESOLUTION else "",
            "dilemma": DILEMMAS[self.case.dilemma],
            "changes": self.stands is not None,
            **self.extra,
        }
        return render(self.request, "cases/step.html", context)


@keeps_form(ClosingForm)
@require_http_methods(["GET", "POST"])
@facilitator
def close(request: HouseRequest, code: str) -> HttpResponse:
    """Close a case, after what a careful colleague would still ask."""
    found = queries.led_case(request.actor, code)
    asks = _asks_of(found)
    form = draw(request, ClosingForm, request.POST or None, asks=bool(asks))
    box = None
    if form.is_valid():
        guard, answers = guard_in(request, found)
        try:
            close_case(
                by=request.actor,
                code=code,
                how=form.cleaned_data["value"],
                knows=form.cleaned_data.get("knows", False),
                ending=form.cleaned_data["ending"],
                guard=guard,
            )
            messages.success(request, _("Closed. If that was a mistake, open it again."))
            return redirect("case", code=code)
        except CaseNamesFound as names:
            box = case_box(names, answers, found)
            form.show(names.texts)
            form.reject(names)
        except Rejected as rejected:
            form.reject(rejected)
    context = {
        "form": form,
        "case": found,
        "asks": [QUESTIONS[one] for one in asks],
        "lacks_wish": Question.WISH in asks,
        "box": box,
    }
    return render(request, "cases/close.html", context)


@keeps_form(ReopeningForm)
@require_http_methods(["GET", "POST"])
@facilitator
def reopen(request: HouseRequest, code: str) -> HttpResponse:
    """Open a closed case again; whoever closed it by mistake a moment ago says nothing more."""
    found = queries.led_case(request.actor, code)
    form = draw(request, ReopeningForm, request.POST if request.method == "POST" else None)
    box = None
    if form.is_valid():
        guard, answers = guard_in(request, found)
        try:
            reopen_case(
                by=request.actor,
                code=code,
                because=form.cleaned_data["because"],
                guard=guard,
            )
            messages.success(request, _("Open again."))
            return redirect("case", code=code)
        except CaseNamesFound as names:
            box = case_box(names, answers, found)
            form.show(names.texts)
            form.reject(names)
        except Rejected as rejected:
            form.reject(rejected)
    return render(request, "cases/reopen.html", {"form": form, "case": found, "box": box})


def instead_of_a_name(case: EthicsCase | None = None) -> str:
    """Return what a name in a case is rewritten as, in the writer's language."""
    return _("the member") if case is not None and case.about else _("a member")


def guard_in(
    request: HouseRequest, case: EthicsCase | None = None, *, goes_further: bool = False
) -> tuple[CaseGuard, dict[str, Answer]]:
    """Return the guard for a form's texts, and what was answered in it about the names."""
    answers = answers_in(request.POST, PART)
    guard = guard_for_case(
        request.actor,
        case=case,
        answers=answers,
        instead=instead_of_a_name(case),
        goes_further=goes_further,
    )
    return guard, answers


def case_box(
    found: CaseNamesFound, answers: Mapping[str, Answer], case: EthicsCase | None = None
) -> Box | None:
    """Return the box that asks what to do about the names in an entry's texts."""
    instead = instead_of_a_name(case)
    return guard_box(PART, found.reading, {}, answers, may_concern=False, instead=instead)


def _asks_of(case: EthicsCase) -> list[Question]:
    steps = queries.current_steps(queries.steps_of(case))
    return still_asks(queries.state_of(case, steps))


def _wanted_titles(cases: list[EthicsCase]) -> Wanted:
    sealed = {case.pk: case.sealed_title for case in cases}
    return Wanted(Look("cases.listed", frozenset(sealed), once_per_sign_in=True), sealed)


def _about(request: HouseRequest) -> list[tuple[str, list[tuple[str, str]]]]:
    """Whom a case may be about: the groups one leads, and who is in them today, by name."""
    groups = list(sessions.groups_run_by(request.actor))
    stints = sessions.open_stints(groups)
    wanted = [
        wanted_roster(group, [stint.member for stint in stints if stint.group_id == group.pk])
        for group in groups
    ]
    names = open_wanted(request.actor, *wanted) if wanted else {}
    return [
        (
            names[group.pk],
            [
                (group.code, _("The whole group")),
                *sorted(
                    (
                        (f"{group.code} {stint.member.code}", names[stint.member_id])
                        for stint in stints
                        if stint.group_id == group.pk
                    ),
                    key=lambda one: one[1],
                ),
            ],
        )
        for group in groups
    ]
