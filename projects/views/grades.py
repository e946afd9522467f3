"""A learner's own grades."""

from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from django.db.models import Exists, OuterRef
from django.shortcuts import render
from django.urls import reverse

from courses.outline import outline_of
from courses.places import FINISHED_EARLY, choose_enrollment
from lms.lib.points import plain_number, points_html
from projects.models import Grade, Project, Review
from projects.models.reviews import REVIEWED


class Line(NamedTuple):
    """One project as a row of the table: what counts for it, part by part, once it is released."""

    week: int
    title: str
    url: str
    state: str
    checks: str
    rubric: str
    late_factor: str
    points: str
    score: Decimal | None
    maximum: Decimal


def grades(request):
    enrollment, everything = choose_enrollment(request.user, request.GET.get("cohort", ""))
    lines = lines_of(enrollment) if enrollment else []
    released = [line for line in lines if line.score is not None]
    got = sum((line.score for line in released), Decimal(0))
    possible = sum((line.maximum for line in released), Decimal(0))
    everything_possible = sum((line.maximum for line in lines), Decimal(0))
    context = {
        "enrollment": enrollment,
        "others": [one.cohort for one in everything if one != enrollment],
        "weeks": [(week, list(group)) for week, group in groupby(lines, key=lambda line: line.week)],
        "lines": lines,
        "released": released,
        "points_text": f"{plain_number(got)} / {plain_number(possible)}" if released else "–",
        "points_hint": f"{plain_number(everything_possible)} in the whole curriculum",
        "graded_hint": f"of {len(lines)} projects",
    }
    return render(request, "projects/grade_list.html", context)


def lines_of(enrollment):
    """All projects of the learner's curriculum by week, with their grades, in two queries."""
    learn = reverse("project_detail", args=[enrollment.cohort.slug, "x"]).removesuffix("x/")
    base = "" if enrollment.state in FINISHED_EARLY else learn
    activities = [one for one in outline_of(enrollment.cohort.curriculum_id).activities if one.is_handed_in]
    projects = Project.objects.filter(curriculum=enrollment.cohort.curriculum_id)
    maxima = {
        pk: (project, *both)
        for project, pk, *both in projects.values_list("pk", "activity", "checks_max", "rubric_max")
    }
    untold = Exists(Review.objects.undoable().filter(submission=OuterRef("newest")))
    rows = Grade.objects.filter(enrollment=enrollment.pk).defer("provenance").annotate(is_untold=untold)
    found = {grade.project_id: grade for grade in rows}
    return [
        line_of(one, base, *maxima[one.pk][1:], found.get(maxima[one.pk][0])) for one in activities if one.pk in maxima
    ]


def line_of(activity, base, checks_max, rubric_max, grade):
    url = f"{base}{activity.slug}/" if base else ""
    start = (activity.module.week, activity.title, url)
    if grade is None:
        maximum = checks_max + rubric_max
        return Line(*start, "", "", "", "", points_html(None, maximum), None, maximum)
    if grade.is_untold:
        start = (activity.module.week, activity.title, reverse("submission_detail", args=[grade.newest_id]))
        return Line(*start, REVIEWED, "", "", "", points_html(None, grade.max_score), None, grade.max_score)
    score = grade.score if grade.released_at else None
    if score is None:
        return Line(
            *start, grade.state, "", "", "not released", points_html(None, grade.max_score), None, grade.max_score
        )
    rubric = points_html(grade.rubric_points, grade.rubric_max) if grade.rubric_max else ""
    parts = (points_html(grade.checks_points, grade.checks_max), rubric, f"× {plain_number(grade.late_factor)}")
    return Line(*start, grade.state, *parts, points_html(score, grade.max_score), score, grade.max_score)
