"""The administrator's room: people of the house and recipients outside it. No member, no word."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import queries as accounts
from accounts.models import Role
from accounts.services import create_staff
from consent import queries as consents
from consent.services.asking import create_recipient
from pages.administrator.forms import PersonForm, RecipientForm
from pages.shared.access import HouseRequest, door
from pages.shared.names import recipient_names, staff_names
from sessions_app.rules import Rejected, check, name_problems

administrator = door(Role.ADMINISTRATOR)


@require_GET
@administrator
def people(request: HouseRequest) -> HttpResponse:
    """The staff of the practice, with their roles."""
    staff = list(accounts.people_of(request.actor.practice))
    names = staff_names(request.actor, [person.pk for person in staff])
    rows = [
        {
            "name": names[person.pk],
            "sign_in_name": person.sign_in_name,
            "roles": [role.get_role_display() for role in person.staff_roles.all()],
        }
        for person in staff
    ]
    return render(request, "administrator/people.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@administrator
def new_person(request: HouseRequest) -> HttpResponse:
    """Add a member of staff; sign-in name and first password are shown once, to hand over."""
    form = PersonForm(request.POST or None)
    if form.is_valid():
        try:
            check(name_problems(form.cleaned_data["name"]))
            issued = create_staff(
                by=request.actor,
                practice=request.actor.practice,
                name=form.cleaned_data["name"],
                roles=[Role(role) for role in form.cleaned_data["roles"]],
                once=form.key,
            )
            return render(
                request,
                "administrator/person_added.html",
                {"issued": issued, "name": form.cleaned_data["name"]},
            )
        except Rejected as rejected:
            form.reject(rejected)
    context = {"form": form, "title": _("New person"), "back": "people", "button": _("Add")}
    return render(request, "components/form_page.html", context)


@require_GET
@administrator
def recipients(request: HouseRequest) -> HttpResponse:
    """Those to whom words may be released, once members allow it."""
    listed = list(consents.recipients_of(request.actor))
    names = recipient_names(request.actor, listed)
    rows = [{"name": names[one.pk], "code": one.code} for one in listed]
    return render(request, "administrator/recipients.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@administrator
def new_recipient(request: HouseRequest) -> HttpResponse:
    form = RecipientForm(request.POST or None)
    if form.is_valid():
        try:
            create_recipient(
                by=request.actor,
                name=form.cleaned_data["name"],
                address=form.cleaned_data["address"],
                once=form.key,
            )
            messages.success(request, _("Recipient added."))
            return redirect("recipients")
        except Rejected as rejected:
            form.reject(rejected)
    context = {"form": form, "title": _("New recipient"), "back": "recipients", "button": _("Add")}
    return render(request, "components/form_page.html", context)
