"""Work that should have been handed in and was not: one definition for every list of learners."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone

from courses.models import Enrollment, Extension
from courses.schedule import EffectiveDate, is_late
from courses.timeline import Timeline
from projects.models import Grade, Project


@dataclass(frozen=True)
class Overdue:
    """A required project whose due date has passed without anything handed in."""

    project: Project
    due: EffectiveDate


def overdue_of_all(
    enrollments: list[Enrollment], now: datetime | None = None, *, grades: Iterable[Grade] | None = None
) -> dict[int, list[Overdue]]:
    """What is overdue by enrollment id, the oldest first; five queries however many enrollments there are.

    Only learners who are active now can be overdue. The enrollments' cohorts must be loaded; `grades` are their grade
    rows, where the caller has them already.
    """
    now = now or timezone.now()
    timelines = timelines_of_all(enrollments, now)
    grades = Grade.objects.filter(enrollment__in=enrollments) if grades is None else grades
    handed_in = {(grade.enrollment_id, grade.project_id) for grade in grades}
    projects: dict[int, list[Project]] = defaultdict(list)
    curricula = {enrollment.cohort.curriculum_id for enrollment in enrollments}
    with_dates = Project.objects.filter(
        curriculum__in=curricula, activity__required=True, activity__due_offset__isnull=False
    )
    for project in with_dates.select_related("activity__module"):
        projects[project.curriculum_id].append(project)
    found: dict[int, list[Overdue]] = {}
    for enrollment in enrollments:
        missing = [
            project
            for project in projects[enrollment.cohort.curriculum_id]
            if (enrollment.pk, project.pk) not in handed_in and enrollment.state == Enrollment.State.ACTIVE
        ]
        found[enrollment.pk] = _overdue(timelines[enrollment.pk], missing, now)
    return found


def timelines_of_all(enrollments: list[Enrollment], now: datetime) -> dict[int, Timeline]:
    """The timelines of many learners by enrollment id, in three queries."""
    extensions = Prefetch("extensions", Extension.objects.select_related("granted_by"))
    prefetch_related_objects(enrollments, "cohort__breaks", "pauses", extensions)
    return {enrollment.pk: Timeline.of(enrollment, now=now) for enrollment in enrollments}


def _overdue(timeline: Timeline, missing: list[Project], now: datetime) -> list[Overdue]:
    passed = timeline.calendar.offset_on(timeline.today(now))
    late = []
    for project in missing:
        if project.activity.due_offset >= passed:
            continue  # no date before extensions has passed yet
        due = timeline.dates(project.activity).due
        if due and is_late(due.at, now):
            late.append(Overdue(project, due))
    return sorted(late, key=lambda one: one.due.at)
