"""What is asked when somebody's life may be in danger, in the order in which one asks it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ethics.risk_rules import PARTS, QUESTIONS, Talk
from pages.shared.forms import HouseForm, day_field
from pages.shared.risk_words import AGREED, ANSWERS, ASKED, HEADINGS, LEVELS, STEPS, WHERE


def _text(label: Any, hint: Any = "", rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=False,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _one_of(label: Any, choices: list[tuple[Any, Any]], hint: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, help_text=hint, required=False, choices=choices, widget=forms.RadioSelect
    )


class RiskForm(HouseForm):
    """One private talk. Only the level has to be there; the rest can wait, or stay empty."""

    where = _one_of(_("Where you spoke with them alone"), WHERE)
    seen_at = forms.CharField(
        label=_("When"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "datetime-local"}),
    )
    wish, thoughts, method, intent, plan, behaviour, means = (
        _one_of(ASKED[name], ANSWERS) for name in QUESTIONS
    )
    behaviour_when = forms.CharField(
        label=_("If they did or prepared something: what, and when"), required=False
    )
    heard = _text(_("What they said, and what you saw"), _("In their words where you can."))
    protective = _text(
        _("What holds them"), _("People, plans, belief, a reason that they gave."), rows=2
    )
    level = forms.ChoiceField(
        label=_("How great is the danger, in your judgement?"),
        choices=LEVELS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how great you judge the danger.")},
    )
    why_level = _text(_("Why you judge so"), rows=2)
    steps = forms.MultipleChoiceField(
        label=_("What you do, the least intrusive that is enough"),
        required=False,
        choices=STEPS,
        widget=forms.CheckboxSelectMultiple,
    )
    contact_agreed = _one_of(_("If somebody close is told"), AGREED)
    consulted = _text(_("Whom you consulted, and when"), _("Without a name, if they need none."), 2)
    told = _text(_("Who was told what"), _("No more than they needed."), rows=2)
    group_after = _text(
        _("How the group is held"), _("What you say there names and hints at nobody."), rows=2
    )
    follow_up_on = day_field(
        _("Comes back on"), _("It stands on Today from that day on."), required=False
    )
    warned = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def questions(self) -> list[forms.BoundField]:
        return [self[name] for name in QUESTIONS]

    def talk(self, warned: str = "") -> Talk:
        """Return what the form says, as it is sealed."""
        said = self.cleaned_data
        texts = {
            name: said[name].strip()
            for name in Talk.__dataclass_fields__
            if name not in ("steps", "warned")
        }
        return Talk(**texts, steps=" ".join(said["steps"]), warned=warned)


class PlanForm(HouseForm):
    """A safety plan, in the member's own words."""

    signs, alone, distract, people, professionals, around = (
        _text(HEADINGS[part], rows=3) for part in PARTS
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def parts(self) -> dict[str, str]:
        return {part: self.cleaned_data[part] for part in PARTS}


class FollowUpForm(HouseForm):
    """How it went on."""

    said = forms.CharField(
        label=_("How it went on"),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write how it went on, in a few words.")},
    )
    next_on = day_field(_("Comes back on"), _("Empty: it comes back no more."), required=False)


FORMS: dict[str, type[HouseForm]] = {"talk": RiskForm, "plan": PlanForm}
# What a form carries that nobody typed.
UNTYPED = {"once", "seen", "warned"}
