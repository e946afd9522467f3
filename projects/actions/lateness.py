"""What becomes of grades when due dates move: of any number of learners at once, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from lms.accounts.models import User
from projects.actions.grade_history import change_of, facts_of
from projects.actions.grades import TOLD, best_attempt, late_attempts, let_count, set_lateness
from projects.models import Grade, GradeChange, GradingResult, Submission
from projects.models.grades import GradeCause

BATCH = 500
FIELDS = (
    "submission",
    "checks_points",
    "checks_max",
    "rubric_points",
    "rubric_max",
    "late_factor",
    "is_late",
    "provenance",
    "released_at",
    "changed_at",
)
Work = tuple[int, int]
"""An enrollment's id and a project's."""
Dues = Mapping[Work, datetime | None]


@dataclass(frozen=True)
class Regraded:
    """A grade as it would be, not saved: `is_late` of its newest attempt; `old_score` as the row has it."""

    grade: Grade
    old_score: Decimal | None
    is_late: bool
    changes: bool
    result: GradingResult | None

    @property
    def score(self) -> Decimal | None:
        return self.grade.score


def regraded(grades: Iterable[Grade], *, dues: Dues | None = None) -> list[Regraded]:
    """The grades as these due dates (None: those of now) make them; their projects must be loaded. Nothing is saved.

    What counts changes on exercises, where a later attempt may become the best one; on reviewed projects the same attempt
    counts, late or not. At most ten queries.
    """
    grades = list(grades)
    attempts = _attempts_at(grades)
    late = late_attempts(attempts=[one for own in attempts.values() for one in own], dues=dues)
    results = _results_of([one for own in attempts.values() for one in own if any(a.came_after_due for a in own)])
    return [_regraded(grade, attempts[grade.enrollment_id, grade.project_id], results, late) for grade in grades]


def refresh_lateness(grades: Iterable[Grade], *, by: User | None, reason: str) -> list[Regraded]:
    """Let grades follow the due dates that hold now, each change with its row in the history; those that changed.

    The rows must be locked, and so must the work of their learners.
    """
    changed = [one for one in regraded(grades) if one.changes]
    Grade.objects.bulk_update([one.grade for one in changed], FIELDS, batch_size=BATCH)
    GradeChange.objects.bulk_create((_change(one, by, reason) for one in changed), batch_size=BATCH)
    return changed


def _regraded(
    grade: Grade, attempts: list[Submission], results: Mapping[int, GradingResult], late: frozenset[int]
) -> Regraded:
    old_score, old_facts = grade.score, facts_of(grade)
    result = results.get(grade.submission_id) if grade.submission_id else None
    if grade.submission_id and any(one.came_after_due for one in attempts):
        if grade.project.is_reviewed:
            set_lateness(grade, is_late=grade.submission_id in late)
        else:
            counted = best_attempt(attempts, results, late)
            result = results.get(counted.pk) if counted else None
            let_count(grade, grade.project, counted, result, None, is_late=bool(counted and counted.pk in late))
    return Regraded(grade, old_score, grade.newest_id in late, facts_of(grade) != old_facts, result)


def _attempts_at(grades: list[Grade]) -> dict[Work, list[Submission]]:
    found: dict[Work, list[Submission]] = defaultdict(list)
    attempts = Submission.objects.filter(
        enrollment__in={one.enrollment_id for one in grades}, project__in={one.project_id for one in grades}
    )
    for attempt in attempts.order_by("number"):
        found[attempt.enrollment_id, attempt.project_id].append(attempt)
    return found


def _results_of(attempts: list[Submission]) -> dict[int, GradingResult]:
    """The result that stands of each, by submission id."""
    if not attempts:
        return {}
    results = GradingResult.objects.standing_of([one.pk for one in attempts]).select_related("job__grader_version")
    return {one.job.submission_id: one for one in results.only(*TOLD)}


def _change(one: Regraded, by: User | None, reason: str) -> GradeChange:
    version = one.result.job.grader_version if one.result else None
    return change_of(one.grade, one.old_score, version=version, cause=GradeCause.DATE, by=by, reason=reason)
