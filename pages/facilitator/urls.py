from django.urls import path

from pages.facilitator import asking, find, groups, items, releases, roster, sessions

urlpatterns = [
    path("today/", groups.today, name="today"),
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
    path("sessions/<uuid:session_id>/items/new/", items.new_item, name="new_item"),
    path("items/<code:code>/", items.item, name="item"),
    path("items/<code:code>/open/", items.open_item, name="open_item"),
    path("items/<code:code>/edit/", items.edit, name="edit_item"),
    path("items/<code:code>/ask/", asking.ask, name="ask"),
    path("items/<code:code>/release/", releases.release, name="release"),
    path(
        "items/<code:code>/release/<code:recipient>/<slug:purpose>/<uuid:step_up>/",
        releases.confirm,
        name="release_confirm",
    ),
    path("requests/", asking.requests, name="requests"),
    path("requests/<code:code>/", asking.request_page, name="request"),
    path("releases/<code:code>/", releases.release_page, name="release_page"),
    path("releases/<code:code>/open/", releases.open_package, name="open_package"),
    path("releases/<code:code>/hand-over/", releases.give, name="hand_over"),
]
