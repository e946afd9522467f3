from django.core.exceptions import PermissionDenied
from django.shortcuts import render

from projects.mentoring import learner_rows
from projects.permissions import can_see_own_learners


def mentor_learners(request):
    if not can_see_own_learners(request.user):
        raise PermissionDenied
    rows = learner_rows(request.user)
    summary = {
        "waiting": sum(1 for row in rows if row.waiting),
        "overdue": sum(1 for row in rows if row.overdue),
        "paused": sum(1 for row in rows if row.enrollment.state == "paused"),
    }
    return render(request, "projects/mentor_learners.html", {"rows": rows, "summary": summary})
