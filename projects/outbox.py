"""Announcing grading jobs to workers: the job's row is the outbox, the message carries its id only."""

from celery import current_app
from django.db.models import F, QuerySet
from django.utils import timezone
from kombu.exceptions import ChannelError, OperationalError

from lms.lib.prepared import Prepared
from projects.models import GradingJob
from projects.models.grading import JobQuerySet, JobState

TASK = "projects.tasks.grade_submission"
APPLY_TASK = "projects.tasks.apply_regrade"
ROSTER_TASK = "projects.tasks.apply_roster"
AHEAD, IN_TURN, BEHIND, LAST = 0, 3, 6, 9
"""Priorities of messages; workers take the lower first, whatever the queue."""
FAIR_SHARE = 20
"""The work of how many of one cohort's learners may wait in turn; what comes on top waits behind that of all other cohorts."""


def announce(job_id: int, queue: str, *, ahead: bool = False, is_entry: bool = False) -> bool:
    """Ring a worker for a waiting job, `ahead` of all that wait, and note that it was published; False while the broker is
    away. Regrades are taken last, and of a cohort in a rush only the first `FAIR_SHARE` before the work of others. Who
    applies (`is_entry`) waits behind learners.

    Lost, double and late messages are all harmless: a worker must lease the job before it does anything.
    """
    try:
        priority = AHEAD if ahead else BEHIND if is_entry else _turn_of(job_id, queue)
        current_app.send_task(TASK, args=[job_id], queue=queue, retry=False, priority=priority)
    except (OperationalError, OSError):
        return False
    waiting = GradingJob.objects.filter(pk=job_id, state__in=JobQuerySet.WAITING)
    waiting.update(state=JobState.QUEUED, published_at=timezone.now(), publish_count=F("publish_count") + 1)
    return True


def _turn_of(job_id: int, queue: str) -> int:
    if queue == "regrade":
        return LAST
    return BEHIND if len(BEFORE_IN_COHORT.rows(job=job_id)) >= FAIR_SHARE else IN_TURN


def _before_in_cohort(job: int) -> QuerySet[GradingJob, int]:
    """Learners, each once however much they hand in: only one job of theirs runs at a time."""
    cohort = GradingJob.objects.filter(pk=job).values("submission__enrollment__cohort")
    waiting = GradingJob.objects.waiting().counting().filter(submission__enrollment__cohort__in=cohort, pk__lt=job)
    return waiting.order_by().values_list("learner", flat=True).distinct()[:FAIR_SHARE]


BEFORE_IN_COHORT = Prepared(_before_in_cohort, "job")


def messages_in(queue: str) -> int | None:
    """How many messages of a queue no worker has fetched yet; None while the broker is away."""
    try:
        with current_app.connection_for_read() as connection:
            return int(connection.default_channel.queue_declare(queue=queue, passive=True).message_count)
    except ChannelError:  # a queue without messages does not exist
        return 0
    except (OperationalError, OSError):
        return None


def ring_for_regrade(batch_id: int) -> bool:
    """Ask for the next portion of a batch to be applied; the reconciler asks too, so a broker that is away is harmless."""
    return _ring(APPLY_TASK, batch_id)


def ring_for_roster(roster_id: int) -> bool:
    """Ask for the next portion of a roster to be applied; the reconciler asks too."""
    return _ring(ROSTER_TASK, roster_id)


def _ring(task: str, row_id: int) -> bool:
    try:
        current_app.send_task(task, args=[row_id], queue="clock", retry=False)
    except (OperationalError, OSError):
        return False
    return True
