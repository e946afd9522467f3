"""Where a viewer stands in a cohort: as a learner with their own dates, or as someone who looks in."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404
from django.utils import timezone

from courses.models import Activity, Cohort, Enrollment, Extension
from courses.models.enrollments import EnrollmentState
from courses.schedule import Dates, closes
from courses.timeline import Timeline
from lms.accounts.models import User
from lms.lib.errors import DomainError

CALENDAR = ("cohort__breaks", "pauses", Prefetch("extensions", Extension.objects.select_related("granted_by")))
MOST_PLACES = 20
FINISHED_EARLY = (EnrollmentState.WITHDRAWN, EnrollmentState.DEFERRED)


class NotOpenYet(DomainError):
    code = "not_open_yet"


@dataclass(frozen=True)
class Place:
    """A viewer's place at the pages of `cohort`; `enrollment` is None for staff and mentors, who see its own calendar."""

    cohort: Cohort
    enrollment: Enrollment | None
    timeline: Timeline
    now: datetime = field(default_factory=timezone.now)

    @property
    def is_learning(self) -> bool:
        """Whether the viewer works here now: ticks, answers, hands in."""
        return self.enrollment is not None and self.enrollment.state == EnrollmentState.ACTIVE

    def dates(self, activity: Activity, *, week: int | None = None) -> Dates:
        return self.timeline.dates(activity, week=week)

    def is_locked(self, dates: Dates) -> bool:
        """Whether an activity with these dates has not opened yet to this viewer; never to staff and mentors."""
        return self.enrollment is not None and self.now < dates.available.at

    def check_open(self, activity: Activity) -> None:
        """Raise `NotOpenYet` when the activity has not opened yet to this viewer."""
        dates = self.dates(activity)
        if self.enrollment and self.is_locked(dates):
            raise NotOpenYet(f"This opens on {dates.available.sentence(self.enrollment.user.time_zone)}.")

    def is_closed(self, dates: Dates) -> bool:
        return closes(dates, self.now)


def place_of(user: User, cohort_slug: str) -> Place:
    """The viewer's place in the cohort at this address; strangers and learners who left raise `Http404`."""
    enrollment = own_enrollments(user).filter(cohort__slug=cohort_slug).exclude(state__in=FINISHED_EARLY).first()
    if enrollment:
        enrollment.user = user
        return learning_place(enrollment)
    cohort = Cohort.objects.looked_into_by(user).select_related("curriculum__program").filter(slug=cohort_slug).first()
    if cohort is None:
        raise Http404("No such cohort, or not one of yours.")
    return Place(cohort, None, Timeline.of_cohort(cohort))


def own_enrollments(user: User):
    """A person's enrollments, newest first."""
    enrollments = Enrollment.objects.filter(user=user).select_related("cohort__curriculum__program")
    return enrollments.order_by("-enrolled_at", "-pk")


def learning_place(enrollment: Enrollment) -> Place:
    """The place of a learner, with all that their dates need read in three queries."""
    prefetch_related_objects([enrollment], *CALENDAR)
    return Place(enrollment.cohort, enrollment, Timeline.of(enrollment))


def choose_enrollment(user: User, slug: str = "") -> tuple[Enrollment | None, list[Enrollment]]:
    """The place shown by a page that names no cohort: the one asked for, else the newest open one, else the newest; and all."""
    everything = list(own_enrollments(user)[:MOST_PLACES])
    for one in everything:
        one.user = user
    wanted = [one for one in everything if one.cohort.slug == slug]
    chosen = wanted or [one for one in everything if one.is_open] or everything
    return (chosen[0] if chosen else None), everything
