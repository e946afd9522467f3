"""A learner's place in a cohort and what bends its dates."""

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils import timezone

from courses.models.cohorts import Cohort
from courses.models.curricula import Activity
from courses.schedule import last_day_of
from lms.accounts.models import Invitation


class EnrollmentState(models.TextChoices):
    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    DEFERRED = "deferred", "Deferred"
    WITHDRAWN = "withdrawn", "Withdrawn"
    GRADUATED = "graduated", "Completed"


MOST_DAYS_PAUSED = 21
OPEN_STATES = (EnrollmentState.ACTIVE, EnrollmentState.PAUSED)


class EnrollmentQuerySet(models.QuerySet):
    def open(self):
        """Learners who hold a seat."""
        return self.filter(state__in=OPEN_STATES)

    def open_first(self):
        """Those that hold a seat before those that ended, each newest first."""
        return self.order_by(Case(When(state__in=OPEN_STATES, then=0), default=1), "-enrolled_at", "-pk")

    def run_by(self, user):
        return self.filter(cohort__in=Cohort.objects.run_by(user))


class Enrollment(models.Model):
    """A learner's place in one cohort. A transfer leads it to another cohort with all its work.

    `ended_at` is when it was withdrawn, deferred or completed; `returns_in` is where a deferred learner means to come back.
    """

    State = EnrollmentState
    has_breaks = has_pauses = has_extensions = has_accommodations = True
    """Whether anything may bend its dates, where its reader has not asked."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrollments")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="enrollments")
    state = models.CharField(max_length=20, choices=EnrollmentState.choices, default=EnrollmentState.ACTIVE)
    enrolled_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    returns_in = models.ForeignKey(Cohort, null=True, blank=True, on_delete=models.SET_NULL, related_name="awaited")

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "cohort"], name="one_enrollment_per_learner_and_cohort"),
            models.CheckConstraint(condition=Q(state__in=EnrollmentState.values), name="enrollment_state_is_known"),
        ]
        indexes = [models.Index(fields=["cohort", "state"], name="enrollment_by_cohort")]

    def __str__(self):
        return f"{self.user} in {self.cohort}"

    @property
    def is_open(self):
        return self.state in OPEN_STATES


class CohortInvitationQuerySet(models.QuerySet):
    def open(self):
        """Those that can still be accepted."""
        return self.filter(invitation__in=Invitation.objects.open())


class CohortInvitation(models.Model):
    """The place in a cohort that an invitation offers."""

    invitation = models.OneToOneField(Invitation, on_delete=models.CASCADE, related_name="cohort_invitation")
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="invitations")

    objects = CohortInvitationQuerySet.as_manager()

    def __str__(self):
        return f"{self.invitation} to {self.cohort}"


class Extension(models.Model):
    """More days on one activity for one learner."""

    enrollment = models.ForeignKey(Enrollment, on_delete=models.CASCADE, related_name="extensions")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="extensions")
    days = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="extensions_granted"
    )
    granted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=180), name="extension_is_1_to_180_days"),
        ]

    def __str__(self):
        return f"+{self.days} {'day' if self.days == 1 else 'days'} on {self.activity}"


class PauseQuerySet(models.QuerySet):
    def bending(self):
        """Those of the cohort that the learner is in now; only they move its dates."""
        return self.filter(past_cohort=None)


class Pause(models.Model):
    """Days during which one learner's clock stands still, both ends included, at most three weeks in one go.

    Its end may be planned; without `ends_on` it lasts until it is ended, or the three weeks are over. It belongs to the cohort
    it was taken in: `past_cohort` names that one when the learner has gone to another, whose dates it leaves alone.
    """

    enrollment = models.ForeignKey(Enrollment, on_delete=models.CASCADE, related_name="pauses")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    past_cohort = models.ForeignKey(
        Cohort, null=True, blank=True, on_delete=models.PROTECT, related_name="pauses_of_those_who_left"
    )

    objects = PauseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="pause_ends_on_or_after_it_starts"
            ),
            models.UniqueConstraint(
                fields=["enrollment"], condition=Q(ends_on=None), name="one_open_pause_per_enrollment"
            ),
        ]

    def __str__(self):
        return f"pause from {self.starts_on}"

    @property
    def latest_end(self):
        """The last day it can last to."""
        return last_day_of(self.starts_on, MOST_DAYS_PAUSED)

    def lasts_until(self, today):
        """Its last day, as far as it is known on `today`."""
        return self.ends_on or min(max(today, self.starts_on), self.latest_end)


class ActivityProgress(models.Model):
    """That a learner has done an activity: the one place progress is counted from.

    The learner sees it from `done_at` on, which lies ahead while a mentor may still undo their decision.
    """

    enrollment = models.ForeignKey(Enrollment, on_delete=models.CASCADE, related_name="progress")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="progress")
    done_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrollment", "activity"], name="an_activity_is_done_once")]
        verbose_name_plural = "activity progress"

    def __str__(self):
        return f"{self.activity} done"
