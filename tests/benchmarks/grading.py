"""Submit to result through the API, idle and in a burst, with real workers."""

import json
import statistics
import time
import urllib.request
import uuid

from knox.models import AuthToken

from courses.models import Cohort
from lms.accounts.models import User
from projects.models import GradingJob, GradingResult, Submission
from tests import exercises, world
from tests.projects.grading import build

IDLE_RUNS = 12
BURST = 50
PATIENCE = 300
CELLS = (
    build.code("import numpy as np"),
    build.answer("mean", "### BEGIN SOLUTION\ndef mean(x):\n    return float(np.mean(x))\n### END SOLUTION"),
    build.check("test_mean", "assert abs(mean([1, 2, 3]) - 2) < 1e-9", points=2),
    build.answer("spread", "### BEGIN SOLUTION\ndef spread(x):\n    return float(np.std(x))\n### END SOLUTION"),
    build.check("test_spread", "assert abs(spread([1, 1, 1])) < 1e-9", points=2),
)


def prepare():
    """A five-cell notebook exercise, open today; returns the notebook that solves it."""
    curriculum = Cohort.objects.get(slug="bench").curriculum
    project = world.make_project(curriculum, "exercise", "five-cells", week=12, until_day=60)
    exercises.publish_grader_version(project=project, bundle=build.bundle(*CELLS))
    return build.notebook(
        build.code("import numpy as np"),
        build.answer("mean", "def mean(x):\n    return float(np.mean(x))"),
        CELLS[2],
        build.answer("spread", "def spread(x):\n    return float(np.std(x))"),
        CELLS[4],
    )


def token_of(number):
    return AuthToken.objects.create(user=User.objects.get(email=f"learner{number}@bench.example"))[1]


def submit(url, token, notebook):
    """Hand in through the API; returns the submission's id."""
    boundary = uuid.uuid4().hex
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="five-cells.ipynb"\r\n\r\n'
    body = head.encode() + notebook + f"\r\n--{boundary}--\r\n".encode()
    headers = {"Authorization": f"Token {token}", "Content-Type": f"multipart/form-data; boundary={boundary}"}
    return _call(f"{url}/api/v1/projects/five-cells/submissions/", headers, body)["id"]


def wait_for_score(url, token, pk):
    """Poll the API until the score is there; returns it."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        score = _call(f"{url}/api/v1/submissions/{pk}/", {"Authorization": f"Token {token}"})["score"]
        if score is not None:
            return score
        time.sleep(0.02)
    raise TimeoutError(f"submission {pk} had no score within {PATIENCE} s")


def idle(url, notebook):
    """Seconds from submitting to a readable score, one submission at a time: (median, 95th percentile)."""
    times = []
    for number in range(IDLE_RUNS):
        token = token_of(number)
        started = time.perf_counter()
        score = wait_for_score(url, token, submit(url, token, notebook))
        times.append(time.perf_counter() - started)
        assert score == 4.0, score
    return statistics.median(times), sorted(times)[int(0.95 * (len(times) - 1))]


def burst(url, notebook):
    """Fifty learners at once: (seconds until all are graded, lost, graded more than once)."""
    tokens = [token_of(100 + number) for number in range(BURST)]
    started = time.perf_counter()
    ids = [submit(url, token, notebook) for token in tokens]
    for token, pk in zip(tokens, ids, strict=True):
        wait_for_score(url, token, pk)
    seconds = time.perf_counter() - started
    results = list(GradingResult.objects.filter(job__submission__in=ids).values_list("job__submission", flat=True))
    done = GradingJob.objects.filter(submission__in=ids, state="done").count()
    assert Submission.objects.filter(pk__in=ids).count() == BURST
    return seconds, BURST - len(set(results)), len(results) - len(set(results)) + (done - len(set(results)))


def _call(url, headers, body=None):
    with urllib.request.urlopen(urllib.request.Request(url, data=body, headers=headers), timeout=60) as answer:
        return json.load(answer)
