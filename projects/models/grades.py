"""What counts for a learner on a project."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from courses.models import Cohort, Enrollment
from courses.models.enrollments import OPEN_STATES
from projects.models.projects import Project
from projects.models.submissions import OPEN_FOR_REVIEW, Submission, SubmissionState


class GradeQuerySet(models.QuerySet):
    def open_for_review(self):
        """Where the newest attempt of a learner who has a place waits for a review or is in one.

        Grade and attempt both say so, and both have an index for it.
        """
        is_open = Q(state__in=OPEN_FOR_REVIEW, newest__state__in=OPEN_FOR_REVIEW)
        return self.filter(is_open, enrollment__state__in=OPEN_STATES)

    def reviewed_by(self, user, cohorts=None):
        """Of learners in cohorts that `user` mentors in now or runs, never their own.

        `cohorts` are the ids of those cohorts, where they are known: with them the database reads only these.
        """
        if cohorts is None:
            cohorts = Cohort.objects.looked_into_by(user).order_by().values("pk")
        return self.filter(enrollment__cohort__in=cohorts).exclude(enrollment__user=user)


def score_of(checks: Decimal | None, rubric: Decimal | None, late_factor: Decimal) -> Decimal | None:
    """The points that count of both parts, or None while neither has a result."""
    if checks is None and rubric is None:
        return None
    return ((checks or Decimal(0)) + (rubric or Decimal(0))) * late_factor


class Grade(models.Model):
    """What counts for (enrollment, project): parts kept apart, where they come from, and whether the learner may see
    them.

    `submission` is the attempt that counts, `state` the state of the newest attempt (what lists show).
    `late_factor` is a multiplier from 0 to 1 applied to both parts.
    """

    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="grades")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="grades")
    submission = models.ForeignKey(Submission, null=True, on_delete=models.PROTECT, related_name="grades")
    newest = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=SubmissionState.choices)
    checks_points = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    checks_max = models.DecimalField(max_digits=7, decimal_places=2)
    rubric_points = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    rubric_max = models.DecimalField(max_digits=7, decimal_places=2)
    late_factor = models.DecimalField(max_digits=4, decimal_places=3, default=1)
    is_late = models.BooleanField(default=False)
    provenance = models.JSONField(default=dict)
    released_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = GradeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrollment", "project"], name="one_grade_per_learner_and_project"),
            models.CheckConstraint(
                condition=Q(late_factor__gte=0, late_factor__lte=1), name="late_factor_is_from_0_to_1"
            ),
            models.CheckConstraint(condition=Q(state__in=SubmissionState.values), name="grade_state_is_known"),
        ]
        indexes = [
            models.Index(
                fields=["enrollment", "newest"], condition=Q(state__in=OPEN_FOR_REVIEW), name="open_grades_by_learner"
            ),
        ]

    def __str__(self):
        return f"grade of {self.enrollment} on {self.project}"

    @property
    def score(self) -> Decimal | None:
        """Points that count, or None while no part has a result."""
        return score_of(self.checks_points, self.rubric_points, self.late_factor)

    @property
    def max_score(self) -> Decimal:
        return self.checks_max + self.rubric_max


class GradeCause(models.TextChoices):
    CHECKS = "checks", "Checks finished"
    REVIEW = "review", "Review finished"
    UNDO = "undo", "Review taken back"
    DATE = "date", "Due date moved"
    REGRADE = "regrade", "Regraded"


class GradeChange(models.Model):
    """That a grade changed: from how many points to how many, why, and by whom (None: the system); never changed itself.

    `facts` are the parts after the change: attempt, checks, rubric, late_factor, grader_version (its number).
    """

    Cause = GradeCause

    grade = models.ForeignKey(Grade, on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=10, choices=GradeCause.choices)
    reason = models.CharField(max_length=500, blank=True)
    old_score = models.DecimalField(max_digits=12, decimal_places=5, null=True)
    new_score = models.DecimalField(max_digits=12, decimal_places=5, null=True)
    max_score = models.DecimalField(max_digits=7, decimal_places=2)
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(cause__in=GradeCause.values), name="grade_change_cause_is_known")
        ]
        indexes = [models.Index(fields=["grade", "at"], name="changes_by_grade")]
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.grade}: {self.old_score} to {self.new_score}"
