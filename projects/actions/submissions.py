"""Handing work in."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

import structlog
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from courses.actions.holding import check_learning, lock_work_of
from courses.models import Enrollment
from courses.models.enrollments import EnrollmentState
from courses.places import learning_place
from courses.schedule import closes
from lms.accounts import audit
from lms.accounts.models import User
from lms.lib.prepared import Prepared
from projects.actions.accepting import SubmissionRefused, check_allowance, check_content
from projects.actions.grades import note_new_attempt
from projects.actions.grading import request_grading
from projects.actions.states import send_to_review
from projects.allowance import allowance_of
from projects.models import GraderVersion, Project, StoredFile, Submission, SubmissionFile
from projects.models.submissions import SubmissionState

logger = structlog.get_logger(__name__)
UNDER_REVIEW = (SubmissionState.IN_REVIEW,)


def submit_work(
    *, project: Project, enrollment: Enrollment, files: Mapping[str, bytes], link: str = "", note: str = "", by: User
) -> Submission:
    """Hand in one attempt: files are stored once by SHA-256, then the submission and its grading job in one
    transaction.

    Raises `InvalidInput` for work that cannot be taken, `SubmissionRefused` when it is not the time for it; nothing is
    kept then. Redis is not needed: a job that could not be announced is announced by the reconciler.
    """
    now = timezone.now()
    due_at = _check_time(project, enrollment, now)
    version = NEWEST_VERSION.first(project=project.pk)
    check_content(project, version, files, link)
    digest = _digest(files, link, note)
    stored = _keep(files)
    try:
        with transaction.atomic():
            lock_work_of(enrollment.pk)
            check_learning(enrollment, project.curriculum_id)
            last = LAST.first(enrollment=enrollment.pk, project=project.pk)
            if last:
                _check_attempt(last, project, version, enrollment, digest, now)
            submission = Submission.objects.create(
                enrollment=enrollment,
                project=project,
                number=last.number + 1 if last else 1,
                submitted_by=by,
                submitted_at=now,
                due_at=due_at,
                link=link,
                note=note.strip(),
                digest=digest,
            )
            StoredFile.objects.note(stored.values())
            SubmissionFile.objects.bulk_create(
                [SubmissionFile(submission=submission, name=name, stored=file) for name, file in stored.items()]
            )
            note_new_attempt(submission)
            if files and version:
                request_grading(submission=submission, grader_version=version)
            else:
                send_to_review(submission)
            audit.record("submit_work", by=by, target=submission, after={"number": submission.number, "digest": digest})
    except IntegrityError as error:
        raise SubmissionRefused("This work arrived twice at once; the first was kept, this one was not.") from error
    return submission


def _keep(files: Mapping[str, bytes]) -> dict[str, StoredFile]:
    try:
        return {name: StoredFile.objects.write(data) for name, data in files.items()}
    except OSError as error:
        logger.error("files_not_stored", error=str(error))
        raise SubmissionRefused(
            "Your files could not be stored. This is our fault, not yours: nothing was handed in and no attempt is "
            "charged. Keep your work and try again in some minutes; tell the office if it stays.",
            code="storage_trouble",
        ) from error


def _check_time(project: Project, enrollment: Enrollment, now: datetime) -> datetime | None:
    if enrollment.state == EnrollmentState.PAUSED:
        raise SubmissionRefused(
            "Your place is paused, so nothing is handed in. Ask the office to resume; your dates move."
        )
    if enrollment.state != EnrollmentState.ACTIVE:
        raise SubmissionRefused(f"Your place is {enrollment.get_state_display().lower()}; nothing was handed in.")
    if project.curriculum_id != enrollment.cohort.curriculum_id:
        raise SubmissionRefused("This project belongs to another cohort's curriculum; nothing was handed in.")
    dates = learning_place(enrollment).dates(project.activity)
    if now < dates.available.at:
        raise SubmissionRefused(
            f"This opens on {dates.available.sentence(enrollment.user.time_zone)}. Nothing was handed in."
        )
    if closes(dates, now):
        assert dates.until
        raise SubmissionRefused(
            f"This closed on {dates.until.sentence(enrollment.user.time_zone)}. Nothing was handed in; "
            "ask the office for an extension."
        )
    return dates.due.at if dates.due else None


def _check_attempt(
    last: Submission,
    project: Project,
    version: GraderVersion | None,
    enrollment: Enrollment,
    digest: str,
    now: datetime,
) -> None:
    allowance = allowance_of(project=project, version=version, enrollment=enrollment, now=now)
    check_allowance(allowance, Submission.objects.filter(project=project, enrollment=enrollment), enrollment.user, now)
    if last.state in UNDER_REVIEW:
        raise SubmissionRefused(
            f"Attempt {last.number} is being reviewed right now. Wait for the feedback, then hand in again."
        )
    if last.state == SubmissionState.PASSED:
        raise SubmissionRefused("You have passed this project already; nothing was handed in.")
    if last.digest == digest and not last.is_settled and last.state != SubmissionState.COULD_NOT_RUN:
        raise SubmissionRefused(
            f"You have just handed in exactly this as attempt {last.number}; it was not taken twice."
        )


def _last(enrollment: int, project: int) -> QuerySet[Submission]:
    return Submission.objects.filter(enrollment=enrollment, project=project).order_by("-number")[:1]


LAST = Prepared(_last, "enrollment", "project")
NEWEST_VERSION = Prepared(
    lambda project: GraderVersion.objects.filter(project=project).order_by("-number")[:1], "project"
)


def _digest(files: Mapping[str, bytes], link: str, note: str) -> str:
    total = hashlib.sha256()
    for name, data in sorted(files.items()):
        total.update(name.encode() + b"\0" + hashlib.sha256(data).digest())
    total.update(link.encode() + b"\0" + note.strip().encode())
    return total.hexdigest()
