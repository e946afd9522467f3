"""Pausing all checks for maintenance, and noticing that nobody takes them."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from lms.accounts import audit
from lms.accounts.models import User
from lms.lib.errors import DomainError
from lms.notifications.actions import notify
from lms.notifications.models import Kind
from projects.models import GradingHalt, GradingJob
from projects.models.grading import JobQuerySet
from projects.outbox import announce

logger = structlog.get_logger(__name__)
RUNG_ON_RESUME = 200  # the reconciler rings for the others
LAST_SERVED = "regrade"


class HaltRefused(DomainError):
    code = "halt_refused"


@transaction.atomic
def pause_grading(*, by: User | None, note: str = "") -> GradingHalt:
    """Keep workers from leasing jobs until `resume_grading`; what runs now ends. A pause that is open already stays."""
    halt, created = GradingHalt.objects.pauses().get_or_create(
        kind=GradingHalt.Kind.PAUSE, ended_at=None, defaults={"note": note[:300]}
    )
    if created:
        audit.record("pause_grading", by=by, target=halt, reason=note)
    return halt


@transaction.atomic
def resume_grading(*, by: User | None) -> int:
    """End the pause: waiting jobs get the time back that it took, and are announced afresh; how many there are.

    Raises `HaltRefused` when checks are not paused.
    """
    now = timezone.now()
    halt = GradingHalt.objects.pauses().open().first()
    if halt is None or not GradingHalt.objects.open().filter(pk=halt.pk).update(ended_at=now):
        raise HaltRefused("Checks are not paused; nothing was changed.")
    waiting = GradingJob.objects.waiting()
    lost = max(now - halt.began_at, timedelta())
    count = waiting.update(published_at=None, publish_count=0, deadline=F("deadline") + lost)
    audit.record("resume_grading", by=by, target=halt, after={"waiting": count})
    transaction.on_commit(_ring_waiting, robust=True)
    return count


def is_paused() -> bool:
    """Whether checks are paused for maintenance."""
    return GradingHalt.objects.pauses().open().exists()


def watch_queues(now: datetime | None = None) -> GradingHalt | None:
    """Notice that checks wait and nobody takes them, or that this is over, and tell all staff once; the open stall.

    Doing it twice, or on two hosts at once, is harmless.
    """
    now = now or timezone.now()
    stall = GradingHalt.objects.stalls().open().first()
    if is_paused():
        return stall
    late = stalled_jobs(now)
    waiting = late.count()
    if waiting and stall is None:
        return _begin_stall(late, waiting, now)
    if not waiting and stall is not None:
        _end_stall(stall, now)
        return None
    return stall


def stalled_jobs(now: datetime) -> JobQuerySet:
    """Jobs that waited too long in a queue from which nothing was taken meanwhile; none while checks are paused or were.

    A lease that ended because no box could be built took nothing. Regrades wait while anything else is taken.
    """
    since = now - timedelta(minutes=settings.GRADING_STALL_MINUTES)
    late = GradingJob.objects.waiting().filter(requested_at__lt=since)
    paused = GradingHalt.objects.pauses().filter(Q(ended_at=None) | Q(ended_at__gte=since))
    if not late.exists() or paused.exists():
        return late.none()
    taken = Q(started_at__gte=since, started_at__lte=now) & ~Q(failure="box_unavailable")
    held = Q(state__in=JobQuerySet.HELD)
    busy = set(GradingJob.objects.filter(taken | held).order_by().values_list("queue", flat=True).distinct())
    return late.exclude(queue__in=busy | {LAST_SERVED} if busy else busy)


def _begin_stall(late: JobQuerySet, waiting: int, now: datetime) -> GradingHalt | None:
    first = late.order_by("requested_at")[0]
    note = first.error or "No worker takes from this queue, or Redis lost its messages."
    try:
        with transaction.atomic():
            stall = GradingHalt.objects.create(
                kind=GradingHalt.Kind.STALL,
                began_at=now,
                waiting=waiting,
                note=f"{first.get_queue_display()}: {note}"[:300],
            )
            _tell_staff(stall, "stall", f"Checks wait and nobody takes them: {waiting}", stall.note)
    except IntegrityError:  # another clock noticed it at the same moment
        return GradingHalt.objects.stalls().open().first()
    logger.error("grading_stalled", waiting=waiting, oldest=first.requested_at.isoformat())
    return stall


@transaction.atomic
def _end_stall(stall: GradingHalt, now: datetime) -> None:
    if GradingHalt.objects.open().filter(pk=stall.pk).update(ended_at=now):
        minutes = round((now - stall.began_at).total_seconds() / 60)
        body = f"It had been noticed {minutes} minutes before. Nothing was lost; learners' work is graded in its order."
        _tell_staff(stall, "stall-over", "Checks are taken again", body)
        logger.warning("grading_stall_over", minutes=minutes)


def _tell_staff(stall: GradingHalt, what: str, title: str, body: str) -> None:
    for person in User.objects.filter(Q(program_staff__isnull=False) | Q(cohort_staff__isnull=False)).distinct():
        notify(
            recipient=person,
            key=f"{what}:{stall.pk}",
            kind=Kind.GRADING_TROUBLE,
            title=title,
            body=body,
            path=reverse("grading_office"),
        )


def _ring_waiting() -> None:
    for job in GradingJob.objects.waiting().order_by("requested_at")[:RUNG_ON_RESUME]:
        if not announce(job.pk, job.queue, is_entry=job.is_entry):
            break
