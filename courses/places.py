"""Where a viewer stands in a cohort: as a learner with their own dates, or as someone who looks in."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.utils import timezone

from courses.models import Activity, ActivityProgress, Break, Cohort, Enrollment, Extension, Pause
from courses.models.enrollments import EnrollmentState
from courses.outline import Outline, outline_of
from courses.schedule import Dates, closes
from courses.timeline import Timeline
from lms.accounts.models import User
from lms.lib.errors import DomainError

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

    @cached_property
    def outline(self) -> Outline:
        return outline_of(self.cohort.curriculum_id)

    @cached_property
    def done(self) -> frozenset[int]:
        """The ids of the activities that the learner has done; one query."""
        if self.enrollment is None:
            return frozenset()
        done = ActivityProgress.objects.filter(enrollment=self.enrollment.pk)
        return frozenset(done.values_list("activity", flat=True))

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
        enrollment.cohort.curriculum = outline_of(enrollment.cohort.curriculum_id).curriculum
        return learning_place(enrollment)
    cohort = Cohort.objects.looked_into_by(user).select_related("curriculum__program").filter(slug=cohort_slug).first()
    if cohort is None:
        raise Http404("No such cohort, or not one of yours.")
    return Place(cohort, None, Timeline.of_cohort(cohort))


def own_enrollments(user: User):
    """A person's enrollments, newest first, each knowing whether anything bends its dates."""
    return (
        Enrollment.objects.filter(user=user)
        .select_related("cohort")
        .annotate(
            has_breaks=Exists(Break.objects.filter(cohort=OuterRef("cohort"))),
            has_pauses=Exists(Pause.objects.filter(enrollment=OuterRef("pk"))),
            has_extensions=Exists(Extension.objects.filter(enrollment=OuterRef("pk"))),
        )
        .order_by("-enrolled_at", "-pk")
    )


def learning_place(enrollment: Enrollment) -> Place:
    """The place of a learner; a query for each of breaks, pauses and extensions that there are."""
    timeline = Timeline.made(
        cohort=enrollment.cohort,
        breaks=enrollment.cohort.breaks.all() if enrollment.has_breaks else (),
        pauses=enrollment.pauses.all() if enrollment.has_pauses else (),
        extensions=enrollment.extensions.select_related("granted_by") if enrollment.has_extensions else (),
    )
    return Place(enrollment.cohort, enrollment, timeline)


def choose_enrollment(user: User, slug: str = "") -> tuple[Enrollment | None, list[Enrollment]]:
    """The place shown by a page that names no cohort: the one asked for, else the newest open one, else the newest; and all."""
    everything = list(own_enrollments(user)[:MOST_PLACES])
    for one in everything:
        one.user = user
        one.cohort.curriculum = outline_of(one.cohort.curriculum_id).curriculum
    wanted = [one for one in everything if one.cohort.slug == slug]
    chosen = wanted or [one for one in everything if one.is_open] or everything
    return (chosen[0] if chosen else None), everything
