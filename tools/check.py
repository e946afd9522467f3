"""`make test`: every check of the project, one after the other, and at the end what each one said."""

import os
import subprocess
import sys
import time

from tools.processes import ROOT

BIN = ROOT / ".venv" / "bin"
NO_TESTS_COLLECTED = 5
SQLITE_FOLDERS = [f"tests/{name}" for name in ("accounts", "courses", "mentors", "projects", "notifications", "portal")]


def checks():
    """(title, command, extra environment); the quick ones first, the main suite last so that its summary ends the log."""
    pytest = [BIN / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--durations=8"]
    django = [BIN / "python", "manage.py"]
    settings = {"DEMO": "1"}
    folders = [folder for folder in SQLITE_FOLDERS if (ROOT / folder).exists()]
    return [
        ("ruff", [BIN / "ruff", "check", "."], {}),
        ("format", [BIN / "ruff", "format", "--check", "."], {}),
        ("import order", [BIN / "lint-imports", "--no-logo"], {}),
        ("types", [BIN / "mypy"], settings),
        ("API schema", [*django, "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull], settings),
        ("live", [*pytest, "-m", "browser or live"], {}),
        (
            "SQLite",
            [*pytest, "-n", "2", "-m", "not (postgres or browser or live or box or slow)", *folders],
            {"PYTEST_DATABASE": "sqlite"},
        ),
        ("PostgreSQL", [*pytest, "-n", "2", "--dist", "worksteal", "-m", "not (browser or live)"], {}),
    ]


def run(title, command, environment):
    print(f"\n=== {title}", flush=True)
    started = time.monotonic()
    lines = []
    with subprocess.Popen(
        [str(part) for part in command],
        cwd=ROOT, env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
    ) as process:  # fmt: skip
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line.strip())
    passed = process.returncode == 0 or (process.returncode == NO_TESTS_COLLECTED and title != "PostgreSQL")
    last = next((line for line in reversed(lines) if line), "").strip("= ")
    return passed, time.monotonic() - started, last


def main():
    wanted = sys.argv[1:]
    rows = []
    for title, command, environment in checks():
        if not wanted or title in wanted:
            rows.append((title, *run(title, command, environment)))
    print("\n=== summary")
    for title, passed, seconds, last in rows:
        print(f"{'ok  ' if passed else 'FAIL'} {title:14} {seconds:5.0f} s  {last[:120]}")
    sys.exit(not all(passed for _, passed, _, _ in rows))


if __name__ == "__main__":
    main()
