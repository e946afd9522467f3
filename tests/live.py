"""`live_stack`: the product as real processes with its own database, Redis and files, for browser and fault tests."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg
import pytest

from tools.processes import (
    PYTHON,
    ROOT,
    NotStarted,
    Postgres,
    Redis,
    die_with_parent,
    free_port,
    portal_commands,
    stop,
    wait_until,
)

LOG_LINES_ON_FAILURE = 60


class LiveStack:
    """A running portal. `url` is where it answers, `env` what its processes were given, `folder` its data."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="lms-live-", dir="/tmp"))
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.postgres = None if _on_sqlite() else Postgres(synchronous_commit="on")  # it is crashed by tests
        self.redis = Redis(self.folder / "redis")
        self.processes = {}
        self.env = {
            **os.environ,
            "DEMO": "1",
            "BASE_URL": self.url,
            "VAR_DIR": str(self.folder),
            "DATABASE_URL": self.postgres.url() if self.postgres else f"sqlite:///{self.folder / 'lms.sqlite3'}",
            "REDIS_URL": self.redis.url(),
            "PYTHONUNBUFFERED": "1",
            "CELERY_SKIP_CHECKS": "1",  # as `make run` does
            "GRADING_LEASE_SECONDS": "20",  # a dead worker is noticed sooner than in production, by the same rule
            "GRADING_RENEW_SECONDS": "5",
        }
        self.env.pop("MEDIA_ROOT", None)

    def start(self):
        if self.postgres:
            self.postgres.start()
        self.start_redis()
        self.manage("migrate", "--verbosity", "0")
        self.manage("load_demo")
        for name in portal_commands(self.port):
            self.start_process(name)
        self._wait_for("/healthz", "web")
        self._wait_for("/readyz", "worker")
        return self

    def stop(self):
        for name in reversed(list(self.processes)):
            stop(self.processes[name], patience=5)
        self.redis.remove()
        if self.postgres:
            self.postgres.remove()
        shutil.rmtree(self.folder, ignore_errors=True)

    def manage(self, *arguments):
        """Run `manage.py` beside the portal and return what it printed; fails with its output."""
        done = subprocess.run(
            [PYTHON, "manage.py", *arguments], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"manage.py {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}"
        return done.stdout

    def start_redis(self):
        self.redis.start()

    def stop_redis(self):
        self.redis.stop()

    def start_process(self, name):
        """Start web, worker, notify, clock or beat; its output goes to `<name>.log` in the folder."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [str(part) for part in portal_commands(self.port)[name]],
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )

    def start_worker(self):
        self.start_process("worker")

    def kill_worker(self):
        """kill -9 the grading worker and all its children at once, as a power cut would."""
        process = self.processes["worker"]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def rows(self, query, *parameters):
        """The rows of a query to the portal's PostgreSQL."""
        with psycopg.connect(self.env["DATABASE_URL"]) as connection:
            return connection.execute(query, parameters).fetchall()

    def logs(self):
        """The last lines of every process, for the report of a failed test."""
        parts = []
        for path in sorted(self.folder.glob("*.log")):
            lines = path.read_text(errors="replace").splitlines()[-LOG_LINES_ON_FAILURE:]
            parts.append(f"--- {path.name}\n" + "\n".join(lines))
        return "\n".join(parts)

    def wait_for(self, condition, what, patience=30):
        """Return the first true value of `condition()`; fail with the logs when there is none in time."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            value = condition()
            if value:
                return value
            time.sleep(0.2)
        pytest.fail(f"{what}: not within {patience} s\n{self.logs()}")

    def _wait_for(self, path, name):
        wait_until(lambda: self._answers(path), self.processes[name], name, self.folder / f"{name}.log", 240)

    def _answers(self, path):
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as response:
                return response.status == 200
        except urllib.error.HTTPError as error:
            error.close()
            return False
        except OSError:
            return False


def _on_sqlite():
    return os.environ["TEST_DATABASE_URL"].startswith("sqlite")


@pytest.fixture(scope="session")
def live_stack():
    stack = LiveStack()
    try:
        try:
            yield stack.start()
        except (NotStarted, AssertionError) as error:
            pytest.fail(f"the live stack did not start: {error}\n{stack.logs()}")
    finally:
        stack.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    stack = item.funcargs.get("live_stack") if hasattr(item, "funcargs") else None
    if report.failed and stack:
        report.sections.append(("live stack", stack.logs()))
    return report
