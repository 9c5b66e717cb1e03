from django.urls import path

from pages.supervisor import desk, looks, pressured, trail

urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("desk/alarms/<int:seq>/", desk.looked_into, name="looked_into"),
    path("desk/looks/<code:code>/", looks.review_look, name="review_look"),
    path("desk/pressured/<code:code>/", pressured.pressured, name="pressured"),
    path("desk/pressured/<code:code>/<uuid:step_up>/", pressured.lift, name="lift_hold"),
    path("trail/", trail.trail, name="trail"),
]
