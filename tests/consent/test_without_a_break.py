"""R12, row 12: what was let out before a no opens no more, whatever lifted the no."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from audit.clock import database_now
from consent import queries
from consent.models import Recipient
from consent.services import deciding
from consent.services.deciding import decline_consent, revoke_consent
from consent.services.holding import hold_consent, lift_hold, lift_scope
from consent.services.links import LinkClosed, open_link
from consent.services.recipients import show_class_member
from consent.services.release import Withheld, hand_over, open_release
from consent.services.voiding import void_item
from sessions_app import queries as sessions
from tests.cast import CastTestCase, proven, recipient


class WithoutABreak(CastTestCase):
    def setUp(self):
        self.item = self.said()

    def given(self, *, purpose: str = "TREAT"):
        """Ana allows it for treatment; it is let out, with a link to it."""
        self.request = self.asked(self.item)
        self.consent = self.grants(self.ana, self.request)
        self.release = self.releases(self.item, purpose=purpose)
        self.made = self.linked(self.release)

    def stays_closed(self):
        with pytest.raises(LinkClosed):
            open_link(
                code=self.made.link.code, secret=self.made.secret, passcode=self.made.passcode
            )
        for again in (open_release, hand_over):
            with pytest.raises(Withheld):
                again(by=self.fay, code=self.release.code)
        purpose = self.release.purpose
        assert open_release(by=self.fay, code=self.releases(self.item, purpose=purpose).code)

    def test_a_no_to_a_part_of_the_reason_is_a_break_though_a_yes_lifts_it(self):
        self.given(purpose="COC")
        narrow = self.asked(self.item, purpose="COC")
        decline_consent(by=self.ana.actor, code=self.consent_of(self.ana, narrow).code)
        self.grants(self.ana, narrow)
        self.stays_closed()

    def test_a_no_to_a_group_the_reader_is_of_is_one_too(self):
        doctors = recipient(self.adam, "Clinic doctors", Recipient.Kind.CLASS)
        show_class_member(by=self.adam, code=doctors.code, recipient=self.clinic.code)
        self.given()
        wide = self.asked(self.item, doctors)
        decline_consent(by=self.ana.actor, code=self.consent_of(self.ana, wide).code)
        self.grants(self.ana, wide)
        self.stays_closed()

    def test_a_hold_that_was_lifted_opens_nothing_of_before(self):
        self.given()
        hold_consent(by=self.ana.actor, code=self.consent.code)
        proof = proven(self.sue, lift_scope(self.consent))
        lift_hold(by=self.sue, code=self.consent.code, step_up_id=proof)
        self.stays_closed()

    def test_the_ledgers_order_counts_and_not_a_clock_that_was_put_back(self):
        self.given()
        earlier = database_now() - timedelta(minutes=30)
        with patch.object(deciding, "database_now", lambda: earlier):
            revoke_consent(by=self.ana.actor, code=self.consent.code)
            self.grants(self.ana, self.request)
        self.stays_closed()

    def test_a_no_to_another_reader_is_none(self):
        self.given()
        other = self.asked(self.item, self.insurer)
        decline_consent(by=self.ana.actor, code=self.consent_of(self.ana, other).code)
        assert open_release(by=self.fay, code=self.release.code)


class WrittenInError(CastTestCase):
    """R30: so is what was made from it."""

    def test_what_was_made_from_it_is_hidden_and_stays_too(self):
        item = self.said("Ben drove me home. I drank.", self.ana, self.ben)
        redacted = self.looked_at(self.redacted(item, "I was driven home. I drank."))
        self.grants(self.ana, self.asked(redacted))
        assert list(queries.known_items(self.ana.actor))
        void_item(by=self.fay, code=item.code)
        assert not list(queries.known_items(self.ana.actor))
        with pytest.raises(Withheld):
            self.releases(redacted)

    def test_the_item_it_was_made_from_stays_as_it_is(self):
        item = self.said("Ben drove me home. I drank.", self.ana, self.ben)
        redacted = self.redacted(item, "I was driven home. I drank.")
        void_item(by=self.fay, code=redacted.code)
        assert sessions.own_item(self.fay, item.code).state == "draft"
