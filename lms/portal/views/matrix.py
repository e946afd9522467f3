"""The cohort matrix: every learner and every project on one page."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from courses.office_tabs import office_tabs
from courses.offices import office_of
from lms.portal.matrix import learners_of, learners_per_page, matrix_of
from projects.models import Submission


@require_safe
def cohort_matrix(request, slug):
    cohort = office_of(request.user, slug)
    page = Paginator(learners_of(cohort), learners_per_page(cohort)).get_page(request.GET.get("page"))
    context = {
        "cohort": cohort,
        "page": page,
        "matrix": matrix_of(cohort, list(page)),
        "tabs": office_tabs(cohort, "cohort_matrix"),
    }
    return render(request, "portal/cohort_matrix.html", context)


@require_safe
def matrix_cell(request, slug, enrollment_id, project_id):
    """A cell leads to the learner's newest attempt."""
    cohort = office_of(request.user, slug)
    attempts = Submission.objects.filter(enrollment__cohort=cohort, enrollment=enrollment_id, project=project_id)
    newest = get_object_or_404(attempts.latest().only("pk"))
    return redirect("submission_detail", newest.pk)
