"""Invented practices of any size, written straight into PostgreSQL: real grants, real entries.

Groups of eight with ten sessions and two hundred items; an item concerns two
members on average and is asked about for 1.8 readers, which makes 3.9 consents.
Of the questions 85 in 100 are allowed by everybody; in the others the speaker
took back, let it end, or never answered. Every grant carries a MAC of this
run's keys, and every answer its entry in a chain that holds.
"""

import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from typing import IO, Any
from uuid import UUID

from django.apps import apps
from django.contrib.auth.models import Permission
from django.db import connection

from audit.entry import EntryBody
from audit.verifier import GENESIS, chain_hash
from bench import reference
from consent.evidence import message
from consent.models import Consent, ConsentEvent
from vault import services as vault

NOW = datetime(2026, 11, 1, tzinfo=UTC)
FAR = NOW + timedelta(days=3650)
HEAVY = 2
ITEMS_OF_A_GROUP, MEMBERS, SESSIONS, GROUPS_OF_A_PRACTICE = 200, 8, 10, 20
KINDS = (
    *("practice", "user", "group", "member", "session", "stint", "signature", "leading", "item"),
    *("version", "subject", "recipient", "request", "consent", "event", "staff"),
)


def key(kind: str, number: int) -> UUID:
    """Return the row id of the `number`th thing of a kind, in the order of time."""
    return UUID(int=(0x019A << 112) | (7 << 76) | (2 << 62) | (KINDS.index(kind) << 48) | number)


def scrambled(number: int, salt: int) -> int:
    x = (number * 2654435761 + salt * 40503 + 12345) & 0xFFFFFFFF
    x ^= x >> 15
    x = (x * 2246822519) & 0xFFFFFFFF
    return x ^ x >> 13


class Invented:
    """Who said what to whom in a house of `size` items; items, groups and people are numbers."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.groups = max(5, size // ITEMS_OF_A_GROUP)

    def group_of(self, item: int) -> int:
        return item % self.groups

    def practice_of(self, item: int) -> int:
        return self.group_of(item) // GROUPS_OF_A_PRACTICE

    def session_of(self, item: int) -> int:
        return self.group_of(item) * SESSIONS + item // self.groups % ITEMS_OF_A_GROUP // 20

    def subjects(self, item: int) -> list[int]:
        group, first = self.group_of(item), scrambled(item, 3) % MEMBERS
        return [
            group * MEMBERS + (first + j * 3) % MEMBERS for j in range(1 + scrambled(item, 2) % 3)
        ]

    def readers(self, item: int) -> list[int]:
        readers = [3 + self.group_of(item)]
        if item % 2 == 0:
            readers.append(3 + self.groups + scrambled(item, 4) % self.groups)
        if item % 5 == 0:
            readers.append(HEAVY)
        return readers

    def state(self, item: int, reader: int) -> str:
        chance = scrambled(item, reader + 10) % 100
        for bound, state in ((5, "revoked"), (10, "expired"), (15, "missing")):
            if chance < bound:
                return state
        return "full"

    def recorded(self, item: int) -> datetime:
        return NOW - timedelta(seconds=30 * (self.size - item))

    def permissions(self) -> Iterator[tuple[int, int, int, str, str]]:
        """Yield item, reader, member, purpose and what became of it; one question's together."""
        for item in range(1, self.size + 1):
            subjects = self.subjects(item)
            for reader in self.readers(item):
                state = self.state(item, reader)
                for place, member in enumerate(subjects):
                    became = state if place == 0 else "full"
                    if became != "missing":
                        yield item, reader, member, "TREAT", became
                if item % 3 == 0:
                    yield item, reader, subjects[0], "HPAYMT", "full"


def _text(value: Any) -> str:
    match value:
        case None:
            return r"\N"
        case bytes():
            return r"\\x" + value.hex()
        case bool():
            return "t" if value else "f"
        case list():
            return json.dumps(value)
        case _:
            return str(value)


