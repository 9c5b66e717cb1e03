"""Every public service is walked here and leaves an entry. A new one that is missing fails."""

import inspect
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from unittest import mock
from uuid import uuid4

from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts import services as accounts
from accounts import staffing
from accounts.models import Role, User
from accounts.passkeys import Refused, begin_answer, begin_passkey, made_passkey
from accounts.pins import hashed_pin
from accounts.queries import live_feed, open_proposals, ways_in_of
from accounts.services import (
    changes,
    credentials,
    invitations,
    locking,
    once,
    outside,
    people,
    recovery,
    second_step,
    signing_in,
    stays,
    step_up,
    tries,
)
from accounts.services import in_room as rooms
from audit import services as audit
from audit.entry import Line
from audit.models import DenialBucket, Entry
from audit.trail import Actor
from consent import queries as consents
from consent.models import Consent, Freeze, Recipient
from consent.services import (
    alarms,
    asking,
    confirming,
    deciding,
    deciding_for,
    erasing,
    exporting,
    freezing,
    holding,
    in_room,
    leading,
    links,
    mailing,
    notifying,
    papers,
    policy,
    previewing,
    privacy,
    recipients,
    release,
    representing,
    sending,
    showing,
    sweeping,
    together,
    voiding,
)
from consent.services.verdicts import item_asked_for
from oversight import services as oversight
from sessions_app import queries as sessions_of
from sessions_app.known_names import guard_for
from sessions_app.models import (
    AttendanceStatus,
    ContactReading,
    Modality,
    RecordClass,
    WhoSigns,
)
from sessions_app.roster_file import RosterRow
from sessions_app.services import (
    agreements,
    contacts,
    drafts,
    groups,
    items,
    notes,
    pulse,
    redacting,
    roster,
    sessions,
)
from tests.accounts.test_passkeys import gets_a_passkey
from tests.acts import acts_that_no_filter_offers
from tests.cast import (
    PASSWORD,
    SEED,
    CastTestCase,
    agrees_to_lift,
    code_of,
    proven,
    shown_code,
    sign_in,
    signed_in_as,
    user_of,
)
from tests.http_imports import BELOW_PAGES
from tests.http_imports import HOUSE as TREE
from tests.soft_key import HOUSE, SoftKey
from tests.speaking_for import SpeakingFor
from tests.walls import wall_lowered
from vault.key_ring import Keyless

MODULES = (
    *(once, people, stays, locking, step_up, second_step, signing_in, tries),
    *(changes, credentials, invitations, recovery, staffing),
    *(audit, groups, roster, sessions, items, redacting, notes, drafts),
    *(asking, confirming, deciding, freezing, policy, previewing, release, showing, voiding),
    *(holding, leading, contacts, erasing),
    *(together, exporting, privacy),
    *(alarms, sweeping, oversight, links, recipients),
    *(agreements, deciding_for, in_room, papers, representing, rooms),
    *(outside, mailing, notifying, sending, pulse),
)

