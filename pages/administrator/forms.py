"""The forms of the administrator's room."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from consent.models import Recipient
from consent.services.policy import MOST_DAYS, MOST_HOURS
from pages.shared.forms import HouseForm, name_field

DAYS = _("Give whole days from 1 to 3650, or leave it empty.")
HOURS = _("Give whole hours from 0 to 720.")


class PersonForm(HouseForm):
    name = name_field(_("Name"))
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        help_text=_("Supervisors and administrators need a second person who agrees."),
        choices=Role,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one role.")},
    )


class HousePolicyForm(HouseForm):
    """How much stricter the practice is; empty and nothing ticked asks for nothing."""

    longest_days = forms.IntegerField(
        label=_("Longest period, in days"),
        help_text=_("Counted from the yes. Empty: as long as the member allows."),
        min_value=1,
        max_value=MOST_DAYS,
        required=False,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), DAYS),
    )
    cooling_off_hours = forms.IntegerField(
        label=_("Waiting time, in hours"),
        help_text=_(
            "How long a yes waits before it counts, so that a member can think again. 0: no wait."
        ),
        min_value=0,
        max_value=MOST_HOURS,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), HOURS),
    )
    in_person = forms.BooleanField(
        label=_("Each yes is said once more in the room"),
        help_text=_("It counts only after whoever leads the group has confirmed it."),
        required=False,
    )
    second_person = forms.BooleanField(
        label=_("Two people for every emergency release"),
        help_text=_("Nobody decides alone then, also where minutes count."),
        required=False,
    )


def _question(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=120,
        error_messages=dict.fromkeys(
            ("required", "max_length"), _("Give a sentence of at most 120 characters.")
        ),
    )


class PulseQuestionsForm(HouseForm):
    """Three sentences that a member answers from 1, not at all, to 5, very much."""

    first = _question(_("First sentence"))
    second = _question(_("Second sentence"))
    third = _question(_("Third sentence"))


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
