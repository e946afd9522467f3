"""The queue of record of the grading engine: versions of graders, jobs and their results."""

import secrets
import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from courses.models import EntryAttempt
from projects.models.files import StoredFile
from projects.models.halts import GradingHalt
from projects.models.projects import Project
from projects.models.submissions import Submission

LONGEST_PAUSE = timedelta(minutes=1)
CLOCKS_MAY_DIFFER = timedelta(minutes=10)
CLOCKS_DO_DIFFER = timedelta(seconds=2)


class GraderVersion(models.Model):
    """Immutable: the digest of a project's tests, configuration, runtime and engine;
    grades name the one they come from.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="grader_versions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    config = models.JSONField(default=dict)
    max_score = models.DecimalField(max_digits=7, decimal_places=2)
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="one_grader_version_per_number")]
        ordering = ["-number"]

    def __str__(self):
        return f"grader {self.number} of {self.project}"

    def name_in(self, project: Project) -> str:
        """Its number, with the version of the curriculum where that is not `project`'s, from which a cohort has moved."""
        of = "" if self.project_id == project.pk else f" of {self.project.curriculum.version}"
        return f"{self.number}{of}"


class GraderVersionFile(models.Model):
    """A file of a grader version: the grader's own (`bundle`) or what learners download (`release`)."""

    grader_version = models.ForeignKey(GraderVersion, on_delete=models.CASCADE, related_name="files")
    part = models.CharField(max_length=10, choices=[("bundle", "For the grader"), ("release", "For learners")])
    name = models.CharField(max_length=200)
    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="grader_files")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["grader_version", "part", "name"], name="one_file_per_name_in_a_grader_version"
            ),
            models.CheckConstraint(condition=Q(part__in=["bundle", "release"]), name="grader_file_part_is_known"),
        ]

    def __str__(self):
        return self.name


class JobState(models.TextChoices):
    PENDING = "pending", "Pending"
    QUEUED = "queued", "Queued"
    LEASED = "leased", "Leased"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    GRADER_ERROR = "grader_error", "Grader error"
    SYSTEM_FAILED = "system_failed", "Could not run"
    CANCELLED = "cancelled", "Cancelled"
    SUPERSEDED = "superseded", "Superseded"


class JobQuerySet(models.QuerySet):
    OPEN = (JobState.PENDING, JobState.QUEUED, JobState.LEASED, JobState.RUNNING)
    HELD = (JobState.LEASED, JobState.RUNNING)
    WAITING = (JobState.PENDING, JobState.QUEUED)
    FAILED = (JobState.GRADER_ERROR, JobState.SYSTEM_FAILED)

    def open(self):
        return self.filter(state__in=self.OPEN)

    def counting(self):
        """Without dry runs, whose results count for nothing unless they are applied."""
        return self.filter(counts=True)

    def of_cohorts(self, cohorts):
        """Those of learners of these cohorts, and of who applies to them."""
        return self.filter(Q(submission__enrollment__cohort__in=cohorts) | Q(entry__application__cohort__in=cohorts))

    def waiting(self):
        return self.filter(state__in=self.WAITING)

    def failed(self):
        return self.filter(state__in=self.FAILED)

    def ready(self, now):
        """Waiting jobs whose time has come; none while checks are paused.

        The clock of the host that wrote a job may be a little ahead: its message must not be lost for that. No rule puts a
        job off by more than a few seconds: what lies far ahead was written before a clock was set back.
        """
        time_has_come = Q(not_before__lte=now + CLOCKS_DO_DIFFER) | Q(not_before__gt=now + LONGEST_PAUSE)
        return self.waiting().filter(time_has_come, ~Exists(GradingHalt.objects.pauses().open()))

    def held(self):
        return self.filter(state__in=self.HELD)

    def lease_lost(self, now):
        """Held jobs whose lease has run out, or ends so late that a clock was set back since it began."""
        impossible = now + timedelta(seconds=settings.GRADING_LEASE_SECONDS) + CLOCKS_MAY_DIFFER
        return self.held().filter(Q(lease_until__lt=now) | Q(lease_until__gt=impossible))


def new_seed():
    """So long that the learner's own seed, which is made from it, cannot be turned back."""
    return secrets.randbits(62)


