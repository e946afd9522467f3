"""What learners ask the office for, and what they are answered."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from courses.models.cohorts import Cohort
from courses.models.curricula import Activity
from courses.models.enrollments import Enrollment

MAX_WORDS = 2000


class RequestKind(models.TextChoices):
    EXTENSION = "extension", "More days"
    PAUSE = "pause", "Pause"
    TRANSFER = "transfer", "Another cohort"
    DEFERRAL = "deferral", "Coming back later"


class RequestState(models.TextChoices):
    OPEN = "open", "Open"
    GRANTED = "granted", "Granted"
    REFUSED = "refused", "Refused"
    TAKEN_BACK = "taken_back", "Taken back"


NOT_BEGUN = Q(state=RequestState.GRANTED, begins_on__isnull=False, settled_at=None)


class PlaceRequestQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=RequestState.OPEN)

    def answered_by_role(self, user):
        """What `user` may answer: all in cohorts that they run, never their own."""
        run = Cohort.objects.run_by(user).order_by().values("pk")
        return self.filter(enrollment__cohort__in=run).exclude(enrollment__user=user)

    def to_begin(self):
        """Granted pauses that have not begun."""
        return self.filter(NOT_BEGUN)

    def undecided(self):
        """What its learner can still take back: open ones, and granted pauses that have not begun."""
        return self.filter(Q(state=RequestState.OPEN) | NOT_BEGUN)


class PlaceRequest(models.Model):
    """A learner's request about their place: more days on one activity, a pause, another cohort, or coming back later.

    Open until the office grants or refuses it, or the learner takes it back; of each kind one at a time. What is asked
    stays as it was written; `outcome` says in words what was done. A granted pause begins on `begins_on`; `settled_at` is
    when it did, or could not.
    """

    Kind, State = RequestKind, RequestState

    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="requests")
    kind = models.CharField(max_length=10, choices=RequestKind.choices)
    activity = models.ForeignKey(Activity, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    to_cohort = models.ForeignKey(Cohort, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    why = models.TextField(max_length=MAX_WORDS)
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.OPEN)
    asked_at = models.DateTimeField(default=timezone.now)
    answer = models.TextField(max_length=MAX_WORDS, blank=True)
    outcome = models.CharField(max_length=300, blank=True)
    begins_on = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = PlaceRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment", "kind"],
                condition=Q(state=RequestState.OPEN),
                name="one_open_request_per_learner_and_kind",
            ),
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="place_request_state_is_known"),
            models.CheckConstraint(
                condition=Q(kind=RequestKind.EXTENSION, activity__isnull=False, days__gte=1)
                | Q(kind=RequestKind.PAUSE, starts_on__isnull=False, ends_on__gte=F("starts_on"))
                | Q(kind=RequestKind.TRANSFER, to_cohort__isnull=False)
                | Q(kind=RequestKind.DEFERRAL),
                name="place_request_says_what_is_asked",
            ),
            models.CheckConstraint(
                condition=Q(state=RequestState.OPEN, answered_at=None)
                | Q(state=RequestState.GRANTED, answered_at__isnull=False)
                | (Q(state=RequestState.REFUSED, answered_at__isnull=False) & ~Q(answer=""))
                | Q(state=RequestState.TAKEN_BACK),
                name="refused_place_request_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(state=RequestState.OPEN), name="open_place_requests"),
            models.Index(
                fields=["begins_on"],
                condition=NOT_BEGUN,
                name="place_requests_to_begin",
            ),
        ]
        ordering = ["asked_at", "pk"]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.wish}"

    @property
    def is_open(self):
        return self.state == RequestState.OPEN

    @property
    def can_be_taken_back(self):
        begins = self.state == RequestState.GRANTED and self.begins_on is not None and self.settled_at is None
        return self.is_open or begins

    @property
    def wish(self):
        """What is asked, in words."""
        if self.kind == RequestKind.EXTENSION:
            return f"{self.days} more day{'' if self.days == 1 else 's'} for “{self.activity}”"
        if self.kind == RequestKind.PAUSE:
            return f"a pause from {self.starts_on:%-d %b} to {self.ends_on:%-d %b %Y}"
        if self.kind == RequestKind.TRANSFER:
            return f"to move to {self.to_cohort}"
        return f"to come back in {self.to_cohort}" if self.to_cohort else "to stop now and come back later"
