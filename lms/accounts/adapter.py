"""How django-allauth is bent to this portal: people join by invitation, not by signing up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from knox.models import get_token_model


def display_name(user):
    return str(user)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False

    @transaction.atomic
    def set_password(self, user, password):
        """Both a change and a reset come through here; whoever held a token of the old password holds none now."""
        super().set_password(user, password)
        get_token_model().objects.filter(user=user).delete()
