"""The decision: may this item go to this recipient, for this purpose, at this instant? Pure.

`facts` says from what, `decision` how; `purposes`, `signing` and `policy` are
its parts. `overrides` is the way without consent, on a legal
basis; `claims` and `passages` are what somebody writes and chooses for it.
"""

from consent.rules.decision import (
    Decision,
    broken_since,
    covered_scopes,
    decide,
    ledger_place,
    shortfalls,
    speaker_allows_showing,
    standing_no,
)
from consent.rules.facts import (
    ADULT,
    NO_POLICY,
    Block,
    ConsentFacts,
    EventFacts,
    HousePolicyFacts,
    ItemFacts,
    ItemKind,
    LegalStanding,
    Outsiders,
    Question,
    RepresentativeFacts,
    Signs,
    SubjectFacts,
)
from consent.rules.purposes import blocking, reaches
from consent.rules.signing import (
    authority_ends,
    both_sign,
    member_may_sign,
    signature_gap,
    signers_for,
)

__all__ = [
    "ADULT",
    "NO_POLICY",
    "Block",
    "ConsentFacts",
    "Decision",
    "EventFacts",
    "HousePolicyFacts",
    "ItemFacts",
    "ItemKind",
    "LegalStanding",
    "Outsiders",
    "Question",
    "RepresentativeFacts",
    "Signs",
    "SubjectFacts",
    "authority_ends",
    "both_sign",
    "blocking",
    "broken_since",
    "covered_scopes",
    "decide",
    "ledger_place",
    "member_may_sign",
    "reaches",
    "shortfalls",
    "signature_gap",
    "signers_for",
    "speaker_allows_showing",
    "standing_no",
]
