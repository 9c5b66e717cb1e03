"""The forms of an ethics case: one for each kind of entry, and those of its people and its end."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from ethics.rules import SHAPES, StepKind
from pages.shared.case_words import (
    ACTIONS,
    DILEMMAS,
    ESCALATIONS,
    LESSON_TEXTS,
    RESOLUTIONS,
    VALUES,
    WHOM,
    WISHES,
)
from pages.shared.forms import HouseForm, day_field

Grouped = Iterable[tuple[Any, Iterable[tuple[Any, Any]]]]


def words_field(label: Any, help_text: Any = "", *, rows: int = 4) -> forms.CharField:
    """A text of an entry; whether it has to say something is the service's rule."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
        strip=False,
        required=False,
    )


def line_field(label: Any, help_text: Any = "") -> forms.CharField:
    """A short text of an entry."""
    return forms.CharField(label=label, help_text=help_text, required=False)


def choice_field(
    label: Any, words: Mapping[Any, Any], help_text: Any = "", *, missing: Any
) -> forms.ChoiceField:
    """One of a closed list, as large rows; `missing` says what to choose."""
    return forms.ChoiceField(
        label=label,
        help_text=help_text,
        choices=list(words.items()),
        widget=forms.RadioSelect,
        error_messages={"required": missing},
    )


class WordsForm(HouseForm):
    """A form whose texts are read for names; it can be drawn again with some rewritten."""

    def show(self, texts: Mapping[str, str], **more: str) -> None:
        """Draw the form with these texts, by the names of its fields."""
        self.data = {**dict(self.data.items()), **texts, **more}


class StepForm(WordsForm):
    """An entry: its texts under the names of `ethics.rules.SHAPES`, and the one it corrects."""

    kind: ClassVar[StepKind]
    seen = forms.UUIDField(widget=forms.HiddenInput, required=False)

    @property
    def texts(self) -> dict[str, str]:
        """The texts as they are kept, with the line ends of the house."""
        names = SHAPES[self.kind].fields
        return {name: _lines(self.cleaned_data.get(name) or "") for name in names}

    @property
    def replaces(self) -> UUID | None:
        """The entry it was drawn from."""
        seen: UUID | None = self.cleaned_data.get("seen")
        return seen

    @property
    def rest(self) -> dict[str, Any]:
        """What an entry says beside its texts, as the service takes it."""
        chosen = {name: self.cleaned_data.get(name) for name in ("value", "whom", "on")}
        return {
            "value": chosen["value"] or "",
            "whom": chosen["whom"] or "",
            "on": chosen["on"],
            "consent_code": (self.cleaned_data.get("consent") or "").strip().upper(),
        }


class FactsForm(StepForm):
    kind = StepKind.FACTS
    facts = words_field(_("What do you know?"), _("What was said or seen, by whom, when."), rows=6)
    assumptions = words_field(
        _("What do you assume?"), _("What you fear, guess, or were told by somebody else.")
    )


class StakeholdersForm(StepForm):
    kind = StepKind.STAKEHOLDERS
    gains = words_field(_("Who gains?"), rows=3)
    harmed = words_field(_("Who may be harmed?"), rows=3)
    vulnerable = words_field(_("Who is the most vulnerable?"), rows=3)


class DilemmaForm(StepForm):
    kind = StepKind.DILEMMA
    value = choice_field(
        _("What kind of dilemma is it?"), DILEMMAS, missing=_("Choose what kind of dilemma it is.")
    )
    because = words_field(_("What pulls against what?"))


class CitationForm(StepForm):
    kind = StepKind.CITATION
    source = line_field(_("Which code or law?"), _("For example: NASW Code of Ethics."))
    rule = line_field(_("Which rule?"), _("For example: 1.02."))
    edition = line_field(_("Which edition?"), _("The year, or since when it is in force."))
    says = words_field(_("What does it say, for this case?"))


class WishForm(StepForm):
    kind = StepKind.WISH
    value = choice_field(
        _("Could you ask the client?"), WISHES, missing=_("Say whether you could ask the client.")
    )
    wish = words_field(
        _("What does the client want?"),
        _("Their wish, in your words. If you could not ask, say why."),
    )
    on = day_field(_("When did you speak?"), _("Only if you asked."), required=False)


