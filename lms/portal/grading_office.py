"""How grading does: what waits, runs and failed, and whether the parts that do it answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from courses.models import Cohort, Enrollment
from lms.accounts.models import User
from lms.lib.moments import spell_distance
from lms.notifications.models import Delivery, DeliveryState
from lms.portal.operations import Part, status
from mentors.models import MentorAssignment
from projects.models import GradingJob, Submission
from projects.models.grading import JobQuerySet, JobState
from projects.models.submissions import SubmissionState

THROUGHPUT_OVER = timedelta(hours=24)
MOST_FAILED_DELIVERIES = 50
CAUSES = {
    "box_unavailable": "No box can be built",
    "system_error": "Our failure while it ran",
    "lease_lost": "The worker stopped",
    "deadline": "It waited too long",
    "grader_error": "The tests themselves failed",
}


@dataclass(frozen=True)
class Queue:
    name: str
    waiting: int
    running: int
    oldest: datetime | None


@dataclass(frozen=True)
class HeldUp:
    """A cause for which `count` waiting jobs were put back, and one of them."""

    cause: str
    example: GradingJob
    count: int


@dataclass(frozen=True)
class GradingState:
    """Grading now, over all cohorts that the viewer runs; `parts` are the whole installation's."""

    parts: list[Part]
    queues: list[Queue]
    held_up: list[HeldUp]
    running: list[GradingJob]
    done: int
    failed: int
    median_seconds: float | None

    @property
    def waiting(self) -> int:
        return sum(queue.waiting for queue in self.queues)

    @property
    def oldest(self) -> datetime | None:
        return min((queue.oldest for queue in self.queues if queue.oldest), default=None)

    @property
    def oldest_text(self) -> str:
        return f"oldest: {spell_distance(self.oldest, timezone.localtime())}" if self.oldest else "nothing waits"

    @property
    def speed_text(self) -> str:
        if self.median_seconds is None:
            return ""
        seconds = self.median_seconds
        words = f"{seconds:.1f} s" if seconds < 100 else f"{seconds / 60:.0f} minutes"
        return f"half of them within {words}"

    @property
    def troubles(self) -> list[Part]:
        return [part for part in self.parts if not part.ok]


def grading_state(user: User) -> GradingState:
    """Seven queries and a look at every part."""
    now = timezone.now()
    jobs = jobs_of(user)
    recent = jobs.filter(finished_at__gte=now - THROUGHPUT_OVER)
    done = list(
        recent.filter(state=JobState.DONE).order_by("-finished_at").values_list("requested_at", "finished_at")[:500]
    )
    return GradingState(
        parts=status(),
        queues=queues_of(jobs),
        held_up=held_up(jobs),
        running=list(jobs.held().select_related("submission__project", "learner").order_by("started_at")[:20]),
        done=recent.filter(state=JobState.DONE).count(),
        failed=recent.failed().count(),
        median_seconds=median([(end - start).total_seconds() for start, end in done]),
    )


def jobs_of(user: User) -> JobQuerySet:
    return GradingJob.objects.filter(submission__enrollment__cohort__in=Cohort.objects.run_by(user).values("pk"))


def queues_of(jobs: JobQuerySet) -> list[Queue]:
    waiting, running = Q(state__in=JobQuerySet.WAITING), Q(state__in=JobQuerySet.HELD)
    counts = (
        jobs.open()
        .order_by()
        .values("queue")
        .annotate(
            waiting=Count("pk", filter=waiting),
            running=Count("pk", filter=running),
            oldest=Min("requested_at", filter=waiting),
        )
    )
    found = {row.pop("queue"): row for row in counts}
    nothing = {"waiting": 0, "running": 0, "oldest": None}
    labels = dict(GradingJob._meta.get_field("queue").choices)
    return [Queue(label, **found.get(name, nothing)) for name, label in labels.items()]


def held_up(jobs: JobQuerySet) -> list[HeldUp]:
    """Why waiting jobs were put back, with one job of each cause and how many there are."""
    causes = jobs.waiting().exclude(failure="").order_by().values_list("failure")
    rows = causes.annotate(Count("pk"), Min("pk"))
    examples = GradingJob.objects.in_bulk([pk for _, _, pk in rows])
    return [HeldUp(cause_of(failure), examples[pk], count) for failure, count, pk in rows]


def failed_work(user: User) -> QuerySet[Submission]:
    """Work whose checks could not run, with cause, error and remedy of its newest job; oldest first."""
    newest = GradingJob.objects.filter(submission=OuterRef("pk")).order_by("-requested_at", "-pk")
    work = Submission.objects.filter(
        state=SubmissionState.COULD_NOT_RUN, enrollment__cohort__in=Cohort.objects.run_by(user).values("pk")
    )
    facts = {name: Subquery(newest.values(name)[:1]) for name in ("failure", "error", "remedy")}
    return (
        work.annotate(**facts)
        .select_related("enrollment__user", "enrollment__cohort", "project")
        .order_by("state_changed_at", "pk")
    )


def deliveries_of(user: User) -> QuerySet[Delivery]:
    """E-mails to the people of the cohorts that `user` runs, to those they invited, and to `user`."""
    cohorts = Cohort.objects.run_by(user).order_by().values("pk")
    places = Enrollment.objects.filter(cohort__in=cohorts)
    mentors = MentorAssignment.objects.filter(enrollment__in=places).values("mentor__user")
    told = Q(notification__recipient__in=places.values("user")) | Q(notification__recipient__in=mentors)
    invited = Q(invitation__cohort_invitation__cohort__in=cohorts)
    return Delivery.objects.filter(told | invited | Q(notification__recipient=user))


def failed_deliveries(user: User) -> list[Delivery]:
    """The newest e-mails that were given up."""
    failed = deliveries_of(user).filter(state=DeliveryState.FAILED).order_by("-pk")
    return list(failed.select_related("notification__recipient", "invitation")[:MOST_FAILED_DELIVERIES])


def cause_of(failure: str) -> str:
    return CAUSES.get(failure, failure.replace("_", " ").capitalize() or "No reason was kept")


def median(numbers: list[float]) -> float | None:
    ordered = sorted(numbers)
    return ordered[len(ordered) // 2] if ordered else None
