"""Passkeys: signing in without a name, what is refused, and that a stolen table holds no key."""

import json
from dataclasses import replace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client

from accounts.factors import PASSKEY
from accounts.passkeys import (
    Refused,
    begin_answer,
    begin_passkey,
    made_passkey,
    owner_of,
    passkey_answered,
)
from audit.models import Entry
from audit.trail import Actor
from tests.cast import CastTestCase, user_of
from tests.soft_key import HOUSE, PRESENT, SoftKey


def gets_a_passkey(actor: Actor, key: SoftKey | None = None) -> SoftKey:
    """Give somebody a passkey, where making it is not the matter."""
    key, user = key or SoftKey(), user_of(actor)
    options, state = begin_passkey(user, HOUSE)
    new = made_passkey(user, state, key.makes(options), HOUSE, device="iPhone")
    Authenticator.objects.create(user=user, type=PASSKEY, data=new.data)
    return key


def signs_in(client: Client, key: SoftKey, **more: str) -> Any:
    options = client.post("/sign-in/passkey/options/").json()
    return client.post(
        "/sign-in/passkey/", {"credential": json.dumps(key.answers(options)), **more}
    )


class WithoutAName(CastTestCase):
    """The key says whose it is, and proves it."""

    def test_a_member_and_a_facilitator_sign_in_and_land_in_their_room(self):
        for actor, room in ((self.ana.actor, "/home/"), (self.fay, "/today/")):
            client, key = Client(), gets_a_passkey(actor)
            response = signs_in(client, key)
            assert response.status_code == 302, response.content
            assert client.get(room).status_code == 200
            assert Entry.objects.filter(act="sign_in.begun", actor=actor.user).exists()

    def test_it_is_two_factors_so_no_second_step_follows(self):
        assert signs_in(Client(), gets_a_passkey(self.fay))["Location"] == "/"

    def test_the_session_key_changes(self):
        client, key = Client(), gets_a_passkey(self.ana.actor)
        client.post("/sign-in/passkey/options/")
        before = client.cookies[settings.SESSION_COOKIE_NAME].value
        signs_in(client, key)
        assert client.cookies[settings.SESSION_COOKIE_NAME].value != before

    def test_a_failure_is_noted_without_a_name_and_looks_the_same_for_anybody(self):
        key = gets_a_passkey(self.ana.actor)
        strange, closed = SoftKey(handle=b"x" * 16), replace(gets_a_passkey(self.ben.actor))
        user = user_of(self.ben.actor)
        user.is_active = False
        user.save()
        wrong = replace(key, secret=SoftKey().secret)
        pages = {signs_in(Client(), one).content.decode() for one in (strange, closed, wrong)}
        assert len({_without_tokens(page) for page in pages}) == 1
        assert Entry.objects.filter(act="sign_in.failed").count() == 3
        assert not Entry.objects.filter(act="sign_in.failed", actor=self.ana.actor.user).exists()


class WhatIsRefused(CastTestCase):
    """Only this house's challenge, once, from this house's page, with the person verified."""

    def setUp(self):
        self.key = gets_a_passkey(self.ana.actor)
        self.user = user_of(self.ana.actor)

    def answered(self, key: SoftKey | None = None, user: Any = None) -> None:
        options, state = begin_answer(HOUSE)
        answer = (key or self.key).answers(options)
        passkey_answered(user or self.user, state, answer, HOUSE)

    def test_the_right_one_is_taken(self):
        self.answered()

    def test_another_origin_host_person_key_or_a_person_not_verified(self):
        self.answered(self.key)
        for wrong in (
            replace(self.key, origin="http://evil.testserver"),
            replace(self.key, origin="https://testserver"),
            replace(self.key, host="elsewhere"),
            replace(self.key, flags=PRESENT),
            replace(self.key, secret=SoftKey().secret),
            replace(self.key, credential=b"another credential"),
        ):
            with pytest.raises(Refused):
                self.answered(replace(wrong, counter=wrong.counter + 10))
        with pytest.raises(Refused):
            self.answered(user=user_of(self.ben.actor))

    def test_a_copied_key_is_behind_and_refused(self):
        copy = replace(self.key)
        self.answered()
        self.answered()
        with pytest.raises(Refused):
            self.answered(copy)

    def test_a_key_made_without_verification_or_elsewhere_is_not_taken(self):
        for wrong in (SoftKey(flags=PRESENT), SoftKey(origin="http://x"), SoftKey(host="x")):
            options, state = begin_passkey(self.user, HOUSE)
            with pytest.raises(Refused):
                made_passkey(self.user, state, wrong.makes(options), HOUSE, device="")

    def test_a_challenge_counts_once_and_for_what_it_was_made(self):
        client = Client()
        options = client.post("/sign-in/passkey/options/").json()
        answer = json.dumps(self.key.answers(options))
        other = Client()
        assert other.post("/sign-in/passkey/", {"credential": answer}).status_code == 200
        assert client.post("/sign-in/passkey/", {"credential": answer}).status_code == 302
        client.post("/sign-out/")
        assert client.post("/sign-in/passkey/", {"credential": answer}).status_code == 200

    def test_nonsense_is_refused_and_nothing_breaks(self):
        deep = "[" * 9_000 + "]" * 9_000
        right = self.key.answers(begin_answer(HOUSE)[0])
        hostile: list[str] = ["", "null", "[]", "7", '"x"', "{}", deep, "{" * 50_000, "\x00"]
        for part in ("id", "rawId", "type", "response"):
            for value in (None, 7, [], {}, "é", "A" * 5_000):
                hostile.append(json.dumps({**right, part: value}))
        for part in right["response"]:
            for value in (None, 7, "", "AA", "é", "A" * 5_000):
                changed = {**right, "response": {**right["response"], part: value}}
                hostile.append(json.dumps(changed))
        for credential in hostile:
            client = Client()
            client.post("/sign-in/passkey/options/")
            response = client.post("/sign-in/passkey/", {"credential": credential})
            assert response.status_code == 200, credential[:80]
        with pytest.raises(Refused):
            owner_of({"response": {"userHandle": "AA"}})

    def test_a_row_copied_to_somebody_else_or_altered_is_no_key(self):
        row = Authenticator.objects.get(user=self.user)
        Authenticator.objects.create(user=user_of(self.ben.actor), type=PASSKEY, data=row.data)
        with pytest.raises(Refused):
            self.answered(user=user_of(self.ben.actor))
        sealed = row.data["credential"]
        Authenticator.objects.filter(pk=row.pk).update(
            data={**row.data, "credential": sealed[:40] + "AAAA" + sealed[44:]}
        )
        with pytest.raises(Refused):
            self.answered()


def _without_tokens(page: str) -> str:
    parts = page.split('name="csrfmiddlewaretoken" value="')
    return parts[0] + "".join(part.split('"', 1)[1] for part in parts[1:])
