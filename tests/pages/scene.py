"""One scene with something on every page, and the list of all pages: who may enter, how, where."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction

from accounts.models import Role
from accounts.queries import open_proposals, ways_in_of
from accounts.services import begin_step_up
from accounts.services.credentials import credential_scope
from accounts.services.outside import feed_scope, make_feed
from accounts.services.recovery import ask_recovery, ask_scope, confirm_scope_of
from accounts.staffing import add_person, stays_scope
from consent.models import Consent, Notice, Recipient
from consent.services.alarms import FORGED, raise_alarm
from consent.services.asking import ask_consent
from consent.services.confirming import confirm_scope
from consent.services.deciding import grant_scope
from consent.services.deciding_for import grant_for_scope
from consent.services.exporting import export_scope
from consent.services.freezing import freeze
from consent.services.holding import hold_consent, lift_scope
from consent.services.leading import set_cover
from consent.services.links import link_scope
from consent.services.papers import attest_paper, paper_scope
from consent.services.privacy import answer_privacy, ask_privacy
from consent.services.recipients import show_class_member
from consent.services.release import Withheld, hand_over, release_scope
from consent.services.representing import represent_scope
from consent.services.together import together_scope
from sessions_app import queries as sessions
from sessions_app.models import ContactReading
from sessions_app.services.agreements import report_breach
from sessions_app.services.contacts import read_contact, write_contact
from sessions_app.services.groups import add_member
from sessions_app.services.items import record_item
from sessions_app.services.redacting import edit_redacted_item
from tests.cast import (
    PASSWORD,
    Cast,
    CastMember,
    agrees_to_lift,
    proven,
    recipient,
    signed_in_as,
    staff,
    user_of,
)
from tests.speaking_for import SpeakingFor

STAFF = {"fay", "cody", "otto", "sue", "adam", "zoe", "uma"}
MEMBERS = {"ana", "ben", "cleo", "dora", "zed"}
PEOPLE = STAFF | MEMBERS | {"paula"}
LEADERS = {"fay", "cody"}
FACILITATORS = {"fay", "cody", "otto", "zoe"}


class Scene(SpeakingFor, Cast):
    """Ana's item is allowed, released and handed over; one about Ben waits; one was withheld.

    Of the whole group Ana's item went to the clinic, of the session nothing to the insurer.
    An alarm about Ana's permission is open. Mia is a minor, and Paula speaks for her;
    Petra waits to be confirmed. A paper of Ana waits for a second person, and she
    told that something left the room.
    """

    def play(self) -> None:
        super().play()
        [fays] = ways_in_of(user_of(self.fay))
        self.fays_code_app = fays.pk
        self.recovery = ask_recovery(
            by=self.fay,
            user=user_of(self.cleo.actor),
            step_up_id=self.stepped_up(self.fay, ask_scope(self.cleo.actor.user)),
        )
        self.fays_step_up = begin_step_up(by=self.fay, scope=credential_scope(self.fay))
        self.adams_step_up = begin_step_up(by=self.adam, scope=credential_scope(self.adam))
        self.anas_step_up = begin_step_up(by=self.ana.actor, scope=credential_scope(self.ana.actor))
        self.ask_step_up = begin_step_up(by=self.fay, scope=ask_scope(self.ben.actor.user))
        self.confirm_step_up = begin_step_up(by=self.cody, scope=confirm_scope_of(self.recovery))
        self.stays_step_up = begin_step_up(by=self.adam, scope=stays_scope(self.ben.actor.user))
        self.lifted = freeze(by=self.sue)
        for one in (self.sue, self.adam):
            agrees_to_lift(one, self.lifted)
        self.uma = staff(self.practice, "Uma Ullrich", Role.OUTSIDE_COLLEAGUE)
        self.nia = add_person(
            by=self.adam, name="Nia Novak", roles=[Role.SUPERVISOR], once=uuid4()
        ).user
        [self.proposal] = open_proposals(self.practice.pk)
        tomorrow = self.today + timedelta(days=1)
        self.cover = set_cover(
            by=self.sue,
            code=self.group.code,
            user=user_of(self.otto),
            since=tomorrow,
            until=tomorrow,
            once=uuid4(),
        )
        of_ana = {"by": self.fay, "group": self.group, "member_code": self.ana.member.code}
        write_contact(**of_ana, contact="Bruno, brother, 555-0139")
        read_contact(**of_ana, why="She did not come home.")
        [self.reading] = ContactReading.objects.all()
        self.alone = self.said("I slept through the night three times this week.")
        self.alone_request = self.asked(self.alone)
        self.alone_consent = self.grants(self.ana, self.alone_request)
        self.released = self.releases(self.alone)
        hand_over(by=self.fay, code=self.released.code)
        self.link = self.linked(self.released).link
        pressured = self.said("My brother reads my phone.")
        self.pressured_yes = self.grants(self.ana, self.asked(pressured))
        hold_consent(by=self.ana.actor, code=self.pressured_yes.code)
        self.lift_step_up = begin_step_up(by=self.sue, scope=lift_scope(self.pressured_yes))
        self.providers = recipient(self.adam, "Ana’s care team", Recipient.Kind.CLASS)
        show_class_member(by=self.adam, code=self.providers.code, recipient=self.clinic.code)
        self.shared = self.said("Ben waited until my light went on.", self.ana, self.ben)
        self.shared_request = self.asked(self.shared, self.insurer)
        self.question = self.consent_of(self.ana, self.shared_request)
        try:
            self.releases(self.shared, self.insurer)
        except Withheld as withheld:
            self.refused = withheld.release
        with transaction.atomic():
            raise_alarm(
                by=self.fay,
                act=FORGED,
                object_id=self.alone_consent.pk,
                code=self.alone_consent.code,
                group=self.group.pk,
            )
        self.alarm = self.last_entry()
        self.waiting_for_cody = self.redacted(self.shared, "Somebody waited for me.")
        self.waiting_for_sue = self.made_by_both()
        self.summary = self.summary_about(self.ana, "Came back to work.")
        self.nothing_asked = self.said("A draft that nobody was asked about.")
        self.noted = self.note_about(self.ana, "Was calm.")
        self.signed_note = self.note_about(self.cleo, "Spoke of work.", sign=True)
        self.second_session = self.held(
            self.fay, self.group, present=[self.ana, self.ben, self.cleo], days_ago=10
        )
        self.write_group_note(self.second_session, "Trust was the theme.")
        self.released_group = self.releases_group()
        try:
            self.releases_session(to=self.insurer)
        except Withheld as withheld:
            self.refused_session = withheld.release
        [self.stint] = sessions.own_memberships(self.ana.actor)
        [self.unsigned_stint] = sessions.own_memberships(self.cleo.actor)
        self.grant_step_up = begin_step_up(by=self.ana.actor, scope=grant_scope(self.question))
        self.members_own_things()
        own = sessions.own_item(self.fay, self.alone.code)
        self.anas_notice = Notice.objects.filter(person=self.ana.actor.user).latest("pk")
        self.five_in_another_group()
        self.link_step_up = begin_step_up(by=self.fay, scope=link_scope(self.released))
        self.room_step_up = begin_step_up(by=self.fay, scope=confirm_scope(self.alone_consent))
        self.release_step_up = begin_step_up(
            by=self.fay, scope=release_scope(own, self.clinic, "TREAT")
        )
        self.play_grounds()

    def play_grounds(self) -> None:
        self.mia = self.joined_today("Mia Moss")
        self.todays_session = self.held(
            self.fay,
            self.group,
            present=[self.mia],
            absent=[self.ana, self.ben, self.cleo],
            days_ago=0,
        )
        self.minor(self.mia)
        self.paula = self.speaks_for(self.mia, "Paula Moss")
        hers = record_item(
            by=self.fay,
            session=self.todays_session,
            speaker=self.mia.member.pk,
            concerned=[],
            text="I stayed until the end.",
            once=uuid4(),
            guard=self.guard(self.todays_session),
        )
        self.hers_request = self.asked(hers)
        self.hers = self.consent_of(self.mia, self.hers_request)
        self.paulas_step_up = begin_step_up(by=self.paula, scope=grant_for_scope(self.hers))
        self.petras, _ = self.recorded(self.mia, "Petra Moss")
        self.sues_step_up = begin_step_up(by=self.sue, scope=represent_scope(self.petras))
        self.paper = attest_paper(
            by=self.fay,
            code=self.question.code,
            reference="F-2026-17",
            signed_on=self.today,
            once=uuid4(),
        )
        self.codys_step_up = begin_step_up(by=self.cody, scope=paper_scope(self.paper))
        self.breach = report_breach(
            by=self.ana.actor,
            membership_id=self.stint.pk,
            text="Somebody spoke of our group at work.",
            tell_leaders=True,
            once=uuid4(),
        )

    def joined_today(self, name: str) -> CastMember:
        added = add_member(
            by=self.fay,
            group=self.group,
            name=name,
            since=self.today,
            once=uuid4(),
            password=PASSWORD,
        )
        member = CastMember(added.member, signed_in_as(added.issued.user, "member"), name)
        self.signs(member)
        return member

    def members_own_things(self) -> None:
        """One question about two items waits for Ana; of what she asked one is answered."""
        self.both = [self.said("The train was late again."), self.said("I walked home in rain.")]
        self.both_request = ask_consent(
            by=self.fay,
            codes=[one.code for one in self.both],
            recipient=self.clinic,
            purposes=["COC"],
            expires_on=self.today + timedelta(days=90),
            answer_by=self.today + timedelta(days=14),
            once=uuid4(),
        )
        asked = Consent.objects.filter(request=self.both_request, member=self.ana.member)
        self.of_both = list(asked.order_by("pk"))
        ana = self.ana.actor
        self.both_step_up = begin_step_up(by=ana, scope=together_scope(self.of_both))
        self.export_step_up = begin_step_up(by=ana, scope=export_scope(ana))
        self.wish, self.answered_wish = (
            ask_privacy(by=ana, kind=kind, text=text, once=uuid4())
            for kind, text in (
                ("correct", "It was in spring, and not in May."),
                ("question", "Who keeps the notes when I leave?"),
            )
        )
        answer_privacy(
            by=self.sue, code=self.answered_wish.code, text="The practice does.", agrees=None
        )

    def made_by_both(self) -> Any:
        """Fay and Cody both had a hand in it, so a supervisor looks."""
        item = self.redacted(self.shared, "Somebody waited.")
        return edit_redacted_item(
            by=self.cody,
            code=item.code,
            seen_version=1,
            concerned=[self.ana.member.pk],
            text="There was a light.",
            guard=self.guard(),
        )

    def five_in_another_group(self) -> None:
        """Dora's group is large enough to be asked how it goes; its newest member has a feed."""
        self.newcomers = [self.join(self.otto, self.other_group, f"Newcomer {n}") for n in range(4)]
        self.large_session = self.held(
            self.otto, self.other_group, present=[self.dora, *self.newcomers], days_ago=2
        )
        newest = self.newcomers[-1].actor
        proof = proven(newest, feed_scope(newest))
        self.feed = make_feed(by=newest, language="en", step_up_id=proof)

    def actor_named(self, name: str) -> Any:
        someone = getattr(self, name)
        return getattr(someone, "actor", someone)


