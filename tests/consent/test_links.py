"""R47-R49: a release by link and passcode; two secrets, few openings, and the gate each time."""

import threading
from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import connections
from django.utils import timezone

from accounts.models import StaffRole, User
from accounts.services import StepUpRefused
from audit.models import Entry
from consent.models import LinkVisit, Release, ReleaseLink
from consent.queries import LinkState, link_state
from consent.services import links
from consent.services.deciding import revoke_consent
from consent.services.links import (
    LinkClosed,
    MadeLink,
    OpenedLink,
    end_link,
    link_scope,
    make_link,
    open_link,
    reopen,
)
from consent.services.release import Withheld
from sessions_app.models import Facilitation
from sessions_app.rules import Problem
from sessions_app.services.items import edit_item
from tests.cast import CastTestCase, TransactionalCastTestCase, refused
from tests.drills.at_once import at_once
from vault import key_ring
from vault import services as vault


class WithARelease:
    """Ana allowed her words for the clinic; Fay released them."""

    def release_made(self) -> Release:
        self.item = self.said("Exactly these words.")
        self.consent = self.grants(self.ana, self.asked(self.item))
        return self.releases(self.item)

    def opens(self, made: MadeLink, **other: str) -> OpenedLink:
        given = {"code": made.link.code, "secret": made.secret, "passcode": made.passcode}
        return open_link(**(given | other))

    def stays_closed(self, made: MadeLink, **other: str) -> None:
        with pytest.raises(LinkClosed):
            self.opens(made, **other)

    def row(self, made: MadeLink) -> ReleaseLink:
        return ReleaseLink.objects.get(pk=made.link.pk)

    def wrong(self, made: MadeLink) -> str:
        return f"{(int(made.passcode) + 1) % 10**8:08}"


class MakeALink(WithARelease, CastTestCase):
    """R47: for what may go out now, after the password, with secrets that are kept nowhere."""

    def setUp(self):
        self.release = self.release_made()

    def test_neither_secret_is_stored_and_both_are_shown_once(self):
        once, step_up = uuid4(), self.stepped_up(self.fay, link_scope(self.release))
        first, second = (
            make_link(
                by=self.fay,
                code=self.release.code,
                hours=72,
                openings=3,
                step_up_id=step_up,
                once=once,
            )
            for _ in range(2)
        )
        assert first.link == second.link
        assert (second.secret, second.passcode) == ("", "")
        assert len(first.secret) >= 43 and len(first.passcode) == 8
        stored = [
            bytes(value) if isinstance(value, memoryview) else str(value).encode()
            for value in ReleaseLink.objects.values_list().get()
        ]
        for secret in (first.secret, first.passcode):
            assert not [value for value in stored if secret.encode() in value]

    def test_it_leaves_an_entry_with_the_items_and_permissions_it_stands_on(self):
        made = self.linked(self.release)
        entry = self.last_entry()
        assert (entry.act, entry.outcome, entry.object_id) == (
            "link.made",
            "permit",
            self.release.pk,
        )
        for code in (self.item.code, made.link.code, self.consent.code):
            assert code.encode() in bytes(entry.body)
        assert made.secret.encode() not in bytes(entry.body)

    def test_what_may_not_go_out_any_more_gets_no_link(self):
        revoke_consent(by=self.ana.actor, code=self.consent.code)
        with pytest.raises(Withheld):
            self.linked(self.release)
        assert (self.last_entry().act, self.last_entry().reasons) == ("link.made", "REVOKED")
        assert not ReleaseLink.objects.exists()

    def test_it_needs_the_password_for_this_very_release(self):
        for wrong in (uuid4(), self.stepped_up(self.cody, link_scope(self.release))):
            with pytest.raises(StepUpRefused):
                make_link(
                    by=self.fay,
                    code=self.release.code,
                    hours=72,
                    openings=3,
                    step_up_id=wrong,
                    once=uuid4(),
                )
        assert not ReleaseLink.objects.exists()

    def test_a_longer_life_or_more_openings_are_not_to_be_had(self):
        for hours, openings in ((169, 3), (0, 3), (72, 4), (72, 0), (-24, 1)):
            with refused(Problem.UNKNOWN):
                self.linked(self.release, hours=hours, openings=openings)

    def test_strangers_find_neither_release_nor_link(self):
        made = self.linked(self.release)
        for stranger in (self.otto, self.zoe, self.sue, self.adam, self.ana.actor):
            with pytest.raises(ObjectDoesNotExist):
                make_link(
                    by=stranger,
                    code=self.release.code,
                    hours=72,
                    openings=3,
                    step_up_id=uuid4(),
                    once=uuid4(),
                )
            with pytest.raises(ObjectDoesNotExist):
                end_link(by=stranger, code=made.link.code)
        assert self.row(made).ended_at is None


