"""The house as its own role in PostgreSQL: it can do its work, for one practice, and no more.

SQLite has no roles; there each test shows what holds in its place, and what does not.
"""

import re
from contextlib import nullcontext
from datetime import timedelta
from difflib import unified_diff
from io import StringIO
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client, override_settings

from audit.acting import acting_as
from consent.models import Consent, Release, ReleaseLink
from consent.queries import practice_of_link
from consent.services.deciding import revoke_consent
from consent.services.links import MadeLink, link_scope, make_link
from consent.services.release import Withheld, open_release
from groupcare import checks
from groupcare.provisioning import MAINTENANCE, POLICIES, RIGHTS, lacking_policy
from sessions_app.models import Disclosure, Draft, Member, TherapyGroup
from sessions_app.services.items import discard_item
from tests.as_gc_app import POSTGRESQL, as_gc_app, ask, provision, refusal
from tests.cast import CastTestCase, TransactionalCastTestCase, sign_in
from tests.house.test_append_only import WALLED
from tests.pages.every_page import EVERY_PAGE, PEOPLE
from tests.pages.scene import Scene
from tests.walls import settle

A_DRAFT_TAKES_ALONG = {
    "sessions_app_disclosureversion",
    "sessions_app_subject",
    "consent_consentrequest_versions",
}
TOKENS = re.compile(
    r'value="[\w:=-]{20,}"|data-options="[^"]*"|otpauth://[^"]*| d="M[^"]*"|<code>[^<]*</code>|'
    r"[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{32}\b"
)
# The library's shared part: law, codes and crisis lines that are in no practice.
EVERYBODYS = {
    "ethics_jurisdictionrule": "true",
    "ethics_policyreference": "practice_id IS NULL",
    "ethics_crisiscontact": "practice_id IS NULL",
}
# They tell of each look at them, so they are another page each time.
TELL_OF_LOOKS = {"story", "trail", "keys", "desk", "home", "member_home", "who_saw", "permission"}


class Helping(Scene):
    def clients(self) -> dict[str, Client]:
        return {name: self.client_of(name) for name in sorted(PEOPLE)}

    def client_of(self, name: str) -> Client:
        client = Client()
        sign_in(client, self.actor_named(name))
        return client


class AsTheApplicationsRole(Helping, TransactionalCastTestCase):
    """Pages and services, each in its own transactions, as they run behind pgBouncer."""

    def setUp(self):
        provision()
        super().setUp()

    def test_every_page_opens_to_whom_it_is_for(self):
        with as_gc_app():
            clients = self.clients()
            wrong = []
            for page in EVERY_PAGE:
                for name in sorted(page.who):
                    if page.url_name in ("leave", "account_login", "lock", "unlock"):
                        continue
                    path = page.path(self)
                    status = clients[name].generic(page.method, path).status_code
                    if status not in (200, 302, 410):
                        wrong.append(f"{name} at {page.method} {path}: {status}")
            assert wrong == []

    def test_every_page_shows_its_role_what_it_shows_the_owner(self):
        looks = [
            page
            for page in EVERY_PAGE
            if page.method == "GET" and page.axe in PEOPLE and page.url_name not in TELL_OF_LOOKS
        ]
        clients = self.clients()

        def shown(page) -> str:
            body = clients[page.axe].get(page.path(self)).content.decode()
            return TOKENS.sub("", body)

        before = {page: shown(page) for page in looks}
        with as_gc_app():
            after = {page: shown(page) for page in looks}
        for page in looks:
            lines = before[page].splitlines(), after[page].splitlines()
            assert list(unified_diff(*lines, n=0)) == [], page

    def test_the_main_job_from_the_words_to_taking_back(self):
        with as_gc_app():
            with acting_as(self.practice.pk):
                item = self.said("Ben made me laugh.", self.ana, self.ben)
                request = self.asked(item)
                anas = self.grants(self.ana, request)
                with pytest.raises(Withheld):
                    self.releases(item)
                self.grants(self.ben, request)
                released = self.releases(item)
                opened = open_release(by=self.fay, code=released.code)
                assert [part.item.pk for part in opened.parts] == [item.pk]
                made = self.linked(released)
            assert self.opened_by_link(made) == 200
            with acting_as(self.practice.pk):
                revoke_consent(by=self.ana.actor, code=anas.code)
                with pytest.raises(Withheld):
                    open_release(by=self.fay, code=released.code)
                discard_item(by=self.fay, code=self.said("A draft.").code)
            assert self.opened_by_link(made) == 410
            with acting_as(self.other_practice.pk):
                self.join(self.zoe, self.far_group, "Zack Zorn")

    def linked(self, release: Release) -> MadeLink:
        return make_link(
            by=self.fay,
            code=release.code,
            hours=24,
            openings=3,
            step_up_id=self.stepped_up(self.fay, link_scope(release)),
            once=uuid4(),
        )

    def opened_by_link(self, made: MadeLink) -> int:
        given = {"secret": made.secret, "passcode": made.passcode}
        return Client().post(f"/r/{made.link.code}/", given).status_code


