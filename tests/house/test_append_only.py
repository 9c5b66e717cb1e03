"""I8: what is evidence is added and nothing else, by whatever statement somebody tries it."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from consent.models import Freeze, FreezeLift, HousePolicy
from sessions_app.models import ContactReview, Disclosure, DisclosureVersion, Subject
from sessions_app.services.agreements import note_talk, write_agreement
from sessions_app.services.items import discard_item
from sessions_app.services.pulse import answer_pulse, set_pulse_questions
from tests.cast import CastTestCase
from tests.pages.scene import Scene
from tests.walls import wall_lowered

# Each with the column by which a row is met again though its key is another one.
WALLED = {
    "audit_entry": "",
    "sessions_app_disclosureversion": "disclosure_id, number",
    "sessions_app_subject": "version_id, member_id",
    "sessions_app_agreementsignature": "membership_id, text_version",
    "sessions_app_agreementversion": "group_id, number",
    "sessions_app_agreementtalk": "",
    "sessions_app_legalstanding": "member_id, number",
    "sessions_app_contactreading": "",
    "sessions_app_contactreview": "reading_id",
    "sessions_app_pulsequestions": "practice_id, number",
    "sessions_app_pulseanswer": "once",
    "ethics_casestep": "replaces_id",
    "consent_consentrequest_versions": "consentrequest_id, disclosureversion_id",
    "consent_consent": "code",
    "consent_consentevent": "consent_id, counter",
    "consent_release": "code",
    "consent_releaseitem": "",
    "consent_releaseitem_consents": "releaseitem_id, consent_id",
    "consent_withhelditem": "",
    "consent_handover": "release_id",
    "consent_override": "code",
    "consent_involved": "override_id, member_id",
    "consent_overrideanswer": "override_id, kind",
    "consent_review": "override_id",
    "consent_reviewer": "review_id, user_id",
    "consent_reviewoutcome": "review_id",
    "consent_telling": "",
    "consent_housepolicy": "",
    "consent_freeze": "",
    "consent_freezelift": "freeze_id, turn, role",
    "ethics_policyreference": "code, version",
    "ethics_jurisdictionrule": "code, version",
    "ethics_confirmation": "",
    "ethics_crisiscontact": "code, version",
    "ethics_riskassessment": "code",
    "ethics_riskfollowup": "",
    "ethics_safetyplan": "member_id, version",
}
# Where only some rows are unique by it.
AMONG = {"ethics_crisiscontact": "WHERE practice_id IS NULL"}
POSTGRESQL = connection.vendor == "postgresql"


class WithARowInEach(Scene):
    def play(self) -> None:
        super().play()
        self.closes(self.went_out)
        by, now = {"by_id": self.fay.user}, timezone.now()
        HousePolicy.objects.create(practice=self.practice, set_by_id=self.adam.user, set_at=now)
        ContactReview.objects.create(
            reading=self.reading, reviewed_by_id=self.sue.user, at=now, in_order=True
        )
        note_talk(by=self.fay, group=self.group, on=self.today, once=uuid4())
        write_agreement(
            by=self.fay, group=self.group, text="No telephones.", seen="agreement-1", once=uuid4()
        )
        set_pulse_questions(by=self.adam, texts=("Safe?", "Heard?", "Kept?"))
        given = {"session_id": self.large_session.pk, "question": 1, "value": 4}
        assert answer_pulse(by=self.dora.actor, **given)
        freeze = Freeze.objects.create(practice=self.practice, cause="person", at=now, **by)
        FreezeLift.objects.create(freeze=freeze, role="supervisor", at=now, **by)


class EvidenceIsAddedAndNothingElse(CastTestCase):
    stage = WithARowInEach

    def test_a_row_is_not_changed(self):
        self.refused_everywhere(lambda table: f"UPDATE {table} SET {first(table)} = {first(table)}")

    def test_a_row_is_not_deleted(self):
        self.refused_everywhere(lambda table: f"DELETE FROM {table} WHERE {one_row(table)}")

    def test_a_table_is_not_emptied(self):
        emptied = "TRUNCATE {} CASCADE" if POSTGRESQL else "DELETE FROM {}"
        self.refused_everywhere(emptied.format)

    def test_a_row_is_not_replaced(self):
        self.refused_everywhere(merged if POSTGRESQL else replaced)

    def test_a_row_met_by_its_key_is_not_changed(self):
        self.refused_everywhere(
            lambda table: (
                f"INSERT INTO {table} SELECT * FROM {table} WHERE {one_row(table)} "
                f"ON CONFLICT ({key(table)}) DO UPDATE SET {first(table)} = excluded.{first(table)}"
            )
        )

    def test_a_row_met_by_another_unique_key_is_not_changed(self):
        with_another = {table for table in WALLED if WALLED[table]}
        statement = upserted_by_another_key if POSTGRESQL else replaced_by_another_key
        with triggers_fired_once():
            self.refused_everywhere(statement, with_another)

    def test_nor_where_triggers_are_told_to_rest(self):
        if POSTGRESQL:
            self.refused_everywhere(
                lambda table: (
                    "SET LOCAL session_replication_role = replica; "
                    f"DELETE FROM {table} WHERE {one_row(table)}"
                )
            )
        else:
            with triggers_fired_once():
                self.refused_everywhere(replaced)

    def test_these_are_all_tables_with_a_wall(self):
        with connection.cursor() as cursor:
            if POSTGRESQL:
                cursor.execute(
                    "SELECT tgrelid::regclass::text FROM pg_trigger "
                    "WHERE tgname LIKE '%_wall_rows' AND tgenabled = 'A'"
                )
            else:
                cursor.execute("SELECT tbl_name FROM sqlite_master WHERE name LIKE '%_wall_delete'")
            assert {table for (table,) in cursor.fetchall()} == set(WALLED)

    def refused_everywhere(
        self, statement: Callable[[str], str], tables: set[str] | None = None
    ) -> None:
        """See each refused by its own wall, and by nothing like it once that is down."""
        for table in sorted(tables or WALLED):
            with self.subTest(table=table):
                refusal = rf"append-only: (\w+ on )?{table}$"
                assert re.search(refusal, tried(statement(table)), re.M), table
                with wall_lowered(table):
                    assert not re.search(refusal, tried(statement(table)), re.M), table


class ADraftNobodyWasAskedAbout(CastTestCase):
    """It may be discarded whole; it is never changed, and it stays once somebody was asked."""

    def test_it_is_discarded(self):
        item = self.said()
        discard_item(by=self.fay, code=item.code)
        assert not DisclosureVersion.objects.filter(disclosure_id=item.pk).exists()

    def test_it_is_not_changed(self):
        self.said()
        with self.refused():
            Subject.objects.update(member=self.ben.member)
        with self.refused():
            DisclosureVersion.objects.update(number=7)

    def test_once_somebody_was_asked_it_stays(self):
        item = self.said()
        self.asked(item)
        self.stays(item)

    def test_a_state_set_back_by_hand_does_not_free_what_was_asked(self):
        item = self.said()
        self.asked(item)
        Disclosure.objects.filter(pk=item.pk).update(state="draft")
        self.stays(item)

    def test_a_signed_note_that_nobody_was_asked_about_stays(self):
        self.stays(self.note_about(self.ana, "Was calm.", sign=True))

    def stays(self, item: Disclosure) -> None:
        [version] = item.versions.all()
        for rows in (
            f"sessions_app_subject WHERE version_id = '{version.pk.hex}'",
            f"sessions_app_disclosureversion WHERE id = '{version.pk.hex}'",
        ):
            assert "append-only" in tried(f"DELETE FROM {rows}")

    @contextmanager
    def refused(self) -> Iterator[None]:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            yield


class _Undone(Exception):
    pass


def tried(statement: str) -> str:
    """Run a statement, undo what it did, and return what the database said against it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            raise _Undone
    except _Undone:
        return ""
    except DatabaseError as refusal:
        return str(refusal)


