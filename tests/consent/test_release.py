"""R10-R19: nothing leaves without the live consent of everyone it concerns."""

from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.services import StepUpRefused
from audit.models import Entry
from consent.models import Consent, ConsentEvent, Release
from consent.services import release as release_module
from consent.services.deciding import decline_consent, revoke_consent
from consent.services.release import (
    Withheld,
    hand_over,
    open_release,
    release_item,
    release_scope,
)
from consent.services.verdicts import verdicts
from sessions_app import queries as sessions
from sessions_app.models import Disclosure, TherapyGroup
from sessions_app.services.items import edit_item
from tests.cast import WAYS_TO_GO, CastTestCase, sign_in
from tests.walls import wall_lowered
from vault import services as vault


class ReleaseAnItem(CastTestCase):
    """One item, about one member or several."""

    def withheld(self, item: Disclosure, *reasons: str, **more: object) -> None:
        with pytest.raises(Withheld):
            self.releases(item, **more)
        entry = self.last_entry()
        assert (entry.act, entry.outcome) == ("release", "withhold")
        assert entry.reasons.split(",") == sorted(reasons)

    def test_without_any_consent_it_is_withheld(self):
        self.withheld(self.said(), "NO_CONSENT")

    def test_with_the_speakers_consent_an_item_about_them_alone_goes_out(self):
        item = self.said()
        consent = self.grants(self.ana, self.asked(item))

        release = self.releases(item)

        assert release.decision == Release.Decision.PERMIT
        assert list(release.items.get().consents.all()) == [consent]
        assert (self.last_entry().act, self.last_entry().outcome) == ("release", "permit")

    def test_another_recipient_another_purpose_get_nothing(self):
        item = self.said()
        self.grants(self.ana, self.asked(item))

        self.withheld(item, "RECIPIENT_MISMATCH", to=self.insurer)
        self.withheld(item, "PURPOSE_MISMATCH", purpose="HPAYMT")

    def test_a_consent_to_treatment_covers_coordination_of_care(self):
        item = self.said()
        self.grants(self.ana, self.asked(item, purpose="TREAT"))

        assert self.releases(item, purpose="COC").decision == Release.Decision.PERMIT

    def test_an_item_about_two_needs_both_and_one_is_not_enough(self):
        item = self.said("Ben drove me home.", self.ana, self.ben)
        request = self.asked(item)
        self.grants(self.ana, request)

        self.withheld(item, "NO_CONSENT", "SUBJECT_CONSENT_MISSING")
        self.grants(self.ben, request)
        assert self.releases(item).items.get().consents.count() == 2

    def test_after_the_speaker_takes_back_nothing_more_goes_out(self):
        item = self.said()
        consent = self.grants(self.ana, self.asked(item))
        self.releases(item)

        revoke_consent(by=self.ana.actor, code=consent.code)

        self.withheld(item, "REVOKED")

    def test_a_refusal_withholds(self):
        item = self.said()
        request = self.asked(item)
        decline_consent(by=self.ana.actor, code=self.consent_of(self.ana, request).code)

        self.withheld(item, "REFUSED")

    def test_an_edited_item_needs_a_new_consent(self):
        item = self.said()
        self.grants(self.ana, self.asked(item))
        edit_item(
            by=self.fay,
            code=item.code,
            seen_version=1,
            concerned=[],
            text="Other words.",
            guard=self.guard(),
        )

        self.withheld(item, "VERSION_CHANGED")

    def test_a_consent_that_has_ended_withholds(self):
        item = self.said()
        consent = self.grants(self.ana, self.asked(item))
        past = timezone.now() - timedelta(days=1)
        with wall_lowered("consent_consent"):
            Consent.objects.filter(pk=consent.pk).update(
                expires=past, effective=past - timedelta(1)
            )

        with pytest.raises(Withheld):
            self.releases(item)
        # The scope is part of what the MAC covers: a changed end makes the grant unreadable too.
        assert self.last_entry().reasons == "EXPIRED,UNREADABLE"

    def test_a_grant_forged_in_the_database_releases_nothing(self):
        item = self.said()
        consent = self.consent_of(self.ana, self.asked(item))
        ConsentEvent.objects.create(
            consent=consent, counter=9, kind="granted", at=timezone.now(), until=consent.expires
        )

        self.withheld(item, "UNREADABLE")

    def test_a_grant_copied_to_a_later_place_in_the_ledger_releases_nothing(self):
        item = self.said()
        consent = self.grants(self.ana, self.asked(item))
        revoke_consent(by=self.ana.actor, code=consent.code)
        granted = ConsentEvent.objects.get(consent=consent, kind="granted")
        granted.pk, granted.counter, granted._state.adding = uuid4(), 99, True
        granted.save(force_insert=True)

        self.withheld(item, "REVOKED", "UNREADABLE")

    def test_a_colleague_who_leads_another_group_finds_no_such_item(self):
        item = self.said()
        scope = release_scope(sessions.own_item(self.fay, item.code), self.clinic, "TREAT")
        for stranger in (self.otto, self.zoe, self.sue, self.adam, self.ana.actor):
            with pytest.raises(Disclosure.DoesNotExist):
                release_item(
                    by=stranger,
                    code=item.code,
                    recipient=self.clinic,
                    purpose="TREAT",
                    step_up_id=self.stepped_up(self.fay, scope),
                    once=uuid4(),
                )

    def test_the_same_form_sent_twice_releases_once(self):
        item = self.said()
        self.grants(self.ana, self.asked(item))
        scope = release_scope(sessions.own_item(self.fay, item.code), self.clinic, "TREAT")
        step_up, once = self.stepped_up(self.fay, scope), uuid4()

        releases = {
            release_item(
                by=self.fay,
                code=item.code,
                recipient=self.clinic,
                purpose="TREAT",
                step_up_id=step_up,
                once=once,
            ).pk
            for _ in range(2)
        }

        assert len(releases) == Release.objects.count() == 1


