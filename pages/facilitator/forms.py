"""The forms of the facilitator's room. They check shape; rules are the services'."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from pages.shared.forms import HouseForm, name_field
from pages.shared.sentences import STAFF_PURPOSES
from sessions_app.models import AttendanceStatus, Modality, RecordClass

FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2100, 1, 1)
Choices = Iterable[tuple[Any, Any]]


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(format="%Y-%m-%d", attrs=attrs)


class ClockInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def day_field(label: Any, help_text: Any = "", **more: Any) -> forms.DateField:
    """A day, with the sentence for what is not one."""
    wrong = _("Give a day, for example 2026-11-24.")
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=DayInput(),
        validators=[MinValueValidator(FIRST_DAY, wrong), MaxValueValidator(LAST_DAY, wrong)],
        error_messages={"required": wrong, "invalid": wrong},
        **more,
    )


def clock_field(label: Any, wrong: Any) -> forms.TimeField:
    """A time of day, with the sentence for what is not one."""
    return forms.TimeField(
        label=label, widget=ClockInput(), error_messages={"required": wrong, "invalid": wrong}
    )


class GroupForm(HouseForm):
    name = name_field(
        _("Name of the group"), _("Sealed. Only those who lead it, and its members, see it.")
    )
    since = day_field(_("You lead it since"))
    modality = forms.ChoiceField(label=_("Kind of group"), choices=Modality)
    record_class = forms.ChoiceField(
        label=_("How its records are protected"),
        help_text=_("Choose substance use only if the program falls under 42 CFR Part 2."),
        choices=RecordClass,
    )
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


class MemberForm(HouseForm):
    name = name_field(_("Name"), _("Sealed. Others see a code."))
    since = day_field(_("In the group since"))


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
    """When a session was, and how each person on the roster of that day attended."""

    day = day_field(_("Day"))
    starts_at = clock_field(_("From"), _("Give the start as a time, for example 18:00."))
    ends_at = clock_field(_("To"), _("Give the end as a time, for example 19:30."))
    TIMES = ("day", "starts_at", "ends_at")

    def __init__(self, *args: Any, roster: Iterable[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        statuses = [c for c in AttendanceStatus.choices if c[0] != AttendanceStatus.EXPECTED]
        self.marks = {}
        for member, name in roster:
            field = f"attends-{member}"
            self.fields[field] = forms.ChoiceField(
                label=name,
                choices=statuses,
                widget=forms.RadioSelect,
                error_messages={"required": _("Say whether %(name)s was there.") % {"name": name}},
            )
            self.marks[member] = field

    def times(self) -> list[forms.BoundField]:
        return [self[name] for name in self.TIMES]

    def attendance_fields(self) -> list[forms.BoundField]:
        return [self[field] for field in self.marks.values()]

    def attendance(self) -> dict[UUID, AttendanceStatus]:
        return {
            member: AttendanceStatus(self.cleaned_data[field])
            for member, field in self.marks.items()
        }

    def moment(self, field: str, zone: ZoneInfo) -> datetime:
        """Return start or end as an aware time; an end after midnight is the next day's."""
        day: date = self.cleaned_data["day"]
        at: time = self.cleaned_data[field]
        if field == "ends_at" and at.hour < 6 < self.cleaned_data["starts_at"].hour:
            day += timedelta(days=1)
        return datetime.combine(day, at, zone).astimezone(UTC)


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
        help_text=_(
            "Everybody a reader could recognise, also those who were absent. "
            "Nothing leaves the group without the permission of each."
        ),
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


class ReleaseForm(HouseForm):
    """To whom and why one item shall go."""

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

    def __init__(self, *args: Any, recipients: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("recipient", [("", _("Choose")), *recipients])


class AskForm(ReleaseForm):
    """To whom, why, until when, and by when an answer is needed."""

    expires_on = day_field(_("The permission ends on"), _("This day is the last one."))
    answer_by = day_field(_("Answer by"), _("No answer counts as no."))
    nobody_else = forms.BooleanField(
        label=_("Nobody else can be recognised in these words"),
        error_messages={"required": _("Read the words once more, then tick this.")},
    )
