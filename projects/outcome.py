"""What came of a submission, as its page tells it: checks, the attempts beside each other, reviews, and why this grade."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import mark_safe

from lms.accounts.models import User
from lms.lib import present
from lms.lib.markdown import render_untrusted
from lms.notifications.actions import mark_read
from lms.notifications.models import Notification
from projects.actions.grades import late_attempts, late_factor
from projects.actions.leases import IN_CHECKS
from projects.actions.reviews import mark_seen
from projects.brief import Attempt, attempts_of, title_of
from projects.models import Grade, GraderVersion, GradingJob, GradingResult, RegradeRequest, Review, Submission
from projects.models.regrade_requests import ask_until
from projects.models.submissions import SubmissionState
from projects.permissions import can_read_feedback
from projects.why import Reasons, reasons_of

COMPARED = 6
WORDS = {
    "passed": ("Passed", "green", "circle-check"),
    "partial": ("Partly", "amber", "circle-dashed"),
    "failed": ("Failed", "red", "circle-x"),
    "compile_error": ("Not valid Python", "red", "circle-x"),
    "runtime_error": ("Stopped with an error", "red", "circle-x"),
    "time_limit": ("Used too much time", "red", "clock-alert"),
    "wall_limit": ("Took too long", "red", "clock-alert"),
    "memory_limit": ("Used too much memory", "red", "circle-x"),
    "output_limit": ("Printed too much", "red", "circle-x"),
    "process_limit": ("Started too many processes", "red", "circle-x"),
    "policy_violation": ("Not allowed", "red", "ban"),
    "missing_target": ("Not found", "red", "circle-x"),
    "protocol_error": ("No answer", "red", "circle-x"),
}


@dataclass(frozen=True)
class ShownGroup:
    """One group of checks; of a hidden one, the message is all there is to see."""

    id: str
    title: str
    score: Decimal
    max_score: Decimal
    verdict: str
    message: str
    is_hidden: bool

    @property
    def look(self) -> tuple[str, str, str]:
        return WORDS.get(self.verdict, ("Could not run", "amber", "triangle-alert"))


@dataclass(frozen=True)
class Outcome:
    """Everything a submission's page shows, read in a fixed number of queries."""

    submission: Submission
    job: GradingJob | None
    result: GradingResult | None
    groups: list[ShownGroup]
    attempts: list[Attempt]
    reviews: list[Review]
    grade: Grade | None
    is_late: bool
    reasons: Reasons | None
    requests: list[RegradeRequest]

    @property
    def late_factor(self) -> Decimal:
        return late_factor(is_late=self.is_late)

    @property
    def in_checks(self) -> bool:
        return self.submission.state in IN_CHECKS

    @property
    def could_not_run(self) -> bool:
        return self.submission.state == SubmissionState.COULD_NOT_RUN

    @property
    def box_is_missing(self) -> bool:
        return self.in_checks and self.job is not None and self.job.failure == "box_unavailable"

    @property
    def review(self) -> Review | None:
        return next((one for one in self.reviews if one.submission_id == self.submission.pk), None)

    @property
    def earlier_reviews(self) -> list[Review]:
        """Of earlier attempts, and of this one before it was reopened."""
        return [one for one in self.reviews if one.submission.number <= self.submission.number and one != self.review]

    @property
    def newer(self) -> Submission | None:
        """The newest attempt, when it is a newer one than this."""
        newest = self.attempts[0].submission if self.attempts else self.submission
        return newest if newest.number > self.submission.number else None

    @property
    def counted_groups(self) -> list[ShownGroup]:
        """The groups of checks that the grade is made of, in the order of the grader."""
        return groups_of(self.reasons.result) if self.reasons and self.reasons.result else []

    @property
    def grader_version(self) -> GraderVersion | None:
        """The one that the grade comes from; before there is one, that of this attempt's own result."""
        result = self.reasons.result if self.reasons else self.result
        return result.job.grader_version if result else None

    @property
    def may_ask(self) -> bool:
        """Whether the learner may ask about this attempt now; the action has the last word."""
        if not self.counts or self.reasons is None or any(one.state == "open" for one in self.requests):
            return False
        parts = [self.grade and self.grade.released_at, self.result and self.result.created_at]
        parts += [self.review.finished_at] if self.review else []
        return present.now() <= ask_until(max(part for part in parts if part))

    @property
    def counts(self) -> bool:
        return self.grade is not None and self.grade.submission_id == self.submission.pk

    @property
    def points(self) -> tuple[Decimal, Decimal] | None:
        """What stands at the top, got and to get: the grade where this attempt makes it. Before a review those of the
        checks; after one they would pass for the whole, so there are none."""
        if self.grade and self.grade.released_at and self.counts and self.grade.score is not None:
            return self.grade.score, self.grade.max_score
        return (self.result.score, self.result.max_score) if self.result and not self.review else None

    @property
    def compared(self) -> list[tuple[str, list[ShownGroup | None]]]:
        """For each group of checks its result in the newest attempts, oldest first; empty when there is only one."""
        columns = [groups_of(one.result) for one in self.columns if one.result]
        if len(columns) < 2:
            return []
        titles = {group.id: group.title for groups in columns for group in groups}
        cells = [{group.id: group for group in groups} for groups in columns]
        return [(title, [found.get(key) for found in cells]) for key, title in titles.items()]

    @property
    def any_late(self) -> bool:
        return any(one.late_factor != 1 for one in self.columns)

    @property
    def columns(self) -> list[Attempt]:
        """The compared attempts, oldest first: the newest ones that have a result."""
        return [one for one in self.attempts if one.result][:COMPARED][::-1]


