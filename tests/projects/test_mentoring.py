"""My learners: what a mentor sees of each."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.models import ActivityProgress, Extension
from projects.mentoring import learner_rows, learners_of, stuck_learners
from tests import world


def test_each_current_learner_has_progress_week_and_newest_work(as_user, mentor, enrollment, exercise, mini_project):
    ActivityProgress.objects.create(enrollment=enrollment, activity=exercise.activity)
    world.make_submission(enrollment, exercise, "checks_passed", submitted_at=timezone.now() - timedelta(hours=2))
    waiting = world.make_submission(enrollment, mini_project, "waiting_for_review")
    (row,) = learner_rows(mentor)
    assert (row.progress.percent, row.week, row.newest, row.waiting) == (50, 1, waiting, waiting)
    page = as_user(mentor).get("/mentoring/").text
    assert "Lea Learner" in page
    assert "House prices" in page
    assert f"/submissions/{waiting.pk}/review/" in page


def test_whose_work_waits_longest_comes_first(mentor, enrollment, cohort, mini_project):
    other = world.make_enrollment(cohort)
    world.make_assignment(mentor.mentor, other)
    world.make_submission(
        other, mini_project, "waiting_for_review", state_changed_at=timezone.now() - timedelta(days=2)
    )
    world.make_submission(enrollment, mini_project, "waiting_for_review")
    assert [row.enrollment for row in learner_rows(mentor)] == [other, enrollment]


def test_work_is_overdue_when_its_date_passed_and_nothing_was_handed_in(
    mentor, enrollment, cohort, exercise, mini_project
):
    cohort.starts_on -= timedelta(days=10)
    cohort.save()
    world.make_submission(enrollment, exercise, "checks_failed")
    (row,) = learner_rows(mentor)
    assert [one.project for one in row.overdue] == [mini_project]
    Extension.objects.create(
        enrollment=enrollment, activity=mini_project.activity, days=30, reason="ill", granted_by=mentor
    )
    (row,) = learner_rows(mentor)
    assert row.overdue == []


def test_nothing_is_overdue_before_its_date_or_while_paused(mentor, enrollment, cohort, exercise):
    assert learner_rows(mentor)[0].overdue == []
    cohort.starts_on -= timedelta(days=10)
    cohort.save()
    assert len(learner_rows(mentor)[0].overdue) == 1
    enrollment.state = "paused"
    enrollment.save()
    assert learner_rows(mentor)[0].overdue == []


def test_three_failed_attempts_make_a_learner_stuck(mentor, enrollment, exercise):
    for attempt in range(1, 4):
        world.make_submission(enrollment, exercise, "checks_failed")
        assert len(stuck_learners(mentor, learners_of(mentor))) == (attempt == 3)
    assert stuck_learners(mentor, learners_of(mentor))[0].reason == "3 attempts at Ols from scratch failed the checks"
    world.make_submission(enrollment, exercise, "checks_passed")
    assert stuck_learners(mentor, learners_of(mentor)) == []


def test_overdue_without_an_attempt_makes_a_learner_stuck(mentor, enrollment, cohort, exercise, mini_project):
    cohort.starts_on -= timedelta(days=10)
    cohort.save()
    (stuck,) = stuck_learners(mentor, learners_of(mentor))
    assert stuck.reason == "Nothing handed in for Ols from scratch and 1 more"


def test_a_learner_who_left_is_no_longer_mine(mentor, enrollment):
    enrollment.state = "withdrawn"
    enrollment.save()
    assert learners_of(mentor) == []


def test_the_list_costs_the_same_for_two_learners_and_for_ten(as_user, mentor, cohort, exercise, mini_project):
    def add(number):
        for _ in range(number):
            enrollment = world.make_enrollment(cohort)
            world.make_assignment(mentor.mentor, enrollment)
            Extension.objects.create(
                enrollment=enrollment, activity=exercise.activity, days=1, reason="ill", granted_by=mentor
            )
            world.make_submission(enrollment, exercise, "checks_failed")
            world.make_submission(enrollment, mini_project, "waiting_for_review")

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/mentoring/").status_code == 200
        return len(queries)

    client = as_user(mentor)
    add(1)
    client.get("/mentoring/")
    few = cost()
    add(8)
    assert cost() == few <= 14
