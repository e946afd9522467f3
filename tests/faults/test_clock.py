"""Clocks that jump, or that differ between hosts: shown by rows whose times lie in the past or the future."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from projects.actions.grading import finish_job
from projects.actions.halting import watch_queues
from projects.actions.leases import lease_job
from projects.actions.reconciling import reconcile_jobs
from projects.grading.result import Group, Result
from projects.models import GradingJob, GradingResult
from tests import world

FULL = Result("passed", Decimal(10), Decimal(10), (Group("one", "One", Decimal(10), Decimal(10), "passed"),))
TIMES = ("requested_at", "not_before", "published_at", "started_at", "lease_until", "deadline")


@pytest.fixture
def job(enrollment, exercise):
    return world.make_job(world.make_submission(enrollment, exercise), published_at=timezone.now(), publish_count=1)


def jump(hours):
    """The clock jumps by so many hours: whatever was written before now lies as much further back."""
    for job in GradingJob.objects.all():
        for name in TIMES:
            value = getattr(job, name)
            setattr(job, name, value and value - timedelta(hours=hours))
        job.save()


def state_of(job):
    job.refresh_from_db()
    return job.state


@pytest.mark.parametrize("hours", [1, -1, -24])
def test_waiting_work_is_announced_and_run_after_a_jump(job, hours):
    jump(hours)
    assert reconcile_jobs()["announced"] == 1
    held = lease_job(job_id=job.pk, worker="w")
    assert finish_job(job=held, result=FULL)
    assert GradingResult.objects.count() == 1


@pytest.mark.parametrize("hours", [1, -1])
def test_a_dead_workers_job_comes_back_after_a_jump_and_only_one_result_is_stored(job, hours):
    dead = lease_job(job_id=job.pk, worker="dead")
    jump(hours)
    assert reconcile_jobs()["expired"] == 1
    held = lease_job(job_id=job.pk, worker="w")
    assert finish_job(job=held, result=FULL)
    assert not finish_job(job=dead, result=FULL)
    assert GradingResult.objects.count() == 1


def test_the_result_stored_last_stands_though_the_clock_was_set_back_before_it(job):
    submission = job.submission
    earlier = world.make_result(submission, 10, 10)
    GradingResult.objects.update(created_at=timezone.now() + timedelta(hours=1))
    again = world.make_result(submission, 4, 10)
    assert [*GradingResult.objects.standing()] == [again, earlier]
    assert GradingResult.objects.standing_of([submission.pk]).get() == again


def test_a_worker_whose_clock_is_some_minutes_ahead_keeps_its_lease(job):
    lease_job(job_id=job.pk, worker="ahead")
    GradingJob.objects.update(lease_until=timezone.now() + timedelta(minutes=8))
    assert reconcile_jobs()["expired"] == 0


def test_work_put_off_by_seconds_is_not_run_early(job):
    GradingJob.objects.update(not_before=timezone.now() + timedelta(seconds=30))
    assert lease_job(job_id=job.pk, worker="w") is None


def test_a_jump_of_more_than_the_deadline_ends_as_our_fault_and_counts_no_attempt(job):
    jump(25)
    assert reconcile_jobs()["overdue"] == 1
    assert state_of(job) == "system_failed"
    assert state_of(job.submission) == "could_not_run"
    assert not GradingResult.objects.exists()


def test_times_from_the_future_are_no_sign_of_life(job, admin, cohort, exercise):
    other = world.make_submission(world.make_enrollment(cohort), exercise)
    world.make_job(other, "done", started_at=timezone.now() + timedelta(hours=1))
    GradingJob.objects.filter(pk=job.pk).update(requested_at=timezone.now() - timedelta(minutes=6))
    assert watch_queues().waiting == 1
