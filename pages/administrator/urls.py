from django.urls import path

from pages.administrator import views

urlpatterns = [
    path("practice/", views.practice, name="practice"),
    path("practice/rules/", views.house_policy, name="house_policy"),
    path("people/", views.people, name="people"),
    path("people/new/", views.new_person, name="new_person"),
    path("recipients/", views.recipients, name="recipients"),
    path("recipients/new/", views.new_recipient, name="new_recipient"),
]
