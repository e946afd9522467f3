"""Faults of the machine: work is never lost, and each submission ends in exactly one result. Real processes throughout."""

import json
import threading
import urllib.error

import psycopg
import pytest

from tests.api_client import ApiClient
from tests.exercises import shipped
from tests.projects.grading import build

pytestmark = pytest.mark.box
SLUG = "ols-from-scratch"


@pytest.fixture
def learner(live_stack):
    return ApiClient.signed_in(live_stack.url, "learner@example.com", "demo-bootcamp")


def sleeping(seconds):
    """The exercise's own release version, its first answer only sleeping: a run that takes a while."""
    notebook = json.loads(shipped(SLUG))
    answers = [cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("solution")]
    return build.notebook(
        *(
            build.answer(
                cell["metadata"]["nbgrader"]["grade_id"], f"import time\ntime.sleep({seconds})" if not n else "0"
            )
            for n, cell in enumerate(answers)
        )
    )


def results_of(live_stack, submission):
    query = """
        SELECT count(*) FROM projects_gradingresult r JOIN projects_gradingjob j ON j.id = r.job_id
        WHERE j.submission_id = %s
    """
    with psycopg.connect(live_stack.env["DATABASE_URL"]) as connection:
        return connection.execute(query, [submission]).fetchone()[0]


def test_a_worker_killed_mid_run_costs_nothing(live_stack, learner):
    handed_in = learner.submit(SLUG, {"work.ipynb": sleeping(4)})
    live_stack.wait_for(lambda: learner.submission(handed_in["id"])["state"] == "checks_running", "the checks run")
    live_stack.kill_worker()
    live_stack.start_worker()
    found = learner.wait_until_settled(handed_in["id"], patience=105)
    assert found["state"] == "checks_failed"
    assert results_of(live_stack, handed_in["id"]) == 1


def test_a_submission_made_without_redis_is_kept_and_graded_when_it_returns(live_stack, learner):
    live_stack.stop_redis()
    try:
        handed_in = learner.submit(SLUG, {"work.ipynb": sleeping(0)})
        assert (handed_in["state"], handed_in["score"]) == ("checks_queued", None)
    finally:
        live_stack.start_redis()
    found = learner.wait_until_settled(handed_in["id"], patience=105)
    assert found["score"] is not None
    assert results_of(live_stack, handed_in["id"]) == 1


def test_the_same_work_twice_at_once_is_one_submission(live_stack, learner):
    before = len(learner.get(f"projects/{SLUG}/submissions/"))
    work, barrier, codes = {"work.ipynb": sleeping(0.1)}, threading.Barrier(2), []

    def hand_in():
        barrier.wait()
        try:
            learner.submit(SLUG, work)
            codes.append(201)
        except urllib.error.HTTPError as error:
            codes.append(error.code)

    threads = [threading.Thread(target=hand_in) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [201, 409]
    attempts = learner.get(f"projects/{SLUG}/submissions/")
    assert len(attempts) == before + 1
    learner.wait_until_settled(attempts[0]["id"])
