"""What counts: recomputing grades from results and reviews."""

from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone

from courses.actions.progress import complete_activity, reopen_activity
from courses.models import Enrollment
from courses.schedule import is_late
from projects.models import Grade, GradingResult, Project, Review, ReviewScore, Submission
from projects.models.submissions import SubmissionState

LATE_FACTOR = Decimal("0.9")
DONE = (SubmissionState.CHECKS_PASSED, SubmissionState.PASSED)


def note_new_attempt(submission: Submission) -> None:
    """Let the learner's grade row point to the newest attempt; what counts so far is kept."""
    project = submission.project
    Grade.objects.update_or_create(
        enrollment=submission.enrollment,
        project=project,
        defaults={"newest": submission, "state": submission.state, "changed_at": timezone.now()},
        create_defaults={
            "newest": submission,
            "state": submission.state,
            "checks_max": project.checks_max,
            "rubric_max": project.rubric_max,
        },
    )


def recompute_grade(*, enrollment: Enrollment, project: Project) -> Grade:
    """Recompute what counts for (enrollment, project); the same inputs always give the same grade.

    Exercises: the attempt with the most points after the late factor, the earlier on a tie, released at once.
    Reviewed projects: the newest attempt with a finished review, released by it; before that, nothing is released.
    """
    grade = Grade.objects.select_for_update().get(enrollment=enrollment, project=project)
    counted = _reviewed_attempt(enrollment, project) if project.is_reviewed else _best_attempt(enrollment, project)
    result = _result_of(counted) if counted else None
    review = _review_of(counted) if counted else None
    grade.submission = counted
    grade.checks_points = result.score if result else None
    grade.checks_max = result.max_score if result else project.checks_max
    grade.rubric_points = rubric_points(review) if review else None
    grade.late_factor = late_factor(counted) if counted else Decimal(1)
    grade.is_late = bool(counted and is_late(counted.due_at, counted.submitted_at))
    grade.released_at = (grade.released_at or timezone.now()) if counted else None
    grade.provenance = _provenance(counted, result, review)
    grade.changed_at = timezone.now()
    grade.state = Submission.objects.values_list("state", flat=True).get(pk=grade.newest_id)
    grade.save()
    _count_progress(enrollment, project)
    return grade


def late_factor(submission: Submission) -> Decimal:
    """The multiplier of work handed in after its effective due date: 0.9; 1 on time."""
    return LATE_FACTOR if is_late(submission.due_at, submission.submitted_at) else Decimal(1)


def rubric_points(review: Review) -> Decimal:
    """The sum of the points of the levels that a review gives."""
    total = ReviewScore.objects.filter(review=review).aggregate(total=Sum("level__points"))["total"]
    return Decimal(total or 0)


def _best_attempt(enrollment: Enrollment, project: Project) -> Submission | None:
    attempts = list(
        Submission.objects.filter(enrollment=enrollment, project=project, jobs__result__isnull=False)
        .exclude(state=SubmissionState.COULD_NOT_RUN)
        .order_by("number")
        .distinct()
    )
    scored = [(attempt, _result_of(attempt)) for attempt in attempts]
    counting = [(attempt, result.score * late_factor(attempt)) for attempt, result in scored if result]
    return max(counting, key=lambda pair: pair[1])[0] if counting else None


def _reviewed_attempt(enrollment: Enrollment, project: Project) -> Submission | None:
    reviewed = Submission.objects.filter(enrollment=enrollment, project=project, reviews__state=Review.State.FINISHED)
    return reviewed.order_by("-number").first()


def _result_of(submission: Submission) -> GradingResult | None:
    return (
        GradingResult.objects.filter(job__submission=submission, job__state="done")
        .order_by("-created_at", "-pk")
        .first()
    )


def _review_of(submission: Submission) -> Review | None:
    return submission.reviews.finished().first()


def _provenance(counted: Submission | None, result: GradingResult | None, review: Review | None) -> dict[str, object]:
    if counted is None:
        return {}
    return {
        "attempt": counted.number,
        "digest": counted.digest,
        "result": result.pk if result else None,
        "grader_version": result.job.grader_version_id if result else None,
        "review": review.pk if review else None,
        "rule": "newest reviewed attempt" if review else "best attempt",
    }


def _count_progress(enrollment: Enrollment, project: Project) -> None:
    done = Submission.objects.filter(enrollment=enrollment, project=project, state__in=DONE).exists()
    change = complete_activity if done else reopen_activity
    change(enrollment=enrollment, activity=project.activity)
