"""Seeing the portal as a learner: who may, the state that a session holds, and what holds for each request meanwhile."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import structlog
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils import timezone

from courses.models import Enrollment
from courses.permissions import can_run_cohort
from lms.accounts import audit
from lms.accounts.models import User
from lms.api import errors as api_errors
from lms.lib import present
from lms.lib.errors import DomainError
from lms.lib.moments import spell_day, spell_moment, zone_name
from lms.portal.backends import PortalBackend
from lms.portal.roles import roles_of
from lms.portal.view_as_pages import SHOWN, SHOWN_TO_OFFICE
from mentors.permissions import mentors_learner

KEY = "view_as"
LASTS = timedelta(minutes=30)
NOON = time(12)
MOST_DAYS_AWAY = 2 * 366
SAFE = ("GET", "HEAD", "OPTIONS")
STOP = "view_as_stop"
WRITE = re.compile(r"\s*(insert|update|delete|merge|truncate|replace|copy)\b", re.IGNORECASE)
TIME_IS_OVER = "half an hour is over"
NO_RIGHT = "the right to see them ended"
READ_ONLY = (
    "While you see the portal as a learner, nothing can be changed. Nothing was; stop first, then do it as yourself."
)


class ViewRefused(DomainError):
    code = "view_refused"


class WrittenInView(PermissionDenied):
    """A page wrote something while it was seen by somebody else than its learner; nothing was changed."""


@dataclass(frozen=True)
class View:
    """Somebody sees the portal as a learner in one place of theirs, `on` a day of its cohort (None: now), until a moment."""

    viewer: User
    enrollment: Enrollment
    learner: User
    on: date | None
    until: datetime

    @cached_property
    def shown(self) -> frozenset[str]:
        """The names of the pages that the viewer sees."""
        return SHOWN | SHOWN_TO_OFFICE if can_run_cohort(self.viewer, self.enrollment.cohort) else SHOWN

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.enrollment.cohort.time_zone)

    @property
    def moment(self) -> datetime | None:
        """The moment that is shown: noon of the day in the cohort's zone."""
        return datetime.combine(self.on, NOON, self.zone).astimezone(UTC) if self.on else None

    @property
    def moment_text(self) -> str:
        now = timezone.now().astimezone(self.zone)
        return f"{spell_moment(self.moment.astimezone(self.zone), now)} ({zone_name(self.zone)})" if self.moment else ""

    @property
    def is_past(self) -> bool:
        return self.moment is not None and self.moment < timezone.now()

    @property
    def until_text(self) -> str:
        return f"{self.until.astimezone(ZoneInfo(self.viewer.time_zone)):%H:%M}"


def can_view_as(user: User, enrollment: Enrollment) -> bool:
    """See the portal as a learner: who runs their cohort, and their current mentor; nobody as themselves."""
    if user.pk == enrollment.user_id:
        return False
    return can_run_cohort(user, enrollment.cohort) or mentors_learner(user, enrollment)


@transaction.atomic
def start_view(*, enrollment: Enrollment, on: date | None, by: User) -> dict[str, object]:
    """Let `by`, who may, see the portal as the learner for half an hour; what their session is to hold.

    Refused where the learner also mentors or works for an office: their pages hold what is other people's.
    """
    cohort = enrollment.cohort
    if learner_of(enrollment) is None:
        raise ViewRefused(
            f"{enrollment.user} also mentors or works for an office, or their account is closed. "
            "Nobody can see the portal as them, since it would show what belongs to other people."
        )
    if on and abs((on - cohort.starts_on).days) > MOST_DAYS_AWAY:
        raise ViewRefused(f"Choose a day within two years of the first day, {spell_day(cohort.starts_on, on)}.")
    until = timezone.now() + LASTS
    after = {"on": str(on) if on else "", "until": until.isoformat(timespec="seconds")}
    audit.record("view_as", by=by, target=enrollment, after=after)
    return {"enrollment": enrollment.pk, "viewer": by.pk, "on": after["on"], "until": until.timestamp()}


