"""What a race does to the house: it opens a door for a withdrawal, or takes the lock away."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

from django.db import connection, connections

from audit.trail import Actor
from consent.models import Recipient
from consent.services import asking, judging, verdicts
from sessions_app import queries as sessions
from tests.drills.race_track import HotItem, Track

SOON = timedelta(seconds=1)  # a permission that ends in the next instants
PAUSE = 0.01  # at most, in seconds, between reading the facts and acting on them
BRIEF = threading.local()
_gather, _local_midnight = verdicts.gather, asking.local_midnight


@contextmanager
def brief_questions() -> Iterator[None]:
    """Days are the shortest period there is; a race cannot wait for midnight."""

    def end(day: Any, practice: Any) -> datetime:
        if getattr(BRIEF, "on", False):
            return datetime.now(UTC) + SOON
        return _local_midnight(day, practice)

    with patch.object(asking, "local_midnight", end):
        yield


@contextmanager
def patient() -> Iterator[None]:
    """SQLite is not fair to who waits: on a loaded machine one of sixteen may wait very long."""
    options = connections.settings["default"]["OPTIONS"]
    with patch.dict(options, {"timeout": 300} if connection.vendor == "sqlite" else {}):
        yield


@contextmanager
def slow_between_facts_and_act() -> Iterator[None]:
    """Open the door through which a withdrawal could slip; with the lock it stays shut."""

    def gather(*items: Any, **question: Any) -> Any:
        facts = _gather(*items, **question)
        time.sleep(random.uniform(0, PAUSE))
        return facts

    with patch.object(verdicts, "gather", gather), patch.object(judging, "gather", gather):
        yield


@contextmanager
def protection_removed(race: Track) -> Iterator[None]:
    """Take away what makes a release and a withdrawal wait for each other.

    PostgreSQL: nobody locks an item. SQLite, where a transaction holds the
    whole database from its beginning: the facts were read before that.
    """
    if connection.vendor == "postgresql":
        lock = sessions.lock_disclosures
        locking, lock.__code__ = lock.__code__, (lambda ids: None).__code__
        try:
            yield
        finally:
            lock.__code__ = locking
    else:
        with patch.object(verdicts, "gather", lambda *items, **question: race.early.facts):
            yield


def facts_too_early(item: HotItem, reader: Recipient, by: Actor) -> Any:
    facts = _gather([item.id], recipient=reader.pk, purpose="TREAT", releaser=by)
    time.sleep(random.uniform(0, 10 * PAUSE))  # nobody waits for us meanwhile
    return facts
