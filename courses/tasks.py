"""Doorbells of the courses app."""

from celery import shared_task

from courses.actions.admissions.reconciling import reconcile
from courses.actions.pausing import resume_those_over


@shared_task
def end_pauses():
    resume_those_over()


@shared_task
def reconcile_admissions():
    reconcile()
