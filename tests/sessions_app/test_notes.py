"""Notes: whom they may name, what signing locks, and how one comes out again."""

import threading
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from audit import trail
from audit.models import Entry
from consent import queries as consents
from consent.models import ConsentEvent
from consent.queries import Standing
from consent.services.release import Withheld
from consent.services.voiding import void_item
from sessions_app import queries
from sessions_app.guarding import Answer, Choice, NamesFound
from sessions_app.models import (
    Attendance,
    AttendanceStatus,
    Disclosure,
    DisclosureUserPermission,
    DisclosureVersion,
    GroupNote,
    NameMark,
    Subject,
    TherapyGroup,
)
from sessions_app.rules import Problem, Rejected
from sessions_app.services import notes as service
from sessions_app.services.groups import close_group
from sessions_app.services.items import discard_item
from sessions_app.services.notes import (
    add_to_group_note,
    add_to_progress_note,
    sign_group_note,
    sign_progress_note,
    write_group_note,
    write_progress_note,
)
from sessions_app.services.sessions import log_session
from tests.cast import CastTestCase, TransactionalCastTestCase, refused, sign_in
from vault import services as vault
from vault.models import ShredKey

REWRITE = Answer(Choice.REWRITE)
MY_DOG = Answer(Choice.SOMEBODY_ELSE, reason="her dog is called that")


class Notes(CastTestCase):
    def answering(self, **answers: Answer):
        return replace(self.guard(), answers=answers)

    def about(self, member, text, *, seen=0, by=None, guard=None) -> Disclosure:
        return write_progress_note(
            by=by or self.fay,
            session=self.session,
            member=member.member.pk,
            text=text,
            seen=seen,
            guard=guard or self.guard(),
        )

    def of_group(self, text, *, seen=0, by=None, guard=None) -> GroupNote:
        return write_group_note(
            by=by or self.fay,
            session=self.session,
            text=text,
            seen=seen,
            guard=guard or self.guard(),
        )

    def sign(self, note, text, *, seen=1, by=None, guard=None) -> Disclosure:
        return sign_progress_note(
            by=by or self.fay, code=note.code, seen=seen, text=text, guard=guard or self.guard()
        )

    def sign_group(self, text, *, seen=1, by=None, guard=None) -> GroupNote:
        return sign_group_note(
            by=by or self.fay,
            session=self.session,
            seen=seen,
            text=text,
            guard=guard or self.guard(),
        )

    def add(self, note, text, *, earlier, seen=1, guard=None) -> Disclosure:
        return add_to_progress_note(
            by=self.fay,
            code=note.code,
            seen=seen,
            earlier=earlier,
            text=text,
            guard=guard or self.guard(),
        )

    def text_of(self, note) -> str:
        if isinstance(note, Disclosure):
            note = DisclosureVersion.objects.filter(disclosure=note).order_by("-number")[0]
        else:
            note = GroupNote.objects.get(pk=note.pk)
        receipt = trail.receipt_for(self.fay, "notes.opened", [note.pk], object_id=note.pk)
        return vault.open(note.sealed_text(self.fay.practice), receipt)

    def acts(self, act: str) -> int:
        return Entry.objects.filter(act=act).count()


