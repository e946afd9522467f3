"""What mentors say about submissions."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from projects.models.projects import Criterion, Level
from projects.models.submissions import Submission

REVIEWED = "reviewed"  # what lists tell the learner of a decision that may still be undone


def undoable_since() -> datetime:
    """The moment after which unseen decisions must have been made to be taken back now."""
    return timezone.now() - timedelta(minutes=settings.REVIEW_UNDO_MINUTES)


class ReviewState(models.TextChoices):
    CLAIMED = "claimed", "Claimed"
    FINISHED = "finished", "Finished"
    RELEASED_CLAIM = "let_go", "Let go"
    UNDONE = "undone", "Undone"
    REOPENED = "reopened", "Reopened"


class Verdict(models.TextChoices):
    PASSED = "passed", "Passed"
    NEEDS_MORE_WORK = "needs_more_work", "Needs more work"


class ReviewQuerySet(models.QuerySet):
    def in_force(self):
        return self.filter(state__in=(ReviewState.CLAIMED, ReviewState.FINISHED))

    def finished(self):
        return self.filter(state=ReviewState.FINISHED)

    def given(self):
        """Decisions that the learner was told: in force, or kept while their work is reviewed once more."""
        return self.filter(state__in=(ReviewState.FINISHED, ReviewState.REOPENED))

    def claimed(self):
        return self.filter(state=ReviewState.CLAIMED)

    def ended_claims_of(self, user):
        """Drafts that `user` let go, or that were let go for them, the newest first."""
        return self.filter(state=ReviewState.RELEASED_CLAIM, reviewer=user).order_by("-claimed_at", "-pk")

    def unseen(self):
        """Decisions that the learner has not read yet."""
        return self.finished().filter(seen_at=None)

    def undoable(self):
        """Decisions that can still be taken back: young, and not yet seen by the learner, whom no list tells them."""
        return self.unseen().filter(finished_at__gte=undoable_since())

    def undoable_by(self, user):
        return self.undoable().filter(reviewer=user)


class Review(models.Model):
    """One reviewer's verdict on one submission, claimed with a lease, drafted, finished,
    and undoable for a short while.
    """

    State = ReviewState
    Verdict = Verdict

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews")
    state = models.CharField(max_length=20, choices=ReviewState.choices, default=ReviewState.CLAIMED)
    claimed_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField()
    verdict = models.CharField(max_length=20, choices=Verdict.choices, blank=True)
    comment = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    waited_since = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission"],
                condition=Q(state__in=(ReviewState.CLAIMED, ReviewState.FINISHED)),
                name="one_review_in_force_per_submission",
            ),
            models.CheckConstraint(condition=Q(state__in=ReviewState.values), name="review_state_is_known"),
            models.CheckConstraint(condition=Q(verdict__in=["", *Verdict.values]), name="review_verdict_is_known"),
            models.CheckConstraint(
                condition=~Q(state=ReviewState.FINISHED) | (~Q(verdict="") & Q(finished_at__isnull=False)),
                name="finished_review_has_a_verdict",
            ),
        ]
        indexes = [models.Index(fields=["reviewer", "state"], name="reviews_by_reviewer")]
        ordering = ["-claimed_at"]

    def __str__(self):
        return f"review of {self.submission} by {self.reviewer}"

    @property
    def undo_until(self):
        """Until when a finished review can be undone, if the learner has not seen it before."""
        return self.finished_at + timedelta(minutes=settings.REVIEW_UNDO_MINUTES)

    @property
    def told_at(self):
        """From when on every page tells the learner a finished review's decision: once they read it, or it stands."""
        return min(self.seen_at or self.undo_until, self.undo_until)


class ReviewScore(models.Model):
    """The level a review gives on one criterion."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="scores")
    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="scores")
    comment = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "criterion"], name="one_level_per_criterion_in_a_review")
        ]

    def __str__(self):
        return f"{self.criterion}: {self.level}"


def judged_by(submission):
    """The criteria that the decision about a submission was made by, else those of its project's rubric: once a cohort has
    moved to another version of its program, these may be others. Two queries."""
    given = Criterion.objects.filter(scores__review__in=submission.reviews.given()).distinct()
    return given if given.exists() else Criterion.objects.filter(rubric__project=submission.project_id)
