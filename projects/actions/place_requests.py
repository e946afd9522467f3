"""Learners ask the office about their place: more days, a pause, another cohort, coming back later. Asking and taking back."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone

from courses.models import Activity, Cohort, Enrollment, PlaceRequest
from courses.models.enrollments import MOST_DAYS_PAUSED, OPEN_STATES, EnrollmentState
from courses.models.place_requests import MAX_WORDS, RequestKind, RequestState
from courses.schedule import last_day_of
from lms.accounts import audit
from lms.accounts.models import User
from lms.lib.errors import DomainError, InvalidInput
from lms.notifications.actions import notify
from lms.notifications.models import Kind
from projects.actions.states import staff_of

MOST_DAYS_ASKED = 60
MOST_DAYS_AHEAD = 92
NOT_SENT = "Nothing was sent."


class RequestRefused(DomainError):
    code = "place_request_refused"


def ask(*, enrollment: Enrollment, kind: str, why: str, by: User, **wish: Any) -> PlaceRequest:
    """Ask the office for `wish`: `activity` and `days`; `starts_on` and `ends_on`; `to_cohort` (of a deferral, or None).

    Raises `InvalidInput` for what cannot be asked, `RequestRefused` when the place allows none of this kind now, or one is
    open already; right for any number of clicks at once. Who runs the cohort is told.
    """
    why = why.strip()
    if not why or len(why) > MAX_WORDS:
        raise InvalidInput(f"Write why, in at most {MAX_WORDS} characters: the office decides by it. {NOT_SENT}")
    check_wish(enrollment, kind, **wish)
    asked = PlaceRequest(enrollment=enrollment, kind=kind, why=why, **wish)
    with transaction.atomic():
        try:
            with transaction.atomic():
                asked.save(force_insert=True)
        except IntegrityError as error:
            raise RequestRefused(
                f"You have asked for this already, and nobody has answered yet: take that request back first. {NOT_SENT}",
                code="asked_already",
            ) from error
        audit.record("ask_office", by=by, target=enrollment, after={"kind": kind, "asked": asked.wish}, reason=why)
        for person in staff_of(enrollment.cohort):
            if person == enrollment.user:
                continue  # nobody answers their own
            notify(
                recipient=person,
                key=f"place-request:{asked.pk}",
                kind=Kind.REQUEST_ASKED,
                title=f"{enrollment.user} asks: {asked.wish}",
                body=why,
                path=reverse("request_answer", args=[asked.pk]),
            )
    return asked


def check_wish(
    enrollment: Enrollment,
    kind: str,
    *,
    activity: Activity | None = None,
    days: int | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    to_cohort: Cohort | None = None,
) -> None:
    """Raise when a learner cannot ask for this now, with the reason."""
    if enrollment.state not in OPEN_STATES:
        raise RequestRefused(f"Your place in {enrollment.cohort} has ended; write to your office. {NOT_SENT}")
    if kind == RequestKind.EXTENSION:
        _check_days(enrollment, activity, days)
    elif kind == RequestKind.PAUSE:
        _check_pause(enrollment, starts_on, ends_on)
    elif kind == RequestKind.TRANSFER and to_cohort is None:
        raise InvalidInput(f"Choose the cohort. {NOT_SENT}")
    if to_cohort and not later_cohorts(enrollment).filter(pk=to_cohort.pk).exists():
        raise InvalidInput(f"{to_cohort} has no free seat, or is not a later cohort of your program. {NOT_SENT}")


def later_cohorts(enrollment: Enrollment) -> QuerySet[Cohort]:
    """The cohorts of the program that begin after the learner's own and have a seat free, the next one first."""
    later = Cohort.objects.filter(program=enrollment.cohort.program_id, starts_on__gt=enrollment.cohort.starts_on)
    return later.filter(seats__gt=F("seats_taken") + F("seats_held")).order_by("starts_on", "pk")


@transaction.atomic
def take_back(*, request: PlaceRequest, by: User) -> None:
    """Take one's own request back while nobody has answered it, or while the pause it was granted has not begun."""
    if (
        not PlaceRequest.objects.undecided()
        .filter(pk=request.pk)
        .update(state=RequestState.TAKEN_BACK, answered_at=timezone.now())
    ):
        raise RequestRefused("This was answered or taken back already; nothing was changed.")
    audit.record("take_back_request", by=by, target=request.enrollment, after={"asked": request.wish})


def _check_days(enrollment: Enrollment, activity: Activity | None, days: int | None) -> None:
    if activity is None or activity.curriculum_id != enrollment.cohort.curriculum_id or activity.due_offset is None:
        raise InvalidInput(f"Choose an activity of your program that has a due date. {NOT_SENT}")
    if days is None or not 1 <= days <= MOST_DAYS_ASKED:
        raise InvalidInput(f"Ask for 1 to {MOST_DAYS_ASKED} days. {NOT_SENT}")


def _check_pause(enrollment: Enrollment, starts_on: date | None, ends_on: date | None) -> None:
    if enrollment.state == EnrollmentState.PAUSED:
        raise RequestRefused(f"You are paused now; ask again once it is over, or write to your office. {NOT_SENT}")
    today = enrollment.cohort.today()
    if starts_on is None or ends_on is None or ends_on < starts_on:
        raise InvalidInput(f"A pause ends on or after its first day. {NOT_SENT}")
    if not today <= starts_on <= last_day_of(today, MOST_DAYS_AHEAD):
        raise InvalidInput(f"A pause begins today or within {MOST_DAYS_AHEAD} days. {NOT_SENT}")
    if ends_on > last_day_of(starts_on, MOST_DAYS_PAUSED):
        raise InvalidInput(
            f"A pause lasts at most {MOST_DAYS_PAUSED} days; for longer, ask to come back in a later cohort. {NOT_SENT}"
        )
