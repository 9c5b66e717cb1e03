from django.urls import path

from pages.member import views

urlpatterns = [
    path("home/", views.home, name="member_home"),
    path("questions/<str:code>/", views.question, name="question"),
    path("questions/<str:code>/allow/", views.allow, name="allow"),
    path("questions/<str:code>/decline/", views.decline, name="decline"),
    path(
        "questions/<str:code>/sign/<uuid:step_up>/", views.sign_question, name="sign_question"
    ),
    path("permissions/", views.permissions, name="permissions"),
    path("permissions/<str:code>/", views.permission, name="permission"),
    path("permissions/<str:code>/words/", views.read_words, name="read_words"),
    path("permissions/<str:code>/take-back/", views.take_back, name="take_back"),
    path("agreements/", views.agreements, name="agreements"),
    path("agreements/<uuid:membership>/", views.agreement, name="agreement"),
]
