"""A contract for import-linter, which knows packages of others only as a whole."""

from typing import Any

from importlinter import Contract, ContractCheck, output

from tests.http_imports import HOUSE, http_imports


class NoHttpContract(Contract):
    """Below `pages/` nothing imports HTTP, templates, forms, addresses or views."""

    def check(self, graph: Any, verbose: bool) -> ContractCheck:
        found = http_imports(HOUSE)
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for line in check.metadata["found"]:
            output.print_error(line)
