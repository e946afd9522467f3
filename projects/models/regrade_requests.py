"""What learners ask about a grade, and what they are answered."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from courses.models import Cohort
from mentors.models import MentorAssignment
from projects.models.projects import Criterion
from projects.models.submissions import Submission

MAX_WHY = 2000
MAX_GROUP = 200


class RequestState(models.TextChoices):
    OPEN = "open", "Open"
    KEPT = "kept", "Grade kept"
    REOPENED = "reopened", "Review reopened"
    RERUN = "rerun", "Checks run again"


class RegradeRequestQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=RequestState.OPEN)

    def answered_by_role(self, user):
        """What `user` may answer: all in cohorts they run, and what is asked about a criterion by learners they look after;
        never their own.
        """
        mentored = MentorAssignment.objects.current().filter(mentor__user=user).values("enrollment")
        run = Cohort.objects.run_by(user).order_by().values("pk")
        theirs = Q(submission__enrollment__in=mentored, criterion__isnull=False)
        return self.filter(theirs | Q(submission__enrollment__cohort__in=run)).exclude(
            submission__enrollment__user=user
        )


class RegradeRequest(models.Model):
    """A learner's question about one criterion, or one group of checks, of a released grade; open until it is answered."""

    State = RequestState

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="regrade_requests")
    criterion = models.ForeignKey(Criterion, null=True, on_delete=models.PROTECT, related_name="+")
    group = models.CharField(max_length=MAX_GROUP, blank=True)
    about = models.CharField(max_length=200)
    why = models.TextField(max_length=MAX_WHY)
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.OPEN)
    asked_at = models.DateTimeField(default=timezone.now)
    answer = models.TextField(max_length=MAX_WHY, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = RegradeRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission"], condition=Q(state=RequestState.OPEN), name="one_open_request_per_submission"
            ),
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="regrade_request_state_is_known"),
            models.CheckConstraint(
                condition=Q(criterion__isnull=False, group="") | (Q(criterion=None) & ~Q(group="")),
                name="regrade_request_names_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(state=RequestState.OPEN, answered_at=None)
                | (~Q(state=RequestState.OPEN) & Q(answered_at__isnull=False) & ~Q(answer="")),
                name="answered_regrade_request_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(state=RequestState.OPEN), name="open_regrade_requests")
        ]
        ordering = ["asked_at", "pk"]

    def __str__(self):
        return f"question about {self.about} of {self.submission}"


def ask_until(told_at):
    """Until when a regrade may be asked for, of a grade whose parts were told at `told_at` last."""
    return told_at + timedelta(days=settings.REGRADE_REQUEST_DAYS)
