"""The forms of the facilitator's room. They check shape; rules are the services'."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pages.shared.forms import HouseForm, day_field, name_field
from pages.shared.sentences import STAFF_PURPOSES
from sessions_app.models import Authority, Modality, RecordClass, Weekday, WhoSigns

START = _("Give the start as a time, for example 18:00.")
END = _("Give the end as a time, for example 19:30.")
Choices = Iterable[tuple[Any, Any]]
Grouped = Iterable[tuple[Any, Iterable[tuple[Any, Any]]]]


class ClockInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def seen_as(typed: str) -> int:
    """Return the version a form was drawn from; anything that is none is 0, and conflicts."""
    return int(typed) if typed.isdecimal() and len(typed) < 9 else 0


def clock_field(label: Any, wrong: Any, **more: Any) -> forms.TimeField:
    """A time of day, with the sentence for what is not one."""
    return forms.TimeField(
        label=label,
        widget=ClockInput(),
        error_messages={"required": wrong, "invalid": wrong},
        **more,
    )


class GroupForm(HouseForm):
    name = name_field(
        _("Name of the group"), _("Sealed. Only those who lead it, and its members, see it.")
    )
    since = day_field(_("You have led it since"))
    modality = forms.ChoiceField(label=_("Kind of group"), choices=Modality)
    record_class = forms.ChoiceField(
        label=_("How its records are protected"),
        help_text=_("Choose substance use only if the program falls under 42 CFR Part 2."),
        choices=RecordClass,
    )
    weekday = forms.TypedChoiceField(
        label=_("Meets every"),
        choices=[("", _("No fixed day")), *Weekday.choices],
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": _("Choose a weekday from the list.")},
    )
    starts_at = clock_field(pgettext_lazy("time of day", "From"), START, required=False)
    ends_at = clock_field(pgettext_lazy("time of day", "To"), END, required=False)
    colleagues = forms.MultipleChoiceField(
        label=_("Who leads it with you"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": _("Choose people from the list.")},
    )
    supervisor = forms.ChoiceField(
        label=_("Who reviews its trail"),
        help_text=_("Supervisors see who did what and when, never a word or a member's name."),
        required=False,
        error_messages={"invalid_choice": _("Choose somebody from the list.")},
    )

    def __init__(self, *args: Any, colleagues: Choices, supervisors: Choices, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.offer("colleagues", colleagues)
        self.offer("supervisor", [*supervisors, ("", _("Nobody yet"))])


class SupervisorForm(HouseForm):
    supervisor = forms.ChoiceField(
        label=_("Who reviews its trail"),
        help_text=_("Supervisors see who did what and when, never a word or a member's name."),
        error_messages={"required": _("Choose somebody."), "invalid_choice": _("Choose somebody.")},
    )

    def __init__(self, *args: Any, supervisors: Choices, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.offer("supervisor", [("", _("Choose")), *supervisors])


class MemberForm(HouseForm):
    name = name_field(_("Name"), _("Sealed. Others see a code."))
    preferred = forms.CharField(
        label=_("Called by preference"),
        help_text=_("If it is another name than the first one."),
        required=False,
    )
    aliases = forms.CharField(
        label=_("Also called"),
        help_text=_("Nicknames, with commas between. The name guard reads for them too."),
        required=False,
        max_length=400,
        error_messages={"max_length": _("Give fewer nicknames: at most 400 characters.")},
    )
    contact = forms.CharField(
        label=_("Emergency contact"),
        help_text=_("Whom to call, and the number. Sealed; it opens for a reason alone."),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=400,
        error_messages={"max_length": _("Give at most 400 characters.")},
    )
    since = day_field(_("In the group since"))

    def other_names(self) -> list[str]:
        return [word.strip() for word in self.cleaned_data["aliases"].split(",") if word.strip()]


class EndStintForm(HouseForm):
    until = day_field(_("Last day in the group"))


class BeginStintForm(HouseForm):
    group = forms.ChoiceField(
        label=_("Group"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a group."), "invalid_choice": _("Choose a group.")},
    )
    since = day_field(_("In the group since"))

    def __init__(self, *args: Any, groups: Choices, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.offer("group", groups)


class ContactForm(HouseForm):
    """Whom to call for a member; what stood there is not shown, and is replaced."""

    contact = forms.CharField(
        label=_("Emergency contact"),
        help_text=_("Whom to call, and the number. Empty: none. What stood here is replaced."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )


class RosterFileForm(HouseForm):
    """The file of a roster; what it must look like is judged by whoever reads it."""

    file = forms.FileField(
        label=_("The file"),
        help_text=_("CSV UTF-8, at most 200 people and 256 KB."),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={
            "required": _("Choose a file."),
            "invalid": _("Choose a file."),
            "missing": _("Choose a file."),
        },
    )


class FindForm(HouseForm):
    """A name or a code, and one group if there are several."""

    q = forms.CharField(
        label=_("Name or code"),
        help_text=_("The beginning of each word is enough. A code looks like M-4821."),
        max_length=120,
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}
        ),
        error_messages={
            "required": _("Type a name or a code."),
            "max_length": _("Type at most 120 characters."),
        },
    )
    group = forms.ChoiceField(
        label=_("In"),
        required=False,
        error_messages={"invalid_choice": _("Choose one from the list.")},
    )

    def __init__(self, *args: Any, groups: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = list(groups)
        self.offer("group", [("", _("All your groups")), *listed])
        if len(listed) < 2:
            self.fields["group"].widget = forms.HiddenInput()


class SessionForm(HouseForm):
    """When a session was; who was there is marked cell by cell afterwards."""

    day = day_field(_("Day"))
    starts_at = clock_field(pgettext_lazy("time of day", "From"), START)
    ends_at = clock_field(pgettext_lazy("time of day", "To"), END)

    def moment(self, field: str, zone: ZoneInfo) -> datetime:
        """Return start or end as an aware time; an end after midnight is the next day's."""
        day: date = self.cleaned_data["day"]
        at: time = self.cleaned_data[field]
        if field == "ends_at" and at.hour < 6 < self.cleaned_data["starts_at"].hour:
            day += timedelta(days=1)
        return datetime.combine(day, at, zone).astimezone(UTC)


