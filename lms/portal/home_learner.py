"""What a learner's home page says: this week, what is overdue, the next step, and who helps."""

from dataclasses import dataclass, field, replace

from django.db.models import Exists, OuterRef
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from courses.entries import Entry, entry_of
from courses.models import Activity, Enrollment, Module
from courses.models.enrollments import EnrollmentState
from courses.places import FINISHED_EARLY, Place, choose_enrollment, learning_place
from courses.progress import Progress, progress_in
from courses.schedule import DAYS_PER_WEEK, EffectiveDate
from lms.accounts.models import User
from lms.notifications.models import Notification
from lms.portal.templatetags.dates import when
from mentors.models import Mentor, MentorAssignment
from projects.models import Grade, Review
from projects.models.reviews import REVIEWED
from projects.models.submissions import SubmissionState

BEFORE_REVIEW = (SubmissionState.CHECKS_PASSED, SubmissionState.CHECKS_FAILED)
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
        waits = self.state in (SubmissionState.WAITING_FOR_REVIEW, SubmissionState.IN_REVIEW, REVIEWED)
        return not (self.entry.is_done or self.entry.is_locked or self.entry.is_closed or waits)

    @property
    def is_overdue(self) -> bool:
        return self.entry.is_overdue and not self.is_handed_in

    @property
    def verb(self) -> str:
        return VERBS[self.entry.activity.kind]

    @property
    def facts(self) -> SafeString:
        """Kind, length, and when it is due or opens and why, on one line."""
        activity, dates = self.entry.activity, self.entry.dates
        facts = [activity.get_kind_display()]
        if activity.minutes:
            facts.append(f"{activity.minutes} min")
        if self.entry.is_locked:
            facts.append(format_html("opens {}", when(dates.available.at)))
        elif dates.due:
            word = "was due" if self.is_overdue else "due"
            facts.append(format_html("{} {}: {}", word, when(dates.due.at), dates.due.why()))
        if self.is_overdue and dates.until:
            words = "closed" if self.entry.is_closed else format_html("accepted until {}", when(dates.until.at))
            facts.append(words)
        return format_html_join(" · ", "{}", ((fact,) for fact in facts))


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
    is_feedback_told: bool = True
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
    work = works_of(enrollment)
    untold = {activity: newest for activity, (state, newest) in work.items() if state == REVIEWED}
    place = replace(learning_place(enrollment), untold=frozenset(untold))
    week = place.timeline.week(place.now)
    feedback = newest_feedback(enrollment) if has_feedback(work) else None
    tasks = tasks_of(place, week, work)
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
        progress=progress_in(place.outline.required, place.done),
        mentor=mentor_of(enrollment),
        feedback=feedback,
        is_feedback_told=not (feedback and feedback.submission_id in untold.values()),
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


def tasks_of(place: Place, week: int, work: dict[int, tuple[str, int]]) -> list[Task]:
    """This week's activities, what is due within seven days, what was due and is not done, and what needs more work."""
    today = place.timeline.calendar.offset_on(place.timeline.today(place.now))
    return [
        Task(entry_of(place, one), *work.get(one.pk, ("", None)))
        for one in place.outline.activities
        if one.module.week == week or is_pressing(one, today, place.done, work)
    ]


def is_pressing(activity: Activity, today: int, done: frozenset[int], work: dict[int, tuple[str, int]]) -> bool:
    if activity.due_offset is None or activity.pk in done:
        return False
    needs_more = work.get(activity.pk, ("", None))[0] == SubmissionState.NEEDS_MORE_WORK
    return needs_more or (activity.required and activity.due_offset < today + DAYS_PER_WEEK)


def works_of(enrollment: Enrollment) -> dict[int, tuple[str, int]]:
    """By activity id, the state of what was handed in and the id of the newest attempt.

    A decision that the learner has not read yet, and that may still be undone, is only said to be there.
    """
    untold = Exists(Review.objects.undoable().filter(submission=OuterRef("newest")))
    grades = Grade.objects.filter(enrollment=enrollment.pk).values_list("project__activity", "state", "newest", untold)
    return {activity: (REVIEWED if untold else state, newest) for activity, state, newest, untold in grades}


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


def has_feedback(work: dict[int, tuple[str, int]]) -> bool:
    """Whether a review may be finished: exercises whose checks are over have none."""
    return any(state not in BEFORE_REVIEW for state, _ in work.values())


def newest_feedback(enrollment: Enrollment) -> Review | None:
    reviews = Review.objects.finished().filter(submission__enrollment=enrollment)
    return reviews.select_related("submission__project", "reviewer").order_by("-finished_at").first()


def unread_of(user: User) -> list[Notification]:
    return list(user.notifications.unread()[:MOST_NOTIFICATIONS])
