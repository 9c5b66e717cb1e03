"""The question of every request, put into SQL once: it answers as if it were asked anew."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client, TransactionTestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Role, SignIn, StaffRole, StoredSession, User
from accounts.session_store import SIGN_IN, key_hash, running
from audit.trail import NOBODY
from consent.models import Consent
from consent.queries import all_own_consents, ledger, own_consent, own_consents
from consent.services.freezing import freeze
from pages.facilitator import today
from pages.shared.access import HouseBackend, signed_in
from pages.supervisor import waiting
from sessions_app.models import Disclosure
from sessions_app.queries import own_item, today_in, version_originated_by
from tests.cast import BOTH, Cast, CastTestCase, sign_in
from tests.pages.scene import Scene

WHO_REVIEW = (Role.SUPERVISOR, Role.OUTSIDE_COLLEAGUE)
NOT_THE_SAME = {"_state", "seen_at"}  # what Django keeps, and the time of the asking


def told(user: User | None) -> dict[str, Any]:
    """Return everything a person came with, but the time."""
    assert user is not None
    came = {name: value for name, value in vars(user).items() if name not in NOT_THE_SAME}
    return came | {"practice": user._state.fields_cache["practice"]}


class AsIfAskedAnew(CastTestCase):
    def test_everybody_comes_with_the_same(self):
        everybody = User.objects.order_by("pk")
        assert len(everybody) > 9
        for person in everybody:
            kept = HouseBackend().get_user(person.pk)
            assert told(kept) == told(signed_in(person.pk).get())

    def test_it_is_one_question_and_its_sql_is_the_same(self):
        HouseBackend().get_user(self.ana.actor.user)
        with CaptureQueriesContext(connection) as kept:
            HouseBackend().get_user(self.fay.user)
        with CaptureQueriesContext(connection) as anew:
            signed_in(self.fay.user).get()
        sql = [one["sql"].removesuffix(" LIMIT 21") for one in (*kept, *anew)]
        assert len(sql) == 2 and sql[0] == sql[1]

    def test_it_is_asked_now_and_not_remembered(self):
        fay = HouseBackend().get_user(self.fay.user)
        assert fay.acts_as_facilitator and not fay.frozen
        StaffRole.objects.filter(user=self.fay.user).update(until=timezone.now())
        freeze(by=self.sue)
        again = HouseBackend().get_user(self.fay.user)
        assert not again.acts_as_facilitator and again.frozen
        assert again.seen_at > fay.seen_at

    def test_nobody_is_nobody(self):
        assert HouseBackend().get_user(NOBODY) is None


class ManyAtOnce(Cast, TransactionTestCase):
    databases = BOTH

    def test_each_is_told_of_themselves(self):
        self.play()
        people = list(User.objects.values_list("pk", flat=True)) * 5

        def asked(person: Any) -> bool:
            try:
                return HouseBackend().get_user(person).pk == person
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(asked, people))


class AnItem(CastTestCase):
    """One looks for an item by who they are, the day and its code: three keys."""

    def test_whoever_looks_finds_what_they_would_find_anew(self):
        item, other = self.said(), self.said("Nobody called.", self.ana, self.ben)
        own_item(self.fay, item.code)
        with CaptureQueriesContext(connection) as kept:
            found = own_item(self.fay, other.code, subjects=False)
        with CaptureQueriesContext(connection) as anew:
            [version] = version_originated_by(self.fay.user, self.today, other.code)
        assert kept[-1]["sql"] == anew[-1]["sql"]
        assert found == version.disclosure == other and found.current == [version]
        assert found.group.practice == version.disclosure.group.practice
        both = {
            subject.member for subject in own_item(self.fay, other.code).current[0].subjects.all()
        }
        assert both == {self.ana.member, self.ben.member}

    def test_neither_somebody_else_nor_another_day_finds_it(self):
        item = self.said()
        day_before_the_group = replace(self.fay, day=date(2000, 1, 1))
        for by in (self.otto, self.zoe, self.ana.actor, day_before_the_group):
            with pytest.raises(Disclosure.DoesNotExist):
                own_item(by, item.code)
        assert own_item(self.fay, item.code) == item


class TheStay(CastTestCase):
    def test_a_session_is_read_as_if_it_were_asked_for_anew(self):
        client = Client()
        sign_in(client, self.fay)
        session = client.session
        assert session[SIGN_IN]
        row = StoredSession.objects.get(key_hash=key_hash(session.session_key))
        assert session._row == running(row.key_hash).get() == row
        assert session._row.sign_in == row.sign_in
        SignIn.objects.filter(pk=row.sign_in_id).update(ended_at=timezone.now())
        assert client.session.get(SIGN_IN) is None


class OwnPermissions(CastTestCase):
    """What a member's pages ask of their permissions: the expressions made once, the SQL too."""

    def setUp(self):
        for text in ("The first.", "The second."):
            self.grants(self.ana, self.asked(self.said(text)))
        self.asked(self.said("Ben waited for me.", self.ana, self.ben))

    def test_all_and_one_are_as_if_asked_anew_whoever_asked_before(self):
        for member in (self.ben, self.ana, self.cleo, self.ana):
            anew = [of(one) for one in own_consents(member.actor)]
            assert [of(one) for one in all_own_consents(member.actor)] == anew
            for one in own_consents(member.actor):
                assert of(own_consent(member.actor, one.code)) == of(one)
        assert len(all_own_consents(self.ana.actor)) == 3

    def test_the_question_is_the_same_and_one(self):
        by, code = self.ana.actor, self.code()
        for kept, anew in (
            (lambda: all_own_consents(by), own_consents(by)),
            (lambda: own_consent(by, code), own_consents(by).filter(code=code)),
        ):
            kept()
            with CaptureQueriesContext(connection) as ran:
                kept()
                list(anew)
            first, second = (one["sql"] for one in ran)
            assert first == second

    def test_another_members_is_nobodys(self):
        with pytest.raises(Consent.DoesNotExist):
            own_consent(self.ben.actor, self.code())

    def test_expressions_that_served_before_say_what_new_ones_say(self):
        used = [str(own_consents(one.actor).query) for one in (self.ana, self.ben)]
        ledger._of_the_ledger.cache_clear()
        assert used == [str(own_consents(one.actor).query) for one in (self.ana, self.ben)]

    def code(self) -> str:
        return Consent.objects.filter(member=self.ana.member).latest("pk").code


def of(consent: Consent) -> dict[str, Any]:
    """Return everything a consent came with, of what rides along its ids."""
    came = {name: value for name, value in vars(consent).items() if name != "_state"}
    return came | {name: one.pk for name, one in consent._state.fields_cache.items() if one}


class WhatWaits(Scene, CastTestCase):
    """The desk's question and that of *Today*: of several kinds at once, in rows of values."""

    stage = Scene

    def test_rows_and_sql_are_as_if_asked_anew_whoever_asked_before(self):
        day = today_in(self.practice.pk)
        asked = [
            *((waiting._waits(one), partial(waiting.waits_of, one)) for one in WHO_REVIEW),
            (today._backs, today.backs_of),
        ]
        seen = 0
        for kept, anew in asked:
            for by in (self.zoe, self.sue, self.fay, self.cody, self.sue):
                keys = (by.practice, by.user, day)
                with CaptureQueriesContext(connection) as ran:
                    rows = [list(kept.all(*keys)), list(anew(*keys))]
                assert rows[0] == rows[1]
                assert ran[0]["sql"] == ran[1]["sql"] and len(ran) == 2
                seen += len(rows[0])
        assert seen > 5
