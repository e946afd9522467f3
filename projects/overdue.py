"""Work that should have been handed in and was not: one definition for every list of learners."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone

from courses.models import Enrollment, Extension
from courses.schedule import EffectiveDate, is_late
from courses.timeline import Timeline
from projects.models import Grade, Project

OFFSETS = ("available_offset", "due_offset", "until_offset")


@dataclass(frozen=True)
class Overdue:
    """A required project whose due date has passed without anything handed in."""

    project: Project
    due: EffectiveDate


def overdue_of_all(
    enrollments: list[Enrollment], now: datetime | None = None, *, handed_in: set[tuple[int, int]] | None = None
) -> dict[int, list[Overdue]]:
    """What is overdue by enrollment id, the oldest first; five queries however many enrollments there are.

    Only learners who are active now can be overdue. The enrollments' cohorts must be loaded; `handed_in` are the pairs
    (enrollment id, project id) that something was handed in for, where the caller knows them already.
    """
    now = now or timezone.now()
    timelines = timelines_of_all(enrollments, now)
    if handed_in is None:
        handed_in = set(Grade.objects.filter(enrollment__in=enrollments).values_list("enrollment", "project"))
    projects = _dated_projects({enrollment.cohort.curriculum_id for enrollment in enrollments})
    found: dict[int, list[Overdue]] = {enrollment.pk: [] for enrollment in enrollments}
    for enrollment in enrollments:
        if enrollment.state == Enrollment.State.ACTIVE:
            dated = projects[enrollment.cohort.curriculum_id]
            missing = [project for project in dated if (enrollment.pk, project.pk) not in handed_in]
            found[enrollment.pk] = _overdue(timelines[enrollment.pk], missing, now)
    return found


def _dated_projects(curricula: set[int]) -> dict[int, list[Project]]:
    """The required projects with a due date, by curriculum, with the few columns that dates need."""
    projects: dict[int, list[Project]] = defaultdict(list)
    dated = Project.objects.filter(
        curriculum__in=curricula, activity__required=True, activity__due_offset__isnull=False
    )
    columns = ("title", "curriculum", "activity__module__week", *(f"activity__{name}" for name in OFFSETS))
    for project in dated.select_related("activity__module").only(*columns).order_by("pk"):
        projects[project.curriculum_id].append(project)
    return projects


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
