"""What each form of the house may bring, by URL name: a field that is not named here is refused.

A page's row names its form classes and whatever its template adds to them. A
name that ends in a star stands for all that begin like it: the view looks at
the rest. Every page that takes a form has a row, be it an empty one; without
one it takes nothing. (T3: nobody sets what the house alone sets.)
"""

from collections.abc import Iterable

from django import forms

from pages.administrator.forms import (
    ClassMemberForm,
    HousePolicyForm,
    PersonForm,
    PulseQuestionsForm,
    RecipientForm,
)
from pages.facilitator.forms import (
    AgreementForm,
    AskForm,
    ContactForm,
    EndStintForm,
    FindForm,
    GroupForm,
    ItemForm,
    MemberForm,
    NewLinkForm,
    PaperForm,
    RedactForm,
    ReleaseForm,
    RepresentationForm,
    RosterFileForm,
    SessionForm,
    StandingForm,
    SummaryForm,
    TalkForm,
)
from pages.member.forms import BreachForm, EndForm, PrivacyForm, PulseForm, SignatureForm
from pages.recipient.forms import LinkForm
from pages.shared.attesting import REFUSED
from pages.shared.forms import (
    CodeForm,
    HouseForm,
    InvitationForm,
    NewPasswordForm,
    NewPinForm,
    PasswordAgainForm,
    PinInRoomForm,
    SignInNameForm,
    UnlockForm,
    WhyForm,
)
from pages.shared.keeping import KEEPER
from pages.shared.looks import BACK, CONFIRM, LookForm
from pages.shared.outside_forms import AddressForm, MailCodeForm, QuietForm
from pages.supervisor.forms import AnswerForm, BreachAnswerForm, CoverForm, NextForm

TOKEN = "csrfmiddlewaretoken"  # noqa: S105
Taken = tuple[str | type[forms.Form], ...]

WORDS: Taken = ("guard-*", KEEPER)
NOTES: Taken = ("text-*", "seen-*", "phrases-*", *WORDS)
CHOSEN: Taken = (ReleaseForm, "try")
PASSKEY = "credential"

