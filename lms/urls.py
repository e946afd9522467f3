"""Every address of the portal; each app lists its own."""

from django.urls import include, path

from lms.api import errors
from lms.portal.views import operations

urlpatterns = [
    path("healthz", operations.healthz, name="healthz"),
    path("readyz", operations.readyz, name="readyz"),
    path("", include("courses.urls")),
    path("", include("mentors.urls")),
    path("", include("projects.urls")),
    path("", include("lms.portal.urls")),
    path("", include("lms.accounts.urls")),
    path("", include("lms.notifications.urls")),
    path("api/v1/", include("lms.api.urls")),
    path("accounts/", include("allauth.account.urls")),
]

handler400 = errors.unreadable
handler404 = errors.not_found
handler500 = errors.server_error
