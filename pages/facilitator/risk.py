"""Worried about somebody's life: the talk alone, the steps, the plan, and coming back to it.

Nothing on these pages waits for anybody else, and a freeze stops none of them.
"""

from collections.abc import Collection
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.trail import Look
from ethics import queries
from ethics.models import SafetyPlan
from ethics.risk_rules import (
    DISAGREE,
    PARTS,
    QUESTIONS,
    Answer,
    Talk,
    doubts,
    plan_parts,
    talk_of,
)
from ethics.services.risk import follow_up_risk, record_risk, write_safety_plan
from pages.facilitator.drafts import typed_in, wanted_drafts
from pages.facilitator.groups import facilitator
from pages.facilitator.risk_forms import (
    FORMS,
    UNTYPED,
    FollowUpForm,
    PlanForm,
    RiskForm,
)
from pages.shared.access import HouseRequest
from pages.shared.forms import HouseForm
from pages.shared.keeping import Texts, all_typed, draw, initial_of, keeps, keeps_form
from pages.shared.names import Wanted, open_wanted, wanted_roster, wanted_staff
from pages.shared.risk_words import AGREED, ANSWERS, ASKED, DOUBTS, HEADINGS, LEVELS, STEPS, WHERE
from sessions_app.models import Member, TherapyGroup
from sessions_app.queries import said_lately
from sessions_app.rules import Rejected
from sessions_app.services.drafts import drop_drafts, keep_draft

MOST, SAID = 60, 3
LATER = "later"


def text_of_talk(post: QueryDict, code: str, member: str) -> Texts:
    """Find what was being written about a talk, for when a stay ends in the middle of it."""
    place = queries.draft_place("talk", code, member)
    return reverse("assess_risk", args=[code, member]), {place: all_typed(post, RiskForm, UNTYPED)}


def text_of_plan(post: QueryDict, code: str, member: str) -> Texts:
    """Find what was being written of a safety plan."""
    place = queries.draft_place("plan", code, member)
    return reverse("edit_safety_plan", args=[code, member]), {
        place: all_typed(post, PlanForm, UNTYPED)
    }


@require_GET
@facilitator
def risk(request: HouseRequest, code: str, member: str) -> HttpResponse:
    """Whom to call first; then writing down, the plan, and what was written before, closed."""
    group, found = queries.member_met(request.actor, code, member)
    earlier = list(queries.assessments_of(group, found)[:MOST])
    frame = _frame(request, group, found, {one.by_id for one in earlier})
    context = {
        **frame,
        "said": said_lately(request.actor, group, found)[:SAID],
        "earlier": [(one, frame["names"][one.by_id]) for one in earlier],
        "plan": queries.latest_plan(found),
    }
    return render(request, "risk/risk.html", context)


@keeps(text_of_talk)
@require_http_methods(["GET", "POST"])
@facilitator
def assess(request: HouseRequest, code: str, member: str) -> HttpResponse:
    """Write down a talk, in the order in which it goes; only the level has to be there."""
    group, found = queries.member_met(request.actor, code, member)
    place = queries.draft_place("talk", code, member)
    form = RiskForm(request.POST or None, initial=_begun(request, place, RiskForm))
    later = request.method == "POST" and LATER in request.POST
    if later and _kept_for_later(request, form, place):
        return redirect("risk", code=code, member=member)
    doubtful: list[Any] = []
    if not later and form.is_valid():
        talk, on = form.talk(), form.cleaned_data["follow_up_on"]
        doubtful = [one for one in doubts(talk, on) if one in DISAGREE]
        asked_about = " ".join(doubtful)
        if set(doubtful) <= set(form.cleaned_data["warned"].split()):
            try:
                made = record_risk(
                    by=request.actor,
                    group_code=code,
                    member_code=member,
                    talk=form.talk(warned=asked_about),
                    follow_up_on=on,
                    once=form.key,
                )
                drop_drafts(by=request.actor, places=[place])
                messages.success(request, _("Written down, and sealed."))
                return redirect("risk_written", code=code, member=member, record=made.code)
            except Rejected as rejected:
                form.reject(rejected)
        form.put("warned", asked_about)
    context = {
        **_frame(request, group, found),
        "said": said_lately(request.actor, group, found)[:SAID],
        "form": form,
        "begun": bool(form.initial.keys() - {"once"}),
        "doubtful": [DOUBTS[one] for one in doubtful],
    }
    return render(request, "risk/assess.html", context)


