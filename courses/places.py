"""Where a viewer stands in a cohort: as a learner with their own dates, or as someone who looks in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from courses.models import (
    Accommodation,
    Activity,
    ActivityProgress,
    Break,
    Cohort,
    Curriculum,
    Enrollment,
    EnrollmentTransfer,
    Extension,
    Pause,
)
from courses.models.enrollments import EnrollmentState
from courses.outline import Outline, outline_of
from courses.schedule import Dates, closes, monday_of_week_one
from courses.timeline import BENDS, Timeline
from courses.version_checks import Problem, problems_of
from lms.accounts.models import User
from lms.lib import present
from lms.lib.errors import DomainError
from lms.lib.prepared import Prepared

MOST_PLACES = 20
PREVIEW = re.compile("_preview-([0-9]{1,18})-([0-9]{1,2})")
CLOCKS_DIFFER = timedelta(seconds=1)  # what this host says is done now may lie ahead of the database's clock
FINISHED_EARLY = (EnrollmentState.WITHDRAWN, EnrollmentState.DEFERRED)


class NotOpenYet(DomainError):
    code = "not_open_yet"


@dataclass(frozen=True)
class Place:
    """A viewer's place at the pages of `cohort`; `enrollment` is None for staff and mentors, who see its own calendar.

    `untold` are activities whose outcome the learner has not been told yet: they do not show as done.
    """

    cohort: Cohort
    enrollment: Enrollment | None
    timeline: Timeline
    now: datetime = field(default_factory=present.now)
    untold: frozenset[int] = frozenset()

    preview = None
    remarks: ClassVar[dict[str, tuple[str, ...]]] = {}
    """What is to be said to authors of activities, by slug."""

    @cached_property
    def outline(self) -> Outline:
        return outline_of(self.cohort.curriculum_id)

    @cached_property
    def done(self) -> frozenset[int]:
        """The ids of the activities that the learner has done, and was told so; one query."""
        if self.enrollment is None:
            return frozenset()
        return frozenset(activity for (activity,) in DONE.rows(enrollment=self.enrollment.pk)) - self.untold

    @property
    def keeps(self) -> bool:
        """Whether the viewer keeps bookmarks and notes here; who looks on does not see the learner's."""
        return self.enrollment is not None and self.enrollment.user.seen_in is None

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


@dataclass(frozen=True)
class PreviewPlace(Place):
    """An author's place at the learners' pages of a version: as if they were in `week` of it today. Its cohort is not stored
    and there is no enrollment, so that nothing can be recorded; what has not opened yet is locked, as it is to learners.
    """

    week: int = 1

    @property
    def preview(self) -> "PreviewPlace":  # type: ignore[override]
        return self

    @cached_property
    def problems(self) -> list[Problem]:
        """What the author should look at in this version."""
        return problems_of(self.cohort.curriculum)

    @cached_property
    def remarks(self) -> dict[str, tuple[str, ...]]:  # type: ignore[override]
        found: dict[str, tuple[str, ...]] = {}
        for problem in self.problems:
            if problem.slug:
                found[problem.slug] = (*found.get(problem.slug, ()), problem.said)
        return found

    def is_locked(self, dates: Dates) -> bool:
        return self.now < dates.available.at


def preview_slug(curriculum: Curriculum, week: int) -> str:
    """What stands for a cohort in the addresses of a preview; no cohort's address begins so."""
    return f"_preview-{curriculum.pk}-{week}"


def preview_place(user: User, slug: str) -> PreviewPlace | None:
    """The preview at this address; None when it is none, `Http404` for who does not run the program."""
    found = PREVIEW.fullmatch(slug)
    if found is None:
        return None
    known = Curriculum.objects.filter(program__staff__user=user).select_related("program")
    curriculum, week = get_object_or_404(known, pk=int(found[1])), int(found[2])
    if not 1 <= week <= curriculum.weeks:
        raise Http404(f"This version has the weeks 1 to {curriculum.weeks}.")
    today = timezone.localdate(timezone=ZoneInfo(user.time_zone))
    cohort = Cohort(
        program=curriculum.program,
        curriculum=curriculum,
        name=f"Preview of version {curriculum.version}",
        slug=slug,
        starts_on=monday_of_week_one(week=week, today=today),
        time_zone=user.time_zone,
    )
    return PreviewPlace(cohort, None, Timeline.made(cohort=cohort), week=week)


