"""Looking something up in the library, a policy, and a line to call."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ethics.models import PolicyReference
from ethics.seed.rules import STATES
from pages.shared.forms import HouseForm, day_field, name_field, say_it_in_our_words

RULES = "rule"
Choices = Iterable[tuple[Any, Any]]
PLACES: list[tuple[str, Any]] = [
    ("US", _("United States, everywhere")),
    ("EU", _("European Union")),
    *((f"US-{code}", name) for code, name in sorted(STATES.items(), key=lambda one: one[1])),
]


class LibraryForm(forms.Form):
    """By words, by kind, by place; each may be empty."""

    use_required_attribute = False
    q = forms.CharField(
        label=_("Words"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[
            ("", _("Everything")),
            (RULES, _("Rules of places")),
            *PolicyReference.Kind.choices,
        ],
    )
    place = forms.ChoiceField(
        label=_("Where it holds"), required=False, choices=[("", _("Anywhere")), *PLACES]
    )

    def __init__(self, *args: Any, here: str) -> None:
        super().__init__(*args)
        if here not in dict(PLACES):
            place = self.fields["place"]
            assert isinstance(place, forms.ChoiceField)
            place.choices = [("", _("Anywhere")), (here, here), *PLACES]

    def full_clean(self) -> None:
        for field in self.fields.values():
            say_it_in_our_words(field)
        super().full_clean()


class PolicyForm(HouseForm):
    """A policy of the practice, in a few sentences, and what it stands beside."""

    title = name_field(_("What it is about"), _("A few words. Never a name of a member."))
    number = forms.CharField(
        label=_("Number"),
        required=False,
        max_length=40,
        help_text=_("As it stands in your handbook, if it does."),
    )
    says = forms.CharField(
        label=_("What it says"),
        help_text=_("In one or two sentences."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write what the policy says.")},
    )
    effective_from = day_field(_("In force from"), _("Empty: from now on."), required=False)
    effective_until = day_field(_("In force until"), _("Empty: without an end."), required=False)
    relates_to = forms.ChoiceField(label=_("Code or law it stands beside"), required=False)
    compared = forms.ChoiceField(
        label=_("Beside that it protects members"),
        required=False,
        choices=[
            ("", _("Not compared")),
            ("less", _("Less")),
            ("same", _("The same")),
            ("more", _("More")),
        ],
        widget=forms.RadioSelect,
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, beside: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("relates_to", [("", _("None")), *beside])


class CrisisContactForm(HouseForm):
    """A line to call when somebody's life is in danger."""

    name = name_field(_("Who answers"))
    call = forms.CharField(
        label=_("Number"),
        help_text=_("As one dials it, or what one sends where: HOME to 741741."),
        error_messages={"required": _("Give the number.")},
    )
    how = forms.CharField(
        label=_("When and how"),
        required=False,
        help_text=_("Such as: day and night. Members read this."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
