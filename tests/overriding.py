"""Letting out without consent, for tests: what Fay claims, who is the second person, who reviews.

Ana says that she will die tonight; the crisis team can prevent it.
"""

from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from audit.trail import Actor
from consent import overridden
from consent.kinds import Reason
from consent.models import Override, Recipient, Release, ReleaseItem, Review, ReviewOutcome
from consent.rules.claims import ClaimWords
from consent.rules.overrides import Basis, Fact
from consent.services.overriding import (
    NewRecipient,
    OverrideWithheld,
    approve_override,
    approve_scope,
    override_scope,
    release_override,
    request_override,
)
from consent.services.reviewing import close_review, open_review
from sessions_app.guarding import Guard
from sessions_app.models import Disclosure
from tests.cast import CastTestCase, proven, recipient
from tests.consent.by_hand import change
from vault import services as vault

TEXT = "I bought the pills on Monday. I will take them tonight. My sister thinks I am fine."
TONIGHT = "I will take them tonight."
SERIOUS = frozenset({Fact.SERIOUS, Fact.IMMINENT})
WORDS = {
    "what": "She says that she will die tonight, and has pills.",
    "no_consent": "She left and does not answer her telephone.",
    "can_prevent": "The crisis team is ten minutes from her door.",
    "consulted": "Sue, by telephone.",
}
COURT = {
    "file_number": "23-CV-118",
    "judge": "Judge Alvarez",
    "court": "County court",
    "ordered": "What was said on the third about the pills.",
}
ORDERED = frozenset({Fact.COUNSEL_TOLD, Fact.MEMBER_TOLD})


def aged(override: Override, hours: float) -> None:
    """Let a request, and its approval if there is one, be as old as that: signed anew, as then."""
    override = Override.objects.get(pk=override.pk)
    earlier = timedelta(hours=hours)
    override.requested_at -= earlier
    message = overridden.request_message(override, list(override.involved.all()))
    _put(override, message, requested_at=override.requested_at)
    for answer in override.answers.filter(kind="approved"):
        answer.at -= earlier
        _put(answer, overridden.approval_message(answer), at=answer.at)


def _put(row: Any, message: bytes, **columns: Any) -> None:
    mac = vault.authenticate(message)
    change(row, mac_key_id=mac.key_id, mac=mac.value, **columns)


class Overriding:
    """Verbs on the cast. Everything goes through the services."""

    def requests(
        self: Any,
        item: Disclosure,
        basis: Basis = Basis.THREAT,
        *,
        said: frozenset[Fact] = SERIOUS,
        to: Recipient | NewRecipient | None = None,
        by: Actor | None = None,
        passages: tuple[str, ...] = (TONIGHT,),
        involved: Any = None,
        text: str = TEXT,
        more: dict[str, str] | None = None,
        once: Any = None,
        codes: list[str] | None = None,
        guard: Guard | None = None,
        **given: Any,
    ) -> Override:
        words = ClaimWords(**{**WORDS, **(more or {})}, passages=passages)
        people = [self.ana] if involved is None else involved
        return request_override(
            by=by or self.fay,
            codes=codes or [item.code],
            basis=basis,
            recipient=to or self.crisis,
            words=words,
            said=said,
            involved=[one.member.pk for one in people],
            text=text,
            once=once or uuid4(),
            guard=guard or self.guard(item.session),
            **given,
        )

    def approves(self: Any, override: Override, by: Actor | None = None) -> Override:
        by = by or self.sue
        return approve_override(
            by=by, code=override.code, step_up_id=proven(by, approve_scope(override))
        )

    def lets_out(
        self: Any, override: Override, by: Actor | None = None, once: Any = None
    ) -> Release:
        by = by or self.fay
        return release_override(
            by=by,
            code=override.code,
            step_up_id=proven(by, override_scope(override)),
            once=once or uuid4(),
        )

    def let_out(self: Any, item: Disclosure, basis: Basis = Basis.THREAT, **given: Any) -> Release:
        """Ask, let Cody agree, and release: Sue is left to review it."""
        second = given.pop("second", self.cody)
        override = self.requests(item, basis, **given)
        if not override.urgent:
            self.approves(override, second)
        return self.lets_out(override)

    def urgently(self: Any, item: Disclosure, **given: Any) -> Override:
        more = {"alone": "She is on her way home now.", **given.pop("more", {})}
        return self.requests(item, urgent=True, more=more, **given)

    def closes(self: Any, override: Override, outcome: str = "upheld", **given: Any) -> Any:
        by = given.pop("by", self.sue)
        with suppress(Review.DoesNotExist):  # of what was erased nothing opens
            open_review(by=by, code=override.code)
        return close_review(
            by=by,
            code=override.code,
            outcome=ReviewOutcome.Outcome(outcome),
            **given,
        )


class Emergency(Overriding, CastTestCase):
    """Tests of Ana's words and the crisis team."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.crisis = recipient(cls.adam, "Crisis team")

    def setUp(self):
        self.item = self.said(TEXT)

    def stays(self, override: Override, *reasons: Reason, by=None) -> None:
        with pytest.raises(OverrideWithheld) as withheld:
            self.lets_out(override, by)
        assert withheld.value.reasons == reasons
        assert not ReleaseItem.objects.filter(override=override).exists()

    def approved(self, **given) -> Override:
        return self.approves(self.requests(self.item, **given))
