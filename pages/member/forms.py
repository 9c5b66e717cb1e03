"""The forms of the member's place."""

from django import forms
from django.utils.translation import gettext_lazy as _

from pages.shared.forms import HouseForm


class SignatureForm(HouseForm):
    """A typed name, which stands for a signature."""

    signature = forms.CharField(
        label=_("Type your name to sign"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class PulseForm(forms.Form):
    """One tap: which question, and how it is answered; an empty answer skips it."""

    question = forms.IntegerField(min_value=1, max_value=3)
    value = forms.IntegerField(min_value=1, max_value=5, required=False)
