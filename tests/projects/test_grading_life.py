"""The life of a grading job: leased once, fenced, repaired, and never the learner's loss. No engine runs here."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from lms.notifications.delivering import send_delivery
from lms.notifications.models import Delivery, Notification
from projects.actions.grading import (
    JobRefused,
    box_missing,
    finish_job,
    request_grading,
    retry_grading,
    system_fault,
)
from projects.actions.leases import lease_job, note_stage, renew_lease
from projects.actions.reconciling import reconcile_jobs
from projects.models import Grade, GradingJob, GradingResult, Submission
from tests import world
from tests.projects.jobs import leased, result, state_of


@pytest.fixture
def submission(enrollment, exercise):
    return world.make_submission(enrollment, exercise)


@pytest.fixture
def job(submission):
    return world.make_job(submission)


def test_a_finished_job_moves_submission_grade_progress_and_tells_the_learner(job, submission):
    assert finish_job(job=leased(job), result=result())
    assert (state_of(job), state_of(submission)) == ("done", "checks_passed")
    grade = Grade.objects.get()
    assert (grade.checks_points, grade.score, grade.state, grade.submission) == (10, 10, "checks_passed", submission)
    assert grade.released_at is not None
    assert grade.provenance["attempt"] == 1
    assert submission.enrollment.progress.get().activity == submission.project.activity
    assert Notification.objects.get().title == f"{submission.project}: 10 of 10 points"


@pytest.mark.parametrize("is_read", [True, False])
def test_a_result_is_emailed_after_two_minutes_unless_it_was_read_meanwhile(job, submission, as_user, learner, is_read):
    finish_job(job=leased(job), result=result())
    delivery = Delivery.objects.get()
    assert timedelta(seconds=100) < delivery.not_before - timezone.now() <= timedelta(seconds=120)
    if is_read:
        as_user(learner).get(reverse("submission_detail", args=[submission.pk]))
    Delivery.objects.update(not_before=timezone.now())
    assert send_delivery(delivery.pk) is not is_read
    assert len(mail.outbox) == (0 if is_read else 1)


def test_a_partial_result_is_shown_as_failed_checks_with_its_points(job, submission):
    finish_job(job=leased(job), result=result(4))
    assert state_of(submission) == "checks_failed"
    assert Grade.objects.get().score == 4
    assert not submission.enrollment.progress.exists()


def test_a_leased_job_is_not_leased_again(job):
    leased(job)
    assert lease_job(job_id=job.pk, worker="w2") is None


def test_a_finished_job_is_not_run_again_by_a_late_message(job):
    finish_job(job=leased(job), result=result())
    assert lease_job(job_id=job.pk, worker="w2") is None


def test_a_worker_that_lost_its_lease_cannot_store_a_result(job, submission):
    slow = leased(job)
    GradingJob.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    reconcile_jobs()
    fast = leased(job)
    assert not finish_job(job=slow, result=result(0))
    assert not renew_lease(job=slow)
    assert not note_stage(job=slow, stage="x")
    assert finish_job(job=fast, result=result(10))
    assert not finish_job(job=slow, result=result(0))
    assert GradingResult.objects.get().score == 10


def test_a_dead_workers_job_is_queued_again_and_given_up_the_third_time(job, submission, admin):
    for attempt in (1, 2, 3):
        assert leased(job).attempt == attempt
        GradingJob.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
        reconcile_jobs()
    assert (state_of(job), state_of(submission)) == ("system_failed", "could_not_run")
    assert "stopped without finishing" in job.error
    assert set(Notification.objects.values_list("recipient", "kind")) == {
        (submission.enrollment.user_id, "checks_could_not_run"),
        (admin.pk, "grading_trouble"),
    }


def test_what_could_not_run_is_retried_by_staff_once(job, submission, admin):
    for _ in range(3):
        system_fault(job=leased(job), error="boom")
        GradingJob.objects.update(not_before=timezone.now())
    assert state_of(submission) == "could_not_run"
    again = retry_grading(submission=submission, by=admin)
    assert state_of(submission) == "checks_queued"
    with pytest.raises(JobRefused):
        retry_grading(submission=submission, by=admin)
    finish_job(job=leased(again), result=result())
    assert state_of(submission) == "checks_passed"


def test_our_fault_is_not_the_learners_zero(job, submission):
    finish_job(job=leased(job), result=result(0, verdict="grader_error"))
    assert (state_of(job), state_of(submission)) == ("grader_error", "could_not_run")
    assert not GradingResult.objects.exists()
    assert Grade.objects.get().score is None


def test_without_a_box_the_job_waits_with_its_reason_and_costs_no_attempt(job, submission):
    for _ in range(5):
        assert box_missing(job=leased(job), reason="No bubblewrap.", remedy="apt install bubblewrap")
        GradingJob.objects.update(not_before=timezone.now())
    job.refresh_from_db()
    assert (job.state, job.attempt, job.failure, job.remedy) == (
        "pending",
        0,
        "box_unavailable",
        "apt install bubblewrap",
    )
    assert state_of(submission) == "checks_queued"


def test_a_job_past_its_deadline_is_given_up(job, submission):
    GradingJob.objects.update(deadline=timezone.now() - timedelta(seconds=1))
    reconcile_jobs()
    assert (state_of(job), state_of(submission)) == ("system_failed", "could_not_run")


def test_a_job_that_waits_for_a_box_has_no_deadline(job, submission):
    box_missing(job=leased(job), reason="No bubblewrap.", remedy="apt install bubblewrap")
    GradingJob.objects.update(deadline=timezone.now() - timedelta(seconds=1))
    reconcile_jobs()
    assert (state_of(job), state_of(submission)) == ("pending", "checks_queued")


def test_a_job_is_announced_after_the_commit(submission, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = request_grading(submission=submission, grader_version=submission.project.grader_versions.first())
        assert job.published_at is None
    assert state_of(job) == "queued"
    assert job.publish_count == 1


def test_a_lost_message_is_sent_again_ever_more_rarely(submission):
    job = world.make_job(submission, state="pending")
    now = timezone.now()
    assert reconcile_jobs(now)["announced"] == 1
    assert reconcile_jobs(now + timedelta(seconds=31))["announced"] == 0
    assert reconcile_jobs(now + timedelta(seconds=65))["announced"] == 1
    GradingJob.objects.update(published_at=now)
    assert reconcile_jobs(now + timedelta(seconds=65))["announced"] == 0
    assert reconcile_jobs(now + timedelta(seconds=125))["announced"] == 1
    assert state_of(job) == "queued"


def test_a_learner_has_one_running_job_at_a_time(enrollment, exercise, mini_project):
    first = world.make_job(world.make_submission(enrollment, exercise))
    second = world.make_job(world.make_submission(enrollment, mini_project))
    held = leased(first)
    assert lease_job(job_id=second.pk, worker="w2") is None
    assert state_of(second) == "queued"
    finish_job(job=held, result=result())
    assert leased(second)


def test_a_reviewed_project_goes_to_its_mentor_after_its_checks(enrollment, mini_project, mentor):
    submission = world.make_submission(enrollment, mini_project)
    finish_job(job=leased(world.make_job(submission)), result=result(2, 2))
    assert state_of(submission) == "waiting_for_review"
    assert Notification.objects.get().recipient == mentor
    assert Grade.objects.get().released_at is None
    assert Grade.objects.get().state == "waiting_for_review"


def test_without_a_mentor_the_staff_are_told(enrollment, mini_project, admin):
    submission = world.make_submission(enrollment, mini_project)
    finish_job(job=leased(world.make_job(submission)), result=result(2, 2))
    assert Notification.objects.get().recipient == admin
    assert "has no mentor" in Notification.objects.get().body


def test_failed_checks_of_a_project_stay_with_the_learner(enrollment, mini_project, mentor):
    submission = world.make_submission(enrollment, mini_project)
    finish_job(job=leased(world.make_job(submission)), result=result(1, 2))
    assert state_of(submission) == "checks_failed"
    assert Notification.objects.get().recipient == enrollment.user


@pytest.mark.parametrize("constraint", ["one_open_job_per_submission", "held_job_has_a_lease", "job_state_is_known"])
def test_the_database_refuses_what_may_never_be(job, submission, constraint):
    broken = {
        "one_open_job_per_submission": lambda: world.make_job(submission),
        "held_job_has_a_lease": lambda: GradingJob.objects.update(state="running"),
        "job_state_is_known": lambda: GradingJob.objects.update(state="lost"),
    }
    with (
        pytest.raises(IntegrityError, match=constraint if connection.vendor == "postgresql" else None),
        transaction.atomic(),
    ):
        broken[constraint]()


def test_attempt_numbers_are_unique(submission):
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.create(
            enrollment=submission.enrollment,
            project=submission.project,
            number=1,
            submitted_by=submission.submitted_by,
            digest="0" * 64,
        )


def test_a_lease_lasts_longer_than_three_renewals():
    assert settings.GRADING_LEASE_SECONDS > 3 * settings.GRADING_RENEW_SECONDS
