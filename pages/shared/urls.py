from django.urls import path

from pages.shared import freezing, views

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", views.sign_in, name="account_login"),
    path("sign-out/", views.sign_out, name="account_logout"),
    path("language/", views.choose_language, name="set_language"),
    path("leave/", views.leave, name="leave"),
    path("you/", views.you, name="you"),
    path("freeze/", freezing.freeze_page, name="freeze"),
    path("freeze/<uuid:freeze_id>/lift/", freezing.lift, name="lift_freeze"),
    path("step-up/<uuid:step_up>/", views.step_up, name="step_up"),
]
