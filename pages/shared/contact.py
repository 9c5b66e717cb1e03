"""Reading a member's emergency contact: closed until a reason is given, then shown once."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from pages.shared.access import HouseRequest
from pages.shared.forms import WhyForm
from sessions_app.models import Membership, TherapyGroup
from sessions_app.rules import Rejected
from sessions_app.services.contacts import read_contact
from vault import services as vault


def contact_page(
    request: HouseRequest, group: TherapyGroup, stint: Membership, *, back: str, change: str = ""
) -> HttpResponse:
    """Ask for the reason; with one, note the reading and show whom to call.

    `back` is where the page came from, `change` where the contact is written.
    """
    member = stint.member
    form = WhyForm(request.POST or None)
    context: dict[str, Any] = {
        "member": member,
        "group": group,
        "written": member.sealed_contact is not None,
        "to": back,
        "change": change,
        "form": form,
    }
    if form.is_valid():
        try:
            read, receipt = read_contact(
                by=request.actor,
                group=group,
                member_code=member.code,
                why=form.cleaned_data["why"],
            )
            if sealed := read.sealed_contact:
                context["contact"] = vault.open(sealed, receipt)
        except Rejected as rejected:
            form.reject(rejected)
    return render(request, "shared/contact.html", context)
