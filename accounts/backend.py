"""Who may sign in. It answers nothing else: rights are rows, and roles are looked up."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from accounts.models import User


class SignInBackend(ModelBackend):
    """Finds a person by sign-in name and password; a closed account is as good as none.

    Django's own backend hashes once for an unknown name too, so that both
    answers cost the same.
    """

    def authenticate(
        self, request: Any, username: str | None = None, password: str | None = None, **other: Any
    ) -> User | None:
        name = username.strip().lower() if username else username
        return super().authenticate(request, username=name, password=password, **other)

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return False
