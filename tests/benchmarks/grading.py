"""Submit to result through the API, idle and in a burst, with real workers."""

import statistics
import time

from knox.models import AuthToken

from courses.models import Cohort
from lms.accounts.models import User
from projects.actions.publishing import publish_grader_version
from projects.models import GradingJob, GradingResult, Submission
from tests import world
from tests.api_client import ApiClient
from tests.projects.grading import build

IDLE_RUNS = 12
BURST = 50
SLUG = "five-cells"
CELLS = (
    build.code("import numpy as np"),
    build.answer("mean", "### BEGIN SOLUTION\ndef mean(x):\n    return float(np.mean(x))\n### END SOLUTION"),
    build.check("test_mean", "assert abs(mean([1, 2, 3]) - 2) < 1e-9", points=2),
    build.answer("spread", "### BEGIN SOLUTION\ndef spread(x):\n    return float(np.std(x))\n### END SOLUTION"),
    build.check("test_spread", "assert abs(spread([1, 1, 1])) < 1e-9", points=2),
)
SOLVED = build.notebook(
    CELLS[0],
    build.answer("mean", "def mean(x):\n    return float(np.mean(x))"),
    CELLS[2],
    build.answer("spread", "def spread(x):\n    return float(np.std(x))"),
    CELLS[4],
)


def prepare():
    """Publish the five-cell exercise, open today."""
    curriculum = Cohort.objects.get(slug="bench").curriculum
    project = world.make_project(curriculum, "exercise", SLUG, week=12, until_day=60)
    publish_grader_version(project=project, bundle=build.bundle(*CELLS))


def client_of(url, number):
    user = User.objects.get(email=f"learner{number}@bench.example")
    return ApiClient(url, AuthToken.objects.create(user=user)[1])


def idle(url):
    """Seconds from submitting to a readable score, one submission at a time: (median, 95th percentile)."""
    times = []
    for number in range(IDLE_RUNS):
        client = client_of(url, number)
        started = time.perf_counter()
        found = client.wait_until_settled(client.submit(SLUG, {"work.ipynb": SOLVED})["id"], pause=0.02)
        times.append(time.perf_counter() - started)
        assert found["score"] == 4.0, found
    return statistics.median(times), sorted(times)[int(0.95 * (len(times) - 1))]


def burst(url):
    """Fifty learners at once: (seconds until all are graded, lost, graded more than once)."""
    clients = [client_of(url, 100 + number) for number in range(BURST)]
    started = time.perf_counter()
    ids = [client.submit(SLUG, {"work.ipynb": SOLVED})["id"] for client in clients]
    for client, pk in zip(clients, ids, strict=True):
        client.wait_until_settled(pk, patience=300)
    seconds = time.perf_counter() - started
    assert Submission.objects.filter(pk__in=ids).count() == BURST
    graded = GradingResult.objects.filter(job__submission__in=ids).values("job__submission").distinct().count()
    runs = GradingJob.objects.filter(submission__in=ids, attempt__gt=1).count()
    results = GradingResult.objects.filter(job__submission__in=ids).count()
    return seconds, BURST - graded, results - graded, runs
