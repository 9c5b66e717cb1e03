"""Codes of the domain as sentences for people: what happened, and how to mend it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.staffing import Why
from consent.kinds import Reason
from consent.models import PurposeOfUse, ReleasePurpose
from sessions_app.rules import Problem, Rejected

PROBLEMS: dict[Problem, Any] = {
    Problem.REQUIRED: _("Fill this in."),
    Problem.TOO_LONG: _("This is too long. Shorten it to 20,000 characters or fewer."),
    Problem.CANNOT_BE_KEPT: _(
        "There is a character in it that cannot be kept. Type the text again."
    ),
    Problem.SESSION_IN_THE_FUTURE: _(
        "This session has not begun yet. Give a start that has passed."
    ),
    Problem.ENDS_BEFORE_START: _("The session ends before it starts. Give a later end."),
    Problem.SAME_START: _(
        "A session of this group with this start is logged already. Check the day and the start."
    ),
    Problem.NOT_ON_THE_ROSTER: _(
        "The people in the group were others on that day. Look at the list once more."
    ),
    Problem.SPEAKER_NOT_THERE: _(
        "This person was not at the session. Choose somebody who was there, or mend the attendance."
    ),
    Problem.CHANGED_MEANWHILE: _(
        "Somebody else changed this meanwhile. Both texts are below. "
        "Take over what you need, then save again."
    ),
    Problem.AGREEMENT_OPEN: _(
        "Not everybody this item concerns has signed the group agreement. "
        "Ask them to sign it first; then you can send the question."
    ),
    Problem.PAST: _("Give a day from today on, and no later than the permission ends."),
    Problem.ENDS_TOO_EARLY: _("The permission would end before it starts. Give today or later."),
    Problem.NOT_LEADING_THEN: _(
        "You did not lead this group on that day, so you could not read it again. "
        "Ask whoever led it then."
    ),
    Problem.WIDER_NO: _(
        "This cannot be allowed here now, so nothing was allowed. "
        "If you want it, tell us when we meet."
    ),
    Problem.NOT_ALLOWED_HERE: _(
        "This cannot be allowed here any more. Nothing was allowed, and you need do nothing."
    ),
    Problem.ASKED_ALREADY: _(
        "The same question is open already. Wait until its day has passed; "
        "whoever said no, or took a yes back, can still change their mind there."
    ),
    Problem.DAY_TO_COME: _("Give today or a day before."),
    Problem.OWN_SUPERVISOR: _(
        "Whoever leads a group does not review its trail. Choose somebody else."
    ),
    Problem.GROUP_CLOSED: _("This group is closed. Nothing new is written in it."),
    Problem.NOTES_UNSIGNED: _(
        "Notes of this group are not signed yet. Sign them or take them out, then close the group."
    ),
    Problem.RHYTHM_INCOMPLETE: _(
        "Give the weekday, the start and the end, or leave all three empty."
    ),
    Problem.ONLY_THE_LATE_ARRIVE: _("Choose “Late” for somebody who came later."),
    Problem.OUTSIDE_THE_SESSION: _("Give a time within the session."),
    Problem.NOT_THERE: _(
        "This person was not at the session, so there is no note. Mend the attendance first."
    ),
    Problem.SIGNED_ALREADY: _(
        "This note is signed and stays as it is. "
        "Your text is below, and waits where you add to the note."
    ),
    Problem.NOT_SIGNED: _("Sign the note first. Only a signed one can be asked about."),
    Problem.ASKED_ABOUT: _(
        "Somebody was asked about this already, so it stays. Mark it as entered in error instead."
    ),
    Problem.STAYS_CONCERNED: _(
        "Somebody was asked about this meanwhile, so nobody can be taken off it. "
        "Leave somebody out instead, or mark it as entered in error and write it anew."
    ),
    Problem.FROZEN: _(
        "Nothing can leave the house at the moment, so nothing was done. "
        "Two people have to agree before it goes on. Try it again then."
    ),
    Problem.JUST_RECOVERED: _(
        "Your way to sign in was set up anew. For three days you can allow nothing new, "
        "in case it was not you. You can take back and say no at any time."
    ),
    Problem.OTHER_ROLE: _(
        "Somebody in your role has agreed already. Now somebody in another role has to."
    ),
    Problem.LONGER_THAN_THE_HOUSE: _(
        "This is longer than this practice allows. Give an earlier last day."
    ),
    Problem.OUT_OF_BOUNDS: _("Give a whole number within these bounds."),
    Problem.NAMES_SOMEBODY: _("Somebody else is named here. Say below what to do about it."),
    Problem.WHO_IS_MEANT: _("Say who or what is meant."),
    Problem.NOT_FEWER: _(
        "Leave at least one person out. For all of them there is the item itself."
    ),
    Problem.SPEAKER_LEFT_OUT: _(
        "Without the person who said it, keep one person only: nobody could be asked first."
    ),
    Problem.SAME_WORDS: _("These are the same words. Take out what concerns the others."),
    Problem.LOOK_WAITING: _(
        "A second person has not looked at these words yet. Ask once they have."
    ),
    Problem.REDACTED: _(
        "Another item was made from this one, so it stays. "
        "Take that one out first, or mark this one as entered in error."
    ),
    Problem.LEADS_ALREADY: _("This person leads the group on these days already."),
    Problem.REVIEWED_ALREADY: _("Somebody reviews this group already. Nothing was changed."),
    Problem.LEADS_NOT: _("This person has nothing of this group to hand over."),
    Problem.ON_HOLD: _("A legal hold stands on this. Nothing was erased."),
    Problem.ANOTHER_SIGNS: _(
        "For this, somebody who speaks for you has to sign. You can say no at any time."
    ),
    Problem.NEEDS_ANOTHER: _(
        "This could let more out than before. Somebody who reviews the group has to do it."
    ),
    Problem.NOT_BELIEVED: _(
        "What is recorded about who signs does not match its record, so nothing was done. "
        "Tell a supervisor."
    ),
    Problem.NO_PIN: _(
        "This member has no PIN yet, or your page was locked. "
        "They set a PIN on their own page, under their name."
    ),
    Problem.PAPER_TOO_OLD: _("This was before the question. Give the day on the paper."),
    Problem.THERE_LATER: _(
        "They were at a later session, or something of a later one concerns them. "
        "Give the day of the last of these, or a later day."
    ),
    Problem.THERE_ALREADY: _(
        "They were still in the group on that day. Give their last day in it, or a later day."
    ),
    Problem.PAPER_NOT_COUNTED: _(
        "This paper cannot be counted. Ask the member to answer online or in the room."
    ),
    Problem.NO_ADDRESS: _("Give an e-mail address such as name@example.org."),
    Problem.NOT_IN_THE_TEXT: _("Choose from the words as they are written down."),
    Problem.ONE_ITEM: _("Choose one item. Each emergency release is about one."),
    Problem.REVIEW_OVERDUE: _(
        "A release of yours waits for its review for more than three days. "
        "Ask your supervisor to review it first."
    ),
    Problem.REVIEW_WAITS: _(
        "You let words of this out without permission, and nobody has looked at that yet. "
        "Nothing was erased. Somebody else can erase it."
    ),
    Problem.NOT_READ: _("Read what went out first. It is open above now."),
    Problem.NO_WISH: _(
        "Write down what the client wants, or why you could not ask, before you close the case. "
        "All that you wrote is kept."
    ),
    Problem.STILL_OPEN: _(
        "A careful colleague would still ask some things. Answer them, or tick that you "
        "close the case with them open."
    ),
    Problem.NOT_PLAIN: _(
        "A plain case says what the facts are, and what code or law says. Write both first."
    ),
    Problem.ADMINISTRATION_FIRST: _(
        "Ask the administration first, and write down what came of it. Then an ethics body."
    ),
    Problem.NOT_WITH_THEM: _("This does not go together. Choose somebody else, or another way."),
    Problem.DAY_TO_LOOK: _("Give today or a later day."),
    Problem.NOT_IN_ROLE: _("This person is not in this role any more. Choose somebody else."),
    Problem.ON_IT_ALREADY: _("This person is on the case already."),
    Problem.CASE_CLOSED: _("This case is closed. Open it again to go on with it."),
    Problem.CASE_OPEN: _("This case is open. Close it first; then others can learn from it."),
    Problem.NO_SUCH_PERMISSION: _(
        "There is no permission with this code that you see agreed to now. "
        "Look at the code under Permissions, or say that nothing identifying was shared."
    ),
    Problem.LAST_ONE: _("This is the last line. Add another one first."),
    Problem.UNKNOWN: _("Choose one from the list."),
    Problem.CLOSED: _("This was sent already, or is closed. Nothing was done twice."),
}

FIELD_PROBLEMS: dict[tuple[str, Problem], Any] = {
    ("text", Problem.REQUIRED): _("Write down what was said."),
    ("speaker", Problem.REQUIRED): _("Choose who said it."),
    ("concerned", Problem.REQUIRED): _("Choose at least one person."),
    ("reference", Problem.REQUIRED): _("Give the reference on the paper."),
    ("reference", Problem.TOO_LONG): _("Give at most 60 characters."),
    ("reference", Problem.CLOSED): _("A paper of this member waits already for a second person."),
    ("evidence", Problem.REQUIRED): _("Say what shows it, in a few words."),
    ("evidence", Problem.TOO_LONG): _("Give at most 2,000 characters."),
    ("reason", Problem.REQUIRED): _("Say in a few words who can be recognised, and where."),
    ("attendance", Problem.CHANGED_MEANWHILE): _(
        "A colleague answered differently meanwhile. Look at both, then choose once more."
    ),
    ("what", Problem.REQUIRED): _("Write what is happening. Without a reason nothing goes."),
    ("can_prevent", Problem.REQUIRED): _(
        "Say how they can prevent it. Whoever cannot prevent the harm gets nothing on this ground."
    ),
    ("file_number", Problem.REQUIRED): _("Give the file number. Without it there is no order."),
    ("judge", Problem.REQUIRED): _("Give the name of the judge. Only a judge can order it."),
    ("ordered", Problem.REQUIRED): _("Write what the order names. Only that may go."),
    ("no_consent", Problem.REQUIRED): _("Write why you could not ask for permission first."),
    ("emergency", Problem.REQUIRED): _("Write what kind of emergency it is (42 CFR 2.51)."),
    ("facility", Problem.REQUIRED): _("Write at which facility they are (42 CFR 2.51)."),
    ("alone", Problem.REQUIRED): _("Write why minutes count."),
    ("wait", Problem.REQUIRED): _("Say why they are not told yet."),
    ("tell_by", Problem.REQUIRED): _("Give the day on which it comes back to you."),
    ("tell_by", Problem.PAST): _("Give a day after today."),
    ("tell_by", Problem.OUT_OF_BOUNDS): _("Give a day within a year."),
    ("words", Problem.REQUIRED): _("Say why, in a few words."),
    ("follow_up_on", Problem.PAST): _("Give today or a later day."),
    ("involved", Problem.REQUIRED): _("Choose at least one person."),
    ("address", Problem.REQUIRED): _("Give a telephone number or an address."),
    ("why", Problem.REQUIRED): _("Say why, in a few words."),
    ("says", Problem.REQUIRED): _("Write what the policy says."),
    ("says", Problem.TOO_LONG): _("Use at most 2,000 characters."),
    ("says", Problem.CHANGED_MEANWHILE): _(
        "Somebody else wrote a new version meanwhile. It is above. "
        "Take over what you need, then save again."
    ),
    ("title", Problem.REQUIRED): _("Say what it is about, in a few words."),
    ("title", Problem.TOO_LONG): _("Use at most 120 characters."),
    ("number", Problem.TOO_LONG): _("Give at most 40 characters."),
    ("effective_until", Problem.ENDS_BEFORE_START): _("Give a day on or after the first day."),
    ("relates_to", Problem.REQUIRED): _("Choose the code or law that it is compared with."),
    ("compared", Problem.REQUIRED): _("Say how much it protects beside that code or law."),
    ("name", Problem.CHANGED_MEANWHILE): _(
        "Somebody else changed this line meanwhile. Load the page again and look at it."
    ),
    ("call", Problem.REQUIRED): _("Give the number."),
    ("call", Problem.TOO_LONG): _("Give at most 40 characters."),
    ("how", Problem.TOO_LONG): _("Use at most 200 characters."),
    ("level", Problem.REQUIRED): _("Choose how great you judge the danger."),
    ("follow_up_on", Problem.OUT_OF_BOUNDS): _("Give a day within a year."),
    ("next_on", Problem.PAST): _("Give today or a later day."),
    ("next_on", Problem.OUT_OF_BOUNDS): _("Give a day within a year."),
    ("said", Problem.CLOSED): _(
        "There is a later talk. Write how it went on there, so that it stands together."
    ),
    ("plan", Problem.CHANGED_MEANWHILE): _(
        "A colleague wrote a new version meanwhile. It is above. "
        "Take over what you need, then save again."
    ),
    ("signs", Problem.REQUIRED): _("Fill in at least one part of the plan."),
    ("why", Problem.TOO_LONG): _("Give a reason of at most 2,000 characters."),
    ("contact", Problem.TOO_LONG): _("Give at most 400 characters."),
    ("since", Problem.PAST): _("Give today or a later day."),
    ("until", Problem.OUT_OF_BOUNDS): _("A cover lasts a year at most. Give an earlier day."),
    ("until", Problem.ENDS_BEFORE_START): _("Give a day on or after the first day."),
    ("last_day", Problem.PAST): _(
        "Give a day from today on, and no later than you were asked for."
    ),
    ("facts", Problem.REQUIRED): _("Write what you know."),
    ("option", Problem.REQUIRED): _("Write what you could do."),
    ("choice", Problem.REQUIRED): _("Write what you choose."),
    ("rationale", Problem.REQUIRED): _("Say why this, and not the others."),
    ("action", Problem.REQUIRED): _("Say in your words what you do."),
    ("answer", Problem.REQUIRED): _("Write an answer."),
    ("said", Problem.TOO_LONG): _("Use at most 2,000 characters."),
    ("answer", Problem.TOO_LONG): _("Give an answer of at most 2,000 characters."),
    ("address", Problem.TOO_LONG): _("Give an e-mail address of at most 254 characters."),
    ("address", Problem.CLOSED): _("This practice sends no mail."),
    ("begins", Problem.REQUIRED): _("Give both times, or leave both empty."),
    ("ends", Problem.REQUIRED): _("Give both times, or leave both empty."),
    ("name", Problem.REQUIRED): _("Give a name."),
    ("signature", Problem.REQUIRED): _("Type your name to sign."),
    ("purpose", Problem.REQUIRED): _("Choose a reason."),
    ("name", Problem.TOO_LONG): _("Give a name of at most 120 characters."),
    ("dilemma", Problem.REQUIRED): _("Choose what kind of dilemma it is."),
    ("source", Problem.TOO_LONG): _("Give at most 200 characters."),
    ("rule", Problem.TOO_LONG): _("Give at most 200 characters."),
    ("edition", Problem.TOO_LONG): _("Give at most 200 characters."),
    ("source", Problem.REQUIRED): _("Say which code or law it is."),
    ("rule", Problem.REQUIRED): _("Say which rule of it."),
    ("wish", Problem.REQUIRED): _("Say what they want, or why you could not ask."),
    ("on", Problem.REQUIRED): _("Give a day."),
    ("on", Problem.OUT_OF_BOUNDS): _("Give a day within three years."),
    ("whom", Problem.REQUIRED): _("Choose with whom."),
    ("gains", Problem.REQUIRED): _("Fill in at least one of the three."),
    ("consent", Problem.UNKNOWN): _("A permission goes with a referral. Leave this empty."),
    ("because", Problem.REQUIRED): _("Say why you open it again, in a few words."),
    ("signature", Problem.TOO_LONG): _("Type a name of at most 120 characters."),
}


def first_sentence(rejected: Rejected) -> str:
    """Return what is wrong first, for a page that has no field to say it beside."""
    return str(sentence(*next(iter(rejected.problems.items()))))


def sentence(field: str, problem: Problem) -> Any:
    """Return the sentence for a problem of one field."""
    return FIELD_PROBLEMS.get((field, problem), PROBLEMS[problem])


PURPOSES = dict(PurposeOfUse.choices)
# The same reasons to whom the words concern without being the one who said them.
OTHERS_PURPOSES: dict[str, Any] = {
    PurposeOfUse.TREAT: _("To help plan the care of whoever said it"),
    PurposeOfUse.COC: _("So that the people who care for whoever said it can work together"),
    PurposeOfUse.HPAYMT: _("So that the insurance of whoever said it can pay for the care"),
}
# The same reasons as staff and recipients read them.
STAFF_PURPOSES: dict[str, Any] = {
    PurposeOfUse.TREAT: _("To plan treatment"),
    PurposeOfUse.COC: _("To coordinate care"),
    PurposeOfUse.HPAYMT: _("For payment by an insurance"),
}

# Everything something can go out for; the last two on an override alone, and no form offers them.
OUT_FOR: dict[str, Any] = {
    **STAFF_PURPOSES,
    ReleasePurpose.BTG: _("To prevent harm"),
    ReleasePurpose.HLEGAL: _("Because the law asks for it"),
}

ACTS: dict[str, Any] = {
    "practice.created": _("Practice made"),
    "staff.created": _("Person added"),
    "staff.deactivated": _("Account closed"),
    "staff.taken_back": _("Account opened again"),
    "role.proposed": _("Role proposed"),
    "role.granted": _("Role given"),
    "role.dropped": _("Proposal of a role let go"),
    "role.ended": _("Role ended"),
    "sign_in.begun": _("Signed in"),
    "sign_in.ended": _("Signed out"),
    "sign_in.failed": _("Sign-in failed"),
    "sign_in.locked": _("Page locked"),
    "sign_in.unlocked": _("Page unlocked"),
    "unlock.failed": _("Not unlocked"),
    "stay.ended": _("Sign-in ended from elsewhere"),
    "second_step.passed": _("Second step taken"),
    "second_step.failed": _("Wrong code for the second step"),
    "step_up.asked": _("Asked to prove who it is"),
    "step_up.confirmed": _("Proved again who it is"),
    "step_up.failed": _("Wrong password, code or passkey"),
    "step_up.refused": _("Proof not accepted"),
    "changes.seen": _("Saw that a way in was changed"),
    "stays.ended": _("All stays of a person ended"),
    "password.changed": _("Password changed"),
    "pin.set": _("PIN set"),
    "passkey.added": _("Passkey added"),
    "passkey.removed": _("Passkey removed"),
    "code_app.added": _("Code app set up"),
    "code_app.removed": _("Code app removed"),
    "recovery_codes.made": _("Recovery codes made"),
    "invitation.made": _("One-time code made"),
    "invitation.used": _("Came in with a one-time code"),
    "invitation.refused": _("One-time code not accepted"),
    "recovery.asked": _("Asked to let somebody in anew"),
    "recovery.confirmed": _("Agreed to let somebody in anew"),
    "grant.held": _("Not allowed so soon after a new way in"),
    "mail.code_asked": _("Asked for a code by mail"),
    "mail.code_refused": _("Code by mail not accepted"),
    "mail.set": _("Mail for notices switched on"),
    "mail.ended": _("Mail for notices switched off"),
    "mail.hours_set": _("Hours without mail set"),
    "machine.mail": _("Address read to send a mail"),
    "calendar.made": _("Address for a calendar made"),
    "calendar.ended": _("Address for a calendar ended"),
    "calendar.read": _("Calendar read by its address"),
    "pulse.worded": _("Questions after a session worded"),
    "name.own": _("Own name shown"),
    "group.created": _("Group made"),
    "groups.listed": _("Group names shown"),
    "facilitation.begun": _("Facilitator added"),
    "facilitation.covered": _("Cover set"),
    "facilitation.ended": _("Leading of a group ended"),
    "group.handed_over": _("Group handed over"),
    "contact.written": _("Emergency contact written down"),
    "contact.opened": _("Emergency contact read"),
    "contact.looked_into": _("Reason for reading a contact read"),
    "contact.reviewed": _("Reading of a contact reviewed"),
    "erasure.begun": _("Erasing begun"),
    "erasure.finished": _("Erased: the keys are gone"),
    "hold.placed": _("Legal hold placed"),
    "hold.lift_asked": _("Lifting of a legal hold asked for"),
    "hold.lifted": _("Legal hold lifted"),
    "supervision.begun": _("Supervisor assigned"),
    "member.added": _("Member added"),
    "roster.imported": _("Members added from a file"),
    "roster.opened": _("Names of a group shown"),
    "machine.roster": _("Names compared with a file"),
    "machine.search": _("Names searched"),
    "agreement.signed": _("Agreement signed"),
    "agreement.written": _("New version of the agreement"),
    "agreement.spoken_of": _("Agreement spoken of in the room"),
    "breach.reported": _("A member told of a breach"),
    "breach.opened": _("Report of a breach read"),
    "breach.answered": _("Report of a breach answered"),
    "standing.recorded": _("Recorded who signs for a member"),
    "representation.recorded": _("Recorded who speaks for a member"),
    "representation.confirmed": _("Confirmed who speaks for a member"),
    "representation.ended": _("Somebody speaks for a member no more"),
    "representation.barred": _("Somebody barred from speaking for a member"),
    "paper.attested": _("Signed paper entered"),
    "paper.opened": _("Signed paper looked at"),
    "paper.confirmed": _("Signed paper attested by a second person"),
    "paper.dropped": _("Signed paper let go"),
    "room.handed_over": _("Device handed over in the room"),
    "room.proved": _("Showed in the room who it is"),
    "room.failed": _("Wrong PIN in the room"),
    "room.left": _("Device given back without an answer"),
    "membership.begun": _("Another stay in a group begun"),
    "membership.continued": _("Stay in the group goes on"),
    "membership.ended": _("Stay in the group ended"),
    "group.closed": _("Group closed"),
    "session.logged": _("Session logged"),
    "attendance.marked": _("Attendance marked"),
    "item.recorded": _("Item recorded"),
    "item.edited": _("Item changed"),
    "item.opened": _("Item opened"),
    "item.discarded": _("Item taken out before anybody was asked"),
    "item.voided": _("Item entered in error"),
    "item.redacted": _("Item made from another, about fewer"),
    "second_look.opened": _("Opened for a second look"),
    "item.second_look": _("Second look taken"),
    "item.sent_back": _("Sent back after a second look"),
    "group_note.written": _("Group note written"),
    "group_note.signed": _("Group note signed"),
    "group_note.added_to": _("Group note added to"),
    "note.written": _("Progress note written"),
    "note.signed": _("Progress note signed"),
    "note.added_to": _("Progress note added to"),
    "summary.written": _("Summary written"),
    "summary.signed": _("Summary signed"),
    "summary.added_to": _("Summary added to"),
    "notes.opened": _("Notes of a session opened"),
    "draft.kept": _("Draft kept"),
    "draft.dropped": _("Draft dropped"),
    "machine.name_guard": _("Names read by the name guard"),
    "recipient.added": _("Recipient added"),
    "class.shown": _("Recipient shown to belong to a group"),
    "class.ended": _("Recipient belongs to a group no more"),
    "recipients.listed": _("Recipients shown"),
    "consent.asked": _("Asked"),
    "question.opened": _("Question read"),
    "question.previewed": _("Own letter tried out"),
    "copy.opened": _("Own copy of a permission shown"),
    "accounting.opened": _("Own list of what left the house shown"),
    "data.exported": _("Own data taken along"),
    "privacy.asked": _("A member asked about their record"),
    "privacy.opened": _("A member’s request read"),
    "privacy.answered": _("A member’s request answered"),
    "consent.granted": _("Allowed"),
    "consent.declined": _("Not allowed"),
    "consent.revoked": _("Taken back"),
    "consent.held": _("A member was pressured into a yes"),
    "consent.expired": _("Permission came to its end"),
    "consent.superseded": _("Permission ended, the words are others now"),
    "alarm.forged": _("A permission does not match its record"),
    "alarm.access": _("A right to open or release does not match the record"),
    "alarm.closed": _("Alarm looked into"),
    "release": _("Release"),
    "release.previewed": _("Release tried out"),
    "release.opened": _("Release opened"),
    "release.handed_over": _("Release handed over"),
    "override.requested": _("Emergency release asked for"),
    "override.opened": _("Emergency release looked at"),
    "override.approved": _("Emergency release agreed to by a second person"),
    "override.declined": _("Emergency release not agreed to"),
    "override.dropped": _("Emergency release let go"),
    "override.released": _("Released without consent"),
    "override.read": _("A member read what went out without consent"),
    "override.told": _("Member told of a release without consent"),
    "override.waits": _("Member not told yet, and why"),
    "review.opened": _("Released words read for a review"),
    "review.closed": _("Review of a release ended"),
    "link.made": _("Link made"),
    "link.opened": _("Release opened by link"),
    "link.tried": _("Wrong passcode for a link"),
    "link.ended": _("Link ended"),
    "home.opened": _("Own page shown"),
    "who_saw.opened": _("Who saw what looked at"),
    "desk.opened": _("Desk looked at"),
    "staff.listed": _("Staff names shown"),
    "trail.viewed": _("Trail looked at"),
    "door.closed": _("Closed door"),
    "consent.unheld": _("Confirmed in the room"),
    "house.frozen": _("House frozen"),
    "house.lift_agreed": _("Agreed to lift the freeze"),
    "house.unfrozen": _("Freeze lifted"),
    "house.policy_set": _("House rules set"),
    "case.begun": _("Ethics case opened"),
    "cases.listed": _("Titles of ethics cases shown"),
    "case.opened": _("Ethics case read"),
    "case.written": _("Entry written in an ethics case"),
    "case.closed": _("Ethics case closed"),
    "case.reopened": _("Ethics case opened again"),
    "case.invited": _("Somebody asked onto an ethics case"),
    "case.invitation_ended": _("Somebody taken off an ethics case"),
    "case.shared": _("Words without identity shared from an ethics case"),
    "case.share_ended": _("Words of an ethics case shared no more"),
    "case.member_forgotten": _("Reference to an erased member taken off an ethics case"),
    "lesson.opened": _("Read what a closed case teaches"),
    "demo.loaded": _("Demo loaded"),
    "library.loaded": _("Library filled"),
    "library.confirmed": _("Entry of the library looked up"),
    "policy.added": _("Policy added to the library"),
    "policy.changed": _("New version of a policy"),
    "crisis.added": _("Line to call added"),
    "crisis.changed": _("Line to call changed"),
    "crisis.removed": _("Line to call taken off"),
    "risk.recorded": _("Talk about danger to a life written down"),
    "risk.opened": _("Talk about danger to a life read"),
    "risk.followed_up": _("Went on after danger to a life"),
    "safety_plan.written": _("Safety plan written"),
    "safety_plan.opened": _("Safety plan read"),
}

# How somebody signs in was changed, as that person is told.
CHANGES: dict[str, Any] = {
    "password.changed": _("Your password was changed"),
    "pin.set": _("Your PIN was set"),
    "passkey.added": _("A passkey was added"),
    "passkey.removed": _("A passkey was removed"),
    "code_app.added": _("A code app was set up"),
    "code_app.removed": _("A code app was removed"),
    "recovery_codes.made": _("New recovery codes were made"),
    "recovery.confirmed": _("Two people of the practice agreed to let you in anew"),
    "invitation.used": _("Somebody came in with a one-time code and chose a new way to sign in"),
    "staff.taken_back": _("Your account was opened again"),
    "stays.ended": _("The practice signed you out everywhere"),
}

# Why a role was not given or ended, or an account not closed.
ROLE_REFUSALS: dict[Why, Any] = {
    Why.HELD: _("That is so already. Nothing was changed."),
    Why.ONE_ROLE: _(
        "One account holds one role. Several are for practices that are declared small."
    ),
    Why.COLLEAGUE_ALONE: _("An outside colleague holds no other role."),
    Why.ONESELF: _("This needs somebody else. Nobody agrees to their own proposal."),
    Why.LAST_ADMINISTRATOR: _(
        "This is the last administrator. Give the role to somebody else first."
    ),
    Why.OVER: _("This proposal is closed, or older than 14 days. Propose it anew."),
    Why.OFF: _("This account is closed. Open it again first."),
}

# What a supervisor does about an open alarm.
ALARMS: dict[str, Any] = {
    "alarm.forged": _(
        "Nothing was let out on it. Somebody may have changed the database by hand. "
        "Ask whoever runs this house, and let them run manage.py verify_audit."
    ),
    "consent.held": _(
        "Nothing goes out on it. Talk with this member alone. Whoever asked does not know: "
        "to them it looks taken back."
    ),
    "alarm.access": _(
        "Nothing is let out by such a right alone. Somebody may have changed the database by hand. "
        "Ask whoever runs this house, and let them run manage.py check_access."
    ),
}

# Why an item would stay, as its asker may see it: from `consent.seen` alone, never a true reason.
WHY_IT_STAYS: dict[Reason, Any] = {
    Reason.AGREEMENT_OPEN: _("Somebody it concerns has not signed the group agreement."),
    Reason.ENTERED_IN_ERROR: _("It was entered in error."),
    Reason.EXPIRED: _("A permission has ended."),
    Reason.FROZEN: _("Nothing leaves this practice now."),
    Reason.GROUP_NOTE: _("A group note has no way out."),
    Reason.HOUSE_POLICY: _("A rule of your practice asks for more."),
    Reason.NOT_PERMITTED: _("You may not release it."),
    Reason.NOT_SHOWABLE: _("Whoever spoke has not said yes. The others are asked after that."),
    Reason.NOT_YET_EFFECTIVE: _("A permission has not begun yet."),
    Reason.NO_CONSENT: _("A permission is missing."),
    Reason.OUTSIDER: _("Somebody outside the group can be recognised in it."),
    Reason.PURPOSE_MISMATCH: _("It is allowed for another reason."),
    Reason.RECIPIENT_MISMATCH: _("It is allowed for another recipient."),
    Reason.REDACTION_UNCHECKED: _("Nobody else has read it over yet."),
    Reason.REVOKED: _("A permission was taken back."),
    Reason.SUBJECTS_NOT_RESOLVED: _("It is not written down whom it concerns."),
    Reason.SUBJECT_CONSENT_MISSING: _("Not everybody it concerns allows it."),
    Reason.UNREADABLE: _("A permission cannot be read. Tell your supervisor."),
    Reason.VERSION_CHANGED: _("The words were changed after they were allowed."),
}
SOMETHING_MISSING = _("Something that it needs is not in place.")
# Why it stayed, as the trail has it, for a supervisor who may know it.
WHY_IT_WAS_KEPT: dict[str, Any] = {
    **{str(reason): words for reason, words in WHY_IT_STAYS.items()},
    Reason.COMPOUND: _("A permission was joined with another one."),
    Reason.CONDITIONED: _("Something was made to depend on a permission."),
    Reason.EXPIRED_EVENT: _("A permission has ended."),
    Reason.ITEM_NOT_COVERED: _("A permission is for other words."),
    Reason.MAY_NOT_READ: _("Whoever tried may not read it."),
    Reason.NOT_PERMITTED: _("Whoever tried may not release it."),
    Reason.REAFFIRM_REQUIRED: _("A permission has to be given once more."),
    Reason.RECORD_UNAVAILABLE: _("This record is not there any more."),
    Reason.REFUSED: _("Somebody it concerns said no."),
    Reason.SECOND_SIGNATURE_MISSING: _("A second signature is missing."),
    Reason.SIGNER_NOT_AUTHORIZED: _("Whoever signed may not sign it."),
    Reason.SUBJECT_DECEASED: _("Somebody it concerns has died."),
    Reason.UNREADABLE: _("A permission does not match its record."),
}
