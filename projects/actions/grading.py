"""Asking for checks and taking in what they found."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from courses.models import EntryAttempt
from lms.accounts import audit
from lms.accounts.models import User
from lms.lib.errors import DomainError
from lms.lib.points import plain_number
from lms.lib.prepared import Prepared
from lms.notifications.actions import notify
from lms.notifications.models import Kind
from projects.actions.dry_runs import note_dry_run
from projects.actions.entry_results import note_entry
from projects.actions.grades import recompute_grade
from projects.actions.leases import IN_CHECKS, end_job, new_deadline, put_back, reopen_job
from projects.actions.states import RESULT_MAIL_PAUSE, follow_checks, move, staff_of
from projects.grading.result import Result
from projects.models import Grade, GraderVersion, GradingJob, GradingResult, Project, Submission
from projects.models.grading import JobState
from projects.models.submissions import SubmissionState
from projects.outbox import announce

MAX_ATTEMPTS = 3
RETRY_PAUSE = timedelta(seconds=5)
BOX_PAUSE = timedelta(seconds=30)


class JobRefused(DomainError):
    code = "job_refused"


def request_grading(*, submission: Submission, grader_version: GraderVersion) -> GradingJob:
    """Write the job of a submission and ring a worker after the commit; call it in the submission's transaction."""
    queue = "grade" if submission.project.kind == Project.Kind.EXERCISE else "heavy"
    return _request(grader_version, submission.enrollment.user, queue, submission=submission)


def request_entry_grading(*, attempt: EntryAttempt, grader_version: GraderVersion) -> GradingJob:
    """The same for an attempt at the entry exercise."""
    return _request(grader_version, attempt.application.applicant, "grade", entry=attempt)


def _request(version: GraderVersion, learner: User, queue: str, **work: Submission | EntryAttempt) -> GradingJob:
    job = GradingJob.objects.create(
        grader_version=version, learner=learner, queue=queue, deadline=new_deadline(), **work
    )
    transaction.on_commit(lambda: announce(job.pk, job.queue, is_entry=job.is_entry), robust=True)
    return job


@transaction.atomic
def retry_grading(*, submission: Submission, by: User) -> GradingJob:
    """Run the checks of a submission that could not run once more, with the project's newest grader version."""
    if not move(submission, (SubmissionState.COULD_NOT_RUN,), SubmissionState.CHECKS_QUEUED):
        raise JobRefused("Only checks that could not run are retried; this submission's state has changed. Look again.")
    version = submission.project.grader_versions.latest("number")
    try:
        with transaction.atomic():
            job = request_grading(submission=submission, grader_version=version)
    except IntegrityError as error:
        raise JobRefused("These checks are being retried already.") from error
    audit.record("retry_grading", by=by, target=submission, after={"job": job.pk})
    return job


@transaction.atomic
def retry_entry_grading(*, attempt: EntryAttempt, by: User) -> GradingJob:
    """The same for an attempt at the entry exercise, whose one job goes back to the queue."""
    lost = EntryAttempt.objects.filter(pk=attempt.pk, state=EntryAttempt.State.COULD_NOT_RUN)
    if not lost.update(state=EntryAttempt.State.CHECKS_QUEUED):
        raise JobRefused("Only checks that could not run are retried; this attempt's state has changed. Look again.")
    job = GradingJob.objects.select_related("grader_version__project").get(entry=attempt)
    version = job.grader_version.project.grader_versions.latest("number")
    reopen_job(job=job, version=version)
    audit.record("application_entry_retry", by=by, target=attempt.application, after={"attempt": attempt.number})
    transaction.on_commit(lambda: announce(job.pk, job.queue, is_entry=True), robust=True)
    return job


def _held(submission: int) -> QuerySet[Submission]:
    """A submission, locked, with all that its result touches."""
    held = Submission.objects.select_for_update(of=("self",), no_key=True).filter(pk=submission)
    return held.select_related("project__activity", "enrollment__cohort", "enrollment__user")


HELD = Prepared(_held, "submission")


def _held_of(job: GradingJob) -> Submission:
    """The job's submission, locked. PostgreSQL finds none where a move of its cohort to another version, for which this
    waited, has changed its project: then it is read once more."""
    assert job.submission_id
    held: Submission = HELD.first(submission=job.submission_id) or HELD.get(submission=job.submission_id)
    return held


