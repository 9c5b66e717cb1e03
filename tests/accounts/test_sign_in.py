"""People, sign-in and what the database holds of it."""

import hashlib
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.hashers import get_hasher
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client, TestCase, override_settings
from django.utils import timezone

from accounts.models import SignIn, StaffRole, StepUp, StoredSession, User
from accounts.queries import roles_of
from accounts.services import StepUpRefused, begin_step_up, confirm_step_up
from accounts.session_store import SessionStore
from audit.models import Entry
from audit.trail import INSTALLATION, NOBODY
from consent.services.deciding import grant_scope
from groupcare import settings as real
from tests.cast import PASSWORD, CastTestCase, sign_in, user_of


class Sessions(CastTestCase):
    """A stolen table is no sign-in."""

    def test_the_table_holds_a_hash_and_sealed_data(self):
        client = Client()
        sign_in(client, self.fay)
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        row = StoredSession.objects.get()
        assert row.key_hash == hashlib.sha256(key.encode()).hexdigest()
        for known in (str(self.fay.user), self.fay.user.hex, "Fay Ferrer", "_auth_user"):
            assert known.encode() not in bytes(row.data)

    def test_what_the_table_holds_signs_nobody_in(self):
        sign_in(Client(), self.fay)
        row = StoredSession.objects.get()
        for stolen in (row.key_hash, bytes(row.data).hex(), str(SignIn.objects.last().pk)):
            thief = Client()
            thief.cookies[settings.SESSION_COOKIE_NAME] = stolen
            assert thief.get("/today/").status_code == 302

    def test_data_moved_to_another_row_or_past_its_end_is_nothing(self):
        client = Client()
        sign_in(client, self.fay)
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        other = SessionStore()
        other["x"] = 1
        other.save()
        mine = StoredSession.objects.get(key_hash=hashlib.sha256(key.encode()).hexdigest())
        theirs = StoredSession.objects.exclude(pk=mine.pk).get()
        StoredSession.objects.filter(pk=mine.pk).update(data=theirs.data)
        assert client.get("/today/").status_code == 302
        StoredSession.objects.filter(pk=mine.pk).update(
            data=mine.data, expires_at=timezone.now() - timedelta(seconds=1)
        )
        assert client.get("/today/").status_code == 302

    def test_sign_in_and_out_are_noted_and_the_key_changes(self):
        client = Client()
        client.get("/sign-in/")
        sign_in(client, self.fay)
        before = client.cookies[settings.SESSION_COOKIE_NAME].value
        assert Entry.objects.filter(act="sign_in.begun", actor=self.fay.user).exists()
        client.post("/sign-out/")
        assert self.last_entry().act == "sign_in.ended"
        client.cookies[settings.SESSION_COOKIE_NAME] = before
        assert client.get("/today/").status_code == 302

    def test_leaving_fast_signs_out_and_shows_a_blank_page_that_moves_on(self):
        client = Client()
        sign_in(client, self.ana.actor)
        response = client.post("/leave/")
        assert response["Refresh"].startswith("0; url=")
        assert b"GroupCare" not in response.content
        assert client.get("/home/").status_code == 302
        assert self.last_entry().act == "sign_in.ended"

    def test_a_wrong_password_is_noted_without_a_name(self):
        name = user_of(self.fay).sign_in_name
        response = Client().post("/sign-in/", {"login": name, "password": "not the one"})
        assert response.status_code == 200
        entry = Entry.objects.filter(chain=INSTALLATION).order_by("-seq")[0]
        assert (entry.act, entry.actor, entry.code) == ("sign_in.failed", NOBODY, "")
        assert name.encode() not in bytes(entry.body)

    def test_guessing_at_one_account_meets_a_limit(self):
        name = user_of(self.fay).sign_in_name
        for _ in range(12):
            Client().post("/sign-in/", {"login": name, "password": "guess"})
        response = Client().post("/sign-in/", {"login": name, "password": PASSWORD})
        assert response.status_code != 302

    def test_somebody_who_was_closed_is_out_at_once(self):
        client = Client()
        sign_in(client, self.fay)
        User.objects.filter(pk=self.fay.user).update(is_active=False)
        assert client.get("/today/").status_code == 302
        assert roles_of(user_of(self.fay)) == []
        again = Client().post(
            "/sign-in/", {"login": user_of(self.fay).sign_in_name, "password": PASSWORD}
        )
        wrong = Client().post("/sign-in/", {"login": "nobody-0000", "password": PASSWORD})
        assert again.status_code == wrong.status_code == 200
        assert Entry.objects.filter(act="sign_in.failed").count() == 2

    def test_a_role_that_ended_opens_nothing(self):
        client = Client()
        sign_in(client, self.fay)
        StaffRole.objects.filter(user=self.fay.user).update(until=timezone.now())
        assert client.get("/today/").status_code == 404


