from django.urls import path

from pages.supervisor import desk, looks, trail

urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("desk/looks/<code:code>/", looks.review_look, name="review_look"),
    path("trail/", trail.trail, name="trail"),
]
