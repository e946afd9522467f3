"""Trying a grader version before it is published: what scores what, what attacks earn, and which cells can be lifted."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from .archive_run import grade_archive
from .attacks import QUICK
from .bundle import SOURCE, Bundle
from .calls import limits_of
from .grade_notebook import Observed, observe_notebook
from .limits import NOTEBOOK, PROJECT, Limits
from .notebook import read_notebook
from .release import check_source
from .result import Group, Result
from .terms import free_points
from .trial import WrongSolution, attack_works, empty_work, reference_work, release_work, wrong_work

SEED = 20240229
RUNS = 5
"""Runs of the reference, each with a seed of its own, that must score the same."""
_ATTACK_SECONDS = 20.0


@dataclass(frozen=True)
class SelfTest:
    """``ok`` when the version may be published; ``problems`` say why not. ``config`` is what to store with it, beside
    what its author wrote.

    ``reference_score`` and ``release_score`` are what the two versions scored of ``max_score``; ``in_kernel`` maps
    each cell that cannot be lifted to the reason; ``attacks`` is how many were tried.
    """

    ok: bool
    config: dict[str, Any]
    reference_score: Decimal
    release_score: Decimal
    max_score: Decimal
    problems: tuple[str, ...] = ()
    in_kernel: dict[str, str] = field(default_factory=dict)
    reference: Result | None = None
    attacks: int = 0

    @property
    def lifted(self) -> float:
        """The share of the test cells that is lifted, 0 to 1."""
        groups = self.reference.groups if self.reference else ()
        return sum(group.lifted for group in groups) / len(groups) if groups else 1.0


@dataclass(frozen=True)
class Decision:
    """How a version is to be graded: ``config``; why each in-kernel cell is not lifted; what the reference scored in
    each cell, the better way; and the two lifted runs that told."""

    config: dict[str, Any]
    weak: dict[str, str]
    scores: dict[str, Decimal]
    runs: tuple[Result, Result]


def run_self_test(
    bundle: Bundle, reference: Mapping[str, bytes] | None, wrong: Iterable[WrongSolution] = ()
) -> SelfTest:
    """See :func:`projects.grading.engine.self_test`."""
    if bundle.kind == "archive":
        return _archive(bundle, reference)
    if bundle.kind == "notebook":
        check_source(read_notebook(bundle.files[SOURCE]))
    solution = dict(reference or reference_work(bundle))
    decided = judge(bundle, solution)
    chosen = replace(bundle, config={**bundle.config, **decided.config})
    best, *others = (_grade(chosen, solution, SEED + number) for number in range(2, RUNS))
    release, empty = _grade(chosen, release_work(bundle)), _grade(chosen, empty_work(bundle))
    problems = [
        *_lost_points(best),
        *_unequal(best, others, decided.runs, decided.weak),
        *_given(release, empty, free_points(bundle)),
    ]
    if any(result.is_ours for result in (best, *others, release, empty)):
        problems.append("The tests themselves fail.")
    problems += [said for one in wrong if (said := _not_rejected(chosen, one))]
    tried = {} if problems else attack_works(bundle, solution, QUICK)
    wall = attack_wall(chosen, (best, *others))
    problems += _forged({name: attacked(chosen, work, wall) for name, work in tried.items()}, (release, empty))
    return SelfTest(
        not problems, decided.config, best.score, release.score, best.max_score, tuple(problems), decided.weak, best,
        len(tried),
    )  # fmt: skip


def _not_rejected(bundle: Bundle, wrong: WrongSolution) -> str:
    """What is wrong with how a typical mistake is graded; empty when it loses points exactly where it must."""
    groups = _grade(bundle, wrong_work(bundle, wrong)).groups
    failed = {group.id for group in groups if group.score < group.max_score}
    if failed == wrong.must_fail:
        return ""
    said = ", ".join(sorted(failed)) or "nothing"
    return f"The wrong solution {wrong.name} fails {said} instead of {', '.join(sorted(wrong.must_fail))}."


def attack_wall(bundle: Bundle, references: Iterable[Result]) -> float:
    """The seconds after which an attack is stopped: twice what the reference took, so that it reaches the tests too."""
    longest = max(run.usage.wall_ms for run in references) / 1000
    return min(_limits(bundle).wall, max(_ATTACK_SECONDS, 2 * longest))


def attacked(bundle: Bundle, work: Mapping[str, bytes], wall: float) -> Result:
    """What an attack scores; it is stopped after ``wall`` seconds."""
    return observe_notebook(bundle, work, seed=SEED, limits=replace(_limits(bundle), wall=wall))[0]


def points_won(result: Result, given: Iterable[Result]) -> list[Group]:
    """The groups in which an attack got more points than the ``given`` results, of which none answers anything."""
    free: dict[str, Decimal] = {}
    for group in (group for one in given for group in one.groups):
        free[group.id] = max(group.score, free.get(group.id, Decimal(0)))
    return [group for group in result.groups if group.score > free[group.id]]


def decide(bundle: Bundle, solution: Mapping[str, bytes]) -> tuple[dict[str, Any], dict[str, str]]:
    """The config of :func:`judge`, and why each in-kernel cell cannot be lifted."""
    decided = judge(bundle, solution)
    return decided.config, decided.weak


def judge(bundle: Bundle, solution: Mapping[str, bytes]) -> Decision:
    """How to grade a version from now on.

    The reference solution is run lifted, with two seeds, and (a notebook's) beside its tests. What a cell that the
    reference passes asks for is written down; other cells are left open. The checks of a module may share what they
    asked for, so what one of them asks for is open to all.
    """
    is_notebook = bundle.kind == "notebook"
    every = (
        [cell.grade_id for cell in bundle.notebook.cells if cell.is_test and not cell.is_staff] if is_notebook else []
    )
    own = {key: value for key, value in bundle.config.items() if key not in ("in_kernel", "objects", "changes")}
    lifted, seen = _observe(replace(bundle, config=own), solution, SEED)
    other, seen_too = _observe(replace(bundle, config=own), solution, SEED + 1)
    beside = _grade(replace(bundle, config={**own, "in_kernel": every}), solution) if every else lifted
    other_way = {group.id: group.score for group in beside.groups}
    weak = {
        group.id: _reason(group)
        for run in (lifted, other)
        for group in run.groups
        if group.score < other_way[group.id] and group.id in every
    }
    good = [group.id for group in lifted.groups if group.score > 0 and group.id not in weak]
    config = {
        "objects": _places(good, (seen.objects, seen_too.objects), is_shared=not is_notebook),
        "changes": _places(good, (seen.changes, seen_too.changes), is_shared=not is_notebook),
    }
    scores = {group.id: max(group.score, other_way[group.id]) for group in lifted.groups}
    return Decision({"in_kernel": sorted(weak), **config} if is_notebook else config, weak, scores, (lifted, other))


def _places(names: list[str], seen: Iterable[Mapping[str, list[str]]], *, is_shared: bool) -> dict[str, list[str]]:
    found = {name: {place for one in seen for place in one.get(name, [])} for name in names}
    every = set().union(*found.values())
    return {name: sorted(every if is_shared else places) for name, places in found.items()}


def _observe(bundle: Bundle, files: Mapping[str, bytes], seed: int) -> tuple[Result, Observed]:
    return observe_notebook(bundle, files, seed=seed, limits=_limits(bundle))


def _grade(bundle: Bundle, files: Mapping[str, bytes], seed: int = SEED) -> Result:
    return _observe(bundle, files, seed)[0]


def _limits(bundle: Bundle) -> Limits:
    return NOTEBOOK if bundle.kind == "notebook" else limits_of(bundle)


def _archive(bundle: Bundle, reference: Mapping[str, bytes] | None) -> SelfTest:
    empty = _check(bundle, {"empty.txt": b""})
    if reference is None:
        return SelfTest(True, {}, Decimal(0), empty.score, empty.max_score)
    best = _check(bundle, reference)
    problems = tuple(_lost_points(best))
    return SelfTest(not problems, {}, best.score, empty.score, best.max_score, problems, {}, best)


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


def _unequal(best: Result, others: Iterable[Result], lifted: Iterable[Result], weak: Container[str]) -> list[str]:
    """Where another run of the reference scores otherwise; ``lifted`` are runs that lifted what is not to be lifted."""
    wanted = {group.id: group.score for group in best.groups}
    groups = [group for run in others for group in run.groups]
    groups += [group for run in lifted for group in run.groups if group.id not in weak]
    unequal = {group.id: group.score for group in groups if group.score != wanted[group.id]}
    return [
        f"Another seed gives the reference {score} instead of {wanted[id_]} in {id_}." for id_, score in unequal.items()
    ]


def _forged(attacks: Mapping[str, Result], given: tuple[Result, Result]) -> list[str]:
    """Which attacks got points, by lifted cell (an in-kernel cell is known to be weak); which broke the tests, so that
    they would be no learner's attempt; and which our wall limit stopped, so that they showed nothing."""
    winners: dict[str, list[str]] = {}
    for name, result in attacks.items():
        for group in points_won(result, given):
            if group.lifted:
                winners.setdefault(group.id, []).append(name)
    problems = [f"Points in {id_} without an answer, by attack: {', '.join(names)}." for id_, names in winners.items()]
    broken = [name for name, result in attacks.items() if result.is_ours]
    stopped = [name for name, result in attacks.items() if result.verdict == "wall_limit"]
    problems += [f"The tests themselves fail under attack: {', '.join(broken)}."] if broken else []
    problems += [f"Stopped by the wall limit, so nothing is shown of attack: {', '.join(stopped)}."] if stopped else []
    return problems


def _given(release: Result, empty: Result, free: Decimal) -> list[str]:
    """What is wrong with the points of those who answer nothing."""
    where = ", ".join(group.id for group in release.groups if group.score > 0)
    problems = []
    if release.score != free:
        found = f"{release.score} ({where})" if where else str(release.score)
        problems.append(f"The untouched download scores {found}, and free_points is {free}.")
    if empty.score > free:
        problems.append(f"Empty answers score {empty.score}, and free_points is {free}.")
    return problems