class ConsultationForm(StepForm):
    kind = StepKind.CONSULTATION
    whom = choice_field(
        _("With whom?"),
        {one: WHOM[one] for one in SHAPES[StepKind.CONSULTATION].whom},
        missing=_("Say with whom you spoke."),
    )
    on = day_field(_("When?"))
    came_of_it = words_field(_("What came of it?"))


class OptionForm(StepForm):
    kind = StepKind.OPTION
    option = words_field(_("What could you do?"), rows=2)
    autonomy = words_field(
        _("Autonomy"), _("Does it leave the decision with whom it concerns?"), rows=2
    )
    nonmaleficence = words_field(_("Doing no harm"), _("Whom could it harm?"), rows=2)
    beneficence = words_field(_("Doing good"), _("Whom does it help?"), rows=2)
    justice = words_field(_("Justice"), _("Is it fair to everybody?"), rows=2)
    fidelity = words_field(_("Fidelity"), _("Does it keep what was promised?"), rows=2)
    consequences = words_field(_("Likely consequences"), rows=3)


class ChoiceForm(StepForm):
    kind = StepKind.CHOICE
    choice = words_field(_("What do you choose?"), rows=3)
    rationale = words_field(_("Why this, and not the others?"))


class TestsForm(StepForm):
    kind = StepKind.TESTS
    justice = words_field(
        _("Justice"),
        _("Would you treat others in the same place the same way?"),
        rows=3,
    )
    publicity = words_field(
        _("Publicity"), _("Could you tell in public what you do, and why?"), rows=3
    )
    universality = words_field(
        _("Universality"), _("Would you advise a colleague to do the same?"), rows=3
    )


class ResolutionForm(StepForm):
    kind = StepKind.RESOLUTION
    value = choice_field(_("How?"), RESOLUTIONS, missing=_("Choose how to resolve it."))
    whom = choice_field(
        _("With whom, or to whom?"),
        {one: WHOM[one] for one in SHAPES[StepKind.RESOLUTION].whom},
        _("Talking is with the client; a referral goes to an authority, a service or a guideline."),
        missing=_("Choose with whom, or to whom."),
    )
    on = day_field(_("When?"))
    about = words_field(_("What was it about?"), _("Of a referral: to whom exactly."), rows=3)
    shared = words_field(
        _("What was shared with them?"), _("Leave it empty if nothing identifying was."), rows=3
    )
    consent = line_field(
        _("Under which permission?"),
        _("Its code, such as C-3F8K2M. Leave it empty if nothing identifying was shared."),
    )
    outcome = words_field(_("What came of it?"), _("You can add it later."), rows=3)


class EscalationForm(StepForm):
    kind = StepKind.ESCALATION
    value = choice_field(_("Which step?"), ESCALATIONS, missing=_("Choose which step it is."))
    on = day_field(_("When?"))
    asked = words_field(_("What did you ask or propose?"))
    came_of_it = words_field(_("What came of it?"), _("You can add it later."))


class ActionForm(StepForm):
    kind = StepKind.ACTION
    value = choice_field(
        _("What do you do?"),
        ACTIONS,
        _("A case does nothing itself. The page for it is shown."),
        missing=_("Choose what you do."),
    )
    action = words_field(_("In your words"), rows=3)


class FollowUpForm(StepForm):
    kind = StepKind.FOLLOW_UP
    on = day_field(_("When do you look back?"), _("The case comes back on Today then."))
    look_at = words_field(_("What will you look at?"), rows=3)


class LookingBackForm(StepForm):
    kind = StepKind.LOOKING_BACK
    reflection = words_field(
        _("What came of it, and what would you do again?"),
        _("How is the client now? What did you not see then?"),
    )


class DissentForm(StepForm):
    kind = StepKind.DISSENT
    dissent = words_field(
        _("With what do you not agree?"), _("It stands in the case for good, with your name.")
    )


STEP_FORMS: dict[str, type[StepForm]] = {
    form.kind.value: form
    for form in (
        *(FactsForm, StakeholdersForm, DilemmaForm, CitationForm, WishForm, ConsultationForm),
        *(OptionForm, ChoiceForm, TestsForm, ResolutionForm, EscalationForm, ActionForm),
        *(FollowUpForm, LookingBackForm, DissentForm),
    )
}


