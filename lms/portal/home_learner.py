"""What a learner's home page says: this week, what is overdue, the next step, and who helps."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from courses.actions.places import running_pause
from courses.entries import entry_of
from courses.models import Activity, Enrollment, Module, Pause, PlaceRequest
from courses.models.enrollments import EnrollmentState
from courses.places import FINISHED_EARLY, Place, choose_enrollment, learning_place
from courses.progress import Progress, progress_in
from courses.schedule import DAYS_PER_WEEK, EffectiveDate
from lms.accounts.models import User
from lms.lib.prepared import Prepared
from lms.notifications.models import Notification
from lms.portal.home_feedback import Feedback, newest_feedback
from lms.portal.home_tasks import NO_WORK, Task, Work, rows_html
from lms.portal.templatetags.dates import when
from lms.portal.templatetags.ui import avatar
from mentors.models import MentorAssignment
from projects.models import Grade, Review
from projects.models.reviews import REVIEWED, undoable_since
from projects.models.submissions import SubmissionState

BEFORE_REVIEW = (SubmissionState.CHECKS_PASSED, SubmissionState.CHECKS_FAILED)
MOST_OVERDUE = 5
MOST_NOTIFICATIONS = 4
NEWS_ROW = '<li><a class="news-link" href="{}">{}</a><span class="text-secondary">{}</span></li>'


class MentorCard(NamedTuple):
    user: User
    skills: str


@lru_cache(maxsize=4096)
def _address_of_news(notification: int) -> str:
    return reverse("notification_open", args=[notification])


@lru_cache(maxsize=4096)
def _progress_html(done: int, total: int, cohort: str) -> SafeString:
    return render_to_string("portal/_home_progress.html", locals())


@lru_cache(maxsize=1024)
def _mentor_html(name: str, email: str, skills: str, face: SafeString) -> SafeString:
    return render_to_string("portal/_home_mentor_card.html", locals())


@lru_cache(maxsize=1024)
def _nothing_asked_html(cohort: str) -> SafeString:
    return render_to_string("portal/_home_requests.html", {"cohort": cohort, "requests": ()})


class News(NamedTuple):
    """An unread notification."""

    pk: int
    title: str
    created_at: datetime


@dataclass(frozen=True)
class LearnerHome:
    """`phase`: none, before, running, paused, over, graduated or left (withdrawn or deferred)."""

    phase: str
    enrollment: Enrollment | None = None
    others: list[Enrollment] = field(default_factory=list)
    place: Place | None = None
    week: int = 0
    module: Module | None = None
    tasks: list[Task] = field(default_factory=list)
    overdue: list[Task] = field(default_factory=list)
    more_overdue: int = 0
    to_read: Task | None = None
    to_rework: Task | None = None
    next: Task | None = None
    progress: Progress | None = None
    mentor: MentorCard | None = None
    feedback: Feedback | None = None
    is_feedback_told: bool = True
    notifications: list[News] = field(default_factory=list)
    pause: Pause | None = None
    requests: list[PlaceRequest] = field(default_factory=list)

    @property
    def requests_html(self) -> SafeString:
        """What they ask the office for and wait for, and where to ask."""
        cohort = self.enrollment.cohort.slug
        if not self.requests:
            return _nothing_asked_html(cohort)
        return render_to_string("portal/_home_requests.html", {"cohort": cohort, "requests": self.requests})

    @property
    def starts(self) -> EffectiveDate:
        return self.place.timeline.first_day(1)

    @property
    def where(self) -> str:
        """The cohort, and the week while it runs."""
        if self.enrollment is None:
            return ""
        cohort = self.enrollment.cohort
        return f"{cohort} · week {self.week} of {cohort.curriculum.weeks}" if self.is_week_shown else str(cohort)

    @property
    def is_week_shown(self) -> bool:
        return self.phase == "running" and self.module is not None

    @property
    def progress_html(self) -> SafeString:
        return _progress_html(self.progress.done, self.progress.total, self.enrollment.cohort.slug)

    @property
    def mentor_html(self) -> SafeString:
        user = self.mentor.user
        return _mentor_html(user.name, user.email, self.mentor.skills, avatar(user, "lg"))

    @property
    def news_rows(self) -> SafeString:
        rows = ((_address_of_news(one.pk), one.title, when(one.created_at, "relative")) for one in self.notifications)
        return format_html_join("", NEWS_ROW, rows)

    @property
    def task_rows(self) -> SafeString:
        return rows_html(self.tasks)

    @property
    def other_overdue(self) -> list[Task]:
        """What is overdue besides the next step, which stands above it."""
        return [task for task in self.overdue if task is not self.next]

    @property
    def overdue_rows(self) -> SafeString:
        return rows_html(self.other_overdue)


def learner_home(user: User, cohort_slug: str = "") -> LearnerHome:
    """The learner's section of the home page, for the cohort asked for or the newest open one; seven queries."""
    enrollment, everything = choose_enrollment(user, cohort_slug)
    if enrollment is None:
        return LearnerHome("none", notifications=unread_of(user))
    others = [one for one in everything if one != enrollment]
    if enrollment.state in FINISHED_EARLY:
        return LearnerHome("left", enrollment, others, notifications=unread_of(user))
    work = works_of(enrollment)
    untold = {activity: one.newest for activity, one in work.items() if one.state == REVIEWED}
    place = replace(learning_place(enrollment), untold=frozenset(untold))
    week = place.timeline.week(place.now)
    feedback = newest_feedback(enrollment) if has_feedback(work) else None
    tasks = tasks_of(place, week, work)
    overdue = [task for task in tasks if task.is_overdue]
    this_week = [task for task in tasks if is_of_this_week(task, week, place) and not task.is_overdue]
    to_read = next((task for task in tasks if task.is_unread), None)
    to_rework = next((task for task in tasks if task.state == SubmissionState.NEEDS_MORE_WORK), None)
    return LearnerHome(
        phase=phase_of(enrollment, week),
        enrollment=enrollment,
        others=others,
        place=place,
        week=week,
        module=module_of(place, week),
        tasks=this_week,
        overdue=overdue[:MOST_OVERDUE],
        more_overdue=max(len(overdue) - MOST_OVERDUE, 0),
        to_read=to_read,
        to_rework=to_rework,
        next=to_read or to_rework or next_of(overdue) or next_of(this_week),
        progress=progress_in(place.outline.required, place.done),
        mentor=mentor_of(enrollment),
        feedback=feedback,
        is_feedback_told=not (feedback and feedback.submission in untold.values()),
        notifications=unread_of(user),
        requests=REQUESTS.objects(enrollment=enrollment.pk),
        pause=running_pause(enrollment) if enrollment.state == EnrollmentState.PAUSED else None,
    )


