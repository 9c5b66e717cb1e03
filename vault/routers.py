"""Keeps the vault's tables in the vault's database, and every other table out of it."""

from typing import Any

from django.db.models import Model

VAULT = "vault"


class VaultRouter:
    """Django's database router for the two databases."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        return VAULT if model._meta.app_label == VAULT else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return (db == VAULT) == (app_label == VAULT)
