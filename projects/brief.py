"""What a project's page says before and beside the handing in: what is checked, and the attempts so far."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from decimal import Decimal

from courses.models import Enrollment
from projects.actions.grades import late_attempts, late_factor
from projects.bundles import bundle_of
from projects.grading.calls import groups_of
from projects.grading.checks import parse_checks
from projects.grading.errors import NotebookError
from projects.models import GraderVersion, GradingJob, GradingResult, Project, Review, Submission
from projects.models.reviews import REVIEWED

MOST_ATTEMPTS = 25


@dataclass(frozen=True)
class PlannedCheck:
    title: str
    points: Decimal


@dataclass(frozen=True)
class Attempt:
    """One attempt with its newest result, if any; `points` is what its checks count after the late factor.

    `is_untold`: it was reviewed, the learner has not read it yet, and the decision may still be undone.
    """

    submission: Submission
    result: GradingResult | None
    is_counting: bool
    is_late: bool = False
    is_untold: bool = False

    @property
    def state(self) -> str:
        return REVIEWED if self.is_untold else self.submission.state

    @property
    def late_factor(self) -> Decimal:
        return late_factor(is_late=self.is_late)

    @property
    def points(self) -> Decimal | None:
        return self.result.score * self.late_factor if self.result else None


def checks_of(version: GraderVersion) -> list[PlannedCheck]:
    """The automatic checks of a grader version in order, each with its points."""
    if version.kind == "archive":
        return [PlannedCheck(check.title, check.points) for check in parse_checks(version.config)]
    bundle = bundle_of(version.pk)
    if version.kind != "notebook":
        return [PlannedCheck(title_of(one.id, version, one.title), one.points) for one in groups_of(bundle)]
    try:
        cells = bundle.notebook.cells
    except NotebookError:
        return []
    return [PlannedCheck(title_of(cell.grade_id, version), cell.points) for cell in cells if cell.is_test]


def title_of(group_id: str, version: GraderVersion, title: str = "") -> str:
    """What learners read for a group of checks: its author's words, else its own title or name, spaced out."""
    given = version.config.get("titles", {}).get(group_id)
    return given or (
        title if title and title != group_id else group_id.replace("_", " ").replace("-", " ").capitalize()
    )


def stage_text(job: GradingJob) -> str:
    """How far a run is, as its learner reads it: the engine names a check by its group."""
    count, named, group = job.stage.partition(": ")
    return f"{count}: {title_of(group, job.grader_version)}" if named else job.stage


def attempts_of(
    enrollment: Enrollment, project: Project, *, counting: int | None, untold: Container[int] = ()
) -> list[Attempt]:
    """The newest attempts, newest first, in two queries, more when one came late; `counting` is the one that counts."""
    submissions = list(
        Submission.objects.filter(enrollment=enrollment, project=project).order_by("-number")[:MOST_ATTEMPTS]
    )
    results = newest_results(submissions)
    late = late_attempts(attempts=submissions)
    return [
        Attempt(one, results.get(one.pk), one.pk == counting, one.pk in late, one.pk in untold) for one in submissions
    ]


def untold_reviews(enrollment: Enrollment, project: Project) -> set[int]:
    """The ids of attempts whose decision the learner has not read yet, while it may still be undone."""
    if not project.is_reviewed:
        return set()
    reviews = Review.objects.undoable().filter(submission__enrollment=enrollment, submission__project=project)
    return set(reviews.values_list("submission", flat=True))


def newest_results(submissions: Iterable[Submission]) -> dict[int, GradingResult]:
    """The result that stands for each submission, by its id, in one query."""
    results = GradingResult.objects.standing().filter(job__submission__in=list(submissions))
    ordered = results.select_related("job__grader_version").order_by("pk")
    return {result.job.submission_id: result for result in ordered}
