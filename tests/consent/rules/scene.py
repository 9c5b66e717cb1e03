"""The scene of the decision table, and the shortest ways to set it.

Ana said something that also concerns Ben, who was absent that day. The clinic
asks for it, so that those who care for them can work together (`COC`); the
insurer may ask too. The clinic may be shown to be one of Ana's providers.
Paula is her mother. Numbers are the rows and readings of docs/rules.md, with
their citations in brackets. An empty set of reasons means PERMIT.
"""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from consent.kinds import Kind, Reason
from consent.rules import (
    ADULT,
    ConsentFacts,
    EventFacts,
    ItemFacts,
    Question,
    RepresentativeFacts,
    SubjectFacts,
    decide,
)

ANA, BEN, CARLA, CLINIC, INSURER = (UUID(int=n) for n in range(1, 6))
ITEM, OTHER_ITEM, VERSION, OLD_VERSION, OTHER_VERSION = (UUID(int=n) for n in range(6, 11))
PROVIDERS, EMPLOYERS, ANA_HERSELF, BEN_HIMSELF = (UUID(int=n) for n in range(11, 15))
PAULA, PETER, EXECUTOR = (UUID(int=n) for n in range(15, 18))
NOON = datetime(2024, 5, 6, 12, tzinfo=UTC)
DAY, INSTANT = timedelta(days=1), timedelta(microseconds=1)
PERMIT: set[Reason] = set()
ASKED, GRANTED, DECLINED, REVOKED = Kind.ASKED, Kind.GRANTED, Kind.DECLINED, Kind.REVOKED
HELD, UNHELD, EXPIRED, DEFECT = Kind.HELD, Kind.UNHELD, Kind.EXPIRED, Kind.DEFECT
SIGNED = NOON - 20 * DAY

_consent_ids = (UUID(int=n) for n in itertools.count(100))


def consent(*kinds, first=1, to=CLINIC, purposes="COC", **more):
    """One consent; its events are numbered from `first` in the ledger of the item.

    What is no field of a consent is one of its events: `authentic`, `until`, `at`, ...
    """
    of_events = {k: more.pop(k) for k in (*EventFacts.__dataclass_fields__,) if k in more}
    authentic = of_events.pop("authentic", True)
    facts = ConsentFacts(
        id=next(_consent_ids),
        disclosure=ITEM,
        version=VERSION,
        recipient=to,
        purposes=frozenset(purposes.split()),
        effective=NOON - 30 * DAY,
        expires=NOON + 30 * DAY,
        events=tuple(
            EventFacts(
                counter,
                kind,
                authentic=authentic and kind in (GRANTED, UNHELD),
                **{"at": SIGNED, **of_events},
            )
            for counter, kind in enumerate(kinds, start=first)
        ),
    )
    return replace(facts, **more)


def yes(**scope):
    return consent(GRANTED, **scope)


def no(**scope):
    return consent(DECLINED, **scope)


def ana(*consents, agreement_signed=True, standing=ADULT):
    return SubjectFacts(ANA, agreement_signed, consents, standing)


def ben(*consents, agreement_signed=True, standing=ADULT):
    return SubjectFacts(BEN, agreement_signed, consents, standing)


def carla(*consents):
    return SubjectFacts(CARLA, True, consents)


def item(*subjects, **facts):
    return ItemFacts(ITEM, VERSION, **{"speaker": ANA, "subjects": subjects, **facts})


def note(*subjects, **facts):
    """A progress note or a summary: nobody spoke it."""
    return item(*subjects, speaker=None, **facts)


def ask(to=CLINIC, purpose="COC", at=NOON, *, classes=(), **more):
    return Question(to, purpose, at, classes=frozenset(classes), **more)


def representative(user=PAULA, since=NOON - 9000 * DAY, **more):
    return RepresentativeFacts(user, since, **more)


def row(name, facts, question=None, *, answer):
    return pytest.param(facts, question or ask(), answer, id=name)


def table(*rows):
    """Parametrize a test with rows: what stands, what is asked, and the reasons that are given."""
    return pytest.mark.parametrize(("facts", "question", "answer"), rows)


def assert_decided(facts, question, answer):
    decision = decide(facts, question)

    assert decision.reasons == tuple(sorted(answer))
    assert decision.permits == (not answer)
    assert bool(decision.consents) == (not answer)
