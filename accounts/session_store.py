"""Django's session store with the key hashed and the data sealed: a dump holds no live sign-in."""

import hashlib
import json
from typing import Any
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import StoredSession
from vault.envelope import Unreadable
from vault.session_seal import seal_session, unseal_session


def key_hash(session_key: str) -> str:
    """Return what is stored of a session key."""
    return hashlib.sha256(session_key.encode()).hexdigest()


class SessionStore(SessionBase):
    """A session in the database under the hash of its key."""

    def load(self) -> dict[str, Any]:
        row = StoredSession.objects.filter(
            key_hash=key_hash(self.session_key or ""), expires_at__gt=timezone.now()
        ).first()
        if row is None:
            self._session_key = None
            return {}
        try:
            return json.loads(unseal_session(bytes(row.data), row=row.key_hash.encode()))
        except Unreadable:
            self._session_key = None
            return {}

    def exists(self, session_key: str) -> bool:
        return StoredSession.objects.filter(key_hash=key_hash(session_key)).exists()

    def create(self) -> None:
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            return self.create()
        row = key_hash(self.session_key)
        stored = {
            "data": seal_session(
                json.dumps(self._get_session(no_load=must_create)).encode(),  # type: ignore[attr-defined]
                row=row.encode(),
            ),
            "expires_at": self.get_expiry_date(),
        }
        if not must_create:
            if not StoredSession.objects.filter(key_hash=row).update(**stored):
                raise UpdateError
            return None
        try:
            with transaction.atomic():
                StoredSession.objects.create(key_hash=row, **stored)
        except IntegrityError:
            raise CreateError from None

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            StoredSession.objects.filter(key_hash=key_hash(key)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        StoredSession.objects.filter(expires_at__lt=timezone.now()).delete()


def end_sessions_of(user: UUID) -> int:
    """End every session in which somebody is signed in; return how many there were.

    Sessions are sealed and name nobody outside, so all that live are opened: a
    rare act, and a house has few at a time.
    """
    theirs = [row.key_hash for row in StoredSession.objects.all() if _is_of(row, user)]
    StoredSession.objects.filter(key_hash__in=theirs).delete()
    return len(theirs)


def _is_of(row: StoredSession, user: UUID) -> bool:
    try:
        held = json.loads(unseal_session(bytes(row.data), row=row.key_hash.encode()))
    except Unreadable:
        return False  # it opens for nobody
    return held.get(SESSION_KEY) == str(user)