class OpenALink(WithARelease, CastTestCase):
    """R48, R49: what opens, what does not, and what each try leaves behind."""

    def setUp(self):
        self.release = self.release_made()
        self.made = self.linked(self.release)

    def test_link_and_passcode_open_exactly_what_the_receipt_lists(self):
        opened = self.opens(self.made)

        [part] = opened.parts
        sealed = part.version.sealed_text(self.practice.pk)
        assert vault.open(sealed, opened.receipt) == "Exactly these words."
        with pytest.raises(vault.NotReceipted):
            vault.open(self.ben.member.sealed_name, opened.receipt)
        entry = self.last_entry()
        assert (entry.act, entry.role, entry.outcome) == ("link.opened", "recipient", "permit")
        assert self.made.link.code.encode() in bytes(entry.body)
        row = self.row(self.made)
        assert (row.openings_used, row.wrong_tries) == (1, 0)

    def test_it_opens_as_often_as_it_may_and_not_once_more(self):
        for _ in range(3):
            self.opens(self.made)
        self.stays_closed(self.made)
        assert link_state(self.row(self.made), timezone.now()) is LinkState.USED_UP

    def test_after_the_member_takes_back_it_opens_nothing_and_spends_nothing(self):
        self.opens(self.made)
        revoke_consent(by=self.ana.actor, code=self.consent.code)

        self.stays_closed(self.made)
        entry = self.last_entry()
        assert (entry.act, entry.outcome, entry.reasons) == ("link.opened", "withhold", "REVOKED")
        assert (self.row(self.made).openings_used, self.row(self.made).wrong_tries) == (1, 0)

    def test_other_words_do_not_come_out_of_an_old_link(self):
        edit_item(
            by=self.fay,
            code=self.item.code,
            seen_version=1,
            concerned=[],
            text="Other words.",
            guard=self.guard(),
        )
        self.stays_closed(self.made)

    def test_with_its_maker_gone_a_link_is_dead(self):
        def left_the_group():
            Facilitation.objects.filter(user=self.fay.user, group=self.group).update(
                until=self.today - timedelta(days=1)
            )

        def lost_the_role():
            StaffRole.objects.filter(user=self.fay.user).update(until=timezone.now())

        def deactivated():
            User.objects.filter(pk=self.fay.user).update(is_active=False)

        def undone():
            User.objects.filter(pk=self.fay.user).update(is_active=True)
            StaffRole.objects.filter(user=self.fay.user).update(until=None)
            Facilitation.objects.filter(user=self.fay.user).update(until=None)

        for gone in (left_the_group, lost_the_role, deactivated):
            gone()
            self.stays_closed(self.made)
            assert self.last_entry().reasons == "NOT_PERMITTED", gone
            undone()
        self.opens(self.made)

    def test_expired_ended_unknown_and_without_its_secret_it_stays_closed(self):
        other = self.linked(self.release)
        self.stays_closed(self.made, code="L-222222")
        self.stays_closed(self.made, secret=other.secret)
        self.stays_closed(self.made, secret="")
        ReleaseLink.objects.filter(pk=other.link.pk).update(expires=timezone.now())
        self.stays_closed(other)
        end_link(by=self.cody, code=self.made.link.code)
        self.stays_closed(self.made)
        assert self.last_entry().act == "link.ended"
        assert self.row(self.made).wrong_tries == self.row(other).wrong_tries == 0

    def test_the_fifth_wrong_passcode_ends_it_and_each_is_an_entry(self):
        for n in range(1, 6):
            assert self.row(self.made).ended_at is None
            self.stays_closed(self.made, passcode=self.wrong(self.made))
            assert Entry.objects.filter(act="link.tried").count() == n
        self.stays_closed(self.made)
        assert self.last_entry().act == "link.ended"
        assert link_state(self.row(self.made), timezone.now()) is LinkState.WRONG_PASSCODES

    def test_a_right_passcode_after_four_wrong_ones_opens_and_wins_no_more_tries(self):
        for _ in range(4):
            self.stays_closed(self.made, passcode=self.wrong(self.made))
        self.opens(self.made)
        self.stays_closed(self.made, passcode=self.wrong(self.made))
        self.stays_closed(self.made)

    def test_who_has_the_code_alone_ends_no_link_and_writes_no_entry(self):
        before = Entry.objects.count()
        for _ in range(20):
            self.stays_closed(self.made, secret="guessed", passcode=self.wrong(self.made))
        assert Entry.objects.count() == before
        self.opens(self.made)

    def test_a_try_counts_before_it_is_compared_even_if_the_rest_fails(self):
        def fails(*_):
            assert ReleaseLink.objects.get(pk=self.made.link.pk).wrong_tries == 1
            raise RuntimeError

        with patch.object(links, "check_password", fails), pytest.raises(RuntimeError):
            self.opens(self.made)
        assert self.row(self.made).wrong_tries == 1

    def test_ending_needs_no_key_and_opening_without_one_says_nothing_of_the_link(self):
        with patch.object(key_ring, "current", side_effect=key_ring.Keyless("away")):
            for code in (self.made.link.code, "L-222222"):
                with pytest.raises(key_ring.Keyless):
                    self.opens(self.made, code=code)
            end_link(by=self.fay, code=self.made.link.code)
        assert self.row(self.made).ended_at is not None
        assert self.row(self.made).wrong_tries == 0


