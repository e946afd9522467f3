"""Addresses of the API, below /api/v1/."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from lms.api.views.docs import api_docs
from lms.api.views.notes import NoteDetail, NoteList
from lms.api.views.people import EnrollmentList, MeDetail, NotificationList, TokenCreate, TokenRevoke
from lms.api.views.projects import ProjectList, SubmissionDetail, SubmissionListCreate
from lms.api.views.regrade_requests import RegradeRequestListCreate

urlpatterns = [
    path("auth/token/", TokenCreate.as_view(), name="api_token"),
    path("auth/token/revoke/", TokenRevoke.as_view(), name="api_token_revoke"),
    path("me/", MeDetail.as_view(), name="api_me"),
    path("enrollments/", EnrollmentList.as_view(), name="api_enrollments"),
    path("projects/", ProjectList.as_view(), name="api_projects"),
    path("projects/<slug:slug>/submissions/", SubmissionListCreate.as_view(), name="api_project_submissions"),
    path("submissions/<int:pk>/", SubmissionDetail.as_view(), name="api_submission"),
    path("submissions/<int:pk>/regrade-requests/", RegradeRequestListCreate.as_view(), name="api_regrade_requests"),
    path("notes/", NoteList.as_view(), name="api_notes"),
    path("notes/<slug:slug>/", NoteDetail.as_view(), name="api_note"),
    path("notifications/", NotificationList.as_view(), name="api_notifications"),
    path("schema/", login_not_required(SpectacularAPIView.as_view(permission_classes=[])), name="api_schema"),
    path("docs/", login_not_required(api_docs), name="api_docs"),
]
