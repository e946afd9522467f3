"""A learner's own grades: one line for each project, with what counts part by part once it is released."""

from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from courses.entries import is_past_due
from courses.models import Enrollment
from courses.outline import outline_of
from courses.places import FINISHED_EARLY, learning_place
from lms.lib.prepared import Prepared
from projects.models import Project, Review
from projects.models.grades import score_of
from projects.models.reviews import REVIEWED, undoable_since


class Points(NamedTuple):
    got: Decimal | None
    maximum: Decimal


class Line(NamedTuple):
    """One project: `state` is empty until something is handed in, the parts and the score until they are released.

    `was_due` is when work was due that is required and not handed in; `is_earlier` says that only an earlier version of the
    program, which the cohort was on, has the project.
    """

    week: int
    title: str
    url: str
    state: str
    maximum: Decimal
    checks: Points | None = None
    rubric: Points | None = None
    late_factor: Decimal | None = None
    score: Decimal | None = None
    was_due: datetime | None = None
    is_earlier: bool = False


class Graded(NamedTuple):
    """A project and the learner's grade on it, if any; `unseen` is when a decision was made that they have not read."""

    activity: int
    week: int
    title: str
    most_checks: Decimal
    most_rubric: Decimal
    state: str | None
    newest: int
    checks: Decimal | None
    checks_max: Decimal
    rubric: Decimal | None
    rubric_max: Decimal
    late_factor: Decimal
    released_at: datetime | None
    unseen: datetime | None


def lines_of(enrollment: Enrollment) -> list[Line]:
    """All projects of the learner's curriculum by week, with their grades, then what was handed in for projects that only
    an earlier version has; a query, and one for each of breaks, pauses, extensions and accommodations that there are."""
    curriculum = enrollment.cohort.curriculum_id
    learn = reverse("project_detail", args=[enrollment.cohort.slug, "x"]).removesuffix("x/")
    base = "" if enrollment.state in FINISHED_EARLY else learn
    place = learning_place(enrollment)
    found = {row[0]: Graded(*row) for row in GRADED.rows(curriculum=curriculum, enrollment=enrollment.pk)}
    since = undoable_since()
    lines = []
    for one in outline_of(curriculum).activities:
        if graded := found.pop(one.pk, None):
            line = _line(graded, since, one.module.week, one.title, f"{base}{one.slug}/" if base else "")
            dates = place.dates(one)
            if not line.state and dates.due and is_past_due(place, one, dates):
                line = line._replace(was_due=dates.due.at)
            lines.append(line)
    earlier = sorted(found.values(), key=lambda graded: (graded.week, graded.activity))
    return lines + [_line_of_earlier(graded, since) for graded in earlier]


def _line_of_earlier(graded: Graded, since: datetime) -> Line:
    """Its brief is gone with its version, so the line leads to the work itself."""
    work = reverse("submission_detail", args=[graded.newest])
    return _line(graded, since, graded.week, graded.title, work)._replace(is_earlier=True)


def _line(graded: Graded, since: datetime, week: int, title: str, url: str) -> Line:
    if graded.state is None:
        return Line(week, title, url, "", graded.most_checks + graded.most_rubric)
    maximum = graded.checks_max + graded.rubric_max
    if graded.unseen and graded.unseen >= since:
        return Line(week, title, reverse("submission_detail", args=[graded.newest]), REVIEWED, maximum)
    score = score_of(graded.checks, graded.rubric, graded.late_factor) if graded.released_at else None
    if score is None:
        return Line(week, title, url, graded.state, maximum)
    checks = Points(graded.checks, graded.checks_max)
    rubric = Points(graded.rubric, graded.rubric_max) if graded.rubric_max else None
    return Line(week, title, url, graded.state, maximum, checks, rubric, graded.late_factor, score)


def _graded(curriculum: int, enrollment: int) -> QuerySet[Any, Any]:
    own = FilteredRelation("grades", condition=Q(grades__enrollment=enrollment))
    columns = ("state", "newest", "checks_points", "checks_max", "rubric_points", "rubric_max", "late_factor")
    unseen = Review.objects.unseen().filter(submission=OuterRef("own__newest")).order_by().values("finished_at")
    return (
        Project.objects.annotate(own=own)
        .filter(Q(curriculum=curriculum) | Q(own__isnull=False))
        .order_by()
        .values_list(
            "activity",
            "activity__module__week",
            "title",
            "checks_max",
            "rubric_max",
            *(f"own__{column}" for column in (*columns, "released_at")),
            Subquery(unseen),
        )
    )


GRADED = Prepared(_graded, "curriculum", "enrollment")
