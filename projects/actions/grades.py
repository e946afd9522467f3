"""What counts: recomputing grades from results and reviews."""

from collections.abc import Container, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import cast

from django.db.models import Max, QuerySet, Sum
from django.utils import timezone

from courses.actions.progress import complete_activity, reopen_activity
from courses.models import Enrollment
from courses.schedule import is_late
from courses.timeline import timelines_of_all
from lms.accounts.models import User
from lms.lib.prepared import Prepared
from projects.actions.grade_history import facts_of, note_change
from projects.models import Grade, GradingResult, Project, Review, ReviewScore, Submission
from projects.models.grades import GradeCause
from projects.models.submissions import OPEN_FOR_REVIEW, SubmissionState

LATE_FACTOR = Decimal("0.9")
TOLD = ("score", "max_score", "created_at", "job__submission", "job__grader_version__number")
"""What of a result and its grader a grade tells."""

DONE = (SubmissionState.CHECKS_PASSED, SubmissionState.PASSED)


def note_new_attempt(submission: Submission) -> None:
    """Let the learner's grade row point to the newest attempt, the first of which makes it; what counts so far is kept."""
    work = {"enrollment": submission.enrollment, "project": submission.project}
    newest = {"newest": submission, "state": submission.state}
    if submission.number > 1:
        Grade.objects.filter(**work).update(**newest, changed_at=timezone.now())
    else:
        maxima = {"checks_max": submission.project.checks_max, "rubric_max": submission.project.rubric_max}
        Grade.objects.create(**work, **newest, **maxima)


def recompute_grade(
    *,
    enrollment: Enrollment,
    project: Project,
    cause: str = GradeCause.CHECKS,
    by: User | None = None,
    reason: str = "",
) -> Grade:
    """Recompute what counts for (enrollment, project); the same inputs always give the same grade.

    What changed is kept as a `GradeChange` with `cause`, `by` and `reason`; when nothing did, nothing is written there.

    Exercises: the attempt with the most points after the late factor, the earlier on a tie, released with its result.
    Reviewed projects: the newest attempt with a finished review, released by it; before that, nothing is released.
    Which attempts are late: `late_attempts`.
    """
    work = {"enrollment": enrollment.pk, "project": project.pk}
    grade: Grade | None = GRADE.first(**work)
    if grade is None:
        project = _successor_of(enrollment, project)
        work["project"] = project.pk
        grade = cast(Grade, GRADE.get(**work))
    old_score, old_facts = grade.score, facts_of(grade)
    attempts: list[Submission] = ATTEMPTS.objects(**work)
    late = late_attempts(attempts=attempts)
    results = {result.job.submission_id: result for result in RESULTS.objects(**work)}
    counted = _reviewed_attempt(attempts) if project.is_reviewed else best_attempt(attempts, results, late)
    result = results.get(counted.pk) if counted else None
    review = _review_of(counted) if counted and project.is_reviewed else None
    let_count(grade, project, counted, result, review, is_late=bool(counted and counted.pk in late))
    grade.state = next(one.state for one in attempts if one.pk == grade.newest_id)
    grade.save()
    if facts_of(grade) != old_facts:
        version = result.job.grader_version if result else None
        note_change(grade, old_score, version=version, cause=cause, by=by, reason=reason)
    _count_progress(enrollment, project, attempts)
    return grade


def let_count(
    grade: Grade,
    project: Project,
    counted: Submission | None,
    result: GradingResult | None,
    review: Review | None,
    *,
    is_late: bool,
) -> None:
    """Let an attempt with its result and review be what counts; nothing is saved. No query without a review."""
    grade.submission = counted
    grade.checks_points = result.score if result else None
    grade.checks_max = result.max_score if result else project.checks_max
    grade.rubric_points = rubric_points(review) if review else None
    grade.rubric_max = (rubric_maximum(review) if review else 0) or project.rubric_max
    set_lateness(grade, is_late=is_late)
    grade.released_at = review.finished_at if review else result.created_at if result else None
    grade.provenance = _provenance(counted, result, review)


def set_lateness(grade: Grade, *, is_late: bool) -> None:
    """Let what counts be late, or not; nothing is saved."""
    grade.is_late = is_late
    grade.late_factor = late_factor(is_late=is_late)
    grade.changed_at = timezone.now()


def late_factor(*, is_late: bool) -> Decimal:
    """The multiplier of late work: 0.9; 1 on time."""
    return LATE_FACTOR if is_late else Decimal(1)


def late_attempts(
    *, attempts: Iterable[Submission], dues: Mapping[tuple[int, int], datetime | None] | None = None
) -> frozenset[int]:
    """The ids of those of `attempts`, by anyone at anything, that count as late; no query where all came in time, else as
    many however many came late. `dues` are the due dates by (enrollment id, project id), where they are not those of now.

    Late is what came after its due date: the one that was shown when it was handed in, and the one that holds now. So an
    extension granted afterwards counts, and no later change of the calendar makes work late. On a reviewed project the
    first attempt that was accepted for review sets the lateness of all that follow: who was in time and is sent back by
    the mentor is not punished for handing in again.
    """
    suspects = [attempt for attempt in attempts if attempt.came_after_due]
    if not suspects:
        return frozenset()
    due, first = dues_now(suspects) if dues is None else dues, firsts_accepted(suspects)
    late = set()
    for one in suspects:
        work = (one.enrollment_id, one.project_id)
        deciding = deciding_attempt(one, first.get(work))
        if deciding.came_after_due and is_late(due[work], deciding.submitted_at):
            late.add(one.pk)
    return frozenset(late)


