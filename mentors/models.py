"""Mentors and whom they look after."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from courses.models import Enrollment
from courses.models.enrollments import OPEN_STATES


class Mentor(models.Model):
    """A mentor's profile; `capacity` is the number of learners they offer to look after at once."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mentor")
    bio = models.TextField(blank=True)
    skills = models.CharField(max_length=300, blank=True)
    capacity = models.PositiveSmallIntegerField(default=6)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(capacity__lte=100), name="mentor_capacity_is_at_most_100")]

    def __str__(self):
        return str(self.user)


class MentorAssignmentQuerySet(models.QuerySet):
    def current(self):
        """Assignments in force: not ended, and the enrollment still open."""
        return self.filter(ended_at=None, enrollment__state__in=OPEN_STATES)

    def occupying(self):
        """Assignments that hold one of their mentor's places in the database, current or not yet cleared."""
        return self.filter(ended_at=None)


class MentorAssignment(models.Model):
    """Mentor X looks after enrollment E from..to. It fills one numbered place of the mentor while it lasts."""

    mentor = models.ForeignKey(Mentor, on_delete=models.PROTECT, related_name="assignments")
    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="mentor_assignments")
    place = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mentors_assigned")

    objects = MentorAssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment"], condition=Q(ended_at=None), name="one_current_mentor_per_enrollment"
            ),
            models.UniqueConstraint(
                fields=["mentor", "place"], condition=Q(ended_at=None), name="one_learner_per_place_of_a_mentor"
            ),
            models.CheckConstraint(condition=Q(place__gte=1), name="mentor_places_count_from_1"),
        ]

    def __str__(self):
        return f"{self.mentor} mentors {self.enrollment}"
