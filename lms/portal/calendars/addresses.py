"""The address of a person's calendar feed, as their calendar page shows it."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from courses.models import CalendarFeed
from lms.accounts.models import User
from lms.portal.roles import Roles

HOLDS = (
    ("learner", "when your work is due and why"),
    ("mentor", "when the work you review is due, without names"),
    ("staff", "the dates of the cohorts you run"),
)


@dataclass(frozen=True)
class FeedAddress:
    """`url` is empty while there is none; `holds` says in words what is behind it."""

    url: str
    holds: str

    @property
    def webcal(self) -> str:
        """What opens in the calendar program of the machine."""
        return f"webcal:{self.url.partition(':')[2]}"


def feed_address(user: User, roles: Roles) -> FeedAddress:
    """One query."""
    feed = CalendarFeed.objects.filter(user=user, switched_off_at=None).first()
    url = settings.BASE_URL + reverse("calendar_feed", args=[feed.token]) if feed else ""
    return FeedAddress(url, ", ".join(words for role, words in HOLDS if getattr(roles, role)))
