"""The states a submission goes through, and what happens when it gets there."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from courses.models import Cohort
from lms.accounts.models import User
from lms.notifications.actions import notify
from lms.notifications.models import Kind
from mentors.models import MentorAssignment
from projects.models import Grade, Submission
from projects.models.submissions import SubmissionState

RESULT_MAIL_PAUSE = timedelta(minutes=2)
"""Who waits for the checks on their page has read the result by then, and needs no e-mail about it."""
CHECKING = (SubmissionState.CHECKS_QUEUED, SubmissionState.CHECKS_RUNNING)


def move(
    submission: Submission,
    sources: Iterable[str],
    target: str,
    *,
    keep_clock: bool = False,
    since: datetime | None = None,
    recomputes: bool = False,
) -> bool:
    """Move a submission to `target` if it is in one of `sources` now; False when it was not.

    `keep_clock` leaves `state_changed_at` alone: who waits for a review keeps their place when a claim comes and goes; `since`
    puts it back to where it was.
    `recomputes` says that the caller recomputes the grade in the same transaction, which then need not be told here.
    """
    now = timezone.now()
    changes = {"state": target} if keep_clock else {"state": target, "state_changed_at": since or now}
    moved = Submission.objects.filter(pk=submission.pk, state__in=sources).update(**changes)
    if moved:
        for name, value in changes.items():
            setattr(submission, name, value)
        if not recomputes:
            Grade.objects.filter(newest=submission.pk).update(state=target, changed_at=now)
    return bool(moved)


def follow_checks(submission: Submission, *, is_full: bool) -> bool:
    """Move a submission to what the result that stands says; True when that sent it to review. Recompute its grade next.

    What waits for a mentor, or was decided by one, stays; failed checks of a newest attempt that are full now go to review.
    """
    reviewed = submission.project.is_reviewed
    if reviewed and is_full:
        failed = () if submission.newer_attempts().exists() else (SubmissionState.CHECKS_FAILED,)
        if send_to_review(submission, sources=(*CHECKING, *failed)):
            return True
    target = SubmissionState.CHECKS_PASSED if is_full else SubmissionState.CHECKS_FAILED
    settled = () if reviewed else (SubmissionState.CHECKS_PASSED, SubmissionState.CHECKS_FAILED)
    move(submission, [state for state in (*CHECKING, *settled) if state != target], target, recomputes=True)
    return False


def send_to_review(submission: Submission, *, sources: Iterable[str] = CHECKING, again: str = "") -> bool:
    """Put a submission into the review queue and tell its mentor, or the staff when there is none.

    `again` makes the telling another fact, where it was told once before.
    """
    if not move(submission, sources, SubmissionState.WAITING_FOR_REVIEW):
        return False
    assignment = (
        MentorAssignment.objects.current()
        .filter(enrollment=submission.enrollment_id)
        .select_related("mentor__user")
        .first()
    )
    learner = submission.enrollment.user
    for person in [assignment.mentor.user] if assignment else staff_of(submission.enrollment.cohort):
        notify(
            recipient=person,
            key=f"review-wanted:{submission.pk}{again}",
            kind=Kind.REVIEW_WANTED,
            title=f"{learner} waits for your review of {submission.project}",
            body="" if assignment else f"{learner} has no mentor; anyone in the office can review or assign one.",
            path=reverse("submission_review", args=[submission.pk]),
        )
    return True


def staff_of(cohort: Cohort) -> list[User]:
    """Everyone who runs the cohort or its program."""
    people = User.objects.filter(cohort_staff__cohort=cohort) | User.objects.filter(
        program_staff__program=cohort.program_id
    )
    return list(people.distinct())
