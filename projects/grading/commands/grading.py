"""``grade``: submitted notebooks in, one line for each out, in the order given."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
from pathlib import Path
from typing import Any

from tqdm import tqdm

from ..bundle import Bundle
from ..engine import grade
from ..errors import BoxUnavailable, SystemFault, UploadRefused
from ..exports import junit, write_gradescope
from ..result import Result, clean_text
from ..workers import Lane, Once, in_order, lane_of
from .sources import decided, read_bundle

DONE, NOT_RUN = 0, 3
_RUNS_WORTH_WARMING = 2


def run(arguments: argparse.Namespace) -> int:
    """Grade every submission; 3 when some could not run. Raises for an unusable source."""
    bundle = read_bundle(arguments.source, arguments.files)
    lane: Lane = arguments.lane or ("warm" if len(arguments.submissions) >= _RUNS_WORTH_WARMING else "cold")
    jobs = min(arguments.jobs, len(arguments.submissions))
    lines: list[dict[str, Any]] = []
    decision = Once(lambda: decided(bundle))
    with (
        lane_of("warm" if jobs == 1 and lane == "warm" else "cold"),
        tqdm(total=len(arguments.submissions), unit="notebook", file=sys.stderr, disable=None, leave=False) as bar,
    ):
        seed = secrets.randbits(62) if arguments.seed is None else arguments.seed

        def one(path: Path) -> dict[str, Any]:
            return graded(decision.get()[0], path, seed)

        for line in in_order(one, arguments.submissions, jobs=jobs, lane=lane, on_done=bar.update):
            lines.append(line)
            tqdm.write(
                json.dumps(line, ensure_ascii=False) if arguments.json else words(line, decision.get()[1]),
                file=sys.stdout,
            )
            sys.stdout.flush()
    if arguments.gradescope:
        write_gradescope(lines, arguments.gradescope)
    if arguments.junit:
        arguments.junit.write_bytes(junit(lines))
    return NOT_RUN if any(line["score"] is None or line["verdict"] == "grader_error" for line in lines) else DONE


def graded(bundle: Bundle, path: Path, seed: int) -> dict[str, Any]:
    """The line of one submission: its result, or why there is none."""
    name = clean_text(os.fsencode(path).decode("utf-8", "replace"))
    try:
        return _line(name, grade(bundle, {path.name: path.read_bytes()}, seed=seed))
    except (BoxUnavailable, SystemFault, UploadRefused, OSError) as error:
        verdict = "refused" if isinstance(error, UploadRefused) else "system_error"
        return {"submission": name, "verdict": verdict, "score": None, "max_score": None, "groups": [], "usage": None,
                "notices": [], "error": clean_text(str(error))}  # fmt: skip


def _line(name: str, result: Result) -> dict[str, Any]:
    data = result.to_dict()
    kept = ("id", "verdict", "message", "lifted", "visibility")
    return {
        "submission": name,
        "verdict": data["verdict"],
        "score": float(data["score"]),
        "max_score": float(data["max_score"]),
        "groups": [
            {"id": group["id"], "score": float(group["score"]), "max_score": float(group["max_score"]),
             **{key: group[key] for key in kept[1:]}}
            for group in data["groups"]
        ],
        "usage": data["usage"],
        "notices": data["notices"],
    }  # fmt: skip


def words(line: dict[str, Any], weak: dict[str, str]) -> str:
    """A line for a person to read; ``weak`` says why cells are not lifted."""
    if line["usage"] is None:
        return f"{line['submission']}: {line['verdict']}: {line['error']}"
    parts = [f"{line['submission']}: {line['verdict']}, {line['score']:g} of {line['max_score']:g}"]
    for group in line["groups"]:
        reason = weak.get(group["id"], "")
        way = "" if group["lifted"] else f" [in-kernel (weaker){': ' if reason else ''}{reason}]"
        parts.append(
            f"  {group['id']}: {group['score']:g}/{group['max_score']:g} {group['verdict']}{way} {group['message']}"
        )
    parts += [f"  note: {text}" for text in line["notices"]]
    return "\n".join(part.rstrip() for part in parts)
