"""Function exercises: one module of the learner's, checked by calls of its functions."""

import ast
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from courses.curriculum.folder import Folder
from courses.curriculum.points import check_sum, read_points
from courses.curriculum.python_files import read_module_name, read_python
from courses.curriculum.record import Record

_PREFIX: Final = "check_"
_MOST_SECONDS: Final = 20


def read_function(path: str, files: Mapping[str, bytes], folder: Folder, record: Record) -> dict[str, Any]:
    """The config of the function exercise in the folder `path`, whose settings are `record`."""
    module = read_module_name(record)
    checks = f"{path}/checks.py"
    tree = read_python(checks, folder, required="Write the checks: a function check_<id>() for each group.")
    read_python(f"{path}/reference.py", folder, required="Write the reference solution.")
    if module in files:
        read_python(f"{path}/{module}", folder)
    functions = _functions(tree) if tree else None
    groups: list[dict[str, Any]] = []
    titles: dict[str, str] = {}
    for entry in record.records("groups"):
        group = _group(entry, functions)
        if group["id"] in {one["id"] for one in groups}:
            entry.refuse("id", f"There is already a group {group['id']}.", "Give each group its own id.")
        if title := entry.text("title", limit=150, default=""):
            titles[group["id"]] = title
        groups.append(group)
        entry.close()
    if "groups" in record and not groups:
        record.refuse("groups", "The exercise has no group of checks.", "Add one.")
    given = (Decimal(group["points"]) for group in groups)
    check_sum(given, record.file, record.line("groups"), folder.problems)
    _note_unused(checks, functions or {}, [group["id"] for group in groups], folder)
    return {"module": module, "groups": groups, "titles": titles}


def _group(record: Record, functions: Mapping[str, int] | None) -> dict[str, Any]:
    """One group as the engine takes it; `functions` are those of the checks, None where these cannot be read."""
    name = record.text("id", limit=60)
    if name and not name.isidentifier():
        record.refuse("id", f"{name} is no id of a group.", "Use letters, digits and underscores.")
    elif name and functions is not None and f"{_PREFIX}{name}" not in functions:
        problem = f"checks.py has no function {_PREFIX}{name}."
        record.refuse("id", problem, "Write it, or name the group after one that is there.")
    points = read_points(record, default="1")
    seconds = record.decimal("seconds", minimum=Decimal(0), default=Decimal(0))
    if seconds > _MOST_SECONDS:
        record.refuse("seconds", f"seconds is {seconds}.", f"Use at most {_MOST_SECONDS}, what a whole run may take.")
    visible = record.boolean("visible", default=False)
    return {"id": name, "points": str(points), "visible": visible, "seconds": float(seconds)}


def _functions(tree: ast.Module) -> dict[str, int]:
    """The functions that are checks, by name, with their lines."""
    found = (one for one in tree.body if isinstance(one, ast.FunctionDef))
    return {one.name: one.lineno for one in found if one.name.startswith(_PREFIX)}


def _note_unused(checks: str, functions: Mapping[str, int], groups: list[str], folder: Folder) -> None:
    """Checks that no group names; nothing where a group is wrong itself, as it may be meant for one of them."""
    named = {f"{_PREFIX}{name}" for name in groups}
    if not named or len(named) < len(groups) or not named <= functions.keys():
        return
    for name, line in functions.items():
        if name.removeprefix(_PREFIX) not in groups:
            remedy = f"Add the group {name.removeprefix(_PREFIX)} to exercise.yaml, or call it otherwise."
            folder.problems.add(checks, line, f"{name} belongs to no group, so it would never run.", remedy)
