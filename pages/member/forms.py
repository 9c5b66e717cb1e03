"""The forms of the member's place."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.models import PrivacyRequest
from pages.shared.forms import HouseForm, day_field


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


class EndForm(HouseForm):
    """Until when a yes counts: the day asked for, or an earlier one."""

    last_day = day_field(
        _("Until when"),
        _("You can give an earlier day. Then it stops on that day."),
        required=False,
    )

    def __init__(self, *args: Any, asked: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"last_day": asked}, **kwargs)
        self.asked = asked

    @property
    def chosen(self) -> date | None:
        """The earlier day that was chosen, if it is another than the one asked for."""
        day: date | None = self.cleaned_data["last_day"]
        return None if day == self.asked else day


class InRoomForm(EndForm, SignatureForm):
    """Both on one page, on a device that was handed over: until when, and the typed name."""

    field_order = ("last_day", "signature")


class PrivacyForm(HouseForm):
    """A question or a wish about one's own record."""

    kind = forms.ChoiceField(
        label=_("What is it about?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is about.")},
    )
    about = forms.ChoiceField(
        label=_("Which words, if it is about some"),
        required=False,
    )
    said = forms.CharField(
        label=_("In your own words"),
        help_text=_("Whoever reviews your group reads this. Name nobody else if you can."),
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
    )

    def __init__(self, *args: Any, items: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("kind", PrivacyRequest.Kind.choices)
        self.offer("about", [("", _("None in particular")), *items])


class PulseForm(forms.Form):
    """One tap: which question, and how it is answered; an empty answer skips it."""

    question = forms.IntegerField(min_value=1, max_value=3)
    value = forms.IntegerField(min_value=1, max_value=5, required=False)
