"""Two clicks at once are one submission. Real processes throughout."""

import json
import threading
import urllib.error

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
