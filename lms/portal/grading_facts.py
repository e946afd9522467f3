"""How grading does: what waits, runs and failed, how fast it goes, and whether the parts that do it answer."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone

from lms.lib.moments import spell_distance
from lms.portal.operations import Part, status
from lms.portal.workers import Grader, Worker, living_graders, living_workers
from projects.models import GradingHalt, GradingJob
from projects.models.grading import JobQuerySet, JobState

FAILED_OVER = timedelta(hours=24)
SPEED_OVER = timedelta(minutes=60)
SPEED_NOW = timedelta(minutes=5)
MOST_MEASURED = 5000
MOST_RUNNING = 50
CAUSES = {
    "box_unavailable": "No box can be built",
    "system_error": "Our failure while it ran",
    "lease_lost": "The worker stopped",
    "deadline": "It waited too long",
    "grader_error": "The tests themselves failed",
}


@dataclass(frozen=True)
class Queue:
    """A queue by its name in code and in words; `oldest` is when the job that waits longest was asked for."""

    name: str
    label: str
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
class Spread:
    """The middle of some durations, and what 95 of 100 of them stay within; seconds, None when there are none."""

    median: float | None
    most: float | None

    @classmethod
    def of(cls, durations: list[float]) -> "Spread":
        ordered = sorted(durations)
        if not ordered:
            return cls(None, None)
        return cls(ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, len(ordered) * 95 // 100)])

    @property
    def text(self) -> str:
        if self.median is None or self.most is None:
            return "–"
        return f"half within {in_words(self.median)}, 95 % within {in_words(self.most)}"


@dataclass(frozen=True)
class Speed:
    """Jobs done in a minute, over the last 5 and the last 60, and how long those of the hour waited and ran.

    A job waits from when it was asked for until the lease that it ended under, so what a dead worker cost is in it.
    """

    now: float
    hour: float
    waiting: Spread
    running: Spread


@dataclass(frozen=True)
class GradingState:
    """Grading now over some jobs; `parts`, `workers`, `graders`, `pause` and `stall` are the whole installation's."""

    at: datetime
    parts: list[Part]
    workers: list[Worker]
    graders: list[Grader]
    pause: GradingHalt | None
    stall: GradingHalt | None
    queues: list[Queue]
    held_up: list[HeldUp]
    running: list[GradingJob]
    done: int
    failed: dict[str, int]
    speed: Speed

    @property
    def waiting(self) -> int:
        return sum(queue.waiting for queue in self.queues)

    @property
    def held(self) -> int:
        return sum(queue.running for queue in self.queues)

    @property
    def oldest(self) -> datetime | None:
        return min((queue.oldest for queue in self.queues if queue.oldest), default=None)

    @property
    def oldest_text(self) -> str:
        return f"oldest: {spell_distance(self.oldest, timezone.localtime())}" if self.oldest else "nothing waits"

    @property
    def speed_text(self) -> str:
        return f"{self.speed.now:.1f} a minute now, {self.speed.hour:.1f} over the hour"

    @property
    def failures(self) -> list[tuple[str, int]]:
        return [(cause_of(failure), count) for failure, count in self.failed.items()]

    @property
    def troubles(self) -> list[Part]:
        return [part for part in self.parts if not part.ok]

    def as_json(self) -> dict[str, Any]:
        """Plain data for `manage.py grading --json`: times as ISO 8601, durations in seconds, memory in bytes."""
        return {
            "at": self.at.isoformat(),
            "paused": _halt_json(self.pause),
            "stalled": _halt_json(self.stall),
            "queues": {
                queue.name: {
                    "waiting": queue.waiting,
                    "running": queue.running,
                    "oldest_seconds": _seconds(queue.oldest, self.at),
                }
                for queue in self.queues
            },
            "running": [
                {
                    "job": job.pk,
                    "submission": job.submission_id,
                    "entry": job.entry_id,
                    "queue": job.queue,
                    "worker": job.worker,
                    "seconds": _seconds(job.started_at, self.at),
                    "stage": job.stage,
                    "attempt": job.attempt,
                }
                for job in self.running
            ],
            "done_24h": self.done,
            "failed_24h": self.failed,
            "done_per_minute": {"5_minutes": self.speed.now, "60_minutes": self.speed.hour},
            "waited_seconds": asdict(self.speed.waiting),
            "ran_seconds": asdict(self.speed.running),
            "workers": [asdict(worker) for worker in self.workers],
            "graders": [{**asdict(one.report), "age": one.age} for one in self.graders],
            "parts": [asdict(part) for part in self.parts],
        }


