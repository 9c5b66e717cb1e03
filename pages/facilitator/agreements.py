"""The agreement of a group: what it says, who has signed, and that it was spoken of."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit import trail
from pages.facilitator.forms import AgreementForm, TalkForm
from pages.facilitator.groups import facilitator
from pages.shared.access import HouseRequest
from pages.shared.keeping import draw, keeps_form
from pages.shared.names import roster_names
from sessions_app import queries
from sessions_app.models import TherapyGroup
from sessions_app.rules import Rejected
from sessions_app.services.agreements import note_talk, read_breach, write_agreement
from vault import services as vault


@require_GET
@facilitator
def agreement(request: HouseRequest, code: str) -> HttpResponse:
    """What the group agreed on, who has not signed it, and the days it was spoken of."""
    group = queries.own_group(request.actor, code)
    waiting = list(queries.unsigned_stints(group))
    names = roster_names(request.actor, group, [stint.member for stint in waiting])
    context = {
        "group": group,
        "text": _own_text(request, group),
        "waiting": [
            (stint, names[stint.member_id], bool(stint.member.user.pin)) for stint in waiting
        ],
        "talks": list(group.talks.order_by("-on", "-pk")[:10]),
        "talk_form": TalkForm(initial={"on": queries.today_of(request.actor)}),
        "told": list(queries.breaches_for(request.actor).filter(group=group)),
    }
    return render(request, "facilitator/agreement.html", context)


@keeps_form(AgreementForm)
@require_http_methods(["GET", "POST"])
@facilitator
def change(request: HouseRequest, code: str) -> HttpResponse:
    """Write another version: everybody is asked to sign anew."""
    group = queries.own_group(request.actor, code)
    form = draw(
        request,
        AgreementForm,
        request.POST or None,
        initial={"text": _own_text(request, group), "seen": group.agreement_version},
    )
    if form.is_valid():
        try:
            write_agreement(
                by=request.actor,
                group=group,
                text=form.cleaned_data["text"],
                seen=form.cleaned_data["seen"],
                once=form.key,
            )
            messages.success(request, _("In force. Everybody is asked to sign it."))
            return redirect("group_agreement", code=code)
        except Rejected as rejected:
            form.reject(rejected)
    context = {
        "form": form,
        "title": _("A new version of the agreement"),
        "group": group,
        "button": _("Put it in force"),
    }
    return render(request, "components/form_page.html", context)


@require_POST
@facilitator
def talk(request: HouseRequest, code: str) -> HttpResponse:
    """Note the day on which the group spoke of its agreement."""
    group = queries.own_group(request.actor, code)
    form = TalkForm(request.POST)
    if form.is_valid():
        try:
            note_talk(by=request.actor, group=group, on=form.cleaned_data["on"], once=form.key)
            messages.success(request, _("Noted."))
        except Rejected as rejected:
            form.reject(rejected)
    for problems in form.errors.values():
        messages.error(request, str(problems[0]))
    return redirect("group_agreement", code=code)


@require_POST
@facilitator
def read_report(request: HouseRequest, report: UUID) -> HttpResponse:
    """What a member told, and wanted those who lead to know."""
    found, receipt = read_breach(by=request.actor, report_id=report)
    words = vault.open(found.sealed_text(request.actor.practice), receipt)
    context = {"report": found, "words": words, "member": found.member.code}
    return render(request, "facilitator/breach.html", context)


def _own_text(request: HouseRequest, group: TherapyGroup) -> str:
    own = queries.agreement_in_force(group)
    if own is None:
        return ""
    receipt = trail.receipt_for(
        request.actor,
        "groups.listed",
        [own.pk],
        once_per_sign_in=True,
    )
    return vault.open(own.sealed_text(request.actor.practice), receipt)
