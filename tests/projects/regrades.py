"""A batch whose dry runs are over: what the tests of regrading start from."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from projects.actions.dry_runs import go_on
from projects.actions.grades import recompute_grade
from projects.actions.grading import finish_job
from projects.actions.leases import lease_job
from projects.actions.regrading import apply_portion, apply_regrade, start_regrade
from projects.actions.reviews import claim_review, finish_review
from projects.grading.result import Result
from projects.models import Criterion, GradingJob, RegradeBatch
from tests import world
from tests.projects.jobs import result

WHY = "A test was wrong."


def graded(enrollment, project, score, **fields):
    """An attempt with a result of the newest grader version, and its grade."""
    maximum = project.checks_max
    fields.setdefault("state", "checks_passed" if score == maximum else "checks_failed")
    submission = world.make_submission(enrollment, project, **fields)
    world.make_result(submission, score, maximum)
    with transaction.atomic():
        recompute_grade(enrollment=enrollment, project=project)
    return submission


def started(project, by):
    """A batch from the newest version to a new one, with its first portion of dry runs."""
    old = project.grader_versions.first()
    new = world.make_grader_version(project)
    return start_regrade(project=project, from_version=old, to_version=new, by=by)


def run(submission, score, max_score=10):
    """Let the dry run of a submission find this; None: our failure."""
    GradingJob.objects.filter(counts=False).update(not_before=timezone.now())
    job = lease_job(job_id=submission.jobs.get(counts=False, state__in=("pending", "queued")).pk, worker="host:1")
    assert job
    if score is None:
        broken = Result(verdict="grader_error", score=Decimal(0), max_score=Decimal(max_score))
        return finish_job(job=job, result=broken)
    return finish_job(job=job, result=result(score, max_score))


def previewed(project, by, scores):
    """A batch that waits for the decision; `scores` of each submission's dry run."""
    batch = started(project, by)
    for submission, score in scores.items():
        run(submission, score, project.checks_max)
    go_on(batch_id=batch.pk)
    batch.refresh_from_db()
    assert batch.state == "preview"
    return batch


def applied(batch, by, policy="replace"):
    apply_regrade(batch=batch, policy=policy, reason=WHY, by=by)
    while apply_portion(batch_id=batch.pk):
        pass
    return RegradeBatch.objects.get(pk=batch.pk)


def decide(submission, by, level=1, verdict="passed"):
    """Claim and finish a review that gives every criterion the level of this rank."""
    criteria = Criterion.objects.filter(rubric__project=submission.project_id)
    levels = {criterion.pk: criterion.levels.all()[level].pk for criterion in criteria}
    review = claim_review(submission=submission, by=by)
    return finish_review(review=review, verdict=verdict, levels=levels, comment="Clear.", by=by)
