"""What every test gets: the cast, an empty cache, cheap passwords, and `live_stack` for those that ask for it."""

import fcntl
import os
import pickle
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase, override_settings

from courses import outline
from courses.curriculum.reader import read_curriculum
from projects.actions import publishing
from projects.bundles import bundle_of
from projects.grading import lanes
from projects.grading.lanes import ZONES, WarmLane
from tests.exercises import SHIPPED
from tests.servers import TEMPLATE

AUDIT = import_module("lms.accounts.migrations.0003_append_only_audit")
WRITTEN_BY_MIGRATE = {"django_content_type", "auth_permission"}

pytest_plugins = ["tests.live"] + (["tests.cast"] if find_spec("tests.cast") else []) + ["tests.access_world"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """A worker's database is a copy of the migrated one, where there is one (see `tests.servers`)."""
    if done := os.environ.get("TEST_TEMPLATE"):
        until = time.monotonic() + 120
        while not Path(done).exists():
            assert time.monotonic() < until, "the migrated database was not made"
            time.sleep(0.1)
        connection.settings_dict["TEST"]["TEMPLATE"] = TEMPLATE


@pytest.fixture(scope="session")
def django_db_setup(request, django_db_setup, django_db_blocker):
    """Tables that were made without migrations get the triggers that guard the audit, too."""
    if request.config.getoption("nomigrations"):
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            for statement in AUDIT.GUARD[connection.vendor]:
                cursor.execute(statement)


@pytest.fixture(scope="session", autouse=True)
def emptied_tables():
    """The rows of a test that commits are deleted after it, without the triggers that guard the audit. Nearly all tables
    are empty, so truncating each, and writing all permissions anew, takes many times as long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda test: empty_tables())
        yield


def empty_tables():
    names = set(connection.introspection.django_table_names(only_existing=True)) - WRITTEN_BY_MIGRATE
    deletions = [f"DELETE FROM {connection.ops.quote_name(name)}" for name in sorted(names)]
    if connection.vendor == "postgresql":
        connection.ops.execute_sql_flush(["SET LOCAL session_replication_role = replica", "; ".join(deletions)])
    else:
        guard, let_go = AUDIT.GUARD[connection.vendor], AUDIT.LET_GO[connection.vendor]
        connection.ops.execute_sql_flush([*let_go, *deletions, *guard])


@pytest.fixture(scope="session", autouse=True)
def cheap_settings():
    """Argon2 is slow on purpose, and tests make many people; nobody collected static files for the suite."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES={**settings.STORAGES, "staticfiles": plain},
    ):
        yield


@pytest.fixture(autouse=True)
def empty_cache():
    """No throttle, rate limit or queued message reaches the next test; the database number is this worker's own."""
    cache.clear()
    bundle_of.cache_clear()  # ids of rolled-back rows come again on SQLite; never outside tests
    outline.forget()


@pytest.fixture(autouse=True)
def own_media(tmp_path_factory):
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield


@pytest.fixture(scope="session")
def programme():
    """The shipped programme as read by the first process that asks for it; to read it takes long."""
    kept = Path(os.environ["TEST_VAR_DIR"]) / "programme"
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_bytes(pickle.dumps(read_curriculum(SHIPPED)))
    return pickle.loads(kept.read_bytes())


@pytest.fixture
def programme_is_read(programme, monkeypatch):
    """Whoever publishes the shipped programme takes it as it was read, once for all tests."""

    def read_before(files):
        assert files.files == programme.files
        return programme

    monkeypatch.setattr(publishing, "read_files", read_before)


@pytest.fixture(scope="session")
def warm_lane():
    """Warm parents for the tests of one process, started by the first that asks for them, and serving from then
    on; none of their boxes may be a cold one unseen."""
    cold = []
    with WarmLane(on_cold=cold.append) as lane:
        for zone in ZONES:
            lane.parent_of(zone)
        yield lane
    assert cold == []


@pytest.fixture(autouse=True)
def lane(request):
    """Tests that grade do so in warm boxes, unless their folder says otherwise."""
    if request.node.get_closest_marker("box") is None or request.node.get_closest_marker("live"):
        yield
        return
    with lanes.use(request.getfixturevalue("warm_lane")):
        yield


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Whoever uses the live stack is a live test: real processes, run apart from the others. On SQLite only what asks a
    database is run again."""
    for item in items:
        if "live_stack" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.live)
    if os.environ.get("PYTEST_DATABASE") == "sqlite":
        again = [item for item in items if asks_a_database(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(again)])
        items[:] = again


def asks_a_database(item):
    return bool({"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))) or bool(
        item.get_closest_marker("django_db")
    )
