"""One grading run on a worker: lease, run the engine, store."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.db.models import QuerySet

from lms.lib.prepared import Prepared
from projects.actions.grading import box_missing, finish_job, system_fault
from projects.actions.leases import lease_job, note_stage, renew_lease
from projects.bundles import bundle_of, files_of
from projects.grading.engine import BoxUnavailable, SystemFault, UploadRefused, grade
from projects.grading.result import Result
from projects.models import GradingJob
from projects.outbox import announce
from projects.worker import process_name

STAGE_PAUSE = 0.5
"""Seconds between two notes of how far a run is: pages ask no more often."""
STORE_AGAIN_AFTER = 1.0

logger = structlog.get_logger(__name__)


def run_job(job_id: int) -> bool:
    """Run one job if it waits and nobody holds it; True when this call stored its result."""
    job = lease_job(job_id=job_id, worker=process_name())
    if job is None:
        return False
    try:
        with _lease_kept(job) as lost:
            result = _graded(job, lost)
        stored = _stored(job, result)
    except BoxUnavailable as error:
        stored = False
        box_missing(job=job, reason=error.reason, remedy=error.remedy)
    except (SystemFault, UploadRefused, OSError) as error:
        stored = False
        system_fault(job=job, error=f"{type(error).__name__}: {error}")
    except Exception as error:  # a fault of our own code: retried, then given up, and never left to its lease
        stored = False
        logger.exception("grading_run_broke", job=job.pk, attempt=job.attempt)
        system_fault(job=job, error=f"{type(error).__name__}: {error}")
    logger.info("grading_run", job=job.pk, attempt=job.attempt, stored=stored)
    _ring_next(job)
    return stored


def _graded(job: GradingJob, lost: threading.Event) -> Result:
    bundle = bundle_of(job.grader_version_id)
    stages = _Stages(job, lost)
    return grade(bundle, files_of(job), seed=job.seed, on_progress=stages.reach, should_stop=stages.is_stopped)


class _Stages:
    """Notes how far a run is, the newest stage at most every `STAGE_PAUSE` seconds; the engine asks it all the time."""

    def __init__(self, job: GradingJob, lost: threading.Event) -> None:
        self._job, self._lost = job, lost
        self._told_at = time.monotonic()
        self._untold = ""

    def reach(self, stage: str) -> None:
        self._untold = stage

    def is_stopped(self) -> bool:
        if self._untold and time.monotonic() - self._told_at >= STAGE_PAUSE:
            stage, self._untold, self._told_at = self._untold, "", time.monotonic()
            with suppress(OperationalError, InterfaceError):  # whoever renews the lease says whether the run goes on
                if not note_stage(job=self._job, stage=stage):
                    self._lost.set()
        return self._lost.is_set()


def _stored(job: GradingJob, result: Result) -> bool:
    """Store a result; while the database is away, try again as long as the lease may last."""
    until = time.monotonic() + settings.GRADING_LEASE_SECONDS
    while True:
        try:
            return finish_job(job=job, result=result)
        except (OperationalError, InterfaceError) as error:
            logger.warning("result_not_stored_yet", job=job.pk, error=str(error))
            if time.monotonic() >= until:
                raise
        connection.close()
        time.sleep(STORE_AGAIN_AFTER)


@contextmanager
def _lease_kept(job: GradingJob) -> Iterator[threading.Event]:
    """Renew the lease while the block runs; the event is set when it was lost."""
    over, lost = threading.Event(), threading.Event()

    def renew() -> None:
        kept_until = time.monotonic() + settings.GRADING_LEASE_SECONDS
        while not over.wait(settings.GRADING_RENEW_SECONDS):
            try:
                held = renew_lease(job=job)
            except DatabaseError as error:
                logger.warning("lease_not_renewed", job=job.pk, error=str(error))
                held = time.monotonic() < kept_until
            else:
                kept_until = time.monotonic() + settings.GRADING_LEASE_SECONDS
            finally:
                connection.close()
            if not held:
                lost.set()
                break

    keeper = threading.Thread(target=renew, name=f"lease-{job.pk}", daemon=True)
    keeper.start()
    try:
        yield lost
    finally:
        over.set()
        keeper.join()


def _ring_next(job: GradingJob) -> None:
    """Ring for what had to wait for this job: the same learner's next one; for a dry run, which held a slot of this host,
    the next dry run.
    """
    if job.counts:
        following = NEXT_OF_LEARNER.rows(learner=job.learner_id, job=job.pk)
    else:
        following = list(_next(job.pk, queue=job.queue, counts=False))
    for waiting, queue, entry in following:
        announce(waiting, queue, is_entry=entry is not None)


def _next(job: int, **same: Any) -> QuerySet[GradingJob, tuple[int, str, int | None]]:
    waiting = GradingJob.objects.waiting().filter(**same).exclude(pk=job).order_by("requested_at")
    return waiting.values_list("pk", "queue", "entry")[:1]


NEXT_OF_LEARNER = Prepared(lambda learner, job: _next(job, learner=learner, counts=True), "learner", "job")