class ProvisionedScene(Scene):
    def play(self) -> None:
        provision()
        super().play()
        settle()


class ForOnePracticeAndNoMore(Scene, CastTestCase):
    stage = ProvisionedScene

    def test_another_practices_rows_are_not_there(self):
        self.make_a_link()
        everywhere = self.counts()
        everybodys = {
            table: self.count(table, EVERYBODYS.get(table, "false")) for table in everywhere
        }
        with as_gc_app():
            nowhere = self.counts()
            assert nowhere == (everybodys if POSTGRESQL else everywhere)
            with acting_as(self.other_practice.pk):
                far = self.counts()
                assert bool(self.rows_of_linden()) is not POSTGRESQL
            with acting_as(self.practice.pk):
                near = self.counts()
                assert self.rows_of_linden()
        for table, rows in everywhere.items():
            twice = everybodys[table] if POSTGRESQL else rows
            assert near[table] + far[table] == rows + twice, table
        assert far["sessions_app_member"] and near["sessions_app_member"]

    def test_another_practices_rows_are_not_written(self):
        far = TherapyGroup.objects.get(pk=self.far_group.pk)
        with as_gc_app(), acting_as(self.practice.pk):
            hillside = self.other_practice.pk.hex
            moved = f"UPDATE sessions_app_therapygroup SET practice_id = '{hillside}'"
            assert ("row-level security" in refusal(moved)) is POSTGRESQL
            far.pk, far.code = uuid4(), "G-99"
            kept_out = pytest.raises(DatabaseError) if POSTGRESQL else nullcontext()
            with kept_out, transaction.atomic():
                far.save(force_insert=True)
            hers = TherapyGroup.objects.filter(practice=self.other_practice)
            assert hers.update(closed_on=self.today) == (0 if POSTGRESQL else 2)

    def test_evidence_is_neither_changed_nor_deleted_nor_emptied(self):
        with as_gc_app(), acting_as(self.practice.pk):
            for table in WALLED:
                column = _last_column(table)
                deleting = [] if table in A_DRAFT_TAKES_ALONG else [f"DELETE FROM {table}"]
                changing = f"UPDATE {table} SET {column} = {column}"
                for statement in (changing, *deleting, *([f"TRUNCATE {table}"] * POSTGRESQL)):
                    with self.subTest(statement=statement):
                        said = refusal(statement)
                        if POSTGRESQL:
                            assert "permission denied" in said
                        else:
                            assert "append-only" in said or not self.count(table)

    def test_batch_work_reaches_every_practice_and_changes_no_evidence(self):
        everywhere = self.counts()
        with as_gc_app(MAINTENANCE):
            assert self.counts() == everywhere
            for statement in (
                "UPDATE consent_consentevent SET counter = counter",
                "DELETE FROM audit_entry",
                *(["SET ROLE gc_owner", "CREATE TABLE mine (id int)"] if POSTGRESQL else []),
            ):
                assert refusal(statement), statement

    def test_nor_may_the_role_do_what_would_let_it(self):
        forbidden = (
            "SET session_replication_role = replica",
            "SET ROLE gc_owner",
            "SET ROLE gc_maint",
            "ALTER TABLE consent_consentevent DISABLE TRIGGER ALL",
            "ALTER TABLE consent_consentevent DISABLE ROW LEVEL SECURITY",
            "DROP TRIGGER consent_consentevent_wall_rows ON consent_consentevent",
            "DROP POLICY own_practice ON consent_consent",
            "CREATE POLICY more ON consent_consent USING (true)",
            "CREATE TABLE mine (id int)",
            "CREATE TEMPORARY TABLE consent_consent (id int)",
            "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "CREATE OR REPLACE FUNCTION consent_consent_wall() RETURNS trigger "
            "LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "ALTER ROLE gc_app BYPASSRLS",
            "GRANT gc_owner TO gc_app",
            "COPY consent_consentevent FROM STDIN",
            "COPY consent_consentevent TO '/tmp/events'",
            "COPY consent_consentevent TO PROGRAM 'cat'",
            "SELECT lo_create(0)",
            "SELECT lo_from_bytea(0, 'x')",
            "SELECT pg_read_file('/etc/passwd')",
            "INSERT INTO consent_consentevent SELECT * FROM consent_consentevent "
            "ON CONFLICT (id) DO UPDATE SET kind = 'granted'",
            "SELECT * FROM consent_consent FOR UPDATE",
            "SELECT * FROM django_session",
        )
        if not POSTGRESQL:
            # Whoever has the file may take walls down; the trail's chain is what tells.
            assert refusal("DROP TRIGGER consent_consentevent_wall_update") == ""
            forbidden = ("DELETE FROM consent_consentevent",)
        with as_gc_app(), acting_as(self.practice.pk):
            for statement in forbidden:
                with self.subTest(statement=statement):
                    assert refusal(statement), statement
            assert ask("SELECT 1") == [(1,)]

    def test_a_release_item_without_grants_is_refused_whoever_acts(self):
        with as_gc_app(), acting_as(self.practice.pk):
            item = self.said()
            release = Release.objects.get(code=self.released.code)
            [version] = item.versions.all()
            added = (
                "INSERT INTO consent_releaseitem (id, release_id, version_id) VALUES "
                f"('{uuid4().hex}', '{release.pk.hex}', '{version.pk.hex}')"
            )
            assert "no standing grant of everybody" in refusal(added)

    def test_a_link_says_which_practice_to_act_for_and_no_more(self):
        link = self.make_a_link()
        with as_gc_app():
            assert practice_of_link(link.code) == self.practice.pk
            assert practice_of_link("L-NONE") is None
            assert ReleaseLink.objects.exists() is not POSTGRESQL
            with acting_as(self.practice.pk):
                assert link in ReleaseLink.objects.all()

    def test_no_table_is_forgotten(self):
        tables = {
            model._meta.db_table
            for model in apps.get_models(include_auto_created=True)
            if model._meta.app_label in ("sessions_app", "consent", "ethics")
        }
        assert tables == set(POLICIES)
        ours = {
            model._meta.db_table
            for model in apps.get_models(include_auto_created=True)
            if model._meta.app_label in ("audit", "accounts", "sessions_app", "consent", "ethics")
        }
        closed = {name for name in ours if "grouppermission" in name}
        unused = {"accounts_user_groups", "accounts_user_user_permissions"}
        assert ours - closed - unused <= set(RIGHTS)
        if POSTGRESQL:
            assert lacking_policy(connection) == []

    def test_a_table_without_its_policy_is_found(self):
        if not POSTGRESQL:
            return self.no_role_is_checked()
        for undo in ("NO FORCE ROW LEVEL SECURITY", "DISABLE ROW LEVEL SECURITY"):
            with transaction.atomic():
                ask(f"ALTER TABLE consent_handover {undo}")
                assert lacking_policy(connection) == ["consent_handover"]
                transaction.set_rollback(True)
        with transaction.atomic():
            ask("DROP POLICY own_practice ON sessions_app_draft")
            assert lacking_policy(connection) == ["sessions_app_draft"]
            transaction.set_rollback(True)
        return None

    def test_a_start_as_another_role_is_refused(self):
        if not POSTGRESQL:
            return self.no_role_is_checked()
        with override_settings(GROUPCARE_DEMO=False):
            assert {one.id for one in checks.application_role()} >= {"groupcare.E013"}
            ask("SET ROLE gc_owner")
            assert {one.id for one in checks.application_role()} == {
                "groupcare.E013",
                "groupcare.E014",
            }
            ask("RESET ROLE")
            with as_gc_app():
                assert checks.application_role() == []
            with transaction.atomic():
                ask("DROP POLICY own_practice ON sessions_app_draft")
                assert "groupcare.E015" in {one.id for one in checks.application_role()}
                transaction.set_rollback(True)
        return None

    def test_provisioning_twice_is_once_and_printing_it_does_nothing(self):
        out = StringIO()
        if not POSTGRESQL:
            with pytest.raises(CommandError, match="not PostgreSQL"):
                call_command("provision_postgres", stdout=out)
            with pytest.raises(CommandError, match="Nothing was changed"):
                call_command("provision_postgres", "--apply", stdout=out)
            return
        before = self.rights_of_all_tables()
        provision()
        call_command("provision_postgres", stdout=out)
        assert self.rights_of_all_tables() == before
        assert "GRANT SELECT, INSERT ON TABLE audit_entry TO gc_app;" in out.getvalue()
        assert "log_parameter_max_length" in out.getvalue()

    def no_role_is_checked(self) -> None:
        with override_settings(GROUPCARE_DEMO=False):
            assert checks.application_role() == []

    def rights_of_all_tables(self) -> list[tuple[str, ...]]:
        rights = ask(
            "SELECT relname, relacl::text, relowner::regrole::text FROM pg_class "
            "WHERE relnamespace = 'public'::regnamespace ORDER BY 1"
        )
        return rights + ask("SELECT polrelid::regclass::text, polname FROM pg_policy ORDER BY 1, 2")

    def counts(self) -> dict[str, int]:
        return {table: self.count(table) for table in POLICIES if table in RIGHTS}

    def count(self, table: str, where: str = "true") -> int:
        return ask(f"SELECT count(*) FROM {table} WHERE {where}")[0][0]

    def rows_of_linden(self) -> list[object]:
        return [
            *Member.objects.filter(pk=self.ana.member.pk),
            *Disclosure.objects.filter(pk=self.alone.pk),
            *Consent.objects.filter(member=self.ana.member),
        ]

    def make_a_link(self) -> ReleaseLink:
        Draft.objects.create(
            user_id=self.zoe.user,
            place="somewhere",
            text_sealed=b"x",
            kept_at=self.released.decided_at,
        )
        return ReleaseLink.objects.create(
            practice=self.practice,
            release=self.released,
            code="L-LINK",
            secret_hash=b"s" * 32,
            passcode_hash="p",
            made_by_id=self.fay.user,
            made_at=self.released.decided_at,
            expires=self.released.decided_at + timedelta(days=3),
        )


def _last_column(table: str) -> str:
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table)
    return described[-1].name
