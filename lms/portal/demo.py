"""The demo: the shipped programme, one cohort in its fourth week, and people with believable work, made by the real actions.

Nothing here pretends to be a result: work is handed in, and the real worker grades it once it runs.
"""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from courses.actions.cohorts import add_program_staff, create_cohort
from courses.actions.enrollments import enroll, invite_learner
from courses.actions.extensions import grant_extension
from courses.actions.pausing import pause
from courses.actions.progress import tick_activity
from courses.actions.quizzes import take_quiz
from courses.calendar_facts import BreakFacts, CalendarFacts
from courses.marking import step_names
from courses.models import Activity, ActivityProgress, Cohort, Curriculum, Enrollment, Question, Quiz, QuizAttempt
from courses.models.curricula import ActivityKind
from courses.models.quizzes import QuestionKind
from courses.schedule import DAYS_PER_WEEK, last_day_of
from courses.timeline import Timeline
from lms.accounts.actions import create_person
from lms.accounts.models import User
from lms.lib.errors import DomainError
from lms.notifications.models import Notification
from lms.portal.demo_admissions import make_admissions
from mentors.actions import add_mentor, assign_mentor
from projects.actions.calendars import change_calendar
from projects.actions.publishing import publish_curriculum
from projects.actions.submissions import submit_work
from projects.bundles import bundle_of
from projects.grading.engine import reference_work
from projects.models import Project, Submission

PROGRAMME = settings.BASE_DIR / "courses" / "library" / "ml-engineering"
WORK = Path(__file__).parent / "demo_work"
PASSWORD = "demo-bootcamp"
COHORT = "Lisbon cohort"
ZONE = "Europe/Lisbon"
DAYS_SINCE_START = 24  # the fourth day of week 4, on whatever weekday: the exercises of both complete weeks are open
BREAK_AFTER = timedelta(days=35)


class DemoRefused(DomainError):
    code = "demo_refused"


@dataclass(frozen=True)
class Story:
    """A learner of the demo: the first weeks, done whole; then, of week 3, readings ticked, quiz questions answered right
    in each attempt, and what they handed in."""

    name: str
    email: str
    zone: str = ZONE
    mentor: str = "marco"
    readings: int = 0
    right_answers: tuple[int, ...] = ()
    hands_in: str = ""
    days_ago: int = 0
    whole_weeks: int = 2


LEA = Story(
    "Lea Winter",
    "learner@example.com",
    readings=4,
    right_answers=(6,),
    hands_in="linear-regression-train-and-test reference",
)
SAMUEL = Story("Samuel Okoro", "samuel.okoro@example.org", "Europe/London", "", 2, (4,), days_ago=5)
STORIES = (
    Story("Priya Raman", "priya@example.org", "Asia/Kolkata", "marco", 4, (5, 8), "ols-from-scratch reference"),
    Story("Jonas Albrecht", "jonas@example.org", "Europe/Berlin", "marco", 1, (3,), "ols-from-scratch release", 1),
    Story("Aisha Bello", "aisha@example.org", "Africa/Lagos", "marco", 4, (7,), "regression-program folder"),
    Story("Tomás Figueiredo", "tomas@example.org", ZONE, "marco", 2, days_ago=3),
    Story(
        "Mei-Lin Chen",
        "mei@example.org",
        "Europe/London",
        "hana",
        4,
        (8,),
        "linear-regression-train-and-test reference",
    ),
    Story("Maximiliana von Hohenstein-Carvalho", "maxi@example.org", "Europe/Vienna", "hana", 1, days_ago=6),
    Story("Inês Duarte", "ines@example.org", ZONE, "", days_ago=12, whole_weeks=1),
    SAMUEL,
)


