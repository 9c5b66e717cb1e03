"""The house's forms: one look for every field, one key per form, problems as sentences."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from allauth.account.forms import LoginForm
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.passwords import least_length
from pages.shared.sentences import PROBLEMS, sentence
from sessions_app.rules import Problem, Rejected

FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2100, 1, 1)


def posted_key(request: HttpRequest) -> UUID:
    """Return the key of a form that was drawn without one of ours; without any, a new one."""
    try:
        return UUID(request.POST.get("once", ""))
    except ValueError:
        return uuid4()


class HouseRenderer(TemplatesSetting):
    """Draws every field with label, hint and error in one place for all forms."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"


# What Django would say of a field, in our words; a field that has its own keeps them.
FIELD_SENTENCES: dict[str, Any] = {
    "required": PROBLEMS[Problem.REQUIRED],
    "invalid": _("This cannot be read. Type it again."),
    "invalid_choice": PROBLEMS[Problem.UNKNOWN],
    "invalid_list": PROBLEMS[Problem.UNKNOWN],
    "max_length": _("This is too long. Make it shorter."),
    "null_characters_not_allowed": _(
        "There is a character in it that cannot be kept. Type the text again."
    ),
}
NOT_OFFERED = {"invalid_choice", "invalid_list"}
HIDDEN_SENTENCE = _("This form is not as it was sent to you. Load the page again.")


def say_it_in_our_words(field: forms.Field) -> None:
    """Replace each of Django's own messages of a field; those given for this field stay."""
    djangos: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        djangos |= vars(kind).get("default_error_messages", {})
    ours = FIELD_SENTENCES
    if field.widget.is_hidden:
        ours = dict.fromkeys(FIELD_SENTENCES, HIDDEN_SENTENCE)
    for code, words in ours.items():
        if field.error_messages.get(code) == djangos.get(code):
            field.error_messages[code] = words


@dataclass
class Watched:
    """Whether a form of this request chose what its page did not offer."""

    tampered: bool = False


_watched: ContextVar[Watched | None] = ContextVar("watched", default=None)


@contextmanager
def choices_watched() -> Iterator[Watched]:
    """Learn, until the end of the block, whether a form chose what it was not offered.

    Somebody else's id and one that never was are the same to a form.
    """
    watched = Watched()
    token = _watched.set(watched)
    try:
        yield watched
    finally:
        _watched.reset(token)


class HouseForm(forms.Form):
    """A form with a key of its own: sent twice, it is done once."""

    use_required_attribute = False
    keeper = ""  # for whom what is typed is kept, if it is (pages/shared/keeping.py)
    is_back = False  # begins with what was typed when a stay ended
    once = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("once", uuid4())

    def full_clean(self) -> None:
        """Clean, with every field of the finished form speaking our words."""
        for field in self.fields.values():
            say_it_in_our_words(field)
        super().full_clean()
        watched, problems = _watched.get(), self.errors.as_data().values()
        if watched and any(error.code in NOT_OFFERED for one in problems for error in one):
            watched.tampered = True

    @property
    def key(self) -> UUID:
        """The form's key; a form that came without one gets a new one."""
        return self.cleaned_data["once"] or uuid4()

    def offer(self, field: str, choices: Iterable[tuple[Any, Any]]) -> None:
        """Set what a choice field offers; anything else is refused."""
        chosen = self.fields[field]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = list(choices)

    def put(self, field: str, value: str) -> None:
        """Let a form that comes back bring another value in one of its fields."""
        data: Any = self.data
        self.data = data.copy()
        self.data[field] = value  # type: ignore[index]

    def reject(self, rejected: Rejected) -> None:
        """Show a service's problems, at their fields where there is one."""
        for field, problem in rejected.problems.items():
            place = field if field in self.fields else None
            self.add_error(place, sentence(field, problem))


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(format="%Y-%m-%d", attrs=attrs)


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


def name_field(label: Any, help_text: Any = "") -> forms.CharField:
    """A name; what a name must be is the service's rule."""
    return forms.CharField(
        label=label, help_text=help_text, error_messages={"required": _("Give a name.")}
    )


class WhyForm(HouseForm):
    """Why somebody has to read what is closed to them otherwise."""

    why = forms.CharField(
        label=_("Why you have to read it"),
        help_text=_("A supervisor reads your reason and reviews it."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why, in a few words.")},
    )


class SignInForm(LoginForm):
    """allauth's form with our words."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("remember", None)
        login, password = self.fields["login"], self.fields["password"]
        login.label = _("Sign-in name")
        password.label = _("Password")
        login.help_text = _("Not your e-mail address. It is on the paper you were given.")
        login.widget = forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        )
        login.error_messages["required"] = _("Type your sign-in name.")
        password.error_messages["required"] = _("Type your password.")
        password.help_text = ""
        password.widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})
        for field in (login, password):
            say_it_in_our_words(field)

    use_required_attribute = False


def _password(label: Any, autocomplete: str, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
        error_messages={"required": _("Type your password.")},
    )


def _pin(label: Any, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=60,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        error_messages={"required": _("Type your PIN.")},
    )


def _code(label: Any, hint: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=60,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
        error_messages={"required": _("Type the code.")},
    )


def _sign_in_name() -> forms.CharField:
    return forms.CharField(
        label=_("Sign-in name"),
        max_length=200,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": _("Type your sign-in name.")},
    )


class PasswordAgainForm(HouseForm):
    """The password once more, for one act; of staff a code too."""

    password = _password(_("Your password"), "current-password")
    code = _code(
        _("Your code"), _("The six digits that your code app shows now, or a recovery code.")
    )

    def __init__(self, *args: Any, with_code: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_code:
            del self.fields["code"]

    @property
    def wrong(self) -> Any:
        """What to say of a wrong answer: never which of the two was wrong."""
        if "code" in self.fields:
            return _("Password or code is not right. Wait for the next code and try once more.")
        return _("That is not your password. Try once more.")


class UnlockForm(HouseForm):
    """What opens a locked page: the PIN, or the password of somebody who has none."""

    secret = _password(_("Your password"), "current-password")

    def __init__(self, *args: Any, with_pin: bool, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="unlock_%s", **kwargs)
        if with_pin:
            self.fields["secret"] = _pin(_("Your PIN"))


class NewPinForm(HouseForm):
    """A PIN that opens a locked page from now on; a member's also proves them in the room (R83)."""

    pin = _pin(_("New PIN"), _("6 to 12 digits. It opens a locked page, and never signs you in."))

    def __init__(self, *args: Any, member: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if member:
            self.fields["pin"].help_text = _(
                "6 to 12 digits. It opens a locked page, and shows that it is you when you "
                "answer on our device in the room. Tell it to nobody."
            )


class PinInRoomForm(HouseForm):
    """One's own PIN, on a device that was handed over in the room."""

    pin = _pin(_("Your own PIN"))


class CodeForm(HouseForm):
    """The second step: a code of the app, or a recovery code."""

    code = _code(
        _("Your code"), _("The six digits that your code app shows now, or a recovery code.")
    )


class SignInNameForm(HouseForm):
    """Somebody's sign-in name, from their paper."""

    name = _sign_in_name()


class InvitationForm(HouseForm):
    """The name and the one-time code on the paper that was handed over."""

    name = _sign_in_name()
    code = _code(_("One-time code"), _("It is on the paper you were given. It works once."))


class NewPasswordForm(HouseForm):
    """A password to sign in with from now on; how long it must be depends on who it is."""

    password = _password(_("New password"), "new-password")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = _("At least %(least)d characters. A few words that belong together are best.")
        self.fields["password"].help_text = hint % {"least": least_length(user)}
