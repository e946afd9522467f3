"""In which order a worker takes what waits: real messages in a real Redis, read as the worker reads them."""

import json
from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone

from lms.lib.prepared import Prepared
from projects import outbox
from projects.actions import reconciling
from projects.actions.grading import system_fault
from projects.actions.leases import lease_job
from projects.actions.reconciling import reconcile_jobs
from projects.models import GradingJob
from projects.outbox import announce
from tests import world

pytestmark = pytest.mark.django_db
QUEUES = ("regrade", "grade", "heavy")


def taken():
    """The jobs of all messages that wait, as one worker of the grading queues takes them, one after the other."""
    jobs = []

    def take(body, message):
        jobs.append(json.loads(message.body)[0][0])
        message.ack()

    with current_app.connection_for_read() as connection:
        queues = [current_app.amqp.queues[name] for name in QUEUES]
        with current_app.amqp.TaskConsumer(connection.default_channel, queues=queues, callbacks=[take]) as consumer:
            consumer.qos(prefetch_count=1)
            try:
                while True:
                    connection.drain_events(timeout=0.2)
            except TimeoutError:
                return jobs


def test_interactive_work_is_taken_before_projects_and_regrades():
    for number, queue in enumerate(("regrade", "heavy", "grade", "regrade", "heavy", "grade")):
        assert announce(number, queue)
    assert taken() == [2, 5, 1, 4, 0, 3]


def test_a_rush_of_one_cohort_waits_behind_the_work_of_others(cohort, exercise, monkeypatch):
    monkeypatch.setattr(outbox, "FAIR_SHARE", 2)
    monkeypatch.setattr(outbox, "BEFORE_IN_COHORT", Prepared(outbox._before_in_cohort, "job"))
    other = world.make_cohort(cohort.curriculum)
    rush = [world.make_job(world.make_submission(world.make_enrollment(cohort), exercise)) for _ in range(4)]
    late = world.make_job(world.make_submission(world.make_enrollment(other), exercise))
    for job in (*rush, late):
        announce(job.pk, job.queue)
    assert taken() == [one.pk for one in (*rush[:2], late, *rush[2:])]


def test_many_attempts_of_one_learner_take_one_place_in_the_share_of_their_cohort(cohort, exercise, monkeypatch):
    monkeypatch.setattr(outbox, "FAIR_SHARE", 2)
    monkeypatch.setattr(outbox, "BEFORE_IN_COHORT", Prepared(outbox._before_in_cohort, "job"))
    other = world.make_cohort(cohort.curriculum)
    eager, mate, late = (world.make_enrollment(place) for place in (cohort, cohort, other))
    jobs = [world.make_job(world.make_submission(one, exercise)) for one in (eager, eager, eager, mate, late)]
    for job in jobs:
        announce(job.pk, job.queue)
    assert taken() == [one.pk for one in jobs]


def test_a_crowd_that_cannot_run_yet_keeps_nobody_unheard(cohort, enrollment, exercise, monkeypatch):
    monkeypatch.setattr(reconciling, "BATCH", 2)
    early = timezone.now() - timedelta(minutes=5)
    for _ in range(3):
        world.make_job(world.make_submission(enrollment, exercise), requested_at=early, published_at=early)
    mate = world.make_job(world.make_submission(world.make_enrollment(cohort), exercise))
    reconcile_jobs()
    assert mate.pk in taken()


def test_a_clock_that_is_a_little_ahead_loses_no_message(enrollment, exercise):
    ahead = timezone.now() + timedelta(seconds=1)
    assert lease_job(
        job_id=world.make_job(world.make_submission(enrollment, exercise), not_before=ahead).pk, worker="w:1"
    )


def test_who_applies_waits_behind_learners(cohort, enrollment, exercise):
    applicants = [world.make_application(cohort) for _ in range(2)]
    entries = [world.make_entry_attempt(one, exercise).job for one in applicants]
    GradingJob.objects.update(published_at=None)
    reconcile_jobs()
    learners = world.make_job(world.make_submission(enrollment, exercise))
    announce(learners.pk, learners.queue)
    assert taken() == [learners.pk, *(one.pk for one in entries)]


def test_an_entry_that_comes_back_after_our_fault_waits_behind_learners_still(cohort, enrollment, exercise):
    entry = world.make_entry_attempt(world.make_application(cohort), exercise).job
    system_fault(job=lease_job(job_id=entry.pk, worker="w:1"), error="boom")
    GradingJob.objects.update(not_before=timezone.now())
    assert reconcile_jobs()["announced"] == 1
    learners = world.make_job(world.make_submission(enrollment, exercise))
    announce(learners.pk, learners.queue)
    assert taken() == [learners.pk, entry.pk]


def test_places_in_the_queue_count_learners_before_who_applies(cohort, enrollment, exercise):
    early, late = (world.make_entry_attempt(world.make_application(cohort), exercise).job for _ in range(2))
    first = world.make_job(world.make_submission(enrollment, exercise))
    second = world.make_job(world.make_submission(world.make_enrollment(cohort), exercise))
    assert [job.place_in_queue for job in (first, second, early, late)] == [1, 2, 3, 4]


def test_what_comes_back_after_our_fault_is_taken_before_what_waits(cohort, exercise):
    ours, other = (world.make_job(world.make_submission(world.make_enrollment(cohort), exercise)) for _ in range(2))
    system_fault(job=lease_job(job_id=ours.pk, worker="w:1"), error="boom")
    announce(other.pk, other.queue)
    GradingJob.objects.update(not_before=timezone.now())
    assert reconcile_jobs()["announced"] == 1
    assert taken() == [ours.pk, other.pk]
