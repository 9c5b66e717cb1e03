"""The forms of the administrator's room."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from pages.shared.forms import HouseForm, name_field


class PersonForm(HouseForm):
    name = name_field(_("Name"))
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Role,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one role.")},
    )


class RecipientForm(HouseForm):
    name = name_field(
        _("Name"), _("As it shall stand in questions to members: person, work, place.")
    )
    address = forms.CharField(
        label=_("Address"), widget=forms.Textarea(attrs={"rows": 3}), required=False, max_length=400
    )
