"""The learner's home page: this week, the next step, and every phase of a place."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.models import ActivityProgress, Break, Extension, Pause
from lms.notifications.models import Notification
from mentors.models import MentorAssignment
from projects.models import Criterion, Review, ReviewScore
from tests import world

HOME = reverse("home")
BUDGET = 12


@pytest.fixture
def page(learner, as_user):
    return as_user(learner)


@pytest.fixture
def read(page):
    """The home page's context and its words."""

    def visit(query=""):
        response = page.get(HOME + query)
        assert response.status_code == 200
        return response.context["learner"], " ".join(response.content.decode().split())

    return visit


def reviewed(submission, reviewer, verdict="needs_more_work", *, seen=True):
    now = timezone.now()
    review = Review.objects.create(
        submission=submission, reviewer=reviewer, state="finished", verdict=verdict, comment="Test the empty case.",
        lease_until=now, finished_at=now, seen_at=now if seen else None,
    )  # fmt: skip
    for criterion in Criterion.objects.filter(rubric__project=submission.project):
        ReviewScore.objects.create(review=review, criterion=criterion, level=criterion.levels.first())
    return review


def move_start(cohort, days):
    cohort.starts_on = timezone.localdate() + timedelta(days=days)
    cohort.save()


def test_this_week_lists_what_is_due_when_and_why(read, curriculum, cohort, enrollment, admin):
    reading = world.make_activity(curriculum, "reading", title="What a line can know", due_day=None)
    exercise = world.make_project(curriculum, "exercise", title="Least squares")
    Extension.objects.create(enrollment=enrollment, activity=exercise.activity, days=2, reason="ill", granted_by=admin)
    home, words = read()
    assert (home.phase, home.week) == ("running", 1)
    assert [task.entry.activity for task in home.tasks] == [reading, exercise.activity]
    assert "week 1, +2 days extension by Ada Admin" in words
    assert home.next.entry.activity == reading


def test_titles_and_reasons_are_text_not_markup(read, curriculum, cohort):
    move_start(cohort, -10)
    Break.objects.create(
        cohort=cohort, starts_on=cohort.starts_on, ends_on=cohort.starts_on + timedelta(days=6), label="<i>rest</i>"
    )
    world.make_activity(curriculum, "quiz", title="<b>Bias</b> & variance")
    _, words = read()
    assert "&lt;b&gt;Bias&lt;/b&gt; &amp; variance</a>" in words
    assert words.count("&lt;i&gt;rest&lt;/i&gt;") == 2
    assert "<b>Bias" not in words
    assert "<i>rest" not in words


def test_the_next_step_follows_what_is_done(read, curriculum, enrollment):
    first = world.make_activity(curriculum, "reading")
    second = world.make_activity(curriculum, "quiz")
    ActivityProgress.objects.create(enrollment=enrollment, activity=first)
    assert read()[0].next.entry.activity == second
    ActivityProgress.objects.create(enrollment=enrollment, activity=second)
    home, words = read()
    assert home.next is None
    assert "Nothing is left to do this week" in words


def test_overdue_work_comes_first_while_it_is_accepted(read, curriculum, cohort):
    move_start(cohort, -10)
    late = world.make_activity(curriculum, "quiz", week=1, until_day=30)
    world.make_activity(curriculum, "reading", week=2)
    home, words = read()
    assert [task.entry.activity for task in home.overdue] == [late]
    assert home.next.entry.activity == late
    assert "Overdue, still accepted" in words


def test_what_is_overdue_stands_in_one_place(read, curriculum, cohort):
    for title in ("First late", "Second late"):
        activity = world.make_activity(curriculum, "quiz", title=title, due_day=0, until_day=30)
        activity.minutes = 375
        activity.save()
    world.make_activity(curriculum, "reading", title="Still ahead")
    _, words = read()
    assert [words.count(title) for title in ("First late", "Second late", "Still ahead")] == [1, 1, 1]
    assert "Also overdue" in words
    assert words.count("6 h 15 min") == 2


def test_an_extension_takes_work_off_the_overdue_list(read, curriculum, cohort, enrollment, admin):
    move_start(cohort, -10)
    late = world.make_activity(curriculum, "quiz", week=1)
    Extension.objects.create(enrollment=enrollment, activity=late, days=9, reason="ill", granted_by=admin)
    home, _ = read()
    assert home.overdue == []
    assert late in [task.entry.activity for task in home.tasks]


def test_what_was_handed_in_is_not_overdue(read, curriculum, cohort, enrollment):
    move_start(cohort, -10)
    project = world.make_project(curriculum, "mini-project", week=1)
    world.make_submission(enrollment, project, state="waiting_for_review")
    home, _ = read()
    assert home.overdue == []
    assert home.next is None


def test_a_meeting_that_was_not_ticked_is_not_overdue(read, curriculum, cohort):
    move_start(cohort, -10)
    world.make_activity(curriculum, "call", week=1)
    assert read()[0].overdue == []


def test_feedback_that_asks_for_more_is_the_next_step(read, curriculum, enrollment, mentor, mini_project):
    world.make_activity(curriculum, "reading")
    submission = world.make_submission(enrollment, mini_project, state="needs_more_work")
    reviewed(submission, mentor)
    home, words = read()
    assert home.next is home.to_rework
    assert reverse("submission_detail", args=[submission.pk]) in words
    assert "Test the empty case." in words


