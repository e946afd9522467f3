"""What every page of the portal knows about its viewer: who they are here, where they can go, what is unread."""

import functools
from typing import NamedTuple

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import cached_property

from lms.lib.moments import zone_name

try:
    from lms.portal.roles import roles_of
except ModuleNotFoundError:  # until lms/portal/roles.py is there
    roles_of = None


class Place(NamedTuple):
    label: str
    url_name: str
    icon: str


class NavItem(NamedTuple):
    label: str
    url: str
    icon: str
    active: bool
    current: str


HOME = Place("Home", "home", "house")
PLACES = {
    "learner": (Place("Curriculum", "curriculum", "book-open"), Place("Grades", "grades", "chart-no-axes-column")),
    "mentor": (Place("Review queue", "review_queue", "list-checks"), Place("My learners", "mentor_learners", "users")),
    "staff": (Place("Cohorts", "cohort_list", "graduation-cap"), Place("Grading", "grading_office", "gauge")),
}


@functools.cache
def address(url_name):
    """The page's address, or None where this portal has no such page."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None


@functools.cache
def places_of(learner, mentor, staff):
    """The places a person with these roles can go, as (place, address), without pages that do not exist."""
    chosen = [HOME]
    for role, is_held in (("learner", learner), ("mentor", mentor), ("staff", staff)):
        chosen += PLACES[role] if is_held else ()
    return [(place, address(place.url_name)) for place in chosen if address(place.url_name)]


class Portal:
    """Lazy, so that a page which shows none of it asks the database nothing; `unread` is the only query of its own."""

    home_url = property(lambda self: address("home") or "/")
    profile_url = property(lambda self: address("profile") if self._signed_in else None)
    notifications_url = property(lambda self: address("notification_list"))

    def __init__(self, request):
        self._request = request

    @cached_property
    def _signed_in(self):
        return getattr(self._request, "user", None) is not None and self._request.user.is_authenticated

    @cached_property
    def roles(self):
        return roles_of(self._request.user) if self._signed_in and roles_of else None

    @cached_property
    def nav(self):
        if not self.roles:
            return []
        here = self._request.path
        return [
            NavItem(place.label, url, place.icon, _is_at(here, url), "page" if here == url else "true")
            for place, url in places_of(self.roles.learner, self.roles.mentor, self.roles.staff)
        ]

    @cached_property
    def unread(self):
        return self._request.user.notifications.unread().count() if self._signed_in else 0

    @property
    def unread_text(self):
        return "99+" if self.unread > 99 else str(self.unread)

    @property
    def zone(self):
        return zone_name(timezone.get_current_timezone())


def _is_at(here, url):
    return here == url or (url != "/" and here.startswith(url))


def portal(request):
    return {"DEMO": settings.DEMO, "portal": Portal(request)}
