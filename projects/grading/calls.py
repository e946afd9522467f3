"""Function and model exercises: how their files become what the two boxes run.

A function exercise (``kind="function"``): the learner hands in one Python module; ``checks.py`` of the bundle runs in the
grader, where every name it does not bind itself is the learner's. ``config``::

    {"module": "stats.py", "groups": [{"id": "mean", "points": 2, "title": "...", "visible": true, "seconds": 1}, ...]}

Each group is the function ``check_<id>()`` of ``checks.py``, 0 points unless it returns; a number it returns is partial
credit. ``seconds`` is what one call of the learner's functions may take in it. Names of
:mod:`projects.grading.boxed.author` and ``__seed__`` are at hand. What ``reference.py`` or the starter module defines is
the learner's also where Python or the author's tools have that name: the others are ``builtins.sum`` and the like.
``reference.py`` and what lies in ``hidden/`` are for the grader alone; all other files are the learner's too.

A model exercise (``kind="model"``): see :mod:`.models`. Of both, ``objects`` and ``changes`` are as for notebooks, and
``daily_cap`` and ``free_points`` as for every exercise.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from .boxed import author
from .boxed.bindings import names_of
from .bundle import Bundle
from .checks import SpecError
from .errors import NotebookError
from .limits import FUNCTION, KB, NOTEBOOK, Limits
from .models import model_cells, model_groups
from .names import refuse_bad_name
from .plan import Plan, PlannedTest

CHECKS, HIDDEN = "checks.py", "hidden/"
SECRET = (CHECKS, "reference.py", "reference.csv", "reference.npy")
MAX_MODULE_BYTES = 256 * KB
MAX_PREDICTIONS_BYTES = 4096 * KB
_LOAD = """\
import importlib
_module = importlib.import_module({name!r})
globals().update({{key: value for key, value in vars(_module).items() if not key.startswith('__')}})"""


@dataclass(frozen=True)
class CheckGroup:
    """One group of checks: its points, and the most seconds of one call (0: no limit of its own)."""

    id: str
    points: Decimal
    title: str = ""
    visible: bool = False
    seconds: float = 0.0


def groups_of(bundle: Bundle) -> list[CheckGroup]:
    """The groups that a bundle's config declares. Raises ``SpecError``."""
    if bundle.kind == "model":
        return [
            CheckGroup(name, points, title, visible) for name, points, title, visible in model_groups(bundle.config)
        ]
    found = [_group(item) for item in bundle.config.get("groups", ())]
    if not found or len({group.id for group in found}) != len(found):
        raise SpecError("groups: at least one, each with an id of its own")
    if CHECKS not in bundle.files:
        raise SpecError(f"The bundle has no {CHECKS}.")
    return found


def _group(item: Any) -> CheckGroup:
    name = item.get("id") if isinstance(item, Mapping) else None
    if not isinstance(name, str) or not name.isidentifier():
        raise SpecError("groups: each has an id of letters, digits and underscores")
    try:
        points, seconds = Decimal(str(item.get("points", 1))), float(item.get("seconds", 0))
    except (InvalidOperation, TypeError, ValueError):
        raise SpecError(f"{name}: points and seconds must be numbers") from None
    if not points.is_finite() or points < 0 or not 0 <= seconds <= FUNCTION.wall:
        raise SpecError(f"{name}: points must be 0 or more, seconds at most {FUNCTION.wall}")
    return CheckGroup(name, points, str(item.get("title") or name), item.get("visible") is True, seconds)


def module_of(bundle: Bundle) -> str:
    """The name of the file that a learner hands in. Raises ``SpecError``."""
    name = bundle.config.get("module") or bundle.config.get("predictions")
    if not isinstance(name, str) or "/" in name or not name.endswith((".py", ".csv", ".npy")):
        raise SpecError("module: the name of a .py file, or predictions: of a .csv or .npy file")
    stem = name.removesuffix(".py")
    if name.endswith(".py") and (not stem.isidentifier() or stem in sys.stdlib_module_names):
        raise SpecError(f"{name} cannot be imported; use letters, digits and underscores, and no name of Python's own")
    if name in SECRET:
        raise SpecError(f"{name} is the author's; give the learner's file another name")
    return name


def reference_of(bundle: Bundle) -> bytes | None:
    """The author's own solution, as it would be handed in: ``reference.py`` (for predictions ``.csv`` or ``.npy``)."""
    return bundle.files.get("reference" + _ending(module_of(bundle)))