def place_of(user: User, cohort_slug: str) -> Place:
    """The viewer's place in the cohort at this address, or in a preview of a version that they run; strangers and learners who
    left raise `Http404`. Who went on to another cohort finds the place there by the old address."""
    if preview := preview_place(user, cohort_slug):
        return preview
    own = [one for one in own_enrollments(user) if one.state not in FINISHED_EARLY]
    for enrollment in own:
        if enrollment.cohort.slug == cohort_slug:
            return learning_place(enrollment)
    cohort = Cohort.objects.looked_into_by(user).select_related("curriculum__program").filter(slug=cohort_slug).first()
    if cohort:
        return Place(cohort, None, Timeline.of_cohort(cohort))
    moved = EnrollmentTransfer.objects.standing().filter(enrollment__in=own, from_cohort__slug=cohort_slug).first()
    if moved is None:
        raise Http404("No such cohort, or not one of yours.")
    return learning_place(next(one for one in own if one.pk == moved.enrollment_id))


def own_enrollments(user: User) -> list[Enrollment]:
    """A person's enrollments, newest first, each with its cohort and what may bend its dates; one query. Who sees the portal as
    this person has the one that they may see."""
    found = []
    for row in OWN_ENROLLMENTS.rows(user=user.pk):
        enrollment = enrollment_from(row)
        enrollment.user = user
        found.append(enrollment)
    return [one for one in found if user.seen_in in (None, one.pk)]


def enrollment_from(row: Sequence[Any]) -> Enrollment:
    """The enrollment in a row of `enrollment_columns`, with its cohort, without its user."""
    enrollment = Enrollment.from_db("default", ENROLLMENT_FIELDS, row[: len(ENROLLMENT_FIELDS)])
    enrollment.cohort = Cohort.from_db("default", COHORT_FIELDS, row[len(ENROLLMENT_FIELDS) : -len(BENDS)])
    enrollment.cohort.curriculum = outline_of(enrollment.cohort.curriculum_id).curriculum
    enrollment.__dict__.update(zip(BENDS, row[-len(BENDS) :], strict=True))
    return enrollment


def enrollment_columns() -> list[Any]:
    """What to select of a queryset of enrollments, for `enrollment_from`."""
    return [
        *ENROLLMENT_FIELDS,
        *(f"cohort__{field}" for field in COHORT_FIELDS),
        Exists(Break.objects.filter(cohort=OuterRef("cohort"))),
        Exists(Pause.objects.filter(enrollment=OuterRef("pk"))),
        Exists(Extension.objects.filter(enrollment=OuterRef("pk"))),
        Exists(Accommodation.objects.standing().filter(enrollment=OuterRef("pk"))),
    ]


def _own_enrollments(user: int) -> QuerySet[Any, Any]:
    mine = Enrollment.objects.filter(user=user).order_by("-enrolled_at", "-pk")
    return mine.values_list(*enrollment_columns())


def _done(enrollment: int) -> QuerySet[Any, Any]:
    shown = ActivityProgress.objects.filter(enrollment=enrollment, done_at__lte=Now() + CLOCKS_DIFFER)
    return shown.values_list("activity")


ENROLLMENT_FIELDS = [field.attname for field in Enrollment._meta.concrete_fields]
COHORT_FIELDS = [field.attname for field in Cohort._meta.concrete_fields]
OWN_ENROLLMENTS = Prepared(_own_enrollments, "user")
DONE = Prepared(_done, "enrollment")


def learning_place(enrollment: Enrollment) -> Place:
    """The place of a learner; a query for each of breaks, pauses, extensions and accommodations that there are."""
    timeline = Timeline.made(
        cohort=enrollment.cohort,
        breaks=enrollment.cohort.breaks.all() if enrollment.has_breaks else (),
        pauses=enrollment.pauses.all() if enrollment.has_pauses else (),
        extensions=enrollment.extensions.select_related("granted_by") if enrollment.has_extensions else (),
        accommodations=enrollment.accommodations.standing() if enrollment.has_accommodations else (),
    )
    return Place(enrollment.cohort, enrollment, timeline)


def choose_enrollment(user: User, slug: str = "") -> tuple[Enrollment | None, list[Enrollment]]:
    """The place shown by a page that names no cohort: the one asked for, else the newest open one, else the newest; and all."""
    everything = own_enrollments(user)[:MOST_PLACES]
    wanted = [one for one in everything if one.cohort.slug == slug]
    chosen = wanted or [one for one in everything if one.is_open] or everything
    return (chosen[0] if chosen else None), everything
