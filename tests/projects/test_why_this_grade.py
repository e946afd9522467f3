"""Why a grade is what it is, and every change of it, as far as each person may see."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from projects.actions.extensions import extend
from projects.actions.grades import recompute_grade
from projects.actions.reviews import finish_review, undo_review
from projects.models import Criterion, Grade, GradeChange, Review
from projects.why import told
from tests import world
from tests.projects.regrades import decide


def words_of(client, submission):
    response = client.get(reverse("submission_detail", args=[submission.pk]))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.fixture
def waiting(enrollment, mini_project):
    submission = world.make_submission(enrollment, mini_project, "waiting_for_review")
    world.make_result(submission, 2, 2)
    return submission


def test_each_change_of_a_grade_is_kept_with_its_cause(enrollment, exercise):
    for score in (4, 9):
        world.make_result(world.make_submission(enrollment, exercise, "checks_failed"), score)
        recompute_grade(enrollment=enrollment, project=exercise)
    recompute_grade(enrollment=enrollment, project=exercise)
    changes = GradeChange.objects.values_list("cause", "old_score", "new_score", "facts__attempt")
    assert list(changes) == [("checks", None, 4, 1), ("checks", 4, 9, 2)]


def test_an_extension_granted_afterwards_is_told_with_its_reason(enrollment, exercise, admin, as_user):
    exercise.activity.due_offset = 0
    exercise.activity.save()
    now = timezone.now()
    late = world.make_submission(enrollment, exercise, "checks_passed", due_at=now - timedelta(hours=1))
    world.make_result(late)
    recompute_grade(enrollment=enrollment, project=exercise)
    extend(enrollment=enrollment, activity=exercise.activity, days=9, reason="Illness.", by=admin)
    change = GradeChange.objects.last()
    assert (change.cause, change.by, change.old_score, change.new_score) == ("date", admin, 9, 10)
    words = words_of(as_user(enrollment.user), late)
    assert "9 → 10 of 10 points" in words
    assert "Due date moved by Ada Admin" in words
    assert "Not late" in words


def test_reviewer_rule_and_release_are_named_to_learner_mentor_and_staff(waiting, mentor, admin, as_user):
    decide(waiting, mentor, level=2)
    for person in (waiting.enrollment.user, mentor, admin):
        words = words_of(as_user(person), waiting)
        assert "The newest attempt that was reviewed counts" in words
        assert "– → 22 of 22 points" in words
        assert "Review finished by Mia Mentor" in words


def test_a_decision_that_was_taken_back_is_kept_and_never_told(waiting, mentor, as_user):
    undo_review(review=decide(waiting, mentor, level=1), by=mentor)
    review = Review.objects.claimed().get()
    criteria = Criterion.objects.filter(rubric__project=waiting.project_id)
    levels = {criterion.pk: criterion.levels.all()[2].pk for criterion in criteria}
    finish_review(review=review, verdict="passed", levels=levels, comment="Clear.", by=mentor)
    assert list(GradeChange.objects.values_list("cause", flat=True)) == ["review", "undo", "review"]
    assert [change.new_score for change in told(list(GradeChange.objects.all()))] == [22]
    assert "14 of 22" not in words_of(as_user(waiting.enrollment.user), waiting)


def test_a_hidden_group_tells_its_points_and_nothing_of_its_tests(enrollment, exercise, as_user):
    submission = world.make_submission(enrollment, exercise, "checks_failed")
    hidden = world.group("test_secret", 0, 5, "A hidden test failed.", visibility="hidden")
    world.make_result(submission, 5, 10, [world.group("test_fit", 5, 5), hidden])
    recompute_grade(enrollment=enrollment, project=exercise)
    newer = world.make_submission(enrollment, exercise, "checks_failed")
    words = words_of(as_user(enrollment.user), newer)
    assert "Test secret · hidden test" in words
    assert "A hidden test failed." not in words


def test_the_page_costs_the_same_however_often_the_grade_changed(enrollment, exercise, as_user):
    client = as_user(enrollment.user)
    submission = world.make_submission(enrollment, exercise, "checks_failed")
    world.make_result(submission, 4)
    recompute_grade(enrollment=enrollment, project=exercise)

    def cost():
        words_of(client, submission)
        with CaptureQueriesContext(connection) as queries:
            words_of(client, submission)
        return len(queries)

    few = cost()
    grade = Grade.objects.get()
    for _ in range(20):
        GradeChange.objects.create(grade=grade, by=enrollment.user, cause="regrade", max_score=10)
    assert cost() == few