# Parts of another service's transaction, or questions that change nothing.
WITHOUT_AN_ENTRY_OF_THEIR_OWN = {
    "prepare_user": "before create_staff and add_member",
    "use_step_up": "inside the act it was given for",
    "free_sign_in_names": "values",
    "claim": "inside the act it belongs to",
    "answer": "inside the act it belongs to",
    "mark_asked": "inside ask_consent",
    "mark_in_error": "inside void_item",
    "new_version": "a value, sealed",
    "save_version": "inside the act that writes it",
    "save_marks": "inside the act that writes the text",
    "readers_of": "a value",
    "change_of_subjects": "a value",
    "sent_back_place": "a value",
    "give_scope": "a value",
    "agree_scope": "a value",
    "back_scope": "a value",
    "agreers_in": "a value",
    "hand_over_scope": "a value",
    "erase_account": "inside erase_member",
    "stays_scope": "a value",
    "draft_place": "a value",
    "note_change": "inside the change that is told",
    "one_more_sign_in": "inside note_sign_in",
    "set_originators": "inside record_item",
    "reviewers_of": "a value",
    "note_denial": "counts; the worker writes the entry",
    "step_up_refusals_noted": "around release_item and grant_consent; seen in test_refusals",
    "decided_again": "inside an opening or a hand-over",
    "feed_scope": "a value",
    "mail_scope": "a value",
    "hash_of": "a value",
    "end_feeds": "inside what ends them",
    "end_mail_codes": "inside what ends them",
    "notify": "inside the act it tells of",
    "tell_of_question": "inside ask_consent and grant_consent",
    "tell_of_grant": "inside grant_consent and lift_hold",
    "tell_of_taking_back": "inside revoke_consent, decline_consent and hold_consent",
    "tell_of_end": "inside sweep_ended",
    "see_notice": "marks a line; what it leads to leaves its own",
    "see_all_notices": "marks lines",
    "drop_old_notices": "lines that were seen or told long ago",
    "answer_pulse": "an entry would tie an answer to a person (R93)",
    "answered": "a lookup",
    "number_of": "a value",
    "grant_scope": "a value",
    "together_scope": "a value",
    "export_scope": "a value",
    "last_day_bound": "a value",
    "chosen_end": "a value",
    "still_allows": "a value",
    "check_may_allow": "inside grant_consent and grant_together",
    "carry_on": "inside grant_consent and grant_together",
    "holds_noted": "around grant_consent; the entry of a held grant",
    "lift_scope": "a value",
    "end_what_it_reaches": "inside revoke_consent, decline_consent and hold_consent",
    "house": "a value",
    "unbelieved": "a value",
    "raise_forged": "inside release_item, open_release and hand_over; seen in test_forgery",
    "release_scope": "a value",
    "confirm_scope": "a value",
    "lifters_in": "a value",
    "unless_frozen": "around the act it may refuse; what it froze is the entry of freeze",
    "keep_known": "tells the vault what was written; writes nothing here",
    "link_scope": "a value",
    "take_code": "inside pass_second_step and confirm_step_up",
    "take_a_try": "counts; what was tried leaves the entry",
    "take_a_try_at_a_name": "counts; what was tried leaves the entry",
    "forget_tries": "counts",
    "forget_tries_at_a_name": "counts",
    "drop_old_tries": "counts that count no more",
    "end_stay": "inside what ends it",
    "end_stays": "inside the change that ends them",
    "use_password": "a value",
    "credential_scope": "a value",
    "ask_scope": "a value",
    "confirm_scope_of": "a value",
    "person_to_recover": "a lookup",
    "new_invitation": "a value",
    "matching": "a lookup, inside open_invitation",
    "correct_scope": "a value",
    "represent_scope": "a value",
    "grant_for_scope": "a value",
    "paper_scope": "a value",
    "told_by_paper": "a value",
    "proof_lasts": "a value",
    "take_back_notices": "inside void_item",
    "use_room": "inside grant_in_room and sign_agreement_in_room",
    "grant_proven": "inside grant_consent and grant_in_room",
    "granted": "inside what grants",
    "standing_yes": "a lookup",
    "say_no": "inside what declines and takes back",
    "sweep_authorities": "lets rows go that follow an entry; seen in test_representing",
}


def services() -> dict[str, Callable]:
    found = {}
    for module in MODULES:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                found[name] = function
    return found


