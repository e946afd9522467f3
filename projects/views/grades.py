"""A learner's own grades."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.shortcuts import render
from django.urls import reverse

from courses.places import FINISHED_EARLY, choose_enrollment
from projects.models import Grade, Project


@dataclass(frozen=True)
class Line:
    """One project and what counts for it, if anything."""

    project: Project
    grade: Grade | None
    url: str

    @property
    def week(self):
        return self.project.activity.module.week

    @property
    def max_score(self):
        return self.grade.max_score if self.grade else self.project.checks_max + self.project.rubric_max

    @property
    def score(self):
        return self.grade.score if self.grade and self.grade.released_at else None


def grades(request):
    enrollment, everything = choose_enrollment(request.user, request.GET.get("cohort", ""))
    lines = lines_of(enrollment) if enrollment else []
    released = [line for line in lines if line.score is not None]
    got = sum((line.score for line in released), Decimal(0))
    possible = sum((line.max_score for line in released), Decimal(0))
    everything_possible = sum((line.max_score for line in lines), Decimal(0))
    context = {
        "enrollment": enrollment,
        "others": [one.cohort for one in everything if one != enrollment],
        "weeks": [(week, list(group)) for week, group in groupby(lines, key=lambda line: line.week)],
        "lines": lines,
        "released": released,
        "points_text": f"{plain(got)} / {plain(possible)}" if released else "–",
        "points_hint": f"{plain(everything_possible)} in the whole curriculum",
        "graded_hint": f"of {len(lines)} projects",
    }
    return render(request, "projects/grade_list.html", context)


def lines_of(enrollment):
    """All projects of the learner's curriculum by week, with their grades, in two queries."""
    projects = Project.objects.filter(curriculum=enrollment.cohort.curriculum_id).select_related("activity__module")
    grades = Grade.objects.filter(enrollment=enrollment).select_related("submission", "newest")
    found = {grade.project_id: grade for grade in grades}
    learn = reverse("project_detail", args=[enrollment.cohort.slug, "x"]).removesuffix("x/")
    has_left = enrollment.state in FINISHED_EARLY
    return [Line(project, found.get(project.pk), "" if has_left else f"{learn}{project.slug}/") for project in projects]


def plain(points):
    return f"{points.normalize():f}"
