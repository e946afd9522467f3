"""Notebook exercises: an instructor notebook in nbgrader's format, and what is laid beside the learner's notebook."""

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from courses.curriculum.characters import CHARACTER_REMEDY, forbidden_in
from courses.curriculum.folder import Folder
from courses.curriculum.points import MOST, PLACES, check_sum
from courses.curriculum.record import Record
from courses.curriculum.spec import NOTEBOOK_NAME

_BEGIN_SOLUTION: Final = "### BEGIN SOLUTION"
_END_SOLUTION: Final = "### END SOLUTION"
_BEGIN_HIDDEN: Final = "### BEGIN HIDDEN TESTS"
_END_HIDDEN: Final = "### END HIDDEN TESTS"
_GRADE_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_SCHEMA: Final = 3


@dataclass(frozen=True)
class _Cell:
    number: int
    kind: str
    source: str
    grading: dict[str, Any]

    @property
    def is_test(self) -> bool:
        return self.kind == "code" and bool(self.grading.get("grade")) and not self.grading.get("solution")

    @property
    def points(self) -> Decimal | None:
        """What it gives, or None where that is no number of points."""
        said = self.grading.get("points")
        if not isinstance(said, int | float) or isinstance(said, bool) or not 0 <= said <= MOST:
            return None
        points = Decimal(str(said))
        return points if points == round(points, PLACES) else None


def read_notebook(
    path: str, slug: str, files: dict[str, bytes], folder: Folder, record: Record | None
) -> tuple[dict[str, bytes], dict[str, Any]]:
    """The files and the config of the notebook exercise in the folder `path`; `files` are what lies there."""
    notebook = f"{path}/{slug}.ipynb"
    tests: set[str] = set()
    if f"{slug}.ipynb" in files:
        tests = _check_notebook(notebook, folder)
    elif notebook not in {error.file for error in folder.problems.errors}:
        remedy = "Write the instructor notebook, or say kind: function or kind: model in exercise.yaml."
        folder.problems.add(notebook, None, "The exercise has no notebook.", remedy)
    beside = {name: data for name, data in files.items() if name != f"{slug}.ipynb"}
    if NOTEBOOK_NAME in beside:
        folder.problems.add(f"{path}/{NOTEBOOK_NAME}", None, "This name is reserved.", "Rename the file.")
    for name in sorted(beside):
        if name.startswith("hidden/"):
            remedy = "Make hidden data in a %%grader cell, or name the folder otherwise."
            folder.problems.add(f"{path}/{name}", None, "Learners get what lies beside a notebook.", remedy)
    titles = _titles(record, tests) if record is not None else {}
    return {NOTEBOOK_NAME: files.get(f"{slug}.ipynb", b""), **beside}, {"titles": titles}


def _titles(record: Record, tests: set[str]) -> dict[str, str]:
    titles: dict[str, str] = {}
    if (given := record.record("titles")) is not None:
        for grade_id in given.entries():
            titles[grade_id] = given.text(grade_id, limit=150)
            if tests and grade_id not in tests:
                remedy = f"Use the grade_id of one: {', '.join(sorted(tests))}."
                given.refuse(grade_id, f"The notebook has no test cell {grade_id}.", remedy)
    return titles


def _check_notebook(path: str, folder: Folder) -> set[str]:
    """Note what is wrong with the notebook; return the grade ids of its test cells."""
    cells = _cells(path, folder)
    if cells is None:
        return set()
    seen: dict[str, int] = {}
    for cell in cells:
        if found := forbidden_in(cell.source):
            folder.problems.add(path, None, f"Cell {cell.number}: {found[1]}", CHARACTER_REMEDY)
        if cell.grading:
            _check_grading(cell, path, folder, seen)
        if cell.kind == "code":
            _check_regions(cell, path, folder)
    given = (cell.points or Decimal(0) for cell in cells if cell.grading.get("grade"))
    check_sum(given, path, None, folder.problems)
    if not any(_has_solution(cell) for cell in cells):
        remedy = f"Put the reference solution between {_BEGIN_SOLUTION} and {_END_SOLUTION} in a solution cell."
        folder.problems.add(path, None, "The notebook holds no solution.", remedy)
    tests = {str(cell.grading.get("grade_id")) for cell in cells if cell.is_test}
    if not tests:
        remedy = "Mark at least one code cell as autograded tests (grade: true, solution: false)."
        folder.problems.add(path, None, "The notebook has no graded test cell.", remedy)
    return tests


def _cells(path: str, folder: Folder) -> list[_Cell] | None:
    text = folder.decoded(path, folder.files[path])
    if text is None:
        return None
    try:
        notebook = json.loads(text)
    except json.JSONDecodeError as error:
        folder.problems.add(path, error.lineno, f"This is not JSON: {error.msg}.", "Save the notebook again.")
        return None
    except ValueError:
        folder.problems.add(path, None, "The notebook holds a number that is too long.", "Shorten it.")
        return None
    except RecursionError:
        folder.problems.add(path, None, "The notebook is nested too deeply.", "Save the notebook again.")
        return None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if (
        not isinstance(cells, list)
        or notebook.get("nbformat") != 4
        or not all(isinstance(cell, dict) for cell in cells)
    ):
        folder.problems.add(path, None, "This is not a notebook of format 4.", "Save it with a current Jupyter.")
        return None
    return [_cell(number, cell) for number, cell in enumerate(cells, start=1)]


def _cell(number: int, cell: dict[str, Any]) -> _Cell:
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    metadata = cell.get("metadata")
    grading = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return _Cell(number, str(cell.get("cell_type")), str(source), grading if isinstance(grading, dict) else {})


def _check_grading(cell: _Cell, path: str, folder: Folder, seen: dict[str, int]) -> None:
    problems, place = folder.problems, f"Cell {cell.number}"
    grade_id = cell.grading.get("grade_id")
    if cell.grading.get("schema_version") != _SCHEMA:
        remedy = "Save the cell's grading data in version 3 (nbgrader update)."
        problems.add(path, None, f"{place} has not the grading data of version 3.", remedy)
    if not isinstance(grade_id, str) or not _GRADE_ID.fullmatch(grade_id):
        remedy = "Give it letters, digits, hyphens and underscores."
        problems.add(path, None, f"{place} has no grade_id that can be used.", remedy)
    elif grade_id in seen:
        problem = f"{place} has the grade_id {grade_id} of cell {seen[grade_id]}."
        problems.add(path, None, problem, "Give each cell its own.")
    else:
        seen[grade_id] = cell.number
    if cell.grading.get("grade") and cell.points is None:
        remedy = f"Give it a number from 0 to {MOST} with at most {PLACES} decimals."
        problems.add(path, None, f"{place} has no points.", remedy)


def _check_regions(cell: _Cell, path: str, folder: Folder) -> None:
    for begin, end in ((_BEGIN_SOLUTION, _END_SOLUTION), (_BEGIN_HIDDEN, _END_HIDDEN)):
        inside = False
        for line in cell.source.splitlines():
            wrong = (begin in line and inside) or (end in line and not inside)
            if wrong:
                break
            inside = (inside or begin in line) and end not in line
        else:
            wrong = inside
        if wrong:
            problem = f"Cell {cell.number} has {begin} and {end} that do not pair."
            folder.problems.add(path, None, problem, "Write one after the other.")


def _has_solution(cell: _Cell) -> bool:
    if cell.kind != "code" or not cell.grading.get("solution"):
        return False
    region = cell.source.partition(_BEGIN_SOLUTION)[2].partition(_END_SOLUTION)[0]
    return any(line.strip() and not line.strip().startswith("#") for line in region.splitlines())
