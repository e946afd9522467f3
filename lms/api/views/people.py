"""Who is asking: tokens, oneself, one's places and notifications."""

from django.contrib.auth import authenticate
from django.db import transaction
from drf_spectacular.utils import extend_schema
from knox.models import get_token_model
from rest_framework import generics
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from courses.models import Enrollment
from lms.accounts import audit
from lms.api.authentication import remove_expired
from lms.api.serializers import (
    CredentialsSerializer,
    EnrollmentSerializer,
    MeSerializer,
    NotificationSerializer,
    TokenSerializer,
)
from lms.api.throttles import PerAddressThrottle
from lms.notifications.models import Notification
from lms.portal.roles import roles_of


class TokenCreate(APIView):
    """Exchange e-mail and password for a token that is valid for 30 days; send it as `Authorization: Token …`."""

    permission_classes = [AllowAny]
    authentication_classes = []
    throttle_classes = [ScopedRateThrottle, PerAddressThrottle]
    throttle_scope = "token"

    def get_authenticate_header(self, request):
        return "Token"

    @extend_schema(request=CredentialsSerializer, responses={200: TokenSerializer}, auth=[])
    def post(self, request):
        credentials = CredentialsSerializer(data=request.data)
        credentials.is_valid(raise_exception=True)
        user = authenticate(request, **credentials.validated_data)
        if user is None or not user.emailaddress_set.filter(verified=True).exists():
            raise AuthenticationFailed("The e-mail address and the password do not belong together.")
        remove_expired(user)
        with transaction.atomic():
            row, token = get_token_model().objects.create(user=user)
            audit.record("create_token", by=user, target=user)
        return Response(TokenSerializer({"token": token, "expires_at": row.expiry}).data)


class TokenRevoke(APIView):
    """Make the token of this request useless."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request):
        if request.auth is not None:
            with transaction.atomic():
                request.auth.delete()
                audit.record("revoke_token", by=request.user, target=request.user)
        return Response(status=204)


class MeDetail(APIView):
    """The person whose token this is."""

    @extend_schema(responses=MeSerializer)
    def get(self, request):
        return Response(MeSerializer(request.user, context={"roles": roles_of(request.user)}).data)


class EnrollmentList(generics.ListAPIView):
    """One's own places in cohorts, newest first."""

    serializer_class = EnrollmentSerializer
    queryset = Enrollment.objects.none()

    def get_queryset(self):
        return self.request.user.enrollments.select_related("cohort__program", "cohort__curriculum")


class NotificationList(generics.ListAPIView):
    """One's own notifications, newest first."""

    serializer_class = NotificationSerializer
    queryset = Notification.objects.none()

    def get_queryset(self):
        return self.request.user.notifications.all()
