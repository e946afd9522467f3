"""Function and model exercises: how their files become what the two boxes run.

A function exercise (``kind="function"``): the learner hands in one Python module; ``checks.py`` of the bundle runs in the
grader, where every name it does not bind itself is the learner's. ``config``::

    {"module": "stats.py", "groups": [{"id": "mean", "points": 2, "title": "...", "visible": true, "seconds": 1}, ...]}

Each group is the function ``check_<id>()`` of ``checks.py``, 0 points unless it returns; a number it returns is partial
credit. ``seconds`` is what one call of the learner's functions may take in it. Names of
:mod:`projects.grading.boxed.author` and ``__seed__`` are at hand. ``reference.py`` and what lies in ``hidden/`` are for
the grader alone; all other files are the learner's too.

A model exercise (``kind="model"``): see :mod:`.models`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from .bundle import Bundle
from .checks import SpecError
from .errors import NotebookError
from .limits import FUNCTION, KB, NOTEBOOK, Limits
from .models import model_cells, model_groups
from .names import refuse_bad_name
from .plan import Plan, PlannedTest

CHECKS, REFERENCE, HIDDEN = "checks.py", "reference.py", "hidden/"
MAX_MODULE_BYTES = 256 * KB
MAX_PREDICTIONS_BYTES = 4096 * KB
_LOAD = """\
import importlib
_module = importlib.import_module({name!r})
globals().update({{key: value for key, value in vars(_module).items() if not key.startswith('__')}})"""
_AUTHOR = "from grading.boxed.author import *"


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
    if name.endswith(".py") and not name.removesuffix(".py").isidentifier():
        raise SpecError(f"{name} cannot be imported; use letters, digits and underscores")
    return name


def handed_in(bundle: Bundle, files: Mapping[str, bytes]) -> bytes:
    """The learner's module or predictions. Raises ``NotebookError`` with a message for the learner."""
    name = module_of(bundle)
    same_kind = [one for one in files if one.lower().endswith(name[name.rindex(".") :])]
    chosen = name if name in files else same_kind[0] if len(same_kind) == 1 else None
    if chosen is None:
        raise NotebookError(f"There is no {name} among your files. Upload it under that name.")
    limit = MAX_MODULE_BYTES if name.endswith(".py") else MAX_PREDICTIONS_BYTES
    if len(files[chosen]) > limit:
        raise NotebookError(f"{name} is over {limit // KB} KB.")
    return files[chosen]


def public_files(bundle: Bundle) -> dict[str, bytes]:
    """The bundle's files that learners get."""
    secret = (CHECKS, REFERENCE)
    return {name: data for name, data in bundle.files.items() if name not in secret and not name.startswith(HIDDEN)}


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
    groups, name, work = groups_of(bundle), module_of(bundle), handed_in(bundle, files)
    public = public_files(bundle)
    for one in [*public, name]:
        refuse_bad_name(one, NotebookError)
    load, before, tests = _cells(bundle, name, groups)
    cells = [_cell(name, solution=True), *(_cell("", full=text) for text in before)]
    cells += [_cell(group.id, full=text, group=group) for group, text in zip(groups, tests, strict=True)]
    planned = [
        PlannedTest(group.id, group.points, True, _hidden(bundle, group), not group.visible, text)
        for group, text in zip(groups, tests, strict=True)
    ]
    plan = Plan([load, *([""] * (len(cells) - 1))], cells, planned, [], [], [])
    titles = {group.id: group.title or group.id for group in groups}
    return Prepared(plan, {**public, name: work}, {n: d for n, d in bundle.files.items() if n != name}, titles)


def _hidden(bundle: Bundle, group: CheckGroup) -> frozenset[int]:
    """The lines whose failures tell only their kind: all but those of a function exercise's visible groups."""
    return frozenset() if group.visible and bundle.kind == "function" else frozenset(range(1, 100))


def _cells(bundle: Bundle, name: str, groups: list[CheckGroup]) -> tuple[str, list[str], list[str]]:
    """The learner's cell, what the grader runs first, and the test of each group."""
    load = _LOAD.format(name=name.removesuffix(".py"))
    if bundle.kind == "model":
        return model_cells(bundle.config, load)
    checks = bundle.files[CHECKS].decode("utf-8-sig", "replace").replace("\r\n", "\n")
    return load, [_AUTHOR, checks], [f"check_{group.id}()" for group in groups]


def _cell(id_: str, *, solution: bool = False, full: str = "", group: CheckGroup | None = None) -> dict[str, Any]:
    return {
        "id": id_, "test": group is not None, "solution": solution, "staff": not solution, "lifted": True,
        "points": str(group.points) if group else "0", "source": "", "full": full, "objects": None, "changes": None,
        "seconds": group.seconds if group else 0,
    }  # fmt: skip


def daily_cap(bundle: Bundle) -> int | None:
    """How many submissions a learner may hand in on one day; None for any number.

    The rule is the exercise's; it must be enforced where submissions are accepted, as the engine knows no days.
    Raises ``SpecError``.
    """
    cap = bundle.config.get("daily_cap")
    if cap is not None and (type(cap) is not int or cap < 1):
        raise SpecError("daily_cap: a whole number above 0")
    return cap
