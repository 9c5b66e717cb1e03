"""Recipients outside the house: people, organisations, and groups with who belongs to them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from consent import queries as consents
from consent.models import Recipient
from consent.services.recipients import (
    create_recipient,
    end_class_membership,
    show_class_member,
)
from pages.administrator.forms import ClassMemberForm, RecipientForm
from pages.administrator.views import administrator
from pages.shared.access import HouseRequest
from pages.shared.keeping import draw, keeps_form
from pages.shared.names import recipient_names, recipients_in_full
from sessions_app.rules import Rejected


@require_GET
@administrator
def recipients(request: HouseRequest) -> HttpResponse:
    """Those to whom words may be released, once members allow it."""
    listed = list(consents.recipients_of(request.actor))
    told = recipients_in_full(request.actor, listed)
    rows = [
        {"name": told[one.pk][0], "address": told[one.pk][1], "recipient": one} for one in listed
    ]
    return render(request, "administrator/recipients.html", {"rows": rows})


@keeps_form(RecipientForm)
@require_http_methods(["GET", "POST"])
@administrator
def new_recipient(request: HouseRequest) -> HttpResponse:
    form = draw(request, RecipientForm, request.POST or None)
    if form.is_valid():
        try:
            made = create_recipient(
                by=request.actor,
                name=form.cleaned_data["name"],
                address=form.cleaned_data["address"],
                kind=Recipient.Kind(form.cleaned_data["kind"]),
                once=form.key,
            )
            messages.success(request, _("Recipient added."))
            if made.kind == Recipient.Kind.CLASS:
                return redirect("recipient_class", code=made.code)
            return redirect("recipients")
        except Rejected as rejected:
            form.reject(rejected)
    context = {"form": form, "title": _("New recipient"), "back": "recipients", "button": _("Add")}
    return render(request, "components/form_page.html", context)


@require_http_methods(["GET", "POST"])
@administrator
def recipient_class(request: HouseRequest, code: str) -> HttpResponse:
    """A group of recipients: who is shown to belong to it, since when, and who did."""
    of = consents.own_class(request.actor, code)
    everybody = list(consents.recipients_of(request.actor))
    names = recipient_names(request.actor, everybody)
    shown = consents.shown_in(of)
    inside = {one.recipient_id for one in shown if one.until is None}
    outside = [
        (one.code, names[one.pk])
        for one in everybody
        if one.kind != Recipient.Kind.CLASS and one.pk not in inside
    ]
    form = ClassMemberForm(request.POST or None, outside=outside)
    if form.is_valid():
        show_class_member(by=request.actor, code=code, recipient=form.cleaned_data["recipient"])
        messages.success(request, _("Recorded, from now on."))
        return redirect("recipient_class", code=code)
    context = {
        "form": form,
        "of": of,
        "name": names[of.pk],
        "rows": [{"shown": one, "name": names[one.recipient_id]} for one in shown],
        "outside": outside,
    }
    return render(request, "administrator/recipient_class.html", context)


@require_POST
@administrator
def end_membership(request: HouseRequest, code: str, recipient: str) -> HttpResponse:
    """Record that somebody belongs to the group no more, from now on."""
    end_class_membership(by=request.actor, code=code, recipient=recipient)
    messages.success(request, _("Ended, from now on."))
    return redirect("recipient_class", code=code)
