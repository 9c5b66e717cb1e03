"""The three questions of the trust pulse, in the practice's own words or the house's."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from sessions_app.models import PulseQuestions

OWN_WORDS: tuple[Any, Any, Any] = (
    _("I felt safe in the group."),
    _("I could say what I wanted to say."),
    _("I trust that what I said stays here."),
)


def texts_of(wording: PulseQuestions | None) -> tuple[Any, Any, Any]:
    """Return the three questions of a wording; without one, the house's."""
    return (wording.first, wording.second, wording.third) if wording else OWN_WORDS