class CaseForm(WordsForm):
    """A new case: a title, its type, and whom it is about."""

    title = forms.CharField(
        label=_("Title"),
        help_text=_("A few words without names, such as: A request from an employer."),
        required=False,
    )
    dilemma = choice_field(
        _("What kind of dilemma is it?"), DILEMMAS, missing=_("Choose what kind of dilemma it is.")
    )
    about = forms.ChoiceField(
        label=_("Whom is it about?"),
        help_text=_("Kept as a reference. The words of a case name nobody."),
        required=False,
    )

    def __init__(self, *args: Any, about: Grouped, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("about", [("", _("Nobody in particular")), *about])

    @property
    def group_and_member(self) -> tuple[str, str]:
        """The codes that were chosen, each empty if there is none."""
        group, _sep, member = self.cleaned_data["about"].partition(" ")
        return group, member


class ClosingForm(WordsForm):
    """How a case ends; a tick if a colleague would still ask something."""

    value = choice_field(
        _("How does it end?"),
        VALUES[StepKind.CLOSING],
        _("A plain case needs the facts, and what code or law says."),
        missing=_("Choose how it ends."),
    )
    ending = words_field(_("What remains to be said"), _("You may leave it empty."), rows=3)
    knows = forms.BooleanField(
        label=_("I close it with these questions open"),
        required=False,
    )

    def __init__(self, *args: Any, asks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks:
            del self.fields["knows"]


class ReopeningForm(WordsForm):
    """Why a closed case goes on."""

    because = words_field(_("Why do you open it again?"), rows=3)


class InviteForm(HouseForm):
    """Whom to ask onto a case, by name, and until when."""

    user = forms.ChoiceField(
        label=_("Whom do you ask?"),
        error_messages={"required": _("Choose somebody."), "invalid_choice": _("Choose somebody.")},
    )
    until = day_field(_("Until when?"), _("Their invitation ends with this day."))

    def __init__(self, *args: Any, people: Grouped, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("user", [("", _("Choose")), *people])


class ShareForm(WordsForm):
    """An entry in words for somebody of outside; its texts are added by kind."""

    first = words_field("")
    second = words_field("")
    third = words_field("")
    fourth = words_field("")
    fifth = words_field("")
    sixth = words_field("")
    seventh = words_field("")

    def __init__(self, *args: Any, labels: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = dict(zip(SHARED_FIELDS, labels, strict=False))
        for field in SHARED_FIELDS:
            if field in self.names:
                self.fields[field].label = labels[self.names[field]]
            else:
                del self.fields[field]

    @property
    def texts(self) -> dict[str, str]:
        """The texts by the names of the entry's kind."""
        return {name: _lines(self.cleaned_data[field]) for field, name in self.names.items()}

    def show(self, texts: Mapping[str, str], **more: str) -> None:
        """Draw the form with these texts, by the names of the entry's kind."""
        super().show({field: texts.get(name, "") for field, name in self.names.items()}, **more)


SHARED_FIELDS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")


class LessonForm(WordsForm):
    """What others may learn from a closed case, in words that tell nobody."""

    summary = words_field(LESSON_TEXTS["summary"], _("In other words than the case's."), rows=5)
    codes = words_field(LESSON_TEXTS["codes"], rows=4)
    options = words_field(LESSON_TEXTS["options"], rows=4)
    choice = words_field(LESSON_TEXTS["choice"], rows=4)
    outcome = words_field(LESSON_TEXTS["outcome"], rows=4)

    @property
    def texts(self) -> dict[str, str]:
        """The texts by their names."""
        return {name: _lines(self.cleaned_data[name] or "") for name in LESSON_TEXTS}


class AdviceForm(HouseForm):
    """What somebody who was asked onto a case advises, or does not agree with."""

    what = choice_field(
        _("What is it?"),
        {StepKind.CONSULTATION: _("My advice"), StepKind.DISSENT: _("A dissent")},
        _("A dissent stands in the case for good."),
        missing=_("Choose whether it is advice or a dissent."),
    )
    words = words_field(_("In your words"), _("Name nobody."), rows=6)

    @property
    def step(self) -> tuple[StepKind, dict[str, str]]:
        """The kind of entry it becomes, and its texts."""
        kind = StepKind(self.cleaned_data["what"])
        return kind, {SHAPES[kind].fields[0]: _lines(self.cleaned_data["words"] or "")}


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")
