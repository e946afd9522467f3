"""Two admins, two workers or two portions of one regrade at the same moment."""

import threading

import pytest

from lms.notifications.models import Notification
from projects.actions import grading
from projects.actions.grades import recompute_grade
from projects.actions.leases import lease_job
from projects.actions.regrading import apply_portion, apply_regrade, discard_regrade, start_regrade
from projects.models import Grade, GradeChange, GradingJob, RegradeBatch
from tests import world
from tests.at_once import at_once, refused
from tests.projects.jobs import result
from tests.projects.regrades import WHY, graded, previewed, started

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def project():
    return world.make_project(world.make_curriculum())


@pytest.fixture
def people(project):
    cohort = world.make_cohort(project.curriculum)
    return [world.make_enrollment(cohort) for _ in range(4)]


@pytest.fixture
def admins(project):
    return [world.make_staff(project.curriculum.program, world.make_user(name)) for name in ("Ada", "Bea")]


@pytest.fixture
def batch(project, people, admins):
    return previewed(project, admins[0], {graded(one, project, 5): 9 for one in people})


def copies(batch):
    return [RegradeBatch.objects.get(pk=batch.pk) for _ in range(2)]


def test_two_admins_apply_at_once_and_one_wins(batch, admins):
    outcomes = at_once(
        *(
            lambda one=one, by=by: apply_regrade(batch=one, policy="replace", reason=WHY, by=by)
            for one, by in zip(copies(batch), admins, strict=True)
        )
    )
    (lost,) = refused(outcomes)
    batch.refresh_from_db()
    assert f"applied by {batch.decided_by} already" in str(lost)


def test_applying_and_discarding_at_once_ends_in_one_of_them(batch, admins):
    first, second = copies(batch)
    outcomes = at_once(
        lambda: apply_regrade(batch=first, policy="replace", reason=WHY, by=admins[0]),
        lambda: discard_regrade(batch=second, by=admins[1]),
    )
    assert len(refused(outcomes)) == 1


def test_two_portions_at_once_settle_each_learner_once(batch, admins, people):
    apply_regrade(batch=batch, policy="replace", reason=WHY, by=admins[0])
    at_once(*[lambda: apply_portion(batch_id=batch.pk)] * 3)
    apply_portion(batch_id=batch.pk)
    assert Notification.objects.filter(kind="regraded").count() == len(people)
    assert GradeChange.objects.filter(cause="regrade").count() == len(people)
    assert {grade.score for grade in Grade.objects.all()} == {9}
    batch.refresh_from_db()
    assert batch.state == "applied"


def test_two_portions_at_once_set_a_learner_aside_once_and_settle_the_others(batch, admins, people):
    Grade.objects.filter(enrollment=people[1]).delete()
    apply_regrade(batch=batch, policy="replace", reason=WHY, by=admins[0])
    at_once(*[lambda: apply_portion(batch_id=batch.pk)] * 3)
    apply_portion(batch_id=batch.pk)
    assert sorted(batch.runs.values_list("outcome", flat=True)) == ["applied", "applied", "applied", "set_aside"]
    assert {grade.score for grade in Grade.objects.all()} == {9}
    assert Notification.objects.filter(kind="grading_trouble").count() == 1


def test_two_admins_start_at_once_and_one_batch_is_open(project, people, admins):
    graded(people[0], project, 5)
    old, new = project.grader_versions.get(), world.make_grader_version(project)
    outcomes = at_once(
        *(lambda by=by: start_regrade(project=project, from_version=old, to_version=new, by=by) for by in admins)
    )
    assert len(refused(outcomes)) == 1
    assert RegradeBatch.objects.open().count() == 1


def starts(project, by, *cohorts):
    old, new = project.grader_versions.get(), world.make_grader_version(project)
    versions = {"from_version": old, "to_version": new}
    return [lambda one=one: start_regrade(project=project, cohort=one, by=by, **versions) for one in cohorts]


def test_a_regrade_of_a_cohort_and_one_of_all_at_once_end_in_one(project, people, admins):
    graded(people[0], project, 5)
    outcomes = at_once(*starts(project, admins[0], people[0].cohort, None))
    assert len(refused(outcomes)) == 1
    assert RegradeBatch.objects.open().count() == 1


def test_regrades_of_two_cohorts_start_at_once(project, people, admins):
    other = world.make_enrollment(world.make_cohort(project.curriculum))
    graded(people[0], project, 5), graded(other, project, 5)
    assert not refused(at_once(*starts(project, admins[0], people[0].cohort, other.cohort)))
    assert RegradeBatch.objects.open().count() == 2


def test_two_workers_of_a_host_run_one_dry_run(project, people, admins):
    for one in people:
        graded(one, project, 5)
    started(project, admins[0])
    jobs = list(GradingJob.objects.filter(counts=False).values_list("pk", flat=True))
    outcomes = at_once(*(lambda pk=pk: lease_job(job_id=pk, worker="host:1") for pk in jobs))
    assert len([one for one in outcomes if one]) == 1


def test_a_result_that_is_stored_while_a_batch_is_applied_says_what_stands(project, people, admins, monkeypatch):
    """The dry run fell, the run that counts did not: whichever comes first, the submission shows the one that stands."""
    submission = graded(people[0], project, project.checks_max)
    batch = previewed(project, admins[0], {submission: 5})
    apply_regrade(batch=batch, policy="replace", reason=WHY, by=admins[0])
    job = lease_job(job_id=world.make_job(submission).pk, worker="host:2")
    stored, applied = threading.Event(), threading.Event()

    def pausing(**given):
        stored.set()
        applied.wait(1)
        return recompute_grade(**given)

    monkeypatch.setattr(grading, "recompute_grade", pausing)

    def apply():
        stored.wait(5)
        apply_portion(batch_id=batch.pk)
        applied.set()

    full = result(project.checks_max, project.checks_max)
    at_once(lambda: grading.finish_job(job=job, result=full), apply)
    submission.refresh_from_db()
    assert (Grade.objects.get().score, submission.state) == (project.checks_max, "checks_passed")