class GradingJob(models.Model):
    """One run of one grader version on one submission, or on an applicant's attempt at the entry exercise. Its row is the
    outbox too: unpublished while `published_at` is unset.

    A worker holds it by `lease_token` until `lease_until`; only the holder of the current token can finish it. A dry run
    does not count: its result changes nothing and is shown to nobody but who asked for it. `slot` is the numbered place
    of its host that a regrade holds while it runs.
    """

    State = JobState

    submission = models.ForeignKey(Submission, null=True, on_delete=models.PROTECT, related_name="jobs")
    entry = models.OneToOneField(EntryAttempt, null=True, on_delete=models.CASCADE, related_name="job")
    grader_version = models.ForeignKey(GraderVersion, on_delete=models.PROTECT, related_name="jobs")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="grading_jobs")
    queue = models.CharField(
        max_length=10, choices=[("grade", "Interactive"), ("heavy", "Projects"), ("regrade", "Regrades")]
    )
    counts = models.BooleanField(default=True, db_default=True)
    slot = models.CharField(max_length=130, blank=True, default="", db_default="")
    state = models.CharField(max_length=20, choices=JobState.choices, default=JobState.PENDING)
    attempt = models.PositiveSmallIntegerField(default=0)
    seed = models.PositiveBigIntegerField(default=new_seed)
    stage = models.CharField(max_length=100, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=120, blank=True)
    not_before = models.DateTimeField(default=timezone.now)
    deadline = models.DateTimeField()
    requested_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)
    publish_count = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=30, blank=True)
    error = models.TextField(blank=True)
    remedy = models.TextField(blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission"],
                condition=Q(state__in=JobQuerySet.OPEN, counts=True),
                name="one_open_job_per_submission",
            ),
            models.UniqueConstraint(
                fields=["submission"],
                condition=Q(state__in=JobQuerySet.OPEN, counts=False),
                name="one_open_dry_run_per_submission",
            ),
            models.UniqueConstraint(
                fields=["learner"],
                condition=Q(state__in=JobQuerySet.HELD, counts=True),
                name="one_running_job_per_learner",
            ),
            models.UniqueConstraint(
                fields=["slot"],
                condition=Q(state__in=JobQuerySet.HELD) & ~Q(slot=""),
                name="one_running_regrade_per_slot",
            ),
            models.CheckConstraint(
                condition=Q(submission__isnull=False, entry=None)
                | Q(submission=None, entry__isnull=False, counts=True),
                name="a_job_checks_a_submission_or_an_entry_attempt",
            ),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state__in=JobQuerySet.HELD) | Q(lease_token__isnull=False, lease_until__isnull=False),
                name="held_job_has_a_lease",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "not_before"], condition=Q(state__in=JobQuerySet.OPEN), name="open_jobs"),
            models.Index(fields=["submission", "-requested_at"], name="jobs_by_submission"),
            models.Index(fields=["finished_at"], name="jobs_by_end"),
            models.Index(fields=["started_at"], name="jobs_by_start"),
        ]
        ordering = ["-requested_at", "-pk"]

    def __str__(self):
        return f"job {self.pk} ({self.state})"

    @staticmethod
    def new_token():
        return uuid.uuid4()

    @property
    def is_entry(self):
        """Whether it checks what who applies handed in."""
        return self.entry_id is not None

    @property
    def place_in_queue(self):
        """1 for the next job to run; 0 when it no longer waits. Who applies waits behind all learners."""
        if self.state not in JobQuerySet.WAITING:
            return 0
        ahead = Q(requested_at__lt=self.requested_at) | Q(requested_at=self.requested_at, pk__lt=self.pk)
        ahead = ahead | Q(entry=None) if self.is_entry else ahead & Q(entry=None)
        return GradingJob.objects.waiting().filter(ahead, queue=self.queue).count() + 1


class GradingResultQuerySet(models.QuerySet):
    def standing(self):
        """Results that count, the last stored first, whatever clocks say: of each submission the first one stands."""
        return self.filter(job__state=JobState.DONE, job__counts=True).order_by("-pk")

    def standing_of(self, submissions):
        """The one that stands of each of many submissions, in no order."""
        counting = self.standing().order_by().filter(job__submission__in=submissions)
        place = Window(RowNumber(), partition_by="job__submission", order_by=["-pk"])
        return self.filter(pk__in=counting.annotate(place=place).filter(place=1).values("pk"))


class GradingResult(models.Model):
    """What a job found: append-only, one per job; it goes with its job, where that goes with a withdrawn draft.
    `groups`, `notices` and `usage` are the engine's result of `schema_version`.
    """

    job = models.OneToOneField(GradingJob, on_delete=models.CASCADE, related_name="result")
    verdict = models.CharField(max_length=20)
    score = models.DecimalField(max_digits=7, decimal_places=2)
    max_score = models.DecimalField(max_digits=7, decimal_places=2)
    groups = models.JSONField(default=list)
    notices = models.JSONField(default=list)
    usage = models.JSONField(default=dict)
    schema_version = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    objects = GradingResultQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=F("max_score")), name="result_score_is_within_its_maximum"
            )
        ]

    def __str__(self):
        return f"{self.verdict} {self.score}/{self.max_score}"

    @property
    def is_full(self):
        return self.score == self.max_score
