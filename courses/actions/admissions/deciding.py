"""What the office decides about an application."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from courses.actions.admissions.moves import AdmissionRefused, lock, may, move
from courses.actions.cohorts import hold_seat
from courses.models import Application, Cohort, Enrollment, Intake
from courses.models.enrollments import EnrollmentState
from lms.accounts.models import User
from lms.lib.errors import InvalidInput

END_OF_DAY = time(23, 59)
LONGEST_AHEAD = timedelta(days=366)


@transaction.atomic
def take_into_review(*, application: Application, by: User) -> None:
    """Give a submitted application to its readers."""
    move(lock(application), "take_into_review", by=by)


@transaction.atomic
def take_up_again(*, application: Application, by: User, reason: str = "") -> None:
    """Read an application again that waited or had ended; its scores stay."""
    move(lock(application), "take_up_again", by=by, reason=reason)


@transaction.atomic
def invite_to_interview(*, application: Application, at: datetime, where: str, by: User) -> None:
    """Invite who applied to talk at a moment ahead; doing it again moves the appointment."""
    if not timezone.now() < at < timezone.now() + LONGEST_AHEAD:
        raise InvalidInput("An interview is ahead of now, within a year. Nothing was sent.")
    move(lock(application), "invite_to_interview", by=by, interview_at=at, interview_where=where.strip())


@transaction.atomic
def offer_place(*, application: Application, by: User | None) -> None:
    """Offer a place and hold its seat until the offer is answered or expires; `by` None: the waiting list moved up.

    Refused while no seat is free that neither an offer holds nor an open invitation promises.
    """
    application = lock(application)
    cohort = application.cohort
    if joined(Application.objects.filter(pk=application.pk)).exists():
        raise AdmissionRefused(f"{application.applicant} already has a place in {cohort}.", code="already_enrolled")
    if cohort.seats_to_offer <= 0:
        raise AdmissionRefused(
            f"No seat of {cohort} is left to offer: all are taken, held by an offer, or promised by an invitation. "
            "Nothing was sent. Add seats, or use the waiting list.",
            code="no_seat_left",
        )
    move(application, "offer", by=by, offer_expires_at=offer_end(cohort.intake))
    hold_seat(cohort.pk)


@transaction.atomic
def offer_places(*, applications: Iterable[Application], by: User) -> list[Application]:
    """Offer places to several: all of them or none."""
    offered = list(applications)
    for application in offered:
        offer_place(application=application, by=by)
    return offered


@transaction.atomic
def wait_list(*, application: Application, by: User, place: int | None = None) -> None:
    """Put an application on the waiting list: at `place` (1: first in line), else last; those behind it move back."""
    application = lock(application)
    line = list(Application.objects.waiting().filter(cohort=application.cohort))
    at = len(line) if place is None else max(0, min(place - 1, len(line)))
    for rank, one in enumerate(line, start=1):
        one.waiting_rank = rank + (rank > at)
    Application.objects.bulk_update(line, ["waiting_rank"])
    move(application, "wait_list", by=by, waiting_rank=at + 1)


@transaction.atomic
def not_admit(*, application: Application, by: User, answer: str) -> None:
    """Turn an application down with words that who applied reads."""
    if not answer.strip():
        raise InvalidInput("Write some words to who applied. Nothing was sent.")
    move(lock(application), "not_admit", by=by, answer=answer.strip())


@transaction.atomic
def end_offer(*, application: Application) -> None:
    """End an offer whose time is over, for the clock; harmless when it was answered meanwhile."""
    application = lock(application)
    if Application.objects.overdue_offers(timezone.now()).filter(pk=application.pk).exists():
        move(application, "end_offer", by=None)


@transaction.atomic
def settle(*, application: Application) -> None:
    """End the application of somebody who got a place in the cohort another way, for the clock; harmless when moved."""
    application = lock(application)
    if may("join", application) and joined(Application.objects.filter(pk=application.pk)).exists():
        move(application, "join", by=None, reason="Has a place in the cohort already.")


def joined(applications: QuerySet[Application]) -> QuerySet[Application]:
    """Those whose writers have a place in the cohort."""
    places = Enrollment.objects.filter(user=OuterRef("applicant"), cohort=OuterRef("cohort"))
    return applications.filter(Exists(places.exclude(state=EnrollmentState.WITHDRAWN)))


@transaction.atomic
def offer_next(*, cohort: Cohort) -> Application | None:
    """Offer a free place to the first in line; None where nobody waits or none is free. Right with any number of clocks."""
    first = Application.objects.waiting().filter(cohort=cohort)
    application = first.first()
    if application is None:
        return None
    locked = lock(application).cohort
    application = first.exclude(pk__in=joined(first).values("pk")).first()
    if application is None or locked.seats_to_offer <= 0 or not locked.intake.is_filling:
        return None
    offer_place(application=application, by=None)
    return application


def offer_end(intake: Intake) -> datetime:
    """When an offer made now expires: at the end of a day in the cohort's zone."""
    zone = ZoneInfo(intake.cohort.time_zone)
    last_day = timezone.localdate(timezone=zone) + timedelta(days=intake.offer_days)
    return datetime.combine(last_day, END_OF_DAY, zone)