@transaction.atomic
def end_view(state: dict[str, object], *, why: str = "") -> Enrollment | None:
    """Note that what the session held is over; the place that was seen."""
    enrollment = Enrollment.objects.select_related("cohort", "user").filter(pk=state["enrollment"]).first()
    viewer = User.objects.filter(pk=state["viewer"]).first()
    if enrollment is not None:
        audit.record("stop_view_as", by=viewer, target=enrollment, reason=why)
    return enrollment


def learner_of(enrollment: Enrollment) -> User | None:
    """The learner as a viewer sees them: with no powers but a learner's. None where they have others, or no account."""
    learner: User | None = PortalBackend().get_user(enrollment.user_id)
    if learner is None or roles_of(learner).mentor or roles_of(learner).staff:
        return None
    learner.seen_in = enrollment.pk
    return learner


def view_of(state: dict[str, object], viewer: User) -> View | str:
    """The view that a session holds, or why it is over; asked on each request."""
    until = datetime.fromtimestamp(float(str(state["until"])), UTC)
    if timezone.now() >= until:
        return TIME_IS_OVER
    enrollment = Enrollment.objects.select_related("cohort", "user").filter(pk=state["enrollment"]).first()
    may = enrollment is not None and viewer.pk == state["viewer"] and can_view_as(viewer, enrollment)
    learner = learner_of(enrollment) if enrollment is not None and may else None
    if enrollment is None or learner is None:
        return NO_RIGHT
    return View(viewer, enrollment, learner, date.fromisoformat(str(state["on"])) if state["on"] else None, until)


class ViewAsMiddleware:
    """Makes the learner the person of the request while its session holds a view of them, and lets nothing be written.

    It stands behind the logging of requests, which then says both ids, and before the viewer's time zone.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        state = request.session.get(KEY)
        if state is None or name_of(request) == STOP:
            return self.get_response(request)
        view = view_of(state, request.user)
        if isinstance(view, str):
            return over(request, view)
        structlog.contextvars.bind_contextvars(viewer_id=view.viewer.pk, seen_as_id=view.learner.pk)
        request.view, request.user = view, view.learner
        with present.shown(view.moment):
            if request.method not in SAFE:
                return refused(request, READ_ONLY, "read_only")
            if not is_shown(request, view):
                return refused(request, not_shown(view), "not_shown")
            with connection.execute_wrapper(refuse_writes):
                response = self.get_response(request)
        response.setdefault("Cache-Control", "private, no-store")
        return response


def name_of(request):
    """The name of the address, or None where nothing is."""
    try:
        return resolve(request.path_info).url_name
    except Resolver404:
        return None


def not_shown(view):
    return (
        f"This page is not shown while you see the portal as {view.learner}: it is theirs alone, or one of your own. "
        "Stop to go on as yourself."
    )


def is_shown(request, view):
    """Whether the page is the learner's, and of the place that the viewer may see; what is no page says so by itself."""
    try:
        found = resolve(request.path_info)
    except Resolver404:
        return True
    cohort = view.enrollment.cohort.slug
    return found.url_name in view.shown and found.kwargs.get("cohort", cohort) == cohort


def refuse_writes(execute, sql, params, many, context):
    if WRITE.match(sql):
        raise WrittenInView("This page writes something, so it cannot be seen as somebody else. Nothing was changed.")
    return execute(sql, params, many, context)


def refused(request, text, code):
    """The answer to what is not for who only looks on: a page, for htmx a message where one is, the API's shape for the API."""
    if api_errors.is_api(request):
        return JsonResponse(api_errors.shape(code, text), status=403)
    if request.headers.get("HX-Request"):
        messages.error(request, text)
        return HttpResponse(status=403, headers={"HX-Refresh": "true"})
    return render(request, "portal/view_as_refused.html", {"text": text}, status=403)


def over(request, why):
    """The view has ended: the session is the viewer's own again, and nothing of this request is done."""
    end_view(request.session.pop(KEY), why=why)
    text = f"You see the portal as yourself again: {why}."
    if api_errors.is_api(request):
        return JsonResponse(api_errors.shape("view_over", text), status=403)
    messages.info(request, f"{text} {'' if request.method in SAFE else 'Nothing was changed.'}".strip())
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": "/"})
    return redirect("home")