@dataclass(frozen=True)
class PageOf:
    """One address: its URL name, who finds it, how it is asked for, and where it is."""

    url_name: str
    who: frozenset[str]
    path: Callable[[Any], str]
    method: str = "GET"
    axe: str = ""  # who looks at it in the accessibility test; empty: nothing to look at


def _page(
    url_name: str, who: set[str], path: Any, method: str = "GET", axe: str | None = None
) -> PageOf:
    where = path if callable(path) else (lambda _scene: path)
    shown = axe if axe is not None else (sorted(who)[0] if who and method == "GET" else "")
    return PageOf(url_name, frozenset(who), where, method, shown)


EVERY_PAGE = [
    _page("home", PEOPLE, "/", axe=""),
    _page("account_login", PEOPLE, "/sign-in/", axe="visitor"),
    _page("account_logout", PEOPLE, "/sign-out/", axe="fay"),
    _page("leave", PEOPLE, "/leave/", "POST"),
    _page("set_language", PEOPLE, "/language/", "POST"),
    _page("you", PEOPLE, "/you/", axe="ana"),
    _page("lock", PEOPLE, "/lock/", "POST"),
    _page("unlock", PEOPLE, "/unlock/", "POST"),
    _page("unlock_options", PEOPLE, "/unlock/options/", "POST"),
    _page("changes_seen", PEOPLE, "/you/changes/seen/", "POST"),
    _page("stays", PEOPLE, "/you/stays/", axe="ana"),
    _page("notices", PEOPLE, "/you/notices/", axe="ana"),
    _page("look_at_notice", {"ana"}, lambda s: f"/you/notices/{s.anas_notice.pk}/", "POST"),
    _page("see_all_notices", PEOPLE, "/you/notices/seen/", "POST"),
    _page("mail", PEOPLE, "/you/mail/", axe="ana"),
    _page("begin_mail", PEOPLE, "/you/mail/begin/", "POST"),
    _page("new_mail", {"ana"}, lambda s: f"/you/mail/{s.anas_step_up.pk}/", axe="ana"),
    _page("mail_code", PEOPLE, "/you/mail/code/", axe="ana"),
    _page("end_mail", PEOPLE, "/you/mail/end/", "POST"),
    _page("calendar", MEMBERS | FACILITATORS, "/you/calendar/", axe="ana"),
    _page("begin_calendar", MEMBERS | FACILITATORS, "/you/calendar/begin/", "POST"),
    _page("new_calendar", {"ana"}, lambda s: f"/you/calendar/{s.anas_step_up.pk}/", axe="ana"),
    _page("end_calendar", PEOPLE, "/you/calendar/end/", "POST"),
    _page("calendar_feed", PEOPLE, lambda s: f"/calendar/{s.feed}.ics", axe=""),
    _page("end_stay", {"ana"}, lambda s: f"/you/stays/{s.ana.actor.sign_in}/end/", "POST"),
    _page("end_other_stays", PEOPLE, "/you/stays/others/end/", "POST"),
    _page("mfa_authenticate", PEOPLE, "/sign-in/code/", axe=""),
    _page("passkey_sign_in", PEOPLE, "/sign-in/passkey/", "POST"),
    _page("passkey_options", PEOPLE, "/sign-in/passkey/options/", "POST"),
    _page("invitation", PEOPLE, "/invitation/", axe="visitor"),
    _page("invitation_way", PEOPLE, "/invitation/way/", axe=""),
    _page("ways_in", PEOPLE, "/you/ways-in/", axe="fay"),
    _page("change_way_in", PEOPLE, "/you/ways-in/password/", "POST"),
    _page("remove_way_in", {"fay"}, lambda s: f"/you/ways-in/{s.fays_code_app}/remove/", "POST"),
    _page(
        "way_removed",
        {"fay"},
        lambda s: f"/you/ways-in/{s.fays_code_app}/{s.fays_step_up.pk}/",
        axe="fay",
    ),
    _page("new_passkey", {"ana"}, lambda s: f"/you/passkey/{s.anas_step_up.pk}/", axe="ana"),
    _page("new_code_app", {"ana"}, lambda s: f"/you/code-app/{s.anas_step_up.pk}/", axe="ana"),
    _page(
        "new_recovery_codes",
        {"ana"},
        lambda s: f"/you/recovery-codes/{s.anas_step_up.pk}/",
        axe="ana",
    ),
    _page("new_password", {"ana"}, lambda s: f"/you/password/{s.anas_step_up.pk}/", axe="ana"),
    _page("new_pin", {"ana"}, lambda s: f"/you/pin/{s.anas_step_up.pk}/", axe="ana"),
    _page("recoveries", STAFF - {"uma"}, "/recoveries/", axe="cody"),
    _page(
        "ask_recovery",
        {"fay"},
        lambda s: f"/recoveries/of/{s.ben.actor.user}/{s.ask_step_up.pk}/",
        axe="fay",
    ),
    _page(
        "begin_confirm_recovery",
        STAFF - {"zoe", "fay", "uma"},
        lambda s: f"/recoveries/{s.recovery.pk}/confirm/",
        "POST",
    ),
    _page(
        "confirm_recovery",
        {"cody"},
        lambda s: f"/recoveries/{s.recovery.pk}/{s.confirm_step_up.pk}/",
        axe="cody",
    ),
    _page("step_up", {"ana"}, lambda s: f"/step-up/{s.grant_step_up.pk}/", axe="ana"),
    _page("freeze", {"sue", "adam", "zoe"}, "/freeze/", axe="sue"),
    _page("lift_freeze", {"sue", "adam"}, lambda s: f"/freeze/{s.lifted.pk}/lift/", "POST"),
    _page(
        "agree_to_lift",
        {"adam"},
        lambda s: f"/freeze/{s.lifted.pk}/lift/{s.adams_step_up.pk}/",
        axe="adam",
    ),
    _page("today", FACILITATORS, "/today/", axe="fay"),
    _page("groups", FACILITATORS, "/groups/", axe="fay"),
    _page("new_group", FACILITATORS, "/groups/new/", axe="fay"),
    _page("group", LEADERS, lambda s: f"/groups/{s.group.code}/", axe="fay"),
    _page("new_member", LEADERS, lambda s: f"/groups/{s.group.code}/members/new/", axe="fay"),
    _page("import_roster", LEADERS, lambda s: f"/groups/{s.group.code}/import/", axe="fay"),
    _page("add_roster", LEADERS, lambda s: f"/groups/{s.group.code}/import/add/", "POST"),
    _page("find_person", FACILITATORS, "/find/", axe="fay"),
    _page("new_session", LEADERS, lambda s: f"/groups/{s.group.code}/sessions/new/", axe="fay"),
    _page("session", LEADERS, lambda s: f"/sessions/{s.session.pk}/", axe="fay"),
    _page(
        "open_in_session",
        LEADERS,
        lambda s: f"/sessions/{s.session.pk}/open/{s.alone.code}/",
        "POST",
        axe="fay",
    ),
    _page("group_pulse", LEADERS, lambda s: f"/groups/{s.group.code}/pulse/", axe="fay"),
    _page(
        "group_pulse", {"otto", "zoe"}, lambda s: f"/groups/{s.other_group.code}/pulse/", axe="otto"
    ),
    _page("close_group", LEADERS, lambda s: f"/groups/{s.group.code}/close/", axe="fay"),
    _page(
        "end_stint",
        LEADERS,
        lambda s: f"/groups/{s.group.code}/members/{s.ben.member.code}/end/",
        axe="fay",
    ),
    _page(
        "invite_member",
        LEADERS,
        lambda s: f"/groups/{s.group.code}/members/{s.ben.member.code}/invite/",
        axe="fay",
    ),
    _page("mark_attendance", LEADERS, lambda s: f"/sessions/{s.session.pk}/attendance/", "POST"),
    _page("everybody_here", LEADERS, lambda s: f"/sessions/{s.session.pk}/here/", "POST"),
    _page("notes", LEADERS, lambda s: f"/sessions/{s.session.pk}/notes/", axe="fay"),
    _page(
        "sign_notes", LEADERS, lambda s: f"/sessions/{s.session.pk}/notes/sign/", "POST", axe="fay"
    ),
    _page(
        "group_note", LEADERS, lambda s: f"/sessions/{s.second_session.pk}/group-note/", axe="fay"
    ),
    _page("keep_draft", LEADERS, lambda s: f"/sessions/{s.session.pk}/drafts/group/", "POST"),
    _page("new_item", LEADERS, lambda s: f"/sessions/{s.session.pk}/items/new/", axe="fay"),
    _page("item", LEADERS, lambda s: f"/items/{s.alone.code}/", axe="fay"),
    _page("open_item", LEADERS, lambda s: f"/items/{s.alone.code}/open/", "POST", axe="fay"),
    _page("edit_item", LEADERS, lambda s: f"/items/{s.alone.code}/edit/", axe="fay"),
    _page("add_to_note", LEADERS, lambda s: f"/items/{s.signed_note.code}/add/", axe="fay"),
    _page("discard_item", LEADERS, lambda s: f"/items/{s.nothing_asked.code}/discard/", axe="fay"),
    _page("enter_in_error", LEADERS, lambda s: f"/items/{s.nothing_asked.code}/error/", axe="fay"),
    _page("redact", LEADERS, lambda s: f"/items/{s.shared.code}/leave-out/", axe="fay"),
    _page(
        "change_redacted",
        LEADERS,
        lambda s: f"/items/{s.waiting_for_cody.code}/left-out/",
        axe="fay",
    ),
    _page(
        "second_look",
        {"cody"},
        lambda s: f"/items/{s.waiting_for_cody.code}/second-look/",
        axe="cody",
    ),
    _page("supervised_group", {"sue"}, lambda s: f"/desk/groups/{s.group.code}/", axe="sue"),
    _page("new_cover", {"sue"}, lambda s: f"/desk/groups/{s.group.code}/cover/", axe="sue"),
    _page(
        "end_cover",
        {"sue"},
        lambda s: f"/desk/groups/{s.group.code}/cover/{s.cover.pk}/end/",
        "POST",
    ),
    _page(
        "choose_next",
        {"sue"},
        lambda s: f"/desk/groups/{s.group.code}/hand-over/{s.fay.user}/",
        axe="sue",
    ),
    _page(
        "hand_over_group",
        {"sue"},
        lambda s: (
            f"/desk/groups/{s.group.code}/hand-over/{s.fay.user}/{s.otto.user}/{s.lift_step_up.pk}/"
        ),
        axe="sue",
    ),
    _page(
        "supervised_contact",
        {"sue"},
        lambda s: f"/desk/groups/{s.group.code}/members/{s.ana.member.code}/contact/",
        axe="sue",
    ),
    _page("reviews", {"sue", "zoe"}, "/reviews/", axe="sue"),
    _page("review_reading", {"sue"}, lambda s: f"/reviews/{s.reading.pk}/", axe="sue"),
    _page("second", {"uma"}, "/second/", axe="uma"),
    _page(
        "contact",
        LEADERS,
        lambda s: f"/groups/{s.group.code}/members/{s.ana.member.code}/contact/",
        axe="fay",
    ),
    _page(
        "change_contact",
        LEADERS,
        lambda s: f"/groups/{s.group.code}/members/{s.ana.member.code}/contact/change/",
        axe="fay",
    ),
    _page("review_look", {"sue"}, lambda s: f"/desk/looks/{s.waiting_for_sue.code}/", axe="sue"),
    _page(
        "new_summary",
        LEADERS,
        lambda s: f"/sessions/{s.session.pk}/summaries/{s.ben.member.code}/new/",
        axe="fay",
    ),
    _page("summary", LEADERS, lambda s: f"/items/{s.summary.code}/summary/", axe="fay"),
    _page("ask", LEADERS, lambda s: f"/items/{s.shared.code}/ask/", axe="fay"),
    *(
        page
        for of, choose, try_it, confirm in (
            (
                lambda s: f"/items/{s.alone.code}/release/",
                *("release", "try_release", "release_confirm"),
            ),
            (
                lambda s: f"/sessions/{s.session.pk}/release/",
                *("release_session", "try_session", "release_session_confirm"),
            ),
            (
                lambda s: f"/groups/{s.group.code}/release/",
                *("release_group", "try_group", "release_group_confirm"),
            ),
        )
        for page in (
            _page(choose, LEADERS, of, axe="fay"),
            _page(
                try_it,
                LEADERS,
                lambda s, of=of: f"{of(s)}{s.clinic.code}/TREAT/try/",
                "POST",
                axe="fay",
            ),
            _page(
                try_it,
                LEADERS,
                lambda s, of=of: f"{of(s)}{s.insurer.code}/TREAT/try/",
                "POST",
                axe="fay",
            ),
            _page(
                confirm,
                {"fay"},
                lambda s, of=of: f"{of(s)}{s.clinic.code}/TREAT/{s.release_step_up.pk}/",
                axe="fay",
            ),
        )
    ),
    _page("requests", FACILITATORS, "/requests/", axe="fay"),
    _page("request", LEADERS, lambda s: f"/requests/{s.shared_request.code}/", axe="fay"),
    _page(
        "confirm_yes",
        LEADERS,
        lambda s: f"/requests/{s.alone_request.code}/confirm/{s.alone_consent.code}/",
        "POST",
    ),
    _page(
        "confirm_in_room",
        {"fay"},
        lambda s: (
            f"/requests/{s.alone_request.code}/confirm/{s.alone_consent.code}/{s.room_step_up.pk}/"
        ),
        axe="fay",
    ),
    _page("release_page", LEADERS, lambda s: f"/releases/{s.released.code}/", axe="fay"),
    _page("release_page", LEADERS, lambda s: f"/releases/{s.refused.code}/", axe="fay"),
    _page("release_page", LEADERS, lambda s: f"/releases/{s.released_group.code}/", axe="fay"),
    _page("release_page", LEADERS, lambda s: f"/releases/{s.refused_session.code}/", axe="fay"),
    _page(
        "open_package", LEADERS, lambda s: f"/releases/{s.released.code}/open/", "POST", axe="fay"
    ),
    _page("hand_over", LEADERS, lambda s: f"/releases/{s.released.code}/hand-over/", "POST"),
    _page("receipt", LEADERS, lambda s: f"/releases/{s.released.code}/receipt/", axe="fay"),
    _page("new_link", LEADERS, lambda s: f"/releases/{s.released.code}/links/new/", axe="fay"),
    _page(
        "make_link",
        {"fay"},
        lambda s: f"/releases/{s.released.code}/links/72/3/{s.link_step_up.pk}/",
        axe="fay",
    ),
    _page("end_link", LEADERS, lambda s: f"/links/{s.link.code}/end/", "POST"),
    _page("open_link", PEOPLE, lambda s: f"/r/{s.link.code}/", axe="visitor"),
    _page("member_home", MEMBERS, "/home/", axe="ana"),
    _page("who_saw", MEMBERS, "/who-saw/", axe="ana"),
    _page("question", {"ana"}, lambda s: f"/questions/{s.question.code}/"),
    _page("allow", {"ana"}, lambda s: f"/questions/{s.question.code}/allow/", "POST"),
    _page(
        "sign_question",
        {"ana"},
        lambda s: f"/questions/{s.question.code}/sign/{s.grant_step_up.pk}/",
    ),
    _page("decline", {"ana"}, lambda s: f"/questions/{s.question.code}/decline/", "POST"),
    _page("permissions", MEMBERS, "/permissions/", axe="ana"),
    _page("permission", {"ana"}, lambda s: f"/permissions/{s.alone_consent.code}/"),
    _page(
        "read_words",
        {"ana"},
        lambda s: f"/permissions/{s.alone_consent.code}/words/",
        "POST",
        axe="ana",
    ),
    _page(
        "preview_own",
        {"ana"},
        lambda s: f"/permissions/{s.alone_consent.code}/preview/",
        "POST",
        axe="ana",
    ),
    _page("take_back", {"ana"}, lambda s: f"/permissions/{s.alone_consent.code}/take-back/"),
    _page("say_pressured", {"ana"}, lambda s: f"/permissions/{s.alone_consent.code}/pressured/"),
    _page("agreements", MEMBERS, "/agreements/", axe="ana"),
    _page("pulse", MEMBERS, "/pulse/", axe="dora"),
    _page("pulse_answers", {"dora"}, lambda s: f"/pulse/{s.large_session.pk}/", axe="dora"),
    _page("agreement", {"ana"}, lambda s: f"/agreements/{s.stint.pk}/"),
    _page("agreement", {"cleo"}, lambda s: f"/agreements/{s.unsigned_stint.pk}/"),
    _page("together", {"ana"}, lambda s: f"/questions/{s.of_both[0].code}/together/"),
    _page(
        "sign_together",
        {"ana"},
        lambda s: (
            f"/questions/{s.of_both[0].code}/together/"
            f"{s.of_both[0].code}.{s.of_both[1].code}/{s.both_step_up.pk}/"
        ),
    ),
    _page("take_everything_back", MEMBERS, "/permissions/take-everything-back/", axe="ana"),
    _page("copy", {"ana"}, lambda s: f"/permissions/{s.alone_consent.code}/copy/"),
    _page("left_house", MEMBERS, "/who-saw/left/", axe="ana"),
    _page("my_data", MEMBERS, "/my-data/", axe="ana"),
    _page("export_data", {"ana"}, lambda s: f"/my-data/{s.export_step_up.pk}/"),
    _page("privacy", MEMBERS, "/privacy/", axe="ana"),
    _page("privacy_ask", MEMBERS, "/privacy/ask/", axe="ana"),
    _page("privacy_request", {"ana"}, lambda s: f"/privacy/{s.wish.code}/"),
    _page("privacy_request", {"ana"}, lambda s: f"/privacy/{s.answered_wish.code}/"),
    _page("requests_of_members", {"sue", "zoe"}, "/requests-of-members/", axe="sue"),
    _page("answer_request", {"sue"}, lambda s: f"/requests-of-members/{s.wish.code}/"),
    _page("answer_request", {"sue"}, lambda s: f"/requests-of-members/{s.answered_wish.code}/"),
    _page("desk", {"sue", "zoe"}, "/desk/", axe="sue"),
    _page("looked_into", {"sue"}, lambda s: f"/desk/alarms/{s.alarm.seq}/", "POST"),
    _page("pressured", {"sue"}, lambda s: f"/desk/pressured/{s.pressured_yes.code}/", axe="sue"),
    _page(
        "lift_hold",
        {"sue"},
        lambda s: f"/desk/pressured/{s.pressured_yes.code}/{s.lift_step_up.pk}/",
        axe="sue",
    ),
    _page("trail", {"sue", "zoe"}, "/trail/", axe="sue"),
    _page("trail", {"sue", "zoe"}, "/trail/?act=release&since=2026-01-01", axe="sue"),
    _page("practice", {"adam", "zoe"}, "/practice/", axe="adam"),
    _page("house_policy", {"adam", "zoe"}, "/practice/rules/", axe="adam"),
    _page("keys", {"adam", "zoe"}, "/practice/keys/", axe="adam"),
    _page("pulse_questions", {"adam", "zoe"}, "/practice/pulse/", axe="adam"),
    _page("people", {"adam", "zoe"}, "/people/", axe="adam"),
    _page("new_person", {"adam", "zoe"}, "/people/new/", axe="adam"),
    _page("person", {"adam"}, lambda s: f"/people/{s.nia.pk}/", axe="adam"),
    _page("switch_off", {"adam"}, lambda s: f"/people/{s.nia.pk}/off/", axe="adam"),
    _page("invite_person", {"adam"}, lambda s: f"/people/{s.nia.pk}/invite/", axe="adam"),
    _page("end_stays", {"adam", "zoe"}, "/people/stays/", axe="adam"),
    _page(
        "stays_ended",
        {"adam"},
        lambda s: f"/people/stays/{s.ben.actor.user}/{s.stays_step_up.pk}/",
        axe="adam",
    ),
    _page("begin_back", {"adam"}, lambda s: f"/people/{s.nia.pk}/back/", "POST"),
    _page(
        "come_back",
        {"adam"},
        lambda s: f"/people/{s.nia.pk}/back/{s.adams_step_up.pk}/",
        axe="adam",
    ),
    _page("begin_role", {"adam"}, lambda s: f"/people/{s.nia.pk}/roles/facilitator/", "POST"),
    _page("end_role", {"adam"}, lambda s: f"/people/{s.nia.pk}/roles/facilitator/end/", "POST"),
    _page(
        "give_role",
        {"adam"},
        lambda s: f"/people/{s.nia.pk}/roles/supervisor/{s.adams_step_up.pk}/",
        axe="adam",
    ),
    _page("proposals", {"adam", "zoe"}, "/proposals/", axe="adam"),
    _page("begin_agreeing", {"adam"}, lambda s: f"/proposals/{s.proposal.pk}/agree/", "POST"),
    _page(
        "agree_to_role",
        {"adam"},
        lambda s: f"/proposals/{s.proposal.pk}/agree/{s.adams_step_up.pk}/",
        axe="adam",
    ),
    _page("drop_proposal", {"adam"}, lambda s: f"/proposals/{s.proposal.pk}/drop/", "POST"),
    _page("recipients", {"adam", "zoe"}, "/recipients/", axe="adam"),
    _page("new_recipient", {"adam", "zoe"}, "/recipients/new/", axe="adam"),
    _page("recipient_class", {"adam"}, lambda s: f"/recipients/{s.providers.code}/", axe="adam"),
    _page(
        "end_class_membership",
        {"adam"},
        lambda s: f"/recipients/{s.providers.code}/members/{s.clinic.code}/end/",
        "POST",
    ),
    # Who speaks for a member, papers, the room, the agreement.
    _page("represent", {"paula"}, "/for/", axe="paula"),
    _page("represent_question", {"paula"}, lambda s: f"/for/{s.hers.code}/", axe="paula"),
    _page("represent_allow", {"paula"}, lambda s: f"/for/{s.hers.code}/allow/", "POST"),
    _page(
        "represent_sign",
        {"paula"},
        lambda s: f"/for/{s.hers.code}/sign/{s.paulas_step_up.pk}/",
        axe="paula",
    ),
    _page("represent_words", set(), lambda s: f"/for/{s.hers.code}/words/", "POST"),
    _page("represent_no", {"paula"}, lambda s: f"/for/{s.hers.code}/no/", "POST"),
    *(
        _page(name, set(), path, method)
        for name, path, method in (
            ("room", "/room/", "GET"),
            ("room_pin", "/room/pin/", "POST"),
            ("room_sign", "/room/sign/", "POST"),
            ("room_decline", "/room/no/", "POST"),
            ("room_leave", "/room/back/", "POST"),
        )
    ),
    _page("tell_breach", {"ana"}, lambda s: f"/agreements/{s.stint.pk}/breach/", axe="ana"),
    _page("own_breach", {"ana"}, lambda s: f"/breaches/{s.breach.pk}/", "POST", axe="ana"),
    _page("group_agreement", LEADERS, lambda s: f"/groups/{s.group.code}/agreement/", axe="fay"),
    _page("new_agreement", LEADERS, lambda s: f"/groups/{s.group.code}/agreement/new/", axe="fay"),
    _page("note_talk", LEADERS, lambda s: f"/groups/{s.group.code}/agreement/talk/", "POST"),
    _page("read_breach", LEADERS, lambda s: f"/told/{s.breach.pk}/", "POST", axe="fay"),
    _page(
        "hand_for_agreement",
        LEADERS,
        lambda s: f"/groups/{s.group.code}/agreement/room/{s.cleo.member.code}/",
        "POST",
    ),
    _page(
        "hand_for_consent",
        LEADERS,
        lambda s: f"/requests/{s.shared_request.code}/room/{s.question.code}/",
        "POST",
    ),
    _page(
        "paper",
        LEADERS,
        lambda s: f"/requests/{s.shared_request.code}/paper/{s.question.code}/",
        axe="fay",
    ),
    _page(
        "who_signs",
        LEADERS,
        lambda s: f"/groups/{s.group.code}/members/{s.mia.member.code}/signs/",
        axe="fay",
    ),
    _page(
        "new_representation",
        LEADERS,
        lambda s: f"/groups/{s.group.code}/members/{s.mia.member.code}/signs/new/",
        axe="fay",
    ),
    _page("attesting", FACILITATORS | {"sue"}, "/attesting/", axe="sue"),
    _page(
        "begin_representation",
        {"sue"},
        lambda s: f"/attesting/speaking/{s.petras.pk}/",
        "POST",
    ),
    _page(
        "confirm_representation",
        {"sue"},
        lambda s: f"/attesting/speaking/{s.petras.pk}/{s.sues_step_up.pk}/",
        axe="sue",
    ),
    _page("begin_paper", {"cody", "sue"}, lambda s: f"/attesting/papers/{s.paper.pk}/", "POST"),
    _page(
        "confirm_paper",
        {"cody"},
        lambda s: f"/attesting/papers/{s.paper.pk}/{s.codys_step_up.pk}/",
        axe="cody",
    ),
    _page("breaches", {"sue", "zoe"}, "/desk/breaches/", axe="sue"),
    _page("supervised_breach", {"sue"}, lambda s: f"/desk/breaches/{s.breach.pk}/", "POST", "sue"),
    _page(
        "supervised_standing",
        {"sue"},
        lambda s: f"/desk/groups/{s.group.code}/members/{s.mia.member.code}/signs/",
        axe="sue",
    ),
    _page(
        "correct_standing",
        {"sue"},
        lambda s: (
            f"/desk/groups/{s.group.code}/members/{s.mia.member.code}/signs/"
            f"both/never/0/{s.sues_step_up.pk}/"
        ),
        axe="sue",
    ),
    _page("drop_paper", {"fay"}, lambda s: f"/papers/{s.paper.pk}/drop/", "POST"),
    _page(
        "paper_no",
        LEADERS,
        lambda s: f"/requests/{s.shared_request.code}/paper/{s.question.code}/no/",
        "POST",
    ),
    _page("end_representation", LEADERS, lambda s: f"/speaking/{s.petras.pk}/end/", "POST"),
    _page("bar_representative", LEADERS, lambda s: f"/speaking/{s.petras.pk}/bar/", "POST"),
    _page("supervised_end", {"sue"}, lambda s: f"/desk/speaking/{s.petras.pk}/end/", "POST"),
    _page("supervised_bar", {"sue"}, lambda s: f"/desk/speaking/{s.petras.pk}/bar/", "POST"),
]