@require_POST
@facilitator
def keep(request: HouseRequest, code: str, member: str, what: str) -> HttpResponse:
    """Keep what stands in the form, sealed for whoever types it."""
    queries.member_met(request.actor, code, member)
    if what not in FORMS:
        raise Http404
    try:
        place = queries.draft_place(what, code, member)
        text = all_typed(request.POST, FORMS[what], UNTYPED)
        draft = keep_draft(by=request.actor, place=place, text=text)
    except Rejected:
        return render(request, "facilitator/_kept.html", {"too_long": True})
    return render(request, "facilitator/_kept.html", {"kept_at": draft.kept_at})


def _kept_for_later(request: HouseRequest, form: HouseForm, place: str) -> bool:
    """Keep what was typed for another time; what is too long stays in the form, which says so."""
    try:
        text = all_typed(request.POST, type(form), UNTYPED)
        keep_draft(by=request.actor, place=place, text=text)
    except Rejected as rejected:
        form.reject(rejected)
        return False
    messages.success(request, _("Kept as a draft. Only you can read it; it waits on Today."))
    return True


@require_GET
@facilitator
def written(request: HouseRequest, code: str, member: str, record: str) -> HttpResponse:
    """One talk as it was written down, closed; whoever just wrote it sees what is still open."""
    group, found = queries.member_met(request.actor, code, member)
    one = queries.assessments_of(group, found).get(code=record)
    frame = _frame(request, group, found, {one.by_id})
    context = {
        **frame,
        "record": one,
        "by": frame["names"][one.by_id],
        "is_latest": one == queries.assessments_of(group, found)[:1].get(),
    }
    return render(request, "risk/written.html", context)


@require_POST
@facilitator
def open_written(request: HouseRequest, code: str, member: str, record: str) -> HttpResponse:
    """The same, opened: what was answered, chosen and done, and how it went on."""
    group, found = queries.member_met(request.actor, code, member)
    one = queries.assessments_of(group, found).get(code=record)
    after = list(one.follow_ups.all())
    look = Look(
        "risk.opened",
        frozenset([one.pk, *(each.pk for each in after)]),
        object_id=one.pk,
        code=one.code,
        group=group.pk,
    )
    sealed = {one.pk: one.sealed_words}
    sealed |= {each.pk: each.sealed_words(request.actor.practice) for each in after}
    words = open_wanted(request.actor, Wanted(look, sealed))
    talk = talk_of(words[one.pk])
    frame = _frame(request, group, found, {one.by_id, *(each.by_id for each in after)})
    who = frame["names"]
    context = {
        **frame,
        "record": one,
        "by": who[one.by_id],
        "is_latest": one == queries.assessments_of(group, found)[:1].get(),
        "talk": told(talk),
        "doubts": [DOUBTS[each] for each in doubts(talk, one.follow_up_on)],
        "after": [(each, who[each.by_id], words[each.pk]) for each in after],
    }
    return render(request, "risk/written.html", context)


def told(talk: Talk) -> dict[str, Any]:
    """Return a talk for a page: every answer in words, in the order in which it was asked."""
    seen = None
    with suppress(ValueError):  # a day that no calendar has is shown as it was typed
        seen = parse_datetime(talk.seen_at)
    return {
        "where": dict(WHERE)[talk.where],  # type: ignore[index]
        "seen_at": seen or talk.seen_at,
        "answers": [
            (ASKED[name], dict(ANSWERS)[Answer(getattr(talk, name))], getattr(talk, name))
            for name in QUESTIONS
        ],
        "level": dict(LEVELS)[talk.level],  # type: ignore[index]
        "steps": [words for step, words in STEPS if step in talk.chosen],
        "contact_agreed": dict(AGREED)[talk.contact_agreed] if talk.contact_agreed else "",
        "texts": [
            (words, said)
            for words, said in (
                (_("What they did or prepared"), talk.behaviour_when),
                (_("What they said, and what you saw"), talk.heard),
                (_("What holds them"), talk.protective),
                (_("Why that level"), talk.why_level),
                (_("Consulted"), talk.consulted),
                (_("Who was told what"), talk.told),
                (_("How the group is held"), talk.group_after),
            )
            if said
        ],
    }


