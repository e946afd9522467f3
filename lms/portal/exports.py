"""A cohort's people and their grades as rows of a file, some learners at a time: memory stays the same at any size."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from courses.models import Cohort, Enrollment
from courses.roster_columns import joined_tags
from courses.rosters import tags_of
from lms.lib.moments import zone_name
from lms.lib.tables import Row, in_portions
from lms.portal.matrix import grades_in, learners_of, projects_of
from lms.portal.office import learners_in, rows_of
from lms.portal.states import look_of
from projects.models import Grade, Project

PORTION = 200
INVITED = "Invited"


def roster_rows(cohort: Cohort, *, show: str) -> Iterator[Row]:
    """Headings, the learners of the cohort by name, and behind them who is invited: the columns that the import of a roster
    reads, then what only the portal knows. `show` as in `learners_in`; eight queries for each `PORTION` learners.
    """
    zone = ZoneInfo(cohort.time_zone)
    yield (
        *("E-mail", "Name", "Time zone", "Mentor e-mail", "Tags", "State"),
        *("Mentor", "Activities done", "Activities required"),
        *(f"{what} ({zone_name(zone)} time)" for what in ("Enrolled", "Last worked")),
    )
    learners = learners_in(cohort, show=show, search="").prefetch_related(None)
    for some in in_portions(learners.iterator(chunk_size=PORTION), PORTION):
        tags = tags_of(some)
        for row in rows_of(some):
            user, mentor = row.enrollment.user, row.mentor
            yield (
                *(user.email, user.name, user.time_zone, mentor.user.email if mentor else ""),
                joined_tags(tags.get(row.enrollment.pk, ())),
                *(row.enrollment.get_state_display(), str(mentor or "")),
                *(row.progress.done, row.progress.total),
                *(_in(zone, row.enrollment.enrolled_at), _in(zone, row.last_active)),
            )
    if show != "left":
        invited = cohort.invitations.open().order_by("pk").values_list("invitation__email", "invitation__name")
        for email, name in invited.iterator(chunk_size=PORTION):
            yield (email, name, "", "", "", INVITED, "", None, None, None, None)


def matrix_rows(cohort: Cohort) -> Iterator[Row]:
    """Headings, and for each learner of the matrix the points at every project, or the state where there are none yet; one
    query for each `PORTION` learners.
    """
    projects = projects_of(cohort)
    columns = {project.pk: column for column, project in enumerate(projects)}
    yield ("E-mail", "Name", "State", *(_heading(project) for project in projects))
    for some in in_portions(learners_of(cohort).iterator(chunk_size=PORTION), PORTION):
        yield from _matrix_of(some, columns)


def _matrix_of(enrollments: list[Enrollment], columns: dict[int, int]) -> Iterator[Row]:
    cells: dict[int, list[Decimal | str]] = {one.pk: [""] * len(columns) for one in enrollments}
    for enrollment, project, state, points, *_ in grades_in(Grade.objects.filter(enrollment__in=enrollments)):
        if project in columns:
            cells[enrollment][columns[project]] = look_of(state).text if points is None else round(Decimal(points), 2)
    for one in enrollments:
        yield (one.user.email, one.user.name, one.get_state_display(), *cells[one.pk])


def _heading(project: Project) -> str:
    when = "earlier version" if project.is_earlier else f"week {project.activity.module.week}"
    most = f"{project.checks_max + project.rubric_max:.2f}".rstrip("0").rstrip(".")
    return f"{project.title} ({when}, of {most})"


def _in(zone: ZoneInfo, moment: datetime | None) -> datetime | None:
    return moment.astimezone(zone) if moment else None
