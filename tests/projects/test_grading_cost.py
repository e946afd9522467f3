"""What one check costs besides the engine: queries of a run, and connections of the worker that runs it."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from celery.fixups.django import DjangoWorkerFixup
from celery.signals import task_postrun, task_prerun
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.celery import app
from projects.actions.grading import finish_job
from projects.actions.leases import lease_job
from projects.grading.result import Group, Result
from tests import world

HALF = Result("partial", Decimal(2), Decimal(4), (Group("t", "T", Decimal(2), Decimal(4), "failed"),))


class RunByAWorker:
    """What Celery's signals tell of a task."""

    name = "projects.tasks.grade_submission"
    request = SimpleNamespace(is_eager=False)


def cost_of_a_run(submission):
    job = world.make_job(submission)
    with CaptureQueriesContext(connection) as asked:
        finish_job(job=lease_job(job_id=job.pk, worker="w"), result=HALF)
    return len(asked)


def test_a_run_asks_as_much_for_the_seventh_attempt_as_for_the_first(enrollment, exercise):
    costs = [cost_of_a_run(world.make_submission(enrollment, exercise)) for _ in range(7)]
    assert costs[6] <= costs[0] <= 21


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_workers_connection_lives_from_task_to_task_and_a_dead_one_is_replaced(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 60)
    monkeypatch.setitem(connection.settings_dict, "CONN_HEALTH_CHECKS", True)
    connection.close()

    def backend_of_a_task():
        task_prerun.send(sender=RunByAWorker, task_id="1")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid = cursor.fetchone()[0]
        task_postrun.send(sender=RunByAWorker, task_id="1")
        return pid

    first = backend_of_a_task()
    assert backend_of_a_task() == first
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [first])
    other.close()
    assert backend_of_a_task() != first


def test_celery_leaves_connections_to_that():
    assert DjangoWorkerFixup(app).db_reuse_max > 10**6
