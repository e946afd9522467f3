"""`make test`: every check of the project, and at the end what each one said.

The tests of the live product wait more than they work, so they run beside all others, and so do checks that keep one
processor busy; their output comes last. All others give way to them, as the live tests take longest from end to end.
"""

import os
import queue
import subprocess
import sys
import threading
import time

from tools.processes import ROOT

BIN = ROOT / ".venv" / "bin"
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""The suite starts some hundred processes; what the first compiles the others need not."""
NO_TESTS_COLLECTED = 5
GIVES_WAY = 10
BESIDE = ("types", "API schema", "migrations", "live")
SQLITE_FOLDERS = [f"tests/{name}" for name in ("accounts", "courses", "mentors", "projects", "notifications", "portal")]


def checks():
    """(title, command, extra environment), in the order in which they are started."""
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
        ("migrations", [*django, "migrate", "--verbosity", "0"], {**settings, "DATABASE_URL": "sqlite://:memory:"}),
        ("live", [*pytest, "-m", "browser or live"], {}),
        (
            "SQLite",
            [*pytest, "-n", "3", "--no-migrations", "-m", "not (postgres or browser or live or box or slow)", *folders],
            {"PYTEST_DATABASE": "sqlite"},
        ),
        ("PostgreSQL", [*pytest, "-n", "3", "--dist", "worksteal", "-m", "not (browser or live)"], {}),
    ]


class Run:
    """One check that has been started. `seconds` and `last`, its last line, are known when it is over."""

    def __init__(self, title, command, environment):
        self.title = title
        self.last = ""
        self._started = time.monotonic()
        self._process = subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT, env={**ENVIRONMENT, **environment}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
            preexec_fn=None if title in BESIDE else lambda: os.nice(GIVES_WAY),
        )  # fmt: skip
        self._lines = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def show(self):
        """Print what it says until it is over; whether it passed."""
        print(f"\n=== {self.title}", flush=True)
        for line in iter(self._lines.get, None):
            print(line, end="", flush=True)
            self.last = line.strip("= \n") or self.last
        code = self._process.returncode
        return code == 0 or (code == NO_TESTS_COLLECTED and self.title != "PostgreSQL")

    def _read(self):
        with self._process as process:
            for line in process.stdout:
                self._lines.put(line)
        self.seconds = time.monotonic() - self._started
        self._lines.put(None)


def main():
    wanted = sys.argv[1:]
    chosen = [check for check in checks() if not wanted or check[0] in wanted]
    beside = [Run(*check) for check in chosen if check[0] in BESIDE]
    rest = [check for check in chosen if check[0] not in BESIDE]
    rows = []
    for check in rest:
        run = Run(*check)
        rows.append((run.show(), run))
    rows += [(run.show(), run) for run in beside]
    print("\n=== summary")
    for passed, run in rows:
        print(f"{'ok  ' if passed else 'FAIL'} {run.title:14} {run.seconds:5.0f} s  {run.last[:120]}")
    sys.exit(not all(passed for passed, _ in rows))


if __name__ == "__main__":
    main()
