"""The one form of the recipient's room."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.services.links import PASSCODE_DIGITS
from pages.shared.forms import say_it_in_our_words


class LinkForm(forms.Form):
    """The link's secret, which the script fills in, and the passcode that was told."""

    use_required_attribute = False
    secret = forms.CharField(
        label=_("The link"),
        help_text=_("Copy the whole link from your mail and paste it here."),
        max_length=400,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": _("Paste the whole link from your mail.")},
    )
    passcode = forms.CharField(
        label=_("Passcode"),
        help_text=_("Eight digits. They were told to you, not written in the mail."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        error_messages={"required": _("Type the eight digits you were told.")},
    )

    def full_clean(self) -> None:
        for field in self.fields.values():
            say_it_in_our_words(field)
        super().full_clean()

    def clean_secret(self) -> str:
        return self.cleaned_data["secret"].rpartition("#")[2]

    def clean_passcode(self) -> str:
        """Take the digits as people write them down, in groups."""
        digits = re.sub(r"[\s\-.]", "", self.cleaned_data["passcode"])
        if len(digits) != PASSCODE_DIGITS or not re.fullmatch("[0-9]+", digits):
            raise forms.ValidationError(_("Type the eight digits you were told."))
        return digits
