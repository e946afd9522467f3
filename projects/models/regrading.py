"""Running past submissions against another grader version, looking at what would change, and then changing it or not."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from courses.models import Cohort, ProgramStaff
from projects.models.grading import GraderVersion, GradingJob, GradingResult
from projects.models.projects import Project
from projects.models.submissions import Submission


class BatchState(models.TextChoices):
    RUNNING = "running", "Running"
    PREVIEW = "preview", "Waits for your decision"
    APPLYING = "applying", "Being applied"
    APPLIED = "applied", "Applied"
    DISCARDED = "discarded", "Discarded"


class Policy(models.TextChoices):
    KEEP_BETTER = "keep_better", "Keep the better result of each attempt"
    REPLACE = "replace", "Replace every result"


class RegradeBatchQuerySet(models.QuerySet):
    OPEN = (BatchState.RUNNING, BatchState.PREVIEW, BatchState.APPLYING)

    def open(self):
        return self.filter(state__in=self.OPEN)

    def visible_to(self, user):
        """Of projects of the programs that `user` runs, and of the cohorts."""
        programs = ProgramStaff.objects.filter(user=user).values("program")
        cohorts = Cohort.objects.run_by(user).order_by().values("pk")
        return self.filter(Q(project__curriculum__program__in=programs) | Q(cohort__in=cohorts))


class RegradeBatch(models.Model):
    """All submissions of a cohort (None: of all cohorts) whose result stands on one grader version of a project, run again
    with another one.

    running → preview → applying → applied, or discarded before it is applied. `reason` is what learners read. Open ones of
    a project share no cohort.
    """

    State = BatchState
    Policy = Policy

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="regrades")
    cohort = models.ForeignKey(Cohort, null=True, on_delete=models.PROTECT, related_name="regrades")
    from_version = models.ForeignKey(GraderVersion, on_delete=models.PROTECT, related_name="+")
    to_version = models.ForeignKey(GraderVersion, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=BatchState.choices, default=BatchState.RUNNING)
    policy = models.CharField(max_length=12, choices=Policy.choices, default=Policy.KEEP_BETTER)
    reason = models.CharField(max_length=500, blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = RegradeBatchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "cohort"],
                condition=Q(state__in=RegradeBatchQuerySet.OPEN),
                name="one_open_regrade_per_cohort",
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(state__in=RegradeBatchQuerySet.OPEN, cohort=None),
                name="one_open_regrade_of_all_cohorts",
            ),
            models.CheckConstraint(condition=Q(state__in=BatchState.values), name="regrade_state_is_known"),
            models.CheckConstraint(condition=Q(policy__in=Policy.values), name="regrade_policy_is_known"),
            models.CheckConstraint(condition=~Q(from_version=F("to_version")), name="regrade_changes_the_version"),
        ]
        ordering = ["-started_at", "-pk"]
        verbose_name_plural = "regrade batches"

    def __str__(self):
        work = f"{self.project} of {self.cohort}" if self.cohort else self.project
        return f"regrade of {work} from grader {self.from_name} to {self.to_version.number}"

    @property
    def from_name(self):
        return self.from_version.name_in(self.project)

    def is_in_the_way_of(self, cohort):
        """Whether an open batch shares learners with one of this cohort (None: of all cohorts) at the same project."""
        return cohort is None or self.cohort_id in (None, cohort.pk)


class Change(models.TextChoices):
    FALLS = "falls", "Falls"
    RISES = "rises", "Rises"
    COULD_NOT_RUN = "could_not_run", "Could not run"
    SAME = "same", "Unchanged"


class Outcome(models.TextChoices):
    APPLIED = "applied", "Applied"
    KEPT = "kept", "Kept as it was"
    OVERTAKEN = "overtaken", "A newer result stands"
    SET_ASIDE = "set_aside", "Could not be applied"


class RegradeRunQuerySet(models.QuerySet):
    def unfinished(self):
        return self.filter(change="")

    def unsettled(self):
        return self.filter(settled_at=None)

    def set_aside(self):
        return self.filter(outcome=Outcome.SET_ASIDE)


class RegradeRun(models.Model):
    """One submission of a batch: the result that stood, its dry run, what that would change, and what came of it.

    `error` says why what came of it could not be applied.
    """

    Change = Change
    Outcome = Outcome

    batch = models.ForeignKey(RegradeBatch, on_delete=models.CASCADE, related_name="runs")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="regrade_runs")
    before = models.ForeignKey(GradingResult, on_delete=models.PROTECT, related_name="+")
    job = models.OneToOneField(GradingJob, null=True, on_delete=models.PROTECT, related_name="regrade_run")
    change = models.CharField(max_length=15, choices=Change.choices, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True, default="", db_default="")

    objects = RegradeRunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "submission"], name="one_regrade_run_per_submission"),
            models.CheckConstraint(condition=Q(change__in=["", *Change.values]), name="regrade_change_is_known"),
            models.CheckConstraint(condition=Q(outcome__in=["", *Outcome.values]), name="regrade_outcome_is_known"),
            models.CheckConstraint(
                condition=Q(outcome="", settled_at=None) | (~Q(outcome="") & Q(settled_at__isnull=False)),
                name="settled_regrade_run_has_an_outcome",
            ),
        ]
        indexes = [models.Index(fields=["batch", "change"], name="regrade_runs_by_change")]
        ordering = ["pk"]

    def __str__(self):
        return f"{self.submission} in {self.batch}"
