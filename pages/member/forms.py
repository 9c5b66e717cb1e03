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
