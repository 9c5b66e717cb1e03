from django.urls import path

from pages.recipient import views

urlpatterns = [path("r/<code:code>/", views.open_by_link, name="open_link")]
