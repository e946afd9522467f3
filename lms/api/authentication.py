"""Who a token belongs to."""

from django.utils import timezone
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox.auth import TokenAuthentication
from knox.models import get_token_model


class ApiTokenAuthentication(TokenAuthentication):
    """Knox's, which reads all tokens of a person on every request to remove those that ran out: here that is done when they
    get a new one, by `remove_expired`."""

    def _cleanup_token(self, auth_token):
        is_expired = auth_token.expiry is not None and auth_token.expiry < timezone.now()
        if is_expired:
            auth_token.delete()
        return is_expired


class ApiTokenScheme(KnoxTokenScheme):
    """The same for the schema."""

    target_class = ApiTokenAuthentication


def remove_expired(user):
    """Remove a person's tokens that ran out."""
    get_token_model().objects.filter(user=user, expiry__lt=timezone.now()).delete()