# Forms sent empty: the page with its errors is a page too.
ERROR_PAGES = [
    ("fay", lambda s: "/groups/new/"),
    ("fay", lambda s: f"/groups/{s.group.code}/members/new/"),
    ("fay", lambda s: f"/groups/{s.group.code}/import/"),
    ("fay", lambda s: f"/groups/{s.group.code}/import/add/"),
    ("fay", lambda s: "/find/"),
    ("fay", lambda s: f"/groups/{s.group.code}/sessions/new/"),
    ("fay", lambda s: f"/sessions/{s.session.pk}/items/new/"),
    ("fay", lambda s: f"/items/{s.signed_note.code}/add/"),
    ("fay", lambda s: f"/sessions/{s.second_session.pk}/group-note/"),
    ("fay", lambda s: f"/groups/{s.group.code}/members/{s.ben.member.code}/end/"),
    ("fay", lambda s: f"/groups/{s.group.code}/close/"),
    ("fay", lambda s: f"/items/{s.shared.code}/ask/"),
    ("fay", lambda s: f"/items/{s.shared.code}/leave-out/"),
    ("fay", lambda s: f"/items/{s.waiting_for_cody.code}/left-out/"),
    ("cody", lambda s: f"/items/{s.waiting_for_cody.code}/second-look/"),
    ("sue", lambda s: f"/desk/looks/{s.waiting_for_sue.code}/"),
    ("fay", lambda s: f"/sessions/{s.session.pk}/summaries/{s.ben.member.code}/new/"),
    ("fay", lambda s: f"/items/{s.summary.code}/summary/"),
    ("fay", lambda s: f"/items/{s.alone.code}/release/"),
    ("fay", lambda s: f"/groups/{s.group.code}/release/"),
    (
        "fay",
        lambda s: f"/items/{s.alone.code}/release/{s.clinic.code}/TREAT/{s.release_step_up.pk}/",
    ),
    ("fay", lambda s: f"/releases/{s.released.code}/links/new/"),
    ("fay", lambda s: f"/releases/{s.released.code}/links/72/3/{s.link_step_up.pk}/"),
    ("visitor", lambda s: f"/r/{s.link.code}/"),
    ("ana", lambda s: f"/questions/{s.question.code}/sign/{s.grant_step_up.pk}/"),
    ("cleo", lambda s: f"/agreements/{s.unsigned_stint.pk}/"),
    ("ana", lambda s: "/privacy/ask/"),
    ("sue", lambda s: f"/requests-of-members/{s.wish.code}/"),
    ("adam", lambda s: "/practice/rules/"),
    ("adam", lambda s: "/practice/pulse/"),
    ("ana", lambda s: f"/you/mail/{s.anas_step_up.pk}/"),
    ("ana", lambda s: "/you/mail/code/"),
    ("adam", lambda s: "/people/new/"),
    ("adam", lambda s: "/recipients/new/"),
    ("adam", lambda s: f"/recipients/{s.providers.code}/"),
    ("visitor", lambda s: "/sign-in/"),
]
__all__ = ["ERROR_PAGES", "EVERY_PAGE", "PEOPLE", "PageOf", "Scene"]
