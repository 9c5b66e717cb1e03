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


class BreachForm(HouseForm):
    """What left the room, and who may read that."""

    text = forms.CharField(
        label=_("What happened"),
        help_text=_("Sealed. Only those you choose here read it."),
        widget=forms.Textarea(attrs={"rows": 6}),
        strip=False,
        required=False,
    )
    tell_leaders = forms.BooleanField(
        label=_("Those who lead the group may read it too"), required=False
    )
