"""What every page of the portal knows about its viewer: who they are here, where they can go, what is unread."""

import functools
from typing import NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import cached_property

from courses.models import PlaceRequest
from lms.lib.moments import zone_name
from lms.notifications.models import Notification
from lms.portal.roles import roles_of
from lms.portal.templatetags.ui import avatar
from lms.portal.view_as_pages import SHOWN


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
REQUESTS = Place("Requests", "request_queue", "inbox")
CALENDAR = Place("Calendar", "calendar", "calendar-days")
PLACES = {
    "learner": (
        Place("Curriculum", "curriculum", "book-open"),
        CALENDAR,
        Place("Grades", "grades", "chart-no-axes-column"),
        Place("Notes", "note_list", "notebook-pen"),
    ),
    "mentor": (
        Place("Review queue", "review_queue", "list-checks"),
        Place("My learners", "mentor_learners", "users"),
        CALENDAR,
    ),
    "staff": (
        Place("Cohorts", "cohort_list", "graduation-cap"),
        REQUESTS,
        CALENDAR,
        Place("Grading", "grading_office", "gauge"),
        Place("Audit", "audit_list", "history"),
    ),
}


@functools.cache
def address(url_name):
    """The page's address, or None where this portal has no such page."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None


@functools.cache
def places_of(learner, mentor, staff, seen=False):
    """The places a person with these roles can go, each once, as (place, address), without pages that do not exist, nor those
    that are not shown to who sees the portal as this person."""
    chosen = [HOME]
    for role, is_held in (("learner", learner), ("mentor", mentor), ("staff", staff)):
        chosen += PLACES[role] if is_held else ()
    kept = [place for place in chosen if not seen or place.url_name in SHOWN]
    return [(place, address(place.url_name)) for place in dict.fromkeys(kept) if address(place.url_name)]


@functools.cache
def _nav_at(learner, mentor, staff, seen, at, exactly):
    return tuple(
        NavItem(place.label, url, place.icon, url == at, "page" if exactly else "true")
        for place, url in places_of(learner, mentor, staff, seen)
    )


@functools.lru_cache(maxsize=1024)
def _nav_html(waiting, *place):
    """`waiting`: how many requests wait for the viewer's office."""
    context = {"nav": _nav_at(*place), "waiting": waiting, "waiting_at": address(REQUESTS.url_name)}
    return render_to_string("layouts/_nav.html", context)


@functools.lru_cache(maxsize=1024)
def _account_html(name, email, face):
    return render_to_string(
        "layouts/_account.html", {"name": name, "email": email, "face": face, "profile_url": address("profile")}
    )


class Portal:
    """Lazy, so that a page which shows none of it asks the database nothing; `unread` and what waits for an office
    are the only queries of its own."""

    home_url = property(lambda self: address("home") or "/")
    profile_url = property(lambda self: address("profile") if self.signed_in and not self.view else None)
    notifications_url = property(lambda self: address("notification_list") or "#")

    def __init__(self, request):
        self._request = request

    @property
    def view(self):
        """The `View` in which somebody sees this page as its learner, else None."""
        return getattr(self._request, "view", None)

    @cached_property
    def signed_in(self):
        return getattr(self._request, "user", None) is not None and self._request.user.is_authenticated

    @cached_property
    def roles(self):
        return roles_of(self._request.user) if self.signed_in else None

    @cached_property
    def nav(self):
        """Where the viewer can go, as `NavItem`s."""
        return _nav_at(*self._place) if self.roles else ()

    @property
    def nav_html(self):
        return _nav_html(self._waiting, *self._place) if self.roles else ""

    @cached_property
    def _waiting(self):
        """How many requests of learners wait, for who runs cohorts; a query for them alone."""
        return PlaceRequest.objects.open().answered_by_role(self._request.user).count() if self.roles.staff else 0

    @cached_property
    def _place(self):
        """The roles, the address of the current place (the longest of theirs that leads here), whether it is this page."""
        roles = (self.roles.learner, self.roles.mentor, self.roles.staff, self.view is not None)
        here = self._request.path
        above = [url for _, url in places_of(*roles) if here == url or (url != "/" and here.startswith(url))]
        at = max(above, key=len, default="")
        return (*roles, at, here == at)

    @cached_property
    def unread(self):
        """Unread notifications; counted along with the person unless some were read since."""
        if not self.signed_in:
            return 0
        counted = self._request.user.unread_count
        if counted is None:
            counted = Notification.objects.unread().filter(recipient=self._request.user.pk).count()
        return counted

    @property
    def unread_text(self):
        return "99+" if self.unread > 99 else self.unread

    @property
    def account_html(self):
        user = self._request.user
        return _account_html(str(user), user.email, avatar(user, "sm"))

    @property
    def zone(self):
        return zone_name(timezone.get_current_timezone())


def portal(request):
    return {"DEMO": settings.DEMO, "portal": Portal(request)}
