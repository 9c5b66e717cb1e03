"""A probe on the vault: every value that opens, with the receipt it was opened against.

It sits at the cipher, below the door that asks for receipts, and judges by the
bytes of committed entries alone: it shares no rule with what it watches.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch
from uuid import UUID

from audit.entry import counted
from audit.models import Entry
from audit.trail import Receipt
from audit.verifier import decode
from vault import services as vault


class Probe:
    """What was opened: rows, each under the receipt that was shown for it."""

    def __init__(self) -> None:
        self.opened: list[tuple[UUID, Receipt | None]] = []

    def unproven(self) -> list[str]:
        """Return every opening without a committed entry of its own sign-in that lists the row."""
        faults = []
        by_receipt: dict[tuple[UUID, int], set[UUID]] = {}
        for row, receipt in self.opened:
            if receipt is None:
                faults.append(f"{row} opened without a receipt")
            else:
                by_receipt.setdefault((receipt.chain, receipt.seq), set()).add(row)
        for (chain, seq), rows in by_receipt.items():
            entry = Entry.objects.filter(chain=chain, seq=seq).first()
            receipt = next(r for _, r in self.opened if r and (r.chain, r.seq) == (chain, seq))
            if entry is None:
                faults.append(f"no committed entry {seq}")
                continue
            fields = decode(bytes(entry.body))
            if fields["sign_in"] != (receipt.sign_in.hex if receipt.sign_in else ""):
                faults.append(f"entry {seq} is of another sign-in")
            if ":" in fields["ids"]:
                if fields["ids"] != counted(receipt.ids) or not rows <= receipt.ids:
                    faults.append(f"entry {seq}: count or digest differ")
            elif not {row.hex for row in rows} <= set(fields["ids"].split(",")):
                faults.append(f"entry {seq} does not list what was opened")
        return faults


@contextmanager
def probing() -> Iterator[Probe]:
    """Watch every opening of the vault in this process, in all threads."""
    probe = Probe()
    unseal, open_all = vault.unseal, vault.open_all

    current = threading.local()

    def watched_open_all(sealed: Any, *receipts: Receipt) -> list[str]:
        current.receipts = receipts
        try:
            return open_all(sealed, *receipts)
        finally:
            current.receipts = ()

    def watched_unseal(blob: bytes, place: Any, **keys: Any) -> str:
        text = unseal(blob, place, **keys)
        shown = getattr(current, "receipts", ())
        probe.opened.append((place.row, next((r for r in shown if place.row in r.ids), None)))
        return text

    with (
        patch.object(vault, "unseal", watched_unseal),
        patch.object(vault, "open_all", watched_open_all),
    ):
        yield probe
