"""Doorbells of the projects app."""

from celery import shared_task

from projects.actions.answering_requests import begin_pauses_due
from projects.actions.halting import watch_queues
from projects.actions.reconciling import reconcile_jobs
from projects.actions.regrading import apply_portion, reconcile_regrades
from projects.actions.reviews import release_stale_claims
from projects.actions.roster_applying import apply_roster_portion, reconcile_applied_rosters
from projects.running import run_job
from projects.worker import warm_up  # noqa: F401 - connects to the worker's signals


@shared_task
def grade_submission(job_id):
    run_job(job_id)


@shared_task
def reconcile_grading():
    reconcile_jobs()


@shared_task
def watch_grading():
    watch_queues()


@shared_task
def reconcile_reviews():
    release_stale_claims()


@shared_task
def begin_pauses():
    begin_pauses_due()


@shared_task
def reconcile_regrading():
    reconcile_regrades()


@shared_task
def apply_regrade(batch_id):
    apply_portion(batch_id=batch_id)


@shared_task
def reconcile_rosters():
    reconcile_applied_rosters()


@shared_task
def apply_roster(roster_id):
    apply_roster_portion(roster_id=roster_id)
