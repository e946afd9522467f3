"""Entering the office of a cohort, and the pages of a program that one runs."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from courses.models import Cohort, Enrollment, Program
from courses.permissions import can_run_cohort
from lms.accounts.models import User
from lms.lib.ids import id_in

MOST_CHOSEN = 1000


def office_of(user: User, slug: str) -> Cohort:
    """The cohort whose office `user` may enter; 404 for strangers, 403 for its learners and mentors."""
    cohort = get_object_or_404(Cohort.objects.visible_to(user).select_related("program", "curriculum"), slug=slug)
    if not can_run_cohort(user, cohort):
        raise PermissionDenied
    return cohort


def enrollment_in(cohort: Cohort, enrollment_id: int) -> Enrollment:
    """A learner's place in this cohort, or 404."""
    enrollment = get_object_or_404(cohort.enrollments.select_related("user"), pk=enrollment_id)
    enrollment.cohort = cohort
    return enrollment


def chosen_in(cohort: Cohort, request: HttpRequest) -> list[Enrollment]:
    """The learners of the cohort whose ids the request names as `chosen`, by name; ids of others are passed over."""
    named = (request.POST if request.method == "POST" else request.GET).getlist("chosen")[:MOST_CHOSEN]
    ids = {pk for pk in map(id_in, named) if pk is not None}
    return list(cohort.enrollments.filter(pk__in=ids).select_related("user").order_by("user__name", "pk"))


def program_of(user: User, slug: str) -> Program:
    """The program that `user` runs; 404 for everybody else."""
    return get_object_or_404(Program, slug=slug, staff__user=user)
