"""``release``, ``selftest``, ``attack`` and ``doctor``: is an exercise sound, and can this machine grade it?"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from ..engine import grade, probe_box, release_files, self_test
from ..result import Result
from ..selftest import SEED, attack_wall, attacked, points_won
from ..trial import attack_works, empty_work, reference_work, release_work
from ..workers import lane_of
from .sources import decided, read_bundle

FAULTY = 1


def release(arguments: argparse.Namespace) -> int:
    """Write the learner's version."""
    bundle = read_bundle(arguments.source)
    if bundle.kind != "notebook":
        raise ValueError(f"Only notebooks have a release version; learners get: {', '.join(release_files(bundle))}.")
    data = release_files(bundle)["exercise.ipynb"]
    if arguments.output:
        arguments.output.write_bytes(data)
    else:
        sys.stdout.buffer.write(data)
    return 0


def selftest(arguments: argparse.Namespace) -> int:
    """Say whether the exercise may be published, which share of its tests is lifted, and why others are not."""
    with lane_of("warm"):
        found = self_test(read_bundle(arguments.source))
    if arguments.json:
        print(json.dumps({
            "ok": found.ok, "reference_score": float(found.reference_score), "release_score": float(found.release_score),
            "max_score": float(found.max_score), "lifted": found.lifted, "in_kernel": found.in_kernel,
            "attacks": found.attacks, "problems": list(found.problems), "config": found.config,
        }))  # fmt: skip
        return 0 if found.ok else FAULTY
    print("ok" if found.ok else "not fit to be published")
    print(f"reference {found.reference_score} of {found.max_score}, release version {found.release_score}")
    print(f"lifted: {found.lifted:.0%} of {len(found.reference.groups) if found.reference else 0} test cells")
    print(f"attacks tried: {found.attacks}")
    for name, reason in found.in_kernel.items():
        print(f"  in-kernel (weaker): {name}: {reason}")
    for problem in found.problems:
        print(f"  problem: {problem}")
    return 0 if found.ok else FAULTY


def attack(arguments: argparse.Namespace) -> int:
    """Put every attack in the place of the exercise's answers; 1 when one of them gets a point.

    Points that the untouched download or empty answers get too are no success of an attack.
    """
    with lane_of("warm"):
        bundle, weak = decided(read_bundle(arguments.source))
        given = [grade(bundle, work, seed=SEED) for work in (release_work(bundle), empty_work(bundle))]
        solution = reference_work(bundle)
        wall = attack_wall(bundle, [grade(bundle, solution, seed=SEED)])
        works = attack_works(bundle, solution)
        found = [_line(name, attacked(bundle, work, wall), given) for name, work in works.items()]
    if arguments.json:
        print(json.dumps({"attacks": found, "in_kernel": weak}))
    else:
        for line in found:
            won = f"  points in {', '.join(line['won'])}" if line["won"] else ""
            print(f"{line['attack']:<32} {line['verdict']:<16} {line['score']:g}{won}")
        for name, reason in weak.items():
            print(f"  in-kernel (weaker), so its points can be forged: {name}: {reason}")
    return FAULTY if any(line["won"] for line in found) else 0


def _line(name: str, result: Result, given: list[Result]) -> dict[str, Any]:
    won = [group.id for group in points_won(result, given)]
    return {"attack": name, "verdict": result.verdict, "score": float(result.score), "won": won}


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
