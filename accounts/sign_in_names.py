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


def new_sign_in_name() -> str:
    """Return a random name such as `heron-4821` ; the caller checks that it is free."""
    return f"{secrets.choice(_BIRDS)}-{secrets.randbelow(9000) + 1000}"


def new_first_password() -> str:
    """Return a random first password of four groups, about 78 bits, to hand over on paper."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(4))