def show(form: HouseForm, **values: Any) -> None:
    """Show these values in a form that comes back, instead of what was sent."""
    data: Any = form.data
    form.data = data.copy()
    for name, value in values.items():
        form.data[name] = value  # type: ignore[index]


class ItemForm(HouseForm):
    """What was said, who said it, and everybody it concerns."""

    speaker = forms.ChoiceField(
        label=_("Who said it"),
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": _("Choose somebody from the list.")},
    )
    concerned = forms.MultipleChoiceField(
        label=_("Who else can be recognised in it"),
        help_text=_("Also those who were absent. Nothing leaves without the permission of each."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": _("Choose people from the list.")},
    )
    text = forms.CharField(
        label=_("The words"),
        help_text=_("As near to what was said as you can. At most 20,000 characters. Sealed."),
        widget=forms.Textarea(attrs={"rows": 7}),
        strip=False,
        required=False,
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, present: Choices, roster: Choices, speaker: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if speaker:
            self.offer("speaker", present)
        else:
            del self.fields["speaker"]
        self.offer("concerned", roster)

    def clean_text(self) -> str:
        return self.cleaned_data["text"].replace("\r\n", "\n")

    def chosen_speaker(self) -> UUID | None:
        chosen = self.cleaned_data.get("speaker")
        return UUID(chosen) if chosen else None

    def chosen_concerned(self) -> list[UUID]:
        return [UUID(member) for member in self.cleaned_data["concerned"]]

    def show(self, text: str, **more: Any) -> None:
        """Show this text in the form that comes back, instead of what was sent."""
        show(self, text=text, **more)


class RedactForm(ItemForm):
    """Whom redacted words still concern, and the words."""

    concerned = forms.MultipleChoiceField(
        label=_("Who stays in it"),
        help_text=_("Without the person who said it, keep one person only."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": _("Choose people from the list.")},
    )

    def __init__(self, *args: Any, concerned: Choices, **kwargs: Any) -> None:
        super().__init__(*args, present=[], roster=concerned, speaker=False, **kwargs)
        self.fields["text"].label = _("The words that stay")
        self.fields["text"].help_text = _(
            "Take out whole passages rather than single names: a story can tell a name too."
        )


class SummaryForm(HouseForm):
    """A summary about one member."""

    text = forms.CharField(
        label=_("The summary"),
        help_text=_("About this member alone. It names nobody else. Sealed."),
        widget=forms.Textarea(attrs={"rows": 9}),
        strip=False,
        required=False,
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_text(self) -> str:
        return self.cleaned_data["text"].replace("\r\n", "\n")

    def show(self, text: str, **more: Any) -> None:
        """Show this text in the form that comes back, instead of what was sent."""
        show(self, text=text, **more)


class ReleaseForm(HouseForm):
    """To whom and why something shall go."""

    recipient = forms.ChoiceField(
        label=_("Goes to"),
        error_messages={
            "required": _("Choose a recipient."),
            "invalid_choice": _("Choose a recipient."),
        },
    )
    purpose = forms.ChoiceField(
        label=_("Reason"),
        choices=STAFF_PURPOSES.items(),
        error_messages={
            "required": _("Choose a reason."),
            "invalid_choice": _("Choose a reason."),
        },
    )

    def __init__(self, *args: Any, recipients: Choices | Grouped, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("recipient", [("", _("Choose")), *recipients])


class AskForm(ReleaseForm):
    """To whom, why, until when, and by when an answer is needed."""

    expires_on = day_field(_("The permission ends on"), _("This day is the last one."))
    answer_by = day_field(_("Answer by"), _("No answer counts as no."))
    within = forms.ChoiceField(
        label=_("Only while they belong to"),
        required=False,
        error_messages={"invalid_choice": _("Choose a group from the list.")},
    )
    nobody_else = forms.BooleanField(
        label=_("Nobody else can be recognised in these words"),
        error_messages={"required": _("Read the words once more, then tick this.")},
    )

    def __init__(
        self, *args: Any, groups: Choices, last: date | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        listed = list(groups)
        self.offer("within", [("", _("No group")), *listed])
        if not listed:
            self.fields["within"].widget = forms.HiddenInput()
        if last:
            day = {"day": date_format(last, "DATE_FORMAT")}
            ends = self.fields["expires_on"]
            ends.help_text = (
                _("This day is the last one. This practice allows no later day than %(day)s.") % day
            )


# What consent.services.links takes.
LINK_HOURS = {24: _("One day"), 72: _("Three days"), 168: _("Seven days")}
LINK_OPENINGS = {1: _("Once"), 2: _("Twice"), 3: _("Three times")}


class NewLinkForm(HouseForm):
    """How long a link lives and how often it opens."""

    hours = forms.TypedChoiceField(
        label=_("How long it lives"),
        choices=LINK_HOURS.items(),
        initial=72,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how long the link shall live.")},
    )
    openings = forms.TypedChoiceField(
        label=_("How often it opens"),
        choices=LINK_OPENINGS.items(),
        initial=3,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how often it may be opened.")},
    )


class StandingForm(HouseForm):
    """Whose signature the law asks for."""

    signs = forms.ChoiceField(label=_("Who has to sign"), choices=WhoSigns)
    of_age_on = day_field(
        _("The day they come of age"),
        _("Only for a minor. On that day, at midnight, they decide alone."),
        required=False,
    )
    died = forms.BooleanField(label=_("The member has died"), required=False)


class RepresentationForm(HouseForm):
    """Somebody who speaks for a member."""

    name = name_field(_("Name"), _("Sealed. They get a sign-in of their own."))
    authority = forms.ChoiceField(label=_("By what right"), choices=Authority)
    since = day_field(_("Since"))
    until = day_field(_("Last day"), _("Leave it empty if no day is known."), required=False)
    may_read = forms.BooleanField(label=_("They may read the words, too"), required=False)
    evidence = forms.CharField(
        label=_("What shows it"),
        help_text=_("For example: court order, its number and date. Sealed."),
        widget=forms.Textarea(attrs={"rows": 3}),
        strip=False,
        required=False,
    )


class PaperForm(HouseForm):
    """A signed paper."""

    reference = forms.CharField(
        label=_("Reference on the paper"),
        help_text=_("The number under which the paper is kept. Sealed."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        required=False,
    )
    signed_on = day_field(_("Signed on"))
    signer = forms.ChoiceField(label=_("Who signed it"), required=False)

    def __init__(self, *args: Any, signers: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("signer", [("", _("The member")), *signers])


class AgreementForm(HouseForm):
    """What a group agreed on, beside the text that every group has."""

    text = forms.CharField(
        label=_("What your group agreed on besides"),
        help_text=_(
            "It stands below the text that every group has. "
            "Until somebody has signed it, nobody can be asked for what concerns them."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
        strip=False,
        required=False,
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=20)


class TalkForm(HouseForm):
    """The day on which the group spoke of its agreement."""

    on = day_field(_("Spoken of on"))
