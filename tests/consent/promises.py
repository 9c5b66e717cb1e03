"""What a promise about every ledger is: how many cases it is tried on, and what a permit needs.

`GROUPCARE_DRILL=full` draws fifty times as many; the number of cases that were
judged is printed after each file, as one line of JSON, when that variable is set.
"""

import collections
import functools
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings

from consent.kinds import Kind
from consent.rules import Decision, Signs
from tests.consent.worlds import COVERED_BY, NOON

EACH = 400
DRILL = os.environ.get("GROUPCARE_DRILL", "")
promise_settings = settings(
    max_examples=EACH * (50 if DRILL == "full" else 1),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
PROMISES: list[str] = []
JUDGED = collections.Counter[str]()


def promise(*drawn):
    """Draw the usual number of cases for a test, and count those that were judged to the end."""

    def drawing(test):
        PROMISES.append(test.__name__)

        @functools.wraps(test)
        def counted(**case):
            test(**case)
            JUDGED[test.__name__] += 1

        return promise_settings(given(*drawn)(counted))

    return drawing


@pytest.fixture(scope="module", autouse=True)
def figures(request: pytest.FixtureRequest) -> Iterator[None]:
    """Print how many promises of a file were judged, and on how many cases."""
    JUDGED.clear()
    yield
    if DRILL:
        judged = {"properties": len(JUDGED), "cases": JUDGED.total()}
        with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            print("\n" + json.dumps(judged))


def never_wider(narrow: Decision, wide: Decision) -> bool:
    """Say whether `narrow` lets out no more than `wide`, and no longer."""
    if not narrow.permits:
        return True
    forever = datetime.max.replace(tzinfo=UTC)
    return wide.permits and (narrow.until or forever) <= (wide.until or forever)


def covers(consent, item, question, signer_is_member):
    """The formula of docs/rules.md; a lifted hold leaves what was there before it.

    With `signer_is_member` True or False only grants signed on that side are looked at.
    """
    told = sorted(consent.events, key=lambda event: event.counter)
    if signer_is_member is not None:
        told = [
            e for e in told if e.kind is not Kind.GRANTED or (e.signer is None) == signer_is_member
        ]
    lifted = told and told[-1].kind is Kind.UNHELD and told[-1].authentic
    if lifted:
        told = [event for event in told if event.kind not in (Kind.HELD, Kind.UNHELD)]
    last = told[-1] if told else None
    shown = {question.recipient} | question.classes
    return (
        consent.disclosure == item.disclosure
        and consent.version == item.version
        and consent.recipient in shown
        and (consent.recipient_class is None or consent.recipient_class in question.classes)
        and consent.for_proceedings == question.proceeding
        and not consent.defects
        and any(question.purpose in COVERED_BY[purpose] for purpose in consent.purposes)
        and consent.effective <= question.at
        and consent.expires is not None
        and question.at < consent.expires
        and (consent.event_at is None or question.at < consent.event_at)
        and last is not None
        and last.kind is Kind.GRANTED
        and last.authentic
        and (last.until is None or question.at < last.until)
    )


def sides(subject, at):
    """Who has to sign, as `covers` wants to hear it."""
    standing = subject.standing
    grown = standing.of_age_at is not None and standing.of_age_at <= at
    guarded = any(r.since >= (standing.of_age_at or NOON) for r in standing.representatives)
    if standing.signs is not Signs.BOTH or standing.died or (grown and not guarded):
        return [None]
    return [None] if grown else [True, False]
