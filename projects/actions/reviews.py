"""Reviewing: claim with a lease, draft, decide, undo, and what the learner has seen."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from courses.actions.holding import lock_work_of
from courses.actions.progress import show_done
from courses.models import Enrollment
from lms.accounts import audit
from lms.accounts.models import User
from lms.lib.errors import DomainError, InvalidInput
from lms.lib.prepared import Prepared
from lms.notifications.actions import notify, take_back
from lms.notifications.models import Kind
from projects.actions.grades import recompute_grade, rubric_points
from projects.actions.states import move, send_to_review
from projects.models import Criterion, Level, Project, Review, ReviewScore, Submission
from projects.models.grades import GradeCause
from projects.models.reviews import ReviewState, Verdict
from projects.models.submissions import SubmissionState

STALE_BATCH = 200


class ReviewRefused(DomainError):
    code = "review_refused"


@transaction.atomic
def claim_review(*, submission: Submission, by: User) -> Review:
    """Take a waiting submission to review; one reviewer at a time, also when two click at once.

    The lease lasts `REVIEW_LEASE_MINUTES` and is renewed by every saved draft. Claiming one's own claim again returns
    it; claiming again after a claim that ended goes on from its draft.
    """
    lock_work_of(submission.enrollment_id)
    mine = Review.objects.claimed().filter(submission=submission, reviewer=by).first()
    if mine:
        return mine
    if not move(submission, (SubmissionState.WAITING_FOR_REVIEW,), SubmissionState.IN_REVIEW, keep_clock=True):
        raise ReviewRefused(_why_not_waiting(submission))
    if submission.newer_attempts().exists():
        raise ReviewRefused("The learner has handed in a newer attempt; review that one.")
    try:
        with transaction.atomic():
            review = Review.objects.create(submission=submission, reviewer=by, lease_until=_lease_end())
    except IntegrityError as error:
        raise ReviewRefused("Someone else has just taken this review.") from error
    _carry_over_draft(review)
    audit.record("claim_review", by=by, target=submission)
    return review


@transaction.atomic
def let_go(*, review: Review, by: User | None) -> None:
    """Return a claimed submission to the queue; the draft is kept with the review for its history."""
    if not _return_to_queue(review, Review.objects.claimed()):
        raise ReviewRefused("This claim has ended already.")
    audit.record("let_go_review", by=by, target=review.submission)


@transaction.atomic
def save_draft(
    *, review: Review, levels: Mapping[int, int], comment: str, by: User, verdict: str = "", project: int | None = None
) -> None:
    """Keep what a reviewer has written so far (criterion id to level id) and renew the lease.

    `project` is the id of the one whose rubric they saw: refused when a move of the cohort has led the work to another.
    """
    if verdict and verdict not in Verdict.values:
        raise InvalidInput("Decide: Passed or Needs more work. Nothing was saved.")
    _hold(review.submission, project)
    mine = Review.objects.claimed().filter(pk=review.pk, reviewer=by)
    if not mine.update(comment=comment, verdict=verdict, lease_until=_lease_end()):
        raise ReviewRefused(_why_not_claimed(review))
    _score(review, levels)


@transaction.atomic
def finish_review(
    *, review: Review, verdict: str, levels: Mapping[int, int], comment: str, by: User, project: int | None = None
) -> Review:
    """Decide: every criterion has a level, the comment says why. The grade is released and the learner told, by e-mail
    only once the decision cannot be undone, so that no e-mail speaks of a decision that was replaced.
    """
    save_draft(review=review, levels=levels, comment=comment, verdict=verdict, by=by, project=project)
    _check_complete(review, verdict, comment)
    review.scores.exclude(
        criterion__rubric__project=review.submission.project_id
    ).delete()  # drafted by an older rubric
    finished = Review.objects.claimed().filter(pk=review.pk)
    now = timezone.now()
    submission = review.submission
    submission.refresh_from_db(fields=["state_changed_at"])
    decided = {"verdict": verdict, "finished_at": now, "waited_since": submission.state_changed_at}
    if not finished.update(state=ReviewState.FINISHED, **decided):
        raise ReviewRefused("This review is finished already.")
    target = SubmissionState.PASSED if verdict == Verdict.PASSED else SubmissionState.NEEDS_MORE_WORK
    move(submission, (SubmissionState.IN_REVIEW,), target)
    recompute_grade(enrollment=submission.enrollment, project=submission.project, cause=GradeCause.REVIEW, by=by)
    review.refresh_from_db()
    points = str(rubric_points(review))
    audit.record("finish_review", by=by, target=submission, after={"verdict": verdict, "points": points})
    notify(
        recipient=submission.enrollment.user,
        key=f"review:{review.pk}",
        kind=Kind.REVIEW_FINISHED,
        title=f"{by} has reviewed {submission.project}",
        body="Open it to read the feedback and the decision.",
        path=reverse("submission_detail", args=[submission.pk]),
        email_from=review.undo_until,
    )
    return review


@transaction.atomic
def undo_review(*, review: Review, by: User) -> None:
    """Take a decision back within `REVIEW_UNDO_MINUTES`, unless the learner has seen it;
    the claim is the reviewer's again, with the levels, the comment and the decision as its draft, and the work has waited
    for as long as if nothing had been decided.
    """
    submission = review.submission
    lock_work_of(submission.enrollment_id)
    undone = Review.objects.undoable_by(by).filter(pk=review.pk)
    if not undone.update(state=ReviewState.CLAIMED, finished_at=None, lease_until=_lease_end()):
        raise ReviewRefused(_why_not_undoable(review))
    if submission.newer_attempts().exists():
        raise ReviewRefused("This decision stands: the learner has handed in again since. Nothing was changed.")
    settled = (SubmissionState.PASSED, SubmissionState.NEEDS_MORE_WORK)
    move(submission, settled, SubmissionState.IN_REVIEW, since=review.waited_since)
    take_back(recipient=submission.enrollment.user, key=f"review:{review.pk}")
    recompute_grade(enrollment=submission.enrollment, project=submission.project, cause=GradeCause.UNDO, by=by)
    audit.record("undo_review", by=by, target=submission, before={"verdict": review.verdict})


@transaction.atomic
def reopen_review(*, submission: Submission, reason: str, by: User) -> None:
    """Send decided work back to the review queue. The decision is kept and counts until the next one; the learner keeps
    their grade meanwhile.
    """
    lock_work_of(submission.enrollment_id)
    if submission.newer_attempts().exists():
        raise ReviewRefused("The learner has handed in a newer attempt; review that one. Nothing was changed.")
    decided = Review.objects.finished().filter(submission=submission)
    if not decided.update(state=ReviewState.REOPENED):
        raise ReviewRefused("There is no finished review of this attempt to reopen; nothing was changed.")
    settled = (SubmissionState.PASSED, SubmissionState.NEEDS_MORE_WORK)
    times = Review.objects.filter(submission=submission, state=ReviewState.REOPENED).count()
    if not send_to_review(submission, sources=settled, again=f":{times}"):
        raise ReviewRefused("This work is not decided any more; nothing was changed.")
    audit.record("reopen_review", by=by, target=submission, reason=reason)


def mark_seen(*, enrollment: Enrollment, project: Project) -> bool:
    """Note that the learner has read what came of their attempts at a project; from then on it cannot be undone. False when
    that was noted before.

    All attempts at once, since what is told of one of them also tells the grade.
    """
    work = {"enrollment": enrollment.pk, "project": project.pk}
    seen = bool(UNSEEN.rows(**work) and _unseen(**work).update(seen_at=timezone.now()))
    if seen:
        show_done(enrollment=enrollment, activity=project.activity_id)
    return seen


def _unseen(enrollment: int, project: int) -> QuerySet[Review]:
    told = Review.objects.finished().filter(submission__enrollment=enrollment, submission__project=project)
    return told.filter(seen_at=None)


UNSEEN = Prepared(lambda enrollment, project: _unseen(enrollment, project).values_list("pk"), "enrollment", "project")


def release_stale_claims() -> int:
    """Return submissions whose reviewer's lease ran out to the queue; how many."""
    stale = Review.objects.claimed().filter(lease_until__lt=timezone.now())
    returned = 0
    for review in stale.select_related("submission")[:STALE_BATCH]:
        with transaction.atomic():
            if _return_to_queue(review, stale):
                audit.record("review_claim_expired", by=None, target=review.submission)
                returned += 1
    return returned


