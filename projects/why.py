"""Why a grade is what it is: the attempt that counts, part by part, why it is late or not, and how the grade changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from lms.lib.points import plain_number
from projects.actions.grades import deciding_attempt, first_accepted
from projects.brief import Attempt
from projects.models import Grade, GradeChange, GradingResult, Review, Submission
from projects.models.grades import GradeCause

LOOKS = {
    GradeCause.CHECKS: "list-checks",
    GradeCause.REVIEW: "message-square",
    GradeCause.DATE: "calendar-clock",
    GradeCause.REGRADE: "refresh-cw",
}
RULE = "The attempt with the most points after the late factor counts, the earlier one when two have the same."
REVIEWED_RULE = "The newest attempt that was reviewed counts: (checks + rubric) × late factor."


@dataclass(frozen=True)
class Reasons:
    """What made a released grade. `deciding` is the attempt whose hand-in time set the late factor; `is_excused`: it
    came after the due date shown then, and in time by the one that holds now. `events` are for `{% timeline %}`.
    """

    rule: str
    attempt: Submission
    result: GradingResult | None
    review: Review | None
    deciding: Submission
    is_excused: bool
    events: list[dict[str, Any]]


def reasons_of(grade: Grade | None, attempts: Iterable[Attempt], reviews: Iterable[Review]) -> Reasons | None:
    """The reasons of a released grade, else None; one query, two where an attempt at a reviewed project came late."""
    if grade is None or grade.released_at is None or grade.submission is None:
        return None
    attempt = grade.submission
    found = next((one for one in attempts if one.submission.pk == attempt.pk), None)
    first = first_accepted(attempt.enrollment, attempt.project) if attempt.came_after_due else None
    deciding = deciding_attempt(attempt, first)
    return Reasons(
        rule=REVIEWED_RULE if attempt.project.is_reviewed else RULE,
        attempt=attempt,
        result=found.result if found else None,
        review=next((one for one in reviews if one.submission_id == attempt.pk), None),
        deciding=deciding,
        is_excused=deciding.came_after_due and not grade.is_late,
        events=[_event(one) for one in told(list(grade.changes.select_related("by")))],
    )


def told(changes: Sequence[GradeChange]) -> list[GradeChange]:
    """The changes without decisions that were taken back before the learner had read them, and without the undoing."""
    kept: list[GradeChange] = []
    for change in changes:
        if change.cause != GradeCause.UNDO:
            kept.append(change)
            continue
        undone = next((one for one in reversed(kept) if one.cause == GradeCause.REVIEW), None)
        if undone:
            kept.remove(undone)
    return kept


def _event(change: GradeChange) -> dict[str, Any]:
    by = f" by {change.by}" if change.by else ""
    return {
        "at": change.at,
        "title": f"{_points(change.old_score)} → {_points(change.new_score)} of {plain_number(change.max_score)} points",
        "text": f"{change.get_cause_display()}{by}: {_parts(change)}" + (f" {change.reason}" if change.reason else ""),
        "icon": LOOKS.get(GradeCause(change.cause), "info"),
        "tone": _tone(change),
    }


def _parts(change: GradeChange) -> str:
    """The parts after a change, as a sentence."""
    facts = change.facts
    parts = [f"attempt {facts['attempt']}"] if facts.get("attempt") else ["no attempt counts"]
    if facts.get("checks") is not None:
        version = f" (grader {facts['grader_version']})" if facts.get("grader_version") else ""
        parts.append(f"checks {plain_number(float(facts['checks']))}{version}")
    if facts.get("rubric") is not None:
        parts.append(f"rubric {plain_number(float(facts['rubric']))}")
    if float(facts.get("late_factor", 1)) != 1:
        parts.append(f"× {plain_number(float(facts['late_factor']))}")
    return f"{', '.join(parts)}."


def _points(score: Any) -> str:
    return "–" if score is None else plain_number(score)


def _tone(change: GradeChange) -> str:
    if change.old_score is None or change.new_score is None or change.old_score == change.new_score:
        return "neutral"
    return "green" if change.new_score > change.old_score else "amber"
