"""Rows that the pure decision alone does not show: 11, 12, 23, 27 to 29, 37, 38 and 55.

Through the services, with the cast. Also invariants (d) and (f) of the table.
"""

import re
from unittest.mock import patch

import pytest
from django.test import Client

from audit import queries as audit
from consent import queries
from consent.models import HandOver, Release, ReleaseItem
from consent.services.deciding import decline_consent, revoke_consent
from consent.services.release import Withheld, hand_over, open_release
from sessions_app import queries as sessions
from sessions_app.models import Disclosure, Membership
from sessions_app.rules import Rejected
from sessions_app.services.groups import add_facilitator, close_group
from sessions_app.services.stints import end_stint
from tests.cast import CastTestCase, sign_in, user_of
from vault import key_ring
from vault import services as vault


class AfterARelease(CastTestCase):
    """What went out stays out; what has not yet, stays in."""

    def setUp(self):
        self.item = self.said()
        self.consent = self.grants(self.ana, self.asked(self.item))
        self.release = self.releases(self.item)

    def test_row_11_a_past_release_stays_lawful_and_nothing_more_goes_out(self):
        """Reliance clause of 508(b)(5); GDPR 7(3)."""
        hand_over(by=self.fay, code=self.release.code)
        revoke_consent(by=self.ana.actor, code=self.consent.code)

        kept = Release.objects.get(pk=self.release.pk)
        assert kept.decision == Release.Decision.PERMIT
        assert HandOver.objects.filter(release=kept).exists()
        assert list(kept.items.get().consents.all()) == [self.consent]
        with pytest.raises(Withheld):
            self.releases(self.item)

    def test_row_12_taken_back_after_the_decision_and_before_the_opening(self):
        """Of our own: each opening and handing over decides again."""
        revoke_consent(by=self.ana.actor, code=self.consent.code)

        for act in (open_release, hand_over):
            with pytest.raises(Withheld):
                act(by=self.fay, code=self.release.code)
            assert self.last_entry().reasons == "REVOKED"

    def test_row_28_leaving_and_closing_the_group_change_nothing(self):
        """508(c)(1)(v): a consent lives until it ends, and can still be taken back."""
        end_stint(by=self.fay, group=self.group, member_code=self.ana.member.code, until=self.today)
        close_group(by=self.fay, group=self.group)

        assert open_release(by=self.fay, code=self.release.code)
        assert self.releases(self.item).decision == Release.Decision.PERMIT

        revoke_consent(by=self.ana.actor, code=self.consent.code)
        with pytest.raises(Withheld):
            self.releases(self.item)


class WhatTheRecipientReads(CastTestCase):
    def letter(self, release):
        client = Client()
        sign_in(client, self.fay)
        page = client.post(f"/releases/{release.code}/open/").content.decode()
        return re.sub(r'nonce="[^"]+"|name="csrfmiddlewaretoken" value="[^"]+"', "", page)

    def test_row_27_the_letter_is_the_same_whatever_was_withheld_beside_it(self):
        """DS4P; 2.13(c): no word, number or mark tells that there is more."""
        item = self.said()
        self.grants(self.ana, self.asked(item))
        release = self.releases(item)
        alone = self.letter(release)

        withheld = self.said("Ben and I talked about it.", self.ana, self.ben)
        decline_consent(
            by=self.ana.actor, code=self.consent_of(self.ana, self.asked(withheld)).code
        )
        with pytest.raises(Withheld):
            self.releases(withheld)

        assert self.letter(release) == alone
        assert "Ben" not in alone


class ItemByItem(CastTestCase):
    def test_row_23_of_an_evening_exactly_the_permitted_items_go_out(self):
        """Core rule; 508. Invariants (d) and (f): this set, on a consent of every subject."""
        allowed = self.said("My own.")
        shared = self.said("Of Ben and me.", self.ana, self.ben)
        half = self.said("Of Ben and me, too.", self.ana, self.ben)
        refused = self.said("My own, and private.")
        silent = self.said("My own, and not asked about.")
        self.grants(self.ana, self.asked(allowed))
        both = self.asked(shared)
        self.grants(self.ana, both)
        self.grants(self.ben, both)
        self.grants(self.ana, self.asked(half))
        decline_consent(by=self.ana.actor, code=self.consent_of(self.ana, self.asked(refused)).code)

        for item in (allowed, shared, half, refused, silent):
            try:
                self.releases(item)
            except Withheld:
                continue

        out = Release.objects.filter(decision=Release.Decision.PERMIT)
        released = ReleaseItem.objects.filter(release__in=out)
        assert {row.version.disclosure_id for row in released} == {allowed.pk, shared.pk}
        for row in released:
            members = set(row.version.subjects.values_list("member_id", flat=True))
            assert set(row.consents.values_list("member_id", flat=True)) == members


class WhoIsNotPartOfIt(CastTestCase):
    """Use inside by role; everybody else finds nothing."""

    def setUp(self):
        self.item = self.said()

    def test_row_29_who_joined_after_the_session_gains_no_view(self):
        """They are not on its roster, so the item neither concerns them nor opens to them."""
        newcomer = self.join(self.fay, self.group, "Gus Gray")
        Membership.objects.filter(member=newcomer.member).update(since=self.today)
        self.grants(self.ana, self.asked(self.item))
        version = sessions.current_version(sessions.own_item(self.fay, self.item.code))

        with pytest.raises(Rejected):
            self.said("Gus was there, too.", self.ana, newcomer)
        assert not sessions.readable_versions(newcomer.actor).filter(pk=version.pk).exists()
        assert not queries.own_consents(newcomer.actor).exists()

    def test_row_37_who_led_on_the_day_reads_it_and_who_leads_since_does_not(self):
        """508(a)(2)(i)(A); 2.12(c)(3): originators are those who led the group on that day."""
        add_facilitator(by=self.fay, group=self.group, user=user_of(self.otto), since=self.today)

        assert sessions.own_item(self.cody, self.item.code) == self.item
        with pytest.raises(Disclosure.DoesNotExist):
            sessions.own_item(self.otto, self.item.code)

    def test_row_38_the_supervisor_reads_the_trail_and_no_words(self):
        """508(a)(2)(i)(B); 502(b): what happened is theirs, what was said is not."""
        groups = [group.pk for group in sessions.groups_supervised_by(self.sue)]

        trail = audit.entries_of_groups(self.practice.pk, groups)
        assert self.item.code in {entry.code for entry in trail}
        assert self.item.code in {entry.code for entry in trail if entry.act == "item.recorded"}
        with pytest.raises(Disclosure.DoesNotExist):
            sessions.own_item(self.sue, self.item.code)
        assert not sessions.readable_versions(self.sue).exists()


class WithoutARecord(CastTestCase):
    """Row 55: no entry, no release; no keys, no release."""

    def setUp(self):
        self.item = self.said()
        self.grants(self.ana, self.asked(self.item))

    def test_row_55_a_trail_that_cannot_be_written_lets_nothing_out(self):
        """Of our own, and one of the failure modes that PCF leaves open."""
        with patch("audit.trail.append", side_effect=OSError("disk full")), pytest.raises(OSError):
            self.releases(self.item)

        assert not Release.objects.exists()

    def test_row_55_without_keys_nothing_can_be_proven_and_nothing_goes_out(self):
        release = self.releases(self.item)
        with (
            patch.object(key_ring, "current", side_effect=vault.Keyless),
            pytest.raises(vault.Keyless),
        ):
            open_release(by=self.fay, code=release.code)
