"""Django's session store with the key hashed and the data sealed: a dump holds no live sign-in.

A stay ends by itself: some minutes after the last thing its person did, and
some hours after it began, whatever they did. `begin_stay` says how many; from
then on saving does not put the end off, `move_on` alone does. The database's
clock decides.
"""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.kept_query import KeptQuery
from accounts.models import StoredSession
from audit.clock import DatabaseClock, database_now
from vault.envelope import Unreadable
from vault.session_seal import seal_session, unseal_session

SIGN_IN = "sign_in"
IDLE, ENDS_AT = "idle", "ends_at"
MOVES_ON_AFTER = timedelta(seconds=30)  # or every request would write


def key_hash(session_key: str) -> str:
    """Return what is stored of a session key."""
    return hashlib.sha256(session_key.encode()).hexdigest()


def running(hashed: str) -> QuerySet[Any]:
    """Find a session that has not ended by the hash of its key, and when it was read."""
    rows = StoredSession.objects.select_related("sign_in").annotate(read_at=DatabaseClock())
    return rows.filter(key_hash=hashed, expires_at__gt=DatabaseClock(), sign_in__ended_at=None)


_running = KeptQuery(running, "none has this hash")


class SessionStore(SessionBase):
    """A session in the database under the hash of its key."""

    _row: StoredSession | None = None  # as it was read, and when
    _read_at: datetime

    def load(self) -> dict[str, Any]:
        row = _running.first(key_hash(self.session_key or ""))
        self._row = row
        if row is None:
            self._session_key = None
            return {}
        self._read_at = row.read_at
        try:
            return json.loads(unseal_session(bytes(row.data), row=row.key_hash.encode()))
        except Unreadable:
            self._session_key = None
            return {}

    @property
    def locked(self) -> bool:
        """Whether the stay was locked when it was read."""
        self._get_session()  # type: ignore[attr-defined]
        sign_in = self._row and self._row.sign_in
        return bool(sign_in and sign_in.locked_at)

    def begin_stay(self, sign_in: UUID, *, idle: timedelta, lasts: timedelta) -> None:
        """Make this the session of a stay: it ends once idle that long, and after `lasts`."""
        self[SIGN_IN] = sign_in.hex
        self[IDLE] = int(idle.total_seconds())
        self[ENDS_AT] = (database_now() + lasts).isoformat()
        self._row = None

    def move_on(self) -> None:
        """Put the idle end off, for something its person did; twice a minute at most."""
        row = self._get_session() and self._row  # type: ignore[attr-defined]
        if row is None or IDLE not in self:
            return
        end = self._end(self._read_at)
        if end - row.expires_at >= MOVES_ON_AFTER:
            alive = StoredSession.objects.filter(pk=row.pk, expires_at__gt=DatabaseClock())
            alive.update(expires_at=end)

    def _end(self, now: datetime) -> datetime:
        if IDLE not in self:
            return now + timedelta(seconds=self.get_expiry_age())
        return min(now + timedelta(seconds=self[IDLE]), datetime.fromisoformat(self[ENDS_AT]))

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
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        stored: dict[str, Any] = {
            "data": seal_session(json.dumps(data).encode(), row=row.encode()),
            "sign_in_id": UUID(data[SIGN_IN]) if SIGN_IN in data else None,
        }
        if must_create or IDLE not in data or self._row is None:
            stored["expires_at"] = self._end(database_now())
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
        StoredSession.objects.filter(expires_at__lt=DatabaseClock()).delete()
