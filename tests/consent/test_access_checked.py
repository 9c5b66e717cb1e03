"""`manage.py check_access`: guardian's rows against the ledger, both ways; and the sweep."""

from datetime import timedelta
from io import StringIO
from unittest.mock import patch

import pytest
from django.core.management import call_command

from audit.models import Entry
from consent import access
from consent.models import Consent, ConsentEvent
from consent.services.alarms import ACCESS
from consent.services.deciding import revoke_consent
from consent.services.release import Withheld
from consent.services.sweeping import sweep_ended
from consent.shadow import follow_ledger
from oversight.queries import open_alarms
from sessions_app.models import (
    Disclosure,
    DisclosureUserPermission,
    DisclosureVersion,
    Facilitation,
    GroupUserPermission,
    VersionUserPermission,
)
from sessions_app.rights import give
from sessions_app.services.items import edit_item
from tests.cast import CastTestCase, user_of
from tests.walls import wall_lowered
from vault import key_ring
from vault.key_ring import Keyless


class Allowed(CastTestCase):
    """Ana's words about Ben may go to the clinic: both said yes."""

    def setUp(self):
        self.item = self.said("Ben waited until my light went on.", self.ana, self.ben)
        self.request = self.asked(self.item)
        self.consent = self.grants(self.ana, self.request)
        self.grants(self.ben, self.request)
        self.version = DisclosureVersion.objects.get(disclosure=self.item)
        self.fays_name = user_of(self.fay).sign_in_name

    def ends_now(self):
        """Let everything about the item end, as the passing of time would."""
        past = self.request.effective + timedelta(milliseconds=1)
        events = ConsentEvent.objects.filter(consent__request=self.request, kind="granted")
        with wall_lowered("consent_consentevent"):
            events.update(until=past)


class CheckAccess(Allowed):
    def check(self, *, differs: bool) -> list[str]:
        out = StringIO()
        if differs:
            with pytest.raises(SystemExit) as ended:
                call_command("check_access", stdout=out)
            assert ended.value.code == 1
        else:
            try:
                call_command("check_access", stdout=out)
            except SystemExit:
                raise AssertionError(out.getvalue()) from None
        *lines, last = out.getvalue().splitlines()
        assert last == (f"differences={self.count(lines)}" if differs else "ok differences=0")
        return lines

    def count(self, lines: list[str]) -> int:
        return sum(line.startswith(("row without", "ground without")) for line in lines)

    def test_a_house_as_its_services_left_it_has_no_difference(self):
        self.said("Nobody was asked about this.")
        self.note_about(self.cleo, "Spoke of work.", sign=True)
        taken_back = self.grants(self.ana, self.asked(self.said("Else.")))
        revoke_consent(by=self.ana.actor, code=taken_back.code)
        assert self.check(differs=False) == []

    def test_each_row_that_is_missing_is_named_by_codes(self):
        code, ben = self.item.code, self.ben.member.code
        for rights, right, thing, user, where in (
            (VersionUserPermission, "release_version", self.version, self.fay.user, code),
            (VersionUserPermission, "read_version", self.version, self.ben.member.user_id, code),
            (VersionUserPermission, "decide_version", self.version, self.ben.member.user_id, code),
            (DisclosureUserPermission, "read_disclosure", self.item, self.fay.user, code),
            (GroupUserPermission, "run_group", self.group, self.fay.user, self.group.code),
            (GroupUserPermission, "review_trail", self.group, self.sue.user, self.group.code),
        ):
            with self.subTest(right):
                rights.objects.get(
                    permission__codename=right, content_object=thing, user=user
                ).delete()
                lines = self.check(differs=True)
                names = {self.ben.member.user_id: ben}
                name = names.get(user) or access.names_of([user])[user]
                assert f"ground without row: {right} {where} {name}" in lines
                give(rights, right, user, thing)
        assert self.check(differs=False) == []

    def test_each_row_without_ground_is_named_raises_an_alarm_and_releases_nothing(self):
        other = self.said("Nobody was asked about this.")
        version = DisclosureVersion.objects.get(disclosure=other)
        for rights, right, thing in (
            (VersionUserPermission, "release_version", version),
            (VersionUserPermission, "read_version", version),
            (VersionUserPermission, "decide_version", version),
            (DisclosureUserPermission, "read_disclosure", other),
            (GroupUserPermission, "run_group", self.group),
            (GroupUserPermission, "review_trail", self.group),
        ):
            give(rights, right, self.otto.user, thing)
        give(VersionUserPermission, "release_version", self.fay.user, version)
        lines = self.check(differs=True)
        assert self.count(lines) == len(lines) == 7
        assert all(line.startswith("row without ground: ") for line in lines)
        alarms = open_alarms(self.practice.pk, [self.group.pk])
        assert {entry.act for entry in alarms} == {ACCESS}
        assert {entry.object_id for entry in alarms} == {version.pk, other.pk, self.group.pk}
        self.check(differs=True)
        assert len(open_alarms(self.practice.pk, [self.group.pk])) == len(alarms), "raised once"
        with pytest.raises(Withheld):
            self.releases(other)
        with pytest.raises(Disclosure.DoesNotExist):
            self.fay, fay = self.otto, self.fay
            try:
                self.releases(other)
            finally:
                self.fay = fay

    def test_an_expiry_that_nobody_swept_is_named_as_that(self):
        with patch.object(key_ring, "current", side_effect=Keyless("gone")):
            self.ends_now()
            lines = self.check(differs=False)
        assert lines[0] == "without keys: the ledger is taken as it stands"
        assert f"expiry not yet swept: release_version {self.item.code} {self.fays_name}" in lines
        assert (
            f"expiry not yet swept: read_version {self.item.code} {self.ben.member.code}" in lines
        )

    def test_a_lead_that_ended_is_named_as_that(self):
        Facilitation.objects.filter(user=self.cody.user).update(
            until=self.today - timedelta(days=1)
        )
        [line] = self.check(differs=False)
        assert line.startswith(f"expiry not yet swept: run_group {self.group.code} ")

    def test_rows_of_an_older_version_are_named_inert(self):
        edit_item(
            by=self.fay, code=self.item.code, seen_version=1, concerned=[self.ben.member.pk],
            text="Other words.", guard=self.guard(),
        )  # fmt: skip
        lines = self.check(differs=False)
        assert lines
        assert all(line.startswith("inert, of an older version: ") for line in lines)

    def test_batches_of_one_find_the_same(self):
        give(VersionUserPermission, "release_version", self.otto.user, self.version)
        whole = self.check(differs=True)
        with patch.object(access, "BATCH", 1):
            assert sorted(self.check(differs=True)) == sorted(whole)