@pytest.mark.parametrize("minutes", [0, 11])
@pytest.mark.parametrize("verdict", ["passed", "needs_more_work"])
def test_feedback_that_is_not_read_comes_first_also_on_work_of_earlier_weeks(
    read, page, curriculum, cohort, enrollment, mentor, mini_project, verdict, minutes
):
    move_start(cohort, -10)
    world.make_activity(curriculum, "quiz", title="Something overdue", week=1, until_day=30)
    submission = world.make_submission(enrollment, mini_project, state=verdict)
    reviewed(submission, mentor, verdict, seen=False)
    if verdict == "passed":
        ActivityProgress.objects.create(enrollment=enrollment, activity=mini_project.activity)
    Review.objects.update(finished_at=timezone.now() - timedelta(minutes=minutes))
    link = reverse("submission_detail", args=[submission.pk])
    home, words = read()
    assert home.next is home.to_read
    assert f"Read the feedback on {mini_project.title}</p>" in words
    assert f'<a class="btn btn-primary" href="{link}">Read the feedback' in words
    page.get(link)
    home, words = read()
    assert home.to_read is None
    assert "Read the feedback on" not in words


def test_the_latest_feedback_is_told_in_words_without_its_markup(read, enrollment, mentor, mini_project):
    submission = world.make_submission(enrollment, mini_project, state="passed")
    reviewed(submission, mentor, "passed")
    Review.objects.update(comment="Good start.\n\n- add **six** tests & <i>run</i> `them`")
    assert "Good start. add six tests &amp; &lt;i&gt;run&lt;/i&gt; them</p>" in read()[1]


def test_unread_notifications_and_progress_are_shown(read, curriculum, learner, enrollment):
    done, _ = world.make_activity(curriculum), world.make_activity(curriculum)
    world.make_activity(curriculum, required=False)
    ActivityProgress.objects.create(enrollment=enrollment, activity=done)
    Notification.objects.create(recipient=learner, key="a", kind="enrolled", title="You are in", path="/")
    Notification.objects.create(
        recipient=learner, key="b", kind="enrolled", title="Old news", path="/", read_at=timezone.now()
    )
    home, words = read()
    assert (home.progress.done, home.progress.total) == (1, 2)
    assert "You are in" in words
    assert "Old news" not in words


def test_the_mentor_or_their_absence_is_told(read, mentor):
    assert "Mia Mentor" in read()[1]
    MentorAssignment.objects.update(ended_at=timezone.now())
    assert "You have no mentor yet" in read()[1]


@pytest.mark.parametrize(("days", "phase", "words"), [(9, "before", "starts"), (-60, "over", "weeks are over")])
def test_before_the_start_and_after_the_end(read, cohort, days, phase, words):
    move_start(cohort, days)
    home, shown = read()
    assert home.phase == phase
    assert words in shown


def test_a_break_moves_the_weeks_and_says_so(read, curriculum, cohort):
    move_start(cohort, -10)
    Break.objects.create(
        cohort=cohort, starts_on=cohort.starts_on, ends_on=cohort.starts_on + timedelta(days=6), label="holiday"
    )
    world.make_activity(curriculum, "quiz", week=1)
    home, words = read()
    assert home.week == 1
    assert "week 1, +7 days holiday" in words


@pytest.mark.parametrize(
    ("state", "words"), [("paused", "paused"), ("withdrawn", "has ended"), ("graduated", "You have finished")]
)
def test_a_place_that_does_not_run(read, enrollment, cohort, state, words):
    enrollment.state = state
    enrollment.save()
    if state == "paused":
        Pause.objects.create(enrollment=enrollment, starts_on=cohort.today())
    home, shown = read()
    assert words in shown
    assert home.next is None or state == "paused"


def test_who_has_no_place_is_told_what_to_do(as_user, outsider):
    assert b"You have no place in a cohort yet" in as_user(outsider).get(HOME).content


def test_of_two_places_the_one_asked_for_is_shown(read, learner):
    other = world.make_cohort(world.make_curriculum(), "Evening", started_days_ago=0)
    world.make_enrollment(other, learner)
    assert read()[0].enrollment.cohort == other
    home, words = read("?cohort=spring")
    assert home.enrollment.cohort.slug == "spring"
    assert "?cohort=evening" in words


def test_home_costs_the_same_however_much_there_is(page, curriculum, enrollment, learner, mentor, admin, mini_project):
    reviewed(world.make_submission(enrollment, mini_project, state="needs_more_work"), mentor)
    spans = {"starts_on": timezone.localdate(), "ends_on": timezone.localdate()}
    Pause.objects.create(enrollment=enrollment, **spans)
    Break.objects.create(cohort=enrollment.cohort, label="holiday", **spans)
    Notification.objects.create(recipient=learner, key="first", kind="enrolled", title="News", path="/")
    activity = mini_project.activity
    Extension.objects.create(enrollment=enrollment, activity=activity, days=1, reason="ill", granted_by=admin)

    def queries():
        page.get(HOME)
        with CaptureQueriesContext(connection) as captured:
            page.get(HOME)
        return len(captured)

    few = queries()
    for number in range(12):
        one = world.make_activity(curriculum)
        Extension.objects.create(enrollment=enrollment, activity=one, days=1, reason="ill", granted_by=admin)
        project = world.make_project(curriculum, "mini-project")
        reviewed(world.make_submission(enrollment, project, state="passed"), mentor, "passed")
        Notification.objects.create(recipient=learner, key=str(number), kind="enrolled", title="News", path="/")
    assert queries() == few
    assert few <= BUDGET
