from django.urls import path

from pages.supervisor import views

urlpatterns = [path("trail/", views.trail, name="trail")]