def module_of(place: Place, week: int) -> Module | None:
    """The week's module, if it has any activities."""
    activities = place.outline.of_week.get(week, ())
    return activities[0].module if activities else None


def phase_of(enrollment: Enrollment, week: int) -> str:
    if enrollment.state == EnrollmentState.GRADUATED:
        return "graduated"
    if enrollment.state == EnrollmentState.PAUSED:
        return "paused"
    if week < 1:
        return "before"
    return "over" if week > enrollment.cohort.curriculum.weeks else "running"


def tasks_of(place: Place, week: int, work: dict[int, Work]) -> list[Task]:
    """This week's activities, what is due within seven days, what was due and is not done, and what needs more work or has
    feedback that is not read."""
    today = place.timeline.calendar.offset_on(place.timeline.today(place.now))
    this_week = {one.id for one in place.outline.of_week.get(week, ())}
    return [
        Task(entry_of(place, one), *work.get(one.id, NO_WORK))
        for one in place.outline.activities
        if one.id in this_week or is_pressing(one, today, place.done, work.get(one.id, NO_WORK))
    ]


def is_pressing(activity: Activity, today: int, done: frozenset[int], work: Work) -> bool:
    if work.is_unread:
        return True
    if activity.due_offset is None or activity.id in done:
        return False
    if activity.required and activity.due_offset < today + DAYS_PER_WEEK:
        return True
    return work.state == SubmissionState.NEEDS_MORE_WORK


def works_of(enrollment: Enrollment) -> dict[int, Work]:
    """What was handed in, by activity id.

    A decision that the learner has not read yet, and that may still be undone, is only said to be there.
    """
    since = undoable_since()
    return {
        activity: Work(REVIEWED if unseen and unseen >= since else state, newest, unseen is not None)
        for activity, state, newest, unseen in WORKS.rows(enrollment=enrollment.pk)
    }


def is_of_this_week(task: Task, week: int, place: Place) -> bool:
    """Of the current week, or still to be done and due within seven days."""
    if task.entry.activity.module.week == week:
        return True
    due = task.entry.due
    return due is not None and due.at >= place.now and task.is_open and not task.is_handed_in


def next_of(tasks: list[Task]) -> Task | None:
    """The first thing to do: what is untouched before what may be tried again."""
    open_tasks = [task for task in tasks if task.is_open]
    return next((task for task in open_tasks if not task.is_handed_in), None) or next(iter(open_tasks), None)


def mentor_of(enrollment: Enrollment) -> MentorCard | None:
    row = MENTOR.row(enrollment=enrollment.pk)
    return MentorCard(User.from_db("default", MENTOR_FIELDS, row[1:]), row[0]) if row else None


def has_feedback(work: dict[int, Work]) -> bool:
    """Whether a review may be finished: exercises whose checks are over have none."""
    return any(one.state not in BEFORE_REVIEW for one in work.values())


def unread_of(user: User) -> list[News]:
    if user.unread_count == 0:
        return []
    seen_by_another = user.seen_in is not None
    rows = _shown(Notification.objects.unread().shown_to(user)) if seen_by_another else NEWS.rows(user=user.pk)
    return [News(*row) for row in rows]


def _works(enrollment: int) -> QuerySet[Any, Any]:
    unseen = Review.objects.unseen().filter(submission=OuterRef("newest")).order_by().values("finished_at")
    grades = Grade.objects.filter(enrollment=enrollment)
    return grades.values_list("project__activity", "state", "newest", Subquery(unseen))


def _mentor(enrollment: int) -> QuerySet[Any, Any]:
    person = (f"mentor__user__{field}" for field in MENTOR_FIELDS)
    current = MentorAssignment.objects.current().filter(enrollment=enrollment)
    return current.values_list("mentor__skills", *person)


def _news(user: int) -> QuerySet[Any, Any]:
    return _shown(Notification.objects.unread().filter(recipient=user))


def _shown(unread: QuerySet[Notification]) -> QuerySet[Any, Any]:
    return unread.values_list(*News._fields)[:MOST_NOTIFICATIONS]


def _requests(enrollment: int) -> QuerySet[PlaceRequest]:
    return PlaceRequest.objects.undecided().filter(enrollment=enrollment).select_related("activity", "to_cohort")


MENTOR_FIELDS = ("id", "email", "name", "avatar_small")
WORKS = Prepared(_works, "enrollment")
MENTOR = Prepared(_mentor, "enrollment")
NEWS = Prepared(_news, "user")
REQUESTS = Prepared(_requests, "enrollment")
