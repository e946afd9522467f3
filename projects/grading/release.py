"""The learner's version of an instructor notebook, as nbgrader's ``generate_assignment`` makes it."""

from __future__ import annotations

import hashlib
import json
import re
from decimal import Decimal
from typing import Any

from .errors import NotebookError
from .notebook import Cell, Notebook, read_notebook

CODE_STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
TEXT_STUB = "YOUR ANSWER HERE"


def release_version(source: bytes) -> bytes:
    """The notebook that learners download: solutions replaced, hidden tests and mark schemes removed, outputs
    cleared, graded cells locked, checksums computed.

    Raises:
        NotebookError: ``source`` is no notebook, or its markers do not pair up or stand in the wrong kind of cell.
    """
    notebook = read_notebook(source)
    check_source(notebook)
    notebook.cells = [cell for cell in notebook.cells if not cell.is_staff]
    for cell in notebook.cells:
        _clear_solution(cell)
        cell.source = visible_part(cell.source)
        cell.source, _ = cut(cell.source, "MARK SCHEME")
        _lock(cell)
        if cell.is_grade or cell.is_task:
            cell.metadata["nbgrader"]["points"] = _as_number(cell.points)
        if cell.is_grade or cell.is_solution or cell.is_locked:
            cell.metadata["nbgrader"].update(checksum=checksum(cell), cell_type=cell.cell_type)
    return write_notebook(notebook)


def check_source(notebook: Notebook) -> None:
    """Refuse an instructor notebook that could not be graded or would leak. Raises ``NotebookError``."""
    seen: set[str] = set()
    for number, cell in enumerate(notebook.cells, 1):
        name = f"cell {number}" + (f" ({cell.grade_id})" if cell.grade_id else "")
        if (cell.is_grade or cell.is_solution or cell.is_locked or cell.is_task) and not cell.grade_id:
            raise NotebookError(f"{name}: a graded, solution or read-only cell needs a grade_id.")
        if cell.grade_id in seen:
            raise NotebookError(f"{name}: this grade_id is used twice.")
        seen.update({cell.grade_id} - {""})
        _, solution = cut(cell.source, "SOLUTION", name)
        _, hidden = cut(cell.source, "HIDDEN TESTS", name)
        if solution and not cell.is_solution:
            raise NotebookError(f"{name}: a solution region stands in a cell that is not a solution cell.")
        if cell.is_staff and cell.is_solution:
            raise NotebookError(f"{name}: a %%grader cell cannot be an answer.")
        if "%%grader" in cell.source and not cell.is_staff:
            raise NotebookError(f"{name}: %%grader must be the first line of a code cell, or learners would see it.")
        if hidden and not (cell.is_grade or cell.is_staff):
            raise NotebookError(f"{name}: a hidden test region stands in a cell that is not a test cell.")


def cut(source: str, region: str, name: str = "a cell", stub: str | None = None) -> tuple[str, bool]:
    """``source`` without the lines from BEGIN ``region`` to END ``region``, and whether there were any.

    With ``stub``, its lines take the region's place, indented like the opening marker.
    Raises ``NotebookError`` when markers are nested or not closed.
    """
    kept: list[str] = []
    inside = found = False
    for line in source.split("\n"):
        if f"BEGIN {region}" in line:
            if inside:
                raise NotebookError(f"{name}: BEGIN {region} is nested.")
            inside = found = True
            indent = re.match(r"\s*", line)
            kept.extend((indent.group() if indent else "") + part for part in (stub or "").split("\n") if stub)
        elif f"END {region}" in line:
            inside = False
        elif not inside:
            kept.append(line)
    if inside:
        raise NotebookError(f"{name}: BEGIN {region} has no END {region}.")
    return "\n".join(kept), found


def visible_part(source: str) -> str:
    """A test cell's source without its hidden tests."""
    return cut(source, "HIDDEN TESTS")[0]


def has_hidden_part(source: str) -> bool:
    """Whether a test cell has hidden tests."""
    return cut(source, "HIDDEN TESTS")[1]


def checksum(cell: Cell) -> str:
    """nbgrader's checksum of a cell (MD5 over its source and role; it detects edits, it protects nothing)."""
    digest = hashlib.md5(usedforsecurity=False)
    parts = [cell.source, cell.cell_type, str(cell.is_grade), str(cell.is_solution), str(cell.is_locked), cell.grade_id]
    if cell.is_grade:
        parts.append(str(float(cell.points)))
    for part in parts:
        digest.update(part.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def write_notebook(notebook: Notebook) -> bytes:
    """The notebook as the bytes of an .ipynb file, without outputs, in Jupyter's own layout."""
    document = dict(notebook.raw)
    document["cells"] = [_cell_document(cell) for cell in notebook.cells]
    if isinstance(document.get("metadata"), dict):
        document["metadata"] = {key: value for key, value in document["metadata"].items() if key != "celltoolbar"}
    return (json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8", "replace")


def _cell_document(cell: Cell) -> dict[str, Any]:
    raw = dict(cell.raw)
    raw.update(cell_type=cell.cell_type, metadata=cell.metadata, source=cell.source.splitlines(keepends=True))
    if cell.cell_type == "code":
        raw.update(outputs=[], execution_count=None)
    return raw


def _as_number(points: Decimal) -> int | float:
    return int(points) if points == points.to_integral_value() else float(points)


def _clear_solution(cell: Cell) -> None:
    stub = CODE_STUB if cell.cell_type == "code" else TEXT_STUB
    cell.source, replaced = cut(cell.source, "SOLUTION", stub=stub)
    if cell.is_solution and not replaced:
        cell.source = stub


def _lock(cell: Cell) -> None:
    if cell.is_solution:
        cell.metadata["deletable"] = False
    elif cell.is_grade or cell.is_locked:
        cell.metadata.update(deletable=False, editable=False)