TAKES: dict[str, Taken] = {
    "account_login": ("login", "password", "next", "carried"),
    "mfa_authenticate": (CodeForm,),
    "passkey_sign_in": (PASSKEY, "next", "carried"),
    "passkey_options": (),
    "invitation": (InvitationForm,),
    "invitation_way": (NewPasswordForm, PASSKEY),
    "account_logout": ("next",),
    "leave": (),
    "set_language": ("language", "next"),
    "step_up": (PasswordAgainForm, PASSKEY),
    "changes_seen": (),
    "change_way_in": (),
    "remove_way_in": (),
    "way_removed": (),
    "new_passkey": (PASSKEY,),
    "new_code_app": (CodeForm,),
    "new_recovery_codes": (),
    "new_password": (NewPasswordForm,),
    "new_pin": (NewPinForm,),
    "lock": ("next", "carried"),
    "unlock": (UnlockForm, PASSKEY, "next", "carried"),
    "unlock_options": (),
    "end_stay": (),
    "end_other_stays": (),
    "look_at_notice": (),
    "see_all_notices": (),
    "mail": (QuietForm,),
    "begin_mail": (),
    "new_mail": (AddressForm,),
    "mail_code": (MailCodeForm,),
    "end_mail": (),
    "begin_calendar": (),
    "new_calendar": (),
    "end_calendar": (),
    "pulse_answers": (PulseForm,),
    "pulse_questions": (PulseQuestionsForm,),
    "recoveries": (SignInNameForm,),
    "ask_recovery": (),
    "begin_confirm_recovery": (),
    "confirm_recovery": (),
    "freeze": (),
    "lift_freeze": (),
    "agree_to_lift": (),
    "open_link": (LinkForm, "again"),
    "new_group": (GroupForm,),
    "new_member": (MemberForm,),
    "import_roster": (RosterFileForm,),
    "add_roster": ("carried",),
    "close_group": (HouseForm,),
    "end_stint": (EndStintForm,),
    "invite_member": (),
    "contact": (WhyForm,),
    "change_contact": (ContactForm,),
    "find_person": (FindForm,),
    "new_session": (SessionForm,),
    "open_in_session": (),
    "mark_attendance": ("status-*", "seen-*", "was-*", "arrived-*"),
    "everybody_here": (),
    "notes": NOTES,
    "sign_notes": NOTES,
    "group_note": ("text", "once", "seen_version", *WORDS),
    "keep_draft": (ItemForm, *NOTES),
    "new_item": (ItemForm, "then_ask", *WORDS),
    "edit_item": (ItemForm, *WORDS),
    "open_item": (),
    "add_to_note": ("text", "once", "seen_version", *WORDS),
    "discard_item": (HouseForm,),
    "enter_in_error": (HouseForm,),
    "redact": (RedactForm, *WORDS),
    "change_redacted": (RedactForm, *WORDS),
    "second_look": (LookForm, CONFIRM, BACK, "compare"),
    "review_look": (LookForm, CONFIRM, BACK),
    "new_summary": (SummaryForm, "sign", *WORDS),
    "summary": (SummaryForm, "sign", *WORDS),
    "ask": (AskForm,),
    "confirm_yes": (),
    "confirm_in_room": (),
    "release": CHOSEN,
    "release_session": CHOSEN,
    "release_group": CHOSEN,
    "try_release": (),
    "try_session": (),
    "try_group": (),
    "release_confirm": ("once",),
    "release_session_confirm": ("once",),
    "release_group_confirm": ("once",),
    "open_package": (),
    "hand_over": ("received",),
    "new_link": (NewLinkForm,),
    "make_link": ("once",),
    "end_link": (),
    "allow": (EndForm,),
    "decline": (EndForm,),
    "sign_question": (SignatureForm,),
    "together": (EndForm, "answer-*"),
    "sign_together": (SignatureForm,),
    "take_everything_back": (),
    "my_data": (),
    "export_data": ("print",),
    "privacy_ask": (PrivacyForm,),
    "answer_request": (AnswerForm,),
    "read_words": (),
    "preview_own": (),
    "take_back": (),
    "say_pressured": (),
    "agreement": (SignatureForm,),
    "tell_breach": (BreachForm,),
    "own_breach": (),
    "room_pin": (PinInRoomForm,),
    "room_sign": (SignatureForm,),
    "room_decline": (),
    "room_leave": (),
    "represent_words": (),
    "represent_allow": (),
    "represent_sign": (SignatureForm,),
    "represent_no": (),
    "hand_for_consent": (),
    "paper": (PaperForm,),
    "paper_no": (),
    "drop_paper": (),
    "who_signs": (StandingForm,),
    "new_representation": (RepresentationForm,),
    "end_representation": (),
    "bar_representative": (),
    "new_agreement": (AgreementForm,),
    "note_talk": (TalkForm,),
    "hand_for_agreement": (),
    "read_breach": (),
    "supervised_breach": (BreachAnswerForm,),
    "supervised_standing": (StandingForm,),
    "correct_standing": (),
    "supervised_end": (),
    "supervised_bar": (),
    "begin_representation": (),
    "confirm_representation": (),
    "begin_paper": (),
    "confirm_paper": (REFUSED,),
    "looked_into": (),
    "pressured": (),
    "lift_hold": (),
    "new_cover": (CoverForm,),
    "end_cover": (),
    "choose_next": (NextForm,),
    "hand_over_group": (),
    "supervised_contact": (WhyForm,),
    "review_reading": ("in_order",),
    "switch_off": (),
    "invite_person": (),
    "end_stays": (SignInNameForm,),
    "stays_ended": (),
    "begin_back": (),
    "come_back": (),
    "begin_role": (),
    "give_role": (),
    "end_role": (),
    "begin_agreeing": (),
    "agree_to_role": (),
    "drop_proposal": (),
    "house_policy": (HousePolicyForm,),
    "new_person": (PersonForm,),
    "new_recipient": (RecipientForm,),
    "recipient_class": (ClassMemberForm,),
    "end_class_membership": (),
}


def is_taken(url_name: str, sent: Iterable[str]) -> bool:
    """Say whether a page takes every field that was sent to it."""
    names, beginnings = {TOKEN}, list[str]()
    for one in TAKES.get(url_name, ()):
        if not isinstance(one, str):
            names |= one.base_fields.keys()
        elif one.endswith("*"):
            beginnings.append(one[:-1])
        else:
            names.add(one)
    return all(name in names or name.startswith(tuple(beginnings)) for name in sent)
