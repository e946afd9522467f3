"""Pausing all checks, and noticing that nobody takes them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from lms.accounts.models import AuditEntry
from lms.notifications.models import Delivery, Notification
from projects.actions.halting import HaltRefused, is_paused, pause_grading, resume_grading, watch_queues
from projects.actions.leases import lease_job
from projects.actions.reconciling import reconcile_jobs
from projects.models import GradingHalt, GradingJob
from tests import world

LONG_AGO = timedelta(minutes=6)


@pytest.fixture
def job(enrollment, exercise):
    return world.make_job(world.make_submission(enrollment, exercise))


@pytest.fixture
def late(job):
    GradingJob.objects.update(requested_at=timezone.now() - LONG_AGO)
    job.refresh_from_db()
    return job


def test_a_paused_job_is_neither_leased_nor_announced_nor_given_up(job):
    pause_grading(by=None, note="new disks")
    GradingJob.objects.update(deadline=timezone.now() - timedelta(seconds=1), published_at=None)
    assert lease_job(job_id=job.pk, worker="w") is None
    assert reconcile_jobs() == {"expired": 0, "overdue": 0, "announced": 0}
    job.refresh_from_db()
    assert job.state == "queued"


def test_resuming_announces_what_waited_and_gives_the_lost_time_back(job, django_capture_on_commit_callbacks):
    pause_grading(by=None)
    GradingHalt.objects.update(began_at=timezone.now() - timedelta(hours=2))
    GradingJob.objects.update(published_at=timezone.now(), publish_count=5)
    deadline = job.deadline
    with django_capture_on_commit_callbacks(execute=True):
        assert resume_grading(by=None) == 1
    job.refresh_from_db()
    assert (job.state, job.publish_count) == ("queued", 1)
    assert timedelta(hours=2) <= job.deadline - deadline < timedelta(hours=2, minutes=1)
    assert lease_job(job_id=job.pk, worker="w")
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "pause_grading",
        "resume_grading",
    ]


def test_a_second_pause_is_the_first_one_and_what_is_not_paused_is_not_resumed(db):
    assert pause_grading(by=None) == pause_grading(by=None)
    resume_grading(by=None)
    with pytest.raises(HaltRefused):
        resume_grading(by=None)
    assert not is_paused()
    GradingHalt.objects.create(kind="pause")
    with pytest.raises(IntegrityError, match=r"one_open_halt_per_kind|UNIQUE"), transaction.atomic():
        GradingHalt.objects.create(kind="pause")


def test_staff_are_told_once_that_nobody_takes_checks_and_once_that_it_is_over(late, admin, learner):
    for _ in range(3):
        assert watch_queues().waiting == 1
    told = Notification.objects.filter(recipient=admin)
    assert [one.title for one in told] == ["Checks wait and nobody takes them: 1"]
    assert Delivery.objects.count() == 1
    assert lease_job(job_id=late.pk, worker="w")
    for _ in range(3):
        assert watch_queues() is None
    assert told.all().first().title == "Checks are taken again"
    assert (told.all().count(), Delivery.objects.count()) == (2, 2)
    assert not Notification.objects.exclude(recipient=admin).exists()


def test_a_queue_that_is_worked_on_does_not_stall_however_long_it_is(late, cohort, exercise):
    other = world.make_job(world.make_submission(world.make_enrollment(cohort), exercise))
    assert lease_job(job_id=other.pk, worker="w")
    GradingJob.objects.filter(pk=other.pk).update(started_at=timezone.now() - timedelta(hours=1))
    assert watch_queues() is None
    GradingJob.objects.filter(pk=other.pk).update(state="done", started_at=timezone.now() - timedelta(minutes=4))
    assert watch_queues() is None
    GradingJob.objects.filter(pk=other.pk).update(started_at=timezone.now() - timedelta(minutes=6))
    assert watch_queues().waiting == 1


def test_one_queue_stalls_while_another_is_served_but_regrades_come_last(late, cohort, exercise):
    other = world.make_job(world.make_submission(world.make_enrollment(cohort), exercise))
    assert lease_job(job_id=other.pk, worker="w")
    GradingJob.objects.filter(pk=late.pk).update(queue="regrade")
    assert watch_queues() is None
    GradingJob.objects.filter(pk=late.pk).update(queue="heavy")
    assert watch_queues().note.startswith("Projects: ")


def test_leases_that_found_no_box_took_nothing(late):
    GradingJob.objects.update(failure="box_unavailable", error="No bubblewrap here.", started_at=timezone.now())
    assert watch_queues().note == "Interactive: No bubblewrap here."


def test_a_pause_is_no_stall_and_after_it_the_wait_begins_anew(late):
    pause_grading(by=None)
    assert watch_queues() is None
    resume_grading(by=None)
    assert watch_queues() is None
    assert watch_queues(timezone.now() + timedelta(minutes=6)).waiting == 1


def test_a_young_queue_is_no_stall(job):
    assert watch_queues() is None
