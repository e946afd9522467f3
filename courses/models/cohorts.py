"""Dated runs of a curriculum and the people who run them."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from courses.models.curricula import Curriculum, Program
from lms.accounts.models import known_time_zones


class CohortQuerySet(models.QuerySet):
    def run_by(self, user):
        """Cohorts whose office `user` may enter: staff of the cohort or of its program."""
        return self.filter(
            Q(pk__in=CohortStaff.objects.filter(user=user).values("cohort"))
            | Q(program__in=user.program_staff.values("program"))
        )

    def looked_into_by(self, user):
        """Cohorts whose pages `user` sees without learning there: their staff, and who mentors in them now.

        Mentors are found by the name of their relation, since their app lies above this one.
        """
        mentoring = {
            "enrollments__state__in": ("active", "paused"),
            "enrollments__mentor_assignments__ended_at": None,
            "enrollments__mentor_assignments__mentor__user": user,
        }
        mentored = Cohort.objects.filter(**mentoring).values("pk")
        return self.filter(Q(pk__in=mentored) | Q(pk__in=Cohort.objects.run_by(user).values("pk")))

    def visible_to(self, user):
        """Cohorts that `user` knows of: looks into, or has a place in."""
        looked_into = Cohort.objects.looked_into_by(user).values("pk")
        return self.filter(Q(pk__in=looked_into) | Q(pk__in=user.enrollments.values("cohort")))

    def running_on(self, day):
        return self.filter(starts_on__lte=day)


class Cohort(models.Model):
    """One dated run of a curriculum with seats, a time zone and breaks.

    `seats_taken` counts open enrollments, `seats_held` open offers to applicants: each holds a seat until it is answered.
    With `weekends_off` nothing opens, is due or closes on a Saturday or Sunday: it moves to the Monday after.
    """

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="cohorts")
    curriculum = models.ForeignKey(Curriculum, on_delete=models.PROTECT, related_name="cohorts")
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    starts_on = models.DateField()
    time_zone = models.CharField(max_length=64, choices=known_time_zones)
    seats = models.PositiveIntegerField()
    seats_taken = models.PositiveIntegerField(default=0)
    seats_held = models.PositiveIntegerField(default=0, db_default=0)
    weekends_off = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = CohortQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(seats__gte=F("seats_taken") + F("seats_held")), name="seats_taken_and_held_are_within_seats"
            ),
        ]
        ordering = ["-starts_on", "name"]

    def __str__(self):
        return self.name

    def today(self):
        """The date it is in the cohort's time zone."""
        return timezone.localdate(timezone=ZoneInfo(self.time_zone))

    @property
    def has_begun(self):
        """Whether its first day has come."""
        return self.starts_on <= self.today()

    @property
    def is_under_way(self):
        """Whether it has begun with learners, so that its first day and time zone stay; a query."""
        return self.has_begun and self.enrollments.exists()

    @property
    def seats_free(self):
        """Seats that nobody has and that no open offer holds."""
        return self.seats - self.seats_taken - self.seats_held

    @property
    def seats_to_offer(self):
        """How many more people can be invited now: free seats that no open invitation offers; one query."""
        return max(self.seats_free - self.invitations.open().count(), 0)

    @property
    def seats_text(self):
        return f"{self.seats_taken} of {self.seats}"


class CohortStaff(models.Model):
    """A person who helps to run one cohort."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="staff")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="cohort_staff")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cohort", "user"], name="one_staff_row_per_cohort_and_person")]
        verbose_name_plural = "cohort staff"

    def __str__(self):
        return f"{self.user} runs {self.cohort}"


class BreakKind(models.TextChoices):
    STOP = "stop", "Stops the clock"
    HOLIDAY = "holiday", "Holiday"


class Break(models.Model):
    """Days off for a whole cohort, both ends included.

    One that stops the clock moves what falls on or after it by its length; of a holiday only what falls on it moves, to the
    next day that is not off.
    """

    Kind = BreakKind

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="breaks")
    starts_on = models.DateField()
    ends_on = models.DateField()
    label = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=BreakKind.choices, default=BreakKind.STOP, db_default=BreakKind.STOP)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="break_ends_on_or_after_it_starts"),
            models.CheckConstraint(condition=Q(kind__in=BreakKind.values), name="break_kind_is_known"),
        ]
        ordering = ["starts_on"]

    def __str__(self):
        return self.label
