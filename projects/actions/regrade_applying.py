"""Applying a batch to one learner: only what still stands is replaced, once, and they are told once."""

from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from courses.actions.holding import lock_work_of
from lms.accounts import audit
from lms.lib.points import plain_number
from lms.notifications.actions import notify
from lms.notifications.models import Kind
from projects.actions.grades import recompute_grade
from projects.actions.states import follow_checks
from projects.models import Grade, GradingJob, GradingResult, RegradeBatch, RegradeRun, Submission
from projects.models.grades import GradeCause
from projects.models.regrading import BatchState, Change, Outcome, Policy

MAX_ERROR = 1000


@transaction.atomic
def settle_learner(*, batch: RegradeBatch, enrollment_id: int) -> bool:
    """Let the better, or all, results of one learner's attempts count; False when nothing was left to do.

    The learner's work is held meanwhile. Rubric points and lateness follow their own rules and are not touched. An attempt
    that has a newer result than the one that was regraded keeps it.
    """
    lock_work_of(enrollment_id)
    if not RegradeBatch.objects.filter(pk=batch.pk, state=BatchState.APPLYING).exists():
        return False
    runs = list(
        batch.runs.unsettled()
        .filter(submission__enrollment=enrollment_id)
        .select_related("job__result", "before")
        .order_by("submission_id")
    )
    attempts = Submission.objects.select_for_update(of=("self",), no_key=True).select_related(
        "project__activity", "enrollment__user", "enrollment__cohort"
    )
    held = attempts.filter(pk__in=[run.submission_id for run in runs]).order_by("pk").in_bulk()
    applied = [run for run in runs if _settle(run, held[run.submission_id], batch.policy)]
    if applied:
        _change_grade(batch, held[applied[-1].submission_id], applied)
    return bool(runs)


def set_aside(*, batch: RegradeBatch, enrollment_id: int, error: str) -> None:
    """End one learner's runs that could not be applied: their results go on standing, and the batch says why."""
    theirs = batch.runs.unsettled().filter(submission__enrollment=enrollment_id)
    theirs.update(outcome=Outcome.SET_ASIDE, settled_at=timezone.now(), error=error[:MAX_ERROR])


@transaction.atomic
def end_batch(*, batch: RegradeBatch) -> None:
    """Note that everything of a batch is settled, once; who decided is told of what could not be applied."""
    applying = RegradeBatch.objects.filter(pk=batch.pk, state=BatchState.APPLYING)
    if not applying.update(state=BatchState.APPLIED):
        return
    aside = batch.runs.set_aside().count()
    audit.record("regrade_applied", by=None, target=batch, after={"set_aside": aside})
    if aside:
        assert batch.decided_by
        notify(
            recipient=batch.decided_by,
            key=f"regrade-set-aside:{batch.pk}",
            kind=Kind.GRADING_TROUBLE,
            title=f"The {batch} could not be applied to all",
            body=f"Submissions that stand as they were: {aside}. The page of the regrade says why.",
            path=reverse("regrade_batch", args=[batch.pk]),
        )


def _settle(run: RegradeRun, submission: Submission, policy: str) -> bool:
    """Write what came of a run; True when its result counts now."""
    outcome = _outcome(run, policy)
    mine = RegradeRun.objects.unsettled().filter(pk=run.pk)
    if not mine.update(outcome=outcome, settled_at=timezone.now()) or outcome != Outcome.APPLIED:
        return False
    assert run.job
    GradingJob.objects.filter(pk=run.job.pk).update(counts=True)
    follow_checks(submission, is_full=run.job.result.is_full)
    return True


def _outcome(run: RegradeRun, policy: str) -> Outcome:
    if run.change == Change.COULD_NOT_RUN or (policy == Policy.KEEP_BETTER and run.change == Change.FALLS):
        return Outcome.KEPT
    standing = GradingResult.objects.standing().filter(job__submission=run.submission_id).first()
    return Outcome.APPLIED if standing and standing.pk == run.before_id else Outcome.OVERTAKEN


def _change_grade(batch: RegradeBatch, submission: Submission, applied: list[RegradeRun]) -> None:
    """Of the submission's project: that of the batch, or what it became when the cohort moved to another version."""
    enrollment = submission.enrollment
    before = Grade.objects.get(enrollment=enrollment, project=submission.project_id)
    grade = recompute_grade(
        enrollment=enrollment,
        project=submission.project,
        cause=GradeCause.REGRADE,
        by=batch.decided_by,
        reason=batch.reason,
    )
    if _points(before) != _points(grade):
        audit.record(
            "regrade",
            by=batch.decided_by,
            target=grade,
            before=_points(before),
            after={**_points(grade), "batch": batch.pk},
            reason=batch.reason,
        )
    changed = [run for run in applied if run.change != Change.SAME]
    if changed:
        _tell(batch, submission, changed, before, grade)


def _points(grade: Grade) -> dict[str, str]:
    parts = {"checks": grade.checks_points, "max": grade.checks_max, "score": grade.score}
    return {name: _plain(value) for name, value in parts.items()}


def _tell(batch: RegradeBatch, submission: Submission, changed: list[RegradeRun], before: Grade, grade: Grade) -> None:
    """One notification a learner and batch; of reviewed work it tells the checks only, never a verdict not read yet."""
    newest = changed[-1]
    assert newest.job
    attempt = Submission.objects.only("pk", "number").get(pk=newest.submission_id)
    if submission.project.is_reviewed:
        result = newest.job.result
        what = f"attempt {attempt.number} {_moved(newest.before.score, result.score, result.max_score)} in its checks"
    elif before.score == grade.score:
        what = "the checks were corrected, your grade stays as it was"
    else:
        what = f"your grade {_moved(before.score, grade.score, grade.max_score)}"
    attempts = "it was" if len(changed) == 1 else f"{len(changed)} attempts were"
    notify(
        recipient=submission.enrollment.user,
        key=f"regraded:{batch.pk}",
        kind=Kind.REGRADED,
        title=f"{batch.project}: {what}",
        body=f"{batch.reason} The checks were corrected, and {attempts} run again. "
        "What a mentor gave and what was late or in time stay as they were.",
        path=reverse("submission_detail", args=[attempt.pk]),
    )


def _moved(old: Decimal | None, new: Decimal | None, maximum: Decimal) -> str:
    verb = "falls" if old is not None and new is not None and new < old else "rises"
    return f"{verb} from {_plain(old)} to {_plain(new)} of {plain_number(maximum)} points"


def _plain(value: Decimal | None) -> str:
    return "–" if value is None else plain_number(value)
