"""What the home page says to the people who run cohorts: where they are needed."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef

from courses.models import Cohort, Enrollment
from courses.models.enrollments import OPEN_STATES
from courses.permissions import can_create_cohorts
from courses.timeline import Timeline
from lms.accounts.models import User
from mentors.models import MentorAssignment
from projects.models import Grade, Submission
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
    """The newest cohorts that `user` runs and what waits in each; six queries."""
    mine = Cohort.objects.run_by(user).select_related("program", "curriculum").prefetch_related("breaks")
    cohorts = list(mine[: SHOWN + 1])
    shown = cohorts[:SHOWN]
    waiting = Grade.objects.open_for_review().filter(enrollment__cohort__in=shown)
    failed = Submission.objects.filter(enrollment__cohort__in=shown, state=SubmissionState.COULD_NOT_RUN)
    waiting, failed = (
        dict(work.order_by().values_list("enrollment__cohort").annotate(Count("pk"))) for work in (waiting, failed)
    )
    current = MentorAssignment.objects.current().filter(enrollment=OuterRef("pk"))
    alone = Enrollment.objects.filter(~Exists(current), cohort__in=shown, state__in=OPEN_STATES)
    unmentored = dict(alone.order_by().values_list("cohort").annotate(Count("pk")))
    cards = [
        CohortCard(
            cohort=one,
            week=Timeline.of_cohort(one).week(),
            waiting=waiting.get(one.pk, 0),
            failed=failed.get(one.pk, 0),
            unmentored=unmentored.get(one.pk, 0),
        )
        for one in shown
    ]
    return StaffHome(cards, len(cohorts) > SHOWN, can_create_cohorts(user))
