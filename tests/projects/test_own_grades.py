"""A learner's own grades: parts apart, released or not, in a fixed number of queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from projects.actions.grades import recompute_grade
from tests import world
from tests.portal.test_learner_home import reviewed

GRADES = reverse("grades")
BUDGET = 8


@pytest.fixture
def page(learner, as_user):
    return as_user(learner)


def words_of(page, query=""):
    return " ".join(page.get(GRADES + query).content.decode().split())


def test_parts_late_factor_and_total_are_kept_apart(page, enrollment, exercise, mini_project, mentor):
    exercise.activity.due_offset = 0  # three days ago
    exercise.activity.save()
    now = timezone.now()
    late = world.make_submission(
        enrollment, exercise, state="checks_passed", submitted_at=now, due_at=now - timedelta(days=1)
    )
    world.make_result(late)
    passed = world.make_submission(enrollment, mini_project, state="passed")
    world.make_result(passed, 2, 2)
    reviewed(passed, mentor, "passed")
    for project in (exercise, mini_project):
        recompute_grade(enrollment=enrollment, project=project)
    words = words_of(page)
    assert "× 0.9" in words
    assert "× 1" in words
    assert '<span class="stat-value">11 / 32</span>' in words


def test_a_grade_that_is_not_released_shows_no_points(page, enrollment, mini_project):
    submission = world.make_submission(enrollment, mini_project, state="waiting_for_review")
    world.make_result(submission, 2, 2)
    recompute_grade(enrollment=enrollment, project=mini_project)
    words = words_of(page)
    assert "not released" in words
    assert '<span class="stat-value">–</span>' in words


def test_what_was_not_handed_in_in_time_is_overdue_with_its_date(page, curriculum, cohort, exercise):
    world.make_project(curriculum, "exercise", week=2)
    exercise.activity.due_offset = 0  # three days ago
    exercise.activity.save()
    words = words_of(page)
    assert words.count("was due") == words.count("Overdue") == words.count("Not started") == 1
    assert f'was due <time datetime="{cohort.starts_on}T23:59' in words


def test_nothing_is_overdue_for_who_is_paused_or_where_it_is_optional(page, enrollment, exercise):
    exercise.activity.due_offset, exercise.activity.required = 0, False
    exercise.activity.save()
    assert "Overdue" not in words_of(page)
    exercise.activity.required = True
    exercise.activity.save()
    enrollment.state = "paused"
    enrollment.save()
    assert "Overdue" not in words_of(page)


def test_titles_are_text_not_markup(page, curriculum, enrollment):
    world.make_project(curriculum, "exercise", title="<b>Bias</b> & variance")
    assert "&lt;b&gt;Bias&lt;/b&gt; &amp; variance</a></th>" in words_of(page)


def test_grades_stay_after_leaving_without_links_to_the_curriculum(page, enrollment, exercise):
    world.make_submission(enrollment, exercise, state="checks_passed")
    enrollment.state = "withdrawn"
    enrollment.save()
    words = words_of(page)
    assert "Ols from scratch" in words
    assert "/projects/ols-from-scratch/" not in words


def test_without_a_place_the_page_says_so(as_user, outsider):
    assert "no place in a cohort" in words_of(as_user(outsider))


def test_another_cohort_of_ones_own_can_be_chosen_but_not_a_strangers(page, learner, other_cohort):
    evening = world.make_cohort(world.make_curriculum(), "Evening", started_days_ago=0)
    world.make_enrollment(evening, learner)
    assert "Spring cohort" in words_of(page, "?cohort=spring")
    assert "Evening" in words_of(page, "?cohort=other").split("page-title")[0]


def test_grades_cost_the_same_however_many_there_are(page, curriculum, enrollment, exercise):
    def queries():
        page.get(GRADES)
        with CaptureQueriesContext(connection) as captured:
            page.get(GRADES)
        return len(captured)

    world.make_submission(enrollment, exercise, state="checks_passed")
    few = queries()
    for number in range(15):
        project = world.make_project(curriculum, "exercise", week=1 + number % 4)
        world.make_result(world.make_submission(enrollment, project, state="checks_passed"))
        recompute_grade(enrollment=enrollment, project=project)
    assert queries() == few
    assert few <= BUDGET
