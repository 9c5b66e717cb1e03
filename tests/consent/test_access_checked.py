"""`manage.py check_access`: guardian's rows against the ledger, both ways; and the sweep."""

from datetime import timedelta
from io import StringIO
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.staffing import deactivate
from audit.models import Entry
from consent import access, queries
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
from sessions_app.services.redacting import (
    confirm_second_look,
    edit_redacted_item,
    send_back,
)
from tests.cast import CastTestCase, user_of
from tests.walls import wall_lowered
from vault import key_ring
from vault.key_ring import Keyless


def ended(consent: Consent) -> bool:
    """Say of one consent, from its rows alone, whether its ledger has yet to say that it ended."""
    last = consent.events.latest("counter")
    now = timezone.now()
    over = consent.expires <= now or (last.until is not None and last.until <= now)
    current = consent.version.number == consent.version.disclosure.current_version
    return last.kind in ("granted", "unheld") and (over or not current)


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

    def test_a_second_look_is_asked_of_another_originator_and_of_nobody_else(self):
        """Or of the supervisor, where there is none; and of nobody once it was answered."""
        item = self.redacted(self.item, "Somebody waited.")
        version = DisclosureVersion.objects.get(disclosure=item)
        [asked] = VersionUserPermission.objects.filter(
            content_object=version, permission__codename="review_version"
        )
        assert asked.user_id == self.cody.user
        assert self.check(differs=False) == []
        cody, fay = (user_of(one).sign_in_name for one in (self.cody, self.fay))
        asked.delete()
        assert self.check(differs=True) == [
            f"ground without row: review_version {item.code} {cody}"
        ]
        give(VersionUserPermission, "review_version", self.cody.user, version)
        for wrong in (self.fay, self.otto, self.sue):
            with self.subTest(user_of(wrong).sign_in_name):
                give(VersionUserPermission, "review_version", wrong.user, version)
                name = user_of(wrong).sign_in_name
                assert self.check(differs=True) == [
                    f"row without ground: review_version {item.code} {name}"
                ]
                VersionUserPermission.objects.filter(
                    user=wrong.user, permission__codename="review_version"
                ).delete()
        assert fay != cody and self.check(differs=False) == []

    def test_a_second_look_at_words_that_are_whole_or_were_answered_has_no_ground(self):
        item = self.redacted(self.item, "Somebody waited.")
        version = DisclosureVersion.objects.get(disclosure=item)
        send_back(by=self.cody, code=item.code, seen_version=1, reason="The light is known.")
        assert self.check(differs=False) == []
        for thing, code in ((version, item.code), (self.version, self.item.code)):
            give(VersionUserPermission, "review_version", self.cody.user, thing)
            [line] = self.check(differs=True)
            assert line.startswith(f"row without ground: review_version {code} ")
            VersionUserPermission.objects.get(
                content_object=thing, permission__codename="review_version"
            ).delete()
        edit_redacted_item(
            by=self.fay, code=item.code, seen_version=1, concerned=[self.ana.member.pk],
            text="Somebody waited for me.", guard=self.guard(),
        )  # fmt: skip
        assert self.check(differs=False) == []
        confirm_second_look(by=self.cody, code=item.code, seen_version=2)
        assert self.check(differs=False) == []
        again = DisclosureVersion.objects.get(disclosure=item, number=2)
        give(VersionUserPermission, "review_version", self.cody.user, again)
        assert len(self.check(differs=True)) == 1
        give(VersionUserPermission, "review_version", self.cody.user, version)
        assert any(
            line.startswith("inert, of an older version: review_version")
            for line in self.check(differs=True)
        )

    def test_a_second_look_of_a_group_that_one_leads_alone_is_the_supervisors(self):
        Facilitation.objects.filter(user=self.cody.user).update(
            until=self.today - timedelta(days=1)
        )
        item = self.redacted(self.item, "Somebody waited.")
        [lapsed] = self.check(differs=False)  # of Cody's lead itself
        assert "run_group" in lapsed
        version = DisclosureVersion.objects.get(disclosure=item)
        own = VersionUserPermission.objects.filter(
            content_object=version, permission__codename="review_version"
        )
        assert [row.user_id for row in own] == [self.sue.user]
        own.delete()
        assert any(
            line.startswith(f"ground without row: review_version {item.code} ")
            for line in self.check(differs=True)
        )

    def test_a_second_look_is_not_missed_from_who_had_left_when_it_was_asked_for(self):
        deactivate(by=self.adam, person=self.cody.user)
        item = self.redacted(self.item, "Somebody waited.")
        [asked] = VersionUserPermission.objects.filter(
            content_object__disclosure=item, permission__codename="review_version"
        )
        assert asked.user_id == self.sue.user
        assert self.check(differs=False) == []

    def test_nor_from_a_supervisor_who_had_left(self):
        Facilitation.objects.filter(user=self.cody.user).update(
            until=self.today - timedelta(days=1)
        )
        deactivate(by=self.adam, person=self.sue.user)
        self.redacted(self.item, "Somebody waited.")
        [lapsed] = self.check(differs=False)  # of Cody's lead itself
        assert "run_group" in lapsed

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
        assert self.kinds() == ["asked", "granted", "declined"]  # it had ended by itself

    def test_it_finds_what_reading_every_consent_would_find(self):
        """Live, ended, ended and swept, ended and answered, with other words, set back by hand."""
        week = self.today + timedelta(days=7)
        for words in ("Still running.", "Not allowed.", "Other words.", "Set back.", "Over."):
            item = self.said(words)
            consent = self.grants(self.ana, self.asked(item, expires_on=week, answer_by=week))
            if words == "Not allowed.":
                revoke_consent(by=self.ana.actor, code=consent.code)
            if words == "Over.":
                with wall_lowered("consent_consent"):
                    ends = consent.effective + timedelta(milliseconds=1)
                    Consent.objects.filter(pk=consent.pk).update(expires=ends)
            if words in ("Other words.", "Set back."):
                edit_item(
                    by=self.fay, code=item.code, seen_version=1, concerned=[],
                    text=words + " Later.", guard=self.guard(),
                )  # fmt: skip
            if words == "Set back.":
                self.grants(self.ana, self.asked(Disclosure.objects.get(pk=item.pk)))
                Disclosure.objects.filter(pk=item.pk).update(current_version=1)
        self.said("Nobody was asked.")
        for swept in (False, True):
            found = {consent.pk for consent in queries.ended_unswept(100)}
            assert found == {consent.pk for consent in Consent.objects.all() if ended(consent)}
            assert len(found) == (0 if swept else 3)
            sweep_ended()
        self.ends_now()
        assert len(queries.ended_unswept(100)) == 2

    def test_it_reads_no_consent_that_still_runs(self):
        """By the plan: each part is found by an index, even where a scan would be as quick."""
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL enable_seqscan = off")
        with CaptureQueriesContext(connection) as seen:
            queries.ended_unswept(1)
        [asked] = [one["sql"] for one in seen if "consent_consent" in one["sql"]]
        explain = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
        with connection.cursor() as cursor:
            cursor.execute(explain + asked)
            plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
        for index in ("consent_expires", "yes_until", "later_versions", "items_with_other_words"):
            assert index in plan, plan
        assert "Seq Scan" not in plan, plan
        assert not any(line.startswith("SCAN ") for line in plan.splitlines()), plan

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
