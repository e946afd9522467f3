"""How the learners of one mentor are doing, in a constant number of queries."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from courses.models import Enrollment
from courses.progress import Progress, progress_of_all
from lms.accounts.models import User
from mentors.models import MentorAssignment
from projects.models import Grade, Submission
from projects.models.submissions import SubmissionState
from projects.overdue import Overdue, overdue_of_all, timelines_of_all

STUCK_AFTER_ATTEMPTS = 3
SHOWN_OVERDUE = 8


@dataclass(frozen=True)
class LearnerRow:
    """One learner as their mentor sees them in a list."""

    enrollment: Enrollment
    progress: Progress
    week: int
    weeks: int
    newest: Submission | None
    waiting_since: datetime | None
    waiting: Submission | None
    overdue: list[Overdue]

    @property
    def progress_label(self) -> str:
        return f"Progress of {self.enrollment.user}: {self.progress.done} of {self.progress.total} activities"

    @property
    def overdue_words(self) -> str:
        return f"{len(self.overdue)} overdue"

    @property
    def overdue_shown(self) -> list[Overdue]:
        return self.overdue[:SHOWN_OVERDUE]

    @property
    def overdue_more(self) -> int:
        return len(self.overdue[SHOWN_OVERDUE:])


@dataclass(frozen=True)
class Stuck:
    """A learner who may need help, and why in words."""

    enrollment: Enrollment
    reason: str
    since: datetime
    submission: int | None = None


class Work(NamedTuple):
    """Where one learner stands with one project: a few columns of the grade and its newest attempt."""

    enrollment: int
    project: int
    state: str
    newest: int
    attempts: int
    submitted_at: datetime
    title: str

    @property
    def is_failing(self) -> bool:
        return self.state == SubmissionState.CHECKS_FAILED and self.attempts >= STUCK_AFTER_ATTEMPTS


def learners_of(mentor: User) -> list[Enrollment]:
    """The enrollments that `mentor` looks after now, by name; at most as many as their places (100)."""
    mine = MentorAssignment.objects.current().filter(mentor__user=mentor).values("enrollment")
    return list(
        Enrollment.objects.filter(pk__in=mine)
        .select_related("user", "cohort__curriculum")
        .order_by("user__name", "user__email")
    )


def learner_rows(mentor: User, now: datetime | None = None) -> list[LearnerRow]:
    """A row for each current learner: who waits longest first, then who is most overdue, then by name."""
    now = now or timezone.now()
    enrollments = learners_of(mentor)
    progress = progress_of_all(enrollments)
    overdue = overdue_of_all(enrollments, now)
    timelines = timelines_of_all(enrollments, now)
    newest = _newest_of_all(enrollments)
    waiting = _waiting_of_all(enrollments)
    rows = [
        LearnerRow(
            enrollment=enrollment,
            progress=progress[enrollment.pk],
            week=timelines[enrollment.pk].week(now),
            weeks=enrollment.cohort.curriculum.weeks,
            newest=newest.get(enrollment.pk),
            waiting=waiting.get(enrollment.pk),
            waiting_since=waiting[enrollment.pk].state_changed_at if enrollment.pk in waiting else None,
            overdue=overdue[enrollment.pk],
        )
        for enrollment in enrollments
    ]
    return sorted(rows, key=lambda row: (row.waiting_since or now, -len(row.overdue)))


def stuck_learners(enrollments: list[Enrollment], now: datetime | None = None) -> list[Stuck]:
    """Who failed the checks of something several times, or has handed in nothing for what is overdue; one row a learner."""
    now = now or timezone.now()
    columns = ("enrollment", "project", "state", "newest", "newest__number", "newest__submitted_at", "project__title")
    works = [Work(*row) for row in Grade.objects.filter(enrollment__in=enrollments).values_list(*columns)]
    overdue = overdue_of_all(enrollments, now, handed_in={(work.enrollment, work.project) for work in works})
    failing = {work.enrollment: work for work in sorted(works, key=lambda work: work.attempts) if work.is_failing}
    stuck = []
    for enrollment in enrollments:
        if work := failing.get(enrollment.pk):
            reason = f"{work.attempts} attempts at {work.title} failed the checks"
            stuck.append(Stuck(enrollment, reason, work.submitted_at, work.newest))
        elif late := overdue[enrollment.pk]:
            more = f" and {len(late) - 1} more" if len(late) > 1 else ""
            stuck.append(Stuck(enrollment, f"Nothing handed in for {late[0].project}{more}", late[0].due.at))
    return sorted(stuck, key=lambda one: one.since)


def _newest_of_all(enrollments: list[Enrollment]) -> dict[int, Submission]:
    newest = Submission.objects.filter(enrollment=OuterRef("pk")).order_by("-submitted_at", "-pk").values("pk")[:1]
    of_each = Enrollment.objects.filter(pk__in=[one.pk for one in enrollments]).values(newest=Subquery(newest))
    found = Submission.objects.filter(pk__in=of_each).select_related("project")
    return {submission.enrollment_id: submission for submission in found}


def _waiting_of_all(enrollments: list[Enrollment]) -> dict[int, Submission]:
    waiting = Submission.objects.filter(enrollment__in=enrollments).awaiting_review().latest().select_related("project")
    return {submission.enrollment_id: submission for submission in waiting.order_by("-state_changed_at")}
