"""What the cohort office shows: who waits for what, who needs a mentor, how everybody is doing."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from courses.models import ActivityProgress, Break, Cohort, Enrollment, OfficeChange, QuizAttempt
from courses.models.enrollments import OPEN_STATES, EnrollmentState
from courses.progress import Progress, progress_of_all
from courses.timeline import Timeline
from lms.lib.moments import spell_day, spell_distance
from mentors.models import Mentor, MentorAssignment
from projects.models import Grade, GradingJob, Submission
from projects.models.submissions import SubmissionState

SHOWN = 6
MOST_MENTORS = 200
PASSED_NOT_TICKED = ("quiz", "exercise", "mini-project", "milestone")
WAITING = (SubmissionState.WAITING_FOR_REVIEW, SubmissionState.IN_REVIEW)


@dataclass(frozen=True)
class Some:
    """The first few of a list and how many there are in all."""

    items: list
    count: int

    @classmethod
    def of(cls, rows: QuerySet, shown: int = SHOWN) -> "Some":
        items = list(rows[: shown + 1])
        return cls(items[:shown], len(items) if len(items) <= shown else rows.count())

    @property
    def more(self) -> int:
        return self.count - len(self.items)


@dataclass(frozen=True)
class Overview:
    """A cohort today, in its own time zone."""

    week: int
    weeks: int
    ends_on: date
    learners: dict[str, int]
    waiting: Some
    failed: Some
    stuck: GradingJob | None
    unmentored: Some
    paused: Some
    next_break: Break | None

    @property
    def week_hint(self) -> str:
        return f"of {self.weeks}"

    @property
    def learners_text(self) -> str:
        return ", ".join(f"{count} {label.lower()}" for label, count in self.learners.items())

    @property
    def waiting_hint(self) -> str:
        if not self.waiting.items:
            return ""
        return f"longest: {spell_distance(self.waiting.items[0].state_changed_at, timezone.localtime())}"


def overview_of(cohort: Cohort) -> Overview:
    """The overview of one cohort in about ten queries, whatever its size."""
    timeline = Timeline.of_cohort(cohort)
    today = timeline.today()
    breaks = [span for span in cohort.breaks.all() if span.ends_on >= today]
    paused = Some.of(paused_in(cohort))
    for enrollment in paused.items:
        enrollment.since_text = f"since {spell_day(enrollment.since, today)}"
    learners = dict(cohort.enrollments.order_by().values_list("state").annotate(Count("pk")))
    return Overview(
        week=timeline.week(),
        weeks=cohort.curriculum.weeks,
        ends_on=timeline.calendar.last_day(cohort.curriculum.weeks),
        learners={state.label: learners[state] for state in EnrollmentState if learners.get(state)},
        waiting=Some.of(waiting_in(cohort)),
        failed=Some.of(failed_in(cohort)),
        stuck=stuck_job(cohort),
        unmentored=Some.of(unmentored_in(cohort)),
        paused=paused,
        next_break=breaks[0] if breaks else None,
    )


def undoable_in(cohort: Cohort) -> QuerySet[OfficeChange]:
    """What was done for the cohort or a group of it, and there is still time to take back, newest first."""
    return cohort.office_changes.undoable().filter(enrollment=None).select_related("done_by")[:SHOWN]


def waiting_in(cohort: Cohort) -> QuerySet[Submission]:
    """Work that waits for a mentor, as the review queue has it, longest waiting first."""
    waiting = Grade.objects.open_for_review().filter(enrollment__cohort=cohort)
    work = Submission.objects.filter(pk__in=waiting.values("newest"))
    return work.select_related("enrollment__user", "project").order_by("state_changed_at", "pk")


def failed_in(cohort: Cohort) -> QuerySet[Submission]:
    """Work whose checks could not run, with the reason of its newest job."""
    job = GradingJob.objects.counting().filter(submission=OuterRef("pk")).order_by("-requested_at", "-pk")
    work = Submission.objects.filter(enrollment__cohort=cohort, state=SubmissionState.COULD_NOT_RUN)
    return (
        work.select_related("enrollment__user", "project")
        .annotate(error=Subquery(job.values("error")[:1]), remedy=Subquery(job.values("remedy")[:1]))
        .order_by("state_changed_at", "pk")
    )


def stuck_job(cohort: Cohort) -> GradingJob | None:
    """A job that waits because no box can be built, if there is one: its reason holds for all."""
    jobs = GradingJob.objects.waiting().of_cohorts([cohort]).filter(failure="box_unavailable")
    return jobs.order_by("requested_at").first()


def unmentored_in(cohort: Cohort) -> QuerySet[Enrollment]:
    """Learners with a place and without a mentor, longest enrolled first."""
    current = MentorAssignment.objects.current().filter(enrollment=OuterRef("pk"))
    return (
        cohort.enrollments.filter(~Exists(current), state__in=OPEN_STATES)
        .select_related("user")
        .order_by("enrolled_at")
    )


def paused_in(cohort: Cohort) -> QuerySet[Enrollment]:
    """Learners whose clock stands still, with the first day of the open pause."""
    paused = cohort.enrollments.filter(state=EnrollmentState.PAUSED).select_related("user")
    return paused.annotate(since=Max("pauses__starts_on", filter=Q(pauses__ends_on=None))).order_by("since", "pk")


@dataclass(frozen=True)
class Row:
    """One learner in the table of a cohort."""

    enrollment: Enrollment
    progress: Progress
    mentor: Mentor | None
    last_active: datetime | None
    work: dict[str, int]

    @property
    def progress_label(self) -> str:
        return f"Progress of {self.enrollment.user}: {self.progress.done} of {self.progress.total} activities"


def learners_in(cohort: Cohort, *, show: str, search: str, tag: str = "") -> QuerySet[Enrollment]:
    """The learners of a cohort by name: `open` ones, those who `left`, or all; `search` in name and address.

    With `tag`, those who have it; the tags of each come along in one query.
    """
    learners = cohort.enrollments.select_related("user", "cohort").order_by("user__name", "user__email")
    if show == "left":
        learners = learners.exclude(state__in=OPEN_STATES)
    elif show == "open":
        learners = learners.filter(state__in=OPEN_STATES)
    if search:
        learners = learners.filter(Q(user__name__icontains=search) | Q(user__email__icontains=search))
    if tag:
        learners = learners.filter(tags__name=tag)
    return learners.prefetch_related("tags")


def rows_of(enrollments: list[Enrollment]) -> list[Row]:
    """The rows of some learners, in seven queries however many there are."""
    progress = progress_of_all(enrollments)
    current = MentorAssignment.objects.current().filter(enrollment__in=enrollments).select_related("mentor__user")
    mentors = {assignment.enrollment_id: assignment.mentor for assignment in current}
    last = last_active_of_all(enrollments)
    work: dict[int, dict[str, int]] = {}
    states = Grade.objects.filter(enrollment__in=enrollments, state__in=(*WAITING, SubmissionState.NEEDS_MORE_WORK))
    for enrollment, state, count in states.order_by().values_list("enrollment", "state").annotate(Count("pk")):
        work.setdefault(enrollment, {})[state] = count
    return [
        Row(one, progress[one.pk], mentors.get(one.pk), last.get(one.pk), work.get(one.pk, {})) for one in enrollments
    ]


def last_active_of_all(enrollments: list[Enrollment]) -> dict[int, datetime]:
    """When each learner last ticked, answered or handed in something; three queries."""
    last: dict[int, datetime] = {}
    ticked = ActivityProgress.objects.exclude(activity__kind__in=PASSED_NOT_TICKED)
    answered, handed_in = QuizAttempt.objects.all(), Submission.objects.all()
    for acts, moment in ((ticked, "done_at"), (answered, "submitted_at"), (handed_in, "submitted_at")):
        rows = acts.filter(enrollment__in=enrollments).order_by().values_list("enrollment")
        for enrollment, at in rows.annotate(Max(moment)):
            last[enrollment] = max(at, last.get(enrollment, at))
    return last


def mentors_to_choose() -> list[Mentor]:
    """Mentors by name with the places they have taken; at most `MOST_MENTORS`."""
    taken = Count("assignments", filter=Q(assignments__ended_at=None, assignments__enrollment__state__in=OPEN_STATES))
    mentors = Mentor.objects.select_related("user").annotate(taken=taken, free=F("capacity") - taken)
    chosen = list(mentors.order_by("user__name", "pk")[:MOST_MENTORS])
    for mentor in chosen:
        mentor.places_text = f"{mentor.taken} of {mentor.capacity}"
    return chosen