class WhomANoteMayName(Notes):
    def test_the_group_note_names_nobody_not_even_who_was_there(self):
        for text in ("Ana opened up.", "Ben was missed.", "cleo's silence"):
            with pytest.raises(NamesFound):
                self.of_group(text)
        assert GroupNote.objects.count() == self.acts("group_note.written") == 0
        assert self.text_of(self.of_group("Trust was the theme.")) == "Trust was the theme."

    def test_there_is_no_note_about_who_was_absent_or_is_in_no_such_group(self):
        for member in (self.ben, self.dora, self.zed):
            with refused(Problem.NOT_THERE):
                self.about(member, "Was calm.")
        assert Disclosure.objects.count() == 0

    def test_there_is_one_about_whoever_came_late_or_left_early(self):
        for status in (AttendanceStatus.LATE, AttendanceStatus.LEFT_EARLY):
            Attendance.objects.filter(member=self.ben.member).update(status=status)
            note = self.about(self.ben, "Was calm.")
            discard_item(by=self.fay, code=note.code)

    def test_a_note_may_name_its_own_member_and_no_other(self):
        with pytest.raises(NamesFound):
            self.about(self.ana, "Ana waited for Ben.")
        assert Disclosure.objects.count() == 0
        note = self.about(self.ana, "Ana waited.")
        with pytest.raises(NamesFound):
            self.about(self.ana, "Ana waited for Ben.", seen=1)
        assert self.text_of(note) == "Ana waited."
        assert [s.member for s in Subject.objects.all()] == [self.ana.member]

    def test_it_concerns_another_is_no_answer_in_a_note(self):
        concerns = Answer(Choice.CONCERNS, member=self.ben.member.pk)
        with pytest.raises(NamesFound):
            self.about(self.ana, "Waited for Ben.", guard=self.answering(ben=concerns))

    def test_what_the_roster_learns_after_saving_is_found_at_signing(self):
        note = self.about(self.ana, "Spoke of Theodora for a while.")
        self.of_group("Theodora was the theme.")
        self.join(self.fay, self.group, "Theodora Quill")
        with pytest.raises(NamesFound):
            self.sign(note, "Spoke of Theodora for a while.")
        with pytest.raises(NamesFound):
            self.sign_group("Theodora was the theme.")
        assert Disclosure.objects.get().state == Disclosure.State.DRAFT
        assert not GroupNote.objects.get().signed

    def test_an_answer_that_is_not_kept_with_the_text_signs_nothing(self):
        note = self.about(self.ana, "Spoke of Theodora for a while.")
        self.of_group("Theodora was the theme.")
        self.join(self.fay, self.group, "Theodora Quill")
        for answer in (REWRITE, MY_DOG):
            with pytest.raises(NamesFound):
                self.sign(
                    note,
                    "Spoke of Theodora for a while.",
                    guard=self.answering(theodora=answer),
                )
            with pytest.raises(NamesFound):
                self.sign_group("Theodora was the theme.", guard=self.answering(theodora=answer))

    def test_an_answer_given_later_to_the_same_text_is_kept_and_then_it_signs(self):
        note = self.about(self.ana, "Spoke of Theodora for a while.")
        self.of_group("Theodora was the theme.")
        self.join(self.fay, self.group, "Theodora Quill")
        answered = self.answering(theodora=MY_DOG)
        written = self.about(self.ana, "Spoke of Theodora for a while.", seen=1, guard=answered)
        assert NameMark.objects.filter(version__disclosure=note).count() == 1
        seen = written.current_version
        signed = self.sign(note, "Spoke of Theodora for a while.", seen=seen, guard=answered)
        assert signed.state == Disclosure.State.SIGNED
        seen = self.of_group("Theodora was the theme.", seen=1, guard=answered).revision
        assert NameMark.objects.exclude(group_note=None).count() == 1
        assert self.sign_group("Theodora was the theme.", seen=seen, guard=answered).signed

    def test_somebody_else_is_kept_with_the_reason_sealed(self):
        text = "Talked of Ben all night."
        note = self.about(self.ana, text, guard=self.answering(ben=MY_DOG))
        mark = NameMark.objects.get()
        assert (text[mark.start : mark.end], mark.answer, mark.member) == ("Ben", "else", None)
        assert b"dog" not in bytes(mark.reason_sealed)
        receipt = trail.receipt_for(self.fay, "notes.opened", [mark.pk], object_id=note.pk)
        assert vault.open(mark.sealed_reason(self.fay.practice), receipt) == MY_DOG.reason
        assert self.sign(note, text).state == Disclosure.State.SIGNED

    def test_somebody_else_without_a_reason_is_not_saved(self):
        silent = Answer(Choice.SOMEBODY_ELSE, reason=" ")
        with pytest.raises(NamesFound):
            self.about(self.ana, "Talked of Ben.", guard=self.answering(ben=silent))

    def test_a_rewritten_name_is_not_in_what_is_saved(self):
        note = self.about(
            self.ana, "Ben's story moved Ana. I saw Ben.", guard=self.answering(ben=REWRITE)
        )
        kept = "Another member's story moved Ana. I saw another member."
        assert self.text_of(note) == kept
        assert NameMark.objects.count() == 0
        assert self.sign(note, kept).state == Disclosure.State.SIGNED

    def test_a_group_notes_marks_belong_to_the_text_in_force(self):
        self.of_group("Ben, a song, was sung.", guard=self.answering(ben=MY_DOG))
        self.of_group("A song was sung.", seen=1)
        assert NameMark.objects.count() == 0


