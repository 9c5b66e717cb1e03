"""Groups, sessions, notes, items, contacts and erasure."""

from datetime import timedelta
from unittest import mock
from uuid import uuid4

from django.utils import timezone

from audit import services as audit
from audit.models import DenialBucket
from consent.services import (
    erasing,
    leading,
    voiding,
)
from sessions_app.models import (
    AttendanceStatus,
    ContactReading,
    Modality,
    RecordClass,
    TherapyGroup,
)
from sessions_app.roster_file import RosterRow
from sessions_app.services import (
    contacts,
    drafts,
    groups,
    items,
    notes,
    pulse,
    redacting,
    roster,
    sessions,
    stints,
)
from tests.cast import (
    user_of,
)
from tests.house.walked.scene import OnOneScene, Walks
from vault.key_ring import Keyless


class GroupsWalked(OnOneScene):
    def a_group_gets_its_supervisor(self) -> None:
        nobodys = self.a_group_is_made("A group that nobody reviews")
        groups.choose_supervisor(by=self.fay, code=nobodys.code, user=user_of(self.sue))

    def a_group_left_behind_is_taken_up(self) -> None:
        left = self.a_group_is_made("A group whose leader left")
        left.facilitations.update(
            since=self.today - timedelta(days=2), until=self.today - timedelta(days=1)
        )
        groups.take_up_review(by=self.sue, code=left.code)

    def a_group_is_made(self, name: str = "Another") -> TherapyGroup:
        return groups.create_group(
            by=self.fay,
            name=name,
            modality=Modality.GRIEF,
            record_class=RecordClass.PSYCHOTHERAPY,
            since=self.today,
            once=uuid4(),
        )

    def walks_of_groups(self) -> Walks:
        return {
            "sweep_denials": ("door.closed", self.a_denial_is_swept),
            "create_group": ("group.created", self.a_group_is_made),
            "add_facilitator": (
                "facilitation.begun",
                lambda: groups.add_facilitator(
                    by=self.adam, group=self.group, user=user_of(self.otto), since=self.today
                ),
            ),
            "assign_supervisor": (
                "supervision.begun",
                lambda: groups.assign_supervisor(
                    by=self.adam, group=self.other_group, user=user_of(self.sue), since=self.today
                ),
            ),
            "choose_supervisor": ("supervision.begun", self.a_group_gets_its_supervisor),
            "take_up_review": ("supervision.begun", self.a_group_left_behind_is_taken_up),
            "set_cover": ("facilitation.covered", self.a_cover_is_set),
            "end_cover": (
                "facilitation.ended",
                lambda: leading.end_cover(
                    by=self.sue, code=self.group.code, cover_id=self.cover.pk
                ),
            ),
            "hand_over_group": ("group.handed_over", self.a_group_is_handed_over_and_back),
            "write_contact": (
                "contact.written",
                lambda: contacts.write_contact(**self.of_ana(), contact="Bruno, 555-0139"),
            ),
            "read_contact": (
                "contact.opened",
                lambda: contacts.read_contact(**self.of_ana(), why="She did not come home."),
            ),
            "review_reading": (
                "contact.reviewed",
                lambda: contacts.review_reading(
                    by=self.sue, reading_id=ContactReading.objects.get().pk, in_order=True
                ),
            ),
            "place_legal_hold": ("hold.placed", self.a_hold_is_placed),
            "lift_legal_hold": ("hold.lifted", self.a_hold_is_lifted_by_two),
            "erase_item": (
                "erasure.finished",
                lambda: erasing.erase_item(by=self.sue, code=self.said("Gone.").code),
            ),
            "erase_member": (
                "erasure.finished",
                lambda: erasing.erase_member(
                    by=self.sue,
                    code=self.join(self.otto, self.other_group, "Eli Ek", signs=False).member.code,
                ),
            ),
            "finish_erasures": ("erasure.finished", self.an_erasure_is_finished),
            "log_session": ("session.logged", self.a_session_is_logged),
            "add_member": (
                "member.added",
                lambda: self.join(self.fay, self.group, "Eve Ek", signs=False),
            ),
            "import_roster": (
                "roster.imported",
                lambda: roster.import_roster(
                    by=self.zoe,
                    group=self.far_group,
                    rows=[RosterRow(2, "Yan Ye", "", (), self.today)],
                    once=uuid4(),
                    known={self.zed.member.pk: self.zed.name},
                ),
            ),
            "end_stint": (
                "membership.ended",
                lambda: stints.end_stint(
                    by=self.fay,
                    group=self.group,
                    member_code=self.ben.member.code,
                    until=self.today,
                ),
            ),
            "begin_stint": (
                "membership.continued",
                lambda: stints.begin_stint(
                    by=self.fay,
                    group=self.group,
                    member_code=self.ben.member.code,
                    since=self.today,
                ),
            ),
            "close_group": (
                "group.closed",
                lambda: groups.close_group(by=self.otto, group=self.other_group),
            ),
            "mark_attendance": (
                "attendance.marked",
                lambda: sessions.mark_attendance(
                    by=self.fay,
                    session=self.session,
                    member=self.cleo.member.pk,
                    status=AttendanceStatus.LATE,
                    seen=1,
                ),
            ),
            "mark_everybody_here": ("attendance.marked", self.everybody_is_marked),
            "sign_agreement": ("agreement.signed", lambda: self.signs(self.cleo)),
            "record_item": ("item.recorded", lambda: self.said("More.")),
            "edit_item": (
                "item.edited",
                lambda: items.edit_item(
                    by=self.fay,
                    code=self.said("Old.").code,
                    seen_version=1,
                    concerned=[],
                    text="New.",
                    guard=self.guard(),
                ),
            ),
            "derive_redacted_item": ("item.redacted", self.an_item_is_redacted),
            "send_back": (
                "item.sent_back",
                lambda: redacting.send_back(
                    by=self.cody, code=self.fewer.code, seen_version=1, reason="The light."
                ),
            ),
            "edit_redacted_item": ("item.edited", self.a_redacted_item_is_changed),
            "look_at_redacted": (
                "second_look.opened",
                lambda: redacting.look_at_redacted(by=self.cody, code=self.fewer.code),
            ),
            "confirm_second_look": (
                "item.second_look",
                lambda: self.looked_at(self.fewer),
            ),
            "discard_item": (
                "item.discarded",
                lambda: items.discard_item(by=self.fay, code=self.said("Not this.").code),
            ),
            "void_item": (
                "item.voided",
                lambda: voiding.void_item(by=self.fay, code=self.said("Wrong.").code),
            ),
            "write_group_note": ("group_note.written", self.a_group_note_is_written),
            "sign_group_note": (
                "group_note.signed",
                lambda: notes.sign_group_note(
                    by=self.fay, session=self.session, seen=1, text="Theme.", guard=self.guard()
                ),
            ),
            "add_to_group_note": (
                "group_note.added_to",
                lambda: notes.add_to_group_note(
                    by=self.fay,
                    session=self.session,
                    text="More.",
                    guard=self.guard(),
                    once=uuid4(),
                ),
            ),
            "write_progress_note": ("note.written", self.a_note_is_written),
            "sign_progress_note": (
                "note.signed",
                lambda: notes.sign_progress_note(
                    by=self.fay, code=self.note.code, seen=1, text="Calm.", guard=self.guard()
                ),
            ),
            "add_to_progress_note": (
                "note.added_to",
                lambda: notes.add_to_progress_note(
                    by=self.fay,
                    code=self.note.code,
                    seen=1,
                    earlier="Calm.",
                    text="More.",
                    guard=self.guard(),
                ),
            ),
            "write_summary": ("summary.written", self.a_summary_is_written),
            "rewrite_summary": (
                "summary.written",
                lambda: notes.rewrite_summary(
                    by=self.fay, code=self.summary.code, text="More.", seen=1, guard=self.guard()
                ),
            ),
            "keep_draft": (
                "draft.kept",
                lambda: drafts.keep_draft(by=self.fay, place="here", text="Half a"),
            ),
            "drop_drafts": (
                "draft.dropped",
                lambda: drafts.drop_drafts(by=self.fay, places=["here"]),
            ),
            "set_pulse_questions": (
                "pulse.worded",
                lambda: pulse.set_pulse_questions(
                    by=self.adam, texts=("Safe?", "Heard?", "Kept here?")
                ),
            ),
        }

    def of_ana(self) -> dict:
        return {"by": self.fay, "group": self.group, "member_code": self.ana.member.code}

    def a_cover_is_set(self) -> None:
        self.cover = leading.set_cover(
            by=self.sue,
            code=self.group.code,
            user=user_of(self.zack),
            since=self.today,
            until=self.today,
            once=uuid4(),
        )

    def a_group_is_handed_over_and_back(self) -> None:
        for giver, taker in ((self.cody, self.zack), (self.zack, self.cody)):
            scope = leading.hand_over_scope(self.group, giver.user, taker.user)
            leading.hand_over_group(
                by=self.sue,
                code=self.group.code,
                leader=giver.user,
                to=user_of(taker),
                step_up_id=self.stepped_up(self.sue, scope),
            )

    def a_hold_is_placed(self) -> None:
        code = self.said("Held.").code
        self.hold = erasing.place_legal_hold(by=self.sue, why="A court asked.", item_code=code)

    def a_hold_is_lifted_by_two(self) -> None:
        for by in (self.sue, self.adam):
            erasing.lift_legal_hold(by=by, hold_id=self.hold.pk)

    def an_erasure_is_finished(self) -> None:
        away = mock.patch.object(erasing.vault, "destroy_keys", side_effect=Keyless)
        with away:
            erasing.erase_item(by=self.sue, code=self.said("Soon gone.").code)
        assert erasing.finish_erasures() == 1

    def a_denial_is_swept(self) -> None:
        audit.note_denial(practice=self.practice.pk, actor=self.otto.user)
        DenialBucket.objects.update(minute=timezone.now() - timedelta(hours=1))
        audit.sweep_denials()

    def a_session_is_logged(self) -> None:
        starts = timezone.now() - timedelta(days=40)
        roster = [self.ana, self.ben, self.cleo]
        sessions.log_session(
            by=self.fay,
            group=self.group,
            starts=starts,
            ends=starts + timedelta(hours=1),
            attendance={m.member.pk: AttendanceStatus.ATTENDED for m in roster},
            once=uuid4(),
        )

    def everybody_is_marked(self) -> None:
        starts = timezone.now() - timedelta(days=20)
        session = sessions.log_session(
            by=self.fay,
            group=self.group,
            starts=starts,
            ends=starts + timedelta(hours=1),
            once=uuid4(),
        )
        sessions.mark_everybody_here(by=self.fay, session=session)

    def a_group_note_is_written(self) -> None:
        notes.write_group_note(
            by=self.fay, session=self.session, text="Theme.", seen=0, guard=self.guard()
        )

    def a_note_is_written(self) -> None:
        self.note = notes.write_progress_note(
            by=self.fay,
            session=self.session,
            member=self.ana.member.pk,
            text="Calm.",
            seen=0,
            guard=self.guard(),
        )

    def an_item_is_redacted(self) -> None:
        shared = self.said("Ben waited until my light went on.", self.ana, self.ben)
        self.fewer = self.redacted(shared, "Somebody waited.")

    def a_redacted_item_is_changed(self) -> None:
        self.fewer = redacting.edit_redacted_item(
            by=self.fay,
            code=self.fewer.code,
            seen_version=1,
            concerned=[self.ana.member.pk],
            text="Somebody was there.",
            guard=self.guard(),
        )

    def a_summary_is_written(self) -> None:
        self.summary = self.summary_about(self.ana, "Back at work.")