@contextmanager
def triggers_fired_once() -> Iterator[None]:
    """On SQLite: as on another's connection, where a replaced row fires no delete trigger."""
    if POSTGRESQL:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers = OFF")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA recursive_triggers = ON")


def columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table)
    return [f'"{column.name}"' for column in described]


def first(table: str) -> str:
    return columns(table)[-1]


def key(table: str) -> str:
    return "chain, seq" if table == "audit_entry" else "id"


def one_row(table: str) -> str:
    """Return a condition that one row meets: of versions and subjects, one that was asked about."""
    asked = "SELECT version_id FROM consent_consent"
    match table:
        case "audit_entry":
            return "seq = 3 AND chain = (SELECT chain FROM audit_head ORDER BY seq DESC LIMIT 1)"
        case "sessions_app_disclosureversion":
            return f"id = ({asked} LIMIT 1)"
        case "sessions_app_subject":
            return f"id = (SELECT id FROM {table} WHERE version_id IN ({asked}) LIMIT 1)"
        case "ethics_casestep":
            return f"id = (SELECT id FROM {table} WHERE replaces_id IS NOT NULL LIMIT 1)"
    return f"id = (SELECT id FROM {table} LIMIT 1)"


def replaced(table: str) -> str:
    return f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE {one_row(table)}"


def merged(table: str) -> str:
    same = " AND ".join(f"t.{column} = s.{column}" for column in key(table).split(", "))
    return (
        f"MERGE INTO {table} t USING (SELECT * FROM {table} WHERE {one_row(table)}) s ON {same} "
        f"WHEN MATCHED THEN UPDATE SET {first(table)} = s.{first(table)}"
    )


def with_a_new_id(table: str) -> str:
    new = "987654321" if table.endswith(("_versions", "_consents")) else f"'{'f' * 32}'"
    if POSTGRESQL and new.startswith("'"):
        new += "::uuid"
    rest = [column for column in columns(table) if column != '"id"']
    return (
        f'INTO {table} ("id", {", ".join(rest)}) '
        f"SELECT {new}, {', '.join(rest)} FROM {table} WHERE {one_row(table)}"
    )


def replaced_by_another_key(table: str) -> str:
    return f"INSERT OR REPLACE {with_a_new_id(table)}"


def upserted_by_another_key(table: str) -> str:
    return (
        f"INSERT {with_a_new_id(table)} ON CONFLICT ({WALLED[table]}) "
        f"{AMONG.get(table, '')} DO UPDATE SET {first(table)} = excluded.{first(table)}"
    )
