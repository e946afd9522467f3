"""What counts of a learner's attempts: the best after the late factor, released with its result."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from lms.notifications.models import Notification
from projects.actions.grades import recompute_grade
from projects.actions.grading import finish_job
from projects.models import Grade
from tests import world
from tests.projects.jobs import leased, result


@pytest.fixture
def overdue(exercise):
    """The exercise, due on the day the cohort started."""
    exercise.activity.due_offset = 0
    exercise.activity.save()
    return exercise


def test_the_best_attempt_counts_after_the_late_factor(enrollment, overdue):
    exercise = overdue
    yesterday = timezone.now() - timedelta(days=1)
    for score, due in ((8, None), (9, None), (9, yesterday), (3, None)):
        submission = world.make_submission(enrollment, exercise, due_at=due)
        finish_job(job=leased(world.make_job(submission)), result=result(score))
    grade = Grade.objects.get()
    assert (grade.submission.number, grade.score, grade.is_late, grade.newest.number) == (2, 9, False, 4)


def test_late_work_counts_nine_tenths(enrollment, overdue):
    submission = world.make_submission(enrollment, overdue, due_at=timezone.now() - timedelta(hours=1))
    finish_job(job=leased(world.make_job(submission)), result=result(10))
    grade = Grade.objects.get()
    assert (grade.checks_points, grade.late_factor, grade.score, grade.is_late) == (10, Decimal("0.9"), 9, True)
    told = Notification.objects.get().title
    assert told == f"{submission.project}: 10 of 10 points, 9 count because it was late"


@pytest.mark.parametrize("is_first_late", [False, True])
def test_a_late_attempt_that_does_not_count_is_told_with_its_own_points(enrollment, overdue, is_first_late):
    yesterday = timezone.now() - timedelta(days=1)
    for score, due in ((9, yesterday if is_first_late else None), (3, yesterday)):
        submission = world.make_submission(enrollment, overdue, due_at=due)
        finish_job(job=leased(world.make_job(submission)), result=result(score))
    told = Notification.objects.latest("pk").title
    assert told == f"{submission.project}: 3 of 10 points"


def test_a_grade_is_released_by_what_counts_now(enrollment, exercise):
    first = world.make_result(world.make_submission(enrollment, exercise, "checks_failed"), 4)
    assert recompute_grade(enrollment=enrollment, project=exercise).released_at == first.created_at
    better = world.make_result(world.make_submission(enrollment, exercise, "checks_failed"), 8)
    worse = world.make_result(world.make_submission(enrollment, exercise, "checks_failed"), 2)
    released_at = recompute_grade(enrollment=enrollment, project=exercise).released_at
    assert first.created_at < released_at == better.created_at < worse.created_at
