from django.urls import path

from pages.administrator import keys, people, pulse, recipients, roles, views

urlpatterns = [
    path("practice/", views.practice, name="practice"),
    path("practice/rules/", views.house_policy, name="house_policy"),
    path("practice/pulse/", pulse.pulse_questions, name="pulse_questions"),
    path("practice/keys/", keys.keys, name="keys"),
    path("people/", people.people, name="people"),
    path("people/new/", people.new_person, name="new_person"),
    path("people/stays/", people.end_stays, name="end_stays"),
    path("people/stays/<uuid:person>/<uuid:step_up>/", people.stays_ended, name="stays_ended"),
    path("people/<uuid:person>/invite/", people.invite, name="invite_person"),
    path("people/<uuid:person>/", people.person, name="person"),
    path("people/<uuid:person>/off/", people.switch_off, name="switch_off"),
    path("people/<uuid:person>/back/", people.begin_back, name="begin_back"),
    path("people/<uuid:person>/back/<uuid:step_up>/", people.come_back, name="come_back"),
    path("people/<uuid:person>/roles/<slug:role>/", roles.begin_role, name="begin_role"),
    path("people/<uuid:person>/roles/<slug:role>/end/", roles.end, name="end_role"),
    path("people/<uuid:person>/roles/<slug:role>/<uuid:step_up>/", roles.give, name="give_role"),
    path("proposals/", roles.proposals, name="proposals"),
    path("proposals/<uuid:proposal>/agree/", roles.begin_agreeing, name="begin_agreeing"),
    path("proposals/<uuid:proposal>/agree/<uuid:step_up>/", roles.agree, name="agree_to_role"),
    path("proposals/<uuid:proposal>/drop/", roles.drop, name="drop_proposal"),
    path("recipients/", recipients.recipients, name="recipients"),
    path("recipients/new/", recipients.new_recipient, name="new_recipient"),
    path("recipients/<code:code>/", recipients.recipient_class, name="recipient_class"),
    path(
        "recipients/<code:code>/members/<code:recipient>/end/",
        recipients.end_membership,
        name="end_class_membership",
    ),
]
