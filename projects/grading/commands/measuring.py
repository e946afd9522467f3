"""``bench``: what grading costs on top of running the code."""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time

from ..box import BoxSpec, start_box
from ..boxed.job import write_job
from ..bundle import SOURCE, Bundle
from ..engine import grade
from ..errors import SystemFault
from ..limits import PROJECT
from ..plan import make_plan
from ..runtime import find_runtime
from ..workers import Lane, lane_of
from .sources import decided, read_bundle

SEED = 20240229


def run(arguments: argparse.Namespace) -> int:
    """Print the medians of ``arguments.runs`` runs of the reference solution, in milliseconds."""
    with lane_of("warm"):
        bundle, _ = decided(read_bundle(arguments.source))
    alone = statistics.median(cells_alone(bundle, arguments.runs))
    warm, cold = (statistics.median(graded(bundle, arguments.runs, lane)) for lane in ("warm", "cold"))
    found = {"cells_ms": alone, "warm_ms": warm, "cold_ms": cold, "overhead_ms": warm - alone}
    if arguments.json:
        print(json.dumps({name: round(seconds * 1000, 1) for name, seconds in found.items()}))
        return 0
    titles = ("cells alone, warm interpreter", "warm lane", "cold lane", "overhead of the warm lane")
    for title, seconds in zip(titles, found.values(), strict=True):
        print(f"{title:<32}{seconds * 1000:9.1f} ms")
    return 0


def graded(bundle: Bundle, runs: int, lane: Lane) -> list[float]:
    """Seconds of ``runs`` gradings of the bundle's own notebook in a lane that has run once before."""
    times = []
    with lane_of(lane):
        for _ in range(runs + 1):
            started = time.perf_counter()
            grade(bundle, {"reference.ipynb": bundle.files[SOURCE]}, seed=SEED)
            times.append(time.perf_counter() - started)
    return times[1:]


def cells_alone(bundle: Bundle, runs: int) -> list[float]:
    """Seconds that the notebook's answer and test cells take by themselves, in one box with packages imported.

    Raises ``SystemFault`` when they end the box.
    """
    plan = make_plan(bundle.notebook, bundle.notebook, bundle.config)
    pairs = zip(plan.learner_cells, plan.grader_cells, strict=True)
    cells = [cell["full"] if cell["test"] else source for source, cell in pairs]
    with tempfile.TemporaryFile() as job, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as said:
        write_job(job, {"cells": cells, "runs": runs}, bundle.public_files)
        job.seek(0)
        spec = BoxSpec("learner", "bench", PROJECT, [out.fileno()])
        box = start_box(spec, find_runtime(), job.fileno(), said.fileno(), said.fileno())
        if not box.wait(PROJECT.wall):
            box.kill()
            box.wait(PROJECT.wall)
        out.seek(0)
        said.seek(0)
        found = out.read()
        if not found:
            raise SystemFault(f"The cells ended their box: {said.read(2000).decode('utf-8', 'replace')}")
    return [float(seconds) for seconds in json.loads(found)]
