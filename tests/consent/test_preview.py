"""R45: a preview is what a release would be, because it is the same code; and it lets nothing out.

`SameAsARelease.test_on_generated_ledgers_both_say_the_same` turns red when the
code of the two parts ways.
"""

from functools import partial
from random import Random
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import StepUp
from audit import queries as audit
from audit.models import Entry
from consent import queries
from consent.models import (
    Consent,
    ConsentEvent,
    Recipient,
    Release,
    ReleaseItem,
    WithheldItem,
)
from consent.services.deciding import decline_consent, revoke_consent
from consent.services.previewing import PREVIEW, Preview, preview, preview_own
from consent.services.release import Withheld, open_release, release_session
from consent.services.verdicts import group_asked_for, item_asked_for, session_asked_for
from sessions_app.models import Disclosure, DisclosureVersion, GroupSession, TherapyGroup
from sessions_app.rules import Rejected
from sessions_app.services.items import edit_item
from tests.cast import WAYS_TO_GO, CastTestCase, recipient, sign_in
from vault import services as vault


class Previews(CastTestCase):
    def tried(self, item: Disclosure, by=None, to=None, purpose: str = "TREAT") -> Preview:
        by = by or self.fay
        return preview(
            by=by,
            ask=partial(item_asked_for, by, item.code),
            recipient=to or self.clinic,
            purpose=purpose,
        )

    def tried_session(self, purpose: str = "TREAT") -> Preview:
        ask = partial(session_asked_for, self.fay, self.session.pk)
        return preview(by=self.fay, ask=ask, recipient=self.clinic, purpose=purpose)


class TryingLetsNothingOut(Previews):
    def test_it_makes_no_release_and_asks_for_no_password(self):
        item = self.said()
        self.grants(self.ana, self.asked(item))
        before = StepUp.objects.count()
        found = self.tried(item)
        assert [part.item for part in found.parts] == [item]
        assert not Release.objects.exists()
        assert StepUp.objects.count() == before

    def test_each_item_has_a_line_as_decided_with_the_true_reasons(self):
        allowed, refused = self.said("One."), self.said("Two.")
        self.grants(self.ana, self.asked(allowed))
        no = self.consent_of(self.ana, self.asked(refused))
        decline_consent(by=self.ana.actor, code=no.code)
        self.tried_session()
        entries = Entry.objects.filter(act=PREVIEW).order_by("seq")
        told = [(e.object_id, e.outcome, e.reasons, audit.ground_of(e)[1]) for e in entries]
        assert told == [
            (refused.pk, "withhold", "REFUSED", "TREAT"),
            (allowed.pk, "permit", "", "TREAT"),
        ]

    def test_its_receipt_opens_what_would_go_and_nothing_of_what_stays(self):
        allowed, silent = self.said("One."), self.said("Two.")
        self.grants(self.ana, self.asked(allowed))
        found = self.tried_session()
        [part] = found.parts
        assert vault.open(part.version.sealed_text(self.practice.pk), found.receipt) == "One."
        stays = DisclosureVersion.objects.get(disclosure=silent)
        with pytest.raises(vault.NotReceipted):
            vault.open(stays.sealed_text(self.practice.pk), found.receipt)

    def test_where_nothing_would_go_nothing_can_be_opened(self):
        found = self.tried(self.said())
        assert (found.parts, found.receipt) == ([], None)
        assert [list(one.reasons) for one in found.stays] == [["NO_CONSENT"]]

    def test_nobody_tries_what_they_could_not_release(self):
        item = self.said()
        for stranger in (self.otto, self.zoe, self.sue, self.adam, self.ana.actor):
            for ask, missing in (
                (partial(item_asked_for, stranger, item.code), Disclosure.DoesNotExist),
                (partial(session_asked_for, stranger, self.session.pk), GroupSession.DoesNotExist),
                (partial(group_asked_for, stranger, self.group.code), TherapyGroup.DoesNotExist),
            ):
                with pytest.raises(missing):
                    preview(by=stranger, ask=ask, recipient=self.clinic, purpose="TREAT")
        assert not Entry.objects.filter(act=PREVIEW).exists()

    def test_a_group_of_recipients_gets_nothing_and_so_there_is_nothing_to_try(self):
        providers = recipient(self.adam, "Ana’s care team", Recipient.Kind.CLASS)
        item = self.said()
        consent = self.grants(self.ana, self.asked(item, providers))
        with pytest.raises(Recipient.DoesNotExist):
            self.tried(item, to=providers)
        with pytest.raises(Consent.DoesNotExist):
            preview_own(
                by=self.ana.actor, consent=queries.own_consent(self.ana.actor, consent.code)
            )
        fay = Client()
        sign_in(fay, self.fay)
        offered = fay.get(f"/items/{item.code}/release/").content.decode()
        assert self.clinic.code in offered and providers.code not in offered
        address = f"/items/{item.code}/release/{providers.code}/TREAT/try/"
        assert fay.post(address).status_code == 404
        assert not Entry.objects.filter(act__in=(PREVIEW, "question.previewed")).exists()
        assert fay.post(address.replace(providers.code, self.clinic.code)).status_code == 200

    def test_who_is_no_facilitator_any_more_is_shown_nothing(self):
        item = self.said()
        self.grants(self.ana, self.asked(item))
        for gone in WAYS_TO_GO:
            with self.subTest(gone.__name__), gone(self.fay):
                found = self.tried(item)
                assert (found.parts, found.receipt) == ([], None)
                assert self.last_entry().reasons == "NOT_PERMITTED"

    def test_a_session_in_which_nothing_was_written_down_can_be_tried(self):
        found = self.tried_session()
        assert (found.parts, found.stays) == ([], [])
        assert self.last_entry().act == PREVIEW


