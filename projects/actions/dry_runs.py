"""The dry runs of a batch: sent to the workers in portions, and what each would change."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from lms.notifications.actions import notify
from lms.notifications.models import Kind
from projects.models import GradingJob, GradingResult, RegradeBatch, RegradeRun
from projects.models.grading import JobQuerySet
from projects.models.regrading import BatchState, Change
from projects.outbox import announce

QUEUE = "regrade"
DRY_RUN_DEADLINE = timedelta(days=7)


def note_dry_run(*, job: GradingJob, result: GradingResult | None) -> None:
    """Keep what a dry run would change (None: it could not run); call it in the transaction that closes the job."""
    run = RegradeRun.objects.select_related("before").get(job=job)
    run.change = change_of(run.before, result)
    run.save(update_fields=["change"])
    transaction.on_commit(lambda: go_on(batch_id=run.batch_id), robust=True)


def change_of(before: GradingResult, after: GradingResult | None) -> Change:
    """Whether the share of the points rises or falls; shares, since another version may give other points."""
    if after is None:
        return Change.COULD_NOT_RUN
    old, new = before.score * after.max_score, after.score * before.max_score
    if old == new:
        return Change.SAME
    return Change.RISES if new > old else Change.FALLS


def go_on(*, batch_id: int) -> None:
    """Send the next portion once half of the last one is done; end the running when nothing is left. Harmless twice."""
    batch = RegradeBatch.objects.get(pk=batch_id)
    if batch.state != BatchState.RUNNING:
        return
    if not batch.runs.unfinished().exists():
        _show(batch)
    elif batch.runs.filter(job__state__in=JobQuerySet.OPEN).count() <= settings.REGRADE_PORTION // 2:
        dispatch(batch_id=batch_id)


@transaction.atomic
def dispatch(*, batch_id: int) -> int:
    """Write jobs for the next submissions of a running batch, so that at most `REGRADE_PORTION` are open; how many."""
    batch = RegradeBatch.objects.select_for_update(of=("self",)).filter(pk=batch_id, state=BatchState.RUNNING).first()
    if batch is None:
        return 0
    room = settings.REGRADE_PORTION - batch.runs.filter(job__state__in=JobQuerySet.OPEN).count()
    following = batch.runs.unfinished().filter(job=None).select_related("submission__enrollment")
    runs = list(following.order_by("pk")[: max(room, 0)])
    jobs = GradingJob.objects.bulk_create([_job(batch, run) for run in runs])
    for run, job in zip(runs, jobs, strict=True):
        run.job = job
    RegradeRun.objects.bulk_update(runs, ["job"])
    transaction.on_commit(lambda: announce_all(jobs), robust=True)
    return len(jobs)


def announce_all(jobs: list[GradingJob]) -> None:
    """Ring for each until the broker is away; the reconciler rings for the rest."""
    for job in jobs:
        if not announce(job.pk, job.queue):
            return


def _job(batch: RegradeBatch, run: RegradeRun) -> GradingJob:
    return GradingJob(
        submission=run.submission,
        grader_version_id=batch.to_version_id,
        learner_id=run.submission.enrollment.user_id,
        queue=QUEUE,
        counts=False,
        deadline=timezone.now() + DRY_RUN_DEADLINE,
    )


@transaction.atomic
def _show(batch: RegradeBatch) -> None:
    running = RegradeBatch.objects.filter(pk=batch.pk, state=BatchState.RUNNING)
    if running.update(state=BatchState.PREVIEW):
        notify(
            recipient=batch.started_by,
            key=f"regrade-ready:{batch.pk}",
            kind=Kind.REGRADE_READY,
            title=f"The {batch} waits for your decision",
            body="Every submission has run. Nothing is changed until you apply it.",
            path=reverse("regrade_batch", args=[batch.pk]),
        )
