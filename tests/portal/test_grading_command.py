"""`manage.py grading`: the facts for people and for monitors, drain and resume."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from lms.portal import workers
from lms.portal.management.commands import grading
from projects.actions.halting import is_paused
from projects.actions.leases import lease_job
from projects.worker import Report, WarmReport
from tests import world


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(grading, "LOOK_EVERY", 0.01)


def run(*arguments):
    out = StringIO()
    call_command("grading", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def job(enrollment, exercise):
    return world.make_job(world.make_submission(enrollment, exercise))


def test_the_facts_are_one_json_object(job, cohort, exercise):
    held = world.make_job(world.make_submission(world.make_enrollment(cohort), exercise))
    lease_job(job_id=held.pk, worker="here:7")
    world.make_result(world.make_submission(world.make_enrollment(cohort), exercise, "checks_passed"))
    workers.tell_worker("grade@here", ["grade"])
    workers.tell_grader(Report("here:7", parents=[WarmReport("grader", 3, 1000, True)]))
    facts = json.loads(run("--json"))
    assert facts["queues"]["grade"] | {"oldest_seconds": 0} == {"waiting": 1, "running": 1, "oldest_seconds": 0}
    assert [(one["job"], one["worker"], one["attempt"]) for one in facts["running"]] == [(held.pk, "here:7", 1)]
    assert facts["done_24h"] == 1
    assert facts["done_per_minute"]["5_minutes"] == 0.2
    assert facts["workers"][0]["queues"] == ["grade"]
    assert facts["graders"][0]["parents"] == [{"zone": "grader", "jobs": 3, "memory": 1000, "ready": True}]
    assert facts["paused"] is None


def test_the_facts_say_which_run_checks_an_entry(cohort, exercise):
    attempt = world.make_entry_attempt(world.make_application(cohort), exercise)
    lease_job(job_id=attempt.job.pk, worker="here:7")
    [running] = json.loads(run("--json"))["running"]
    assert (running["submission"], running["entry"]) == (None, attempt.pk)


def test_the_facts_in_words_name_every_queue_and_what_runs(job):
    lease_job(job_id=job.pk, worker="here:7")
    text = run()
    for words in ("grade", "heavy", "regrade", f"job {job.pk} on here:7", "TROUBLE    worker"):
        assert words in text


def test_drain_ends_well_when_nothing_runs_and_resume_takes_work_again(job):
    assert "0 still run, 1 wait" in run("drain", "--note", "new disks")
    assert is_paused()
    assert "PAUSED" in run()
    assert lease_job(job_id=job.pk, worker="w") is None
    assert "1 waited" in run("resume")
    assert lease_job(job_id=job.pk, worker="w")


def test_drain_says_by_its_exit_that_something_still_runs(job):
    lease_job(job_id=job.pk, worker="w")
    with pytest.raises(SystemExit) as ended:
        run("drain", "--wait", "0.1")
    assert ended.value.code == 1
    assert is_paused()


def test_resume_without_a_pause_is_refused(db):
    with pytest.raises(CommandError, match="not paused"):
        run("resume")


def test_reports_of_silent_and_gone_workers_are_not_shown(monkeypatch, settings):
    workers.tell_worker("grade@here", ["grade"])
    assert [one.name for one in workers.living_workers()] == ["grade@here"]
    monkeypatch.setattr(workers.time, "time", lambda real=workers.time.time: real() + workers.SILENT_AFTER + 1)
    assert workers.living_workers() == []
    settings.REDIS_URL = "unix:///nowhere/redis.sock?db=0"
    workers.tell_worker("grade@here", ["grade"])
    assert workers.living_workers() == []