class SameAsARelease(Previews):
    """For the same facts, the same result: on ledgers drawn by lot, each with a fixed seed."""

    LEDGERS, ACTS = 8, 9
    PURPOSES = ("TREAT", "COC", "HPAYMT")

    def test_on_generated_ledgers_both_say_the_same(self):
        self.requests = {}
        self.items = [
            self.said("Ana alone."),
            self.said("Ana and Ben.", self.ana, self.ben),
            self.note_about(self.ana, "Was calm.", sign=True),
        ]
        outcomes = set()
        for seed in range(self.LEDGERS):
            world = transaction.savepoint()
            by_lot = Random(seed)
            for _ in range(self.ACTS):
                self.something_happens(by_lot)
            for purpose in self.PURPOSES:
                outcomes |= self.compared(purpose, f"seed {seed}, {purpose}")
            transaction.savepoint_rollback(world)
        assert outcomes == {True, False}, "some went and some stayed"

    def test_a_no_beside_a_wider_yes_stops_both(self):
        item = self.said()
        self.grants(self.ana, self.asked(item))
        no = self.consent_of(self.ana, self.asked(item, purpose="COC"))
        assert self.compared("COC", "before the no") == {True}
        decline_consent(by=self.ana.actor, code=no.code)
        assert self.compared("COC", "after the no") == {False}
        assert self.compared("TREAT", "for the wider reason") == {True}

    def something_happens(self, by_lot: Random) -> None:
        asked = list(Consent.objects.filter(events__isnull=False).distinct().order_by("pk"))
        act = by_lot.choice(["ask", "ask", "grant", "grant", "grant", "no", "back", "edit"])
        item, to = (
            by_lot.choice(self.items),
            by_lot.choice([self.clinic, self.clinic, self.insurer]),
        )
        consent = by_lot.choice(asked) if asked else None
        try:
            if act == "ask" or consent is None:
                self.asked(item, to, by_lot.choice(self.PURPOSES))
                return
            member = next(m for m in (self.ana, self.ben) if m.member == consent.member)
            if act == "grant":
                self.grants(member, consent.request)
            elif act == "no":
                decline_consent(by=member.actor, code=consent.code)
            elif act == "back":
                revoke_consent(by=member.actor, code=consent.code)
            elif item.kind == Disclosure.Kind.ITEM and by_lot.random() < 0.4:
                seen = Disclosure.objects.get(pk=item.pk).current_version
                concerned = [self.ben.member.pk] if "Ben" in self.words_of(item) else []
                edit_item(
                    by=self.fay,
                    code=item.code,
                    seen_version=seen,
                    concerned=concerned,
                    text=f"Other words, {by_lot.random()}.",
                    guard=self.guard(),
                )
        except (Rejected, Consent.DoesNotExist):
            pass  # asked already, closed meanwhile, a wider no: not every act is possible

    def words_of(self, item: Disclosure) -> str:
        return "Ben" if item == self.items[1] else ""

    def compared(self, purpose: str, where: str) -> set[bool]:
        """Try the session, then release it; return what came of the items: gone, stayed."""
        tried = self.tried_session(purpose)
        asked = session_asked_for(self.fay, self.session.pk)
        step_up = self.stepped_up(self.fay, asked.scope(self.clinic, purpose))
        given = {"recipient": self.clinic, "purpose": purpose, "once": uuid4()}
        try:
            made = release_session(
                by=self.fay, session=self.session.pk, step_up_id=step_up, **given
            )
            opened = open_release(by=self.fay, code=made.code).parts
        except Withheld as withheld:
            made, opened = withheld.release, []
        went = list(ReleaseItem.objects.filter(release=made).order_by("pk"))
        stayed = WithheldItem.objects.filter(release=made).order_by("pk")
        assert [p.version.pk for p in tried.parts] == [row.version_id for row in went], where
        assert [s.item.pk for s in tried.stays] == [
            row.version.disclosure_id for row in stayed.select_related("version")
        ], where
        assert tried.parts == opened, where
        reasons = [
            [
                (e.code if act == PREVIEW else audit.ground_of(e)[0], e.reasons)
                for e in Entry.objects.filter(act=act, outcome="withhold").order_by("-seq")
            ][: len(tried.stays)]
            for act in (PREVIEW, "release")
        ]
        assert reasons[0] == reasons[1], where
        return {True for _ in went} | {False for _ in stayed}