@keeps_form(FollowUpForm)
@require_http_methods(["GET", "POST"])
@facilitator
def follow_up(request: HouseRequest, code: str, member: str, record: str) -> HttpResponse:
    """Write how it went on, and when it comes back, or that it does no more."""
    group, found = queries.member_met(request.actor, code, member)
    one = queries.assessments_of(group, found).get(code=record)
    form = draw(request, FollowUpForm, request.POST or None)
    if form.is_valid():
        try:
            follow_up_risk(
                by=request.actor,
                group_code=code,
                member_code=member,
                code=record,
                text=form.cleaned_data["said"],
                next_on=form.cleaned_data["next_on"],
                once=form.key,
            )
            messages.success(request, _("Written down, and sealed."))
            return redirect("risk", code=code, member=member)
        except Rejected as rejected:
            form.reject(rejected)
    context = {**_frame(request, group, found), "record": one, "form": form}
    return render(request, "risk/follow_up.html", context)


@keeps(text_of_plan)
@require_http_methods(["GET", "POST"])
@facilitator
def plan(request: HouseRequest, code: str, member: str) -> HttpResponse:
    """The member's own plan, written with them. What stands there is opened, recorded."""
    group, found = queries.member_met(request.actor, code, member)
    place = queries.draft_place("plan", code, member)
    latest = queries.latest_plan(found)
    seen = latest.version if latest else 0
    stands = _opened(request, group, latest)
    form = PlanForm(
        request.POST or None,
        initial={**stands, **_begun(request, place, PlanForm), "seen": seen},
    )
    later = request.method == "POST" and LATER in request.POST
    if later and _kept_for_later(request, form, place):
        return redirect("risk", code=code, member=member)
    theirs: list[tuple[Any, str]] = []
    if not later and form.is_valid():
        try:
            write_safety_plan(
                by=request.actor,
                group_code=code,
                member_code=member,
                parts=form.parts(),
                seen=form.cleaned_data["seen"] or 0,
            )
            drop_drafts(by=request.actor, places=[place])
            messages.success(request, _("Saved. The member finds it on their own pages."))
            return redirect("risk", code=code, member=member)
        except Rejected as rejected:
            form.reject(rejected)
            if form.cleaned_data["seen"] != seen:
                theirs = [(HEADINGS[part], stands[part]) for part in PARTS if stands[part]]
                form.put("seen", str(seen))
    context = {
        **_frame(request, group, found),
        "form": form,
        "latest": latest,
        "theirs": theirs,
    }
    return render(request, "risk/plan_form.html", context)


def _opened(
    request: HouseRequest, group: TherapyGroup, latest: SafetyPlan | None
) -> dict[str, str]:
    if latest is None:
        return dict.fromkeys(PARTS, "")
    look = Look(
        "safety_plan.opened",
        frozenset([latest.pk]),
        object_id=latest.pk,
        code=group.code,
        group=group.pk,
        once_per_sign_in=True,
    )
    words = open_wanted(request.actor, Wanted(look, {latest.pk: latest.sealed_words}))
    return plan_parts(words[latest.pk])


def _begun(request: HouseRequest, place: str, form: type[HouseForm]) -> dict[str, Any]:
    """What was typed before and not saved, for a form that is drawn anew."""
    if request.method != "GET":
        return {}
    drafts = wanted_drafts(request.actor, place)
    return initial_of(typed_in(open_wanted(request.actor, *drafts), drafts), form) if drafts else {}


def _frame(
    request: HouseRequest, group: TherapyGroup, member: Member, staff: Collection[UUID] = ()
) -> dict[str, Any]:
    by = request.actor
    names = open_wanted(by, wanted_roster(group, [member]), *wanted_staff(by, staff))
    return {
        "names": names,
        "group": group,
        "member": member,
        "name": names[member.pk],
        "lines": queries.crisis_contacts(request.practice),
    }
