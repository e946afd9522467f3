"""Doorbells of the courses app."""

from celery import shared_task

from courses.actions.admissions.reconciling import reconcile


@shared_task
def reconcile_admissions():
    reconcile()
