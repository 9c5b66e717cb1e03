"""Every page on the scene: who may enter, how, where. A new one that is missing fails."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

STAFF = {"fay", "cody", "otto", "sue", "adam", "zoe", "uma"}
MEMBERS = {"ana", "ben", "cleo", "dora", "zed"}
PEOPLE = STAFF | MEMBERS | {"paula"}
LEADERS = {"fay", "cody"}
FACILITATORS = {"fay", "cody", "otto", "zoe"}
CASE_STEPS = ("facts", "wish", "option", "resolution", "citation", "follow_up")
READERS = FACILITATORS | {"sue", "adam"}


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


def _risk(scene: Any) -> str:
    return f"/groups/{scene.group.code}/members/{scene.ana.member.code}/risk/"


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
    _page("cases", FACILITATORS, "/cases/", axe="fay"),
    _page("new_case", FACILITATORS, "/cases/new/", axe="fay"),
    _page("case", LEADERS, lambda s: f"/cases/{s.case.code}/", axe="fay"),
    *(
        _page("case_step", LEADERS, lambda s, kind=kind: f"/cases/{s.case.code}/{kind}/", axe="fay")
        for kind in CASE_STEPS
    ),
    _page(
        "case_entry",
        {"fay"},
        lambda s: f"/cases/{s.case.code}/option/{s.case_option.pk}/",
        axe="fay",
    ),
    _page("close_case", {"fay"}, lambda s: f"/cases/{s.case.code}/close/", axe="fay"),
    _page("reopen_case", {"fay"}, lambda s: f"/cases/{s.closed_case.code}/reopen/", axe="fay"),
    _page("case_people", {"fay"}, lambda s: f"/cases/{s.case.code}/people/", axe="fay"),
    _page(
        "end_on_case",
        {"fay"},
        lambda s: f"/cases/{s.case.code}/people/{s.cody_on_case.pk}/end/",
        "POST",
    ),
    _page(
        "share_entry",
        {"fay"},
        lambda s: f"/cases/{s.case.code}/share/{s.case_facts.pk}/",
        axe="fay",
    ),
    _page(
        "end_share",
        {"fay"},
        lambda s: f"/cases/{s.case.code}/shared/{s.case_share.pk}/end/",
        "POST",
    ),
    _page("teach_case", {"fay"}, lambda s: f"/cases/{s.closed_case.code}/learn/", axe="fay"),
    _page("consulted", {"sue", "zoe", "uma"}, "/consulted/", axe="sue"),
    _page("consulted_case", {"sue", "uma"}, lambda s: f"/consulted/{s.case.code}/", axe="sue"),
    _page("consulted_case", {"sue", "uma"}, lambda s: f"/consulted/{s.case.code}/", axe="uma"),
    _page("lessons", FACILITATORS | {"sue"}, "/lessons/", axe="sue"),
    _page(
        "lesson", {"fay", "cody", "otto", "sue"}, lambda s: f"/lessons/{s.lesson.code}/", axe="otto"
    ),
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
    _page("group_supervisor", LEADERS, lambda s: f"/groups/{s.group.code}/supervisor/", axe="fay"),
    _page("close_group", LEADERS, lambda s: f"/groups/{s.group.code}/close/", axe="fay"),
    _page(
        "end_stint",
        LEADERS,
        lambda s: f"/groups/{s.group.code}/members/{s.ben.member.code}/end/",
        axe="fay",
    ),
    _page("begin_stint", LEADERS, lambda s: f"/members/{s.ben.member.code}/groups/", axe="fay"),
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
    _page("take_up_review", {"sue"}, lambda s: f"/desk/groups/{s.group.code}/take-up/", "POST"),
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
    _page("story", {"sue"}, lambda s: f"/trail/items/{s.alone.code}/", axe="sue"),
    _page("trail", {"sue", "zoe"}, lambda s: f"/trail/?code={s.ana.member.code}", axe="sue"),
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
    _page("new_override", LEADERS, lambda s: f"/items/{s.in_danger.code}/emergency/", axe="fay"),
    _page(
        "assert_privilege",
        LEADERS,
        lambda s: f"/items/{s.in_danger.code}/emergency/subpoena/",
        axe="fay",
    ),
    _page("overrides", FACILITATORS, "/emergencies/", axe="fay"),
    _page("override", {"fay"}, lambda s: f"/emergencies/{s.went_out.code}/", axe="fay"),
    _page("override", {"fay"}, lambda s: f"/emergencies/{s.waiting_override.code}/", axe="fay"),
    _page(
        "begin_override",
        {"fay"},
        lambda s: f"/emergencies/{s.waiting_override.code}/release/",
        "POST",
    ),
    _page(
        "confirm_override",
        {"fay"},
        lambda s: f"/emergencies/{s.waiting_override.code}/release/{s.fays_override_step_up.pk}/",
        axe="fay",
    ),
    _page(
        "begin_approval",
        {"cody", "sue"},
        lambda s: f"/attesting/emergencies/{s.waiting_override.code}/",
        "POST",
    ),
    _page(
        "confirm_approval",
        {"sue"},
        lambda s: f"/attesting/emergencies/{s.waiting_override.code}/{s.sues_approval_step_up.pk}/",
        axe="sue",
    ),
    _page(
        "drop_override", {"fay"}, lambda s: f"/emergencies/{s.waiting_override.code}/drop/", "POST"
    ),
    _page(
        "tell_override",
        {"fay", "sue"},
        lambda s: f"/emergencies/{s.went_out.code}/tell/{s.ana.member.code}/",
        axe="fay",
    ),
    _page("override_reviews", FACILITATORS | {"sue"}, "/emergency-reviews/", axe="sue"),
    _page(
        "review_override", {"sue"}, lambda s: f"/emergency-reviews/{s.went_out.code}/", axe="sue"
    ),
    _page("passed_on", {"ana"}, lambda s: f"/passed-on/{s.went_out.code}/", axe="ana"),
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
    # The library, danger to a life, help.
    _page("help_now", PEOPLE, "/help/", axe="visitor"),
    _page("library", READERS, "/library/", axe="fay"),
    _page("library", READERS, "/library/?q=emergency&kind=federal&place=US", axe="sue"),
    _page("library", READERS, "/library/?kind=rule&place=US-NY", axe="adam"),
    _page("library", READERS, "/library/?kind=policy", axe="fay"),
    _page("library_entry", READERS, "/library/aca-b6e/", axe="sue"),
    _page("library_entry", READERS, "/library/protect-ny/", axe="sue"),
    _page("library_entry", READERS, "/library/nohs-7/", axe="fay"),
    _page(
        "library_entry",
        {"fay", "cody", "otto", "sue", "adam"},
        lambda s: f"/library/{s.policy.code}/",
        axe="adam",
    ),
    _page(
        "library_version",
        {"fay", "cody", "otto", "sue", "adam"},
        lambda s: f"/library/{s.policy.code}/1/",
        axe="fay",
    ),
    _page("confirm_entry", {"sue", "zoe"}, "/library/aca-b6e/1/looked-up/", "POST"),
    _page("new_policy", {"sue", "adam", "zoe"}, "/library/policies/new/", axe="adam"),
    _page(
        "change_policy", {"sue", "adam"}, lambda s: f"/library/{s.policy.code}/change/", axe="adam"
    ),
    _page("crisis_contacts", {"sue", "adam", "zoe"}, "/crisis-lines/", axe="adam"),
    _page("new_crisis_contact", {"sue", "adam", "zoe"}, "/crisis-lines/new/", axe="adam"),
    _page(
        "change_crisis_contact",
        {"sue", "adam"},
        lambda s: f"/crisis-lines/{s.line.code}/",
        axe="adam",
    ),
    _page(
        "remove_crisis_contact",
        {"sue", "adam"},
        lambda s: f"/crisis-lines/{s.line.code}/off/",
        "POST",
    ),
    _page("risk", LEADERS, lambda s: f"{_risk(s)}", axe="fay"),
    _page("assess_risk", LEADERS, lambda s: f"{_risk(s)}new/", axe="fay"),
    _page("edit_safety_plan", LEADERS, lambda s: f"{_risk(s)}plan/", axe="fay"),
    _page("keep_risk", LEADERS, lambda s: f"{_risk(s)}keep/talk/", "POST"),
    _page("risk_written", LEADERS, lambda s: f"{_risk(s)}{s.worry.code}/", axe="fay"),
    _page("open_risk", LEADERS, lambda s: f"{_risk(s)}{s.worry.code}/open/", "POST", axe="fay"),
    _page("follow_up_risk", LEADERS, lambda s: f"{_risk(s)}{s.worry.code}/went-on/", axe="fay"),
    _page("safety_plan", MEMBERS, "/safety-plan/", axe="ana"),
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
    ("fay", lambda s: "/cases/new/"),
    ("fay", lambda s: f"/cases/{s.case.code}/option/"),
    ("fay", lambda s: f"/cases/{s.case.code}/resolution/"),
    ("fay", lambda s: f"/cases/{s.case.code}/close/"),
    ("fay", lambda s: f"/cases/{s.case.code}/people/"),
    ("fay", lambda s: f"/cases/{s.case.code}/share/{s.case_facts.pk}/"),
    ("fay", lambda s: f"/cases/{s.closed_case.code}/learn/"),
    ("sue", lambda s: f"/consulted/{s.case.code}/"),
    ("visitor", lambda s: "/sign-in/"),
]
