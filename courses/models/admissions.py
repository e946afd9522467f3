"""From asking for a place to having one: intakes, applications, and how readers score them."""

from django.conf import settings
from django.db import models
from django.db.models import Avg, Count, F, Q
from django.utils import timezone

from courses.models.cohorts import Cohort
from courses.models.curricula import Program


class ApplicationState(models.TextChoices):
    STARTED = "started", "Started"
    SUBMITTED = "submitted", "Submitted"
    IN_REVIEW = "in_review", "In review"
    INTERVIEW = "interview", "Interview"
    WAITLISTED = "waitlisted", "On the waiting list"
    OFFERED = "offered", "Offered a place"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    OFFER_EXPIRED = "offer_expired", "Offer expired"
    NOT_ADMITTED = "not_admitted", "Not admitted"
    WITHDRAWN = "withdrawn", "Withdrawn"


READ_IN = (ApplicationState.IN_REVIEW, ApplicationState.INTERVIEW)
"""The states in which readers score an application, and from which the best are offered a place."""
UNDECIDED = (ApplicationState.SUBMITTED, *READ_IN)
"""Those handed in that wait for the office."""
READERS = 2


class AdmissionRubric(models.Model):
    """How readers score applications to a program; a changed rubric is a new row, so that scores keep theirs.

    `criteria` is a list of {"slug", "title", "levels": [{"points", "text"}, ...]}, levels from the fewest points up.
    """

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="admission_rubrics")
    criteria = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"rubric of {self.program}"

    @property
    def most_points(self):
        return sum(max(level["points"] for level in one["levels"]) for one in self.criteria)


class IntakeQuerySet(models.QuerySet):
    def public(self):
        """Those that take applications or did until lately; what the office closed is shown to nobody."""
        return self.filter(is_taking=True)


class Intake(models.Model):
    """How a cohort takes applications: from which day until which (both included, in its zone), for how many days an offer
    stands, and until when places that become free are offered to the waiting list by themselves.
    """

    cohort = models.OneToOneField(Cohort, on_delete=models.CASCADE, related_name="intake")
    rubric = models.ForeignKey(AdmissionRubric, on_delete=models.PROTECT, related_name="intakes")
    is_taking = models.BooleanField(default=True)
    opens_on = models.DateField()
    closes_on = models.DateField()
    fills_until = models.DateField()
    offer_days = models.PositiveSmallIntegerField(default=7)

    objects = IntakeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="intake_closes_on_or_after_it_opens"
            ),
            models.CheckConstraint(condition=Q(offer_days__gte=1, offer_days__lte=60), name="offer_is_1_to_60_days"),
        ]

    def __str__(self):
        return f"intake of {self.cohort}"

    @property
    def phase(self):
        """One of closed (by the office), ahead, open, over."""
        if not self.is_taking:
            return "closed"
        today = self.cohort.today()
        if today < self.opens_on:
            return "ahead"
        return "over" if today > self.closes_on else "open"

    @property
    def is_open(self):
        return self.phase == "open"

    @property
    def is_filling(self):
        """Whether places that become free are still offered to the waiting list."""
        return self.cohort.today() <= self.fills_until


class ApplicationQuerySet(models.QuerySet):
    def run_by(self, user):
        """Those handed in to cohorts whose office `user` may enter; drafts are their writers' own."""
        return self.filter(cohort__in=Cohort.objects.run_by(user)).exclude(state=ApplicationState.STARTED)

    def shown_to(self, user):
        """One's own, newest first, with what a list says of them; one has few."""
        return self.filter(applicant=user).select_related("cohort__program").order_by("-state_changed_at", "-pk")[:10]

    def undecided(self):
        """Those handed in that wait for the office."""
        return self.filter(state__in=UNDECIDED)

    def waiting(self):
        """The waiting list, first in line first."""
        return self.filter(state=ApplicationState.WAITLISTED).order_by("waiting_rank", "pk")

    def overdue_offers(self, now):
        return self.filter(state=ApplicationState.OFFERED, offer_expires_at__lte=now)

    def with_points(self):
        """With `score_count`, and `points`: the mean of the readers' totals."""
        return self.annotate(score_count=Count("scores"), points=Avg("scores__total"))


class Application(models.Model):
    """A person asking for a place in one cohort. `skills` is how well they know each prerequisite, 0 to 4 by its slug."""

    State = ApplicationState

    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="applications")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="applications")
    state = models.CharField(max_length=20, choices=ApplicationState.choices, default=ApplicationState.STARTED)
    state_changed_at = models.DateTimeField(default=timezone.now)
    background = models.TextField(blank=True)
    motivation = models.TextField(blank=True)
    skills = models.JSONField(default=dict)
    submitted_at = models.DateTimeField(null=True, blank=True)
    interview_at = models.DateTimeField(null=True, blank=True)
    interview_where = models.CharField(max_length=300, blank=True)
    offer_expires_at = models.DateTimeField(null=True, blank=True)
    waiting_rank = models.PositiveIntegerField(null=True, blank=True)
    answer = models.TextField(blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["applicant", "cohort"], name="one_application_per_person_and_cohort"),
            models.CheckConstraint(condition=Q(state__in=ApplicationState.values), name="application_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state=ApplicationState.OFFERED) | Q(offer_expires_at__isnull=False),
                name="an_offer_expires",
            ),
            models.CheckConstraint(
                condition=Q(state=ApplicationState.WAITLISTED, waiting_rank__isnull=False)
                | Q(~Q(state=ApplicationState.WAITLISTED), waiting_rank=None),
                name="who_waits_has_a_rank_and_nobody_else",
            ),
        ]
        indexes = [
            models.Index(fields=["cohort", "state"], name="application_by_cohort"),
            models.Index(fields=["offer_expires_at"], condition=Q(state=ApplicationState.OFFERED), name="open_offers"),
        ]

    def __str__(self):
        return f"application of {self.applicant} to {self.cohort}"

    @property
    def place_in_line(self):
        """Which place of the waiting list this has, from 1 on; None off it. One query."""
        if self.waiting_rank is None:
            return None
        ahead = Q(waiting_rank__lt=self.waiting_rank) | Q(waiting_rank=self.waiting_rank, pk__lt=self.pk)
        return Application.objects.waiting().filter(ahead, cohort=self.cohort_id).count() + 1


class AdmissionScore(models.Model):
    """One reader's points for an application, by the criteria of the intake's rubric. `place` numbers the two readers."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="scores")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="admission_scores")
    place = models.PositiveSmallIntegerField()
    rubric = models.ForeignKey(AdmissionRubric, on_delete=models.PROTECT, related_name="scores")
    points = models.JSONField()
    total = models.PositiveSmallIntegerField()
    remark = models.TextField(blank=True)
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "reader"], name="one_score_per_reader_and_application"),
            models.UniqueConstraint(fields=["application", "place"], name="one_reader_per_place_of_an_application"),
            models.CheckConstraint(
                condition=Q(place__gte=1, place__lte=READERS), name="an_application_has_two_readers"
            ),
        ]

    def __str__(self):
        return f"{self.total} points by {self.reader}"