def handed_in(bundle: Bundle, files: Mapping[str, bytes]) -> tuple[bytes, list[str]]:
    """The learner's module or predictions, and notices about what was not taken or has another name.

    Raises ``NotebookError`` with a message for the learner.
    """
    name = module_of(bundle)
    same_kind = [one for one in files if one.lower().endswith(_ending(name))]
    chosen = name if name in files else same_kind[0] if len(same_kind) == 1 else None
    if chosen is None:
        raise NotebookError(f"There is no {name} among your files. Upload it under that name.")
    if len(files[chosen]) > max_bytes(name):
        raise NotebookError(f"{name} is over {max_bytes(name) // KB} KB.")
    others = ", ".join(sorted(one for one in files if one != chosen))
    notices = [f"{chosen} was taken as {name}."] if chosen != name else []
    notices += [f"Only {name} counts; not used: {others}."] if others else []
    return files[chosen], notices


def max_bytes(name: str) -> int:
    """How large a module or a file of predictions may be."""
    return MAX_MODULE_BYTES if name.endswith(".py") else MAX_PREDICTIONS_BYTES


def _ending(name: str) -> str:
    return name[name.rindex(".") :]


def public_files(bundle: Bundle) -> dict[str, bytes]:
    """The bundle's files that learners get."""
    return {name: data for name, data in bundle.files.items() if name not in SECRET and not name.startswith(HIDDEN)}


def limits_of(bundle: Bundle) -> Limits:
    """A function's limits, or a notebook's for a model, which has something to fit."""
    return FUNCTION if bundle.kind == "function" else NOTEBOOK


@dataclass(frozen=True)
class Prepared:
    """What to run, and the files of each box."""

    plan: Plan
    learner_files: dict[str, bytes]
    grader_files: dict[str, bytes]
    titles: dict[str, str]


def prepare(bundle: Bundle, files: Mapping[str, bytes]) -> Prepared:
    """How to grade ``files``. Raises ``NotebookError`` for the learner, ``SpecError`` for the author."""
    groups, name = groups_of(bundle), module_of(bundle)
    work, notices = handed_in(bundle, files)
    public = public_files(bundle)
    for one in [*public, name]:
        refuse_bad_name(one, NotebookError)
    theirs = learner_names(bundle)
    load, before, tests = _cells(bundle, name, groups, theirs)
    cells = [_answer(name, theirs), *(_cell("", full=text) for text in before)]
    cells += [_test(bundle, group, text) for group, text in zip(groups, tests, strict=True)]
    planned = [
        PlannedTest(group.id, group.points, True, _hidden(bundle, group), not group.visible, text)
        for group, text in zip(groups, tests, strict=True)
    ]
    plan = Plan([load, *([""] * (len(cells) - 1))], cells, planned, notices, [], [])
    titles = {group.id: group.title or group.id for group in groups}
    return Prepared(plan, {**public, name: work}, {n: d for n, d in bundle.files.items() if n != name}, titles)


def _hidden(bundle: Bundle, group: CheckGroup) -> frozenset[int]:
    """The lines whose failures tell only their kind: all but those of a function exercise's visible groups."""
    return frozenset() if group.visible and bundle.kind == "function" else frozenset(range(1, 100))


def learner_names(bundle: Bundle) -> list[str]:
    """What the learner's module is to define: what the reference solution or the starter module defines."""
    name = module_of(bundle)
    texts = (reference_of(bundle), bundle.files.get(name)) if name.endswith(".py") else ()
    found: set[str] = set()
    for text in texts:
        names = names_of(_text(text or b""), with_functions=False)
        found |= {one for one in names.bound if one not in names.provided and one != "*" and not one.startswith("__")}
    return sorted(found)


def _text(data: bytes) -> str:
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n")


def _cells(
    bundle: Bundle, name: str, groups: list[CheckGroup], theirs: Collection[str]
) -> tuple[str, list[str], list[str]]:
    """The learner's cell, what the grader runs first, and the test of each group."""
    load = _LOAD.format(name=name.removesuffix(".py"))
    if bundle.kind == "model":
        return model_cells(bundle.config, load)
    tools = "\n".join(f"from grading.boxed.author import {one}" for one in author.__all__ if one not in theirs)
    return load, [tools, _text(bundle.files[CHECKS])], [f"check_{group.id}()" for group in groups]


def _cell(id_: str, *, full: str = "") -> dict[str, Any]:
    return {
        "id": id_, "test": False, "solution": False, "staff": True, "lifted": True, "second_run": "always", "points": "0",
        "source": "", "full": full, "objects": None, "changes": None, "seconds": 0,
    }  # fmt: skip


def _answer(id_: str, names: list[str]) -> dict[str, Any]:
    return {**_cell(id_), "solution": True, "staff": False, "names": names}


def _test(bundle: Bundle, group: CheckGroup, text: str) -> dict[str, Any]:
    manner = {key: bundle.config.get(key, {}).get(group.id) for key in ("objects", "changes")}
    return {
        **_cell(group.id, full=text),
        "test": True,
        "second_run": "never",
        "points": str(group.points),
        "seconds": group.seconds,
        **manner,
    }
