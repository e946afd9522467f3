"""Holding a grading job: conditional updates with a fencing token, right under any number of workers."""

import uuid
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from courses.models import EntryAttempt
from lms.lib.prepared import Prepared
from projects.actions.states import move
from projects.models import GraderVersion, GradingJob
from projects.models.grading import JobQuerySet, JobState
from projects.models.submissions import SubmissionState

IN_CHECKS = (SubmissionState.CHECKS_QUEUED, SubmissionState.CHECKS_RUNNING)
TAKEN = Prepared(lambda job: GradingJob.objects.select_related("submission").filter(pk=job), "job")


def lease_job(*, job_id: int, worker: str) -> GradingJob | None:
    """Take a waiting job whose time has come;
    None when it is taken, over, too early, its learner's other job runs, or, for a regrade, its host runs enough of them:
    whoever ends what is in its way rings for it.
    """
    now = timezone.now()
    ready = GradingJob.objects.ready(now).filter(pk=job_id)
    lease: dict[str, Any] = {
        "state": JobState.LEASED,
        "lease_token": uuid.uuid4(),
        "lease_until": now + timedelta(seconds=settings.GRADING_LEASE_SECONDS),
        "attempt": F("attempt") + 1,
        "worker": worker[:120],
        "started_at": now,
        "stage": "Starting",
        "error": "",
        "remedy": "",
        "failure": "",
    }
    try:
        with transaction.atomic():
            taken = ready.exclude(queue="regrade").update(**lease) or _take_regrade(ready, lease)
            if not taken:
                return None
            job = TAKEN.get(job=job_id)
    except IntegrityError:
        return None
    return cast(GradingJob, job)


def show_checks(job: GradingJob, state: str) -> None:
    """Show on the submission that its checks wait or run; a dry run shows nothing, who applies looks at the job itself."""
    if job.counts and job.submission:
        move(job.submission, IN_CHECKS, state)


def _take_regrade(ready: JobQuerySet, lease: dict[str, Any]) -> int:
    """Take a regrade if its host has a free slot; the database refuses two in one slot."""
    if not ready.exists():
        return 0
    host = lease["worker"].partition(":")[0]
    slots = [f"{host}#{number}" for number in range(1, settings.REGRADES_PER_HOST + 1)]
    taken = set(GradingJob.objects.held().filter(slot__in=slots).values_list("slot", flat=True))
    free = [slot for slot in slots if slot not in taken]
    return ready.update(**lease, slot=free[0]) if free else 0


def renew_lease(*, job: GradingJob) -> bool:
    """Keep a held job for another lease; False when it was lost, and then the work must stop."""
    until = timezone.now() + timedelta(seconds=settings.GRADING_LEASE_SECONDS)
    return bool(_held(job).update(lease_until=until))


def note_stage(*, job: GradingJob, stage: str) -> bool:
    """Record what the running job does now, for the learner's page; False when the lease was lost.

    The first note says that it runs: checks that are over sooner never show that, which spares every one of them work.
    """
    with transaction.atomic():
        held = bool(_held(job).update(state=JobState.RUNNING, stage=stage[:100]))
        if held and job.state != JobState.RUNNING:
            job.state = JobState.RUNNING
            show_checks(job, SubmissionState.CHECKS_RUNNING)
    return held


def put_back(*, job: GradingJob, pause: timedelta, failure: str, error: str, remedy: str = "", counts: bool) -> bool:
    """Return a held job to the queue for our own fault; `counts` says whether the attempt counts towards giving up."""
    changes: dict[str, Any] = {
        "state": JobState.PENDING,
        "lease_token": None,
        "lease_until": None,
        "published_at": None,
        "not_before": timezone.now() + pause,
        "failure": failure,
        "error": error[:4000],
        "remedy": remedy[:1000],
        "stage": "",
    }
    if not counts:
        changes["attempt"] = F("attempt") - 1
    with transaction.atomic():
        returned = bool(_held(job).update(**changes))
        if returned:
            show_checks(job, SubmissionState.CHECKS_QUEUED)
    return returned


def end_job(*, job: GradingJob, state: str, failure: str = "", error: str = "") -> bool:
    """Close a held job under its token; False when another worker holds it or it is over (the fence)."""
    hold_entry(job)
    changes = {"state": state, "finished_at": timezone.now(), "lease_token": None, "lease_until": None, "stage": ""}
    return bool(_held(job).update(**changes, failure=failure, error=error[:4000]))


def new_deadline() -> datetime:
    """Until when a job that is asked for now must have run."""
    return timezone.now() + timedelta(seconds=settings.GRADING_JOB_DEADLINE_SECONDS)


def reopen_job(*, job: GradingJob, version: GraderVersion) -> None:
    """Let a job that failed wait again as if it were asked for now; the caller made sure that nobody else does."""
    job.grader_version, job.state, job.attempt, job.publish_count = version, JobState.PENDING, 0, 0
    job.requested_at = job.not_before = timezone.now()
    job.deadline = new_deadline()
    job.published_at = job.started_at = job.finished_at = job.lease_token = job.lease_until = None
    job.failure = job.error = job.remedy = job.stage = job.worker = ""
    job.save()


def hold_entry(job: GradingJob) -> None:
    """Lock an applicant's attempt before its job is closed: a withdrawal removes them in this order."""
    if job.is_entry:
        EntryAttempt.objects.select_for_update(no_key=True).filter(pk=job.entry_id).only("pk").first()


def _held(job: GradingJob) -> JobQuerySet:
    return GradingJob.objects.filter(pk=job.pk, lease_token=job.lease_token, state__in=JobQuerySet.HELD)
