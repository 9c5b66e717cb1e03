from django.urls import path

from pages.supervisor import desk, trail

urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("trail/", trail.trail, name="trail"),
]