class WritingTwice(Notes):
    def test_the_same_text_again_changes_nothing(self):
        self.of_group("Trust.")
        self.about(self.ana, "Was calm.")
        before = Entry.objects.count()
        assert self.of_group("Trust.", seen=1).revision == 1
        assert self.about(self.ana, "Was calm.", seen=1).current_version == 1
        written = {"group_note.written", "note.written"}
        assert not Entry.objects.filter(act__in=written)[before:].exists()
        assert DisclosureVersion.objects.count() == 1

    def test_a_colleagues_text_stays_and_one_is_told(self):
        self.of_group("Fay's.")
        self.of_group("Cody's.", seen=1, by=self.cody)
        note = self.about(self.ana, "Fay's.")
        self.about(self.ana, "Cody's.", seen=1, by=self.cody)
        for seen in (0, 1, 3):
            with refused(Problem.CHANGED_MEANWHILE):
                self.of_group("Fay's second.", seen=seen)
            with refused(Problem.CHANGED_MEANWHILE):
                self.about(self.ana, "Fay's second.", seen=seen)
        assert self.text_of(note) == self.text_of(GroupNote.objects.get()) == "Cody's."

    def test_nobody_signs_a_text_they_did_not_read(self):
        note = self.about(self.ana, "Fay's.")
        self.of_group("Fay's.")
        self.about(self.ana, "Cody's.", seen=1, by=self.cody)
        self.of_group("Cody's.", seen=1, by=self.cody)
        for seen, text in ((1, "Fay's."), (2, "Fay's."), (1, "Cody's.")):
            with refused(Problem.CHANGED_MEANWHILE):
                self.sign(note, text, seen=seen)
            with refused(Problem.CHANGED_MEANWHILE):
                self.sign_group(text, seen=seen)

    def test_without_words_or_with_too_many_or_with_one_that_cannot_be_kept(self):
        for text, problem in (
            (" \n\t", Problem.REQUIRED),
            ("a" * 20_001, Problem.TOO_LONG),
            ("a\x00b", Problem.CANNOT_BE_KEPT),
        ):
            with refused(problem):
                self.of_group(text)
            with refused(problem):
                self.about(self.ana, text)
        assert GroupNote.objects.count() == Disclosure.objects.count() == 0

    def test_somebody_who_did_not_lead_then_writes_and_signs_nothing(self):
        for act in (
            lambda: self.of_group("Trust.", by=self.otto),
            lambda: self.about(self.ana, "Was calm.", by=self.otto),
            lambda: self.sign_group("Trust.", by=self.otto),
        ):
            with refused(Problem.NOT_LEADING_THEN):
                act()


class Signing(Notes):
    def setUp(self):
        self.note = self.about(self.ana, "Was calm.")
        self.signed = self.sign(self.note, "Was calm.")
        self.of_group("Trust.")
        self.sign_group("Trust.")

    def test_it_locks_the_text_for_everybody(self):
        for by in (self.fay, self.cody):
            for seen in (0, 1):
                with refused(Problem.SIGNED_ALREADY):
                    self.of_group("Else.", seen=seen, by=by)
                with refused(Problem.SIGNED_ALREADY):
                    self.about(self.ana, "Else.", seen=seen, by=by)
        assert (self.text_of(self.note), self.text_of(GroupNote.objects.get())) == (
            "Was calm.",
            "Trust.",
        )

    def test_signing_twice_is_once_and_the_first_to_sign_stays(self):
        assert self.sign(self.note, "Was calm.", by=self.cody).signed_by_id == self.fay.user
        assert self.sign_group("Trust.", by=self.cody).signed_by_id == self.fay.user
        assert self.acts("note.signed") == self.acts("group_note.signed") == 1

    def test_an_addition_is_another_version_that_holds_what_was_signed(self):
        self.add(self.note, "She rang on Sunday.", earlier="Was calm.")
        whole = self.text_of(self.note)
        assert whole.startswith("Was calm.\n\n— ") and whole.endswith(" —\nShe rang on Sunday.")
        assert DisclosureVersion.objects.filter(disclosure=self.note).count() == 2
        note = Disclosure.objects.get()
        assert (note.state, note.signed_at) == (Disclosure.State.SIGNED, self.signed.signed_at)

    def test_an_addition_keeps_its_answer_at_its_place(self):
        self.add(self.note, "Ben again.", earlier="Was calm.", guard=self.answering(ben=MY_DOG))
        mark = NameMark.objects.get()
        assert self.text_of(self.note)[mark.start : mark.end] == "Ben"

    def test_an_addition_names_nobody_else_either(self):
        with pytest.raises(NamesFound):
            self.add(self.note, "Ben rang.", earlier="Was calm.")
        with pytest.raises(NamesFound):
            add_to_group_note(
                by=self.fay,
                session=self.session,
                text="Ana rang.",
                guard=self.guard(),
                once=uuid4(),
            )

    def test_an_addition_to_another_version_or_text_is_refused(self):
        for seen, earlier in ((2, "Was calm."), (0, "Was calm."), (1, "Was wild.")):
            with refused(Problem.CHANGED_MEANWHILE):
                self.add(self.note, "More.", earlier=earlier, seen=seen)

    def test_what_is_not_signed_is_written_not_added_to(self):
        draft = self.about(self.cleo, "Spoke of work.")
        with refused(Problem.NOT_SIGNED):
            self.add(draft, "More.", earlier="Spoke of work.")
        other = self.held(self.fay, self.group, present=[self.ana, self.ben, self.cleo], days_ago=9)
        with refused(Problem.NOT_SIGNED):
            add_to_group_note(
                by=self.fay,
                session=other,
                text="More.",
                guard=self.guard(other),
                once=uuid4(),
            )

    def test_an_addition_sent_twice_is_one(self):
        once = uuid4()
        for _ in range(2):
            add_to_group_note(
                by=self.fay, session=self.session, text="More.", guard=self.guard(), once=once
            )
        assert GroupNote.objects.get().addenda.count() == 1

    def test_what_is_added_to_a_group_note_leaves_the_note_as_it_is(self):
        add_to_group_note(
            by=self.fay,
            session=self.session,
            text="More.",
            guard=self.guard(),
            once=uuid4(),
        )
        note = GroupNote.objects.get()
        assert (self.text_of(note), note.addenda.count()) == ("Trust.", 1)

    def test_an_addition_ends_every_permission_for_what_was_there(self):
        request = self.asked(self.note)
        consent = self.grants(self.ana, request)
        self.releases(self.note)
        self.add(self.note, "More.", earlier="Was calm.")
        [seen] = consents.own_consents(self.ana.actor).filter(pk=consent.pk)
        assert consents.standing(seen, timezone.now()) is Standing.EXPIRED
        with pytest.raises(Withheld):
            self.releases(self.note)

    def test_only_a_signed_one_can_be_asked_about(self):
        draft = self.about(self.cleo, "Spoke of work.")
        with refused(Problem.NOT_SIGNED):
            self.asked(draft)
        self.asked(self.note)
        assert Disclosure.objects.get(pk=self.note.pk).state == Disclosure.State.ASKED


