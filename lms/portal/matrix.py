"""Learners × projects of a cohort as one table, cheap for thousands of cells.

The cells come from one query; their HTML is looked up by appearance (there are few), and rows are joined strings.
"""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import CharField, F, Q, QuerySet
from django.db.models.functions import Cast, Coalesce
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from courses.models import Cohort, Enrollment
from courses.models.enrollments import EnrollmentState
from lms.portal.states import Look, look_of
from projects.models import Grade, Project
from projects.models.submissions import SubmissionState

LEFT = (EnrollmentState.WITHDRAWN, EnrollmentState.DEFERRED)
DONE = frozenset({SubmissionState.CHECKS_PASSED.value, SubmissionState.PASSED.value})
CELLS_PER_PAGE = 8_000
FEWEST_LEARNERS = 25
EMPTY = '<td class="mx-none"><span aria-hidden="true">·</span><span class="visually-hidden">Not started</span></td>'
LEGEND = (
    "checks_queued",
    "checks_running",
    "checks_passed",
    "checks_failed",
    "could_not_run",
    "waiting_for_review",
    "in_review",
    "needs_more_work",
    "passed",
)


@dataclass(frozen=True)
class Matrix:
    """`head` and `body` are the table's rows; `legend` what its glyphs stand for."""

    head: SafeString
    body: SafeString
    foot: SafeString
    projects: int

    @property
    def legend(self) -> list[Look]:
        """One for each sign; states that share theirs are named together."""
        signs: dict[tuple[str, str], Look] = {}
        for look in map(look_of, LEGEND):
            before = signs.get((look.glyph, look.tone))
            text = f"{before.text}, or {look.text.lower()}" if before else look.text
            signs[look.glyph, look.tone] = look._replace(text=text)
        return list(signs.values())


def learners_of(cohort: Cohort) -> QuerySet[Enrollment]:
    """The learners that the matrix shows, by name: all but those who left."""
    return cohort.enrollments.exclude(state__in=LEFT).select_related("user").order_by("user__name", "user__email", "pk")


def learners_per_page(cohort: Cohort) -> int:
    """How many learners make a page of some 8 000 cells, which 200 learners and 40 projects are; one query."""
    return max(CELLS_PER_PAGE // max(cohort.curriculum.projects.count(), 1), FEWEST_LEARNERS)


def matrix_of(cohort: Cohort, enrollments: list[Enrollment]) -> Matrix:
    """The table of these learners and all projects of `projects_of`; two queries."""
    projects = projects_of(cohort)
    columns = {project.pk: column for column, project in enumerate(projects)}
    rows = {enrollment.pk: [EMPTY] * len(projects) for enrollment in enrollments}
    looks: dict[tuple[str, str | None, bool, bool], str] = {}
    done: Counter[int] = Counter()
    for enrollment, project, *facts in grades_in(Grade.objects.filter(enrollment__in=enrollments)):
        column, key = columns.get(project), tuple(facts)
        if column is None:  # handed in at this moment
            continue
        look = looks.get(key)
        if look is None:
            look = looks[key] = _look(*key)
        rows[enrollment][column] = f'<td><a href="{enrollment}/{project}/"{look}'
        if key[0] in DONE:
            done[project] += 1
    body = "".join(f"<tr>{_name(one)}{''.join(rows[one.pk])}</tr>" for one in enrollments)
    return Matrix(_head(projects), mark_safe(body), _foot(projects, done, len(enrollments)), len(projects))


def projects_of(cohort: Cohort) -> list[Project]:
    """The projects of the cohort's curriculum, and behind them those of an earlier version that its learners have handed in
    for; one query."""
    handed_in = Grade.objects.filter(enrollment__cohort=cohort).values("project")
    return list(
        Project.objects.filter(Q(curriculum=cohort.curriculum_id) | Q(pk__in=handed_in))
        .select_related("activity__module")
        .annotate(is_earlier=~Q(curriculum=cohort.curriculum_id))
        .only("title", "kind", "checks_max", "rubric_max", "activity__module__week", "activity__position")
        .order_by("is_earlier", "activity__module__week", "activity__position", "pk")
    )


def grades_in(grades: QuerySet[Grade]) -> QuerySet[Grade]:
    """(enrollment, project, state, points as text, late, earlier): text, since thousands of decimals are slow to make and
    compare; earlier: whether the points are those of an earlier attempt than the one whose state it is.
    """
    parts = Coalesce(F("checks_points") + F("rubric_points"), F("checks_points"), F("rubric_points"))
    points = Cast(parts * F("late_factor"), CharField())
    is_earlier = Q(submission__isnull=False) & ~Q(submission=F("newest"))
    return grades.order_by().values_list("enrollment_id", "project_id", "state", points, "is_late", is_earlier)


def _look(state: str, points: str | None, is_late: bool, is_earlier: bool) -> str:
    """What follows the address of a cell's link: tone, glyph, words for screen readers, and points when there are any."""
    look = look_of(state)
    number = "" if points is None else f"{Decimal(points):.2f}".rstrip("0").rstrip(".")
    late = '<i class="mx-late" aria-hidden="true">L</i><span class="visually-hidden"> late</span>' if is_late else ""
    words = look.text + (" " if number else "")
    if number and is_earlier:
        words += "earlier attempt: "
        number = f"({number})"
    return (
        f' class="mx tone-{look.tone}"><i aria-hidden="true">{look.glyph}</i>'
        f'<span class="visually-hidden">{words}</span>{number}{late}</a></td>'
    )


def _name(enrollment: Enrollment) -> SafeString:
    name = str(enrollment.user)
    paused = enrollment.state == EnrollmentState.PAUSED
    flag = mark_safe(' <span class="mx-flag">paused</span>') if paused else ""
    address = f"../enrollments/{enrollment.pk}/"
    return format_html('<th scope="row"><a href="{}" title="{}">{}</a>{}</th>', address, name, name, flag)


def _head(projects: list[Project]) -> SafeString:
    cells = [
        format_html(
            '<th scope="col"><span class="mx-week">{}</span><span class="mx-title" title="{}">{}</span>'
            '<span class="mx-max">of {}</span></th>',
            "Earlier version" if project.is_earlier else f"Week {project.activity.module.week}",
            project.title,
            project.title,
            f"{project.checks_max + project.rubric_max:.2f}".rstrip("0").rstrip("."),
        )
        for project in projects
    ]
    return mark_safe(f'<tr><th scope="col" class="mx-corner">Learner</th>{"".join(cells)}</tr>')


def _foot(projects: list[Project], done: Counter[int], learners: int) -> SafeString:
    cells = "".join(f'<td>{done[project.pk]}<span class="mx-max"> / {learners}</span></td>' for project in projects)
    return mark_safe(f'<tr><th scope="row">Done</th>{cells}</tr>')
