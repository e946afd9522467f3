"""Regrading by difference: start a batch, look at what would change, apply it by a policy or discard it."""

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from courses.models import Cohort
from lms.accounts import audit
from lms.accounts.models import User
from lms.lib.errors import DomainError, InvalidInput
from projects.actions.dry_runs import dispatch, go_on
from projects.actions.regrade_applying import end_batch, set_aside, settle_learner
from projects.models import GraderVersion, GradingJob, GradingResult, Project, RegradeBatch, RegradeRun, Submission
from projects.models.grading import JobState
from projects.models.regrading import BatchState, Policy
from projects.outbox import ring_for_regrade

logger = structlog.get_logger(__name__)
BULK = 500
MIN_REASON = 10


class RegradeRefused(DomainError):
    code = "regrade_refused"


def standing_on(version: GraderVersion, project: Project, cohort: Cohort | None = None) -> dict[int, int]:
    """The submissions for a project, of one cohort or of all, whose result stands on this grader version: submission id to
    result id, in one query.
    """
    submissions = Submission.objects.filter(project=project).order_by()
    if cohort:
        submissions = submissions.filter(enrollment__cohort=cohort)
    found = GradingResult.objects.standing_of(submissions.values("pk")).filter(job__grader_version=version)
    return dict(found.order_by("pk").values_list("job__submission", "pk"))


@transaction.atomic
def start_regrade(
    *,
    project: Project,
    from_version: GraderVersion,
    to_version: GraderVersion,
    cohort: Cohort | None = None,
    by: User,
) -> RegradeBatch:
    """Run everything that stands on one grader version, in one cohort or in all, again with another one, as dry runs: no
    grade changes by it. The old one may be of an earlier version of the curriculum, which a cohort has moved from.

    Raises `InvalidInput` for versions that make no regrade, `RegradeRefused` while another batch of the same work is open.
    """
    is_own = to_version.project_id == project.pk and from_version.project.slug == project.slug
    if not is_own or from_version.pk == to_version.pk:
        raise InvalidInput("Choose two different grader versions of this project; nothing was started.")
    _check_free(project, cohort)
    standing = standing_on(from_version, project, cohort)
    if not standing:
        where = f" in {cohort}" if cohort else ""
        raise InvalidInput(f"No submission{where} stands on grader {from_version.number}; nothing was started.")
    batch = RegradeBatch.objects.create(
        project=project, cohort=cohort, from_version=from_version, to_version=to_version, started_by=by
    )
    runs = [
        RegradeRun(batch=batch, submission_id=submission, before_id=result) for submission, result in standing.items()
    ]
    RegradeRun.objects.bulk_create(runs, batch_size=BULK)
    audit.record("start_regrade", by=by, target=batch, after={"submissions": len(runs)})
    dispatch(batch_id=batch.pk)
    return batch


@transaction.atomic
def apply_regrade(*, batch: RegradeBatch, policy: str, reason: str, by: User) -> RegradeBatch:
    """Decide that the results of a batch count, by a policy; learners read `reason`. They are applied in portions, each
    learner in a transaction of their own, and what stopped half-way goes on.
    """
    if policy not in Policy.values:
        raise InvalidInput("Choose whether better results are kept or all are replaced; nothing was changed.")
    if len(reason.strip()) < MIN_REASON:
        raise InvalidInput("Write why it is regraded: the learners read it. Nothing was changed.")
    waiting = RegradeBatch.objects.filter(pk=batch.pk, state=BatchState.PREVIEW)
    decided = {"policy": policy, "reason": reason.strip()[:500], "decided_by": by, "decided_at": timezone.now()}
    if not waiting.update(state=BatchState.APPLYING, **decided):
        raise RegradeRefused(_why_not(batch))
    audit.record("apply_regrade", by=by, target=batch, after={"policy": policy}, reason=reason)
    transaction.on_commit(lambda: ring_for_regrade(batch.pk), robust=True)
    batch.refresh_from_db()
    return batch


@transaction.atomic
def discard_regrade(*, batch: RegradeBatch, by: User) -> None:
    """End a batch without changing anything; dry runs that wait or run are cancelled, their results so far are kept."""
    undecided = RegradeBatch.objects.filter(pk=batch.pk, state__in=(BatchState.RUNNING, BatchState.PREVIEW))
    if not undecided.update(state=BatchState.DISCARDED, decided_by=by, decided_at=timezone.now()):
        raise RegradeRefused(_why_not(batch))
    GradingJob.objects.open().filter(regrade_run__batch=batch).update(
        state=JobState.CANCELLED, finished_at=timezone.now(), lease_token=None, lease_until=None, stage=""
    )
    audit.record("discard_regrade", by=by, target=batch)


def apply_portion(*, batch_id: int) -> int:
    """Apply a batch to its next `REGRADE_PORTION` learners; how many were looked at. Harmless twice, and at once.

    A learner to whom it cannot be applied is set aside with the reason and holds up nobody else.
    """
    batch = RegradeBatch.objects.select_related(
        "project__activity", "cohort", "from_version", "to_version", "decided_by"
    ).get(pk=batch_id)
    if batch.state != BatchState.APPLYING:
        return 0
    unsettled = batch.runs.unsettled().order_by("submission__enrollment_id").values_list("submission__enrollment_id")
    learners = [pk for (pk,) in unsettled.distinct()[: settings.REGRADE_PORTION]]
    for enrollment_id in learners:
        try:
            settle_learner(batch=batch, enrollment_id=enrollment_id)
        except (OperationalError, InterfaceError):  # the database, not the learner: all of it is tried again
            raise
        except Exception as error:
            logger.exception("regrade_not_applied", batch=batch_id, enrollment=enrollment_id)
            set_aside(batch=batch, enrollment_id=enrollment_id, error=f"{type(error).__name__}: {error}")
    if batch.runs.unsettled().exists():
        ring_for_regrade(batch_id)
    else:
        end_batch(batch=batch)
    return len(learners)


def reconcile_regrades() -> int:
    """Go on with every open batch whose messages were lost; how many there are."""
    open_batches = list(RegradeBatch.objects.open().exclude(state=BatchState.PREVIEW).values_list("pk", "state"))
    for batch_id, state in open_batches:
        if state == BatchState.RUNNING:
            go_on(batch_id=batch_id)
        else:
            apply_portion(batch_id=batch_id)
    return len(open_batches)


def _check_free(project: Project, cohort: Cohort | None) -> None:
    """Refuse while an open batch shares learners with one of `cohort`; batches of a project are started one at a time."""
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    for batch in project.regrades.open().select_related("cohort", "started_by"):
        if batch.is_in_the_way_of(cohort):
            raise RegradeRefused(
                f"A regrade of {batch.cohort or 'all cohorts'} is open already, started by {batch.started_by}: ask them to "
                "apply or discard it first. Nothing was started."
            )


def _why_not(batch: RegradeBatch) -> str:
    batch.refresh_from_db()
    if batch.state == BatchState.RUNNING:
        return "The dry runs are not over yet; look at what they change before you apply it. Nothing was changed."
    by = f" by {batch.decided_by}" if batch.decided_by else ""
    words = "discarded" if batch.state == BatchState.DISCARDED else "applied"
    return f"This regrade was {words}{by} already; nothing was changed."
