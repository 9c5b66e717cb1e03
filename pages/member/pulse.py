"""Three short questions after an evening; each is answered or skipped with one tap."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from pages.member.forms import PulseForm
from pages.shared.access import MEMBER, HouseRequest, door
from pages.shared.pulse import texts_of
from sessions_app.models.pulse import QUESTIONS
from sessions_app.queries.pulse import pulse_evening, pulse_evenings, pulse_in_force
from sessions_app.services.pulse import SCALE, answer_pulse, answered


@require_GET
@door(MEMBER)
def pulse(request: HouseRequest) -> HttpResponse:
    """The evenings of the last week that one may still say something about."""
    evenings = pulse_evenings(request.actor)
    done = answered(by=request.actor, sessions=evenings)
    waiting = [one for one in evenings if len(done[one.pk]) < QUESTIONS]
    return render(request, "member/pulse.html", {"evenings": waiting})


@require_http_methods(["GET", "POST"])
@door(MEMBER)
def pulse_answers(request: HouseRequest, session: UUID) -> HttpResponse:
    """The three questions of one evening. One button sends one answer."""
    evening = pulse_evening(request.actor, session)
    if request.method == "POST":
        form = PulseForm(request.POST)
        if not form.is_valid():
            raise Http404
        new = answer_pulse(
            by=request.actor,
            session_id=session,
            question=form.cleaned_data["question"],
            value=form.cleaned_data["value"],
        )
        if not new:
            messages.info(request, _("You answered this already. Nothing was changed."))
        return redirect("pulse_answers", session=session)
    done = answered(by=request.actor, sessions=[evening])[evening.pk]
    texts = texts_of(pulse_in_force(request.actor.practice))
    rows = [
        {"question": n, "text": text, "done": n in done} for n, text in enumerate(texts, start=1)
    ]
    context = {"evening": evening, "rows": rows, "scale": SCALE, "all_done": len(done) == len(rows)}
    return render(request, "member/pulse_answers.html", context)
