"""Submit to result through the API, idle and in a burst, with real workers."""

import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from knox.models import AuthToken

from courses.models import Cohort, Enrollment
from lms.accounts.models import User
from projects.actions.publishing import publish_grader_version
from projects.actions.regrading import start_regrade
from projects.grading.bundle import SOURCE
from projects.grading.engine import grade
from projects.models import GradingJob, GradingResult, Submission
from tests import world
from tests.api_client import ApiClient
from tests.benchmarks.engine import decided, rate
from tests.benchmarks.pages import Browser, sign_in
from tests.benchmarks.seed import LEARNERS
from tests.projects.grading import build

IDLE_RUNS = 20
PAST = 1000
BURST = 500
BARE_ROUNDS = 10
PATIENCE = 600
PAGE_PAUSE = 0.2
SLUG = "five-cells"
ROUNDS = -(-BURST // LEARNERS)
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
    publish(SLUG, build.bundle(*CELLS))


def publish(slug, bundle):
    curriculum = Cohort.objects.get(slug="bench").curriculum
    project = world.make_project(curriculum, "exercise", slug, week=12, until_day=60)
    publish_grader_version(project=project, bundle=bundle)


def client_of(url, number):
    user = User.objects.get(email=f"learner{number}@bench.example")
    return ApiClient(url, AuthToken.objects.create(user=user)[1])


def idle(url, first=0):
    """Seconds from submitting to a readable score, one submission at a time: (median, 95th percentile)."""
    times = []
    for number in range(first, first + IDLE_RUNS):
        client = client_of(url, number)
        started = time.perf_counter()
        found = client.wait_until_settled(client.submit(SLUG, {"work.ipynb": SOLVED})["id"], pause=0.02)
        times.append(time.perf_counter() - started)
        assert found["score"] == 4.0, found
    return statistics.median(times), sorted(times)[int(0.95 * (len(times) - 1))]


class PageWatch:
    """A learner who opens their home again and again while the block runs; `p95` is what it took, in seconds."""

    def __init__(self, url):
        self._browser = Browser(url, sign_in("learner199@bench.example"))
        self._over = threading.Event()
        self._times = []
        self._thread = threading.Thread(target=self._look)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._over.set()
        self._thread.join()

    def _look(self):
        while not self._over.wait(PAGE_PAUSE):
            started = time.perf_counter()
            self._browser.get("/")
            self._times.append(time.perf_counter() - started)

    @property
    def p95(self):
        return sorted(self._times)[int(0.95 * (len(self._times) - 1))]


def mixes():
    """What bursts hand in. Title -> pairs of a bundle and the work for it: the small notebook under as many names as a
    learner needs, and the exercises of the programme and of the common kind, which is what learners hand in."""
    five = [(build.bundle(*CELLS), SOLVED)] * ROUNDS
    return {"five cells": five, "exercises": [(one, one.files[SOURCE]) for one in decided().values()]}


def bare_rate(mix):
    """Submissions a second that the engine alone grades in two jobs, the same work."""

    def graded(number):
        bundle, work = mix[number % len(mix)]
        assert grade(bundle, {"work.ipynb": work}, seed=1).verdict == "passed"

    return rate(graded, BARE_ROUNDS * max(len(mix), 10), jobs=2)


def burst(url, name, mix):
    """Five hundred submissions at once. A dict: seconds until all were handed in and until all were graded, how many
    were graded by the time all were handed in, were lost, graded twice and run again, and the 95th percentile of the
    seconds that a page took meanwhile."""
    slugs = [f"{name}-{number}".replace(" ", "-") for number in range(len(mix))]
    for slug, (bundle, _) in zip(slugs, mix, strict=True):
        publish(slug, bundle)
    places = [
        (client_of(url, number), (number + turn) % len(mix)) for turn in range(ROUNDS) for number in range(LEARNERS)
    ]
    started = time.perf_counter()
    with PageWatch(url) as pages, ThreadPoolExecutor(8) as pool:
        ids = list(
            pool.map(lambda one: one[0].submit(slugs[one[1]], {"work.ipynb": mix[one[1]][1]})["id"], places[:BURST])
        )
        handed_in = time.perf_counter() - started
        graded = GradingResult.objects.filter(job__submission__in=ids).values("job__submission").distinct()
        early = graded.count()
        while graded.count() < BURST and time.perf_counter() - started < PATIENCE:
            time.sleep(0.2)
        seconds = time.perf_counter() - started
    assert Submission.objects.filter(pk__in=ids).count() == BURST
    results = GradingResult.objects.filter(job__submission__in=ids).count()
    again = GradingJob.objects.filter(submission__in=ids, attempt__gt=1).count()
    return {"handed_in": handed_in, "early": early, "seconds": seconds, "lost": BURST - graded.count(),
            "twice": results - graded.count(), "again": again, "page": pages.p95}  # fmt: skip


def seed_past():
    """A thousand graded submissions of five projects, each with a mended grader beside the one they stand on."""
    curriculum = Cohort.objects.get(slug="bench").curriculum
    places = list(Enrollment.objects.filter(cohort__slug="bench").select_related("user")[:LEARNERS])
    pairs = []
    for number in range(PAST // LEARNERS):
        project = world.make_project(curriculum, "exercise", f"past-{number}", week=12, until_day=60)
        old = publish_grader_version(project=project, bundle=build.bundle(*CELLS))
        for place in places:
            work = world.make_submission(place, project, "checks_failed", {"work.ipynb": SOLVED})
            world.make_result(work, 2, 4, [world.group("test_mean", 2, 2), world.group("test_spread", 0, 2)])
        pairs.append(
            (project, old, publish_grader_version(project=project, bundle=build.bundle(*CELLS, note__txt=b"2")))
        )
    return pairs


def regrade_beside(url):
    """What regrading a thousand past submissions does to learners who hand in meanwhile. A dict: their median and 95th
    percentile in seconds, how many dry runs were done meanwhile, and how many a second once they have the workers alone."""
    by = User.objects.get(email="admin@bench.example")
    pairs = seed_past()
    for project, old, new in pairs:
        start_regrade(project=project, from_version=old, to_version=new, by=by)
    done = GradingResult.objects.filter(job__counts=False)
    median, slowest = idle(url, first=IDLE_RUNS)
    meanwhile, started = done.count(), time.perf_counter()
    assert meanwhile < PAST, "the regrade was over before the learners were"
    while done.count() < PAST and time.perf_counter() - started < PATIENCE:
        time.sleep(0.5)
    alone = (done.count() - meanwhile) / (time.perf_counter() - started)
    return {"median": median, "slowest": slowest, "meanwhile": meanwhile, "done": done.count(), "alone": alone}
