"""The forms of an emergency release. What a claim must say is the rules' (consent.rules.claims)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.rules.claims import Offered, others_named
from consent.rules.overrides import Fact
from pages.shared.bases import STATED, TICKS
from pages.shared.forms import HouseForm, day_field
from sessions_app.guarding import Guard, NamesFound, Reading
from sessions_app.rules import Rejected

Choices = Iterable[tuple[Any, Any]]
ROWS = {"rows": 3}
CHOOSE_OR_WRITE = _("Choose who can act, or write their name and how to reach them.")


def words_field(label: Any, hint: Any = "", *, wrong: Any = None, line: bool = False) -> Any:
    """A text that may be empty here; whether it may be is decided by the ground."""
    return forms.CharField(
        label=label,
        help_text=hint,
        widget=forms.TextInput() if line else forms.Textarea(attrs=ROWS),
        required=False,
        strip=True,
        error_messages={"required": wrong} if wrong else None,
    )


def _wordings(reading: Reading) -> list[str]:
    """Return what stands at the open places of a text, each wording once."""
    return list(dict.fromkeys(reading.text[one.start : one.end] for one in reading.open))


class WhoForm(HouseForm):
    """To whom something would go: of the house's list, or written anew."""

    recipient = forms.ChoiceField(
        label=_("To whom"),
        required=False,
        error_messages={"invalid_choice": CHOOSE_OR_WRITE},
    )
    name = words_field(_("Or somebody who is not on the list"), _("Their name."), line=True)
    address = words_field(_("How to reach them"), _("Telephone number or address."), line=True)
    involved = forms.MultipleChoiceField(
        label=_("For whom this ground holds"),
        help_text=_("Only what concerns them goes. The others it concerns are left out."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one person.")},
    )
    what = forms.CharField(
        label=_("What is happening"),
        help_text=_("Two sentences do. The member reads them later; name nobody else."),
        widget=forms.Textarea(attrs=ROWS),
        error_messages={"required": _("Write what is happening. Without a reason nothing goes.")},
    )

    def __init__(self, *args: Any, recipients: Any, members: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("recipient", [("", _("Choose")), *recipients])
        listed = list(members)
        self.offer("involved", listed)
        if len(listed) == 1:  # of one person alone there is nothing to choose
            [(only, _name)] = listed
            self.fields["involved"].required = False
            self.only: list[UUID] = [UUID(str(only))]
            self.fields["involved"].widget = forms.MultipleHiddenInput()
        else:
            self.only = []

    def clean(self) -> dict[str, Any]:
        chosen, written = self.cleaned_data.get("recipient"), self.cleaned_data.get("name")
        if "recipient" not in self.errors and bool(chosen) == bool(written):
            self.add_error("recipient", CHOOSE_OR_WRITE)
        return self.cleaned_data

    def reject(self, rejected: Rejected) -> None:
        """Show a service's problems; of names in what is happening, the names."""
        if isinstance(rejected, NamesFound):
            told = _("%(names)s: the member reads this later. Say it without naming anybody else.")
            self.add_error("what", told % {"names": ", ".join(_wordings(rejected.reading))})
        else:
            super().reject(rejected)

    @property
    def concerned(self) -> list[UUID]:
        return self.only or [UUID(one) for one in self.cleaned_data["involved"]]


class TickForThese(forms.CheckboxInput):
    """A tick for the names it was shown for (its `value`), and for none that come later."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(name, "")

    def format_value(self, value: Any) -> None:
        """Leave the value to the names that are read now."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        self.check_test = lambda said: bool(said) and said == self.attrs.get("value")
        return super().get_context(name, value, attrs)


class OverrideForm(WhoForm):
    """One page for all of it. What can wait may be left empty."""

    basis = forms.ChoiceField(
        label=_("On what ground"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the ground."), "invalid_choice": _("Choose one.")},
    )
    can_prevent = words_field(_("How can they prevent it?"), _("For example: they are near."))
    emergency = words_field(_("What kind of medical emergency it is"))
    facility = words_field(_("At which facility they are"), line=True)
    file_number = words_field(_("File number"), line=True)
    judge = words_field(_("Name of the judge who signed"), line=True)
    court = words_field(_("Court"), line=True)
    ordered = words_field(_("What exactly is ordered"), _("Only that may go."))
    said = forms.MultipleChoiceField(
        label=_("What was done before"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(fact.value, words) for fact, words in TICKS.items()],
        required=False,
    )
    sentences = forms.MultipleChoiceField(
        label=_("The exact words, and no more"),
        help_text=_("Tick only what they need in order to act."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one sentence.")},
    )
    all_needed = forms.BooleanField(label=_("Less than all of it will not do"), required=False)
    named = forms.CharField(
        label=_("It cannot be said without naming them"), required=False, widget=TickForThese
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    no_consent = words_field(
        _("Why could you not ask for permission first?"),
        _("For example: not reachable, no time, or asking would raise the danger."),
    )
    alone = words_field(
        _("No second person can be reached in time? Why do minutes count?"),
        _(
            "Leave it empty if somebody can agree first. If you fill it in, it goes at once, and "
            "is reviewed within 24 hours."
        ),
    )
    to_recipient = words_field(_("Words of your own that go along"))
    consulted = words_field(_("Whom you asked for advice"))
    tell_by = day_field(
        _("Tell the member not before"),
        _("Empty: they are told at once. The day comes back to you."),
        required=False,
    )
    wait = words_field(_("Why they are not told yet"))

    def __init__(
        self,
        *args: Any,
        offered: Sequence[tuple[Offered, Any]],
        sentences: Sequence[str],
        version: int,
        guard: Guard,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.guard = guard
        self.fields["named"].widget.attrs["value"] = self.data.get("named", "")
        self.initial.setdefault("seen_version", version)
        self.offered: Mapping[str, Offered] = {one.basis.value: one for one, _rules in offered}
        self.texts, self.version = sentences, version
        self.offer("basis", [(one.basis.value, "") for one, _rules in offered])
        self.offer("sentences", enumerate(sentences))

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen ground needs, before anything is written down."""
        super().clean()
        offered = self.offered.get(self.cleaned_data.get("basis", ""))
        if offered:
            ticked = {Fact(one) for one in self.cleaned_data.get("said", ())}
            if offered.said - STATED - ticked:
                self.add_error("said", _("This ground needs each of these. Do them first."))
            if self.cleaned_data.get("alone") and not offered.may_be_urgent:
                self.add_error("alone", _("On this ground a second person is always needed."))
        chosen = self.cleaned_data.get("sentences", ())
        if self.cleaned_data.get("seen_version") != self.version:
            self.add_error("sentences", _("The words were changed meanwhile. Choose once more."))
        elif chosen and len(chosen) == len(self.texts) and not self.cleaned_data["all_needed"]:
            self.add_error(
                "all_needed",
                _(
                    "That is all of it. Leave out what is not needed, "
                    "or tick that less will not do."
                ),
            )
        elif not self.errors and not self._refused() and (names := self._unsaid()):
            self.add_error(
                "named",
                _(
                    "%(names)s: somebody else may be meant, whom this ground is not about. "
                    "Leave it out, or tick that it cannot be said without."
                )
                % {"names": names},
            )
        return self.cleaned_data

    def _unsaid(self) -> str:
        """Return the names that the tick is to be for; empty without any, or if it was."""
        names = ", ".join(self._names())
        self.fields["named"].widget.attrs["value"] = names
        return names if self.cleaned_data["named"] != names else ""

    def _refused(self) -> bool:
        """Say whether the service will refuse what is happening: no tick is asked for before."""
        return bool(others_named(self.guard, self.cleaned_data["what"], self.concerned).open)

    def _names(self) -> list[str]:
        """Return what may name an uninvolved member in words that leave or that a member reads."""
        own = (self.cleaned_data["what"], self.cleaned_data["to_recipient"])
        text = " ".join((*self.passages, *own))
        return _wordings(self.guard.read(text, known=self.concerned))

    @property
    def passages(self) -> tuple[str, ...]:
        chosen = sorted(int(one) for one in self.cleaned_data["sentences"])
        return tuple(self.texts[n] for n in chosen)

    @property
    def stated(self) -> set[Fact]:
        """What was said: by the ground chosen, and by ticks that belong to it."""
        offered = self.offered[self.cleaned_data["basis"]]
        ticked = {Fact(one) for one in self.cleaned_data["said"]}
        said = set(offered.said & (STATED | ticked))
        return said | ({Fact.MINIMUM} if self.cleaned_data["all_needed"] else set())


class PrivilegeForm(WhoForm):
    """Who wants words that nothing opens: written down, and nothing goes out."""

    counsel = forms.BooleanField(label=_("Our lawyer was told"), required=False)
