"""``release``, ``selftest``, ``attack`` and ``doctor``: is an exercise sound, and can this machine grade it?"""

from __future__ import annotations

import argparse
import json
import sys
from decimal import Decimal
from typing import Any

from ..attacks import ATTACKS, Attack
from ..bundle import SOURCE, Bundle
from ..engine import grade, probe_box, release_files, self_test
from ..notebook import read_notebook
from ..release import release_version, write_notebook
from ..result import Result
from ..workers import lane_of
from .sources import decided, read_bundle

FAULTY = 1
SEED = 20240229


def release(arguments: argparse.Namespace) -> int:
    """Write the learner's version."""
    data = release_files(read_bundle(arguments.source))["exercise.ipynb"]
    if arguments.output:
        arguments.output.write_bytes(data)
    else:
        sys.stdout.buffer.write(data)
    return 0


def selftest(arguments: argparse.Namespace) -> int:
    """Say whether the exercise may be published, which share of its tests is lifted, and why others are not."""
    with lane_of("warm"):
        found = self_test(read_bundle(arguments.source))
    groups = found.reference.groups if found.reference else ()
    share = sum(group.lifted for group in groups) / len(groups) if groups else 1.0
    if arguments.json:
        print(json.dumps({
            "ok": found.ok, "reference_score": float(found.reference_score), "release_score": float(found.release_score),
            "max_score": float(found.max_score), "lifted": share, "in_kernel": found.in_kernel,
            "problems": list(found.problems), "config": found.config,
        }))  # fmt: skip
        return 0 if found.ok else FAULTY
    print("ok" if found.ok else "not fit to be published")
    print(f"reference {found.reference_score} of {found.max_score}, release version {found.release_score}")
    print(f"lifted: {share:.0%} of {len(groups)} test cells")
    for name, reason in found.in_kernel.items():
        print(f"  in-kernel (weaker): {name}: {reason}")
    for problem in found.problems:
        print(f"  problem: {problem}")
    return 0 if found.ok else FAULTY


def attack(arguments: argparse.Namespace) -> int:
    """Put every attack in the place of the exercise's answers; 1 when one of them gets a point.

    Points that the release version gets too, without any answer, are no success of an attack.
    """
    with lane_of("warm"):
        bundle, weak = decided(read_bundle(arguments.source))
        if bundle.kind != "notebook":
            raise ValueError("Attacks are written for notebooks; test a module with its own.")
        given = _points(grade(bundle, {"release.ipynb": release_version(bundle.files[SOURCE])}, seed=SEED))
        found = [_attacked(bundle, name, one, given) for name, one in ATTACKS.items()]
    if arguments.json:
        print(json.dumps({"attacks": found, "in_kernel": weak}))
    else:
        for line in found:
            won = f"  points in {', '.join(line['won'])}" if line["won"] else ""
            print(f"{line['attack']:<32} {line['verdict']:<16} {line['score']:g}{won}")
        for name, reason in weak.items():
            print(f"  in-kernel (weaker), so its points can be forged: {name}: {reason}")
    return FAULTY if any(line["won"] for line in found) else 0


def _attacked(bundle: Bundle, name: str, one: Attack, given: dict[str, Decimal]) -> dict[str, Any]:
    work = read_notebook(bundle.files[SOURCE])
    for cell in work.cells:
        if cell.is_solution and cell.cell_type == "code":
            cell.source = one.instead_of(cell)
    result = grade(bundle, {"work.ipynb": write_notebook(work)}, seed=SEED)
    won = [group for group, points in _points(result).items() if points > given[group]]
    return {"attack": name, "verdict": result.verdict, "score": float(result.score), "won": won}


def _points(result: Result) -> dict[str, Decimal]:
    return {group.id: group.score for group in result.groups}


def doctor(arguments: argparse.Namespace) -> int:
    """Say what isolation this machine offers, and how to get what is missing."""
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
    return 0 if report.available else FAULTY
