"""What one run of the engine found: plain, frozen, and the same after a trip through JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, get_args

SCHEMA_VERSION = 1

Verdict = Literal[
    "passed",
    "partial",
    "failed",
    "compile_error",
    "runtime_error",
    "time_limit",
    "wall_limit",
    "memory_limit",
    "output_limit",
    "process_limit",
    "policy_violation",
    "missing_target",
    "protocol_error",
    "grader_error",
    "system_error",
]
Visibility = Literal["visible", "hidden"]

VERDICTS: frozenset[str] = frozenset(get_args(Verdict))
OUR_VERDICTS: frozenset[str] = frozenset({"grader_error", "system_error"})
MAX_MESSAGE = 2000


@dataclass(frozen=True)
class Usage:
    """What the learner's box used, measured from outside: CPU and wall milliseconds, peak megabytes."""

    cpu_ms: int = 0
    wall_ms: int = 0
    peak_mb: int = 0


@dataclass(frozen=True)
class Group:
    """One graded cell or check. ``lifted`` is False when its test had to run beside the learner's code."""

    id: str
    title: str
    score: Decimal
    max_score: Decimal
    verdict: Verdict
    message: str = ""
    visibility: Visibility = "visible"
    lifted: bool = True


@dataclass(frozen=True)
class Result:
    """One run. ``score`` is the sum of the groups' scores; both lie in 0..max_score."""

    verdict: Verdict
    score: Decimal
    max_score: Decimal
    groups: tuple[Group, ...] = ()
    notices: tuple[str, ...] = ()
    usage: Usage = field(default_factory=Usage)
    schema_version: int = SCHEMA_VERSION

    @property
    def is_ours(self) -> bool:
        """Whether the engine or the tests failed, so that the learner must not be charged."""
        return self.verdict in OUR_VERDICTS

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dict; points are strings so that nothing rounds them."""
        return {
            "schema_version": self.schema_version,
            "verdict": self.verdict,
            "score": str(self.score),
            "max_score": str(self.max_score),
            "groups": [_group_to_dict(group) for group in self.groups],
            "notices": list(self.notices),
            "usage": {"cpu_ms": self.usage.cpu_ms, "wall_ms": self.usage.wall_ms, "peak_mb": self.usage.peak_mb},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Result:
        """The inverse of :meth:`to_dict`. Raises ``ValueError`` for another schema version or verdict."""
        if data.get("schema_version") != SCHEMA_VERSION:
            raise ValueError(f"unknown result schema version {data.get('schema_version')!r}")
        if data["verdict"] not in VERDICTS:
            raise ValueError(f"unknown verdict {data['verdict']!r}")
        return cls(
            verdict=data["verdict"],
            score=Decimal(data["score"]),
            max_score=Decimal(data["max_score"]),
            groups=tuple(_group_from_dict(item) for item in data["groups"]),
            notices=tuple(data["notices"]),
            usage=Usage(**data["usage"]),
        )


def overall(groups: tuple[Group, ...], stopped: Verdict | None = None) -> Verdict:
    """The verdict of a whole run. ``stopped`` is the limit or fault that ended the learner's process, if any.

    A shared cause is named ("runtime_error"); mixed causes are "failed"; some points are "partial".
    """
    if any(group.verdict in OUR_VERDICTS for group in groups):
        return "grader_error"
    if stopped is not None:
        return stopped
    if all(group.score == group.max_score and group.verdict == "passed" for group in groups):
        return "passed"
    if any(group.score > 0 for group in groups):
        return "partial"
    causes = {group.verdict for group in groups if group.verdict != "passed"}
    return causes.pop() if len(causes) == 1 else "failed"


def clean_text(text: str, limit: int = MAX_MESSAGE) -> str:
    """``text`` made safe to store and show: no control characters or lone surrogates, at most ``limit`` characters."""
    kept = "".join(char for char in text[: limit * 2] if char in "\n\t" or (char.isprintable() and char != "\x7f"))
    kept = kept.encode("utf-8", "replace").decode("utf-8")
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"


def _group_to_dict(group: Group) -> dict[str, Any]:
    return {
        "id": group.id,
        "title": group.title,
        "score": str(group.score),
        "max_score": str(group.max_score),
        "verdict": group.verdict,
        "message": group.message,
        "visibility": group.visibility,
        "lifted": group.lifted,
    }


def _group_from_dict(data: Mapping[str, Any]) -> Group:
    if data["verdict"] not in VERDICTS:
        raise ValueError(f"unknown verdict {data['verdict']!r}")
    return Group(
        id=data["id"],
        title=data["title"],
        score=Decimal(data["score"]),
        max_score=Decimal(data["max_score"]),
        verdict=data["verdict"],
        message=data["message"],
        visibility=data["visibility"],
        lifted=bool(data["lifted"]),
    )