class AMemberTries(Previews):
    """Of words that concern them alone; of others a fixed sentence says that it is not shown."""

    def own(self, consent: Consent) -> Consent:
        return queries.own_consent(self.ana.actor, consent.code)

    def setUp(self):
        self.item = self.said("Mine alone.")
        self.request = self.asked(self.item)
        self.consent = self.consent_of(self.ana, self.request)

    def test_a_question_that_waits_is_shown_as_if_it_were_allowed_and_changes_nothing(self):
        before = ConsentEvent.objects.count()
        found = preview_own(by=self.ana.actor, consent=self.own(self.consent))
        [part] = found.parts
        assert found.supposed
        assert (
            vault.open(part.version.sealed_text(self.practice.pk), found.receipt) == "Mine alone."
        )
        assert ConsentEvent.objects.count() == before
        with pytest.raises(Withheld):
            self.releases(self.item)

    def test_after_the_yes_it_is_what_a_release_would_be(self):
        self.grants(self.ana, self.request)
        found = preview_own(by=self.ana.actor, consent=self.own(self.consent))
        assert not found.supposed
        release = self.releases(self.item)
        assert found.parts == open_release(by=self.fay, code=release.code).parts

    def test_after_a_no_and_after_taking_back_there_is_nothing(self):
        decline_consent(by=self.ana.actor, code=self.consent.code)
        assert preview_own(by=self.ana.actor, consent=self.own(self.consent)).parts == []
        self.grants(self.ana, self.request)
        revoke_consent(by=self.ana.actor, code=self.consent.code)
        assert preview_own(by=self.ana.actor, consent=self.own(self.consent)).parts == []

    def test_the_line_it_leaves_is_that_of_a_look_and_tells_no_answer(self):
        lines = set()
        for answer in (lambda: None, self.answers_no):
            answer()
            preview_own(by=self.ana.actor, consent=self.own(self.consent))
            entry = self.last_entry()
            lines.add((entry.act, entry.outcome, entry.reasons, tuple(audit.ground_of(entry))))
        assert lines == {("question.previewed", "done", "", ("",))}

    def answers_no(self) -> None:
        decline_consent(by=self.ana.actor, code=self.consent.code)

    def test_of_words_about_somebody_else_too_nothing_is_decided(self):
        shared = self.said("Ben waited.", self.ana, self.ben)
        consent = self.grants(self.ana, self.asked(shared))
        before = Entry.objects.count()
        with pytest.raises(Consent.DoesNotExist):
            preview_own(by=self.ana.actor, consent=self.own(consent))
        assert Entry.objects.count() == before

    def test_nobody_tries_anothers_question_nor_words_that_are_closed(self):
        own = self.own(self.consent)
        with pytest.raises(Consent.DoesNotExist):
            preview_own(by=self.cleo.actor, consent=own)
        self.edits()
        with pytest.raises(DisclosureVersion.DoesNotExist):
            preview_own(by=self.ana.actor, consent=self.own(self.consent))

    def edits(self) -> None:
        edit_item(
            by=self.fay,
            code=self.item.code,
            seen_version=1,
            concerned=[],
            text="Other words.",
            guard=self.guard(),
        )
