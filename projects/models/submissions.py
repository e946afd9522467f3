"""What learners hand in."""

from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from courses.models import Cohort, Enrollment
from courses.schedule import is_late
from mentors.models import MentorAssignment
from projects.models.files import StoredFile
from projects.models.projects import Project


class SubmissionState(models.TextChoices):
    CHECKS_QUEUED = "checks_queued", "Checks queued"
    CHECKS_RUNNING = "checks_running", "Checks running"
    CHECKS_PASSED = "checks_passed", "Checks passed"
    CHECKS_FAILED = "checks_failed", "Checks failed"
    COULD_NOT_RUN = "could_not_run", "Could not run"
    WAITING_FOR_REVIEW = "waiting_for_review", "Waiting for review"
    IN_REVIEW = "in_review", "In review"
    NEEDS_MORE_WORK = "needs_more_work", "Needs more work"
    PASSED = "passed", "Passed"


OPEN_FOR_REVIEW = (SubmissionState.WAITING_FOR_REVIEW, SubmissionState.IN_REVIEW)
ACCEPTED_FOR_REVIEW = (*OPEN_FOR_REVIEW, SubmissionState.NEEDS_MORE_WORK, SubmissionState.PASSED)


def promise_of(since):
    """Until when work that waits for its review since `since` is promised one."""
    return since + timedelta(hours=settings.REVIEW_PROMISE_HOURS)


class SubmissionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Own work; work of learners in cohorts one currently mentors in; work in cohorts one runs. Who sees the portal as
        `user` has the work of the one place that they may see."""
        if user.seen_in is not None:
            return self.filter(enrollment=user.seen_in)
        mentored = MentorAssignment.objects.current().filter(mentor__user=user).values("enrollment__cohort")
        return self.filter(
            Q(enrollment__user=user)
            | Q(enrollment__cohort__in=mentored)
            | Q(enrollment__cohort__in=Cohort.objects.run_by(user).values("pk"))
        )

    def latest(self):
        """The newest attempt of each learner at each project."""
        newer = Submission.objects.filter(
            enrollment=models.OuterRef("enrollment"),
            project=models.OuterRef("project"),
            number__gt=models.OuterRef("number"),
        )
        return self.filter(~models.Exists(newer))

    def with_outcome(self):
        """Everything a page or the API shows of a submission, in a constant number of queries."""
        jobs = apps.get_model("projects", "GradingJob").objects.all()
        return self.select_related("project", "enrollment__cohort", "enrollment__user").prefetch_related(
            "files",
            models.Prefetch("jobs", jobs.select_related("result", "grader_version")),
            "reviews__reviewer",
            "reviews__scores__criterion",
            "reviews__scores__level",
        )

    def awaiting_review(self):
        return self.filter(state=SubmissionState.WAITING_FOR_REVIEW)

    def charged(self):
        """Attempts that count against a limit: those that could not run are our loss."""
        return self.exclude(state=SubmissionState.COULD_NOT_RUN)

    def accepted_for_review(self):
        """What passed its checks and went on to a mentor, whatever came of it; nothing of projects without a review."""
        return self.filter(state__in=ACCEPTED_FOR_REVIEW)


class Submission(models.Model):
    """One immutable attempt at a project. Only `state` moves, by conditional updates in actions."""

    State = SubmissionState

    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="submissions")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField()
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="submissions_made"
    )
    submitted_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True)
    link = models.URLField(max_length=500, blank=True)
    note = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=20, choices=SubmissionState.choices, default=SubmissionState.CHECKS_QUEUED)
    state_changed_at = models.DateTimeField(default=timezone.now)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment", "project", "number"], name="one_submission_per_attempt_number"
            ),
            models.CheckConstraint(condition=Q(state__in=SubmissionState.values), name="submission_state_is_known"),
            models.CheckConstraint(condition=Q(number__gte=1), name="attempts_count_from_1"),
        ]
        indexes = [
            models.Index(
                fields=["state_changed_at"],
                condition=Q(state__in=OPEN_FOR_REVIEW),
                name="submissions_open_for_review",
            ),
            models.Index(
                fields=["state_changed_at"],
                condition=Q(state=SubmissionState.COULD_NOT_RUN),
                name="submissions_that_could_not_run",
            ),
            models.Index(fields=["enrollment", "-submitted_at"], name="submissions_by_learner"),
        ]
        ordering = ["-submitted_at", "-pk"]

    def __str__(self):
        return f"attempt {self.number} at {self.project}"

    def newer_attempts(self):
        return Submission.objects.filter(enrollment=self.enrollment_id, project=self.project_id, number__gt=self.number)

    @property
    def review_expected_by(self):
        """The promise: until when a review that is waited for is finished."""
        return promise_of(self.state_changed_at)

    @property
    def came_after_due(self) -> bool:
        """Whether it came after the due date shown then; what counts as late is said by `late_attempts`."""
        return is_late(self.due_at, self.submitted_at)

    @property
    def result(self):
        """The newest result of its checks, or None; costs nothing when jobs with their results are prefetched."""
        results = [job.result for job in self.jobs.all() if job.counts and hasattr(job, "result")]
        return max(results, key=lambda result: result.created_at, default=None)

    @property
    def is_settled(self):
        """Whether nothing more happens to it by itself or by a mentor."""
        return self.state in (
            SubmissionState.CHECKS_PASSED,
            SubmissionState.CHECKS_FAILED,
            SubmissionState.NEEDS_MORE_WORK,
            SubmissionState.PASSED,
        )


class SubmissionFile(models.Model):
    """A file of a submission under the name it was handed in with."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="submission_files")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "name"], name="one_file_per_name_in_a_submission"),
            models.CheckConstraint(condition=~Q(name=""), name="submission_file_has_a_name"),
        ]
        ordering = ["name"]

    def __str__(self):
        return self.name
