"""How the learners of one mentor are doing, in a constant number of queries."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from courses.models import Enrollment
from courses.outline import outline_of
from courses.places import enrollment_columns, enrollment_from
from courses.progress import Progress, done_in
from courses.timeline import timelines_of_all
from lms.accounts.models import User
from lms.lib.prepared import Prepared
from mentors.models import MentorAssignment
from projects.models import Grade, Project, Submission
from projects.models.submissions import SubmissionState
from projects.overdue import Overdue, overdue_of_all

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


def _mentored_by(user: int) -> QuerySet:
    """The ids of the enrollments that this person looks after now."""
    return MentorAssignment.objects.current().filter(mentor__user=user).values("enrollment")


def _learners(user: int) -> QuerySet:
    mine = Enrollment.objects.filter(pk__in=_mentored_by(user)).order_by("user__name", "user__email")
    return mine.values_list(*(f"user__{field}" for field in USER_FIELDS), *enrollment_columns())


def _works(user: int) -> QuerySet:
    columns = ("enrollment", "project", "state", "newest", "newest__number", "newest__submitted_at", "project__title")
    return Grade.objects.filter(enrollment__in=_mentored_by(user)).values_list(*columns)


def _newest(user: int) -> QuerySet:
    """The newest submission of each learner."""
    newest = Submission.objects.filter(enrollment=OuterRef("pk")).order_by("-submitted_at", "-pk").values("pk")[:1]
    of_each = Enrollment.objects.filter(pk__in=_mentored_by(user)).values(newest=Subquery(newest))
    return Submission.objects.filter(pk__in=of_each).order_by().values_list(*SHOWN)


def _waiting(user: int) -> QuerySet:
    """What waits for its review, of each learner what waits longest last."""
    waiting = Submission.objects.filter(enrollment__in=_mentored_by(user)).awaiting_review().latest()
    return waiting.order_by("-state_changed_at").values_list(*SHOWN)


USER_FIELDS = [field.attname for field in User._meta.concrete_fields]
SHOWN = ("pk", "enrollment", "state", "state_changed_at", "submitted_at", "project", "project__title")
LEARNERS = Prepared(_learners, "user")
WORKS = Prepared(_works, "user")
NEWEST = Prepared(_newest, "user")
WAITING = Prepared(_waiting, "user")
DONE = Prepared(lambda user: done_in(_mentored_by(user)), "user")


def learners_of(mentor: User) -> list[Enrollment]:
    """The enrollments that `mentor` looks after now, by name; at most as many as their places (100)."""
    found = []
    for row in LEARNERS.rows(user=mentor.pk):
        enrollment = enrollment_from(row[len(USER_FIELDS) :])
        enrollment.user = User.from_db("default", USER_FIELDS, row[: len(USER_FIELDS)])
        found.append(enrollment)
    return found


def learner_rows(mentor: User, now: datetime | None = None) -> list[LearnerRow]:
    """A row for each current learner: who waits longest first, then who is most overdue, then by name."""
    now = now or timezone.now()
    enrollments = learners_of(mentor)
    if not enrollments:
        return []
    done = dict(DONE.rows(user=mentor.pk))
    timelines = timelines_of_all(enrollments, now)
    handed_in = {(work.enrollment, work.project) for work in _works_of(mentor)}
    overdue = overdue_of_all(enrollments, now, handed_in=handed_in, timelines=timelines)
    newest = _submissions(NEWEST, mentor)
    waiting = _submissions(WAITING, mentor)
    rows = [
        LearnerRow(
            enrollment=enrollment,
            progress=Progress(done.get(enrollment.pk, 0), len(outline_of(enrollment.cohort.curriculum_id).required)),
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


def stuck_learners(mentor: User, enrollments: list[Enrollment], now: datetime | None = None) -> list[Stuck]:
    """Who failed the checks of something several times, or has handed in nothing for what is overdue; one row a learner."""
    now = now or timezone.now()
    works = _works_of(mentor)
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


def _works_of(mentor: User) -> list[Work]:
    return [Work(*row) for row in WORKS.rows(user=mentor.pk)]


def _submissions(query: Prepared, mentor: User) -> dict[int, Submission]:
    """What the query finds, by enrollment id; the last one found of each."""
    found = {}
    for pk, enrollment, state, state_changed_at, submitted_at, project, title in query.rows(user=mentor.pk):
        found[enrollment] = Submission(
            pk=pk,
            enrollment_id=enrollment,
            state=state,
            state_changed_at=state_changed_at,
            submitted_at=submitted_at,
            project=Project(pk=project, title=title),
        )
    return found
