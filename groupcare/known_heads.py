"""Keeping how far the trail has come, in the vault's database, after it was committed (I13)."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError

from audit.acting import acting_as
from audit.trail import growth
from consent.services.freezing import keep_known
from vault.key_ring import Keyless

log = logging.getLogger("groupcare")


@contextmanager
def heads_kept() -> Iterator[None]:
    """Keep the heads of what is committed inside; that it cannot be kept breaks nothing."""
    with growth() as chains:
        try:
            yield
        finally:
            for chain, grown in list(chains.items()):
                try:
                    with acting_as(chain):
                        keep_known(grown)
                except (DatabaseError, Keyless) as error:
                    log.error("%s: a head was not kept", type(error).__name__)
