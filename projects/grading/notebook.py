"""Reading notebooks in nbgrader's format, from people who may have uploaded anything.

Metadata schema 1 to 3 (and the unnumbered one before) are upgraded as nbgrader upgrades them. The format is
described at https://nbgrader.readthedocs.io/en/stable/contributor_guide/metadata.html.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .errors import NotebookError
from .limits import MAX_NOTEBOOK_BYTES

NBGRADER_KEYS = frozenset(
    {"schema_version", "grade", "solution", "locked", "task", "grade_id", "points", "checksum", "cell_type"}
)
POINTS = re.compile(r"\+?(?=\.?[0-9])[0-9]{0,20}(\.[0-9]{0,20})?(e[+-]?[0-9]{1,2})?", re.ASCII | re.IGNORECASE)
STAFF = re.compile(r"\A(\s*)%%grader\b[^\n]*")
MAX_MAGNITUDE = 9
MAX_DEPTH = 100
MAX_PARTS = 500_000
MAX_HEADING = 6
SAVE_AGAIN = "Open it in Jupyter, choose File > Save, check that the saved file opens, and upload that file."


@dataclass
class Cell:
    """One cell: its kind, its source, and what nbgrader's metadata says it is."""

    cell_type: str
    source: str
    metadata: dict[str, Any] = field(default_factory=dict)
    raw: dict[str, Any] = field(default_factory=dict)

    @property
    def _nbgrader(self) -> dict[str, Any]:
        meta = self.metadata.get("nbgrader")
        return meta if isinstance(meta, dict) else {}

    @property
    def grade_id(self) -> str:
        """The id that ties versions of a cell together; empty when there is none."""
        value = self._nbgrader.get("grade_id")
        return value if isinstance(value, str) else ""

    @property
    def is_grade(self) -> bool:
        return bool(self._nbgrader.get("grade"))

    @property
    def is_solution(self) -> bool:
        return bool(self._nbgrader.get("solution"))

    @property
    def is_task(self) -> bool:
        return bool(self._nbgrader.get("task"))

    @property
    def is_locked(self) -> bool:
        return not self.is_solution and (self.is_grade or bool(self._nbgrader.get("locked")))

    @property
    def is_staff(self) -> bool:
        """A ``%%grader`` cell: the instructor's alone, run by the grader and never shown."""
        return self.cell_type == "code" and STAFF.match(self.source) is not None

    @property
    def staff_source(self) -> str:
        """A ``%%grader`` cell without its first line, which stays as an empty one."""
        return STAFF.sub(r"\1", self.source, count=1)

    @property
    def is_test(self) -> bool:
        """An autograder-tests cell: graded by running it."""
        return self.is_grade and not self.is_solution and self.cell_type == "code"

    @property
    def is_manual(self) -> bool:
        """Marked by a person: a manually graded answer or task."""
        return self.is_task or (self.is_grade and self.is_solution)

    @property
    def points(self) -> Decimal:
        """Points of a graded cell; 0 where none are declared or they make no sense. Only an instructor's are asked for."""
        declared = self._nbgrader.get("points", 0)
        text = str(declared).strip() if isinstance(declared, str | int | float) else ""
        if not POINTS.fullmatch(text):
            return Decimal(0)
        points = Decimal(text)
        return points if points > 0 and abs(points.adjusted()) <= MAX_MAGNITUDE else Decimal(0)


@dataclass
class Notebook:
    """Cells in order, and the notebook's own JSON for writing it back."""

    cells: list[Cell]
    raw: dict[str, Any]

    def by_grade_id(self) -> Iterator[tuple[str, Cell]]:
        """Pairs of (grade_id, cell) for cells that have an id, duplicates included, in order."""
        for cell in self.cells:
            if cell.grade_id:
                yield cell.grade_id, cell


def read_notebook(data: bytes) -> Notebook:
    """The notebook in ``data`` (at most 5 MB), upgraded to nbformat 4 and nbgrader schema 3.

    Raises:
        NotebookError: the file is empty, too big, no notebook, or damaged; the message says what to do.
    """
    document = _parse(_text_of(data))
    if not isinstance(document, dict):
        raise NotebookError(f"This file is JSON, but not a Jupyter notebook. {SAVE_AGAIN}")
    _upgrade_v3(document)
    cells = document.get("cells")
    if not isinstance(cells, list):
        raise NotebookError(f"This file is JSON, but has no notebook cells in it. {SAVE_AGAIN}")
    return Notebook([_read_cell(item, number) for number, item in enumerate(cells, 1)], document)


