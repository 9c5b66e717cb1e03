from django.urls import path

from pages.facilitator import asking, groups, items, releases, sessions

urlpatterns = [
    path("today/", groups.today, name="today"),
    path("groups/", groups.groups, name="groups"),
    path("groups/new/", groups.new_group, name="new_group"),
    path("groups/<str:code>/", groups.group, name="group"),
    path("groups/<str:code>/members/new/", groups.new_member, name="new_member"),
    path("groups/<str:code>/sessions/new/", sessions.new_session, name="new_session"),
    path("sessions/<uuid:session_id>/", sessions.session, name="session"),
    path(
        "sessions/<uuid:session_id>/open/<str:code>/",
        sessions.open_in_session,
        name="open_in_session",
    ),
    path("sessions/<uuid:session_id>/items/new/", items.new_item, name="new_item"),
    path("items/<str:code>/", items.item, name="item"),
    path("items/<str:code>/open/", items.open_item, name="open_item"),
    path("items/<str:code>/edit/", items.edit, name="edit_item"),
    path("items/<str:code>/ask/", asking.ask, name="ask"),
    path("items/<str:code>/release/", releases.release, name="release"),
    path(
        "items/<str:code>/release/<str:recipient>/<str:purpose>/<uuid:step_up>/",
        releases.confirm,
        name="release_confirm",
    ),
    path("requests/", asking.requests, name="requests"),
    path("requests/<str:code>/", asking.request_page, name="request"),
    path("releases/<str:code>/", releases.release_page, name="release_page"),
    path("releases/<str:code>/open/", releases.open_package, name="open_package"),
    path("releases/<str:code>/hand-over/", releases.give, name="hand_over"),
]
