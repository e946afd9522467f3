"""What a learner's home page says: this week, what is overdue, the next step, and who helps."""

from dataclasses import dataclass, field

from django.db.models import OuterRef, Q, Subquery

from courses.entries import Entry, entry_of, with_done
from courses.models import Activity, Enrollment, Module
from courses.models.enrollments import EnrollmentState
from courses.places import FINISHED_EARLY, Place, choose_enrollment, learning_place
from courses.progress import Progress, progress_of
from courses.schedule import DAYS_PER_WEEK, EffectiveDate
from lms.accounts.models import User
from lms.notifications.models import Notification
from mentors.models import Mentor, MentorAssignment
from projects.models import Grade, Review
from projects.models.submissions import SubmissionState

MOST_ACTIVITIES = 80
MOST_OVERDUE = 5
MOST_NOTIFICATIONS = 4
VERBS = {
    "reading": "Read",
    "video": "Watch",
    "quiz": "Take the quiz",
    "exercise": "Solve",
    "mini-project": "Work on",
    "milestone": "Work on",
    "call": "Have your call",
    "live-session": "Take part",
}


@dataclass(frozen=True)
class Task:
    """An activity as the home page shows it: its entry, and where handed-in work stands."""

    entry: Entry
    state: str
    newest: int | None

    @property
    def is_handed_in(self) -> bool:
        return bool(self.state) and self.state not in (SubmissionState.NEEDS_MORE_WORK, SubmissionState.COULD_NOT_RUN)

    @property
    def is_open(self) -> bool:
        """Whether there is something left to do on it now."""
        waits = self.state in (SubmissionState.WAITING_FOR_REVIEW, SubmissionState.IN_REVIEW)
        return not (self.entry.is_done or self.entry.is_locked or self.entry.is_closed or waits)

    @property
    def is_overdue(self) -> bool:
        return self.entry.is_overdue and not self.is_handed_in

    @property
    def verb(self) -> str:
        return VERBS[self.entry.activity.kind]


@dataclass(frozen=True)
class LearnerHome:
    """`phase`: none, before, running, paused, over, graduated or left."""

    phase: str
    enrollment: Enrollment | None = None
    others: list[Enrollment] = field(default_factory=list)
    place: Place | None = None
    week: int = 0
    module: Module | None = None
    tasks: list[Task] = field(default_factory=list)
    overdue: list[Task] = field(default_factory=list)
    more_overdue: int = 0
    to_rework: Task | None = None
    next: Task | None = None
    progress: Progress | None = None
    mentor: Mentor | None = None
    feedback: Review | None = None
    notifications: list[Notification] = field(default_factory=list)

    @property
    def starts(self) -> EffectiveDate:
        return self.place.timeline.first_day(1)


def learner_home(user: User, cohort_slug: str = "") -> LearnerHome:
    """The learner's section of the home page, for the cohort asked for or the newest open one; nine queries."""
    enrollment, everything = choose_enrollment(user, cohort_slug)
    if enrollment is None:
        return LearnerHome("none", notifications=unread_of(user))
    others = [one for one in everything if one != enrollment]
    if enrollment.state in FINISHED_EARLY:
        return LearnerHome("left", enrollment, others, notifications=unread_of(user))
    place = learning_place(enrollment)
    week = place.timeline.week(place.now)
    tasks = tasks_of(place, week)
    overdue = [task for task in tasks if task.is_overdue]
    this_week = [task for task in tasks if is_of_this_week(task, week, place)]
    to_rework = next((task for task in tasks if task.state == SubmissionState.NEEDS_MORE_WORK), None)
    return LearnerHome(
        phase=phase_of(enrollment, week),
        enrollment=enrollment,
        others=others,
        place=place,
        week=week,
        module=next(
            (task.entry.activity.module for task in this_week if task.entry.activity.module.week == week), None
        ),
        tasks=this_week,
        overdue=overdue[:MOST_OVERDUE],
        more_overdue=max(len(overdue) - MOST_OVERDUE, 0),
        to_rework=to_rework,
        next=to_rework or next_of(overdue) or next_of(this_week),
        progress=progress_of(enrollment),
        mentor=mentor_of(enrollment),
        feedback=newest_feedback(enrollment),
        notifications=unread_of(user),
    )


def phase_of(enrollment: Enrollment, week: int) -> str:
    if enrollment.state == EnrollmentState.GRADUATED:
        return "graduated"
    if enrollment.state == EnrollmentState.PAUSED:
        return "paused"
    if week < 1:
        return "before"
    return "over" if week > enrollment.cohort.curriculum.weeks else "running"


def tasks_of(place: Place, week: int) -> list[Task]:
    """This week's activities, what is due within seven days, and what was due and is not done; in their order."""
    today = place.timeline.calendar.offset_on(place.timeline.today(place.now))
    grade = Grade.objects.filter(enrollment=place.enrollment, project__activity=OuterRef("pk"))
    activities = (
        with_done(Activity.objects.filter(curriculum=place.cohort.curriculum_id), place.enrollment)
        .annotate(work=Subquery(grade.values("state")[:1]), newest=Subquery(grade.values("newest")[:1]))
        .filter(
            Q(module__week=week)
            | Q(due_offset__lt=today + DAYS_PER_WEEK, is_done=False, required=True)
            | Q(work=SubmissionState.NEEDS_MORE_WORK)
        )
        .select_related("module")
        .defer("body_html", "module__topics", "module__hours")
        .order_by("module__week", "position")
    )
    return [
        Task(entry_of(place, one, week=one.module.week), one.work or "", one.newest)
        for one in activities[:MOST_ACTIVITIES]
    ]


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


def mentor_of(enrollment: Enrollment) -> Mentor | None:
    assignments = MentorAssignment.objects.current().filter(enrollment=enrollment)
    assignment = assignments.select_related("mentor__user").first()
    return assignment.mentor if assignment else None


def newest_feedback(enrollment: Enrollment) -> Review | None:
    reviews = Review.objects.finished().filter(submission__enrollment=enrollment)
    return reviews.select_related("submission__project", "reviewer").order_by("-finished_at").first()


def unread_of(user: User) -> list[Notification]:
    return list(user.notifications.unread()[:MOST_NOTIFICATIONS])
