"""Results in other graders' formats, with everything that strangers wrote made safe.

Gradescope's ``results.json``: https://gradescope-autograders.readthedocs.io/en/latest/specs/. JUnit XML as Jenkins
and GitLab read it: one ``testsuite`` per submission, one ``testcase`` per group.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .result import OUR_VERDICTS, clean_text

Line = Mapping[str, Any]
"""One submission's result as the command line prints it; ``score`` and ``usage`` are None when it could not run."""


def gradescope(line: Line) -> dict[str, Any]:
    """The results.json of one submission. Points are floats, ``execution_time`` is in seconds.

    A submission that could not run has no score: Gradescope then shows it as failed to grade, not as zero points.
    """
    words = [str(line.get("error", "")), *line.get("notices", ())]
    found: dict[str, Any] = {
        "output": clean_text("\n".join(filter(None, words))),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [_gradescope_test(group) for group in line["groups"]],
        "extra_data": {"verdict": line["verdict"]},
    }
    if line["score"] is not None and line["verdict"] not in OUR_VERDICTS:
        found["score"] = line["score"]
    if line["usage"]:
        found["execution_time"] = -(-line["usage"]["wall_ms"] // 1000)
    return found


def _gradescope_test(group: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": clean_text(group["id"], 200),
        "name_format": "text",
        "score": group["score"],
        "max_score": group["max_score"],
        "status": "passed" if group["verdict"] == "passed" else "failed",
        "output": clean_text(group["message"]),
        "output_format": "text",
        "visibility": group.get("visibility", "visible"),
    }


def write_gradescope(lines: Iterable[Line], out: Path) -> None:
    """Write one submission's results.json to the file ``out``, or several into the folder ``out``, one each.

    Raises ``OSError``.
    """
    every = list(lines)
    if len(every) == 1:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(_as_json(gradescope(every[0])), encoding="utf-8")
        return
    out.mkdir(parents=True, exist_ok=True)
    for name, line in zip(file_names([str(line["submission"]) for line in every]), every, strict=True):
        (out / f"{name}.json").write_text(_as_json(gradescope(line)), encoding="utf-8")


def file_names(paths: list[str]) -> list[str]:
    """A safe and different file name for each path: as short an end of the path as tells it from the others."""
    for parts in range(1, 6):
        names = ["-".join(_safe(part) for part in Path(path).with_suffix("").parts[-parts:]) for path in paths]
        if len({name.casefold() for name in names}) == len(names):
            return names
    return [f"{number:04}-{_safe(Path(path).stem)}" for number, path in enumerate(paths, 1)]


def _safe(part: str) -> str:
    return re.sub(r"[^\w.-]+", "_", clean_text(part), flags=re.ASCII).strip("._")[:80] or "submission"


def _as_json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=True, indent=1, allow_nan=False) + "\n"


def junit(lines: Iterable[Line]) -> bytes:
    """All submissions as one JUnit XML document: a group without all its points is a failure, one that could not be
    judged an error. Text has no character that XML forbids."""
    root = ET.Element("testsuites", name="grading")
    for line in lines:
        groups = line["groups"] or [{"id": "submission", "score": 0, "max_score": 0, "verdict": line["verdict"],
                                     "message": line.get("error", "")}]  # fmt: skip
        errors = sum(_is_error(group, line) for group in groups)
        failures = sum(group["verdict"] != "passed" for group in groups) - errors
        seconds = (line["usage"] or {"wall_ms": 0})["wall_ms"] / 1000
        name = clean_text(str(line["submission"]), 500)
        suite = ET.SubElement(
            root, "testsuite", name=name, tests=str(len(groups)), failures=str(failures), errors=str(errors),
            skipped="0", time=f"{seconds:.3f}",
        )  # fmt: skip
        if line["score"] is not None:
            properties = ET.SubElement(suite, "properties")
            for key in ("score", "max_score", "verdict"):
                ET.SubElement(properties, "property", name=key, value=str(line[key]))
        for group in groups:
            _junit_case(suite, name, group, line)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _junit_case(suite: ET.Element, name: str, group: Mapping[str, Any], line: Line) -> None:
    case = ET.SubElement(suite, "testcase", classname=name, name=clean_text(str(group["id"]), 500), time="0")
    if group["verdict"] != "passed":
        kind = "error" if _is_error(group, line) else "failure"
        message = clean_text(f"{group['score']:g} of {group['max_score']:g} points")
        said = ET.SubElement(case, kind, type=str(group["verdict"]), message=message)
        said.text = clean_text(str(group["message"]))


def _is_error(group: Mapping[str, Any], line: Line) -> bool:
    return group["verdict"] in OUR_VERDICTS or line["score"] is None