@transaction.atomic
def finish_job(*, job: GradingJob, result: Result) -> bool:
    """Store a result once, fenced by the job's token, and move submission and grade; False when the lease was lost."""
    if result.verdict == "grader_error":
        return fail_job(job=job, state=JobState.GRADER_ERROR, failure="grader_error", error="; ".join(result.notices))
    if not end_job(job=job, state=JobState.DONE):
        return False
    facts = result.to_dict()
    stored = GradingResult.objects.create(
        job=job,
        verdict=result.verdict,
        score=result.score,
        max_score=result.max_score,
        groups=facts["groups"],
        notices=facts["notices"],
        usage=facts["usage"],
        schema_version=result.schema_version,
    )
    if _is_noted_elsewhere(job, stored):
        return True
    submission = _held_of(job)  # a regrade that is applied now waits, or ended
    goes_to_review = follow_checks(submission, is_full=stored.is_full)
    grade = recompute_grade(enrollment=submission.enrollment, project=submission.project)
    if not goes_to_review:
        _tell_result(submission, stored, grade)
    return True


@transaction.atomic
def fail_job(*, job: GradingJob, state: str, failure: str, error: str) -> bool:
    """End a job by our own fault: the learner is told, staff are alerted, no attempt that counts is charged."""
    if not end_job(job=job, state=state, failure=failure, error=error):
        return False
    give_up(job=job)
    return True


def give_up(*, job: GradingJob) -> None:
    """Show a submission as "could not run", tell its learner and alert the staff; the job has been closed."""
    if _is_noted_elsewhere(job, None):
        return
    submission = Submission.objects.select_related("project", "enrollment__cohort", "enrollment__user").get(
        pk=job.submission_id
    )
    move(submission, IN_CHECKS, SubmissionState.COULD_NOT_RUN)
    notify(
        recipient=submission.enrollment.user,
        key=f"could-not-run:{job.pk}",
        kind=Kind.CHECKS_COULD_NOT_RUN,
        title=f"The checks of {submission.project} could not run",
        body="This is our fault, not yours: your work is kept, no attempt is charged, and staff were alerted.",
        path=reverse("submission_detail", args=[submission.pk]),
    )
    for person in staff_of(submission.enrollment.cohort):
        notify(
            recipient=person,
            key=f"could-not-run:{job.pk}",
            kind=Kind.GRADING_TROUBLE,
            title=f"Checks of {submission.project} could not run for {submission.enrollment.user}",
            body="Open the submission to see why, and retry once it is mended.",
            path=reverse("submission_detail", args=[submission.pk]),
        )


def _is_noted_elsewhere(job: GradingJob, result: GradingResult | None) -> bool:
    """Of a dry run only its batch is told, of an attempt at the entry exercise who applies; other results make grades."""
    if job.is_entry:
        note_entry(job=job, result=result)
    elif not job.counts:
        note_dry_run(job=job, result=result)
    return job.is_entry or not job.counts


def system_fault(*, job: GradingJob, error: str) -> bool:
    """Our failure while a job ran: back to the queue, and given up the third time."""
    if job.attempt >= MAX_ATTEMPTS:
        return fail_job(job=job, state=JobState.SYSTEM_FAILED, failure="system_error", error=error)
    return put_back(job=job, pause=RETRY_PAUSE * job.attempt, failure="system_error", error=error, counts=True)


def box_missing(*, job: GradingJob, reason: str, remedy: str) -> bool:
    """No isolation, no run: the job waits with the reason shown, however long it takes to mend."""
    return put_back(job=job, pause=BOX_PAUSE, failure="box_unavailable", error=reason, remedy=remedy, counts=False)


def _tell_result(submission: Submission, result: GradingResult, grade: Grade) -> None:
    points = f"{plain_number(result.score)} of {plain_number(result.max_score)} points"
    if grade.submission_id == submission.pk and grade.is_late and grade.score:
        points += f", {plain_number(grade.score)} count because it was late"
    notify(
        recipient=submission.enrollment.user,
        key=f"checks:{result.job_id}",
        kind=Kind.CHECKS_FINISHED,
        title=f"{submission.project}: {points}",
        body=f"The checks of attempt {submission.number} are done.",
        path=reverse("submission_detail", args=[submission.pk]),
        email_from=timezone.now() + RESULT_MAIL_PAUSE,
    )
