"""How django-allauth is bent to this portal: people join by invitation, or sign up where they apply to a cohort, which has
an address of its own; the general sign-up is closed.
"""

from smtplib import SMTPException

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect
from knox.models import get_token_model

from lms.accounts import audit

logger = structlog.get_logger(__name__)
NOT_SENT = "The e-mail could not be sent just now. Nothing was changed; try again in a few minutes."


def display_name(user):
    return str(user)


class AccountAdapter(DefaultAccountAdapter):
    is_notice = False
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is closed. Ask your cohort office.",
        "email_password_mismatch": "This e-mail address and this password do not belong together. Check both.",
        "incorrect_password": "This is not your password.",
        "rate_limited": "That was often in a short time. Wait a few minutes, then try again.",
        "too_many_login_attempts": "Too many tries failed. Wait a few minutes, then try again.",
    }

    def is_open_for_signup(self, request):
        return False

    @transaction.atomic
    def set_password(self, user, password):
        """Both a change and a reset come through here; whoever held a token of the old password holds none now."""
        super().set_password(user, password)
        audit.record("change_password", by=user, target=user)
        get_token_model().objects.filter(user=user).delete()

    @transaction.atomic
    def confirm_email(self, request, email_address):
        was = email_address.user.email
        is_confirmed = super().confirm_email(request, email_address)
        user = type(email_address.user).objects.get(pk=email_address.user_id)
        if user.email != was:
            audit.record("change_email", by=user, target=user, before={"email": was}, after={"email": user.email})
        return is_confirmed

    def send_mail(self, template_prefix, email, context):
        """Where mail cannot go out, say so on the form it was asked for on, alike for known and unknown addresses."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException) as error:  # its text may hold the address
            logger.error("account_mail_not_sent", template=template_prefix, error=type(error).__name__)
            if self.is_notice:
                return
            if self.request is None:
                raise
            messages.error(self.request, NOT_SENT)
            if self.request.method == "POST":  # what comes next would say that it is on its way
                raise ImmediateHttpResponse(redirect(self.request.get_full_path())) from error

    def send_notification_mail(self, *args, **kwargs):
        """What was changed stays changed where the e-mail that tells of it cannot go out."""
        self.is_notice = True
        try:
            super().send_notification_mail(*args, **kwargs)
        finally:
            self.is_notice = False
