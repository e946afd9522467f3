"""Trying a grader version before it is published: what scores what, and which cells can be lifted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from .bundle import SOURCE, Bundle
from .release import check_source, release_version
from .result import Group, Result

SEED = 20240229


@dataclass(frozen=True)
class SelfTest:
    """``ok`` when the version may be published; ``problems`` say why not. ``config`` is what to store with it.

    ``reference_score`` and ``release_score`` are what the two versions scored of ``max_score``; ``in_kernel`` maps
    each cell that cannot be lifted to the reason.
    """

    ok: bool
    config: dict[str, Any]
    reference_score: Decimal
    release_score: Decimal
    max_score: Decimal
    problems: tuple[str, ...] = ()
    in_kernel: dict[str, str] = field(default_factory=dict)
    reference: Result | None = None
    release: Result | None = None


def run_self_test(bundle: Bundle, reference: Mapping[str, bytes] | None, grade: Callable[..., Result]) -> SelfTest:
    """See :func:`projects.grading.engine.self_test`."""
    if bundle.kind == "archive":
        return _archive(bundle, reference, grade)
    check_source(bundle.notebook)
    solution = reference or {"reference.ipynb": bundle.files[SOURCE]}
    empty = {"release.ipynb": release_version(bundle.files[SOURCE])}
    every = [cell.grade_id for cell in bundle.notebook.cells if cell.is_test]
    lifted = grade(replace(bundle, config={**bundle.config, "in_kernel": []}), solution, seed=SEED)
    beside = grade(replace(bundle, config={**bundle.config, "in_kernel": every}), solution, seed=SEED)
    weak = _cannot_lift(lifted, beside)
    config = {**bundle.config, "in_kernel": sorted(weak)}
    chosen = replace(bundle, config=config)
    best = grade(chosen, solution, seed=SEED) if weak else lifted
    worst = grade(chosen, empty, seed=SEED)
    again = grade(chosen, solution, seed=SEED + 1)
    problems = _problems(best, worst, again)
    return SelfTest(
        not problems, config, best.score, worst.score, best.max_score, tuple(problems), weak, best, worst
    )  # fmt: skip


def _archive(bundle: Bundle, reference: Mapping[str, bytes] | None, grade: Callable[..., Result]) -> SelfTest:
    empty = grade(bundle, {"empty.txt": b""}, seed=SEED)
    if reference is None:
        return SelfTest(True, dict(bundle.config), Decimal(0), empty.score, empty.max_score, release=empty)
    best = grade(bundle, reference, seed=SEED)
    problems = tuple(_lost_points(best))
    return SelfTest(
        not problems, dict(bundle.config), best.score, empty.score, best.max_score, problems, {}, best, empty
    )


def _cannot_lift(lifted: Result, beside: Result) -> dict[str, str]:
    """Cells that score less lifted than beside the learner's code, with what the lifted run said."""
    other = {group.id: group for group in beside.groups}
    return {group.id: _reason(group) for group in lifted.groups if group.score < other[group.id].score}


def _reason(group: Group) -> str:
    return f"{group.verdict}: {group.message}" if group.message else group.verdict


def _lost_points(best: Result) -> list[str]:
    return [
        f"The reference solution gets {group.score} of {group.max_score} in {group.id} ({_reason(group)})."
        for group in best.groups
        if group.score != group.max_score
    ]


def _problems(best: Result, worst: Result, again: Result) -> list[str]:
    problems = _lost_points(best)
    if best.is_ours or worst.is_ours:
        problems.append("The tests themselves fail.")
    if again.score != best.score:
        problems.append(f"Another seed gives the reference {again.score} instead of {best.score}.")
    if worst.max_score > 0 and worst.score >= best.score:
        problems.append("The release version scores as much as the reference.")
    return problems
