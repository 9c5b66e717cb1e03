"""Make the keys of a new installation: `python -m vault.new_keys FOLDER`.

Writes `kek` and `mac`, each 32 random bytes, and `secret_key`, 48, for Django asks for
50 characters; in base64, mode 0600. Refuses a folder that holds any of them: a second
key beside existing ciphertext would make that unreadable.
"""

import base64
import os
import secrets
import sys
from pathlib import Path

BYTES = {"secret_key": 48, "kek": 32, "mac": 32}
NAMES = tuple(BYTES)


def write_new_keys(folder: Path) -> None:
    """Write the three keys. Raises FileExistsError if one is there already."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in NAMES:
        if (folder / name).exists():
            raise FileExistsError(f"{folder / name} exists; nothing was changed")
    for name in NAMES:
        handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(base64.b64encode(secrets.token_bytes(BYTES[name])).decode() + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m vault.new_keys FOLDER")
    try:
        write_new_keys(Path(sys.argv[1]))
    except FileExistsError as error:
        sys.exit(str(error))