class WhoLetsItOutIsNoFacilitatorAnyMore(CastTestCase):
    """R18: role and account are asked for once more, under the lock."""

    def setUp(self):
        self.item = self.said()
        self.grants(self.ana, self.asked(self.item))

    def stays(self, act: str) -> None:
        entry = self.last_entry()
        assert (entry.act, entry.outcome) == (act, "withhold")
        assert entry.reasons == "NOT_PERMITTED"

    def test_nothing_is_released(self):
        for gone in WAYS_TO_GO:
            with self.subTest(gone.__name__), gone(self.fay):
                with pytest.raises(Withheld):
                    self.releases(self.item)
                self.stays("release")
        assert self.releases(self.item)

    def test_nothing_that_was_released_opens_or_is_handed_over(self):
        release = self.releases(self.item)
        for gone in WAYS_TO_GO:
            for act, told in (
                (open_release, "release.opened"),
                (hand_over, "release.handed_over"),
            ):
                with self.subTest(f"{gone.__name__}, {told}"), gone(self.fay):
                    with pytest.raises(Withheld):
                        act(by=self.fay, code=release.code)
                    self.stays(told)
        assert open_release(by=self.fay, code=release.code).parts


class APermissionEndsMeanwhile(CastTestCase):
    """The wall refuses the row of a release whose permission ended after the decision."""

    def test_it_is_decided_once_more_and_written_once(self):
        item = self.said()
        consent = self.grants(self.ana, self.asked(item))
        decided = []

        def ended_after_the_first(*given, **more):
            found = verdicts(*given, **more)
            decided.append(found)
            if len(decided) == 1:  # rolled back with the row that the wall refuses
                ConsentEvent.objects.create(
                    consent=consent, counter=99, kind="revoked", at=timezone.now()
                )
            return found

        with patch.object(release_module, "verdicts", ended_after_the_first):
            release = self.releases(item)

        assert len(decided) == 2
        assert [one.pk for one in Release.objects.all()] == [release.pk]
        assert Entry.objects.filter(act="release", object_id=release.pk).count() == 1

    def test_if_it_has_ended_for_good_it_is_withheld_and_not_an_error(self):
        item = self.said()
        consent = self.grants(self.ana, self.asked(item))
        decided = []

        def taken_back_before_the_second(*given, **more):
            decided.append(verdicts(*given, **more))
            if len(decided) == 1:
                ConsentEvent.objects.create(
                    consent=consent, counter=99, kind="revoked", at=timezone.now()
                )
                return decided[0]
            ConsentEvent.objects.create(
                consent=consent, counter=99, kind="revoked", at=timezone.now()
            )
            return verdicts(*given, **more)

        with (
            patch.object(release_module, "verdicts", taken_back_before_the_second),
            pytest.raises(Withheld),
        ):
            self.releases(item)
        assert self.last_entry().outcome == "withhold"


