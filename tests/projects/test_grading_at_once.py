"""Workers that lease, finish and wait for the same rows at the same moment."""

import threading
import time
import uuid

import pytest
from django.db import connection, transaction

from courses.actions.holding import lock_work_of
from lms.notifications.models import Notification
from projects.actions.grading import finish_job
from projects.actions.leases import lease_job
from projects.models import Grade, GradingResult
from tests import world
from tests.at_once import at_once
from tests.projects.jobs import leased, result

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_two_workers_with_the_same_message_run_the_job_once():
    curriculum = world.make_curriculum()
    enrollment = world.make_enrollment(world.make_cohort(curriculum))
    job = world.make_job(world.make_submission(enrollment, world.make_project(curriculum)))
    held = at_once(*[lambda: lease_job(job_id=job.pk, worker=str(uuid.uuid4()))] * 4)
    assert len([one for one in held if one]) == 1


def test_two_workers_finishing_at_once_store_one_result():
    curriculum = world.make_curriculum()
    enrollment = world.make_enrollment(world.make_cohort(curriculum))
    held = leased(world.make_job(world.make_submission(enrollment, world.make_project(curriculum))))
    assert sorted(at_once(*[lambda: finish_job(job=held, result=result())] * 2)) == [False, True]
    assert GradingResult.objects.count() == 1
    assert Notification.objects.count() == 1


def test_handing_in_while_a_check_finishes_never_deadlocks():
    """The hand-in holds its learner's work and then needs the grade, which the finishing check holds."""
    curriculum = world.make_curriculum()
    enrollment = world.make_enrollment(world.make_cohort(curriculum))
    held = leased(world.make_job(world.make_submission(enrollment, world.make_project(curriculum))))
    locked, outcome = threading.Event(), []

    def hand_in():
        try:
            with transaction.atomic():
                lock_work_of(enrollment.pk)
                locked.set()
                time.sleep(0.5)
                Grade.objects.select_for_update().get(enrollment=enrollment)
            outcome.append("handed in")
        finally:
            connection.close()

    thread = threading.Thread(target=hand_in)
    thread.start()
    locked.wait(5)
    assert finish_job(job=held, result=result())
    thread.join()
    assert outcome == ["handed in"]
