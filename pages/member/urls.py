from django.urls import path

from pages.member import home, pulse, views, who_saw

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
    path("pulse/", pulse.pulse, name="pulse"),
    path("pulse/<uuid:session>/", pulse.pulse_answers, name="pulse_answers"),
]
