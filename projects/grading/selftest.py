"""Trying a grader version before it is published: what scores what, and which cells can be lifted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from .archive_run import grade_archive
from .bundle import SOURCE, Bundle
from .calls import REFERENCE, limits_of, module_of
from .errors import NotebookError
from .grade_notebook import Observed, observe_notebook
from .limits import NOTEBOOK, PROJECT
from .notebook import read_notebook
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


def run_self_test(bundle: Bundle, reference: Mapping[str, bytes] | None) -> SelfTest:
    """See :func:`projects.grading.engine.self_test`."""
    if bundle.kind == "archive":
        return _archive(bundle, reference)
    if bundle.kind != "notebook":
        return _calls(bundle, reference)
    check_source(read_notebook(bundle.files[SOURCE]))
    solution = reference or {"reference.ipynb": bundle.files[SOURCE]}
    empty = {"release.ipynb": release_version(bundle.files[SOURCE])}
    config, weak = decide(bundle, solution)
    chosen = replace(bundle, config=config)
    best, worst = _grade(chosen, solution), _grade(chosen, empty)
    again = _grade(chosen, solution, SEED + 2)
    problems = _problems(best, worst, again)
    return SelfTest(
        not problems, config, best.score, worst.score, best.max_score, tuple(problems), weak, best, worst
    )  # fmt: skip


def decide(bundle: Bundle, solution: Mapping[str, bytes]) -> tuple[dict[str, Any], dict[str, str]]:
    """The config to publish a notebook bundle with, and why each in-kernel cell cannot be lifted.

    The reference solution is run lifted, with two seeds, and beside its tests. What a cell that the reference
    passes asks for is written down; other cells are left open.
    """
    return decide_with_scores(bundle, solution)[:2]


def decide_with_scores(
    bundle: Bundle, solution: Mapping[str, bytes]
) -> tuple[dict[str, Any], dict[str, str], dict[str, Decimal]]:
    """As :func:`decide`, and what the reference scored in each cell, the better way."""
    every = [cell.grade_id for cell in bundle.notebook.cells if cell.is_test and not cell.is_staff]
    open_bundle, beside_bundle = (replace(bundle, config={"in_kernel": ids}) for ids in ([], every))
    lifted, seen = _observe(open_bundle, solution, SEED)
    other, seen_too = _observe(open_bundle, solution, SEED + 1)
    beside = {group.id: group for group in _grade(beside_bundle, solution).groups}
    weak = {
        group.id: _reason(group)
        for run in (lifted, other)
        for group in run.groups
        if group.score < beside[group.id].score and group.id in every
    }
    good = [group.id for group in lifted.groups if group.score > 0 and group.id not in weak]
    objects = {name: sorted({*seen.objects.get(name, []), *seen_too.objects.get(name, [])}) for name in good}
    changes = {name: sorted({*seen.changes.get(name, []), *seen_too.changes.get(name, [])}) for name in good}
    scores = {group.id: max(group.score, beside[group.id].score) for group in lifted.groups}
    return {"in_kernel": sorted(weak), "objects": objects, "changes": changes}, weak, scores


def _observe(bundle: Bundle, files: Mapping[str, bytes], seed: int) -> tuple[Result, Observed]:
    return observe_notebook(bundle, files, seed=seed, limits=NOTEBOOK)


def _grade(bundle: Bundle, files: Mapping[str, bytes], seed: int = SEED) -> Result:
    return _observe(bundle, files, seed)[0]


def _calls(bundle: Bundle, reference: Mapping[str, bytes] | None) -> SelfTest:
    """A function or model exercise: ``reference.py`` gets everything, twice; an empty module, or none, less."""
    name, limits = module_of(bundle), limits_of(bundle)
    solution = reference or ({name: bundle.files[REFERENCE]} if REFERENCE in bundle.files else None)
    if solution is None:
        raise NotebookError(f"There is no reference solution; add {REFERENCE}, or {name} as the author's own.")
    best, again, worst = (
        observe_notebook(bundle, files, seed=seed, limits=limits)[0]
        for files, seed in ((solution, SEED), (solution, SEED + 2), ({name: b""}, SEED))
    )
    problems = tuple(_problems(best, worst, again))
    return SelfTest(
        not problems, dict(bundle.config), best.score, worst.score, best.max_score, problems, {}, best, worst
    )


def _archive(bundle: Bundle, reference: Mapping[str, bytes] | None) -> SelfTest:
    config = dict(bundle.config)
    empty = _check(bundle, {"empty.txt": b""})
    if reference is None:
        return SelfTest(True, config, Decimal(0), empty.score, empty.max_score, release=empty)
    best = _check(bundle, reference)
    problems = tuple(_lost_points(best))
    return SelfTest(not problems, config, best.score, empty.score, best.max_score, problems, {}, best, empty)


def _check(bundle: Bundle, files: Mapping[str, bytes]) -> Result:
    return grade_archive(bundle, files, limits=PROJECT, on_progress=lambda _: None, should_stop=lambda: False)


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
