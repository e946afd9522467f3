"""The calendar that a person's other programs fetch, and what they were told last of each event."""

import re
import secrets
import uuid

from django.conf import settings
from django.core import signing
from django.db import models
from django.utils import timezone

TOKEN = re.compile(r"[0-9a-f]{32}\.[A-Za-z0-9_-]{43}")


def new_nonce():
    return secrets.token_hex(16)


class CalendarFeedQuerySet(models.QuerySet):
    def for_token(self, token):
        """The feed whose address carries `token`, or DoesNotExist: not ours, renewed since, switched off, or of somebody who
        may not sign in. What we did not sign costs no query.
        """
        try:
            nonce = CalendarFeed.signer.unsign(token) if TOKEN.fullmatch(token) else ""
        except signing.BadSignature:
            nonce = ""
        if not nonce:
            raise CalendarFeed.DoesNotExist
        return self.select_related("user").get(nonce=nonce, switched_off_at=None, user__is_active=True)


class CalendarFeed(models.Model):
    """A person's calendar as an address that needs no sign-in: who has it reads their dates.

    The address is not stored: it is `nonce`, signed with the portal's key (as links of invitations are), so that the page can
    show it again and a copy of the database alone opens no calendar. A new nonce makes the old address useless.
    `uid` stands in the names of its events and stays.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed")
    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    nonce = models.CharField(max_length=32, default=new_nonce, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    switched_off_at = models.DateTimeField(null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()
    signer = signing.Signer(salt="lms.calendar-feed", sep=".")

    def __str__(self):
        return f"calendar feed of {self.user}"

    @property
    def token(self):
        return self.signer.sign(self.nonce)

    @property
    def is_on(self):
        return self.switched_off_at is None


class FeedEvent(models.Model):
    """What a feed said last of one event: which revision (`sequence`) of what (`digest`), and since when.

    `title`, `starts_at` and `zone` (empty: a whole day) are kept so that the event can be cancelled once it has gone.
    """

    feed = models.ForeignKey(CalendarFeed, on_delete=models.CASCADE, related_name="events")
    key = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    is_cancelled = models.BooleanField(default=False)
    title = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    zone = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["feed", "key"], name="one_revision_per_feed_and_event")]

    def __str__(self):
        return f"{self.title}, revision {self.sequence}"
