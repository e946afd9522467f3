"""What a page costs: queries, and processor time of application and database beside a bare signed-in page."""

import http.client
import statistics
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lms.accounts.models import User
from tests.benchmarks.processor import Meter

ROUNDS = 7
SECONDS_PER_ROUND = 0.7


@dataclass(frozen=True)
class Page:
    name: str
    path: str
    email: str
    most_queries: int | None = None
    most_times_bare: float | None = None
    cells: int | None = None


PAGES = (
    Page("bare signed-in view", "/bench/bare/", "learner7@bench.example"),
    Page("learner home", "/", "learner7@bench.example", 12, 2.5),
    Page("activity", "/learn/bench/activities/reading-12-1/", "learner7@bench.example", 10, 2.5),
    Page("own grades", "/grades/", "learner7@bench.example", 8, 2.5),
    Page("cohort matrix, 200 × 40", "/cohorts/bench/matrix/", "admin@bench.example", 12, 25, 200 * 40),
    Page("review queue", "/reviews/", "mentor1@bench.example", 10, 3),
)


def sign_in(email):
    """A session cookie for this person, as signing in makes it."""
    user = User.objects.get(email=email)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key


def queries_of(page, session):
    """How many queries one warm request makes."""
    client = Client()
    client.cookies["sessionid"] = session
    client.get(page.path)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.get(page.path)
    assert answer.status_code == 200, f"{page.path}: {answer.status_code}"
    return len(queries), len(answer.content)


class Browser:
    """One kept-alive connection with a session."""

    def __init__(self, url, session):
        self.connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        self.headers = {"Cookie": f"sessionid={session}"}

    def get(self, path):
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        answer.read()
        assert answer.status == 200, f"{path}: {answer.status}"


def measure(url, pids, pages=PAGES):
    """Rows (page, queries, kilobytes, CPU ms a request, wall ms a request, times bare): medians of interleaved rounds.

    The first of `pages` is the bare view.
    """
    sessions = {page.email: sign_in(page.email) for page in pages}
    counts = {page.name: queries_of(page, sessions[page.email]) for page in pages}
    browsers = {page.name: Browser(url, sessions[page.email]) for page in pages}
    repeats = {page.name: _warm_up(browsers[page.name], page, pids) for page in pages}
    cpu = {page.name: [] for page in pages}
    wall = {page.name: [] for page in pages}
    for _ in range(ROUNDS):
        for page in pages:
            with Meter(pids) as meter:
                for _ in range(repeats[page.name]):
                    browsers[page.name].get(page.path)
            cpu[page.name].append(meter.cpu / repeats[page.name] * 1000)
            wall[page.name].append(meter.wall / repeats[page.name] * 1000)
    bare = cpu[pages[0].name]
    for page in pages:
        ratio = statistics.median(mine / floor for mine, floor in zip(cpu[page.name], bare, strict=True))
        queries, size = counts[page.name]
        yield page, queries, size / 1024, statistics.median(cpu[page.name]), statistics.median(wall[page.name]), ratio


def _warm_up(browser, page, pids):
    """Requests a round, so that each round takes about the same time."""
    for _ in range(10):
        browser.get(page.path)
    with Meter(pids) as meter:
        for _ in range(5):
            browser.get(page.path)
    return max(5, min(200, int(SECONDS_PER_ROUND / (meter.wall / 5))))
