"""What is authenticated of a member's legal standing, byte for byte. Pure."""

import json
from collections.abc import Sequence
from typing import Any

_encode = json.JSONEncoder(separators=(",", ":")).encode
RECORDED = "standing.recorded"


def standing_message(
    member: str,
    number: int,
    user: str,
    signs: str,
    of_age_at: str | None,
    died: bool,
    representatives: Sequence[Sequence[Any]],
    recorded_by: str,
    at: str,
) -> bytes:
    """Return the canonical bytes of a standing: ids as hexadecimal digits, instants as texts."""
    scope = ["standing", member, number, user, signs, of_age_at, bool(died)]
    return _encode([scope, [list(one) for one in representatives], [recorded_by, at]]).encode()
