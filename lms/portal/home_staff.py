"""What the home page says to the people who run cohorts: where they are needed, cohort by cohort."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from courses.models import Application, Cohort, CohortInvitation, Enrollment
from courses.models.enrollments import OPEN_STATES, EnrollmentState
from courses.permissions import can_create_cohorts
from courses.timeline import Timeline
from lms.accounts.models import User
from lms.lib.moments import spell_distance
from mentors.models import MentorAssignment
from projects.models import Grade, RegradeRequest, Submission
from projects.models.submissions import SubmissionState, promise_of

SHOWN = 6


class Waiting(NamedTuple):
    """How much work waits for a review, and since when the oldest does."""

    count: int = 0
    since: datetime | None = None

    @property
    def is_late(self) -> bool:
        """Whether the promise to its learner is broken."""
        return self.since is not None and promise_of(self.since) < timezone.now()


class Need(NamedTuple):
    """Something that waits for the office: how many, of what, and where to do it."""

    count: int
    words: str
    url: str
    icon: str
    tone: str = "neutral"
    hint: str = ""


@dataclass(frozen=True)
class CohortCard:
    """One cohort on the home page of its staff; the counts are of what stands open in it now."""

    cohort: Cohort
    week: int
    ends_on: date
    waiting: Waiting
    failed: int
    unmentored: int
    paused: int
    asked: int
    invited: int
    unanswered: int
    applications: int = 0

    @property
    def needs(self) -> list[Need]:
        """The most pressing first."""
        office = reverse("cohort_detail", args=[self.cohort.slug])
        people = reverse("cohort_people", args=[self.cohort.slug])
        since = f"longest: {spell_distance(self.waiting.since, timezone.localtime())}" if self.waiting.since else ""
        wait = "amber" if self.waiting.is_late else "neutral"
        asked = reverse("regrade_request_list")
        applications = reverse("cohort_admissions", args=[self.cohort.slug])
        needs = (
            Need(self.failed, "Checks that could not run", f"{office}#failed", "triangle-alert", "red"),
            Need(self.unmentored, "Learners without a mentor", f"{office}#unmentored", "user", "amber"),
            Need(self.waiting.count, "Work that waits for a review", f"{office}#waiting", "hourglass", wait, since),
            Need(self.asked, "Questions about grades", asked, "circle-question-mark"),
            Need(self.applications, "Applications without an answer", applications, "send"),
            Need(self.unanswered, "Invitations that expired unanswered", people, "mail-x"),
            Need(self.uninvited, "Free seats, and nobody is invited yet", people, "user-plus"),
        )
        return [need for need in needs if need.count]

    @property
    def uninvited(self) -> int:
        """All seats of a cohort that nobody was asked to join, else 0."""
        asked = self.cohort.seats_taken or self.invited or self.unanswered
        return 0 if asked else self.cohort.seats


@dataclass(frozen=True)
class StaffHome:
    cards: list[CohortCard]
    more: bool
    may_create: bool


def staff_home(user: User) -> StaffHome:
    """The newest cohorts that `user` runs and what waits in each; eleven queries."""
    mine = Cohort.objects.run_by(user).select_related("program", "curriculum").prefetch_related("breaks")
    cohorts = list(mine[: SHOWN + 1])
    shown = cohorts[:SHOWN]
    waiting = Grade.objects.open_for_review().filter(enrollment__cohort__in=shown)
    since = waiting.order_by().values_list("enrollment__cohort").annotate(Count("pk"), Min("newest__state_changed_at"))
    waits = {cohort: Waiting(count, oldest) for cohort, count, oldest in since}
    failed = Submission.objects.filter(enrollment__cohort__in=shown, state=SubmissionState.COULD_NOT_RUN)
    current = MentorAssignment.objects.current().filter(enrollment=OuterRef("pk"))
    places = Enrollment.objects.filter(cohort__in=shown)
    alone = places.filter(~Exists(current), state__in=OPEN_STATES)
    asked = RegradeRequest.objects.open().filter(submission__enrollment__cohort__in=shown)
    counts = {
        "failed": _counted(failed, "enrollment__cohort"),
        "unmentored": _counted(alone, "cohort"),
        "paused": _counted(places.filter(state=EnrollmentState.PAUSED), "cohort"),
        "applications": _counted(Application.objects.undecided().filter(cohort__in=shown), "cohort"),
        "asked": _counted(asked, "submission__enrollment__cohort"),
    }
    invitations = _invitations_of(shown)
    return StaffHome(
        [
            CohortCard(
                cohort=one,
                week=Timeline.of_cohort(one).week(),
                ends_on=Timeline.of_cohort(one).calendar.last_day(one.curriculum.weeks),
                waiting=waits.get(one.pk, Waiting()),
                **{name: found.get(one.pk, 0) for name, found in counts.items()},
                **invitations.get(one.pk, {"invited": 0, "unanswered": 0}),
            )
            for one in shown
        ],
        len(cohorts) > SHOWN,
        can_create_cohorts(user),
    )


def _counted(rows: QuerySet[Any, Any], cohort: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(cohort).annotate(Count("pk")))


def _invitations_of(cohorts: Iterable[Cohort]) -> dict[int, dict[str, int]]:
    """By cohort, how many invitations are open and how many ran out unanswered; not those of who was invited again or got a
    place in another way.
    """
    unused = CohortInvitation.objects.filter(
        cohort__in=cohorts, invitation__accepted_at=None, invitation__revoked_at=None
    )
    is_open = Q(invitation__expires_at__gt=timezone.now())
    address = OuterRef("invitation__email")
    again = CohortInvitation.objects.filter(cohort=OuterRef("cohort"), invitation__email=address, pk__gt=OuterRef("pk"))
    place = Enrollment.objects.filter(cohort=OuterRef("cohort"), user__email=address)
    placed = Exists(place.exclude(state=EnrollmentState.WITHDRAWN))
    unused = unused.filter(is_open | ~Exists(again) & ~placed)
    counts = {"invited": Count("pk", filter=is_open), "unanswered": Count("pk", filter=~is_open)}
    rows = unused.order_by().values("cohort").annotate(**counts)
    return {row.pop("cohort"): row for row in rows}
