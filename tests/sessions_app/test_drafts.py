"""What is being typed is kept sealed, for its writer alone, and with one entry."""

import pytest
from django.test import override_settings

from audit import trail
from audit.models import Entry
from sessions_app import queries
from sessions_app.models import Draft
from sessions_app.rules import Problem
from sessions_app.services.drafts import LONGEST, drop_drafts, keep_draft
from tests.cast import CastTestCase, refused
from vault import key_ring
from vault import services as vault
from vault.envelope import Unreadable
from vault.key_ring import Keyless

WORDS = "Ana spoke of the house by the river."


class Drafts(CastTestCase):
    def setUp(self):
        self.place = f"session:{self.session.pk}:group"

    def keep(self, text=WORDS, by=None) -> Draft:
        return keep_draft(by=by or self.fay, place=self.place, text=text)

    def opened(self, draft: Draft, by=None) -> str:
        receipt = trail.receipt_for(by or self.fay, "draft.opened", [draft.pk], object_id=draft.pk)
        return vault.open(draft.sealed_text, receipt)

    def entries(self, act: str) -> int:
        return Entry.objects.filter(act=act).count()

    def test_it_is_sealed(self):
        draft = self.keep()
        assert WORDS.encode() not in bytes(draft.text_sealed)
        assert b"river" not in bytes(draft.text_sealed)
        assert self.opened(draft) == WORDS

    def test_it_is_its_writers_alone(self):
        self.keep()
        mine = queries.drafts_at(self.fay, [self.place])
        assert [self.opened(one) for one in mine] == [WORDS]
        assert queries.drafts_at(self.cody, [self.place]) == []
        self.keep("Cody's own.", by=self.cody)
        assert [self.opened(d) for d in queries.drafts_at(self.fay, [self.place])] == [WORDS]

    def test_moved_to_another_writer_it_does_not_open(self):
        draft = self.keep()
        Draft.objects.filter(pk=draft.pk).update(user_id=self.cody.user)
        [moved] = queries.drafts_at(self.cody, [self.place])
        with pytest.raises(Unreadable):
            self.opened(moved, by=self.cody)

    def test_only_the_first_keeping_leaves_an_entry(self):
        first = self.keep("Ana")
        for text in ("Ana sp", "Ana spoke", WORDS):
            assert self.keep(text).pk == first.pk
        assert self.opened(Draft.objects.get()) == WORDS
        assert self.entries("draft.kept") == 1
        entry = self.last_entry()
        assert (entry.actor, entry.object_id) == (self.fay.user, first.pk)

    def test_dropped_it_is_gone_with_one_entry_and_the_next_is_a_new_one(self):
        first = self.keep()
        self.keep("Cody's own.", by=self.cody)
        drop_drafts(by=self.fay, places=[self.place, "session:x:group"])
        assert [draft.user_id for draft in Draft.objects.all()] == [self.cody.user]
        drop_drafts(by=self.fay, places=[self.place])
        assert self.entries("draft.dropped") == 1
        assert self.keep().pk != first.pk
        assert self.entries("draft.kept") == 3

    def test_the_longest_is_kept_and_one_more_is_refused(self):
        self.keep("a" * LONGEST)
        with refused(Problem.TOO_LONG):
            self.keep("a" * (LONGEST + 1))
        assert self.opened(Draft.objects.get()) == "a" * LONGEST

    def test_without_keys_nothing_is_kept_and_no_entry_lies(self):
        key_ring.forget()
        with override_settings(GROUPCARE_KEYS_DIR="/nowhere"), pytest.raises(Keyless):
            self.keep()
        assert Draft.objects.count() == self.entries("draft.kept") == 0
