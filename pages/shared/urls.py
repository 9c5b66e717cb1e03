from django.urls import path

from pages.shared import coming_in, freezing, recovering, views, ways_in

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", coming_in.sign_in, name="account_login"),
    path("sign-in/code/", coming_in.second_step, name="mfa_authenticate"),
    path("sign-in/passkey/", coming_in.passkey_sign_in, name="passkey_sign_in"),
    path("sign-in/passkey/options/", coming_in.passkey_options, name="passkey_options"),
    path("invitation/", coming_in.invitation, name="invitation"),
    path("invitation/way/", coming_in.invitation_way, name="invitation_way"),
    path("sign-out/", views.sign_out, name="account_logout"),
    path("language/", views.choose_language, name="set_language"),
    path("leave/", views.leave, name="leave"),
    path("you/", views.you, name="you"),
    path("you/ways-in/", ways_in.ways_in, name="ways_in"),
    path("you/ways-in/<slug:what>/", ways_in.change_way_in, name="change_way_in"),
    path("you/ways-in/<int:way>/remove/", ways_in.remove_way, name="remove_way_in"),
    path("you/ways-in/<int:way>/<uuid:step_up>/", ways_in.way_removed, name="way_removed"),
    path("you/passkey/<uuid:step_up>/", ways_in.new_passkey, name="new_passkey"),
    path("you/code-app/<uuid:step_up>/", ways_in.new_code_app, name="new_code_app"),
    path(
        "you/recovery-codes/<uuid:step_up>/",
        ways_in.new_recovery_codes,
        name="new_recovery_codes",
    ),
    path("you/password/<uuid:step_up>/", ways_in.new_password, name="new_password"),
    path("recoveries/", recovering.recoveries, name="recoveries"),
    path("recoveries/of/<uuid:person>/<uuid:step_up>/", recovering.ask, name="ask_recovery"),
    path(
        "recoveries/<uuid:recovery>/confirm/",
        recovering.begin_confirm,
        name="begin_confirm_recovery",
    ),
    path(
        "recoveries/<uuid:recovery>/<uuid:step_up>/",
        recovering.confirm,
        name="confirm_recovery",
    ),
    path("freeze/", freezing.freeze_page, name="freeze"),
    path("freeze/<uuid:freeze_id>/lift/", freezing.lift, name="lift_freeze"),
    path("step-up/<uuid:step_up>/", views.step_up, name="step_up"),
]
