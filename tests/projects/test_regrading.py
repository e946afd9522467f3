"""A mended grader and past work: dry runs change nothing, and what is applied changes only what it should, once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from lms.accounts.models import AuditEntry
from lms.lib.errors import InvalidInput
from lms.notifications.models import Notification
from projects.actions.dry_runs import dispatch, go_on
from projects.actions.grades import recompute_grade
from projects.actions.grading import retry_grading
from projects.actions.leases import lease_job
from projects.actions.reconciling import reconcile_jobs
from projects.actions.regrading import (
    RegradeRefused,
    apply_portion,
    apply_regrade,
    discard_regrade,
    reconcile_regrades,
    start_regrade,
)
from projects.actions.reviews import claim_review, finish_review
from projects.models import Criterion, Grade, GradeChange, GradingJob, GradingResult, RegradeBatch, RegradeRun, Review
from tests import world
from tests.projects.jobs import state_of
from tests.projects.regrades import WHY, applied, graded, previewed, run, started


def score_of(enrollment):
    return Grade.objects.get(enrollment=enrollment).score


def outcomes():
    return list(RegradeRun.objects.order_by("submission_id").values_list("change", "outcome"))


@pytest.fixture
def others(cohort):
    return [world.make_enrollment(cohort) for _ in range(3)]


def test_a_dry_run_changes_no_grade_no_state_and_tells_nobody(enrollment, exercise, admin):
    submission = graded(enrollment, exercise, 4)
    before = list(Grade.objects.values()), list(type(submission).objects.values())
    batch = started(exercise, admin)
    job = GradingJob.objects.get(counts=False)
    assert (job.queue, job.grader_version.number, job.submission) == ("regrade", 2, submission)
    run(submission, 9)
    assert (list(Grade.objects.values()), list(type(submission).objects.values())) == before
    assert GradingResult.objects.count() == 2
    assert not Notification.objects.exists()
    assert RegradeRun.objects.get(batch=batch).change == "rises"
    assert recompute_grade(enrollment=enrollment, project=exercise).score == 4


def test_a_dry_run_that_could_not_run_is_told_to_the_batch_alone(enrollment, exercise, admin):
    submission = graded(enrollment, exercise, 4)
    previewed(exercise, admin, {submission: None})
    assert RegradeRun.objects.get().change == "could_not_run"
    assert state_of(submission) == "checks_failed"
    assert [one.kind for one in Notification.objects.all()] == ["regrade_ready"]


def test_a_dead_workers_dry_run_leaves_the_submission_alone(enrollment, exercise, admin):
    submission = graded(enrollment, exercise, 4, state="checks_queued")
    started(exercise, admin)
    job = lease_job(job_id=GradingJob.objects.get(counts=False).pk, worker="host:1")
    assert state_of(submission) == "checks_queued"
    GradingJob.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    reconcile_jobs()
    assert state_of(job) in ("pending", "queued")
    assert state_of(submission) == "checks_queued"


def test_replacing_lets_all_results_count_and_tells_each_learner_once(enrollment, others, exercise, admin):
    people = [enrollment, *others]
    scores = dict(zip([graded(one, exercise, 5) for one in people], (9, 2, 5, None), strict=True))
    batch = applied(previewed(exercise, admin, scores), admin)
    assert batch.state == "applied"
    assert [score_of(one) for one in people] == [9, 2, 5, 5]
    assert outcomes() == [("rises", "applied"), ("falls", "applied"), ("same", "applied"), ("could_not_run", "kept")]
    told = dict(Notification.objects.filter(kind="regraded").values_list("recipient", "title"))
    assert told == {
        enrollment.user_id: f"{exercise}: your grade rises from 5 to 9 of 10 points",
        others[0].user_id: f"{exercise}: your grade falls from 5 to 2 of 10 points",
    }
    assert WHY in Notification.objects.filter(kind="regraded").first().body
    audited = AuditEntry.objects.filter(action="regrade").order_by("pk")
    assert [(one.before["score"], one.after["score"], one.reason, one.actor) for one in audited] == [
        ("5", "9", WHY, admin),
        ("5", "2", WHY, admin),
    ]
    change = GradeChange.objects.filter(grade__enrollment=enrollment).last()
    assert (change.cause, change.by, change.reason, change.facts["grader_version"]) == ("regrade", admin, WHY, 2)


def test_keeping_the_better_lets_nobody_fall(enrollment, others, exercise, admin):
    people = [enrollment, *others]
    scores = dict(zip([graded(one, exercise, 5) for one in people], (10, 2, 5, None), strict=True))
    applied(previewed(exercise, admin, scores), admin, policy="keep_better")
    assert [score_of(one) for one in people] == [10, 5, 5, 5]
    assert [outcome for _, outcome in outcomes()] == ["applied", "kept", "applied", "kept"]
    assert Notification.objects.filter(kind="regraded").get().recipient == enrollment.user
    assert state_of(enrollment.submissions.get()) == "checks_passed"
    assert enrollment.progress.exists()


def test_applying_twice_changes_nothing_twice_and_goes_on_where_it_stopped(
    enrollment, others, exercise, admin, settings
):
    settings.REGRADE_PORTION = 1
    scores = {graded(one, exercise, 5): 9 for one in (enrollment, *others)}
    batch = started(exercise, admin)
    for submission, score in scores.items():
        run(submission, score)
        go_on(batch_id=batch.pk)
    go_on(batch_id=batch.pk)
    apply_regrade(batch=batch, policy="replace", reason=WHY, by=admin)
    assert apply_portion(batch_id=batch.pk) == 1
    assert RegradeRun.objects.exclude(settled_at=None).count() == 1
    for _ in range(6):
        reconcile_regrades()
    assert state_of(batch) == "applied"
    assert Notification.objects.filter(kind="regraded").count() == len(scores)
    assert GradeChange.objects.filter(cause="regrade").count() == len(scores)
    assert apply_portion(batch_id=batch.pk) == 0
    with pytest.raises(RegradeRefused, match="applied by Ada Admin already"):
        apply_regrade(batch=batch, policy="replace", reason=WHY, by=admin)


def test_an_attempt_handed_in_meanwhile_is_not_touched(enrollment, exercise, admin):
    old = graded(enrollment, exercise, 5)
    batch = previewed(exercise, admin, {old: 6})
    newer = graded(enrollment, exercise, 8)
    applied(batch, admin)
    assert RegradeRun.objects.get().submission == old
    grade = Grade.objects.get()
    assert (grade.score, grade.submission, grade.newest) == (8, newer, newer)
    assert "your grade stays as it was" in Notification.objects.get(kind="regraded").title


def test_a_newer_result_of_the_same_attempt_is_never_overridden(enrollment, exercise, admin):
    submission = graded(enrollment, exercise, 5)
    batch = previewed(exercise, admin, {submission: 2})
    world.make_result(submission, 7)
    recompute_grade(enrollment=enrollment, project=exercise)
    applied(batch, admin)
    assert outcomes() == [("falls", "overtaken")]
    assert score_of(enrollment) == 7
    assert not Notification.objects.filter(kind="regraded").exists()


def test_what_a_mentor_gave_and_the_late_factor_stay(enrollment, mini_project, mentor, admin):
    mini_project.activity.due_offset = 0
    mini_project.activity.save()
    now = timezone.now()
    submission = world.make_submission(
        enrollment, mini_project, "waiting_for_review", due_at=now - timedelta(hours=1), submitted_at=now
    )
    world.make_result(submission, 2, 2)
    criteria = Criterion.objects.filter(rubric__project=mini_project)
    levels = {criterion.pk: criterion.levels.all()[1].pk for criterion in criteria}
    review = claim_review(submission=submission, by=mentor)
    finish_review(review=review, verdict="passed", levels=levels, comment="Clear.", by=mentor)
    applied(previewed(mini_project, admin, {submission: 1}), admin)
    grade = Grade.objects.get()
    assert (grade.checks_points, grade.rubric_points, grade.late_factor) == (1, 12, Decimal("0.9"))
    assert state_of(submission) == "passed"
    assert Review.objects.get().state == "finished"
    told = Notification.objects.get(kind="regraded")
    assert told.title == f"{mini_project}: attempt 1 falls from 2 to 1 of 2 points in its checks"


def test_failed_checks_that_are_full_now_go_to_the_mentor(enrollment, mini_project, mentor, admin):
    submission = world.make_submission(enrollment, mini_project, "checks_failed")
    world.make_result(submission, 1, 2)
    applied(previewed(mini_project, admin, {submission: 2}), admin)
    assert state_of(submission) == "waiting_for_review"
    assert Notification.objects.filter(kind="review_wanted").get().recipient == mentor


def test_only_what_stands_on_the_older_version_runs(enrollment, others, exercise, admin):
    old = graded(enrollment, exercise, 5)
    world.make_grader_version(exercise)
    graded(others[0], exercise, 5)
    newest, oldest = exercise.grader_versions.all()
    batch = start_regrade(project=exercise, from_version=oldest, to_version=newest, by=admin)
    assert [one.submission for one in batch.runs.all()] == [old]


def test_a_batch_is_refused_where_it_makes_no_sense(enrollment, exercise, mini_project, admin):
    version, other = exercise.grader_versions.get(), mini_project.grader_versions.get()
    newer = world.make_grader_version(exercise)
    for pair in ((version, version), (version, other), (version, newer)):
        with pytest.raises(InvalidInput):
            start_regrade(project=exercise, from_version=pair[0], to_version=pair[1], by=admin)
    assert not RegradeBatch.objects.exists()


def test_a_second_open_batch_of_a_project_is_refused_by_the_database(enrollment, exercise, admin):
    graded(enrollment, exercise, 5)
    batch = started(exercise, admin)
    with pytest.raises(RegradeRefused, match="open already"):
        start_regrade(project=exercise, from_version=batch.from_version, to_version=batch.to_version, by=admin)
    with (
        pytest.raises(IntegrityError, match=r"one_open_regrade_of_all_cohorts|UNIQUE constraint failed"),
        transaction.atomic(),
    ):
        RegradeBatch.objects.create(
            project=exercise, from_version=batch.from_version, to_version=batch.to_version, started_by=admin
        )


def test_discarding_cancels_what_waits_and_runs_and_changes_nothing(enrollment, others, exercise, admin):
    graded(enrollment, exercise, 5), graded(others[0], exercise, 5)
    batch = started(exercise, admin)
    held = lease_job(job_id=GradingJob.objects.filter(counts=False).first().pk, worker="host:1")
    discard_regrade(batch=batch, by=admin)
    assert set(GradingJob.objects.filter(counts=False).values_list("state", flat=True)) == {"cancelled"}
    assert not GradingJob.objects.filter(pk=held.pk, lease_token=held.lease_token).exists()
    assert score_of(enrollment) == 5
    assert dispatch(batch_id=batch.pk) == 0
    with pytest.raises(RegradeRefused, match="discarded by Ada Admin already"):
        apply_regrade(batch=batch, policy="replace", reason=WHY, by=admin)
    assert start_regrade(project=exercise, from_version=batch.from_version, to_version=batch.to_version, by=admin)


def test_it_is_not_applied_before_all_ran_nor_without_words(enrollment, exercise, admin):
    submission = graded(enrollment, exercise, 5)
    batch = started(exercise, admin)
    with pytest.raises(RegradeRefused, match="not over yet"):
        apply_regrade(batch=batch, policy="replace", reason=WHY, by=admin)
    run(submission, 6)
    go_on(batch_id=batch.pk)
    with pytest.raises(InvalidInput, match="Write why"):
        apply_regrade(batch=batch, policy="replace", reason=" ", by=admin)
    with pytest.raises(InvalidInput):
        apply_regrade(batch=batch, policy="burn", reason=WHY, by=admin)


def test_the_workers_get_a_portion_at_a_time(enrollment, others, exercise, admin, settings):
    settings.REGRADE_PORTION = 2
    submissions = [graded(one, exercise, 5) for one in (enrollment, *others)]
    batch = started(exercise, admin)
    assert GradingJob.objects.open().filter(counts=False).count() == 2
    assert dispatch(batch_id=batch.pk) == 0
    run(submissions[0], 6)
    reconcile_regrades()
    assert GradingJob.objects.open().filter(counts=False).count() == 2
    assert GradingJob.objects.filter(counts=False).count() == 3


def test_one_dry_run_at_a_time_on_a_host_and_interactive_work_beside_it(
    enrollment, others, exercise, mini_project, admin, settings
):
    for one in (enrollment, *others):
        graded(one, exercise, 5)
    started(exercise, admin)
    first, second, third, _ = GradingJob.objects.filter(counts=False).order_by("pk")
    assert lease_job(job_id=first.pk, worker="host:1")
    assert lease_job(job_id=second.pk, worker="host:2") is None
    assert state_of(second) in ("pending", "queued")
    assert lease_job(job_id=second.pk, worker="another:1")
    settings.REGRADES_PER_HOST = 2
    assert lease_job(job_id=third.pk, worker="host:2")
    own = world.make_job(world.make_submission(enrollment, mini_project))
    assert lease_job(job_id=own.pk, worker="host:3")


def test_a_dry_run_does_not_stand_in_the_way_of_a_retry(enrollment, exercise, admin):
    submission = graded(enrollment, exercise, 5)
    started(exercise, admin)
    type(submission).objects.update(state="could_not_run")
    assert retry_grading(submission=submission, by=admin).counts
