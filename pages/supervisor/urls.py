from django.urls import path

from pages.supervisor import (
    breaches,
    contacts,
    desk,
    leading,
    looks,
    pressured,
    privacy,
    standing,
    story,
    trail,
)

urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("desk/alarms/<int:seq>/", desk.looked_into, name="looked_into"),
    path("desk/looks/<code:code>/", looks.review_look, name="review_look"),
    path("desk/pressured/<code:code>/", pressured.pressured, name="pressured"),
    path("desk/pressured/<code:code>/<uuid:step_up>/", pressured.lift, name="lift_hold"),
    path("desk/groups/<code:code>/", leading.group, name="supervised_group"),
    path("desk/groups/<code:code>/take-up/", leading.take_up, name="take_up_review"),
    path("desk/groups/<code:code>/cover/", leading.new_cover, name="new_cover"),
    path("desk/groups/<code:code>/cover/<uuid:cover>/end/", leading.stop_cover, name="end_cover"),
    path("desk/groups/<code:code>/hand-over/<uuid:leader>/", leading.choose, name="choose_next"),
    path(
        "desk/groups/<code:code>/hand-over/<uuid:leader>/<uuid:to>/<uuid:step_up>/",
        leading.hand_over,
        name="hand_over_group",
    ),
    path(
        "desk/groups/<code:code>/members/<code:member>/contact/",
        contacts.contact,
        name="supervised_contact",
    ),
    path("desk/breaches/", breaches.breaches, name="breaches"),
    path("desk/breaches/<uuid:report>/", breaches.read, name="supervised_breach"),
    path(
        "desk/groups/<code:code>/members/<code:member>/signs/",
        standing.standing,
        name="supervised_standing",
    ),
    path(
        "desk/groups/<code:code>/members/<code:member>/signs/<slug:signs>/<slug:day>/<int:died>/"
        "<uuid:step_up>/",
        standing.correct,
        name="correct_standing",
    ),
    path("desk/speaking/<uuid:representation>/end/", standing.end, name="supervised_end"),
    path("desk/speaking/<uuid:representation>/bar/", standing.bar, name="supervised_bar"),
    path("reviews/", contacts.reviews, name="reviews"),
    path("reviews/<uuid:reading>/", contacts.review, name="review_reading"),
    path("requests-of-members/", privacy.requests, name="requests_of_members"),
    path("requests-of-members/<code:code>/", privacy.answer, name="answer_request"),
    path("second/", contacts.second, name="second"),
    path("trail/", trail.trail, name="trail"),
    path("trail/items/<code:code>/", story.story, name="story"),
]