class Loading:
    """Rows on their way into tables, by COPY, without looking at foreign keys."""

    def __init__(self, stack: ExitStack) -> None:
        self.stack = stack
        self.files: dict[str, tuple[tuple[str, ...], IO[str]]] = {}

    def row(self, table: str, **columns: Any) -> None:
        if table not in self.files:
            spool = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - the stack closes it
            self.files[table] = (tuple(columns), self.stack.enter_context(spool))
        self.files[table][1].write("\t".join(map(_text, columns.values())) + "\n")

    def copy(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            for table, (columns, file) in self.files.items():
                file.flush()
                file.seek(0)
                named = ", ".join(f'"{column}"' for column in columns)
                cursor.copy_expert(f"COPY {table} ({named}) FROM STDIN", file)
            cursor.execute("SET session_replication_role = DEFAULT")


class Chains:
    """The trail of each practice, one entry after the other."""

    def __init__(self, loading: Loading) -> None:
        self.loading = loading
        self.last: dict[UUID, tuple[int, bytes, datetime]] = {}

    def append(self, chain: UUID, at: datetime, **fields: Any) -> None:
        seq, prev, before = self.last.get(chain, (0, GENESIS, at))
        columns = {
            **{"at": max(at, before), "role": "member", "sign_in": None},
            **{"outcome": "done", "reasons": "", **fields},
        }
        ground = columns.pop("ground")
        entry = EntryBody(chain=chain, seq=seq + 1, ids="", ground=ground, **columns)
        body = entry.encode()
        digest = chain_hash(body, prev)
        self.loading.row(
            "audit_entry", chain=chain, seq=seq + 1, body=body, prev=prev, hash=digest, **columns
        )
        self.last[chain] = (seq + 1, digest, columns["at"])

    def close(self) -> None:
        for chain, (seq, digest, at) in self.last.items():
            self.loading.row("audit_head", chain=chain, seq=seq, hash=digest, at=at)


def write(house: Invented) -> None:
    """Fill empty tables with a house, and the reference's with the same permissions."""
    with ExitStack() as stack:
        loading = Loading(stack)
        _people(house, loading)
        _items(house, loading)
        _permissions(house, loading)
        with connection.cursor() as cursor:
            cursor.execute(reference.TABLES)
        loading.copy()
        with connection.cursor() as cursor:
            cursor.execute(reference.INDEXES)
            cursor.execute("VACUUM ANALYZE")


def _user(loading: Loading, user: UUID, practice: UUID, name: str) -> None:
    loading.row(
        "accounts_user", id=user, practice_id=practice, sign_in_name=name, name_sealed=b"",
        password="!", is_superuser=False, is_active=True, needs_second_factor=False, pin="",
        mail_sealed=b"", mail_language="",
    )  # fmt: skip


def _people(house: Invented, loading: Loading) -> None:
    since = date(2020, 1, 1)
    run_group = Permission.objects.get(codename="run_group").pk
    for number in range(-(-house.groups // GROUPS_OF_A_PRACTICE)):
        loading.row(
            "accounts_practice", id=key("practice", number), name="", address="", telephone="",
            time_zone="America/New_York", jurisdiction="US-NY", small=False, demo=False,
        )  # fmt: skip
    for reader in range(1, 3 + 2 * house.groups):
        loading.row(
            "consent_recipient", id=key("recipient", reader), practice_id=key("practice", 0),
            code=f"P-{reader}", kind="organisation", name_sealed=b"", address_sealed=b"",
            one_emergency=False,
        )  # fmt: skip
    for group in range(house.groups):
        practice = key("practice", group // GROUPS_OF_A_PRACTICE)
        staff = key("staff", group)
        _user(loading, staff, practice, f"staff-{group}")
        loading.row(
            "sessions_app_therapygroup", id=key("group", group), practice_id=practice,
            code=f"G-{group}", name_sealed=b"", modality="process", record_class="psychotherapy",
            agreement_version="agreement-1",
        )  # fmt: skip
        loading.row(
            "sessions_app_facilitation", id=key("leading", group), group_id=key("group", group),
            user_id=staff, since=since, kind="leads",
        )  # fmt: skip
        loading.row(
            "sessions_app_groupuserpermission", permission_id=run_group, user_id=staff,
            content_object_id=key("group", group),
        )  # fmt: skip
        for session in range(SESSIONS):
            starts = NOW - timedelta(days=7 * (SESSIONS - session))
            loading.row(
                "sessions_app_groupsession", id=key("session", group * SESSIONS + session),
                group_id=key("group", group), state="held", starts=starts,
                ends=starts + timedelta(minutes=90), logged_by_id=staff,
            )  # fmt: skip
        for member in range(group * MEMBERS, (group + 1) * MEMBERS):
            _user(loading, key("user", member), practice, f"member-{member}")
            loading.row(
                "sessions_app_member", id=key("member", member), practice_id=practice,
                user_id=key("user", member), code=f"M-{member}", name_sealed=b"",
            )  # fmt: skip
            loading.row(
                "sessions_app_membership", id=key("stint", member), since=since,
                group_id=key("group", group), member_id=key("member", member),
            )  # fmt: skip
            loading.row(
                "sessions_app_agreementsignature", id=key("signature", member),
                signature_sealed=b"", membership_id=key("stint", member), signed_at=NOW,
                text_version="agreement-1", evidence="online",
            )  # fmt: skip


def _items(house: Invented, loading: Loading) -> None:
    rights = dict(Permission.objects.values_list("codename", "pk"))
    subject = 0
    for item in range(1, house.size + 1):
        concerned = house.subjects(item)
        staff = key("staff", house.group_of(item))
        loading.row(
            "sessions_app_disclosure", id=key("item", item), code=f"D-{item}", kind="item",
            group_id=key("group", house.group_of(item)), record_class="psychotherapy",
            session_id=key("session", house.session_of(item)), state="asked", current_version=1,
            speaker_id=key("member", concerned[0]), subjects_resolved=True,
        )  # fmt: skip
        loading.row(
            "sessions_app_disclosureversion", id=key("version", item), number=1,
            disclosure_id=key("item", item), text_sealed=bytes(300), digest=_digest(item),
            written_by_id=staff, recorded_at=house.recorded(item),
        )  # fmt: skip
        for reader in (staff, key("user", concerned[0])):
            loading.row(
                "sessions_app_disclosureuserpermission", user_id=reader,
                permission_id=rights["read_disclosure"], content_object_id=key("item", item),
            )  # fmt: skip
        if any(house.state(item, reader) == "full" for reader in house.readers(item)):
            _right(loading, rights["release_version"], staff, item)
        for place, member in enumerate(concerned):
            subject += 1
            loading.row(
                "sessions_app_subject", id=key("subject", subject), version_id=key("version", item),
                member_id=key("member", member),
            )  # fmt: skip
            loading.row("lab_disclosuresubject", id=subject, disclosure_id=item, member_id=member)
            _right(loading, rights["decide_version"], key("user", member), item)
            if place:
                _right(loading, rights["read_version"], key("user", member), item)


def _right(loading: Loading, right: int, user: UUID, item: int) -> None:
    loading.row(
        "sessions_app_versionuserpermission", user_id=user, permission_id=right,
        content_object_id=key("version", item),
    )  # fmt: skip


def _digest(item: int) -> bytes:
    return item.to_bytes(32, "big")


def _permissions(house: Invented, loading: Loading) -> None:
    chains = Chains(loading)
    asked: tuple[int, int, str] | None = None
    request, counter, event_number = key("request", 0), 0, 0
    for number, permission in enumerate(house.permissions(), start=1):
        item, reader, member, purpose, became = permission
        at = house.recorded(item)
        effective = at - timedelta(days=400) if became == "expired" else at
        expires = at - timedelta(days=364) if became == "expired" else FAR
        practice = key("practice", house.practice_of(item))
        if asked is None or asked[0] != item:
            counter = 0
        if asked != (item, reader, purpose):
            asked = (item, reader, purpose)
            request = key("request", number)
            loading.row(
                "consent_consentrequest", id=request, practice_id=practice, code=f"Q-{number}",
                recipient_id=key("recipient", reader), purposes=[purpose], effective=effective,
                expires=expires, answer_by=expires, asked_by_id=key("staff", house.group_of(item)),
                asked_at=at,
            )  # fmt: skip
        consent = Consent(
            pk=key("consent", number),
            code=f"C-{number}",
            request_id=request,
            member_id=key("member", member),
            version_id=key("version", item),
            recipient_id=key("recipient", reader),
            purposes=[purpose],
            effective=effective,
            expires=expires,
        )
        loading.row(
            "consent_consent", id=consent.pk, code=consent.code, request_id=request,
            member_id=consent.member_id, version_id=consent.version_id, purposes=[purpose],
            recipient_id=consent.recipient_id, effective=effective, expires=expires,
        )  # fmt: skip
        loading.row(
            "lab_consent", id=number, member_id=member, disclosure_id=item, recipient_id=reader,
            purpose=purpose, granted_at=at, expires_at=expires if became == "expired" else None,
            revoked_at=at + timedelta(days=1) if became == "revoked" else None,
        )  # fmt: skip
        for kind in ("asked", "granted", *(["revoked"] if became == "revoked" else [])):
            event_number += 1
            counter += 1
            event = ConsentEvent(
                pk=key("event", event_number), consent=consent, counter=counter, kind=kind, at=at,
                by_id=key("user", member),
            )  # fmt: skip
            if kind == "granted":
                event.evidence, event.text_version = "online", "question-1"
                event.until, event.signature_sealed = expires, bytes(200)
                subjects = [key("member", one) for one in house.subjects(item)]
                mac = vault.authenticate(
                    message(consent, event, digest=_digest(item), subjects=subjects)
                )
                event.mac_key_id, event.mac = mac.key_id, mac.value
            loading.row(
                "consent_consentevent",
                **{
                    field.column: getattr(event, field.attname)
                    for field in apps.get_model("consent.ConsentEvent")._meta.concrete_fields
                },
            )
            if kind != "asked":
                chains.append(
                    practice, at, actor=key("user", member), act=f"consent.{kind}",
                    object_id=consent.pk, code=consent.code,
                    group=key("group", house.group_of(item)),
                    ground=f"D-{item},counter={counter},{purpose}",
                )  # fmt: skip
    chains.close()
