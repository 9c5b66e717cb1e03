from contextlib import suppress

from django.core.management.base import BaseCommand
from django.db import transaction

from consent.access import Found, check_access, names_of
from consent.services.alarms import ACCESS, raise_alarm
from consent.services.sweeping import house
from vault import key_ring

AT_ONCE = 100


class Command(BaseCommand):
    help = (
        "Compare guardian's rows with the ledger, both ways. Prints what differs, by codes, "
        "and ends with 'ok checked' or 'differences=N'; exits 1 on any."
    )

    def handle(self, *args: object, **options: object) -> None:
        with_keys = False
        with suppress(key_ring.Keyless):
            with_keys = bool(key_ring.current())
        if not with_keys:
            self.stdout.write("without keys: the ledger is taken as it stands")
        differences, some = 0, list[Found]()
        for found in check_access(with_keys=with_keys):
            differences += found.finding.differs
            some.append(found)
            if len(some) == AT_ONCE:
                self._tell(some)
                some = []
        self._tell(some)
        if differences:
            self.stdout.write(f"differences={differences}")
            raise SystemExit(1)
        self.stdout.write("ok differences=0")

    def _tell(self, some: list[Found]) -> None:
        names = names_of(found.user for found in some)
        for found in some:
            self.stdout.write(found.line(names[found.user]))
            if found.finding.differs:
                with transaction.atomic(durable=True):
                    raise_alarm(
                        by=house(found.practice),
                        act=ACCESS,
                        object_id=found.object_id,
                        code=found.code,
                        group=found.group,
                    )
