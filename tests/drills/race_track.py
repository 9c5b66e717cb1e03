"""Where a race is run: its people, its items, and every call that was made (`races.py`)."""

import threading
import time
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError

from accounts.services import StepUpRefused
from consent.models import Override, Recipient
from consent.services import links, overriding, release
from sessions_app.models import Disclosure
from sessions_app.rules import Rejected
from tests.cast import CastMember, recipient
from tests.drills.oracle import Call

ITEMS = 20
FIRST_WORDS = "I wrote a letter to my brother."


class ReceiptAgain(Exception):
    """The receipt of an earlier hand-over came back: this call let nothing out."""


REFUSALS = (
    release.Withheld,
    links.LinkClosed,
    Rejected,
    StepUpRefused,
    overriding.OverrideWithheld,
    ObjectDoesNotExist,
    ReceiptAgain,
)


class HotItem:
    """An item everybody pulls at: what the threads need to know of it, never what is judged."""

    def __init__(self, item: Disclosure, speaker: CastMember, concerned: list[CastMember]) -> None:
        self.id, self.code, self.speaker = item.pk, item.code, speaker
        self.at_first = frozenset(one.member.code for one in concerned)
        self.released: list[tuple[str, Recipient]] = []
        self.links: list[tuple[links.MadeLink, Recipient]] = []
        self.emergencies: list[Override] = []
        self.brief_until = 0.0


class Track:
    """One race's items and people, and what each thread did."""

    def __init__(self, cast: Any, *, protected: bool, seed: int = 1) -> None:
        self.cast, self.protected, self.seed = cast, protected, seed
        self.members = [cast.ana, cast.cleo, cast.ben]
        self.crisis = recipient(cast.adam, "Crisis team")
        self.guard = cast.guard()
        self.items = [self._item(n) for n in range(ITEMS)]
        self.calls: list[Call] = []
        self.crashes: list[BaseException] = []
        self.early = threading.local()

    def _item(self, n: int) -> HotItem:
        speaker, other = (self.members[:2], self.members[1::-1])[n % 2]
        concerned = [speaker, *[other, self.members[2]][: n % 4 // 2]]  # half of them are shared
        item = self.cast.said(FIRST_WORDS, speaker, *concerned[1:])
        return HotItem(item, speaker, concerned)

    def call(
        self,
        move: str,
        item: HotItem,
        service: Callable[[], Any],
        *,
        reader: Recipient | Override | None = None,
        member: CastMember | None = None,
    ) -> Any:
        """Make one call, note how it ended, and return what it gave, None if it was refused."""
        invoked, outcome, given = time.monotonic(), "refused", None
        try:
            given = service()
            outcome = "done"
        except REFUSALS:
            pass
        except IntegrityError:
            if self.protected:  # without the lock two may write the same line of a ledger
                raise
        self.calls.append(
            Call(
                move,
                item.code,
                reader.code if reader else "",
                member.member.code if member else "",
                invoked,
                time.monotonic(),
                outcome,
            )
        )
        return given