class TakingOut(Notes):
    def test_a_draft_goes_with_its_rows_and_its_key(self):
        note = self.about(self.ana, "Talked of Ben.", guard=self.answering(ben=MY_DOG))
        assert ShredKey.objects.filter(owner=note.pk).exists()
        discard_item(by=self.fay, code=note.code)
        for model in (Disclosure, DisclosureVersion, Subject, NameMark):
            assert not model.objects.exists(), model
        assert not DisclosureUserPermission.objects.filter(content_object=note.pk).exists()
        assert not ShredKey.objects.filter(owner=note.pk).exists()
        entry = self.last_entry()
        assert (entry.act, entry.object_id) == ("item.discarded", note.pk)
        assert self.about(self.ana, "Written anew.").code != note.code

    def test_not_once_it_is_signed_or_asked_about(self):
        note = self.note_about(self.ana, "Was calm.", sign=True)
        with refused(Problem.ASKED_ABOUT):
            discard_item(by=self.fay, code=note.code)
        self.asked(note)
        with refused(Problem.ASKED_ABOUT):
            discard_item(by=self.fay, code=note.code)
        assert ShredKey.objects.filter(owner=note.pk).exists()
        assert self.text_of(note) == "Was calm."

    def test_nobody_else_takes_it_out(self):
        note = self.about(self.ana, "Was calm.")
        for by in (self.otto, self.zoe):
            with pytest.raises(Disclosure.DoesNotExist):
                discard_item(by=by, code=note.code)


