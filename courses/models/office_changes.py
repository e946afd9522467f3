"""What the office did and may take back."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from courses.models.cohorts import Cohort
from courses.models.enrollments import Enrollment


class OfficeChangeQuerySet(models.QuerySet):
    def standing(self):
        """Those that were not taken back."""
        return self.filter(undone_at=None)

    def undoable(self):
        """Those whose time to be taken back has not run out; whether nothing else stands in the way is said on trying."""
        return self.standing().filter(undo_until__gt=timezone.now())


class OfficeChange(models.Model):
    """One operation of the office on a cohort, or on a learner's place in it, that can be undone until `undo_until`.

    `kind` names the verb that did it; `before` and `after` are what its undo reads; `summary` says it in a sentence.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="office_changes")
    enrollment = models.ForeignKey(
        Enrollment, null=True, blank=True, on_delete=models.CASCADE, related_name="office_changes"
    )
    kind = models.CharField(max_length=40)
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    summary = models.CharField(max_length=300)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="office_changes_done"
    )
    done_at = models.DateTimeField(default=timezone.now)
    undo_until = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="office_changes_undone",
    )

    objects = OfficeChangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="undone_office_change_names_its_person",
            ),
        ]
        indexes = [
            models.Index(fields=["enrollment", "-done_at"], name="office_change_by_enrollment"),
            models.Index(fields=["cohort", "-done_at"], name="office_change_by_cohort"),
        ]
        ordering = ["-done_at", "-pk"]

    def __str__(self):
        return self.summary

    @property
    def can_be_undone(self):
        """Whether there is still time; something newer may stand in the way all the same."""
        return self.undone_at is None and self.undo_until > timezone.now()
