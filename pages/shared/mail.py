"""Mail for notices: off unless a person asks for it, and off again with one button."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.queries import open_mail_code
from accounts.services import StepUpRefused
from accounts.services.tries import TooMany
from consent.services.mailing import (
    ask_mail_code,
    confirm_mail,
    end_mail,
    mail_scope,
    set_quiet_hours,
)
from pages.shared.access import PERSON, HouseRequest, door
from pages.shared.outside_forms import AddressForm, MailCodeForm, QuietForm
from pages.shared.views import ask_for_proof
from sessions_app.rules import Rejected


@require_http_methods(["GET", "POST"])
@door(PERSON)
def mail(request: HouseRequest) -> HttpResponse:
    """Whether mail comes, and in which hours none does. The address itself is never shown."""
    hours = {"begins": request.user.quiet_from, "ends": request.user.quiet_until}
    form = QuietForm(request.POST or None, initial=hours)
    if form.is_valid():
        try:
            begins, ends = form.cleaned_data["begins"], form.cleaned_data["ends"]
            set_quiet_hours(by=request.actor, begins=begins, ends=ends)
            messages.success(request, _("Set."))
            return redirect("mail")
        except Rejected as rejected:
            form.reject(rejected)
    context = {
        "form": form,
        "on": bool(request.user.mail_sealed),
        "sends": bool(settings.EMAIL_HOST),
        "waiting": open_mail_code(request.user.pk) is not None,
    }
    return render(request, "shared/mail.html", context)


@require_POST
@door(PERSON)
def begin_mail(request: HouseRequest) -> HttpResponse:
    """Begin to choose an address: prove first who this is."""
    what = _("To choose where notices reach you.")
    return ask_for_proof(request, mail_scope(request.actor), what, "new_mail")


@require_http_methods(["GET", "POST"])
@door(PERSON)
def new_mail(request: HouseRequest, step_up: UUID) -> HttpResponse:
    """Type an address; a code goes there."""
    form = AddressForm(request.POST or None, initial={"language": get_language()})
    if form.is_valid():
        address, language = form.cleaned_data["address"], form.cleaned_data["language"]
        try:
            ask_mail_code(by=request.actor, address=address, language=language, step_up_id=step_up)
            return redirect("mail_code")
        except Rejected as rejected:
            form.reject(rejected)
        except TooMany:
            form.add_error(None, _("You asked for many codes. Wait an hour, then try once more."))
        except StepUpRefused:
            return render(request, "shared/step_up_over.html", status=410)
    context = {
        "form": form,
        "title": _("Your address for notices"),
        "back": "mail",
        "button": _("Send me a code"),
    }
    return render(request, "components/form_page.html", context)


@require_http_methods(["GET", "POST"])
@door(PERSON)
def mail_code(request: HouseRequest) -> HttpResponse:
    """Type the code that came; from then on notices go there."""
    form = MailCodeForm(request.POST or None)
    if form.is_valid():
        if confirm_mail(by=request.actor, code=form.cleaned_data["code"]):
            messages.success(request, _("Done. Notices reach you there from now on."))
            return redirect("mail")
        form.add_error(
            "code", _("That code is not right, or no longer counts. You can ask for another.")
        )
    return render(request, "shared/mail_code.html", {"form": form})


@require_POST
@door(PERSON)
def stop_mail(request: HouseRequest) -> HttpResponse:
    """No mail from now on; the address is forgotten."""
    end_mail(by=request.actor)
    messages.success(request, _("No mail comes any more. Your address is forgotten."))
    return redirect("mail")
