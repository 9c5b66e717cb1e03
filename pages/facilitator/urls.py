from django.urls import URLPattern, path

from pages.facilitator import (
    agreements,
    asking,
    attendance,
    confirming,
    contacts,
    drafts,
    elsewhere,
    find,
    group_notes,
    groups,
    items,
    links,
    notes,
    pulse,
    redacting,
    releases,
    roster,
    sessions,
    signing,
    summaries,
    today,
)


def ways_out(of: str, choose: str, try_it: str, confirm: str) -> list[URLPattern]:
    """Return the three steps of a release: of an item, of a session, of a group."""
    chosen = f"{of}/release/<code:recipient>/<slug:purpose>/"
    return [
        path(f"{of}/release/", releases.release, name=choose),
        path(f"{chosen}try/", releases.try_it, name=try_it),
        path(f"{chosen}<uuid:step_up>/", releases.confirm, name=confirm),
    ]


urlpatterns = [
    path("today/", today.today, name="today"),
    path("groups/", groups.groups, name="groups"),
    path("groups/new/", groups.new_group, name="new_group"),
    path("groups/<code:code>/", groups.group, name="group"),
    path("groups/<code:code>/members/new/", groups.new_member, name="new_member"),
    path("groups/<code:code>/import/", roster.import_roster, name="import_roster"),
    path("groups/<code:code>/import/add/", roster.add_roster, name="add_roster"),
    path("find/", find.find_person, name="find_person"),
    path("groups/<code:code>/sessions/new/", sessions.new_session, name="new_session"),
    path("sessions/<uuid:session_id>/", sessions.session, name="session"),
    path(
        "sessions/<uuid:session_id>/open/<code:code>/",
        sessions.open_in_session,
        name="open_in_session",
    ),
    path("groups/<code:code>/pulse/", pulse.group_pulse, name="group_pulse"),
    path("groups/<code:code>/close/", groups.close, name="close_group"),
    path("groups/<code:code>/members/<code:member>/contact/", contacts.contact, name="contact"),
    path(
        "groups/<code:code>/members/<code:member>/contact/change/",
        contacts.change_contact,
        name="change_contact",
    ),
    path("groups/<code:code>/members/<code:member>/invite/", groups.invite, name="invite_member"),
    path("groups/<code:code>/members/<code:member>/end/", groups.end_stay, name="end_stint"),
    path("sessions/<uuid:session_id>/attendance/", attendance.mark, name="mark_attendance"),
    path("sessions/<uuid:session_id>/here/", attendance.everybody_here, name="everybody_here"),
    path("sessions/<uuid:session_id>/notes/", notes.notes, name="notes"),
    path("sessions/<uuid:session_id>/notes/sign/", notes.sign_notes, name="sign_notes"),
    path("sessions/<uuid:session_id>/group-note/", group_notes.group_note, name="group_note"),
    path("sessions/<uuid:session_id>/drafts/<slug:part>/", drafts.keep, name="keep_draft"),
    path("sessions/<uuid:session_id>/items/new/", items.new_item, name="new_item"),
    path("items/<code:code>/", items.item, name="item"),
    path("items/<code:code>/open/", items.open_item, name="open_item"),
    path("items/<code:code>/edit/", items.edit, name="edit_item"),
    path("items/<code:code>/leave-out/", redacting.redact, name="redact"),
    path("items/<code:code>/left-out/", redacting.change, name="change_redacted"),
    path("items/<code:code>/second-look/", redacting.second_look, name="second_look"),
    path("items/<code:code>/summary/", summaries.summary, name="summary"),
    path(
        "sessions/<uuid:session_id>/summaries/<code:code>/new/",
        summaries.new_summary,
        name="new_summary",
    ),
    path("items/<code:code>/add/", items.add_to_note, name="add_to_note"),
    path("items/<code:code>/discard/", items.discard, name="discard_item"),
    path("items/<code:code>/error/", items.enter_in_error, name="enter_in_error"),
    path("items/<code:code>/ask/", asking.ask, name="ask"),
    *ways_out("items/<code:code>", "release", "try_release", "release_confirm"),
    *ways_out(
        "sessions/<uuid:session>", "release_session", "try_session", "release_session_confirm"
    ),
    *ways_out("groups/<code:group>", "release_group", "try_group", "release_group_confirm"),
    path("requests/", asking.requests, name="requests"),
    path("requests/<code:code>/", asking.request_page, name="request"),
    path(
        "requests/<code:code>/confirm/<code:consent>/", confirming.confirm_yes, name="confirm_yes"
    ),
    path(
        "requests/<code:code>/confirm/<code:consent>/<uuid:step_up>/",
        confirming.confirm_in_room,
        name="confirm_in_room",
    ),
    path(
        "requests/<code:code>/room/<code:consent>/",
        elsewhere.hand_for_consent,
        name="hand_for_consent",
    ),
    path("requests/<code:code>/paper/<code:consent>/", elsewhere.paper, name="paper"),
    path("requests/<code:code>/paper/<code:consent>/no/", elsewhere.paper_no, name="paper_no"),
    path("papers/<uuid:paper>/drop/", elsewhere.drop, name="drop_paper"),
    path("groups/<code:code>/members/<code:member>/signs/", signing.who_signs, name="who_signs"),
    path(
        "groups/<code:code>/members/<code:member>/signs/new/",
        signing.new_representation,
        name="new_representation",
    ),
    path("speaking/<uuid:representation>/end/", signing.end, name="end_representation"),
    path("speaking/<uuid:representation>/bar/", signing.bar, name="bar_representative"),
    path("groups/<code:code>/agreement/", agreements.agreement, name="group_agreement"),
    path("groups/<code:code>/agreement/new/", agreements.change, name="new_agreement"),
    path("groups/<code:code>/agreement/talk/", agreements.talk, name="note_talk"),
    path(
        "groups/<code:code>/agreement/room/<code:member>/",
        elsewhere.hand_for_agreement,
        name="hand_for_agreement",
    ),
    path("told/<uuid:report>/", agreements.read_report, name="read_breach"),
    path("releases/<code:code>/", releases.release_page, name="release_page"),
    path("releases/<code:code>/open/", releases.open_package, name="open_package"),
    path("releases/<code:code>/hand-over/", releases.give, name="hand_over"),
    path("releases/<code:code>/receipt/", releases.receipt, name="receipt"),
    path("releases/<code:code>/links/new/", links.new_link, name="new_link"),
    path(
        "releases/<code:code>/links/<int:hours>/<int:openings>/<uuid:step_up>/",
        links.make,
        name="make_link",
    ),
    path("links/<code:code>/end/", links.end, name="end_link"),
]
