"""One run on a worker: what it does when its database, its lease or its own code fails. No engine runs here."""

import threading
import time

import pytest
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from projects import running
from projects.actions.grading import finish_job
from projects.models import GradingJob
from projects.running import run_job
from tests import world
from tests.projects.jobs import leased, result, state_of


@pytest.fixture
def job(enrollment, exercise):
    return world.make_job(world.make_submission(enrollment, exercise))


@pytest.fixture
def broken_job(enrollment, mini_project):
    """A job whose checks have a spec that the engine cannot read."""
    mini_project.grader_versions.update(config={"surprise": 1})
    return world.make_job(world.make_submission(enrollment, mini_project))


def test_a_fault_of_our_own_code_is_retried_and_given_up_the_third_time(broken_job):
    for attempt in (1, 2):
        assert not run_job(broken_job.pk)
        assert (state_of(broken_job), broken_job.attempt, broken_job.lease_token) == ("pending", attempt, None)
        assert (broken_job.failure, broken_job.error) == ("system_error", "SpecError: unknown checks: surprise")
        GradingJob.objects.update(not_before=timezone.now())
    assert not run_job(broken_job.pk)
    assert (state_of(broken_job), state_of(broken_job.submission)) == ("system_failed", "could_not_run")


def test_a_run_that_is_told_to_stop_keeps_its_lease(job, monkeypatch):
    def stopped(*_):
        raise SystemExit

    monkeypatch.setattr(running, "files_of", stopped)
    monkeypatch.setattr(running, "bundle_of", lambda _: None)
    with pytest.raises(SystemExit):
        run_job(job.pk)
    assert GradingJob.objects.held().get() == job


def test_a_hiccup_of_the_database_does_not_cost_the_lease(job, settings, monkeypatch):
    settings.GRADING_RENEW_SECONDS = 0.02
    calls = []

    def renew(*, job):
        calls.append(job)
        if len(calls) == 1:
            raise OperationalError("the connection is gone")
        return True

    monkeypatch.setattr(running, "renew_lease", renew)
    with running._lease_kept(leased(job)) as lost:
        time.sleep(0.3)
        assert not lost.is_set()
    assert len(calls) > 2


def test_a_result_waits_for_a_database_that_is_away(job, monkeypatch):
    answers = [OperationalError("gone"), InterfaceError("closed"), finish_job]

    def finish(**given):
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer(**given)

    monkeypatch.setattr(running, "finish_job", finish)
    monkeypatch.setattr(running, "STORE_AGAIN_AFTER", 0)
    monkeypatch.setattr(running.connection, "close", lambda: None)
    assert running._stored(leased(job), result(10))
    assert state_of(job.submission) == "checks_passed"


def test_the_newest_stage_is_noted_however_soon_it_came(job, monkeypatch):
    stages = running._Stages(leased(job), threading.Event())
    stages.reach("Check 1 of 2: one")
    stages.reach("Check 2 of 2: two")
    assert not stages.is_stopped()
    monkeypatch.setattr(running, "STAGE_PAUSE", 0)
    assert not stages.is_stopped()
    job.refresh_from_db()
    assert job.stage == "Check 2 of 2: two"