class TheSweep(Allowed):
    """What is swept is told, and guardian's rows go."""

    def rights(self) -> set[str]:
        rows = VersionUserPermission.objects.filter(content_object=self.version)
        return set(rows.values_list("permission__codename", flat=True))

    def kinds(self) -> list[str]:
        events = ConsentEvent.objects.filter(consent=self.consent).order_by("counter")
        return list(events.values_list("kind", flat=True))

    def test_an_end_that_passed_is_written_down_once_with_its_entry(self):
        assert sweep_ended() == 0
        self.ends_now()
        assert "release_version" in self.rights()
        assert sweep_ended() == 2
        assert sweep_ended() == 0
        assert self.kinds() == ["asked", "granted", "expired"]
        assert self.rights() == {"decide_version"}
        entry = Entry.objects.filter(object_id=self.consent.pk).order_by("-seq")[0]
        assert (entry.act, entry.role, entry.group) == ("consent.expired", "house", self.group.pk)
        event = ConsentEvent.objects.get(consent=self.consent, kind="expired")
        assert event.by_id is None
        assert f"counter={event.counter}" in bytes(entry.body).decode()

    def test_other_words_end_it_as_superseded(self):
        edit_item(
            by=self.fay, code=self.item.code, seen_version=1, concerned=[self.ben.member.pk],
            text="Other words.", guard=self.guard(),
        )  # fmt: skip
        assert sweep_ended() == 2
        assert self.kinds() == ["asked", "granted", "superseded"]
        assert self.rights() == {"decide_version"}
        assert Consent.objects.filter(events__kind="superseded").count() == 2

    def test_it_takes_a_few_at_a_time_and_no_answer_is_written_over(self):
        self.ends_now()
        revoke_consent(by=self.ana.actor, code=self.consent.code)
        assert sweep_ended(most=1) == 1
        assert sweep_ended(most=1) == 0
        assert self.kinds() == ["asked", "granted", "revoked"]

    def test_the_worker_does_it(self):
        self.ends_now()
        out = StringIO()
        call_command("work", "--once", stdout=out)
        assert "permissions that ended: 2" in out.getvalue()

    def test_the_shadow_of_an_older_version_lets_nobody_read_or_release(self):
        edit_item(
            by=self.fay, code=self.item.code, seen_version=1, concerned=[self.ben.member.pk],
            text="Other words.", guard=self.guard(),
        )  # fmt: skip
        follow_ledger(self.version)
        assert self.rights() == {"decide_version"}
