from django.urls import path

from pages.administrator import recipients, views

urlpatterns = [
    path("practice/", views.practice, name="practice"),
    path("practice/rules/", views.house_policy, name="house_policy"),
    path("people/", views.people, name="people"),
    path("people/new/", views.new_person, name="new_person"),
    path("recipients/", recipients.recipients, name="recipients"),
    path("recipients/new/", recipients.new_recipient, name="new_recipient"),
    path("recipients/<code:code>/", recipients.recipient_class, name="recipient_class"),
    path(
        "recipients/<code:code>/members/<code:recipient>/end/",
        recipients.end_membership,
        name="end_class_membership",
    ),
]
