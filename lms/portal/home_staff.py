"""What the home page says to the people who run cohorts: where they are needed."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from courses.models import Cohort, Enrollment
from courses.models.enrollments import OPEN_STATES
from courses.permissions import can_create_cohorts
from courses.timeline import Timeline
from lms.accounts.models import User
from lms.portal.office import WAITING
from mentors.models import MentorAssignment
from projects.models import Submission
from projects.models.submissions import SubmissionState

SHOWN = 6


@dataclass(frozen=True)
class CohortCard:
    """One cohort on the home page of its staff."""

    cohort: Cohort
    week: int
    waiting: int
    failed: int
    unmentored: int

    @property
    def is_quiet(self) -> bool:
        return not (self.waiting or self.failed or self.unmentored)


@dataclass(frozen=True)
class StaffHome:
    cards: list[CohortCard]
    more: bool
    may_create: bool


def staff_home(user: User) -> StaffHome:
    """The newest cohorts that `user` runs and what waits in each; five queries."""
    mine = Cohort.objects.run_by(user).select_related("program", "curriculum").prefetch_related("breaks")
    cohorts = list(mine[: SHOWN + 1])
    shown = cohorts[:SHOWN]
    work = {
        row["enrollment__cohort"]: row
        for row in Submission.objects.filter(
            enrollment__cohort__in=shown, state__in=(*WAITING, SubmissionState.COULD_NOT_RUN)
        )
        .order_by()
        .values("enrollment__cohort")
        .annotate(
            waiting=Count("pk", filter=Q(state__in=WAITING)),
            failed=Count("pk", filter=Q(state=SubmissionState.COULD_NOT_RUN)),
        )
    }
    current = MentorAssignment.objects.current().filter(enrollment=OuterRef("pk"))
    alone = Enrollment.objects.filter(~Exists(current), cohort__in=shown, state__in=OPEN_STATES)
    unmentored = dict(alone.order_by().values_list("cohort").annotate(Count("pk")))
    nothing = {"waiting": 0, "failed": 0}
    cards = [
        CohortCard(
            cohort=one,
            week=Timeline.of_cohort(one).week(),
            waiting=work.get(one.pk, nothing)["waiting"],
            failed=work.get(one.pk, nothing)["failed"],
            unmentored=unmentored.get(one.pk, 0),
        )
        for one in shown
    ]
    return StaffHome(cards, len(cohorts) > SHOWN, can_create_cohorts(user))
