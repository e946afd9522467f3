"""Who went from which cohort to which."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from courses.models.cohorts import Cohort
from courses.models.enrollments import Enrollment


class EnrollmentTransferQuerySet(models.QuerySet):
    def standing(self):
        """Those that were not taken back."""
        return self.filter(undone_at=None)


class EnrollmentTransfer(models.Model):
    """A learner's place went from one cohort of a program to another, with all work; the old cohort's roster shows it."""

    enrollment = models.ForeignKey(Enrollment, on_delete=models.CASCADE, related_name="transfers")
    from_cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="transfers_out")
    to_cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="transfers_in")
    reason = models.CharField(max_length=300, blank=True)
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="transfers_made")
    moved_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = EnrollmentTransferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(from_cohort=F("to_cohort")), name="a_transfer_leads_elsewhere"),
        ]
        ordering = ["-moved_at", "-pk"]

    def __str__(self):
        return f"{self.enrollment.user} from {self.from_cohort} to {self.to_cohort}"