def deciding_attempt(attempt: Submission, first: Submission | None) -> Submission:
    """Whose hand-in time says whether `attempt` is late; `first` is what `first_accepted` found."""
    return first if first and first.number < attempt.number else attempt


def dues_now(attempts: Iterable[Submission]) -> dict[tuple[int, int], datetime | None]:
    """When work is due by the calendar as it is now, by (enrollment id, project id); six queries."""
    works = {(one.enrollment_id, one.project_id) for one in attempts}
    enrollments = list(Enrollment.objects.filter(pk__in={pk for pk, _ in works}).select_related("cohort"))
    timelines = timelines_of_all(enrollments, timezone.now())
    projects = Project.objects.select_related("activity__module").in_bulk({pk for _, pk in works})
    dates = {work: timelines[work[0]].dates(projects[work[1]].activity) for work in works}
    return {work: one.due.at if one.due else None for work, one in dates.items()}


def firsts_accepted(attempts: Iterable[Submission]) -> dict[tuple[int, int], Submission]:
    """The first attempt that was accepted for review, by (enrollment id, project id), where there is one; one query."""
    works = {(one.enrollment_id, one.project_id) for one in attempts}
    accepted = Submission.objects.accepted_for_review().filter(
        enrollment__in={pk for pk, _ in works}, project__in={pk for _, pk in works}
    )
    return {(one.enrollment_id, one.project_id): one for one in accepted.order_by("-number")}


def first_accepted(enrollment: Enrollment, project: Project) -> Submission | None:
    """The first attempt that passed its checks and went to review; None for projects without a review."""
    accepted = Submission.objects.accepted_for_review().filter(enrollment=enrollment, project=project)
    return accepted.order_by("number").first()


def rubric_points(review: Review) -> Decimal:
    """The sum of the points of the levels that a review gives."""
    total = ReviewScore.objects.filter(review=review).aggregate(total=Sum("level__points"))["total"]
    return Decimal(total or 0)


def rubric_maximum(review: Review) -> Decimal:
    """The most that the criteria give by which a review was given, also where the project's rubric is another one now."""
    scores = ReviewScore.objects.filter(review=review).annotate(most=Max("criterion__levels__points"))
    return Decimal(scores.aggregate(total=Sum("most"))["total"] or 0)


def _successor_of(enrollment: Enrollment, project: Project) -> Project:
    """What the project became in the version that the cohort has moved to since the caller read it."""
    graded = Project.objects.filter(grades__enrollment=enrollment, slug=project.slug, kind=project.kind)
    return graded.select_related("activity").get()


def best_attempt(
    attempts: Iterable[Submission], results: Mapping[int, GradingResult], late: Container[int]
) -> Submission | None:
    """Of attempts at an exercise, with their results by id, the one that counts."""
    checked = [one for one in attempts if one.pk in results and one.state != SubmissionState.COULD_NOT_RUN]
    points = {one: results[one.pk].score * late_factor(is_late=one.pk in late) for one in checked}
    return max(checked, key=lambda one: points[one], default=None)


def _reviewed_attempt(attempts: Iterable[Submission]) -> Submission | None:
    given = set(Review.objects.given().filter(submission__in=attempts).values_list("submission", flat=True))
    return max((one for one in attempts if one.pk in given), key=lambda one: one.number, default=None)


def _grade(enrollment: int, project: int) -> QuerySet[Grade]:
    return Grade.objects.select_for_update().filter(enrollment=enrollment, project=project)


def _attempts(enrollment: int, project: int) -> QuerySet[Submission]:
    return Submission.objects.filter(enrollment=enrollment, project=project).order_by("number")


def _results(enrollment: int, project: int) -> QuerySet[GradingResult]:
    """The results of all attempts, the newest last: of each the last one stands. Points and grader only."""
    results = GradingResult.objects.standing().filter(
        job__submission__enrollment=enrollment, job__submission__project=project
    )
    return results.select_related("job__grader_version").only(*TOLD).reverse()


GRADE = Prepared(_grade, "enrollment", "project")
ATTEMPTS = Prepared(_attempts, "enrollment", "project")
RESULTS = Prepared(_results, "enrollment", "project")


def _review_of(submission: Submission) -> Review | None:
    """The one in force, else the one that stands until the work is reviewed once more."""
    given = submission.reviews.given().order_by("-finished_at", "-pk")
    return given.filter(state=Review.State.FINISHED).first() or given.first()


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


def _count_progress(enrollment: Enrollment, project: Project, attempts: Iterable[Submission]) -> None:
    """Done is what passed; also while a passed review is being looked at once more."""
    done = [one.pk for one in attempts if one.state in DONE]
    shown_from = None
    if project.is_reviewed:
        reopened = Review.objects.filter(state=Review.State.REOPENED, verdict=Review.Verdict.PASSED)
        again = reopened.filter(submission__in=[one for one in attempts if one.state in OPEN_FOR_REVIEW])
        done += again.values_list("submission", flat=True)
        passed = Review.objects.finished().filter(submission__in=done).order_by("finished_at").first()
        shown_from = passed.told_at if passed else None
    if done:
        complete_activity(enrollment=enrollment, activity=project.activity, shown_from=shown_from)
    else:
        reopen_activity(enrollment=enrollment, activity=project.activity)
