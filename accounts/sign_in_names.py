"""Issued sign-in names: easy to read from paper, telling nothing about who carries them."""

import secrets

_BIRDS = [
    "heron",
    "robin",
    "plover",
    "linnet",
    "curlew",
    "dipper",
    "martin",
    "avocet",
    "wagtail",
    "siskin",
    "bunting",
    "thrush",
    "kestrel",
    "petrel",
    "gannet",
    "eider",
    "teal",
    "wren",
    "finch",
    "swift",
    "redwing",
    "dunlin",
    "fulmar",
    "osprey",
]


_CLEAR = "abcdefghjkmnpqrstuvwxyz23456789"


def new_sign_in_name() -> str:
    """Return a random name such as `heron-4821` ; the caller checks that it is free."""
    return f"{secrets.choice(_BIRDS)}-{secrets.randbelow(9000) + 1000}"


def new_code(groups: int) -> str:
    """Return random letters and digits in groups of four, about 20 bits each, to read from paper.

    None of them looks like another.
    """
    return "-".join("".join(secrets.choice(_CLEAR) for _ in range(4)) for _ in range(groups))


def typed_code(code: str) -> str:
    """Return a code as it was issued, however somebody typed it."""
    plain = "".join(code.split()).replace("-", "").lower()[:64]
    return "-".join(plain[n : n + 4] for n in range(0, len(plain), 4))