def grading_state(jobs: JobQuerySet) -> GradingState:
    """Eight queries, whatever the number of jobs, and a look at every part."""
    now = timezone.now()
    recent = jobs.counting().filter(finished_at__gte=now - FAILED_OVER).order_by()
    ended = recent.values_list("state", "failure").annotate(Count("pk"))
    counts = {(state, failure): count for state, failure, count in ended}
    halts = {halt.kind: halt for halt in GradingHalt.objects.open()}
    return GradingState(
        at=now,
        parts=status(),
        workers=living_workers(),
        graders=living_graders(),
        pause=halts.get(GradingHalt.Kind.PAUSE),
        stall=halts.get(GradingHalt.Kind.STALL),
        queues=queues_of(jobs),
        held_up=held_up(jobs),
        running=list(
            jobs.held()
            .select_related("submission__project", "entry__application", "learner")
            .defer("entry__content")
            .order_by("started_at")[:MOST_RUNNING]
        ),
        done=sum(count for (state, _), count in counts.items() if state == JobState.DONE),
        failed={failure: count for (state, failure), count in sorted(counts.items()) if state in JobQuerySet.FAILED},
        speed=speed_of(jobs, now),
    )


def speed_of(jobs: JobQuerySet, now: datetime) -> Speed:
    """How fast jobs were done in the last hour; of more than `MOST_MEASURED`, times are those of the newest."""
    done = jobs.counting().filter(state=JobState.DONE, finished_at__gt=now - SPEED_OVER)
    rows = done.order_by("-finished_at").values_list("requested_at", "started_at", "finished_at")
    measured = [row for row in rows[:MOST_MEASURED] if row[1]]
    counts = done.order_by().aggregate(hour=Count("pk"), now=Count("pk", filter=Q(finished_at__gt=now - SPEED_NOW)))
    return Speed(
        now=counts["now"] / (SPEED_NOW.total_seconds() / 60),
        hour=counts["hour"] / (SPEED_OVER.total_seconds() / 60),
        waiting=Spread.of([(started - requested).total_seconds() for requested, started, _ in measured]),
        running=Spread.of([(finished - started).total_seconds() for _, started, finished in measured]),
    )


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
    return [Queue(name, label, **found.get(name, nothing)) for name, label in labels.items()]


def held_up(jobs: JobQuerySet) -> list[HeldUp]:
    """Why waiting jobs were put back, with one job of each cause and how many there are."""
    causes = jobs.waiting().exclude(failure="").order_by().values_list("failure")
    rows = causes.annotate(Count("pk"), Min("pk"))
    examples = GradingJob.objects.in_bulk([pk for _, _, pk in rows])
    return [HeldUp(cause_of(failure), examples[pk], count) for failure, count, pk in rows]


def cause_of(failure: str) -> str:
    return CAUSES.get(failure, failure.replace("_", " ").capitalize() or "No reason was kept")


def in_words(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds / 60:.0f} minutes"


def _seconds(since: datetime | None, now: datetime) -> float | None:
    return round((now - since).total_seconds(), 1) if since else None


def _halt_json(halt: GradingHalt | None) -> dict[str, Any] | None:
    return {"since": halt.began_at.isoformat(), "note": halt.note, "waiting": halt.waiting} if halt else None
