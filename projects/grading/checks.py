"""The checks spec of project archives: what staff write, turned into one list of checks with points.

``{"required_files": [...], "forbidden_files": [...], "python_syntax": true, "max_files": 200}``. A list item is a glob
pattern or ``{"pattern", "points", "message", "title"}``; ``python_syntax`` and ``max_files`` are a plain value or
``{"value", "points", "message", "title"}``. Each is worth 1 point unless it says otherwise; ``message`` is what the
learner reads when it fails. ``pytest`` is the place of the project's own
tests (see :mod:`.evidence`). Patterns match paths from the project's root; ``**`` crosses folders.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from .errors import GradingError

_KEYS = frozenset({"required_files", "forbidden_files", "python_syntax", "max_files", "pytest"})


class SpecError(GradingError):
    """A checks spec is wrong; the message is for its author."""


@dataclass(frozen=True)
class Check:
    """One check: ``kind`` is the spec's key, ``value`` its pattern or number, ``message`` the words on failure."""

    id: str
    kind: str
    value: Any
    points: Decimal
    title: str
    message: str


def parse_checks(config: Mapping[str, Any]) -> tuple[Check, ...]:
    """The checks of a spec, in order. Raises ``SpecError``."""
    unknown = set(config) - _KEYS
    if unknown:
        raise SpecError(f"unknown checks: {', '.join(sorted(unknown))}")
    checks: list[Check] = []
    for item in config.get("required_files", ()):
        checks.append(_pattern("required_files", item, "Contains {}", "{} is missing from your project."))
    for item in config.get("forbidden_files", ()):
        checks.append(_pattern("forbidden_files", item, "Does not contain {}", "Leave {} out of your project."))
    if config.get("python_syntax"):
        checks.append(
            _single("python_syntax", config["python_syntax"], "Python files compile", "A file is not valid Python.")
        )
    if config.get("max_files"):
        checks.append(_single("max_files", config["max_files"], "At most {} files", "There are more than {} files."))
    return tuple(checks)


def archive_points(config: Mapping[str, Any]) -> Decimal:
    """The points that a spec's checks can give. Raises ``SpecError``."""
    return sum((check.points for check in parse_checks(config)), Decimal(0))


def _pattern(kind: str, item: Any, title: str, message: str) -> Check:
    data = {"pattern": item} if isinstance(item, str) else item
    if not isinstance(data, Mapping) or not isinstance(data.get("pattern"), str) or not data["pattern"]:
        raise SpecError(f"{kind}: each item is a pattern or an object with one")
    return _check(f"{kind}:{data['pattern']}", kind, data["pattern"], data, title, message)


def _single(kind: str, item: Any, title: str, message: str) -> Check:
    data = item if isinstance(item, Mapping) else {"value": item}
    value = data.get("value", True)
    if kind == "max_files" and (type(value) is not int or value < 1):
        raise SpecError("max_files: a whole number above 0")
    return _check(kind, kind, value, data, title, message)


def _check(id_: str, kind: str, value: Any, data: Mapping[str, Any], title: str, message: str) -> Check:
    try:
        points = Decimal(str(data.get("points", 1)))
    except InvalidOperation:
        points = Decimal(-1)
    if not points.is_finite() or points < 0:
        raise SpecError(f"{id_}: points must be a number of 0 or more")
    title = str(data.get("title") or title.format(value))
    return Check(id_, kind, value, points, title, str(data.get("message") or message.format(value)))
