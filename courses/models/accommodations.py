"""More time for one learner, on everything."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from courses.models.enrollments import Enrollment

LEAST_FACTOR, MOST_FACTOR = Decimal("1.05"), Decimal("3.00")


class AccommodationQuerySet(models.QuerySet):
    def standing(self):
        """Those that hold now."""
        return self.filter(ended_at=None)


class Accommodation(models.Model):
    """A learner's standing right to more time: the days they have for each activity are multiplied by `factor`.

    At most one stands at a time; `reason` is for the office alone.
    """

    enrollment = models.ForeignKey(Enrollment, on_delete=models.CASCADE, related_name="accommodations")
    factor = models.DecimalField(max_digits=3, decimal_places=2)
    reason = models.CharField(max_length=300)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="accommodations_granted"
    )
    granted_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = AccommodationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(factor__gte=LEAST_FACTOR, factor__lte=MOST_FACTOR),
                name="accommodation_factor_is_1_05_to_3",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("granted_at")),
                name="accommodation_ends_after_it_was_granted",
            ),
            models.UniqueConstraint(
                fields=["enrollment"], condition=Q(ended_at=None), name="one_standing_accommodation_per_enrollment"
            ),
        ]
        ordering = ["-granted_at", "-pk"]

    def __str__(self):
        return f"×{self.factor.normalize():f} time"
