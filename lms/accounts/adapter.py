"""How django-allauth is bent to this portal: people join by invitation, not by signing up."""

from allauth.account.adapter import DefaultAccountAdapter


def display_name(user):
    return str(user)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False
