"""Health, readiness and the doctor."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection

from lms.portal import operations, tasks
from projects.grading.engine import BoxReport


@pytest.fixture
def everything_up():
    operations.note_queues(operations.QUEUES)
    operations.note_beat()
    operations.note_box(BoxReport(available=True, reason="", remedy=""))


@pytest.fixture
def no_redis(settings, tmp_path):
    settings.REDIS_URL = f"unix://{tmp_path / 'nobody.sock'}?db=0"


def names_of_missing(client):
    parts = client.get("/readyz").json()["parts"]
    return [name for name, part in parts.items() if not part["ok"]]


def test_healthz_answers_without_a_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.django_db
def test_readyz_is_ready_when_every_part_answers(client, everything_up):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["ready"] is True


@pytest.mark.django_db
def test_readyz_names_what_has_never_been_heard(client):
    assert client.get("/readyz").status_code == 503
    assert names_of_missing(client) == ["worker", "beat", "box"]


@pytest.mark.django_db
def test_readyz_without_redis_says_only_that(client, no_redis):
    assert names_of_missing(client) == ["broker"]


@pytest.mark.django_db
def test_readyz_without_a_database_says_so(client, everything_up, monkeypatch):
    def refuse():
        raise OperationalError("secret address")

    monkeypatch.setattr(connection, "ensure_connection", refuse)
    connection.close()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "secret" not in response.content.decode()


@pytest.mark.django_db
def test_a_silent_queue_is_named(everything_up, time_machine_at_an_hour_later):
    operations.note_queues(["notify"])
    assert operations.check_workers().detail == "Nobody takes from grade, heavy, regrade, clock."
    assert not operations.check_beat().ok


@pytest.fixture
def time_machine_at_an_hour_later(monkeypatch):
    now = operations.time.time()
    monkeypatch.setattr(operations.time, "time", lambda: now + 3600)


def test_a_worker_without_a_box_tells_why_and_what_mends_it(monkeypatch):
    report = BoxReport(available=False, reason="bubblewrap is missing.", remedy="apt-get install bubblewrap")
    monkeypatch.setattr(tasks, "build_empty_box", lambda: report)
    tasks.probe_box()
    part = operations.check_box()
    assert (part.ok, part.remedy) == (False, "apt-get install bubblewrap")
    assert "bubblewrap is missing." in part.detail


@pytest.mark.django_db
@pytest.mark.box
def test_doctor_passes_when_nothing_is_missing(everything_up):
    out = StringIO()
    call_command("doctor", stdout=out)
    assert "MISSING" not in out.getvalue()


@pytest.mark.django_db
def test_doctor_fails_and_says_the_remedy(no_redis):
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("doctor", stdout=out)
    assert stopped.value.code == 1
    assert "Start the Redis that REDIS_URL names" in out.getvalue()


def test_readiness_tells_no_secrets(client, no_redis, settings):
    settings.REDIS_URL = "redis://:broker-password@127.0.0.1:1/0"
    body = json.dumps([part.__dict__ for part in [operations.check_broker()]])
    assert "broker-password" not in body
