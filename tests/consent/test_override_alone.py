"""R96, R99, row 53: who heard a no does not go alone."""

from consent.kinds import Reason
from consent.services.deciding import decline_consent, revoke_consent
from consent.services.holding import hold_consent, lift_hold, lift_scope
from consent.services.overriding import decline_override
from tests.cast import proven
from tests.overriding import TEXT, Emergency


class AfterTheMembersNo(Emergency):
    """Whoever once said yes can still say a no that this gate hears."""

    def test_a_refusal_and_a_taking_back_are_one_no(self):
        for said in ("declined", "taken back"):
            with self.subTest(said):
                self.setUp()
                asked = self.asked(self.item)
                if said == "declined":
                    decline_consent(by=self.ana.actor, code=self.consent_of(self.ana, asked).code)
                else:
                    revoke_consent(by=self.ana.actor, code=self.grants(self.ana, asked).code)
                assert not self.urgently(self.item).urgent

    def test_a_hold_is_one_while_it_stands(self):
        consent = self.grants(self.ana, self.asked(self.item))
        assert self.urgently(self.item).urgent
        hold_consent(by=self.ana.actor, code=consent.code)
        assert not self.urgently(self.item).urgent
        lift_hold(by=self.sue, code=consent.code, step_up_id=proven(self.sue, lift_scope(consent)))
        assert self.urgently(self.item).urgent


class AfterASecondPersonsNo(Emergency):
    """Whoever asks does not undo alone what another said."""

    def test_declined_once_it_goes_with_a_second_person_or_stays(self):
        declined = self.requests(self.item)
        decline_override(by=self.sue, code=declined.code, why="Talk to her first.")
        again = self.urgently(self.item)
        assert not again.urgent
        self.stays(again, Reason.OVERRIDE_INCOMPLETE)
        approved = self.approves(self.urgently(self.item), by=self.cody)
        assert self.lets_out(approved)

    def test_one_that_was_asked_for_before_the_no_does_not_go_either(self):
        waits = self.requests(self.item)
        alone = self.urgently(self.item)
        assert alone.urgent
        decline_override(by=self.sue, code=waits.code, why="Talk to her first.")
        self.stays(alone, Reason.OVERRIDE_INCOMPLETE)

    def test_found_not_justified_the_next_one_needs_somebody_else(self):
        first = self.urgently(self.item)
        self.lets_out(first)
        self.closes(first, "not_justified", words="She was reachable.")
        again = self.urgently(self.item)
        assert not again.urgent

    def test_a_no_about_other_words_is_none_about_these(self):
        other = self.said(TEXT)
        decline_override(by=self.sue, code=self.requests(other).code, why="Talk to her first.")
        assert self.urgently(self.item).urgent
