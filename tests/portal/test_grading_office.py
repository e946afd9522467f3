"""The grading office: what waits, what failed and why, and what to do."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from lms.portal.operations import Part
from tests import world


@pytest.fixture
def office(admin, as_user, monkeypatch):
    parts = [
        Part("database", True, "PostgreSQL answers."),
        Part("box", False, "No bubblewrap.", "apt install bubblewrap"),
    ]
    monkeypatch.setattr("lms.portal.grading_office.status", lambda: parts)
    client = as_user(admin)
    return lambda: client.get(reverse("grading_office"))


def test_a_missing_box_stands_on_top_with_the_command_that_mends_it(office):
    page = office().content.decode()
    assert "No bubblewrap." in page
    assert "apt install bubblewrap" in page


def test_failed_work_stands_there_by_cause_with_a_retry(office, enrollment, exercise):
    failed = world.make_submission(enrollment, exercise, "could_not_run")
    world.make_job(failed, "system_failed", failure="lease_lost", error="The worker w1 stopped.")
    page = office().content.decode()
    assert "The worker stopped." in page
    assert "The worker w1 stopped." in page
    assert reverse("submission_retry", args=[failed.pk]) in page


def test_queues_say_depth_and_age(office, enrollment, exercise):
    waiting = world.make_submission(enrollment, exercise)
    world.make_job(waiting, requested_at=timezone.now() - timedelta(hours=2))
    page = office().content.decode()
    assert "oldest: 2 hours ago" in page


def test_done_and_put_back_jobs_are_counted(office, enrollment, exercise):
    world.make_result(world.make_submission(enrollment, exercise, "checks_passed"))
    back = world.make_submission(enrollment, exercise)
    world.make_job(back, "pending", failure="box_unavailable", error="No bubblewrap here.")
    page = office().content.decode()
    assert "half of them within" in page
    assert "No box can be built: 1" in page


def test_only_ones_own_cohorts_are_shown(office, other_learner, other_cohort):
    elsewhere = world.make_submission(
        other_learner.enrollments.get(), world.make_project(other_cohort.curriculum, title="Secret"), "could_not_run"
    )
    world.make_job(elsewhere, "system_failed", failure="lease_lost", error="Elsewhere.")
    assert "Elsewhere." not in office().content.decode()


def test_it_costs_the_same_at_any_size(office, cohort, exercise, django_assert_max_num_queries):
    for count in (1, 25):
        for _ in range(count):
            failed = world.make_submission(world.make_enrollment(cohort), exercise, "could_not_run")
            world.make_job(failed, "system_failed", failure="deadline")
        with django_assert_max_num_queries(14):
            assert office().status_code == 200
