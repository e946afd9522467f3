"""What curricula cost: publishing one, publishing it again, and the same as a new version, each as the command that does it."""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from django.test import Client, RequestFactory

from courses.models import Curriculum
from courses.search import find, hits_of
from courses.views.curricula import place_asked_for
from courses.views.search import PAGE_SIZE
from tests import world
from tests.generated import write_generated
from tools.processes import PYTHON, ROOT

SHIPPED = ROOT / "courses" / "library" / "ml-engineering"
SEARCHES = 20
WORDS = (
    "gradient",
    "logistic regression",
    "data",
    "how to test a model",
    '"least squares"',
    "tree -forest",
    "learning rate or step",
)
MANY = {"weeks": 25, "readings": 36, "quizzes": 2, "exercises": 1, "projects": 1}


def show():
    """Print a row for each measurement."""
    print(f"\n{'curriculum':<58}{'CPU':>10}{'wall':>10}{'limit':>10}")
    for name, (cpu, wall), limit in measure():
        told = [f"{cpu:.2f} s" if cpu else "–", f"{wall:.2f} s", f"≤ {limit} s" if limit else "–"]
        print(f"{name:<58}{''.join(f'{one:>10}' for one in told)}", flush=True)


def measure():
    """Rows (what, seconds of processor or None and of the clock, the limit of the latter or None); of commands, all of them.

    Self-tests are not run: an unchanged exercise's is on record.
    """
    with tempfile.TemporaryDirectory(prefix="lms-bench-") as scratch:
        out = Path(scratch)
        shipped = ("publish_curriculum", SHIPPED, "--untested")
        yield "publish the shipped 26 weeks", timed(*shipped), 10
        found, shown = searched()
        yield f"search these: 95 % of {len(WORDS) * SEARCHES} found, with excerpts, within", (None, found), 0.03
        yield "the whole page of it within", (None, shown), None
        yield "publish the same again, unchanged", timed(*shipped), 2
        yield "publish the same as a new version", timed(*shipped, "--version", "next"), 10
        many = write_generated(out / "many", **MANY)
        count = sum(number for kind, number in MANY.items() if kind != "weeks") * MANY["weeks"]
        yield f"publish {count} generated activities", timed("publish_curriculum", many, "--untested"), None
        export = ("export_curriculum", "ml-engineering", "next")
        yield "write the 26 weeks back to a folder", timed(*export, out / "back"), None
        yield "write them as a Common Cartridge", timed(*export, "--common-cartridge", out / "out.imscc"), None


def searched():
    """Seconds within which 95 % of the searches are answered with the excerpts of a page, and the whole pages, here."""
    curriculum = Curriculum.objects.get(program__slug="ml-engineering")
    learner = world.make_enrollment(world.make_cohort(curriculum, started_days_ago=80)).user
    client, request = Client(), RequestFactory().get("/search/")
    client.force_login(learner)
    request.user = learner

    def find_only(words):
        place, *_ = place_asked_for(request)
        start = time.perf_counter()
        assert hits_of(place, find(place, words)[:PAGE_SIZE], words)
        return time.perf_counter() - start

    def open_page(words):
        start = time.perf_counter()
        assert client.get("/search/", {"q": words}).status_code == 200
        return time.perf_counter() - start

    return [slowest(way) for way in (find_only, open_page)]


def slowest(way):
    """The seconds within which 95 % of the searches are done this way; the first round warms up."""
    taken = [way(words) for _ in range(SEARCHES + 1) for words in WORDS][len(WORDS) :]
    return statistics.quantiles(taken, n=20)[-1]


def timed(*command):
    """Seconds of processor and of the clock that `manage.py` takes for this, its start included."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [PYTHON, "manage.py", *map(str, command)], cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False
    )
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall
