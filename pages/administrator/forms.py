"""The forms of the administrator's room."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from pages.shared.forms import HouseForm


class PersonForm(HouseForm):
    name = forms.CharField(label=_("Name"), error_messages={"required": _("Give a name.")})
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Role,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one role.")},
    )


class RecipientForm(HouseForm):
    name = forms.CharField(
        label=_("Name"),
        help_text=_("As it shall stand in questions to members: person, work, place."),
        required=False,
    )
    address = forms.CharField(
        label=_("Address"), widget=forms.Textarea(attrs={"rows": 3}), required=False, max_length=400
    )