def _lease_end() -> datetime:
    return timezone.now() + timedelta(minutes=settings.REVIEW_LEASE_MINUTES)


def _return_to_queue(review: Review, still: QuerySet[Review]) -> bool:
    """End a claim that is in `still` now; the learner keeps the place they had."""
    if not still.filter(pk=review.pk).update(state=ReviewState.RELEASED_CLAIM):
        return False
    move(review.submission, (SubmissionState.IN_REVIEW,), SubmissionState.WAITING_FOR_REVIEW, keep_clock=True)
    return True


def _carry_over_draft(review: Review) -> None:
    before = Review.objects.ended_claims_of(review.reviewer).filter(submission=review.submission).first()
    if before is None:
        return
    Review.objects.filter(pk=review.pk).update(comment=before.comment, verdict=before.verdict)
    ReviewScore.objects.bulk_create(
        [
            ReviewScore(review=review, criterion_id=score.criterion_id, level_id=score.level_id, comment=score.comment)
            for score in before.scores.all()
        ]
    )
    review.refresh_from_db()


def _why_not_waiting(submission: Submission) -> str:
    held = Review.objects.in_force().filter(submission=submission).select_related("reviewer").first()
    if held is None:
        return "This work does not wait for a review."
    if held.state == ReviewState.FINISHED:
        return f"{held.reviewer} has reviewed this already."
    return f"{held.reviewer} has taken this review. It returns to the queue if they let it go."


