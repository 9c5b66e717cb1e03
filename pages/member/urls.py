from django.urls import path

from pages.member import deciding, home, left_house, my_data, privacy, taking_back, views, who_saw

urlpatterns = [
    path("home/", home.home, name="member_home"),
    path("who-saw/", who_saw.who_saw, name="who_saw"),
    path("who-saw/left/", left_house.left_house, name="left_house"),
    path("my-data/", my_data.my_data, name="my_data"),
    path("my-data/<uuid:step_up>/", my_data.export, name="export_data"),
    path("privacy/", privacy.privacy, name="privacy"),
    path("privacy/ask/", privacy.ask, name="privacy_ask"),
    path("privacy/<code:code>/", privacy.privacy_request, name="privacy_request"),
    path("questions/<code:code>/", views.question, name="question"),
    path("questions/<code:code>/allow/", views.allow, name="allow"),
    path("questions/<code:code>/decline/", views.decline, name="decline"),
    path("questions/<code:code>/sign/<uuid:step_up>/", views.sign_question, name="sign_question"),
    path("questions/<code:code>/together/", deciding.together, name="together"),
    path(
        "questions/<code:code>/together/<str:chosen>/<uuid:step_up>/",
        deciding.sign_together,
        name="sign_together",
    ),
    path("permissions/", views.permissions, name="permissions"),
    path(
        "permissions/take-everything-back/",
        taking_back.take_everything_back,
        name="take_everything_back",
    ),
    path("permissions/<code:code>/", views.permission, name="permission"),
    path("permissions/<code:code>/words/", views.read_words, name="read_words"),
    path("permissions/<code:code>/copy/", deciding.copy, name="copy"),
    path("permissions/<code:code>/preview/", views.preview, name="preview_own"),
    path("permissions/<code:code>/take-back/", views.take_back, name="take_back"),
    path("permissions/<code:code>/pressured/", views.say_pressured, name="say_pressured"),
    path("agreements/", home.agreements, name="agreements"),
    path("agreements/<uuid:membership>/", home.agreement, name="agreement"),
]
