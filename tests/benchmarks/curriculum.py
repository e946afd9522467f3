"""What curricula cost: publishing one, publishing it again, and the same as a new version, each as the command that does it."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from django.test import Client

from courses.models import Curriculum
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
    print(f"\n{'curriculum':<58}{'wall':>9}{'limit':>9}")
    for name, seconds, limit in measure():
        print(f"{name:<58}{seconds:>7.2f} s{f'≤ {limit} s' if limit else '–':>9}", flush=True)


def measure():
    """Rows (what, seconds of the whole command, the limit or None)."""
    with tempfile.TemporaryDirectory(prefix="lms-bench-") as scratch:
        out = Path(scratch)
        yield "publish the shipped 26 weeks", timed("publish_curriculum", SHIPPED), 10
        yield f"search these, 95 % of {len(WORDS) * SEARCHES} pages within", searched(), 0.03
        yield "publish the same again, unchanged", timed("publish_curriculum", SHIPPED), 2
        yield "publish the same as a new version", timed("publish_curriculum", SHIPPED, "--version", "next"), 10
        many = write_generated(out / "many", **MANY)
        count = sum(number for kind, number in MANY.items() if kind != "weeks") * MANY["weeks"]
        yield f"publish {count} generated activities", timed("publish_curriculum", many, "--untested"), None
        yield (
            "write the 26 weeks back to a folder",
            timed("export_curriculum", "ml-engineering", "next", out / "back"),
            None,
        )
        cartridge = ("--common-cartridge", out / "out.imscc")
        yield "write them as a Common Cartridge", timed("export_curriculum", "ml-engineering", "next", *cartridge), None


def searched():
    """Seconds within which 95 % of the pages of results are answered, in this process."""
    curriculum = Curriculum.objects.get(program__slug="ml-engineering")
    learner = world.make_enrollment(world.make_cohort(curriculum, started_days_ago=80)).user
    client = Client()
    client.force_login(learner)
    taken = []
    for number in range(SEARCHES + 1):
        for words in WORDS:
            start = time.perf_counter()
            assert client.get("/search/", {"q": words}).status_code == 200
            taken += [time.perf_counter() - start] * bool(number)  # the first round warms up
    return statistics.quantiles(taken, n=20)[-1]


def timed(*command):
    """Seconds that `manage.py` takes for this, its start included."""
    start = time.perf_counter()
    done = subprocess.run(
        [PYTHON, "manage.py", *map(str, command)], cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return time.perf_counter() - start
