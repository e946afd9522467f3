"""How a grade changed: one row for each change, written where grades are recomputed."""

from decimal import Decimal

from lms.accounts.models import User
from projects.models import Grade, GradeChange, GraderVersion


def facts_of(grade: Grade) -> tuple[object, ...]:
    """What of a grade makes a change when it differs."""
    parts = (grade.checks_points, grade.checks_max, grade.rubric_points, grade.late_factor)
    return (grade.submission_id, *parts, grade.provenance.get("grader_version")) if grade.submission_id else (None,)


def note_change(
    grade: Grade, old_score: Decimal | None, *, version: GraderVersion | None, cause: str, by: User | None, reason: str
) -> GradeChange:
    """Write that the grade has changed from `old_score` to what it is now, by checks of `version`."""
    change = change_of(grade, old_score, version=version, cause=cause, by=by, reason=reason)
    change.save(force_insert=True)
    return change


def change_of(
    grade: Grade, old_score: Decimal | None, *, version: GraderVersion | None, cause: str, by: User | None, reason: str
) -> GradeChange:
    """The row that says so, not written yet."""
    return GradeChange(
        grade=grade,
        by=by,
        cause=cause,
        reason=reason[:500],
        old_score=old_score,
        new_score=grade.score,
        max_score=grade.max_score,
        facts={
            "attempt": grade.provenance.get("attempt"),
            "checks": None if grade.checks_points is None else str(grade.checks_points),
            "rubric": None if grade.rubric_points is None else str(grade.rubric_points),
            "late_factor": str(grade.late_factor),
            "grader_version": version.number if version else None,
        },
    )
