"""From an instructor's notebook and a learner's: what each process will run, and what the learner should know."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .errors import NotebookError
from .identity import bare, find_by_place, follow_ids
from .notebook import Cell, Notebook
from .release import has_hidden_part, visible_part
from .second_run import SecondRun, second_runs

_IMPORT = re.compile(r"^\s*(?:import|from)\s+(\w+)", re.MULTILINE)


@dataclass(frozen=True)
class PlannedTest:
    """A graded cell: where its hidden lines are, so that their failures stay unexplained."""

    id: str
    points: Decimal
    lifted: bool
    hidden_lines: frozenset[int]
    is_hidden: bool
    source: str

    def line(self, number: int) -> str:
        """Line ``number`` (from 1) of the cell, stripped; empty when there is none or it is hidden."""
        lines = self.source.split("\n")
        return lines[number - 1].strip() if 0 < number <= len(lines) and number not in self.hidden_lines else ""


@dataclass(frozen=True)
class Plan:
    """``learner_cells`` are sources for the learner's box, which never sees a hidden line; ``grader_cells`` are for
    the grader, one for one; ``modules`` are what the instructor's notebook imports, ``grader_modules`` with what only
    the grader does."""

    learner_cells: list[str]
    grader_cells: list[dict[str, Any]]
    tests: list[PlannedTest]
    notices: list[str]
    modules: list[str]
    grader_modules: list[str]


def make_plan(source: Notebook, work: Notebook, config: Mapping[str, Any]) -> Plan:
    """How to grade ``work`` against ``source`` as ``config`` (see :class:`projects.grading.bundle.Bundle`) says.

    Raises ``NotebookError`` when ``work`` is of another exercise.
    """
    in_kernel = config.get("in_kernel", ())
    answers, notices = answers_of(source, work)
    learner_cells: list[str] = []
    grader_cells: list[dict[str, Any]] = []
    tests: list[PlannedTest] = []
    code = [cell for cell in source.cells if cell.cell_type == "code"]
    again = second_runs(code, answers, config)
    for cell in code:
        lifted = cell.is_staff or cell.grade_id not in in_kernel
        if cell.is_test:
            tests.append(_planned(cell, lifted))
        shown = _shown(cell)
        learner_cells.append(answers.get(cell.grade_id, "") if cell.is_solution else shown)
        second = again.get(cell.grade_id, "never") if cell.is_test else "always"
        grader_cells.append(_grader_cell(cell, lifted, second, config))
    modules = sorted({name for cell in code if not cell.is_staff for name in _IMPORT.findall(cell.source)})
    every = sorted({name for cell in code for name in _IMPORT.findall(cell.source)})
    return Plan(learner_cells, grader_cells, tests, notices, modules, every)


def answers_of(source: Notebook, work: Notebook) -> tuple[dict[str, str], list[str]]:
    """The learner's solution sources by grade_id, and notices about everything that will not count.

    Raises ``NotebookError`` when no answer cell of the exercise is in the notebook.
    """
    notices: list[str] = []
    follow_ids(source, work)
    wanted = [cell for cell in source.cells if cell.is_solution]
    theirs: dict[str, Cell] = {}
    known = {cell.grade_id for cell in source.cells}
    twice: dict[str, None] = {}
    for grade_id, cell in work.by_grade_id():
        if grade_id in theirs and grade_id in known:
            twice[grade_id] = None
        theirs[grade_id] = cell
    notices += [f"The cell {grade_id} is there more than once; the last one counts." for grade_id in twice]
    placed = find_by_place(source, work, [cell for cell in wanted if cell.grade_id not in theirs])
    theirs.update(placed)
    notices += [f"The answer cell {name} has lost its id; the cell in its place was used." for name in placed]
    if wanted and not any(cell.grade_id in theirs for cell in wanted):
        raise NotebookError(
            "This notebook belongs to another exercise: none of this exercise's answer cells is in it. "
            "Download this exercise's notebook, put your answers into its answer cells, and upload that file."
        )
    answers: dict[str, str] = {}
    for cell in wanted:
        if cell.grade_id in theirs:
            answers[cell.grade_id] = theirs[cell.grade_id].source
        else:
            notices.append(f"The answer cell {cell.grade_id} is missing; it was graded as empty.")
    notices += _ignored(source, work, theirs)
    return answers, notices


def _ignored(source: Notebook, work: Notebook, theirs: dict[str, Cell]) -> list[str]:
    """Notices about edited or missing test cells and about cells the learner added."""
    notices: list[str] = []
    for cell in source.cells:
        if not cell.is_test or cell.is_staff:
            continue
        if cell.grade_id not in theirs:
            notices.append(f"The test cell {cell.grade_id} is missing; the original was used.")
        elif bare(theirs[cell.grade_id].source) not in (bare(visible_part(cell.source)), bare(cell.source)):
            notices.append(f"The test cell {cell.grade_id} was changed; the original was used.")
    known = {bare(cell.source) for cell in source.cells}
    known_ids = {cell.grade_id for cell in source.cells}
    added = [
        cell
        for cell in work.cells
        if cell.cell_type == "code"
        and cell.grade_id not in known_ids - {""}
        and bare(cell.source) not in known | {""}
        and not any(cell is one for one in theirs.values())
    ]
    if added:
        count = f"{len(added)} code cells that you added or changed were" if len(added) > 1 else (
            "1 code cell that you added or changed was"
        )  # fmt: skip
        notices.append(f"{count} not run: only answer cells count. Move what your answers need into them.")
    return notices


def manual_notice(source: Notebook) -> list[str]:
    """A notice naming the cells that a mentor marks; they are not part of the automatic score."""
    names = [cell.grade_id for cell in source.cells if cell.is_manual]
    return [f"Marked by your mentor, not by these checks: {', '.join(names)}."] if names else []


def auto_points(source: Notebook) -> Decimal:
    """The points that tests can give."""
    return sum((cell.points for cell in source.cells if cell.is_test), Decimal(0))


def _shown(cell: Cell) -> str:
    """What the learner's box may see of an instructor's cell."""
    if cell.is_staff:
        return ""
    return visible_part(cell.source) if cell.is_grade else cell.source


def _grader_cell(cell: Cell, lifted: bool, second_run: SecondRun, config: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": cell.grade_id,
        "test": cell.is_test,
        "solution": cell.is_solution,
        "lifted": lifted,
        "second_run": second_run,
        "points": str(cell.points),
        "staff": cell.is_staff,
        "source": _shown(cell) if cell.is_test or cell.is_staff else cell.source,
        "full": cell.staff_source if cell.is_staff else cell.source if cell.is_test else "",
        "objects": config.get("objects", {}).get(cell.grade_id),
        "changes": config.get("changes", {}).get(cell.grade_id),
    }


def _planned(cell: Cell, lifted: bool) -> PlannedTest:
    hidden: set[int] = set()
    inside = False
    for number, line in enumerate(cell.source.split("\n"), 1):
        inside = inside or cell.is_staff or "BEGIN HIDDEN TESTS" in line
        if inside:
            hidden.add(number)
        inside = inside and "END HIDDEN TESTS" not in line
    if hidden and cell.source.lstrip().startswith("%%"):
        hidden.add(1)  # a magic such as %%capture runs its whole cell in one line
    shown = [
        line for line in visible_part(cell.source).split("\n") if line.strip() and not line.strip().startswith("#")
    ]
    is_hidden = cell.is_staff or (has_hidden_part(cell.source) and not shown)
    return PlannedTest(cell.grade_id, cell.points, lifted, frozenset(hidden), is_hidden, cell.source)
