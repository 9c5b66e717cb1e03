"""The filters of the trail. What is typed is a code or a day, never a name."""

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pages.shared.forms import HouseForm, day_field, say_it_in_our_words
from pages.shared.sentences import ACTS

CODE = re.compile("[A-Z]-[0-9A-Z]{2,8}")
SEPARATE = re.compile(r"[\s,;]+")
MOST_CODES = 3
LAST_DAY = date(9999, 12, 30)
# What never happens in a group, and so never stands in a supervisor's trail. All else is offered:
# an act that is new can be filtered from its first day.
OUTSIDE_GROUPS = frozenset(
    (
        *("staff.deactivated", "staff.taken_back"),
        *("changes.seen", "stays.ended"),
        *("role.proposed", "role.granted", "role.dropped", "role.ended"),
        *("erasure.begun", "erasure.finished", "hold.placed", "hold.lift_asked", "hold.lifted"),
        *("practice.created", "staff.created", "staff.listed", "groups.listed", "demo.loaded"),
        *("sign_in.begun", "sign_in.ended", "sign_in.failed", "name.own", "home.opened"),
        *("sign_in.locked", "sign_in.unlocked", "unlock.failed", "stay.ended", "pin.set"),
        *("step_up.asked", "step_up.confirmed", "step_up.failed", "step_up.refused"),
        *("recipient.added", "recipients.listed", "class.shown", "class.ended"),
        *("room.proved", "room.failed", "room.left"),
        *("mail.code_asked", "mail.code_refused", "mail.set", "mail.ended", "mail.hours_set"),
        *("machine.mail", "calendar.made", "calendar.ended", "calendar.read", "pulse.worded"),
        *("draft.kept", "draft.dropped", "door.closed", "grant.held"),
        *("accounting.opened", "data.exported"),
        # Whoever reviews a group's trail is not on its cases (R105).
        *("case.begun", "cases.listed", "case.opened", "case.written", "case.closed"),
        *("case.reopened", "case.invited", "case.invitation_ended", "case.shared"),
        *("case.share_ended", "case.member_forgotten", "lesson.opened"),
        *("library.loaded", "library.confirmed", "policy.added", "policy.changed"),
        *("crisis.added", "crisis.changed", "crisis.removed"),
    )
)
OF_GROUPS = tuple(act for act in ACTS if act not in OUTSIDE_GROUPS)


class TrailForm(forms.Form):
    """By codes, by act, by person, from one day to another; each may be empty, all hold at once."""

    use_required_attribute = False
    code = forms.CharField(
        label=_("Code"),
        help_text=_(
            "Of a member, an item, a question, a permission, a release, a link, an emergency "
            "or a group, such as M-4821. Of several, what is about all of them."
        ),
        required=False,
        max_length=60,
    )
    act = forms.ChoiceField(label=_("What"), required=False)
    who = forms.ChoiceField(label=_("Who"), required=False)
    since = forms.DateField(label=pgettext_lazy("day", "From"), required=False)
    until = forms.DateField(label=pgettext_lazy("day", "To"), required=False)

    def full_clean(self) -> None:
        for field in self.fields.values():
            say_it_in_our_words(field)
        super().full_clean()

    def __init__(
        self,
        *args: Any,
        staff: list[tuple[str, str]],
        members: list[str],
        never: tuple[str, ...] = (),
    ) -> None:
        super().__init__(*args)
        offered = [(act, ACTS[act]) for act in OF_GROUPS if act not in never]
        acts = [("", _("Everything")), *offered]
        by_code = [(code, code) for code in members]
        self.people = dict([*staff, *by_code])
        people = [("", _("Everybody")), (_("Staff"), staff), (_("Members, by code"), by_code)]
        for name, choices in (("act", acts), ("who", people)):
            chosen = self.fields[name]
            assert isinstance(chosen, forms.ChoiceField)
            chosen.choices = choices
            chosen.error_messages["invalid_choice"] = _("Choose one from the list.")
        self.fields["code"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
        for name in ("since", "until"):
            self.fields[name].widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
            self.fields[name].error_messages["invalid"] = _("Give a day, for example 2026-11-24.")

    def clean_code(self) -> list[str]:
        """Return the codes, as the trail writes them, each once."""
        codes = list(dict.fromkeys(SEPARATE.split(self.cleaned_data["code"].upper())))
        codes = [code for code in codes if code]
        if not all(CODE.fullmatch(code) for code in codes):
            raise forms.ValidationError(
                _("Give codes as they stand in the trail, such as M-4821 or D-3F8K2M. No names.")
            )
        if len(codes) > MOST_CODES:
            raise forms.ValidationError(_("Give at most three codes at once."))
        return codes

    def clean_until(self) -> date | None:
        until: date | None = self.cleaned_data["until"]
        return min(until, LAST_DAY) if until else None

    def kept(self) -> dict[str, str]:
        """Return the filters that are on, as an address carries them: codes, days and ids."""
        if not self.is_valid():
            return {}
        kept = {name: self.data[name] for name in self.fields if self.data.get(name)}
        return {**kept, "code": " ".join(self.cleaned_data["code"])} if "code" in kept else kept

    def narrowed(self) -> int:
        """Return how many filters beside the codes are on."""
        return len(self.kept().keys() - {"code"})

    def told(self) -> list[str]:
        """Return the filters that are on, as words."""
        if not self.is_valid():
            return []
        words = []
        for name, value in self.cleaned_data.items():
            if value:
                shown = date_format(value, "j F Y") if isinstance(value, date) else value
                if name == "act":
                    shown = ACTS[value]
                elif name == "code":
                    shown = ", ".join(value)
                elif name == "who":
                    shown = self.people[value]
                words.append(f"{self.fields[name].label}: {shown}")
        return words


class CoverForm(HouseForm):
    """Who leads a group for a time. Both days count."""

    user = forms.ChoiceField(
        label=_("Who covers"),
        error_messages={"required": _("Choose somebody."), "invalid_choice": _("Choose somebody.")},
    )
    since = day_field(_("First day"))
    until = day_field(_("Last day"))

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("user", [("", _("Choose")), *people])


class NextForm(HouseForm):
    """To whom a group is handed over."""

    user = forms.ChoiceField(
        label=_("Who takes it over"),
        error_messages={"required": _("Choose somebody."), "invalid_choice": _("Choose somebody.")},
    )

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("user", [("", _("Choose")), *people])


class AnswerForm(HouseForm):
    """What a member is answered; to a wish, whether it is agreed to."""

    agrees = forms.ChoiceField(
        label=_("Do you agree to it?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    answer = forms.CharField(
        label=_("Your answer"),
        help_text=_("The member reads this, with your name. Name no other member."),
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
    )

    def __init__(self, *args: Any, question: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if question:
            del self.fields["agrees"]

    @property
    def agrees_to_it(self) -> bool | None:
        """Whether the wish is agreed to; None where nothing was wished for."""
        said = self.cleaned_data.get("agrees")
        return None if said is None else said == "yes"
