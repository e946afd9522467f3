"""What the office is about to do with a learner's place, what it was decided on, and why it cannot be done."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from courses.actions.carrying import extensions_in
from courses.actions.pausing import check_pause
from courses.actions.places import EnrollmentRefused, check_state
from courses.digests import digest_of
from courses.models import Cohort, Enrollment
from mentors.models import MentorAssignment
from projects.actions.transferring import check_no_other_place, check_transfer
from projects.models import Review


@dataclass(frozen=True)
class PlaceChange:
    """One change of a place, wanted and not done: a key of `SOURCES`, and what it needs.

    `to` is where a transfer or a return leads, or where a deferred learner means to come back; `starts_on` a pause's first day,
    where that is not today, and `ends_on` its last.
    """

    kind: str
    enrollment: Enrollment
    to: Cohort | None = None
    ends_on: date | None = None
    keep_mentor: bool = True
    starts_on: date | None = None

    @property
    def first_day(self) -> date:
        """The first day of a pause."""
        return self.starts_on or self.enrollment.cohort.today()

    @property
    def leads_to(self) -> Cohort:
        """The cohort that the place is in afterwards."""
        return self.to if self.to and self.kind in ("transfer", "come_back") else self.enrollment.cohort

    @property
    def cohorts(self) -> list[Cohort]:
        """The cohorts that it concerns, each once."""
        return list(dict.fromkeys([self.enrollment.cohort, self.leads_to]))


def check_change(wanted: PlaceChange) -> None:
    """Raise when this cannot be done as it looks now; who does it checks again, under locks."""
    enrollment = wanted.enrollment
    check_state(enrollment, wanted.kind)
    if wanted.kind == "pause":
        check_pause(enrollment, wanted.ends_on)
    elif wanted.kind == "transfer":
        check_transfer(enrollment, wanted.leads_to)
    elif wanted.kind == "come_back":
        check_no_other_place(enrollment, wanted.leads_to)
    if wanted.kind in ("transfer", "come_back") and wanted.leads_to.seats_free <= 0:
        raise EnrollmentRefused(f"No seat of {wanted.leads_to} is free; nothing was changed. Add seats there first.")


def stamp_of(wanted: PlaceChange) -> str:
    """What a preview was made of, as a short text: the wish, the place, its days, its mentor, its newest work and reviews, and
    the calendars and seats of the cohorts. Ticks and answers to quizzes are left out: they always follow.
    """
    enrollment = wanted.enrollment
    work, reviews = enrollment.submissions, Review.objects.filter(submission__enrollment=enrollment)
    facts = [
        (wanted.kind, wanted.to and wanted.to.pk, wanted.starts_on, wanted.ends_on, wanted.keep_mentor),
        (enrollment.pk, enrollment.cohort_id, enrollment.state),
        [_facts_of(cohort) for cohort in wanted.cohorts],
        list(enrollment.pauses.order_by("pk").values_list("pk", "starts_on", "ends_on")),
        list(extensions_in(enrollment).order_by("pk").values_list("pk", "days")),
        list(enrollment.accommodations.standing().values_list("pk", "factor")),
        list(MentorAssignment.objects.current().filter(enrollment=enrollment).values_list("pk")),
        list(work.aggregate(Max("pk"), Max("state_changed_at")).values()),
        list(reviews.aggregate(Max("pk"), Max("finished_at")).values()),
    ]
    return digest_of(facts)[:16]


def _facts_of(cohort: Cohort) -> tuple[object, ...]:
    calendar = (cohort.starts_on, cohort.time_zone, cohort.weekends_off, cohort.curriculum_id)
    seats = (cohort.seats, cohort.seats_taken, cohort.seats_held)
    return (cohort.pk, *calendar, *seats, list(cohort.breaks.values_list("pk", "starts_on", "ends_on", "kind")))
