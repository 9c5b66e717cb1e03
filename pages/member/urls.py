from django.urls import path

from pages.member import breaches, home, room, views, who_saw

urlpatterns = [
    path("home/", home.home, name="member_home"),
    path("who-saw/", who_saw.who_saw, name="who_saw"),
    path("questions/<code:code>/", views.question, name="question"),
    path("questions/<code:code>/allow/", views.allow, name="allow"),
    path("questions/<code:code>/decline/", views.decline, name="decline"),
    path("questions/<code:code>/sign/<uuid:step_up>/", views.sign_question, name="sign_question"),
    path("permissions/", views.permissions, name="permissions"),
    path("permissions/<code:code>/", views.permission, name="permission"),
    path("permissions/<code:code>/words/", views.read_words, name="read_words"),
    path("permissions/<code:code>/preview/", views.preview, name="preview_own"),
    path("permissions/<code:code>/take-back/", views.take_back, name="take_back"),
    path("permissions/<code:code>/pressured/", views.say_pressured, name="say_pressured"),
    path("agreements/", home.agreements, name="agreements"),
    path("agreements/<uuid:membership>/", home.agreement, name="agreement"),
    path("agreements/<uuid:membership>/breach/", breaches.tell, name="tell_breach"),
    path("breaches/<uuid:report>/", breaches.read, name="own_breach"),
    path("room/", room.room, name="room"),
    path("room/pin/", room.room_pin, name="room_pin"),
    path("room/sign/", room.room_sign, name="room_sign"),
    path("room/no/", room.room_decline, name="room_decline"),
    path("room/back/", room.room_leave, name="room_leave"),
]
