"""Forms about what reaches somebody outside the house."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from pages.shared.forms import HouseForm


class AddressForm(HouseForm):
    """An address of one's own for notices, and the language they come in."""

    address = forms.CharField(
        label=_("Your e-mail address"),
        help_text=_("Take one that only you read."),
        strip=True,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Type your e-mail address.")},
    )
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)


class MailCodeForm(HouseForm):
    """The code that came by mail."""

    code = forms.CharField(
        label=_("The code in the mail"),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": _("Type the code.")},
    )


class QuietForm(HouseForm):
    """Between which local times no mail goes; both empty means the house's own."""

    begins = forms.TimeField(
        label=_("No mail from"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}),
        error_messages={"invalid": _("Give a time such as 21:00.")},
    )
    ends = forms.TimeField(
        label=_("No mail until"),
        help_text=_("Both empty: from 9 in the evening to 8 in the morning."),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}),
        error_messages={"invalid": _("Give a time such as 08:00.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.TimeInput):
                field.widget.format = "%H:%M"
