"""Grading one notebook: find it, plan, run, and word what was found for the learner."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, cast

from .bundle import Bundle
from .calls import prepare
from .errors import NotebookError
from .limits import Limits
from .names import refuse_bad_name, refuse_clashes
from .notebook import Notebook, read_notebook
from .notebook_run import RunReport, run_notebook
from .plan import Plan, PlannedTest, make_plan, manual_notice
from .result import VERDICTS, Group, Result, Verdict, clean_text, overall
from .runtime import find_runtime

_TESTS_FAILED = "The tests themselves failed; this is our fault and is not counted."
_NOT_WRITTEN = "This part is not written yet (NotImplementedError): replace the raise line with your solution."
_WORDS: dict[str, str] = {
    "time_limit": "Your code used more processor time than allowed.",
    "wall_limit": "Your code took longer than allowed.",
    "memory_limit": "Your code used more memory than allowed.",
    "output_limit": "Your code printed more than allowed.",
    "process_limit": "Your code started more processes or threads than allowed.",
}
_BUILTIN_ERRORS = frozenset(
    name for name in dir(builtins) if name.endswith(("Error", "Warning", "Exception", "Exit", "Iteration"))
)


def learner_notebook(files: Mapping[str, bytes]) -> Notebook:
    """The one notebook among a learner's files. Raises ``NotebookError``."""
    names = [name for name in files if name.lower().endswith(".ipynb")]
    if not names:
        raise NotebookError("There is no notebook among your files. Upload the exercise's .ipynb file.")
    if len(names) > 1:
        raise NotebookError(f"There are {len(names)} notebooks among your files. Upload only this exercise's one.")
    return read_notebook(files[names[0]])


def files_beside(bundle: Bundle, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The learner's files that are placed beside their notebook and the exercise's own files.

    Raises ``NotebookError`` when one of all these has an unsafe name, or is where another needs a folder.
    """
    public = bundle.public_files
    beside = {name: data for name, data in files.items() if not name.lower().endswith(".ipynb") and name not in public}
    together = [*public, *beside]
    for name in together:
        refuse_bad_name(name, NotebookError)
    refuse_clashes(together, NotebookError)
    return beside


def _silent(_: str) -> None:
    return None


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Observed:
    """By graded cell: paths whose answers were objects, and the arguments that calls changed."""

    objects: Mapping[str, list[str]] = field(default_factory=dict)
    changes: Mapping[str, list[str]] = field(default_factory=dict)


def observe_notebook(
    bundle: Bundle,
    files: Mapping[str, bytes],
    *,
    seed: int,
    limits: Limits,
    on_progress: Callable[[str], None] = _silent,
    should_stop: Callable[[], bool] = _never,
) -> tuple[Result, Observed]:
    """Grade ``files`` and say besides, by graded cell, where answers were objects and where arguments changed.

    See :func:`projects.grading.engine.grade`; raises ``NotebookError`` instead of ``UploadRefused``.
    """
    if bundle.kind != "notebook":
        return _observe_calls(bundle, files, seed, limits, on_progress, should_stop)
    plan = make_plan(bundle.notebook, learner_notebook(files), bundle.config)
    public, beside = bundle.public_files, files_beside(bundle, files)
    runtime = find_runtime()
    on_progress("Starting")
    report = run_notebook(
        plan, {**beside, **public}, public,
        runtime=runtime, seed=seed, limits=limits, on_progress=on_progress, should_stop=should_stop,
    )  # fmt: skip
    notices = tuple(clean_text(text, 500) for text in [*bundle.notices, *plan.notices, *manual_notice(bundle.notebook)])
    return _result(plan, report, notices), _observed(plan, report)


def _observe_calls(
    bundle: Bundle,
    files: Mapping[str, bytes],
    seed: int,
    limits: Limits,
    on_progress: Callable[[str], None],
    should_stop: Callable[[], bool],
) -> tuple[Result, Observed]:
    """A function or model exercise, run as a notebook of one answer cell."""
    ready = prepare(bundle, files)
    on_progress("Starting")
    report = run_notebook(
        ready.plan, ready.learner_files, ready.grader_files,
        runtime=find_runtime(), seed=seed, limits=limits, on_progress=on_progress, should_stop=should_stop,
    )  # fmt: skip
    result = _result(ready.plan, report, tuple(clean_text(text, 500) for text in ready.plan.notices))
    groups = tuple(replace(group, title=ready.titles[group.id]) for group in result.groups)
    return replace(result, groups=groups), _observed(ready.plan, report)


def _result(plan: Plan, report: RunReport, notices: tuple[str, ...]) -> Result:
    maximum = sum((test.points for test in plan.tests), Decimal(0))
    if report.groups is None:
        groups = tuple(_failed_group(test) for test in plan.tests)
        words = clean_text(report.fault)
        return Result("grader_error", Decimal(0), maximum, groups, (*notices, words), report.usage)
    found = {group["id"]: group for group in report.groups}
    groups = tuple(_group(test, found[test.id], report) for test in plan.tests)
    score = sum((group.score for group in groups), Decimal(0))
    return Result(overall(groups, report.stopped), score, maximum, groups, notices, report.usage)


def _observed(plan: Plan, report: RunReport) -> Observed:
    found = {group["id"]: group for group in report.groups or ()}
    return Observed(
        {test.id: found[test.id].get("objects", []) for test in plan.tests if found},
        {test.id: found[test.id].get("changes", []) for test in plan.tests if found},
    )


def _failed_group(test: PlannedTest) -> Group:
    return Group(
        test.id, test.id, Decimal(0), test.points, "grader_error", _TESTS_FAILED,
        "hidden" if test.is_hidden else "visible", test.lifted,
    )  # fmt: skip


def _group(test: PlannedTest, found: Mapping[str, Any], report: RunReport) -> Group:
    verdict = cast(Verdict, found["verdict"] if found["verdict"] in VERDICTS else "grader_error")
    score = min(max(Decimal(found["score"]), Decimal(0)), test.points)
    is_stop = bool(found["stopped"])
    if is_stop and report.stopped is not None:
        verdict, score = report.stopped, Decimal(0)
    if verdict == "passed" and score < test.points:
        verdict = "partial"
    return Group(
        test.id, test.id, score, test.points, verdict, _message(test, found, verdict, is_stop),
        "hidden" if test.is_hidden else "visible", test.lifted,
    )  # fmt: skip


def _message(test: PlannedTest, found: Mapping[str, Any], verdict: Verdict, is_stop: bool) -> str:
    """What the learner reads. From a hidden line: only the kind of a built-in exception, never its text."""
    if verdict in ("passed", "partial"):
        return "" if test.is_hidden else clean_text(str(found.get("note", "")), 200)
    if verdict == "grader_error":
        return _TESTS_FAILED
    if verdict in _WORDS:
        return _WORDS[verdict]
    kind, text = str(found["type"]), str(found["message"])
    if kind == "NotImplementedError":
        return _NOT_WRITTEN
    if is_stop or found.get("explained") or verdict == "protocol_error":
        return clean_text(text)
    if found["line"] in test.hidden_lines or (test.is_hidden and found["line"] == 0) or not kind:
        return f"A hidden test failed ({kind if kind in _BUILTIN_ERRORS else 'error'})."
    where = f"{kind}: {test.line(found['line'])}" if test.line(found["line"]) else f"{kind} in the test cell."
    return clean_text(f"{kind}: {text}" if text else where)
