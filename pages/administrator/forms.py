"""The forms of the administrator's room."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from consent.models import Recipient
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
    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=Recipient.Kind,
        initial=Recipient.Kind.ORGANISATION,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    name = name_field(
        _("Name"), _("As it shall stand in questions to members: person, work, place.")
    )
    address = forms.CharField(
        label=_("Address"), widget=forms.Textarea(attrs={"rows": 3}), required=False, max_length=400
    )


class ClassMemberForm(HouseForm):
    """Who is shown to belong to a group of recipients."""

    recipient = forms.ChoiceField(
        label=_("Who"),
        error_messages={
            "required": _("Choose a recipient."),
            "invalid_choice": _("Choose a recipient."),
        },
    )

    def __init__(self, *args: Any, outside: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("recipient", [("", _("Choose")), *outside])