def _text_of(data: bytes) -> str:
    if len(data) > MAX_NOTEBOOK_BYTES:
        raise NotebookError(
            f"The notebook is {len(data) / 1e6:.1f} MB; the limit is 5 MB. "
            "Clear its outputs (Kernel > Restart & Clear Output), save it and upload it again."
        )
    if not data.strip():
        raise NotebookError(f"The file is empty. {SAVE_AGAIN}")
    if data.startswith(b"%PDF"):
        raise NotebookError("This is a PDF, not a notebook. Upload the .ipynb file itself, not an export of it.")
    if data.startswith(b"PK\x03\x04"):
        raise NotebookError("This is a zip archive, not a notebook. Unpack it and upload the .ipynb file inside.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotebookError(f"The notebook is not stored as UTF-8 text. {SAVE_AGAIN}") from None


def _parse(text: str) -> Any:
    if text.count("[") + text.count("{") > MAX_PARTS:
        raise NotebookError("The notebook has too many parts. Clear its outputs, save it and upload it again.")
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        if text.lstrip()[:1] not in "{[":
            raise NotebookError(f"This is not a Jupyter notebook (its text is not JSON). {SAVE_AGAIN}") from None
        if error.pos >= len(text.rstrip()) - 1 or "Unterminated" in error.msg:
            raise NotebookError(f"The notebook is cut off: its end is missing. {SAVE_AGAIN}") from None
        raise NotebookError(f"The notebook is damaged at line {error.lineno}. {SAVE_AGAIN}") from None
    except (RecursionError, MemoryError, ValueError):
        raise NotebookError(f"The notebook is damaged: its data cannot be read. {SAVE_AGAIN}") from None
    _refuse_depth(document)
    return _without_surrogates(document) if "\\ud" in text.lower() else document


def _refuse_depth(document: Any) -> None:
    """Notebooks are a few levels deep; what walks them may recurse once this has passed."""
    level = [document]
    for _ in range(MAX_DEPTH):
        inside = (item.values() if isinstance(item, dict) else item for item in level if isinstance(item, dict | list))
        level = [child for children in inside for child in children if isinstance(child, dict | list)]
        if not level:
            return
    raise NotebookError(f"The notebook is damaged: its data is nested too deeply. {SAVE_AGAIN}")


def _without_surrogates(document: Any) -> Any:
    """Half a surrogate pair, which JSON can spell and UTF-8 cannot, becomes a question mark wherever it stands."""
    return json.loads(json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))


def _upgrade_v3(document: dict[str, Any]) -> None:
    """Turn nbformat 3 (cells in worksheets, code in ``input``) into nbformat 4, in place."""
    sheets = document.get("worksheets")
    if "cells" in document or not isinstance(sheets, list):
        return
    cells: list[Any] = []
    for sheet in sheets:
        if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list):
            cells.extend(sheet["cells"])
    for cell in cells:
        if not isinstance(cell, dict):
            continue
        if cell.get("cell_type") == "code":
            cell["source"] = cell.pop("input", "")
            cell["outputs"], cell["execution_count"] = [], None
            for key in ("language", "collapsed", "prompt_number"):
                cell.pop(key, None)
        elif cell.get("cell_type") == "heading":
            level = cell.pop("level", 1)
            cell["cell_type"] = "markdown"
            depth = min(max(level, 1), MAX_HEADING) if isinstance(level, int) else 1
            cell["source"] = "#" * depth + " " + _source_of(cell)
    del document["worksheets"]
    document.update(cells=cells, nbformat=4, nbformat_minor=4)
    document.setdefault("metadata", {})


def _source_of(raw: dict[str, Any]) -> str:
    source = raw.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    text = source if isinstance(source, str) else ""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read_cell(raw: Any, number: int) -> Cell:
    if not isinstance(raw, dict) or not isinstance(raw.get("cell_type"), str):
        raise NotebookError(f"Cell {number} of the notebook is damaged. {SAVE_AGAIN}")
    metadata = raw.get("metadata")
    cell = Cell(raw["cell_type"], _source_of(raw), dict(metadata) if isinstance(metadata, dict) else {}, raw)
    _upgrade_nbgrader(cell)
    return cell


def _upgrade_nbgrader(cell: Cell) -> None:
    """Bring a cell's nbgrader metadata to schema 3; metadata that says nothing is dropped, as nbgrader does."""
    meta = cell.metadata.get("nbgrader")
    if not isinstance(meta, dict):
        cell.metadata.pop("nbgrader", None)
        return
    meta = {key: value for key, value in meta.items() if key in NBGRADER_KEYS}
    for key in ("grade", "solution", "locked"):
        meta.setdefault(key, False)
    if meta.get("schema_version", 0) in (0, None) and not (meta["grade"] or meta["solution"] or meta["locked"]):
        del cell.metadata["nbgrader"]
        return
    if "checksum" in meta:
        meta.setdefault("cell_type", cell.cell_type)
    meta["schema_version"] = 3
    meta.setdefault("task", False)
    cell.metadata["nbgrader"] = meta
    if not (meta["grade"] or meta["task"]):
        meta.pop("points", None)
