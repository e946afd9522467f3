"""Asking for a regrade of a released grade."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from lms.api.serializers import RegradeAskSerializer, RegradeRequestSerializer
from projects.actions.regrade_requests import ask_for_regrade
from projects.models import Submission
from projects.permissions import can_read_feedback


class RegradeRequestListCreate(APIView):
    """What one has asked about one's own submission, oldest first, and asking about the grade that it makes."""

    @extend_schema(responses=RegradeRequestSerializer(many=True))
    def get(self, request, pk):
        asked = self._own(request, pk).regrade_requests.select_related("answered_by")
        return Response(RegradeRequestSerializer(asked, many=True).data)

    @extend_schema(request=RegradeAskSerializer, responses={201: RegradeRequestSerializer})
    def post(self, request, pk):
        submission = self._own(request, pk)
        given = RegradeAskSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        asked = ask_for_regrade(submission=submission, **given.validated_data, by=request.user)
        return Response(RegradeRequestSerializer(asked).data, status=201)

    def _own(self, request, pk):
        visible = Submission.objects.visible_to(request.user)
        submission = get_object_or_404(visible.select_related("enrollment__cohort", "project"), pk=pk)
        if not can_read_feedback(request.user, submission):
            raise PermissionDenied
        return submission
