"""What a password must be: long enough, and not one that everybody tries first. Nothing else.

No rule about letters and digits, and none about changing it (ASVS 6.2.5, 6.2.10).
"""

from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import has_second_factor, must_have_second_factor

ALONE, WITH_SECOND_FACTOR, LONGEST = 15, 12, 200


def least_length(user: User | None) -> int:
    """Return how long the password of this person must be; theirs may stand alone or not."""
    if user is not None and (must_have_second_factor(user) or has_second_factor(user)):
        return WITH_SECOND_FACTOR
    return ALONE


class LongEnough:
    """Fifteen characters alone, twelve beside a second factor; two hundred at most."""

    def validate(self, password: str, user: Any = None) -> None:
        least = least_length(user)
        if len(password) < least:
            words = _("This is too short. Use at least %(least)d characters.")
            raise ValidationError(words % {"least": least}, code="password_too_short")
        if len(password) > LONGEST:
            raise ValidationError(_("This is too long. Make it shorter."), code="password_too_long")


class NotCommon(CommonPasswordValidator):
    """None of the twenty thousand that are tried first."""

    def validate(self, password: str, user: Any = None) -> None:
        try:
            super().validate(password, user)
        except ValidationError:
            words = _("Many people use this one, so it is tried first. Choose another.")
            raise ValidationError(words, code="password_too_common") from None
