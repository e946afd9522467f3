"""Everything the review page shows of one submission, each part fetched when it is asked for."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Prefetch
from django.utils.safestring import SafeString, mark_safe

from lms.accounts.models import User
from lms.lib.markdown import render_untrusted
from projects.actions.grades import late_attempts
from projects.actions.reviews import ReviewRefused
from projects.models import Criterion, GradingResult, Level, Review, ReviewScore, Submission
from projects.models.reviews import ReviewState, judged_by
from projects.models.submissions import SubmissionState
from projects.reviewing.draft import Draft, Tally, plain


@dataclass(frozen=True)
class ShownLevel:
    level: Level
    number: int
    chosen: bool
    earlier: bool

    @property
    def points(self) -> str:
        return plain(self.level.points)


@dataclass(frozen=True)
class ShownCriterion:
    """A criterion with its levels, which is chosen, and which the review of the earlier attempt gave."""

    criterion: Criterion
    levels: list[ShownLevel]
    earlier: Level | None

    @property
    def earlier_points(self) -> str:
        return plain(self.earlier.points) if self.earlier else ""

    @property
    def is_missing(self) -> bool:
        return not any(level.chosen for level in self.levels)


class Workspace:
    """One submission as `viewer` may review it. `typed` is what they just sent; it stays on the page whatever happened."""

    def __init__(self, submission: Submission, viewer: User, *, typed: Draft | None = None, refusal: str = "") -> None:
        self.submission = submission
        self.viewer = viewer
        self.typed = typed
        self.refusal = refusal

    @cached_property
    def review(self) -> Review | None:
        """The review in force: claimed or finished."""
        return Review.objects.in_force().filter(submission=self.submission).select_related("reviewer").first()

    @cached_property
    def mode(self) -> str:
        """mine, taken (somebody else's claim), finished, outdated (a newer attempt exists), waiting, or closed."""
        if self.review and self.review.state == ReviewState.CLAIMED:
            return "mine" if self.review.reviewer_id == self.viewer.pk else "taken"
        if self.review:
            return "finished"
        if self.newest.pk != self.submission.pk:
            return "outdated"
        return "waiting" if self.submission.state == SubmissionState.WAITING_FOR_REVIEW else "closed"

    @cached_property
    def attempts(self) -> list[Submission]:
        """All attempts of this learner at this project, the newest first."""
        return list(
            Submission.objects.filter(enrollment=self.submission.enrollment_id, project=self.submission.project_id)
            .order_by("-number")
            .prefetch_related(
                "files__stored",
                Prefetch(
                    "reviews",
                    Review.objects.given().select_related("reviewer").order_by("-finished_at", "-pk"),
                    to_attr="given",
                ),
            )
        )

    @property
    def newest(self) -> Submission:
        return self.attempts[0]

    @cached_property
    def earlier(self) -> Submission | None:
        """The attempt before this one."""
        return next((one for one in self.attempts if one.number < self.submission.number), None)

    @cached_property
    def earlier_review(self) -> Review | None:
        """The newest decision that this review follows: of this attempt, if it was reopened, else of one before it."""
        before = [one for one in self.attempts if one.number <= self.submission.number]
        given = [review for one in before for review in one.given if review != self.review]
        return given[0] if given else None

    @property
    def is_late(self) -> bool:
        return bool(late_attempts(attempts=[self.submission]))

    @cached_property
    def result(self) -> GradingResult | None:
        return GradingResult.objects.standing().filter(job__submission=self.submission).first()

    @cached_property
    def criteria(self) -> list[Criterion]:
        """Of a finished review those that it was given by; else those of the rubric as it is now."""
        rubric = Criterion.objects.filter(rubric__project=self.submission.project_id)
        rubric = judged_by(self.submission) if self.mode == "finished" else rubric
        return list(rubric.prefetch_related("levels"))

    @cached_property
    def ended(self) -> Draft | None:
        """What the viewer had written in a claim that ended, where they hold none now."""
        if self.mode not in ("waiting", "taken"):
            return None
        claim = Review.objects.ended_claims_of(self.viewer).filter(submission=self.submission).first()
        draft = Draft.of(claim) if claim else Draft()
        return None if draft.is_empty else draft

    @cached_property
    def draft(self) -> Draft:
        """What the form holds: just typed, else stored in the review in force, else kept from a claim that ended."""
        if self.typed:
            return self.typed
        if self.mode in ("mine", "finished"):
            return Draft.of(self.review)
        return self.ended or Draft()

    @cached_property
    def tally(self) -> Tally:
        rubric = getattr(self.submission.project, "rubric", None)
        return Tally.of(self.draft, self.criteria, rubric.pass_percent if rubric else 0)

    @property
    def advises_against(self) -> str:
        """The decision that the draft holds though its points speak against it, if it does."""
        return self.draft.verdict if self.tally.advice(self.draft.verdict) else ""

    @cached_property
    def rubric(self) -> list[ShownCriterion]:
        before = {}
        if self.earlier_review:
            scores = ReviewScore.objects.filter(review=self.earlier_review).select_related("level")
            before = {score.criterion_id: score.level for score in scores}
        return [self._shown(criterion, before.get(criterion.pk)) for criterion in self.criteria]

    def _shown(self, criterion: Criterion, earlier: Level | None) -> ShownCriterion:
        chosen = self.draft.levels.get(criterion.pk)
        levels = [
            ShownLevel(level, number, level.pk == chosen, bool(earlier and level.pk == earlier.pk))
            for number, level in enumerate(criterion.levels.all(), 1)
        ]
        return ShownCriterion(criterion, levels, earlier)

    @property
    def comment_html(self) -> SafeString:
        return mark_safe(render_untrusted(self.draft.comment))

    @property
    def earlier_comment_html(self) -> SafeString:
        return mark_safe(render_untrusted(self.earlier_review.comment if self.earlier_review else ""))

    @property
    def note_html(self) -> SafeString:
        return mark_safe(render_untrusted(self.submission.note))

    @property
    def link_is_web(self) -> bool:
        return self.submission.link.startswith(("https://", "http://"))

    @property
    def is_mine(self) -> bool:
        return self.mode == "mine"

    @property
    def shows_verdict(self) -> bool:
        return self.mode == "finished"

    @property
    def can_undo(self) -> bool:
        return self.mode == "finished" and Review.objects.undoable_by(self.viewer).filter(pk=self.review.pk).exists()

    def own_review(self) -> Review:
        """The viewer's newest review of this submission; refused when they never claimed it."""
        own = Review.objects.filter(submission=self.submission, reviewer=self.viewer).select_related(
            "submission__enrollment__user", "submission__project__activity"
        )
        review = own.order_by("-claimed_at", "-pk").first()
        if review is None:
            raise ReviewRefused(
                "You have not claimed this review, so nothing was saved. What you typed is still on this page."
            )
        return review
