"""Repairing what a dead worker, a lost message or an emptied Redis left behind.
Beat runs it; doing it twice is harmless.
"""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from projects.actions.grading import MAX_ATTEMPTS, give_up
from projects.actions.leases import hold_entry, show_checks
from projects.models import GradingHalt, GradingJob
from projects.models.grading import CLOCKS_MAY_DIFFER, JobState
from projects.models.submissions import SubmissionState
from projects.outbox import announce, messages_in

logger = structlog.get_logger(__name__)
REPUBLISH_AFTER = timedelta(seconds=30)
LONGEST_SILENCE = timedelta(minutes=30)
MOST_DOUBLINGS = 6
IN_FLIGHT = timedelta(seconds=10)  # a message is on its way, or in the hands of a worker that is about to lease
RUNG_AT_ONCE = ("grade", "heavy")
BATCH = 200


def reconcile_jobs(now: datetime | None = None) -> dict[str, int]:
    """Expire lost leases, end overdue jobs, announce waiting ones; how many of each."""
    now = now or timezone.now()
    return {"expired": expire_leases(now), "overdue": fail_overdue(now), "announced": announce_waiting(now)}


def expire_leases(now: datetime) -> int:
    """Return jobs of dead workers to the queue; the third time, give up."""
    expired = 0
    for job in GradingJob.objects.lease_lost(now).select_related("submission")[:BATCH]:
        over = job.attempt >= MAX_ATTEMPTS
        with transaction.atomic():
            changes: dict[str, Any] = {"lease_token": None, "lease_until": None, "failure": "lease_lost", "stage": ""}
            changes["error"] = f"The worker {job.worker} stopped without finishing (attempt {job.attempt})."
            if over:
                changes |= {"state": JobState.SYSTEM_FAILED, "finished_at": now}
            else:
                changes |= {"state": JobState.PENDING, "published_at": None, "not_before": now}
            hold_entry(job)
            lost = GradingJob.objects.lease_lost(now).filter(pk=job.pk, lease_token=job.lease_token)
            if not lost.update(**changes):
                continue
            expired += 1
            if over:
                give_up(job=job)
            else:
                show_checks(job, SubmissionState.CHECKS_QUEUED)
        logger.warning("grading_lease_lost", job=job.pk, worker=job.worker, attempt=job.attempt)
    return expired


def fail_overdue(now: datetime) -> int:
    """End jobs that could not run before their total deadline; one that waits for a box, or for the end of a pause, waits
    on.
    """
    failed = 0
    if GradingHalt.objects.pauses().open().exists():
        return 0
    for job in GradingJob.objects.waiting().filter(deadline__lt=now).exclude(failure="box_unavailable")[:BATCH]:
        failed += fail_waiting(job, now)
    return failed


@transaction.atomic
def fail_waiting(job: GradingJob, now: datetime) -> bool:
    """End a job that waits, by our own fault; False when it does not wait any more."""
    hold_entry(job)
    waiting = GradingJob.objects.waiting().filter(pk=job.pk)
    if not waiting.update(state=JobState.SYSTEM_FAILED, finished_at=now, failure=job.failure or "deadline"):
        return False
    give_up(job=job)
    return True


def announce_waiting(now: datetime) -> int:
    """Publish unpublished jobs, and again those that nobody leased, ever more rarely, so that bursts do not multiply;
    but soon those of a queue that is empty at the broker, where their messages are lost. The learner who has waited for a
    run that we lost does not wait a second time: it goes ahead of the others. What was announced longest ago comes first,
    so that no crowd of jobs that cannot run yet keeps the others unheard.
    """
    announced = 0
    order = ("-counts", F("published_at").asc(nulls_first=True), "requested_at")
    for job in GradingJob.objects.ready(now).filter(_unheard(now)).order_by(*order)[:BATCH]:
        ahead = job.counts and job.attempt > 0 and not job.is_entry
        if not announce(job.pk, job.queue, ahead=ahead, is_entry=job.is_entry):
            logger.warning("broker_away", waiting=GradingJob.objects.ready(now).count())
            break
        announced += 1
    return announced


def _unheard(now: datetime) -> Q:
    """Jobs whose message was not sent, or was sent so long ago that it is sent again."""
    unheard = Q(published_at=None) | Q(published_at__gt=now + CLOCKS_MAY_DIFFER)
    for count in range(MOST_DOUBLINGS + 1):
        silence = min(REPUBLISH_AFTER * 2**count, LONGEST_SILENCE)
        counted = Q(publish_count__gte=count) if count == MOST_DOUBLINGS else Q(publish_count=count)
        unheard |= counted & Q(published_at__lte=now - silence)
    waiting = GradingJob.objects.ready(now).filter(queue__in=RUNG_AT_ONCE, published_at__lt=now - IN_FLIGHT)
    for queue in waiting.order_by().values_list("queue", flat=True).distinct():
        if messages_in(queue) == 0:
            unheard |= Q(queue=queue, published_at__lt=now - IN_FLIGHT)
    return unheard