class EnteredInError(Notes):
    def setUp(self):
        self.item = self.said("Ben waited.", self.ana, self.ben)
        self.request = self.asked(self.item)
        self.consent = self.consent_of(self.ana, self.request)
        self.anas = Client()
        sign_in(self.anas, self.ana.actor)

    def test_the_member_finds_it_nowhere_any_more(self):
        self.grants(self.ana, self.request)
        assert queries.words_about(self.ana.actor).exists()
        void_item(by=self.fay, code=self.item.code)
        assert not queries.words_about(self.ana.actor).exists()
        version = DisclosureVersion.objects.get()
        with pytest.raises(DisclosureVersion.DoesNotExist):
            queries.readable_version(self.ana.actor, version.pk)
        assert self.anas.get(f"/questions/{self.consent.code}/").status_code == 404
        words = self.anas.post(f"/permissions/{self.consent.code}/words/")
        assert b"Ben waited." not in words.content
        assert b"Ben waited." not in self.anas.get("/home/").content
        assert self.consent.code.encode() not in self.anas.get("/home/").content
        holders = DisclosureUserPermission.objects.filter(content_object=self.item.pk)
        assert {right.user_id for right in holders} == {self.fay.user, self.cody.user}
        assert not version.user_rights.exists()

    def test_an_open_question_is_gone_too(self):
        self.grants(self.ana, self.request)  # the speaker is asked first, then Ben
        bens = Client()
        sign_in(bens, self.ben.actor)
        question = f"/questions/{self.consent_of(self.ben, self.request).code}/"
        assert bens.get(question).status_code == 200
        void_item(by=self.fay, code=self.item.code)
        assert bens.get(question).status_code == 404

    def test_it_stays_with_those_who_wrote_it_and_in_the_ledger(self):
        self.grants(self.ana, self.request)
        void_item(by=self.fay, code=self.item.code)
        for by in (self.fay, self.cody):
            assert queries.own_item(by, self.item.code).state == "error"
        assert self.text_of(self.item) == "Ben waited."
        assert ConsentEvent.objects.filter(consent=self.consent, kind="granted").exists()

    def test_it_is_never_released(self):
        self.grants(self.ana, self.request)
        self.grants(self.ben, self.request)
        self.releases(self.item)
        void_item(by=self.fay, code=self.item.code)
        with pytest.raises(Withheld):
            self.releases(self.item)

    def test_twice_is_once(self):
        void_item(by=self.fay, code=self.item.code)
        void_item(by=self.cody, code=self.item.code)
        assert self.acts("item.voided") == 1

    def test_a_note_in_error_counts_for_nothing_and_another_can_be_written(self):
        note = self.note_about(self.cleo, "Wrong person.", sign=True)
        void_item(by=self.fay, code=note.code)
        with refused(Problem.CLOSED):
            self.add(note, "More.", earlier="Wrong person.")
        again = self.about(self.cleo, "Spoke of work.")
        assert again.pk != note.pk
        assert queries.progress_notes_of(self.fay, self.session) == {self.cleo.member.pk: again}


class ClosingAGroup(Notes):
    def test_not_while_a_note_waits_to_be_signed_then_it_closes(self):
        note = self.about(self.ana, "Was calm.")
        self.of_group("Trust.")
        with refused(Problem.NOTES_UNSIGNED):
            close_group(by=self.fay, group=self.group)
        self.sign(note, "Was calm.")
        with refused(Problem.NOTES_UNSIGNED):
            close_group(by=self.fay, group=self.group)
        self.sign_group("Trust.")
        assert close_group(by=self.fay, group=self.group).closed_on == self.today
        assert not self.group.memberships.filter(until=None).exists()

    def test_a_draft_entered_in_error_holds_nothing_up(self):
        void_item(by=self.fay, code=self.about(self.ana, "Was calm.").code)
        close_group(by=self.fay, group=self.group)

    def test_no_evening_after_the_last_day_is_logged(self):
        close_group(by=self.fay, group=self.group)
        yesterday = self.today - timedelta(days=1)
        TherapyGroup.objects.filter(pk=self.group.pk).update(closed_on=yesterday)
        self.group.memberships.update(until=yesterday)
        self.group.refresh_from_db()
        starts = timezone.now()
        with refused(Problem.GROUP_CLOSED):
            log_session(
                by=self.fay,
                group=self.group,
                starts=starts,
                ends=starts + timedelta(minutes=90),
                once=uuid4(),
            )


class SigningAgainstWriting(TransactionalCastTestCase):
    """Fay's next text is about to be saved while Cody signs the one before."""

    def test_a_signature_is_never_written_over(self):
        self.write_group_note(self.session, "First.", sign=False)
        saving, signed, told = threading.Event(), threading.Event(), []
        now = service.database_now

        def slow_now():
            if threading.current_thread() is writer:
                saving.set()
                signed.wait(2)  # with the lock Cody waits for us, so this runs into its limit
            return now()

        def writing():
            try:
                write_group_note(
                    by=self.fay, session=self.session, text="Second.", seen=1, guard=self.guard()
                )
            finally:
                connections.close_all()

        def signing():
            saving.wait(5)
            try:
                sign_group_note(
                    by=self.cody, session=self.session, seen=1, text="First.", guard=self.guard()
                )
                told.append("signed")
            except Rejected as rejected:
                told.append(rejected.problems["text"])
            finally:
                signed.set()
                connections.close_all()

        writer, signer = threading.Thread(target=writing), threading.Thread(target=signing)
        with patch.object(service, "database_now", slow_now):
            writer.start()
            signer.start()
            writer.join(30)
            signer.join(30)
        note = GroupNote.objects.get()
        assert (told, note.revision, note.signed) == ([Problem.CHANGED_MEANWHILE], 2, False)
