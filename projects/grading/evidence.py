"""A project's own tests, run for mentors to look at: each is a group without points, which no outcome can change.

Learner code runs beside these tests and can make them say anything. Tests that count are written as a function
exercise (see :mod:`.calls`), where staff's checks run in the grader.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from .checks import SpecError
from .names import bad_name
from .result import Group, Verdict, clean_text

MAX_SECONDS = 300
KEY = "pytest"
_TITLE = "Evidence: {}"


def evidence_job(config: Mapping[str, Any]) -> dict[str, Any] | None:
    """What to run: ``config["pytest"]`` is a path in the project or ``{"path", "seconds"}``; None without it.

    Raises ``SpecError``.
    """
    given = config.get(KEY)
    if not given:
        return None
    spec = {"path": given} if isinstance(given, str) else given
    if not isinstance(spec, Mapping) or not isinstance(spec.get("path"), str) or bad_name(spec["path"]):
        raise SpecError("pytest: a path in the project, such as tests, or an object with one")
    seconds = spec.get("seconds", 60)
    if spec["path"].startswith("-") or not isinstance(seconds, int | float) or not 0 < seconds <= MAX_SECONDS:
        raise SpecError(f"pytest: a path that is no option, and seconds up to {MAX_SECONDS}")
    return {"path": spec["path"], "seconds": seconds}


def evidence_groups(report: Mapping[str, Any], stopped: Verdict | None) -> tuple[Group, ...]:
    """Groups of 0 points from an untrusted report; ``stopped`` is the limit that ended its box."""
    groups: list[Group] = []
    tests = report.get("tests")
    for item in tests[:200] if isinstance(tests, list) else ():
        if isinstance(item, dict) and all(isinstance(item.get(key), str) for key in ("name", "outcome", "words")):
            verdict: Verdict = "passed" if item["outcome"] in ("passed", "skipped") else "failed"
            words = item["words"] if item["outcome"] != "skipped" else f"skipped: {item['words']}"
            groups.append(_group(len(groups) + 1, item["name"], verdict, words))
    fault = report.get("fault") or ("" if groups else "The tests ended without a report.")
    if stopped is not None or fault:
        groups.append(_group(0, "the run of the tests", stopped or "failed", str(fault)))
    return tuple(groups)


def _group(number: int, name: str, verdict: Verdict, words: str) -> Group:
    title = _TITLE.format(clean_text(name, 300))
    return Group(f"{KEY}:{number}", title, Decimal(0), Decimal(0), verdict, clean_text(words, 300), lifted=False)
