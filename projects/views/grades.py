"""A learner's own grades."""

from decimal import Decimal

from django.shortcuts import render

from courses.places import choose_enrollment
from lms.lib.points import plain_number
from projects.own_grades import lines_of


def grades(request):
    enrollment, everything = choose_enrollment(request.user, request.GET.get("cohort", ""))
    everything_handed_in = lines_of(enrollment) if enrollment else []
    lines = [line for line in everything_handed_in if not line.is_earlier]
    released = [line for line in lines if line.score is not None]
    got = sum((line.score for line in released), Decimal(0))
    possible = sum((line.maximum for line in released), Decimal(0))
    everything_possible = sum((line.maximum for line in lines), Decimal(0))
    context = {
        "enrollment": enrollment,
        "others": [one.cohort for one in everything if one != enrollment],
        "lines": lines,
        "earlier": [line for line in everything_handed_in if line.is_earlier],
        "released": released,
        "points_text": f"{plain_number(got)} / {plain_number(possible)}" if released else "–",
        "points_hint": f"{plain_number(everything_possible)} in the whole curriculum",
        "graded_hint": f"of {len(lines)} projects",
    }
    return render(request, "projects/grade_list.html", context)
