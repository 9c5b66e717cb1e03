from django.urls import path

from pages.representative import views

urlpatterns = [
    path("for/", views.listed, name="represent"),
    path("for/<code:code>/", views.question, name="represent_question"),
    path("for/<code:code>/words/", views.read_words, name="represent_words"),
    path("for/<code:code>/allow/", views.allow, name="represent_allow"),
    path("for/<code:code>/sign/<uuid:step_up>/", views.sign, name="represent_sign"),
    path("for/<code:code>/no/", views.say_no, name="represent_no"),
]