def outcome_of(submission: Submission) -> Outcome:
    jobs = list(
        submission.jobs.counting().select_related("result", "grader_version").order_by("-requested_at", "-pk")[:10]
    )
    result = next((job.result for job in jobs if job.state == GradingJob.State.DONE and hasattr(job, "result")), None)
    grade = (
        Grade.objects.filter(enrollment=submission.enrollment_id, project=submission.project_id)
        .select_related("submission__enrollment", "submission__project")
        .first()
    )
    attempts = attempts_of(submission.enrollment, submission.project, counting=grade and grade.submission_id)
    reviews = finished_reviews([one.submission for one in attempts]) if submission.project.is_reviewed else []
    return Outcome(
        submission=submission,
        job=jobs[0] if jobs else None,
        result=result,
        groups=groups_of(result) if result else [],
        attempts=attempts,
        reviews=reviews,
        grade=grade,
        is_late=bool(late_attempts(attempts=[submission])),
        reasons=reasons_of(grade, attempts, reviews),
        requests=list(submission.regrade_requests.select_related("answered_by")),
    )


def groups_of(result: GradingResult) -> list[ShownGroup]:
    version = result.job.grader_version
    return [
        ShownGroup(
            id=one["id"],
            title=title_of(one["id"], version, one["title"]),
            score=Decimal(one["score"]),
            max_score=Decimal(one["max_score"]),
            verdict=one["verdict"],
            message=one["message"],
            is_hidden=one["visibility"] == "hidden",
        )
        for one in result.groups
    ]


def finished_reviews(submissions: Iterable[Submission]) -> list[Review]:
    """The finished reviews of these attempts, newest first, each with its points."""
    reviews = list(
        Review.objects.given()
        .filter(submission__in=list(submissions))
        .select_related("reviewer", "submission")
        .prefetch_related("scores__criterion__levels", "scores__level")
        .order_by("-submission__number", "-finished_at", "-pk")
    )
    for review in reviews:
        review.ordered_scores = sorted(review.scores.all(), key=lambda score: score.criterion.position)
        for score in review.ordered_scores:
            score.maximum = max(level.points for level in score.criterion.levels.all())
        review.comment_html = mark_safe(render_untrusted(review.comment))
        review.points = sum((score.level.points for score in review.ordered_scores), Decimal(0))
    return reviews


def note_reading(user: User, submission: Submission, path: str) -> None:
    """The learner reads what came of their work: feedback counts as seen, and what told them of it as read."""
    if user.seen_in is not None or not can_read_feedback(user, submission):
        return
    if submission.project.is_reviewed:
        mark_seen(enrollment=submission.enrollment, project=submission.project)
    note_told(user, path)


def note_told(user: User, path: str) -> None:
    """What told `user` of the page at `path` counts as read."""
    told = Notification.objects.filter(recipient=user, path=path).unread().values_list("pk", flat=True)
    if keys := list(told):
        mark_read(recipient=user, keys=keys)
