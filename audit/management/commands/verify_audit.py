import hashlib
from uuid import UUID

from django.core.management.base import BaseCommand, CommandParser

from audit import queries


class Command(BaseCommand):
    help = (
        "Follow every chain of the trail. "
        "Ends with 'ok entries=N head=HEX' or 'broken at seq=N: reason'."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--chain", type=UUID, help="only this chain (a practice's id)")

    def handle(self, *args: object, **options: object) -> None:
        chosen = options["chain"]
        entries, heads = 0, list[bytes]()
        for chain in [chosen] if isinstance(chosen, UUID) else queries.chains():
            verdict = queries.verify_chain(chain)
            if not verdict.holds:
                self.stdout.write(f"chain {chain}")
                self.stdout.write(f"broken at seq={verdict.broken_at}: {verdict.reason}")
                raise SystemExit(1)
            self.stdout.write(f"chain {chain} entries={verdict.entries} head={verdict.head.hex()}")
            entries += verdict.entries
            heads.append(verdict.head)
        # One chain: its own head. Several: a digest over their heads, in the order printed above.
        head = heads[0] if len(heads) == 1 else hashlib.sha256(b"".join(heads)).digest()
        self.stdout.write(f"ok entries={entries} head={head.hex()}")
