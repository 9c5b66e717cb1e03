"""A member's emergency contact, for those who lead the group."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Role
from pages.facilitator.forms import ContactForm
from pages.shared.access import HouseRequest, door
from pages.shared.contact import contact_page
from pages.shared.forms import WhyForm
from pages.shared.keeping import draw, keeps_form
from sessions_app import queries
from sessions_app.rules import Rejected
from sessions_app.services.contacts import write_contact

facilitator = door(Role.FACILITATOR)


@keeps_form(WhyForm)
@require_http_methods(["GET", "POST"])
@facilitator
def contact(request: HouseRequest, code: str, member: str) -> HttpResponse:
    """Whom to call: closed until a reason is given."""
    group = queries.own_group(request.actor, code)
    stint = queries.last_stint(request.actor, group, member)
    back = reverse("group", args=[code])
    return contact_page(
        request, group, stint, back=back, change=reverse("change_contact", args=[code, member])
    )


@keeps_form(ContactForm)
@require_http_methods(["GET", "POST"])
@facilitator
def change_contact(request: HouseRequest, code: str, member: str) -> HttpResponse:
    """Write down whom to call. What stood there is not shown: that would be a reading."""
    group = queries.own_group(request.actor, code)
    stint = queries.last_stint(request.actor, group, member)
    form = draw(request, ContactForm, request.POST or None)
    if form.is_valid():
        try:
            write_contact(
                by=request.actor,
                group=group,
                member_code=member,
                contact=form.cleaned_data["contact"],
            )
            messages.success(request, _("Written down, and sealed."))
            return redirect("group", code=code)
        except Rejected as rejected:
            form.reject(rejected)
    context = {
        "form": form,
        "title": _("Emergency contact of %(member)s") % {"member": stint.member.code},
        "group": group,
        "button": _("Save"),
    }
    return render(request, "components/form_page.html", context)
