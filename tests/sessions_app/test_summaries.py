"""Summaries: as many of one member as there is to say, through the gate of a note (R53)."""

from uuid import uuid4

import pytest

from audit.models import Entry
from consent.services.release import Withheld
from sessions_app import queries
from sessions_app.guarding import NamesFound
from sessions_app.models import Disclosure, DisclosureUserPermission
from sessions_app.rights import holders
from sessions_app.rules import Problem
from sessions_app.services.groups import close_group
from sessions_app.services.notes import (
    add_to_progress_note,
    rewrite_summary,
    sign_progress_note,
    write_summary,
)
from tests.cast import CastTestCase, refused


class Summaries(CastTestCase):
    def test_there_may_be_several_in_one_session_beside_the_progress_note(self):
        self.note_about(self.ana, "Was calm.")
        for text in ("Of the spring.", "Of the year."):
            self.summary_about(self.ana, text)
        assert Disclosure.objects.filter(kind="summary", about=self.ana.member).count() == 2

    def test_somebody_who_was_absent_may_have_one(self):
        assert self.summary_about(self.ben, "Of the year.").about_id == self.ben.member.pk

    def test_somebody_of_another_group_has_none(self):
        with refused(Problem.NOT_ON_THE_ROSTER):
            self.summary_about(self.dora, "Of the year.")

    def test_sent_twice_it_is_written_once(self):
        once = uuid4()
        two = [
            write_summary(
                by=self.fay,
                session=self.session,
                member=self.ana.member.pk,
                text="Of the year.",
                guard=self.guard(),
                once=once,
            )
            for _ in range(2)
        ]
        assert two[0].pk == two[1].pk
        assert Entry.objects.filter(act="summary.written").count() == 1

    def test_it_names_no_other_member(self):
        with pytest.raises(NamesFound):
            self.summary_about(self.ana, "Is close to Ben.")
        assert self.summary_about(self.ana, "Ana is back at work.").code

    def test_until_it_is_signed_it_is_rewritten_and_afterwards_added_to(self):
        summary = self.summary_about(self.ana, "Of the year.")
        with refused(Problem.CHANGED_MEANWHILE):
            rewrite_summary(
                by=self.cody, code=summary.code, text="Mine.", seen=0, guard=self.guard()
            )
        summary = rewrite_summary(
            by=self.cody, code=summary.code, text="Of two years.", seen=1, guard=self.guard()
        )
        sign_progress_note(
            by=self.fay, code=summary.code, seen=2, text="Of two years.", guard=self.guard()
        )
        with refused(Problem.SIGNED_ALREADY):
            rewrite_summary(
                by=self.fay, code=summary.code, text="Else.", seen=2, guard=self.guard()
            )
        add_to_progress_note(
            by=self.fay,
            code=summary.code,
            seen=2,
            earlier="Of two years.",
            text="And a month.",
            guard=self.guard(),
        )
        acts = Entry.objects.filter(object_id=summary.pk).order_by("seq")
        assert list(acts.values_list("act", flat=True)) == [
            "summary.written",
            "summary.written",
            "summary.signed",
            "summary.added_to",
        ]

    def test_it_is_no_progress_note(self):
        summary = self.summary_about(self.ana, "Of the year.")
        assert queries.progress_note(self.fay, self.session, self.ana.member.pk) is None
        with pytest.raises(Disclosure.DoesNotExist):
            rewrite_summary(
                by=self.fay,
                code=self.note_about(self.ana, "Was calm.").code,
                text="Else.",
                seen=1,
                guard=self.guard(),
            )
        readers = holders(DisclosureUserPermission, "read_disclosure", summary)
        assert readers == {self.fay.user, self.cody.user, self.ana.actor.user}

    def test_a_group_is_not_closed_over_one_that_is_not_signed(self):
        self.summary_about(self.ana, "Of the year.")
        with refused(Problem.NOTES_UNSIGNED):
            close_group(by=self.fay, group=self.group)

    def test_only_a_signed_one_is_asked_about_and_it_goes_out_with_the_members_yes_alone(self):
        with refused(Problem.NOT_SIGNED):
            self.asked(self.summary_about(self.ana, "Of the spring."))
        summary = self.summary_about(self.ana, "Of the year.", sign=True)
        with pytest.raises(Withheld):
            self.releases(summary)
        self.grants(self.ana, self.asked(summary))
        [sent] = self.releases(summary).items.all()
        assert sent.version.disclosure_id == summary.pk
