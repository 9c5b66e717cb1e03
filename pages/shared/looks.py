"""The second look at redacted words: one form, for a colleague and for a supervisor."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pages.shared.access import HouseRequest
from pages.shared.forms import HouseForm
from pages.shared.keeping import draw
from sessions_app.models import DisclosureVersion
from sessions_app.rules import Rejected
from sessions_app.services.redacting import confirm_second_look, send_back

CONFIRM, BACK = "confirm", "back"
TYPED = {"nobody_else", "reason"}


class LookForm(HouseForm):
    """Either nobody else can be recognised, or a reason why somebody can."""

    nobody_else = forms.BooleanField(
        label=_("Nobody else can be recognised in these words"), required=False
    )
    reason = forms.CharField(
        label=_("Or: who can still be recognised, and where"),
        help_text=_("Sealed. Only the person who wrote the words reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
        strip=False,
        required=False,
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Ask for the tick that goes with the button."""
        if CONFIRM in self.data and not self.cleaned_data.get("nobody_else"):
            self.add_error("nobody_else", _("Read the words once more, then tick this."))
        return self.cleaned_data


def look_form(request: HouseRequest, version: DisclosureVersion) -> tuple[LookForm, str]:
    """Return the form of a second look, and what was done with it: CONFIRM, BACK or nothing."""
    answered = request.POST if {CONFIRM, BACK} & request.POST.keys() else None
    form = draw(request, LookForm, answered, initial={"seen_version": version.number})
    if answered is None:  # the item beside was opened: what is typed so far stays
        typed = {one: request.POST[one] for one in TYPED & request.POST.keys()}
        form.initial.update(typed)
    if form.is_valid():
        act: dict[str, Any] = {
            "by": request.actor,
            "code": version.disclosure.code,
            "seen_version": form.cleaned_data["seen_version"],
        }
        try:
            if CONFIRM in request.POST:
                confirm_second_look(**act)
                return form, CONFIRM
            send_back(**act, reason=form.cleaned_data["reason"])
            return form, BACK
        except Rejected as rejected:
            form.reject(rejected)
    return form, ""