def load_demo(*, report: Callable[[str], None] = lambda line: None) -> Cohort:
    """Load the demo once and return its cohort; later calls change nothing. The people and their work: all or nothing."""
    if not settings.DEMO:
        raise DemoRefused("The demo has public passwords, so it is loaded with DEMO=1 only.")
    loaded = Cohort.objects.filter(slug=slugify(COHORT)).first()
    if loaded:
        report(f"Demo: the {loaded} is there already.")
        return loaded
    if User.objects.exists():
        raise DemoRefused(
            "This database has people already, and the demo would add some with public passwords. "
            "Unset DATABASE_URL, or point it at an empty database."
        )
    report("Demo: reading the programme (ten seconds or so)")
    curriculum, _ = publish_curriculum(folder=PROGRAMME, by=None, tested=False, report=report)
    report(f"Demo: {curriculum}: {curriculum.weeks} weeks, {curriculum.projects.count()} projects")
    with transaction.atomic():
        admin = _person("admin@example.com", "Ada Osei", "Europe/London")
        add_program_staff(program=curriculum.program, user=admin, by=admin)
        cohort = _make_cohort(curriculum, admin)
        _enroll_everyone(cohort, admin)
        _let_people_apply(cohort, admin)
    report(
        f"Demo: {cohort}, in its week 4, {cohort.enrollments.count()} learners; sign in with the password {PASSWORD}"
    )
    return cohort


def _make_cohort(curriculum: Curriculum, admin: User) -> Cohort:
    starts_on = timezone.localdate() - timedelta(days=DAYS_SINCE_START)
    cohort = create_cohort(curriculum=curriculum, name=COHORT, starts_on=starts_on, time_zone=ZONE, seats=24, by=admin)
    rest = starts_on + BREAK_AFTER
    off = BreakFacts(rest, last_day_of(rest, DAYS_PER_WEEK), "mid-term break")
    change_calendar(cohort=cohort, wanted=CalendarFacts.of(cohort).with_break(off), by=admin)
    for email, name in (("noor.haddad@example.org", "Noor Haddad"), ("w.krueger@example.org", "Willem Krüger")):
        invite_learner(cohort=cohort, email=email, name=name, by=admin)
    return cohort


def _enroll_everyone(cohort: Cohort, admin: User) -> None:
    mentors = {
        "marco": add_mentor(user=_person("mentor@example.com", "Marco Reyes", "Europe/Madrid"), capacity=6, by=admin),
        "hana": add_mentor(user=_person("hana.sato@example.org", "Hana Sato", "Asia/Tokyo"), capacity=3, by=admin),
    }
    for story in (LEA, *STORIES):
        enrollment = enroll(cohort=cohort, user=_person(story.email, story.name, story.zone), by=admin)
        if story.mentor:
            assign_mentor(enrollment=enrollment, mentor=mentors[story.mentor], by=admin)
        _live(enrollment, story)
    lea, samuel = (cohort.enrollments.get(user__email=story.email) for story in (LEA, SAMUEL))
    ols = cohort.curriculum.activities.get(slug="ols-from-scratch")
    grant_extension(enrollment=lea, activity=ols, days=7, reason="A week at a conference, agreed by e-mail.", by=admin)
    pause(enrollment=samuel, reason="Moving house; back in two weeks.", by=admin)


def _let_people_apply(cohort: Cohort, admin: User) -> None:
    reader = _person("lena.holm@example.org", "Lena Holm", "Europe/Stockholm")
    add_program_staff(program=cohort.program, user=reader, by=admin)
    people = {
        "nadia": _person("applicant@example.com", "Nadia Rahimi", ZONE),
        "yara": _person("yara.haddad@example.org", "Yara Haddad", "Asia/Beirut"),
        "bruno": _person("bruno.lima@example.org", "Bruno Lima", "America/Sao_Paulo"),
    }
    make_admissions(cohort, people, admin, reader)


