"""R97, R100: what went without consent is opened by one way, for a day, and given once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from audit.models import Entry, Outcome
from consent.models import HandOver, Override, ReviewOutcome
from consent.rules.claims import read_claim
from consent.services.freezing import freeze
from consent.services.links import LinkClosed, link_scope, make_link, open_link, reopen
from consent.services.overriding import OverrideWithheld, drop_override
from consent.services.release import Received, Withheld, hand_over, open_release
from sessions_app.rules import Rejected
from tests.cast import WAYS_TO_GO, proven
from tests.consent.by_hand import change, delete
from tests.overriding import TONIGHT, Emergency
from vault import services as vault
from vault.services import NotReceipted


class Opening(Emergency):
    def setUp(self):
        super().setUp()
        self.release = self.let_out(self.item)
        self.override = Override.objects.get()

    def link(self, hours=24, openings=1):
        return make_link(
            by=self.fay,
            code=self.release.code,
            hours=hours,
            openings=openings,
            step_up_id=proven(self.fay, link_scope(self.release)),
            once=uuid4(),
        )

    def opens(self, made):
        return open_link(code=made.link.code, secret=made.secret, passcode=made.passcode)

    def closed(self) -> None:
        with pytest.raises(Withheld):
            open_release(by=self.fay, code=self.release.code)

    def test_what_was_given_is_spent_though_its_row_is_gone(self):
        hand_over(by=self.fay, code=self.release.code)
        delete(HandOver.objects.all())
        self.closed()

    def test_what_was_found_not_justified_stays_so_though_its_row_is_gone(self):
        override = Override.objects.get()
        self.closes(override, "not_justified", words="She was reachable.")
        delete(ReviewOutcome.objects.all())
        self.closed()

    def test_the_letter_holds_the_chosen_words_and_opens_no_others(self):
        opened = open_release(by=self.fay, code=self.release.code)
        [part] = opened.parts
        claim = read_claim(vault.open(part.override.sealed_claim, opened.receipt))
        assert claim.released == TONIGHT
        with pytest.raises(NotReceipted):
            vault.open(part.version.sealed_text(self.practice.pk), opened.receipt)

    def test_a_second_press_that_is_refused_leaves_the_letter_open(self):
        with pytest.raises(OverrideWithheld):
            self.lets_out(self.override)
        assert open_release(by=self.fay, code=self.release.code).parts
        assert self.opens(self.link()).parts

    def test_a_link_opens_once_and_its_visit_goes_on(self):
        made = self.link()
        opened = self.opens(made)
        assert opened.parts
        assert reopen(code=made.link.code, visit=opened.visit).parts
        with pytest.raises(LinkClosed):
            self.opens(made)
        self.closed()

    def test_of_two_links_one_opens(self):
        first, second = self.link(), self.link()
        assert self.opens(first).parts
        with pytest.raises(LinkClosed):
            self.opens(second)

    def test_a_link_is_for_a_day_and_one_opening(self):
        for given in ({"hours": 72}, {"openings": 2}):
            with self.subTest(**given), pytest.raises(Rejected):
                self.link(**given)

    def test_what_was_read_out_by_telephone_goes_no_other_way(self):
        made = self.link()
        hand_over(by=self.fay, code=self.release.code, received=Received.READ_OUT)
        with pytest.raises(LinkClosed):
            self.opens(made)
        self.closed()

    def test_once_given_its_requester_hears_of_it_again_and_a_colleague_is_refused(self):
        given = hand_over(by=self.fay, code=self.release.code)
        entries = Entry.objects.count()
        assert hand_over(by=self.fay, code=self.release.code) == given
        assert Entry.objects.count() == entries
        with pytest.raises(Withheld):
            hand_over(by=self.cody, code=self.release.code)
        assert Entry.objects.count() == entries + 1 and HandOver.objects.get() == given
        assert self.last_entry().outcome == Outcome.WITHHOLD

    def test_nobody_but_its_requester_opens_it(self):
        with pytest.raises(Withheld):
            open_release(by=self.cody, code=self.release.code)

    def test_nothing_opens_for_who_is_no_facilitator_any_more(self):
        for gone in WAYS_TO_GO:
            for act in (open_release, hand_over):
                with self.subTest(f"{gone.__name__}, {act.__name__}"), gone(self.fay):
                    with pytest.raises(Withheld):
                        act(by=self.fay, code=self.release.code)
                    assert self.last_entry().reasons == "NOT_PERMITTED"
        assert open_release(by=self.fay, code=self.release.code).parts

    def test_nothing_opens_while_frozen(self):
        made = self.link()
        freeze(by=self.sue)
        with pytest.raises(LinkClosed):
            self.opens(made)

    def test_nothing_opens_once_it_was_found_not_justified(self):
        made = self.link()
        self.closes(self.override, "not_justified", words="He could have asked.")
        with pytest.raises(LinkClosed):
            self.opens(made)

    def test_nothing_opens_once_it_was_dropped_or_entered_in_error(self):
        made = self.link()
        drop_override(by=self.fay, code=self.override.code)
        with pytest.raises(LinkClosed):
            self.opens(made)

    def test_nothing_opens_a_day_later(self):
        change(self.release, decided_at=timezone.now() - timedelta(hours=25))
        self.closed()

    def test_consents_stay_out_of_it(self):
        [row] = self.release.items.all()
        [entry] = Entry.objects.filter(act="override.released")
        assert not row.consents.exists()
        assert entry.outcome == "permit" and entry.code == self.override.code
