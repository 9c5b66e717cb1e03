"""A password hash that is cheap and openly insecure, for tests alone."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class CheapHasher(PBKDF2PasswordHasher):
    """One round: fast, and worth nothing."""

    algorithm = "cheap-for-tests"
    iterations = 1
