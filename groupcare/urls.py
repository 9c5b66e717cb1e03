"""Every address of the house, room by room. Nothing else answers."""

from django.urls import include, path, register_converter

from pages.shared.addresses import CodeInAddress

register_converter(CodeInAddress, "code")

urlpatterns = [
    path("", include("pages.shared.urls")),
    path("", include("pages.facilitator.urls")),
    path("", include("pages.member.urls")),
    path("", include("pages.representative.urls")),
    path("", include("pages.supervisor.urls")),
    path("", include("pages.administrator.urls")),
    path("", include("pages.recipient.urls")),
]

handler400 = "pages.shared.errors.bad_request"
handler404 = "pages.shared.errors.not_found"
handler500 = "pages.shared.errors.server_error"
