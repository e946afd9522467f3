"""Which work is late: extensions that come afterwards, and work that a mentor sends back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from projects.actions.grades import recompute_grade
from projects.actions.reviews import claim_review, finish_review
from projects.models import Criterion, Grade
from tests import world

BADGE = "Late</span>"


@pytest.fixture
def yesterday():
    return timezone.now() - timedelta(days=1)


def overdue(project):
    project.activity.due_offset = 1  # the cohort started three days ago
    project.activity.save()
    return project


def review(submission, verdict, mentor):
    world.make_result(submission, 2, 2)
    criteria = Criterion.objects.filter(rubric__project=submission.project)
    levels = {criterion.pk: criterion.levels.last().pk for criterion in criteria}
    claimed = claim_review(submission=submission, by=mentor)
    finish_review(review=claimed, verdict=verdict, levels=levels, comment="Because.", by=mentor)
    return Grade.objects.get(project=submission.project)


def extend(client, enrollment, activity, days):
    address = reverse("enrollment_extend", args=[enrollment.cohort.slug, enrollment.pk])
    given = {"activity": activity.pk, "days": days, "reason": "ill"}
    shown = client.post(address, given)
    assert client.post(address, {**given, "seen": shown.context["preview"].stamp}).status_code == 302


def test_an_extension_granted_after_handing_in_gives_the_points_back(as_user, admin, enrollment, exercise, yesterday):
    submission = world.make_submission(enrollment, overdue(exercise), "checks_passed", due_at=yesterday)
    world.make_result(submission)
    assert recompute_grade(enrollment=enrollment, project=exercise).score == 9
    extend(as_user(admin), enrollment, exercise.activity, 10)
    grade = Grade.objects.get()
    assert (grade.score, grade.is_late) == (10, False)
    submission.refresh_from_db()
    assert submission.due_at == yesterday
    assert "late, counts" not in as_user(enrollment.user).get(f"/submissions/{submission.pk}/").text


def test_an_extension_that_is_too_short_changes_nothing(as_user, admin, enrollment, exercise, yesterday):
    world.make_result(world.make_submission(enrollment, overdue(exercise), "checks_passed", due_at=yesterday))
    recompute_grade(enrollment=enrollment, project=exercise)
    extend(as_user(admin), enrollment, exercise.activity, 1)
    assert Grade.objects.get().score == 9


def test_an_extension_before_anything_is_handed_in_makes_no_grade(as_user, admin, enrollment, exercise):
    extend(as_user(admin), enrollment, exercise.activity, 2)
    assert not Grade.objects.exists()


def test_work_in_time_that_is_sent_back_may_come_again_after_the_due_date(enrollment, mini_project, mentor, yesterday):
    overdue(mini_project)
    in_time = {"submitted_at": yesterday - timedelta(days=2), "due_at": yesterday}
    review(world.make_submission(enrollment, mini_project, "waiting_for_review", **in_time), "needs_more_work", mentor)
    again = world.make_submission(enrollment, mini_project, "waiting_for_review", due_at=yesterday)
    grade = review(again, "passed", mentor)
    assert (grade.score, grade.late_factor, grade.is_late) == (22, 1, False)


def test_an_attempt_whose_checks_failed_in_time_does_not_make_later_ones_timely(
    enrollment, mini_project, mentor, yesterday
):
    overdue(mini_project)
    in_time = {"submitted_at": yesterday - timedelta(days=2), "due_at": yesterday}
    world.make_submission(enrollment, mini_project, "checks_failed", **in_time)
    again = world.make_submission(enrollment, mini_project, "waiting_for_review", due_at=yesterday)
    assert review(again, "passed", mentor).is_late


@pytest.mark.parametrize(("state", "warned"), [("needs_more_work", False), ("checks_failed", True)])
def test_the_page_warns_only_who_would_be_late(as_user, enrollment, mini_project, yesterday, state, warned):
    overdue(mini_project)
    in_time = {"submitted_at": timezone.now() - timedelta(days=3), "due_at": yesterday}
    world.make_submission(enrollment, mini_project, state, **in_time)
    address = reverse("project_detail", args=[enrollment.cohort.slug, mini_project.slug])
    assert ("past the due date" in as_user(enrollment.user).get(address).text) is warned


@pytest.mark.parametrize(("extended", "shown"), [(False, True), (True, False)])
def test_every_list_and_page_agrees_on_what_is_late(
    as_user, admin, mentor, enrollment, mini_project, yesterday, extended, shown
):
    overdue(mini_project)
    submission = world.make_submission(enrollment, mini_project, "waiting_for_review", due_at=yesterday)
    if extended:
        extend(as_user(admin), enrollment, mini_project.activity, 10)
    pages = ["/reviews/", f"/submissions/{submission.pk}/", f"/submissions/{submission.pk}/review/"]
    client = as_user(mentor)
    assert [page for page in pages if (BADGE in client.get(page).text) is not shown] == []
    assert as_user(enrollment.user).get(f"/api/v1/submissions/{submission.pk}/").json()["is_late"] is shown


def test_late_work_of_many_learners_costs_the_queue_no_more_queries(as_user, admin, cohort, mini_project, yesterday):
    overdue(mini_project)
    client = as_user(admin)

    def one_more():
        world.make_submission(world.make_enrollment(cohort), mini_project, "waiting_for_review", due_at=yesterday)
        with CaptureQueriesContext(connection) as queries:
            assert BADGE in client.get("/reviews/?show=unclaimed").text
        return len(queries)

    one_more()
    assert one_more() == one_more()