class Grounds(SpeakingFor):
    """Dora in Otto's group, which Sue reviews; Paula speaks for her, until Dora signs herself."""

    def __init__(self, test: Any) -> None:
        self.test = test

    def __getattr__(self, name: str) -> Any:
        return getattr(self.test, name)

    @property
    def fay(self) -> Actor:
        return self.test.otto

    @property
    def group(self) -> Any:
        return self.test.other_group

    @property
    def holder(self) -> Actor:
        return Actor(self.practice.pk, self.dora.actor.user, "member", self.locked.sign_in)

    def somebody_is_recorded(self) -> None:
        self.recording, self.speaker = self.recorded(self.dora, "Paula Dahl", may_read=True)

    def they_are_confirmed(self) -> None:
        if not sessions_of.groups_supervised_by(self.sue).filter(pk=self.group.pk).exists():
            groups.assign_supervisor(
                by=self.adam, group=self.group, user=user_of(self.sue), since=self.today
            )
        self.confirmed(self.recording)

    def they_allow(self) -> None:
        session = self.held(self.otto, self.group, present=[self.dora])
        item = items.record_item(
            by=self.otto,
            session=session,
            speaker=self.dora.member.pk,
            concerned=[],
            text="I went home early.",
            once=uuid4(),
            guard=guard_for(self.otto, session),
        )
        request = asking.ask_consent(
            by=self.otto,
            codes=[item.code],
            recipient=self.clinic,
            purposes=["TREAT"],
            expires_on=self.today + timedelta(days=9),
            answer_by=self.today + timedelta(days=9),
            once=uuid4(),
        )
        self.consent = self.consent_of(self.dora, request)
        self.signs_for(self.speaker, self.consent)

    def it_is_corrected(self) -> None:
        signs = WhoSigns.MEMBER
        representing.correct_standing(
            by=self.sue,
            group=self.group,
            member_code=self.dora.member.code,
            signs=signs,
            of_age_on=None,
            died=False,
            step_up_id=proven(self.sue, representing.correct_scope(self.dora.member, signs, None)),
        )

    def a_paper_is_entered(self) -> None:
        with wall_lowered("consent_consentevent"):
            self.consent.events.filter(kind__in=("declined", "revoked")).delete()
        self.paper = papers.attest_paper(
            by=self.otto,
            code=self.consent.code,
            reference="F-1",
            signed_on=self.today,
            once=uuid4(),
        )

    def it_is_attested(self) -> None:
        papers.confirm_paper(
            by=self.sue,
            paper_id=self.paper.pk,
            reference="F-1",
            step_up_id=proven(self.sue, papers.paper_scope(self.paper)),
        )

    def a_paper_is_let_go(self) -> None:
        paper = papers.attest_paper(
            by=self.otto,
            code=self.consent.code,
            reference="F-2",
            signed_on=self.today,
            once=uuid4(),
        )
        papers.drop_paper(by=self.otto, paper_id=paper.pk)

    def handed(self, act: str, object_id: Any = None) -> None:
        user = user_of(self.dora.actor)
        user.pin = hashed_pin(user, "820417")
        user.save(update_fields=["pin"])
        self.locked = signed_in_as(user_of(self.otto), Role.FACILITATOR)
        rooms.hand_over_device(
            by=self.locked,
            person=user,
            act=act,
            object_id=object_id or self.consent.pk,
            code=self.consent.code,
            group=self.group.pk,
        )

    def it_is_given_back(self) -> None:
        self.handed(deciding.GRANT)
        rooms.leave_room(by=self.holder)

    def another_agreement(self) -> None:
        agreements.write_agreement(
            by=self.otto, group=self.group, text="No telephones.", seen="agreement-1", once=uuid4()
        )

    def it_is_signed_in_the_room(self) -> None:
        [stint] = sessions_of.own_memberships(self.dora.actor)
        self.handed(agreements.SIGN, stint.pk)
        rooms.prove_in_room(by=self.holder, pin="820417")
        agreements.sign_agreement_in_room(by=self.holder, membership_id=stint.pk, signature="Dora")

    def something_is_told(self) -> None:
        [stint] = sessions_of.own_memberships(self.dora.actor)
        User.objects.filter(pk=self.dora.actor.user).update(pin="")
        self.report = agreements.report_breach(
            by=self.dora.actor,
            membership_id=stint.pk,
            text="Somebody spoke of us.",
            tell_leaders=False,
            once=uuid4(),
        )


