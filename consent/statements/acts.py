"""Lists of words that both statements look for, as SQL writes them."""

# Acts that change what stands of a consent; their `object_id` is the consent.
CONSENT_ACTS = tuple(
    f"consent.{kind}"
    for kind in (
        *("granted", "declined", "revoked", "held", "unheld"),
        *("expired", "superseded", "defect"),
    )
)


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


PERMITTING = _listed(("granted", "unheld"))
CHANGES = _listed(CONSENT_ACTS)
HOLDS = _listed(("consent.held", "consent.unheld"))
SHOWINGS = _listed(("class.shown", "class.ended"))  # their `object_id` is the showing
STANDINGS = _listed(("standing.recorded",))  # their `object_id` is the member
ANSWERS = _listed(tuple(act for act in CONSENT_ACTS if "held" not in act))
