"""The command line: ``python -m projects.grading {grade,release,selftest,attack,bench,doctor}``.

Exit status: 0 all done, 1 a self-test, an attack or doctor found a fault, 2 unusable arguments, 3 some submissions
could not run.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from .commands import checking, grading, measuring
from .errors import BoxUnavailable, GradingError, SystemFault

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
    _grade(commands.add_parser("grade", help="grade submitted notebooks"))
    release = commands.add_parser("release", help="make the learner's version of an instructor notebook")
    release.add_argument("source", type=Path)
    release.add_argument("-o", "--output", type=Path, help="default: standard output")
    release.set_defaults(run=checking.release)
    for name, run, words in (
        ("selftest", checking.selftest, "try an exercise: a folder or an instructor notebook"),
        ("attack", checking.attack, "put attacks in the place of an exercise's answers"),
        ("bench", measuring.run, "measure what grading costs on top of running the code"),
    ):
        command = commands.add_parser(name, help=words)
        command.add_argument("source", type=Path)
        command.add_argument("--json", action="store_true")
        command.set_defaults(run=run)
        if name == "bench":
            command.add_argument("--runs", type=_count, default=9, metavar="N")
    doctor = commands.add_parser("doctor", help="say what isolation this machine offers")
    doctor.add_argument("--json", action="store_true")
    doctor.set_defaults(run=checking.doctor)
    return parser


def _grade(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", type=Path, help="an instructor notebook, a release version, or a folder with one")
    parser.add_argument("submissions", type=Path, nargs="+")
    parser.add_argument("--files", type=Path, metavar="DIR", help="folder of files to place beside each notebook")
    parser.add_argument("--json", action="store_true", help="one JSON object per submission and line")
    parser.add_argument(
        "--gradescope", type=Path, metavar="OUT", help="write results.json; a folder of them for several"
    )
    parser.add_argument("--junit", type=Path, metavar="OUT", help="write JUnit XML")
    parser.add_argument("--jobs", type=_count, default=1, metavar="N", help="submissions at a time (default 1)")
    parser.add_argument("--lane", choices=("warm", "cold"), help="default: warm when there is more than one submission")
    parser.add_argument("--seed", type=int, help="draws the tests' random inputs; default: a random one")
    parser.set_defaults(run=grading.run)


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


if __name__ == "__main__":
    sys.exit(main())
