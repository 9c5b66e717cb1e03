from django.urls import path

from pages.supervisor import desk, trail

urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("desk/alarms/<int:seq>/", desk.looked_into, name="looked_into"),
    path("trail/", trail.trail, name="trail"),
]