class EveryService(CastTestCase):
    def leaves(self, act: str, call: Callable[[], object]) -> None:
        before = Entry.objects.filter(act=act).count()
        call()
        assert Entry.objects.filter(act=act).count() > before, f"{act}: nothing was written"

    def test_each_leaves_its_entry_and_none_is_missing_here(self):
        zack = accounts.create_staff(
            by=self.adam, practice=self.practice.pk, name="Zack", roles=[Role.FACILITATOR]
        ).user
        self.zack = Actor(self.practice.pk, zack.pk, Role.FACILITATOR)
        item = self.said()
        request = self.asked(item)
        consent = self.consent_of(self.ana, request)
        to_decline = self.consent_of(self.ana, self.asked(self.said("Else."), self.insurer))
        asked_again = accounts.begin_step_up(by=self.ana.actor, scope=deciding.grant_scope(consent))
        walks: dict[str, tuple[str, Callable[[], object]]] = {
            "create_practice": (
                "practice.created",
                lambda: accounts.create_practice(name="P", time_zone="UTC", jurisdiction="US"),
            ),
            "create_staff": (
                "staff.created",
                lambda: accounts.create_staff(
                    by=self.adam, practice=self.practice.pk, name="New One", roles=[Role.SUPERVISOR]
                ),
            ),
            "add_person": ("staff.created", self.somebody_is_proposed),
            "agree_at_the_machine": (
                "role.granted",
                lambda: staffing.agree_at_the_machine(proposal_id=self.proposal.pk),
            ),
            "give_role": ("role.proposed", lambda: self.role_given(Role.SUPERVISOR)),
            "agree_to_role": ("role.granted", self.somebody_else_agrees),
            "close_proposal": ("role.dropped", self.a_proposal_is_let_go),
            "end_role": (
                "role.ended",
                lambda: staffing.end_role(
                    by=self.adam, person=self.proposal.user_id, role=Role.ADMINISTRATOR
                ),
            ),
            "deactivate": (
                "staff.deactivated",
                lambda: staffing.deactivate(by=self.adam, person=self.proposal.user_id),
            ),
            "take_back": (
                "staff.taken_back",
                lambda: staffing.take_back(
                    by=self.adam,
                    person=self.proposal.user_id,
                    step_up_id=self.stepped_up(
                        self.adam, staffing.back_scope(self.proposal.user_id)
                    ),
                ),
            ),
            "note_sign_in": (
                "sign_in.begun",
                lambda: accounts.note_sign_in(user=user_of(self.fay), device=""),
            ),
            "note_sign_out": (
                "sign_in.ended",
                lambda: accounts.note_sign_out(
                    user=user_of(self.cody), sign_in_id=self.cody.sign_in
                ),
            ),
            "lock_stay": ("sign_in.locked", lambda: locking.lock_stay(by=self.dora.actor)),
            "unlock": (
                "sign_in.unlocked",
                lambda: locking.unlock(
                    by=self.dora.actor, user=user_of(self.dora.actor), secret=PASSWORD
                ),
            ),
            "unlock_by_passkey": ("unlock.failed", self.a_strange_passkey_unlocks_nothing),
            "end_own_stay": (
                "stay.ended",
                lambda: stays.end_own_stay(by=self.dora.actor, stay=self.dora.actor.sign_in),
            ),
            "end_other_stays": ("stay.ended", self.somebody_is_signed_in_elsewhere_too),
            "set_pin": (
                "pin.set",
                lambda: credentials.set_pin(
                    by=self.otto, pin="820417", step_up_id=self.to_change()
                ),
            ),
            "note_failed_sign_in": ("sign_in.failed", accounts.note_failed_sign_in),
            "begin_step_up": (
                "step_up.asked",
                lambda: accounts.begin_step_up(
                    by=self.ana.actor, scope=deciding.grant_scope(consent)
                ),
            ),
            "confirm_step_up": (
                "step_up.confirmed",
                lambda: accounts.confirm_step_up(
                    by=self.ana.actor,
                    user=user_of(self.ana.actor),
                    step_up_id=asked_again.pk,
                    password=PASSWORD,
                ),
            ),
            "confirm_by_passkey": ("step_up.confirmed", self.a_passkey_confirms),
            "sign_in_by_passkey": ("sign_in.failed", self.a_strange_passkey_is_refused),
            "pass_second_step": (
                "second_step.passed",
                lambda: second_step.pass_second_step(
                    user=user_of(self.fay), code=code_of(self.fay)
                ),
            ),
            "set_password": (
                "password.changed",
                lambda: credentials.set_password(
                    by=self.otto, password="a lamp on the stairs", step_up_id=self.to_change()
                ),
            ),
            "add_code_app": (
                "code_app.added",
                lambda: credentials.add_code_app(
                    by=self.otto, seed=SEED, code=shown_code(SEED), step_up_id=self.to_change()
                ),
            ),
            "renew_recovery_codes": (
                "recovery_codes.made",
                lambda: credentials.renew_recovery_codes(by=self.otto, step_up_id=self.to_change()),
            ),
            "add_passkey": ("passkey.added", self.a_passkey_is_added),
            "remove_way_in": (
                "passkey.removed",
                lambda: credentials.remove_way_in(
                    by=self.otto,
                    way=ways_in_of(user_of(self.otto))[-1].pk,
                    step_up_id=self.to_change(),
                ),
            ),
            "save_invitation": ("invitation.made", self.somebody_is_invited),
            "invite_again": (
                "invitation.made",
                lambda: setattr(
                    self, "code", invitations.invite_again(by=self.adam, user=self.invited)
                ),
            ),
            "open_invitation": (
                "invitation.refused",
                lambda: invitations.open_invitation(name="nobody", code="x", address="a"),
            ),
            "accept_invitation": (
                "invitation.used",
                lambda: invitations.accept_invitation(
                    invitation_id=invitations.matching(self.invited.sign_in_name, self.code).pk,
                    password="a lamp on the stairs",
                ),
            ),
            "make_feed": ("calendar.made", self.a_feed_is_made),
            "read_feed": (
                "calendar.read",
                lambda: outside.read_feed(feed=live_feed(outside.hash_of(self.feed))),
            ),
            "end_own_feed": (
                "calendar.ended",
                lambda: outside.end_own_feed(by=self.dora.actor),
            ),
            "ask_mail_code": ("mail.code_asked", self.a_code_by_mail_is_asked),
            "send_waiting": ("machine.mail", self.a_mail_is_sent),
            "confirm_mail": (
                "mail.code_refused",
                lambda: mailing.confirm_mail(by=self.dora.actor, code="none"),
            ),
            "end_mail": ("mail.ended", lambda: mailing.end_mail(by=self.dora.actor)),
            "set_quiet_hours": (
                "mail.hours_set",
                lambda: mailing.set_quiet_hours(by=self.dora.actor, begins=None, ends=None),
            ),
            "set_pulse_questions": (
                "pulse.worded",
                lambda: pulse.set_pulse_questions(
                    by=self.adam, texts=("Safe?", "Heard?", "Kept here?")
                ),
            ),
            "ask_recovery": ("recovery.asked", self.a_recovery_is_asked),
            "confirm_recovery": (
                "recovery.confirmed",
                lambda: recovery.confirm_recovery(
                    by=self.sue,
                    recovery_id=self.waiting.pk,
                    step_up_id=proven(self.sue, recovery.confirm_scope_of(self.waiting)),
                ),
            ),
            "sweep_denials": ("door.closed", self.a_denial_is_swept),
            "create_group": (
                "group.created",
                lambda: groups.create_group(
                    by=self.fay,
                    name="Another",
                    modality=Modality.GRIEF,
                    record_class=RecordClass.PSYCHOTHERAPY,
                    since=self.today,
                    once=uuid4(),
                ),
            ),
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
                lambda: groups.end_stint(
                    by=self.fay,
                    group=self.group,
                    member_code=self.ben.member.code,
                    until=self.today,
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
            "create_recipient": (
                "recipient.added",
                lambda: recipients.create_recipient(
                    by=self.adam,
                    name="Dr New",
                    address="",
                    once=uuid4(),
                ),
            ),
            "show_class_member": ("class.shown", self.a_recipient_belongs),
            "end_class_membership": (
                "class.ended",
                lambda: recipients.end_class_membership(
                    by=self.adam, code=self.providers.code, recipient=self.clinic.code
                ),
            ),
            "ask_consent": ("consent.asked", lambda: self.asked(self.said("Ask me."))),
            "grant_consent": ("consent.granted", lambda: self.grants(self.ana, request)),
            "decline_consent": (
                "consent.declined",
                lambda: deciding.decline_consent(by=self.ana.actor, code=to_decline.code),
            ),
            "show_words": (
                "question.opened",
                lambda: showing.show_words(by=self.ana.actor, consent=consent),
            ),
            "grant_together": ("consent.granted", self.two_are_allowed_together),
            "show_together": ("copy.opened", lambda: self.a_copy_is_shown(consent)),
            "show_change": ("question.opened", self.changed_words_are_shown),
            "export_own": (
                "data.exported",
                lambda: exporting.export_own(
                    by=self.ana.actor,
                    step_up_id=proven(self.ana.actor, exporting.export_scope(self.ana.actor)),
                    consents=list(consents.own_consents(self.ana.actor)),
                    also=[],
                ),
            ),
            "ask_privacy": ("privacy.asked", self.something_is_asked_about_oneself),
            "answer_privacy": (
                "privacy.answered",
                lambda: privacy.answer_privacy(
                    by=self.sue, code=self.wish.code, text="It is put right.", agrees=True
                ),
            ),
            "preview": (
                "release.previewed",
                lambda: previewing.preview(
                    by=self.fay,
                    ask=lambda: item_asked_for(self.fay, item.code),
                    recipient=self.clinic,
                    purpose="TREAT",
                ),
            ),
            "preview_own": (
                "question.previewed",
                lambda: previewing.preview_own(
                    by=self.ana.actor,
                    consent=consents.own_consent(self.ana.actor, consent.code),
                ),
            ),
            "release_item": ("release", self.a_release_is_made),
            "release_session": ("release", self.releases_session),
            "release_group": ("release", self.releases_group),
            "open_release": (
                "release.opened",
                lambda: release.open_release(by=self.fay, code=self.released.code),
            ),
            "make_link": ("link.made", self.a_link_is_made),
            "open_link": (
                "link.opened",
                lambda: setattr(self, "opened", self.opens_the_link()),
            ),
            "reopen": (
                "link.opened",
                lambda: links.reopen(code=self.made.link.code, visit=self.opened.visit),
            ),
            "end_link": (
                "link.ended",
                lambda: links.end_link(by=self.fay, code=self.made.link.code),
            ),
            "hand_over": (
                "release.handed_over",
                lambda: release.hand_over(by=self.fay, code=self.released.code),
            ),
            "confirm_in_person": ("consent.unheld", lambda: self.a_yes_is_confirmed(consent)),
            "hold_consent": ("consent.held", self.a_yes_is_held),
            "lift_hold": ("consent.unheld", self.a_hold_is_lifted),
            "set_house_policy": (
                "house.policy_set",
                lambda: policy.set_house_policy(
                    by=self.adam, longest_days=90, cooling_off_hours=0, in_person=False
                ),
            ),
            "sweep_ended": ("consent.expired", self.an_end_is_swept),
            "dismiss_changes": ("changes.seen", self.a_change_is_seen),
            "end_stays_of": (
                "stays.ended",
                lambda: staffing.end_stays_of(
                    by=self.adam,
                    person=self.ben.actor.user,
                    step_up_id=proven(self.adam, staffing.stays_scope(self.ben.actor.user)),
                ),
            ),
            "freeze": ("house.frozen", lambda: freezing.freeze(by=self.sue)),
            "lift_freeze": ("house.lift_agreed", self.a_freeze_is_lifted),
            "lift_freeze_at_the_machine": ("house.unfrozen", self.a_freeze_is_lifted_there),
            "freeze_if_rolled_back": (
                "house.frozen",
                lambda: freezing.freeze_if_rolled_back([Line(self.practice.pk, 10_000, b"")]),
            ),
            "revoke_consent": (
                "consent.revoked",
                lambda: deciding.revoke_consent(by=self.ana.actor, code=consent.code),
            ),
            "revoke_everything": (
                "consent.revoked",
                lambda: together.revoke_everything(by=self.ana.actor),
            ),
            "raise_alarm": (alarms.FORGED, lambda: self.an_alarm_is_raised(consent)),
            "close_alarm": (
                alarms.CLOSED,
                lambda: oversight.close_alarm(by=self.sue, seq=self.last_entry().seq),
            ),
        }
        walks = self.walks_of_grounds() | walks  # before Otto's group is closed
        self.item = item
        for act, walk in walks.values():
            self.leaves(act, walk)
        assert set(services()) == set(walks) | set(WITHOUT_AN_ENTRY_OF_THEIR_OWN)
        assert acts_that_no_filter_offers() == set()

    def walks_of_grounds(self) -> dict[str, tuple[str, Callable[[], object]]]:
        """Who signs, papers, the room and the agreement: each on a scene of its own."""
        scene = self.grounds = Grounds(self)
        return {
            "record_standing": ("standing.recorded", lambda: scene.minor(self.dora)),
            "record_representation": ("representation.recorded", scene.somebody_is_recorded),
            "confirm_representation": ("representation.confirmed", scene.they_are_confirmed),
            "grant_for": ("consent.granted", scene.they_allow),
            "show_words_for": (
                "question.opened",
                lambda: deciding_for.show_words_for(by=scene.speaker, consent=scene.consent),
            ),
            "deny_for": (
                "consent.revoked",
                lambda: deciding_for.deny_for(by=scene.speaker, code=scene.consent.code),
            ),
            "end_representation": (
                "representation.ended",
                lambda: representing.end_representation(
                    by=self.otto, representation_id=scene.recording.pk
                ),
            ),
            "bar_representative": (
                "representation.barred",
                lambda: representing.bar_representative(
                    by=self.otto, representation_id=scene.recording.pk
                ),
            ),
            "correct_standing": ("standing.recorded", scene.it_is_corrected),
            "attest_paper": ("paper.attested", scene.a_paper_is_entered),
            "look_at_paper": (
                "paper.opened",
                lambda: papers.look_at_paper(by=self.sue, paper_id=scene.paper.pk),
            ),
            "confirm_paper": ("paper.confirmed", scene.it_is_attested),
            "drop_paper": ("paper.dropped", scene.a_paper_is_let_go),
            "decline_on_paper": (
                "consent.revoked",
                lambda: papers.decline_on_paper(by=self.otto, code=scene.consent.code),
            ),
            "hand_over_device": ("room.handed_over", lambda: scene.handed(deciding.GRANT)),
            "prove_in_room": (
                "room.proved",
                lambda: rooms.prove_in_room(by=scene.holder, pin="820417"),
            ),
            "grant_in_room": (
                "consent.granted",
                lambda: in_room.grant_in_room(
                    by=scene.holder, code=scene.consent.code, signature="Dora"
                ),
            ),
            "decline_in_room": (
                "consent.revoked",
                lambda: in_room.decline_in_room(by=scene.holder, code=scene.consent.code),
            ),
            "leave_room": ("room.left", scene.it_is_given_back),
            "write_agreement": ("agreement.written", scene.another_agreement),
            "sign_agreement_in_room": ("agreement.signed", scene.it_is_signed_in_the_room),
            "note_talk": (
                "agreement.spoken_of",
                lambda: agreements.note_talk(
                    by=self.otto, group=self.other_group, on=self.today, once=uuid4()
                ),
            ),
            "report_breach": ("breach.reported", scene.something_is_told),
            "read_breach": (
                "breach.opened",
                lambda: agreements.read_breach(by=self.dora.actor, report_id=scene.report.pk),
            ),
            "answer_breach": (
                "breach.answered",
                lambda: agreements.answer_breach(
                    by=self.sue, report_id=scene.report.pk, text="Let us talk."
                ),
            ),
        }

    def an_alarm_is_raised(self, consent: Consent) -> None:
        with transaction.atomic():
            alarms.raise_alarm(
                by=self.fay,
                act=alarms.FORGED,
                object_id=consent.pk,
                code=consent.code,
                group=self.group.pk,
            )

    def an_end_is_swept(self) -> None:
        consent = self.grants(self.ana, self.asked(self.said("Until then.")))
        with wall_lowered("consent_consentevent"):
            consent.events.filter(kind="granted").update(until=consent.effective)
        sweeping.sweep_ended()

    def to_change(self):
        return proven(self.otto, credentials.credential_scope(self.otto))

    def two_are_allowed_together(self) -> None:
        request = asking.ask_consent(
            by=self.fay,
            codes=[self.said("One.").code, self.said("Two.").code],
            recipient=self.insurer,
            purposes=["COC"],
            expires_on=self.today,
            answer_by=self.today,
            once=uuid4(),
        )
        both = list(Consent.objects.filter(request=request).order_by("code"))
        together.grant_together(
            by=self.ana.actor,
            codes=[one.code for one in both],
            signature=self.ana.name,
            step_up_id=proven(self.ana.actor, together.together_scope(both)),
        )

    def a_copy_is_shown(self, consent: Consent) -> None:
        showing.show_together(
            by=self.ana.actor,
            consents=[consents.own_consent(self.ana.actor, consent.code)],
            act="copy.opened",
            object_id=consent.pk,
            code=consent.code,
        )

    def changed_words_are_shown(self) -> None:
        item = self.said("Before.")
        before = self.consent_of(self.ana, self.asked(item, self.insurer))
        items.edit_item(
            by=self.fay,
            code=item.code,
            text="Now.",
            concerned=[self.ana.member.pk],
            seen_version=1,
            guard=self.guard(),
        )
        now = self.consent_of(self.ana, self.asked(item, self.insurer))
        showing.show_change(by=self.ana.actor, before=before, now=now)

    def something_is_asked_about_oneself(self) -> None:
        self.wish = privacy.ask_privacy(
            by=self.ana.actor, kind="correct", text="It was in spring.", once=uuid4()
        )

    def a_passkey_confirms(self) -> None:
        key, user = gets_a_passkey(self.ben.actor), user_of(self.ben.actor)
        scope = credentials.credential_scope(self.ben.actor)
        asked = accounts.begin_step_up(by=self.ben.actor, scope=scope)
        options, state = begin_answer(HOUSE, user)
        assert accounts.confirm_by_passkey(
            by=self.ben.actor,
            user=user,
            step_up_id=asked.pk,
            state=state,
            credential=key.answers(options),
            house=HOUSE,
        )

    def a_strange_passkey_is_refused(self) -> None:
        options, state = begin_answer(HOUSE)
        answer = SoftKey(handle=b"x" * 16).answers(options)
        with suppress(Refused):
            signing_in.sign_in_by_passkey(state=state, credential=answer, house=HOUSE)

    def a_strange_passkey_unlocks_nothing(self) -> None:
        user = user_of(self.dora.actor)
        locking.lock_stay(by=self.dora.actor)
        options, state = begin_answer(HOUSE)
        answer = SoftKey(handle=b"x" * 16).answers(options)
        assert not locking.unlock_by_passkey(
            by=self.dora.actor, user=user, state=state, credential=answer, house=HOUSE
        )

    def somebody_is_signed_in_elsewhere_too(self) -> None:
        sign_in(Client(), self.dora.actor)
        assert stays.end_other_stays(by=self.dora.actor) == 1

    def a_passkey_is_added(self) -> None:
        options, state = begin_passkey(user_of(self.otto), HOUSE)
        made = SoftKey().makes(options)
        new = made_passkey(user_of(self.otto), state, made, HOUSE, device="")
        credentials.add_passkey(by=self.otto, new=new, step_up_id=self.to_change())

    def somebody_is_invited(self) -> None:
        issued = accounts.create_staff(
            by=self.adam, practice=self.practice.pk, name="Nia New", roles=[Role.FACILITATOR]
        )
        self.invited = issued.user

    def a_recovery_is_asked(self) -> None:
        user = user_of(self.otto)
        self.waiting = recovery.ask_recovery(
            by=self.fay, user=user, step_up_id=proven(self.fay, recovery.ask_scope(user.pk))
        )

    def somebody_is_proposed(self) -> None:
        roles = [Role.ADMINISTRATOR]
        staffing.add_person(by=self.adam, name="Nia Novak", roles=roles, once=uuid4())
        [self.proposal] = open_proposals(self.practice.pk)

    def role_given(self, role: Role) -> None:
        newcomer = accounts.create_staff(
            by=self.adam, practice=self.practice.pk, name="Noa", roles=[Role.FACILITATOR]
        ).user
        staffing.end_role(by=self.adam, person=newcomer.pk, role=Role.FACILITATOR)
        step_up = self.stepped_up(self.adam, staffing.give_scope(newcomer.pk, role))
        staffing.give_role(by=self.adam, person=newcomer.pk, role=role, step_up_id=step_up)

    def somebody_else_agrees(self) -> None:
        [proposal] = open_proposals(self.practice.pk)
        second = accounts.create_staff(
            by=self.adam,
            practice=self.practice.pk,
            name="Ada",
            roles=[Role.ADMINISTRATOR],
            password=PASSWORD,
        ).user
        stay = accounts.note_sign_in(user=second, device="")
        ada = Actor(self.practice.pk, second.pk, Role.ADMINISTRATOR, stay.pk)
        step_up = self.stepped_up(ada, staffing.agree_scope(proposal))
        staffing.agree_to_role(by=ada, proposal_id=proposal.pk, step_up_id=step_up)

    def a_proposal_is_let_go(self) -> None:
        self.role_given(Role.SUPERVISOR)
        [proposal] = open_proposals(self.practice.pk)
        staffing.close_proposal(by=self.adam, proposal_id=proposal.pk)

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

    def a_yes_is_confirmed(self, consent: Consent) -> None:
        step_up = self.stepped_up(self.fay, confirming.confirm_scope(consent))
        confirming.confirm_in_person(by=self.fay, code=consent.code, step_up_id=step_up)

    def a_yes_is_held(self) -> None:
        self.held = self.grants(self.ana, self.asked(self.said("My brother reads my phone.")))
        holding.hold_consent(by=self.ana.actor, code=self.held.code)

    def a_hold_is_lifted(self) -> None:
        step_up = self.stepped_up(self.sue, holding.lift_scope(self.held))
        holding.lift_hold(by=self.sue, code=self.held.code, step_up_id=step_up)

    def a_change_is_seen(self) -> None:
        changes.note_change(self.cleo.actor.user, "stays.ended", waits=0)
        changes.dismiss_changes(by=self.cleo.actor)

    def a_freeze_is_lifted(self) -> None:
        frozen = Freeze.objects.earliest("pk")
        for one in (self.sue, self.adam):
            agrees_to_lift(one, frozen)

    def a_freeze_is_lifted_there(self) -> None:
        frozen = freezing.freeze(by=self.sue)
        for one in (self.sue, self.adam):
            freezing.lift_freeze_at_the_machine(by=one, freeze_id=frozen.pk)

    def a_feed_is_made(self) -> None:
        by = self.dora.actor
        given = {"language": "en", "step_up_id": proven(by, outside.feed_scope(by))}
        self.feed = outside.make_feed(by=by, **given)

    def the_feed_is_read(self) -> None:
        outside.read_feed(feed=live_feed(outside.hash_of(self.feed)))

    def a_code_by_mail_is_asked(self) -> None:
        by = self.dora.actor
        given = {"language": "en", "step_up_id": proven(by, mailing.mail_scope(by))}
        with self.settings(EMAIL_HOST="localhost"):
            mailing.ask_mail_code(by=by, address="dora@example.org", **given)

    def a_mail_is_sent(self) -> None:
        with self.settings(EMAIL_HOST="localhost", DEFAULT_FROM_EMAIL="post@example.org"):
            assert sending.send_waiting().mails == 1

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

    def a_release_is_made(self) -> None:
        self.released = self.releases(self.item)

    def a_link_is_made(self) -> None:
        self.made = self.linked(self.released)

    def opens_the_link(self) -> links.OpenedLink:
        return links.open_link(
            code=self.made.link.code, secret=self.made.secret, passcode=self.made.passcode
        )

    def a_recipient_belongs(self) -> None:
        self.providers = recipients.create_recipient(
            by=self.adam, name="Providers", address="", once=uuid4(), kind=Recipient.Kind.CLASS
        )
        recipients.show_class_member(
            by=self.adam, code=self.providers.code, recipient=self.clinic.code
        )


def test_a_service_module_that_nobody_lists_is_noticed():
    there = set()
    for app in BELOW_PAGES:
        folder = TREE / app
        there |= {f"{app}.services"} if (folder / "services.py").exists() else set()
        there |= {
            f"{app}.services.{file.stem}"
            for file in (folder / "services").glob("*.py")
            if file.stem != "__init__"
        }
    inner = {
        "vault.services",
        "consent.services.ledger",
        "consent.services.verdicts",
        "sessions_app.services.joining",
    }  # no act of a person: used by those that are
    there |= {"accounts.staffing"}
    assert there - inner == {module.__name__ for module in MODULES}
