"""Work that should have been handed in and was not: one definition for every list of learners."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from courses.models import Enrollment
from courses.outline import MOST_OUTLINES, kept
from courses.schedule import EffectiveDate, is_late
from courses.timeline import Timeline, timelines_of_all
from projects.models import Grade, Project

OFFSETS = ("available_offset", "due_offset", "until_offset")


@dataclass(frozen=True)
class Overdue:
    """A required project whose due date has passed without anything handed in."""

    project: Project
    due: EffectiveDate


def overdue_of_all(
    enrollments: list[Enrollment],
    now: datetime | None = None,
    *,
    handed_in: set[tuple[int, int]] | None = None,
    timelines: dict[int, Timeline] | None = None,
) -> dict[int, list[Overdue]]:
    """What is overdue by enrollment id, the oldest first; five queries at most, however many enrollments there are.

    Only learners who are active now can be overdue. The enrollments' cohorts must be loaded; `handed_in` are the pairs
    (enrollment id, project id) that something was handed in for, and `timelines` their timelines, where the caller knows
    them already.
    """
    now = now or timezone.now()
    timelines = timelines_of_all(enrollments, now) if timelines is None else timelines
    if handed_in is None:
        handed_in = set(Grade.objects.filter(enrollment__in=enrollments).values_list("enrollment", "project"))
    found: dict[int, list[Overdue]] = {enrollment.pk: [] for enrollment in enrollments}
    for enrollment in enrollments:
        if enrollment.state == Enrollment.State.ACTIVE:
            dated = _dated_projects(enrollment.cohort.curriculum_id)
            missing = [project for project in dated if (enrollment.pk, project.pk) not in handed_in]
            found[enrollment.pk] = _overdue(timelines[enrollment.pk], missing, now)
    return found


@kept(MOST_OUTLINES)
def _dated_projects(curriculum_id: int) -> tuple[Project, ...]:
    """The required projects of a curriculum with a due date, with the few columns that dates need."""
    dated = Project.objects.filter(
        curriculum=curriculum_id, activity__required=True, activity__due_offset__isnull=False
    )
    columns = ("title", "curriculum", "activity__module__week", *(f"activity__{name}" for name in OFFSETS))
    return tuple(dated.select_related("activity__module").only(*columns).order_by("pk"))


def _overdue(timeline: Timeline, missing: list[Project], now: datetime) -> list[Overdue]:
    passed = timeline.calendar.offset_on(timeline.today(now))
    late = []
    for project in missing:
        if project.activity.due_offset >= passed:
            continue  # nothing moves a date to an earlier day
        due = timeline.dates(project.activity).due
        if due and is_late(due.at, now):
            late.append(Overdue(project, due))
    return sorted(late, key=lambda one: one.due.at)
