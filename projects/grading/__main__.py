"""The command line: ``python -m projects.grading {release,grade,selftest,doctor}``.

Exit status: 0 all done, 1 a self-test or doctor found a fault, 2 unusable arguments, 3 some submissions could not run.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .bundle import SOURCE, Bundle
from .engine import grade, probe_box, release_files, self_test
from .errors import BoxUnavailable, GradingError, SystemFault, UploadRefused
from .result import Result
from .selftest import decide

USAGE, NOT_RUN = 2, 3


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except (GradingError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return NOT_RUN if isinstance(error, (BoxUnavailable, SystemFault)) else USAGE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m projects.grading", description="Grade notebooks in nbgrader's format."
    )
    commands = parser.add_subparsers(required=True)
    release = commands.add_parser("release", help="make the learner's version of an instructor notebook")
    release.add_argument("source", type=Path)
    release.add_argument("-o", "--output", type=Path, help="default: standard output")
    release.set_defaults(run=_release)
    grading = commands.add_parser("grade", help="grade submitted notebooks")
    grading.add_argument("source", type=Path)
    grading.add_argument("submissions", type=Path, nargs="+")
    grading.add_argument("--files", type=Path, help="folder of files to place beside each notebook")
    grading.add_argument("--json", action="store_true", help="one JSON object per submission and line")
    grading.add_argument("--seed", type=int, help="draws the tests' random inputs; default: a random one")
    grading.set_defaults(run=_grade)
    selftest = commands.add_parser("selftest", help="try a bundle: a folder or an instructor notebook")
    selftest.add_argument("source", type=Path)
    selftest.add_argument("--json", action="store_true")
    selftest.set_defaults(run=_selftest)
    doctor = commands.add_parser("doctor", help="say what isolation this machine offers")
    doctor.add_argument("--json", action="store_true")
    doctor.set_defaults(run=_doctor)
    return parser


def _release(arguments: argparse.Namespace) -> int:
    data = release_files(_bundle(arguments.source, None))["exercise.ipynb"]
    if arguments.output:
        arguments.output.write_bytes(data)
    else:
        sys.stdout.buffer.write(data)
    return 0


def _grade(arguments: argparse.Namespace) -> int:
    bundle = _bundle(arguments.source, arguments.files)
    config, _ = decide(bundle, {"reference.ipynb": bundle.files[SOURCE]})
    bundle = Bundle(bundle.kind, bundle.files, config)
    seed = secrets.randbits(62) if arguments.seed is None else arguments.seed
    status = 0
    for path in arguments.submissions:
        try:
            line = _line(path, grade(bundle, {path.name: path.read_bytes()}, seed=seed))
        except (BoxUnavailable, SystemFault, UploadRefused, OSError) as error:
            status = NOT_RUN
            ours = not isinstance(error, UploadRefused)
            line = {"submission": str(path), "verdict": "system_error" if ours else "refused", "score": None,
                    "max_score": None, "groups": [], "usage": None, "error": str(error)}  # fmt: skip
        print(json.dumps(line, ensure_ascii=False) if arguments.json else _words(line), flush=True)
        status = NOT_RUN if line["verdict"] == "grader_error" else status
    return status


def _line(path: Path, result: Result) -> dict[str, Any]:
    data = result.to_dict()
    groups = [
        {
            "id": group["id"],
            "score": float(group["score"]),
            "max_score": float(group["max_score"]),
            "verdict": group["verdict"],
            "message": group["message"],
            "lifted": group["lifted"],
        }
        for group in data["groups"]
    ]
    return {
        "submission": str(path),
        "verdict": data["verdict"],
        "score": float(data["score"]),
        "max_score": float(data["max_score"]),
        "groups": groups,
        "usage": data["usage"],
        "notices": data["notices"],
    }


def _words(line: dict[str, Any]) -> str:
    """A result for a person to read."""
    if line["usage"] is None:
        return f"{line['submission']}: {line['verdict']}: {line['error']}"
    parts = [f"{line['submission']}: {line['verdict']}, {line['score']:g} of {line['max_score']:g}"]
    for group in line["groups"]:
        way = "" if group["lifted"] else " [in-kernel (weaker)]"
        parts.append(
            f"  {group['id']}: {group['score']:g}/{group['max_score']:g} {group['verdict']}{way} {group['message']}"
        )
    parts += [f"  note: {text}" for text in line["notices"]]
    return "\n".join(part.rstrip() for part in parts)


def _selftest(arguments: argparse.Namespace) -> int:
    found = self_test(_bundle(arguments.source, None))
    groups = found.reference.groups if found.reference else ()
    share = sum(group.lifted for group in groups) / len(groups) if groups else 1.0
    if arguments.json:
        print(json.dumps({
            "ok": found.ok, "reference_score": float(found.reference_score), "release_score": float(found.release_score),
            "max_score": float(found.max_score), "lifted": share, "in_kernel": found.in_kernel,
            "problems": list(found.problems), "config": found.config,
        }))  # fmt: skip
        return 0 if found.ok else 1
    print("ok" if found.ok else "not fit to be published")
    print(f"reference {found.reference_score} of {found.max_score}, release version {found.release_score}")
    print(f"lifted: {share:.0%} of {len(groups)} test cells")
    for name, reason in found.in_kernel.items():
        print(f"  in-kernel (weaker): {name}: {reason}")
    for problem in found.problems:
        print(f"  problem: {problem}")
    return 0 if found.ok else 1


def _doctor(arguments: argparse.Namespace) -> int:
    report = probe_box()
    if arguments.json:
        print(json.dumps({"available": report.available, "reason": report.reason, "remedy": report.remedy,
                          "details": report.details}))  # fmt: skip
    else:
        print("Boxes can be built here." if report.available else f"No box: {report.reason}")
        for name, value in report.details.items():
            print(f"  {name}: {value}")
        if report.remedy:
            print(f"To do: {report.remedy}")
    return 0 if report.available else 1


def _bundle(source: Path, beside: Path | None) -> Bundle:
    """A notebook bundle from an instructor notebook, or from a folder with one and the files beside it."""
    if source.is_dir():
        notebooks = sorted(source.glob("*.ipynb"))
        chosen = source / SOURCE if source / SOURCE in notebooks else notebooks[0] if len(notebooks) == 1 else None
        if chosen is None:
            raise ValueError(f"{source} must hold one notebook, or one named {SOURCE}")
        source, beside = chosen, beside or source
    files = {SOURCE: source.read_bytes()}
    if beside:
        for path in sorted(beside.rglob("*")):
            if path.is_file() and path.suffix != ".ipynb" and "__pycache__" not in path.parts:
                files[path.relative_to(beside).as_posix()] = path.read_bytes()
    return Bundle("notebook", files)


if __name__ == "__main__":
    sys.exit(main())