class StepUpGuesses(CastTestCase):
    """Five tries, five minutes, one sign-in."""

    def setUp(self):
        consent = self.consent_of(self.ana, self.asked(self.said()))
        self.step_up = begin_step_up(by=self.ana.actor, scope=grant_scope(consent))

    def confirm(self, password: str = PASSWORD, by=None) -> bool:
        by = by or self.ana.actor
        return confirm_step_up(
            by=by, user=user_of(by), step_up_id=self.step_up.pk, password=password
        )

    def test_after_five_wrong_ones_the_right_one_is_not_looked_at(self):
        for _ in range(5):
            assert self.confirm("wrong") is False
        with pytest.raises(StepUpRefused):
            self.confirm()

    def test_after_five_minutes_it_is_over(self):
        StepUp.objects.update(asked_at=timezone.now() - timedelta(minutes=5, seconds=1))
        with pytest.raises(StepUpRefused):
            self.confirm()

    def test_it_is_confirmed_once_and_by_its_own_sign_in(self):
        with pytest.raises(StepUpRefused):
            self.confirm(by=self.ben.actor)
        assert self.confirm() is True
        with pytest.raises(StepUpRefused):
            self.confirm()


class WhatTheDatabaseRefuses(CastTestCase):
    """Rules that hold even for whoever writes rows by hand."""

    def test_there_is_no_superuser(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(pk=self.adam.user).update(is_superuser=True)

    def test_no_right_fits_into_guardians_generic_tables_nor_to_a_group_of_users(self):
        with connection.cursor() as cursor:
            for table in ("guardian_userobjectpermission", "guardian_groupobjectpermission"):
                who = "user_id" if "user" in table else "group_id"
                with pytest.raises(DatabaseError), transaction.atomic():
                    cursor.execute(
                        f"INSERT INTO {table} (object_pk, content_type_id, permission_id, {who}) "
                        f"VALUES ('1', 1, 1, '{self.fay.user}')"
                    )
            for table in (
                "sessions_app_groupgrouppermission",
                "sessions_app_disclosuregrouppermission",
                "sessions_app_versiongrouppermission",
            ):
                with pytest.raises(DatabaseError), transaction.atomic():
                    cursor.execute(
                        f"INSERT INTO {table} (id, group_id, permission_id, content_object_id) "
                        f"VALUES (1, 1, 1, '{self.group.pk}')"
                    )

    def test_no_mail_address_is_kept_by_the_sign_in_library(self):
        statement = (
            'INSERT INTO account_emailaddress (email, verified, "primary", user_id) '
            f"VALUES ('a@b.example', false, false, '{self.fay.user}')"
        )
        with pytest.raises(DatabaseError, match="closed"), transaction.atomic():
            connection.cursor().execute(statement)


class TheHouseAsItStarts(TestCase):
    databases = {"default", "vault"}

    def test_the_real_hash_is_argon2_and_it_works(self):

        assert real.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
        with override_settings(PASSWORD_HASHERS=real.PASSWORD_HASHERS):
            hasher = get_hasher()
            encoded = hasher.encode(PASSWORD, hasher.salt())
            assert encoded.startswith("argon2$argon2id$")
            assert hasher.verify(PASSWORD, encoded)
            assert not hasher.verify("another", encoded)

    def test_nobody_can_sign_up_and_nobody_is_there(self):
        assert Client().get("/signup/").status_code == 404
        assert User.objects.count() == 0