class AVisit(WithARelease, CastTestCase):
    """The quarter of an hour after a right passcode: looking again spends nothing, and decides."""

    def setUp(self):
        self.made = self.linked(self.release_made(), openings=1)
        self.visit = self.opens(self.made).visit

    def again(self, code: str = "") -> OpenedLink | None:
        return reopen(code=code or self.made.link.code, visit=self.visit)

    def test_it_shows_the_same_once_more_with_an_entry_of_its_own(self):
        before = Entry.objects.filter(act="link.opened").count()
        opened = self.again()
        assert opened is not None and len(opened.parts) == 1
        assert Entry.objects.filter(act="link.opened").count() == before + 1
        assert self.row(self.made).openings_used == 1
        self.stays_closed(self.made)

    def test_its_token_is_not_stored(self):
        assert self.visit.encode() not in bytes(LinkVisit.objects.get().token_hash)

    def test_it_ends_after_its_time_with_the_link_and_with_the_permission(self):
        visits = LinkVisit.objects.all()
        ends = visits.get().expires
        visits.update(expires=timezone.now())
        assert self.again() is None
        visits.update(expires=ends)
        assert self.again() is not None
        revoke_consent(by=self.ana.actor, code=self.consent.code)
        with pytest.raises(LinkClosed):
            self.again()
        end_link(by=self.fay, code=self.made.link.code)
        with pytest.raises(LinkClosed):
            self.again()

    def test_it_is_of_one_link_alone(self):
        other = self.linked(self.made.link.release)
        assert self.again(other.link.code) is None


class InParallel(WithARelease, TransactionalCastTestCase):
    """T17: fifty at once, on a real database with real threads."""

    def setUp(self):
        super().setUp()
        self.release = self.release_made()
        self.made = self.linked(self.release)

    def test_fifty_right_passcodes_open_exactly_three_times(self):
        run = at_once(self.made, [self.made.passcode] * 50)
        assert (run.opened, run.failed) == (3, [])
        row = self.row(self.made)
        assert (row.openings_used, row.wrong_tries, row.ended_at) == (3, 0, None)
        assert Entry.objects.filter(act="link.opened", outcome="permit").count() == 3

    def test_of_fifty_wrong_passcodes_at_most_five_are_looked_at(self):
        run = at_once(self.made, [self.wrong(self.made)] * 50)
        assert (run.opened, run.failed) == (0, [])
        assert 1 <= run.evaluated <= 5
        assert Entry.objects.filter(act="link.tried").count() == run.evaluated
        self.until_it_is_over()
        assert self.row(self.made).ended_at is not None

    def test_a_right_one_among_wrong_ones_is_no_wrong_one(self):
        run = at_once(self.made, [self.made.passcode] * 4 + [self.wrong(self.made)] * 4)
        assert run.failed == []
        row = self.row(self.made)
        assert row.wrong_tries == Entry.objects.filter(act="link.tried").count() <= 4
        assert row.ended_at is None

    def test_two_openings_while_the_member_takes_back(self):
        for _ in range(3):
            self.release = self.release_made()
            made = self.linked(self.release)
            start, acknowledged = threading.Barrier(3), []

            def taking_back(start=start, code=self.consent.code, acknowledged=acknowledged):
                start.wait(10)
                revoke_consent(by=self.ana.actor, code=code)
                acknowledged.append(code)
                connections.close_all()

            thread = threading.Thread(target=taking_back)
            thread.start()
            at_once(made, [made.passcode] * 2, start=start)
            thread.join(30)
            assert acknowledged
            acts = Entry.objects.filter(chain=self.practice.pk).order_by("seq")
            told = [(entry.act, entry.code, entry.outcome) for entry in acts]
            after = told[told.index(("consent.revoked", self.consent.code, "done")) :]
            assert ("link.opened", self.release.code, "permit") not in after
            self.stays_closed(made)

    def until_it_is_over(self) -> None:
        """Five wrong ones in a row may have met four at once; the rest of them follow here."""
        for _ in range(5):
            self.stays_closed(self.made, passcode=self.wrong(self.made))
