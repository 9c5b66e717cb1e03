"""Where the keys come from: files of their own, or the environment."""

import base64
import os
from pathlib import Path
from typing import Protocol


class KeyMissing(Exception):
    """A key is not where the settings say, or is not 32 bytes in base64."""


class KeyProvider(Protocol):
    """Hands out 32-byte keys by name: `kek` (sealing) and `mac` (consents)."""

    def key(self, name: str) -> bytes: ...


class FileKeys:
    """Keys in files of one folder, each 32 bytes in base64, readable by their owner alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def key(self, name: str) -> bytes:
        try:
            return decoded((self.folder / name).read_text())
        except (OSError, UnicodeDecodeError):
            raise KeyMissing(name) from None


class EnvironmentKeys:
    """Keys in `GROUPCARE_KEK` and `GROUPCARE_MAC`: for trials, since processes leak them."""

    def key(self, name: str) -> bytes:
        return decoded(os.environ.get(f"GROUPCARE_{name.upper()}", ""))


def decoded(text: str) -> bytes:
    """Return a key from its base64 form. Raises KeyMissing unless it is 32 bytes."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError:  # of which binascii.Error is one
        raise KeyMissing("not base64") from None
    if len(key) != 32:
        raise KeyMissing("not 32 bytes")
    return key
