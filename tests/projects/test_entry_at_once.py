"""Who applies hands in twice, submits, withdraws and is graded at the same moment."""

import pytest

from courses.actions.admissions.applying import submit_application, withdraw_application
from courses.models import Application, EntryAttempt
from lms.accounts.models import AuditEntry
from projects.actions import grading
from projects.actions.entry import hand_in_entry
from projects.actions.grading import finish_job, retry_entry_grading
from projects.actions.leases import lease_job
from projects.models import GradingJob, GradingResult
from tests import world
from tests.at_once import after, at_once, refused, stopped_inside
from tests.exercises import make_capped_exercise
from tests.projects.jobs import leased, result

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
FILES = {"stats.py": b"def mean(x):\n    return 0\n"}
ENOUGH = "Six years of bridges, and two of measuring them. "


@pytest.fixture
def exercise():
    curriculum = world.make_curriculum()
    curriculum.entry_exercise = "averages"
    curriculum.save()
    return make_capped_exercise(curriculum, daily_cap=9)


@pytest.fixture
def draft(exercise):
    cohort = world.make_cohort(exercise.curriculum, started_days_ago=-30)
    world.make_intake(cohort)
    return world.make_application(cohort, "started", background=ENOUGH, motivation=ENOUGH)


def hand_in(draft):
    return lambda: hand_in_entry(application=draft, files=FILES, by=draft.applicant)


def left():
    return [one.objects.count() for one in (EntryAttempt, GradingJob, GradingResult)]


def test_two_clicks_make_one_attempt(draft):
    assert len(refused(at_once(*[hand_in(draft)] * 3))) == 2
    assert (EntryAttempt.objects.count(), GradingJob.objects.count()) == (1, 1)


def test_the_last_attempt_is_taken_once_of_two(draft, exercise):
    exercise.max_attempts = 2
    exercise.save()
    world.make_entry_attempt(draft, exercise, score=1)
    outcomes = at_once(*[hand_in(draft)] * 2)
    assert (len(refused(outcomes)), EntryAttempt.objects.count()) == (1, 2)


def test_what_comes_with_a_withdrawal_is_kept_by_neither(draft):
    outcomes = at_once(hand_in(draft), lambda: withdraw_application(application=draft, by=draft.applicant))
    assert len(outcomes) == 2
    assert Application.objects.get().state == "withdrawn"
    assert left() == [0, 0, 0]


def test_what_comes_with_the_submission_is_kept_only_before_it(draft):
    at_once(hand_in(draft), lambda: submit_application(application=draft, by=draft.applicant))
    assert Application.objects.get().state == "submitted"
    assert EntryAttempt.objects.count() == GradingJob.objects.count() <= 1


def test_a_result_that_comes_with_a_withdrawal_goes_with_it(draft, monkeypatch):
    job = leased(hand_in(draft)().job)
    began, go_on = stopped_inside(monkeypatch, grading, "note_entry")
    outcomes = at_once(
        lambda: finish_job(job=job, result=result()),
        after(began, lambda: withdraw_application(application=draft, by=draft.applicant), go_on),
    )
    assert sorted(map(str, outcomes)) == ["None", "True"]
    assert left() == [0, 0, 0]


def test_two_of_the_staff_who_run_it_again_make_one_run(draft, exercise, admin):
    attempt = world.make_entry_attempt(draft, exercise, state="could_not_run")
    GradingJob.objects.update(state="system_failed", attempt=3)
    outcomes = at_once(*[lambda: retry_entry_grading(attempt=attempt, by=admin)] * 3)
    assert len(refused(outcomes)) == 2
    job = GradingJob.objects.get()
    assert (job.state in ("pending", "queued"), job.attempt) == (True, 0)
    assert AuditEntry.objects.filter(action="application_entry_retry").count() == 1


def test_two_workers_check_it_once(draft):
    job = hand_in(draft)().job
    held = at_once(*(lambda name=name: lease_job(job_id=job.pk, worker=name) for name in "abc"))
    assert len([one for one in held if one]) == 1
