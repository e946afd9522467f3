"""Starts a private PostgreSQL and Redis for the suite before Django's settings are read, and ends them after it.

Loaded by `-p tests.servers`. The process that started pytest owns the servers; xdist's workers find them through the
environment. `PYTEST_DATABASE=sqlite` runs on SQLite instead.
"""

import atexit
import os
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

import pytest

from tools.processes import PYTHON, ROOT, Postgres, Redis, die_with_parent, stop

ADDRESSES = ("TEST_VAR_DIR", "TEST_REDIS_URL", "TEST_DATABASE_URL")
FROM_OUTSIDE = ("DEMO", "DEBUG", "ALLOWED_HOSTS", "BASE_URL", "EMAIL_URL", "S3_BUCKET", "MEDIA_ROOT")
TEMPLATE = "lms_template"
owned = []


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config):
    if "PYTEST_XDIST_WORKER" not in os.environ:
        start_servers(has_workers=bool(getattr(early_config.known_args_namespace, "numprocesses", None)))
    point_settings_at_servers()
    return (yield)


def pytest_unconfigure():
    stop_servers()


def stop_servers():
    while owned:
        owned.pop()()


def start_servers(*, has_workers):
    atexit.register(stop_servers)
    folder = Path(tempfile.mkdtemp(prefix="lms-test-", dir="/tmp"))
    owned.append(lambda: shutil.rmtree(folder, ignore_errors=True))
    redis = Redis(folder / "redis", durable=False)
    owned.append(redis.remove)
    redis.start()
    database_url = f"sqlite:///{folder / 'lms.sqlite3'}"
    if os.environ.get("PYTEST_DATABASE", "postgresql") != "sqlite":
        postgres = Postgres()
        owned.append(postgres.remove)
        database_url = postgres.start().url()
        if has_workers:
            make_template(postgres, folder)
    os.environ.update(zip(ADDRESSES, (str(folder), redis.url(), database_url), strict=True))


def make_template(postgres, folder):
    """A migrated database that each worker copies, instead of migrating its own. It is made while they collect tests."""
    postgres.create(TEMPLATE)
    done = folder / "template"
    made = subprocess.Popen(
        [str(PYTHON), "manage.py", "migrate", "--verbosity", "0"],
        cwd=ROOT,
        env={**os.environ, "DEMO": "1", "DATABASE_URL": postgres.url(TEMPLATE), "VAR_DIR": str(folder / "made")},
        preexec_fn=die_with_parent,
    )
    owned.append(lambda: stop(made, patience=5))
    threading.Thread(target=lambda: made.wait() or done.touch(), daemon=True).start()
    os.environ["TEST_TEMPLATE"] = str(done)


def point_settings_at_servers():
    """Each xdist worker has its own Redis database and its own folder; pytest-django gives it its own test database."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    for name in FROM_OUTSIDE:
        os.environ.pop(name, None)
    number = int(worker.removeprefix("gw")) + 1
    os.environ.update(
        DATABASE_URL=os.environ["TEST_DATABASE_URL"],
        REDIS_URL=os.environ["TEST_REDIS_URL"].replace("?db=0", f"?db={number}"),
        VAR_DIR=str(Path(os.environ["TEST_VAR_DIR"]) / worker),
        SECRET_KEY="the-suite's-own-key",
        DJANGO_SETTINGS_MODULE="lms.settings",
    )
    (Path(os.environ["VAR_DIR"]) / "static").mkdir(parents=True, exist_ok=True)