def _why_not_claimed(review: Review) -> str:
    review.refresh_from_db()
    if review.state == ReviewState.FINISHED:
        return "This review is finished already; nothing was changed."
    held = Review.objects.in_force().filter(submission=review.submission_id).select_related("reviewer").first()
    now = f"{held.reviewer} has taken the review since" if held else "the work waits for a review again"
    return f"Your claim has ended, so nothing was saved: {now}. What you typed is still on this page."


def _why_not_undoable(review: Review) -> str:
    review.refresh_from_db()
    if review.state != ReviewState.FINISHED:
        return "This review is not finished, so there is nothing to undo."
    why = "the learner has read it" if review.seen_at else f"{settings.REVIEW_UNDO_MINUTES} minutes have passed"
    return f"This decision stands: {why}. Nothing was changed."


def _hold(submission: Submission, project: int | None) -> None:
    """Wait for a move of the cohort, and go on with the project that the work belongs to now."""
    lock_work_of(submission.enrollment_id)
    submission.project_id = Submission.objects.values_list("project", flat=True).get(pk=submission.pk)
    if project not in (None, submission.project_id):
        raise ReviewRefused(
            "The cohort moved to another version of the program while this page was open, so its rubric is another one "
            "now. Nothing was saved; look at every level and choose again. Your comment is still on this page.",
            code="rubric_left",
        )


def _score(review: Review, levels: Mapping[int, int]) -> None:
    known = dict(
        Level.objects.filter(criterion__rubric__project=review.submission.project_id).values_list("pk", "criterion")
    )
    for criterion, level in levels.items():
        if known.get(level) != criterion:
            raise InvalidInput("A level does not belong to this project's rubric; nothing was saved.")
        ReviewScore.objects.update_or_create(review=review, criterion_id=criterion, defaults={"level_id": level})


def _check_complete(review: Review, verdict: str, comment: str) -> None:
    """Refuse a review with gaps, naming all of them."""
    scored = set(review.scores.values_list("criterion", flat=True))
    criteria = Criterion.objects.filter(rubric__project=review.submission.project_id)
    missing = [criterion.title for criterion in criteria if criterion.pk not in scored]
    gaps = [
        f"Choose a level for: {', '.join(missing)}." if missing else "",
        "" if comment.strip() else "Write a comment: the learner reads why.",
        "" if verdict in Verdict.values else "Decide: Passed or Needs more work.",
    ]
    if any(gaps):
        raise InvalidInput(" ".join(filter(None, gaps)))
