"""Which cell is which: ids that are missing, used twice, or lost in an editor that drops nbgrader's metadata."""

from __future__ import annotations

from collections import Counter

from .notebook import Cell, Notebook
from .release import cut, visible_part

_NAMELESS = "nameless"


def give_ids(source: Notebook) -> list[str]:
    """Give every graded and answer cell of an instructor's notebook an id of its own, in place; notices of what was
    amiss. nbgrader refuses such notebooks; real collections hold them."""
    seen: Counter[str] = Counter()
    notices: list[str] = []
    for cell in source.cells:
        if not (cell.is_grade or cell.is_solution):
            continue
        name = cell.grade_id or _NAMELESS
        seen[name] += 1
        if not cell.grade_id or seen[name] > 1:
            _rename(cell, _numbered(name, seen[name]))
            how = f"uses the id {name} again" if name != _NAMELESS else "has no id"
            notices.append(f"A cell of the exercise {how}; it is called {cell.grade_id} here.")
    return notices


def follow_ids(source: Notebook, work: Notebook) -> None:
    """Give a learner's cells the ids that :func:`give_ids` gave those of the instructor, in place."""
    given = {cell.grade_id for cell in source.cells}
    doubled = {name.partition("~")[0] for name in given if "~" in name}
    seen: Counter[str] = Counter()
    for cell in work.cells:
        name = cell.grade_id or _NAMELESS
        if name in doubled and (cell.is_grade or cell.is_solution):
            seen[name] += 1
            _rename(cell, _numbered(name, seen[name]))


def find_by_place(source: Notebook, work: Notebook, lost: list[Cell]) -> dict[str, Cell]:
    """Cells of the learner's that stand where answer cells were lost: the only one between the two neighbours."""
    places = _places(source, work)
    found: dict[str, Cell] = {}
    for number, cell in enumerate(source.cells):
        if not any(cell is one for one in lost):
            continue
        before = places.get(number - 1) if number else -1
        after = places.get(number + 1) if number + 1 < len(source.cells) else len(work.cells)
        if before is None or after is None:
            continue
        between = [one for one in work.cells[before + 1 : after] if one.cell_type == cell.cell_type]
        if len(between) == 1 and between[0].source.strip() and not between[0].grade_id:
            found[cell.grade_id] = between[0]
    return found


def bare(source: str) -> str:
    """A source without what editors change unasked, for comparing."""
    shown, _ = cut(source, "MARK SCHEME") if "BEGIN MARK SCHEME" in source else (source, False)
    return "\n".join(line.rstrip() for line in shown.strip().split("\n"))


def _places(source: Notebook, work: Notebook) -> dict[int, int]:
    """By number of a source cell, the number of the learner's cell that is surely it: by id, or by text."""
    ids = {cell.grade_id: number for number, cell in enumerate(work.cells) if cell.grade_id}
    texts = Counter(bare(cell.source) for cell in work.cells)
    numbers = {bare(cell.source): number for number, cell in enumerate(work.cells)}
    places: dict[int, int] = {}
    for number, cell in enumerate(source.cells):
        text = bare(visible_part(cell.source)) if cell.is_grade else bare(cell.source)
        if cell.grade_id in ids:
            places[number] = ids[cell.grade_id]
        elif text and not cell.is_solution and texts[text] == 1:
            places[number] = numbers[text]
    return places


def _numbered(name: str, number: int) -> str:
    return name if number == 1 and name != _NAMELESS else f"{name}~{number}"


def _rename(cell: Cell, name: str) -> None:
    cell.metadata["nbgrader"]["grade_id"] = name
