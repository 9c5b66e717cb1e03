"""R100: rows of an emergency that were changed by direct SQL let nothing out."""

from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.services import StepUpRefused
from consent.kinds import Reason
from consent.models import Override, OverrideAnswer, Release, ReleaseItem
from consent.overridden import is_ended
from consent.rules.overrides import Basis
from consent.services.overriding import NewRecipient, OverrideWithheld, decline_override
from consent.services.release import Withheld, open_release
from tests.consent.by_hand import change, delete, insert
from tests.overriding import Emergency


class RowsByHand(Emergency):
    """What somebody writes into the database lets nothing out."""

    def test_a_changed_request_is_believed_no_more(self):
        override = self.approved()
        for column, value in (
            ("recipient_id", self.clinic.pk),
            ("facts", [*override.facts, "report_only"]),
            ("basis", "MANDATED_REPORT"),
            ("urgent", True),
            ("text_digest", bytes(32)),
            ("claim_sealed", b"other words"),
            ("requested_at", timezone.now()),
            ("mac", bytes(32)),
        ):
            with self.subTest(column=column):
                was = getattr(override, column)
                change(override, **{column: value})
                found = Override.objects.get(pk=override.pk)
                with pytest.raises((OverrideWithheld, StepUpRefused)):
                    self.lets_out(found)
                change(override, **{column: was})
        assert not Release.objects.exists()

    def test_an_approval_that_nobody_gave_is_none(self):
        override = self.requests(self.item)
        forged = OverrideAnswer(
            override=override, kind="approved", by_id=self.sue.user, at=timezone.now()
        )
        insert(forged)
        self.stays(override, Reason.OVERRIDE_INCOMPLETE)

    def test_a_request_that_nobody_made_is_none(self):
        override = self.approved()
        forged = Override.objects.get(pk=override.pk)
        forged.pk, forged.code = uuid4(), "E-FORGED"
        insert(forged)
        for one in override.involved.all():
            one.pk, one.override = uuid4(), forged
            insert(one)
        yes = override.answers.get()
        yes.pk, yes.override = uuid4(), forged
        insert(yes)
        self.stays(forged, Reason.OVERRIDE_INCOMPLETE, Reason.UNREADABLE)

    def test_a_decline_whose_row_is_gone_still_counts(self):
        override = self.requests(self.item)
        decline_override(by=self.sue, code=override.code, why="Ask her first.")
        delete(OverrideAnswer.objects.filter(override=override))
        self.stays(override, Reason.OVERRIDE_INCOMPLETE, Reason.OVERRIDE_OVER)

    def test_another_address_under_a_key_that_a_browser_brought_back_is_another_request(self):
        once = uuid4()
        made = [
            self.requests(self.item, to=NewRecipient("Marta", telephone), once=once)
            for telephone in ("555-0143", "555-0134", "555-0134")
        ]
        assert made[0] != made[1] == made[2]

    def test_a_refusal_whose_row_is_gone_still_counts(self):
        with pytest.raises(OverrideWithheld) as refused:
            self.requests(self.item, Basis.PAST_VIOLENCE, passages=())
        override = refused.value.override
        delete(OverrideAnswer.objects.filter(override=override))
        assert is_ended(override)

    def test_a_release_written_past_the_service_opens_nothing(self):
        override = self.approved()
        release = Release(
            practice=self.practice,
            code="R-FORGED",
            recipient=self.crisis,
            purpose="BTG",
            decision="permit",
            decided_at=timezone.now(),
            released_by_id=self.fay.user,
        )
        insert(release)
        insert(ReleaseItem(release=release, version=override.version, override=override))
        with pytest.raises(Withheld):
            open_release(by=self.fay, code=release.code)