class StepUpBeforeARelease(CastTestCase):
    """A step-up is good for one act on one version, for one recipient and purpose, once."""

    def test_it_serves_no_other_recipient_purpose_item_or_person_and_not_twice(self):
        item, other = self.said(), self.said("Something else.")
        for one in (item, other):
            self.grants(self.ana, self.asked(one))
            self.grants(self.ana, self.asked(one, self.insurer))
        scope = release_scope(sessions.own_item(self.fay, item.code), self.clinic, "TREAT")
        step_up = self.stepped_up(self.fay, scope)

        def attempt(by=self.fay, code=item.code, to=self.clinic, purpose="TREAT"):
            return release_item(
                by=by, code=code, recipient=to, purpose=purpose, step_up_id=step_up, once=uuid4()
            )

        for wrong in (
            {"to": self.insurer},
            {"purpose": "COC"},
            {"code": other.code},
            {"by": self.cody},
        ):
            with pytest.raises(StepUpRefused):
                attempt(**wrong)
        assert Release.objects.count() == 0
        attempt()
        with pytest.raises(StepUpRefused):
            attempt()
        assert Release.objects.count() == 1

    def test_an_edit_between_password_and_release_ends_it(self):
        item = self.said()
        scope = release_scope(sessions.own_item(self.fay, item.code), self.clinic, "TREAT")
        step_up = self.stepped_up(self.fay, scope)
        edit_item(
            by=self.cody,
            code=item.code,
            seen_version=1,
            concerned=[],
            text="Other.",
            guard=self.guard(),
        )

        with pytest.raises(StepUpRefused):
            release_item(
                by=self.fay,
                code=item.code,
                recipient=self.clinic,
                purpose="TREAT",
                step_up_id=step_up,
                once=uuid4(),
            )


class OpenAReleaseAgain(CastTestCase):
    """R12: every opening decides again, and so does handing the paper over."""

    def setUp(self):
        self.item = self.said("Exactly these words.")
        self.consent = self.grants(self.ana, self.asked(self.item))
        self.release = self.releases(self.item)

    def test_the_receipt_of_the_opening_opens_exactly_what_it_lists(self):
        opened = open_release(by=self.fay, code=self.release.code)

        [part] = opened.parts
        sealed = part.version.sealed_text(self.practice.pk)
        assert vault.open(sealed, opened.receipt) == "Exactly these words."
        with pytest.raises(vault.NotReceipted):
            vault.open(self.ben.member.sealed_name, opened.receipt)

    def test_after_the_consent_is_taken_back_it_neither_opens_nor_is_handed_over(self):
        revoke_consent(by=self.ana.actor, code=self.consent.code)

        for act in (open_release, hand_over):
            with pytest.raises(Withheld):
                act(by=self.fay, code=self.release.code)
            assert self.last_entry().outcome == "withhold"
        assert not hasattr(Release.objects.get(pk=self.release.pk), "hand_over")

    def test_what_was_withheld_never_opens_even_when_everybody_allows_it_now(self):
        item = self.said("Something else.")
        with pytest.raises(Withheld) as withheld:
            self.releases(item)
        self.grants(self.ana, self.asked(item))

        with pytest.raises(Withheld):
            open_release(by=self.fay, code=withheld.value.release.code)
        assert self.last_entry().outcome == "withhold"

    def test_handing_over_twice_is_once(self):
        first = hand_over(by=self.fay, code=self.release.code)
        assert hand_over(by=self.fay, code=self.release.code) == first

    def test_the_receipt_says_into_whose_hands_and_no_word_of_what(self):
        client = Client()
        sign_in(client, self.fay)
        path = f"/releases/{self.release.code}/receipt/"
        assert client.get(path).status_code == 404
        client.post(f"/releases/{self.release.code}/open/")
        client.post(f"/releases/{self.release.code}/hand-over/", {"received": "signed_for"})
        page = client.get(path).content.decode()
        for words in (self.release.code, "Dr Osei", "Fay Ferrer", "Somebody who signed for them"):
            assert words in page
        assert "Exactly these words." not in page
        assert b"signed_for" in bytes(self.last_entry_of("release.handed_over").body)

    def test_into_the_hands_of_the_named_person_unless_it_says_otherwise(self):
        hand_over(by=self.fay, code=self.release.code)
        client = Client()
        sign_in(client, self.fay)
        page = client.get(f"/releases/{self.release.code}/receipt/").content.decode()
        assert "The named person" in page and "Somebody who signed" not in page

    def last_entry_of(self, act: str) -> Entry:
        return Entry.objects.filter(chain=self.practice.pk, act=act).latest("seq")


class TheNotice(CastTestCase):
    """R20: the notice of an item's record class travels with it."""

    def letter(self) -> str:
        item = self.said()
        self.grants(self.ana, self.asked(item))
        release = self.releases(item)
        client = Client()
        sign_in(client, self.fay)
        return client.post(f"/releases/{release.code}/open/").content.decode()

    def test_psychotherapy_notes_carry_the_notice_of_the_house(self):
        letter = self.letter()
        assert "Do not pass them on" in letter
        assert "42 CFR" not in letter

    def test_substance_use_notes_carry_the_words_the_law_prescribes(self):
        TherapyGroup.objects.update(record_class="sud_counseling")
        self.session.group.refresh_from_db()
        letter = " ".join(self.letter().split())
        assert "protected by Federal confidentiality rules (42 CFR part 2)" in letter
        assert "is NOT sufficient to meet the required elements of written consent" in letter