def _live(enrollment: Enrollment, story: Story) -> None:
    """What a learner has done so far: the first weeks and the calls, and week 3 as their story says.

    Readings and quizzes get the times of their story; work of week 3 is handed in now.
    """
    for activity in enrollment.cohort.curriculum.activities.filter(module__week__lte=story.whole_weeks):
        _do(enrollment, activity)
    open_readings = enrollment.cohort.curriculum.activities.filter(kind="reading", module__week=3)
    for activity in open_readings[: story.readings]:
        tick_activity(enrollment=enrollment, activity=activity, done=True)
    for call in enrollment.cohort.curriculum.activities.filter(kind="call", module__week__lte=3):
        tick_activity(enrollment=enrollment, activity=call, done=True)
    quiz = Quiz.objects.get(activity__curriculum=enrollment.cohort.curriculum_id, activity__module__week=3)
    for right in story.right_answers:
        take_quiz(enrollment=enrollment, quiz=quiz, answers=_answers(quiz, right))
    _date_back(enrollment, timezone.now() - timedelta(days=story.days_ago, hours=3))
    if story.hands_in:
        slug, _, what = story.hands_in.partition(" ")
        project = enrollment.cohort.curriculum.projects.get(slug=slug)
        submit_work(project=project, enrollment=enrollment, files=_work(project, what), by=enrollment.user)


def _do(enrollment: Enrollment, activity: Activity) -> None:
    """Do an activity of a past week, work in time for its due date."""
    if activity.kind == ActivityKind.QUIZ:
        quiz = activity.quiz
        take_quiz(enrollment=enrollment, quiz=quiz, answers=_answers(quiz, quiz.questions.count()))
    elif activity.kind == ActivityKind.EXERCISE:
        work = submit_work(
            project=activity.project,
            enrollment=enrollment,
            files=_work(activity.project, "reference"),
            by=enrollment.user,
        )
        due = Timeline.of(enrollment).dates(activity).due
        if due and due.at < work.submitted_at:
            Submission.objects.filter(pk=work.pk).update(submitted_at=due.at - timedelta(hours=2))
    elif not activity.is_handed_in:
        tick_activity(enrollment=enrollment, activity=activity, done=True)


def _answers(quiz: Quiz, right: int) -> dict[str, list[str]]:
    """Answers of which the first `right` are correct and the others are left out."""
    return {question.slug: _right_answer(question) for question in quiz.questions.all()[:right]}


def _right_answer(question: Question) -> list[str]:
    if question.kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE):
        return [str(index) for index, option in enumerate(question.options) if option["correct"]]
    if question.kind == QuestionKind.ORDERING:
        return [f"{name}:{place}" for place, name in enumerate(step_names(question), start=1)]
    return [str(question.accepted[0])]


def _work(project: Project, what: str) -> dict[str, bytes]:
    """`reference`: the solution; `release`: the untouched download; `folder`: a zip of the demo's own small project."""
    if what == "folder":
        return {f"{project.slug}.zip": _zipped(WORK / project.slug)}
    version = project.grader_versions.get()
    if what == "release":
        notebook = version.files.select_related("stored").get(part="release", name__endswith=".ipynb")
        return {f"{project.slug}.ipynb": notebook.stored.read()}
    solution = reference_work(bundle_of(version.pk))
    return {name.replace("reference.ipynb", f"{project.slug}.ipynb"): data for name, data in solution.items()}


def _zipped(folder: Path) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                archive.writestr(f"{folder.name}/{path.relative_to(folder)}", path.read_bytes())
    return packed.getvalue()


def _date_back(enrollment: Enrollment, last_active: datetime) -> None:
    """Let a story begin before today: people joined before the start, and were last active when their story says."""
    joined = timezone.now() - timedelta(days=DAYS_SINCE_START + 9)
    Enrollment.objects.filter(pk=enrollment.pk).update(enrolled_at=joined)
    enrollment.mentor_assignments.update(started_at=joined)
    Notification.objects.filter(recipient=enrollment.user).update(created_at=joined)
    ActivityProgress.objects.filter(enrollment=enrollment).update(done_at=last_active)
    QuizAttempt.objects.filter(enrollment=enrollment).update(submitted_at=last_active)


def _person(email: str, name: str, zone: str) -> User:
    """One of the people of the sign-in page has the public password; the others cannot sign in."""
    password = PASSWORD if email.endswith("@example.com") else None
    return create_person(email=email, name=name, password=password, time_zone=zone)
