"""Two hundred submissions in flight while the machine fails: each ends in one result, told once, within its time.

A lost lease is noticed after 20 s here (90 s in production) and at most 15 s later by the reconciler.
"""

import os
import signal
import subprocess
import time
from datetime import UTC, datetime

import pytest
import redis

from projects.grading import processes
from tests.api_client import ApiClient
from tests.exercises import shipped
from tests.faults import crowd
from tests.faults.ledger import Ledger
from tests.portal.test_live_operations import missing_parts
from tools.processes import PYTHON, ROOT

pytestmark = pytest.mark.box
LEARNERS = 200
SHIPPED = "ols-from-scratch"
NOTICED = 20 + 15  # seconds until a job of a dead worker is announced again
MISSED = 15 + 2  # seconds until the reconciler comes again, when it came while PostgreSQL was away
BUSY = 240  # patience with a busy machine that grades 200 notebooks meanwhile; alone it needs about 20


class Crowd:
    """The crowd of one live stack: what it does runs beside the test."""

    def __init__(self, stack):
        self.stack = stack

    def begin(self, name, *args, **kwargs):
        """Start one of `tests.faults.crowd`'s functions; returns its process."""
        given = ", ".join([*map(repr, args), *(f"{key}={value!r}" for key, value in kwargs.items())])
        code = f"from tests.faults import crowd; crowd.{name}({given})"
        command = [PYTHON, "manage.py", "shell", "-v", "0", "-c", code]
        with (self.stack.folder / "crowd.log").open("ab") as log:
            return subprocess.Popen(command, cwd=ROOT, env=self.stack.env, stdout=log, stderr=log)

    def do(self, name, *args, **kwargs):
        assert self.begin(name, *args, **kwargs).wait(120) == 0, self.stack.logs()


@pytest.fixture(scope="module")
def people(live_stack):
    people = Crowd(live_stack)
    people.do("enrol", LEARNERS)
    return people


@pytest.fixture
def ledger(live_stack):
    return Ledger(live_stack)


@pytest.fixture
def broker(live_stack):
    return redis.Redis.from_url(live_stack.redis.url())


def is_gone(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stream:
            return stream.read().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def process_of(job):
    return int(job[3].rpartition(":")[2])


def test_the_death_of_a_worker_and_of_redis_costs_no_work(live_stack, people, ledger, broker):
    learner = ApiClient.signed_in(live_stack.url, "learner@example.com", "demo-bootcamp")
    handing_in = people.begin("submit", 0, 150, slow=[0])
    live_stack.wait_for(lambda: ledger.is_running(0), "the slow work runs", patience=BUSY)
    below = list(processes.tree(live_stack.processes["worker"].pid))
    killed = time.monotonic()
    live_stack.kill_worker()
    live_stack.wait_for(lambda: all(map(is_gone, below)), "the end of its warm parents and boxes", patience=10)
    assert len(below) > 6
    assert handing_in.wait(120) == 0
    assert sum(broker.llen(key) for key in broker.scan_iter("grade*")) >= 100

    broker.shutdown(nosave=True)
    live_stack.redis.process.wait(10)
    people.do("submit", 150, LEARNERS)
    by_api = learner.submit(SHIPPED, {"work.ipynb": shipped(SHIPPED)})
    assert (by_api["state"], by_api["score"]) == ("checks_queued", None)
    assert sum(ledger.open().values()) > 150
    live_stack.start_redis()
    broker.flushall()
    live_stack.wait_for(lambda: "worker" in missing_parts(live_stack), "the silence of the worker", patience=60)

    live_stack.start_worker()
    back = time.monotonic()
    patience = max(0, killed + NOTICED - back) + 15 + BUSY
    live_stack.wait_for(lambda: ledger.done() == LEARNERS, f"200 results {ledger.open()}", patience=patience)
    print(f"200 results {time.monotonic() - back:.0f} s after the worker came back")
    assert ledger.job(0)[2] == 2
    assert ledger.wrongs(rounds=1) == []
    assert learner.wait_until_settled(by_api["id"])["state"] == "checks_passed"
    live_stack.wait_for(lambda: missing_parts(live_stack) == [], "ready again", patience=60)


def test_dead_and_paused_processes_doubled_messages_and_a_crash_of_postgresql_store_nothing_twice(
    live_stack, people, ledger, broker
):
    dying, paused, finishing = 0, 1, LEARNERS - 1
    handing_in = people.begin("submit", 0, LEARNERS, round_number=2, slow=[dying, paused, finishing])
    live_stack.wait_for(
        lambda: ledger.is_running(dying, 2) and ledger.is_running(paused, 2), "two slow runs", patience=BUSY
    )
    holder = process_of(ledger.job(paused, 2))
    os.kill(holder, signal.SIGSTOP)
    os.kill(process_of(ledger.job(dying, 2)), signal.SIGKILL)
    struck, struck_at = time.monotonic(), datetime.now(UTC)
    try:
        assert handing_in.wait(120) == 0
        people.do("ring", times=2)
        crash_postgresql_while(live_stack, lambda: ledger.is_running(finishing, 2))
        live_stack.wait_for(
            lambda: ledger.job(paused, 2)[1] == "done" and ledger.job(dying, 2)[1] == "done",
            "the runs of the dead and the paused process, by another",
            patience=struck + NOTICED + BUSY - time.monotonic(),
        )
        print(f"both runs were done again {time.monotonic() - struck:.0f} s after the faults")
        assert process_of(ledger.job(paused, 2)) != holder
        announced = max(ledger.job(learner, 2)[4] for learner in (dying, paused)) - struck_at
        assert announced.total_seconds() < NOTICED + MISSED
    finally:
        os.kill(holder, signal.SIGCONT)
    live_stack.wait_for(lambda: ledger.done() == 2 * LEARNERS, f"200 more results {ledger.open()}", patience=BUSY)
    assert [ledger.job(learner, 2)[2] for learner in (dying, paused, finishing)] == [2, 2, 1]
    assert ledger.wrongs(rounds=2) == []

    people.do("ring")

    def taken():
        return not broker.exists("unacked", *broker.scan_iter("grade*"))

    live_stack.wait_for(taken, "all messages are taken", patience=BUSY)
    assert ledger.wrongs(rounds=2) == []


def crash_postgresql_while(live_stack, condition):
    """Take PostgreSQL away in the middle of a slow run, and until it has long come to its end."""
    live_stack.wait_for(condition, "the run that is to finish without a database", patience=BUSY + 30)
    live_stack.postgres.crash()
    time.sleep(crowd.SLEEPS + 1)
    live_stack.postgres.serve()
