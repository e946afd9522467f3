"""What who applies hands in at the entry exercise."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from courses.models.admissions import Application


class EntryState(models.TextChoices):
    CHECKS_QUEUED = "checks_queued", "Being checked"
    CHECKS_PASSED = "checks_passed", "Checks passed"
    CHECKS_FAILED = "checks_failed", "Checks failed"
    COULD_NOT_RUN = "could_not_run", "Could not run"


CHECKED = (EntryState.CHECKS_PASSED, EntryState.CHECKS_FAILED)


class EntryAttemptQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of applications that `user` may read: their own, and what was handed in to an office that they may enter."""
        own = Q(application__applicant=user)
        return self.filter(own | Q(application__in=Application.objects.run_by(user).order_by().values("pk")))

    def charged(self):
        """Attempts that count against a limit: those that could not run are our loss."""
        return self.exclude(state=EntryState.COULD_NOT_RUN)


class EntryAttempt(models.Model):
    """One attempt at the entry exercise, graded like learners' work. Only state and points change, once for each run.
    `exercise` is its slug: another version of the program may name another one.

    Its file is kept in the row, and not among the stored files that equal ones share: nothing of it stays when a draft is
    withdrawn.
    """

    State = EntryState

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="entry_attempts")
    exercise = models.SlugField(max_length=60)
    number = models.PositiveSmallIntegerField()
    submitted_at = models.DateTimeField(default=timezone.now)
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    state = models.CharField(max_length=20, choices=EntryState.choices, default=EntryState.CHECKS_QUEUED)
    score = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    max_score = models.DecimalField(max_digits=7, decimal_places=2, null=True)

    objects = EntryAttemptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="one_entry_attempt_per_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="entry_attempts_count_from_1"),
            models.CheckConstraint(condition=Q(state__in=EntryState.values), name="entry_state_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=CHECKED, score__gte=0, score__lte=F("max_score"))
                | Q(~Q(state__in=CHECKED), score=None, max_score=None),
                name="what_was_checked_has_points_and_nothing_else",
            ),
        ]
        ordering = ["-number"]

    def __str__(self):
        return f"attempt {self.number} at the entry exercise"

    @property
    def share(self):
        """Which share of the points it got, 0 to 1; None while it has none. Another version may give other points."""
        return None if self.score is None else self.score / self.max_score if self.max_score else 0
