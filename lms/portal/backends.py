"""How a signed-in person is loaded on each request: with their roles and unread count, in one prepared query."""

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from lms.accounts.models import User
from lms.lib.prepared import Prepared
from lms.notifications.models import Notification
from lms.portal.roles import role_flags, roles_from

FIELDS = [field.attname for field in User._meta.concrete_fields]


def _viewer(user):
    unread = Notification.objects.unread().filter(recipient=OuterRef("pk")).order_by().values("recipient")
    count = Coalesce(Subquery(unread.annotate(count=Count("pk")).values("count")), 0)
    return User.objects.filter(pk=user).values_list(*FIELDS, *role_flags(), count)


VIEWER = Prepared(_viewer, "user")


class PortalBackend(AuthenticationBackend):
    """allauth's sign-in; every page needs who one is here and the bell, so they come along with the person."""

    def get_user(self, user_id):
        row = VIEWER.row(user=int(user_id))
        if row is None:
            return None
        user = User.from_db("default", FIELDS, row[: len(FIELDS)])
        if not self.user_can_authenticate(user):
            return None
        user.__dict__["_roles"] = roles_from(row[len(FIELDS) : -1])
        user.unread_count = row[-1]
        return user
