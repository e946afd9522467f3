"""The grading engine by itself: beside nbgrader and beside a plain fork, several at once, its overhead and its memory."""

import os
import statistics
import threading
import time
from dataclasses import replace

from projects.grading import lanes
from projects.grading.bundle import SOURCE
from projects.grading.commands.measuring import cells_alone
from projects.grading.engine import grade
from projects.grading.processes import tree
from projects.grading.selftest import decide
from projects.grading.workers import in_order
from tests.benchmarks import notebooks, peers
from tests.projects.grading import build

RUNS = 5
NBGRADER_RUNS = 3
ROUNDS = 6
MB = 1 << 20
SLEEPING = build.bundle(build.answer("f", "f = 1"), build.check("t", "assert f"))


def decided():
    """The exercises with what their self-tests decide, title by title."""
    found = notebooks.exercises()
    configs = in_order(
        lambda one: decide(one, handed_in(one))[0], [*found.values()], jobs=os.cpu_count() or 1, lane="warm"
    )
    return {title: replace(one, config=config) for (title, one), config in zip(found.items(), configs, strict=True)}


def handed_in(bundle):
    """The reference solution as a learner's upload."""
    return {"work.ipynb": bundle.files[SOURCE]}


def seconds_of(bundle):
    started = time.perf_counter()
    result = grade(bundle, handed_in(bundle), seed=1)
    assert result.verdict == "passed", result
    return time.perf_counter() - started


def beside_peers(bundles):
    """Yields rows (title, seconds of nbgrader, of the engine, of a plain fork, overheads of single runs over the cells
    alone)."""
    with lanes.warm() as lane, peers.plain_fork() as limit:
        for title, bundle in bundles.items():
            ready(lane)
            seconds_of(bundle), limit(bundle)
            theirs = peers.nbgrader_seconds(bundle, NBGRADER_RUNS)
            ours, forks = [], []
            for _ in range(RUNS):  # in turns, so that the machine treats both alike
                ours.append(seconds_of(bundle))
                forks.append(limit(bundle))
            alone = statistics.median(cells_alone(bundle, RUNS))
            yield title, theirs, statistics.median(ours), statistics.median(forks), [one - alone for one in ours]


def ready(lane):
    for zone in ("learner", "grader"):
        lane.parent_of(zone)


def two_at_once(bundles):
    """How many times as fast two jobs at a time are as one at a time, over the same submissions."""
    work = list(bundles.values())

    def graded(number):
        seconds_of(work[number % len(work)])

    return rate(graded, len(work) * ROUNDS, 2) / rate(graded, len(work) * ROUNDS, 1)


def rate(graded, count, jobs):
    """Calls of `graded(number)` a second, in so many threads with warm parents, each of which has graded one before."""
    started = []
    together = threading.Barrier(jobs, action=lambda: started.append(time.perf_counter()))

    def task(number):
        graded(number)
        if number < 0:
            together.wait()

    with lanes.warm() as lane:
        if jobs == 1:
            ready(lane)
        for _ in in_order(task, [*range(-jobs, 0), *range(count)], jobs=jobs, lane="warm"):
            pass
    return count / (time.perf_counter() - started[0])


def memory():
    """Megabytes: the larger warm parent, and what a job that does nothing has of its own."""
    seen = {}
    with lanes.warm() as lane:
        parents = {zone: list(tree(lane.parent_of(zone).pid)) for zone in ("learner", "grader")}
        mine = max(proportional(pids) for pids in parents.values())
        waiting = build.work(f="import time\ntime.sleep(0.5)\nf = 1")

        def look(stage):
            for zone, before in parents.items():
                jobs = [pid for pid in tree(lane.parent_of(zone).pid) if pid not in before]
                seen[zone] = max(seen.get(zone, 0), sum(own(pid) for pid in jobs))

        grade(SLEEPING, waiting, seed=1, on_progress=look)
    return mine / MB, max(seen.values()) / MB


def own(pid):
    return sizes(pid, "Private_Clean", "Private_Dirty")


def proportional(pids):
    return sum(sizes(pid, "Pss") for pid in pids)


def sizes(pid, *names):
    """Bytes of a process by the kernel's own account, 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as stream:
            lines = [line.split() for line in stream]
    except OSError:
        return 0
    return sum(int(line[1]) * 1024 for line in lines if line[0].rstrip(":") in names)


def tell_medians(title, rows, wanted=""):
    times = statistics.median(theirs / ours for _, theirs, ours, _, _ in rows)
    share = statistics.median(fork / ours for _, _, ours, fork, _ in rows)
    print(f"{title:<36}{'':>31}{times:>12.1f}{share:>13.0%}{wanted}")


def show():
    """Measure, and print each row of the table as it comes."""
    bundles = decided()
    print(f"\n{'exercise':<36}{'nbgrader':>10}{'engine':>9}{'plain fork':>12}{'× nbgrader':>12}{'of the limit':>14}")
    rows = []
    for row in beside_peers(bundles):
        title, theirs, ours, fork, _ = row
        line = f"{title:<36}{theirs:>8.2f} s{ours:>7.2f} s{fork:>10.2f} s{theirs / ours:>12.1f}{fork / ours:>13.0%}"
        print(line, flush=True)
        rows.append(row)
    tell_medians("median", rows, "   (≥ 20 ×, ≥ 65 %)")
    tell_medians("median of the common kind", rows[: len(notebooks.COMMON)])
    overheads = sorted(one * 1000 for row in rows for one in row[4])
    p95 = overheads[int(0.95 * (len(overheads) - 1))]
    print(
        f"overhead over the cells alone: median {statistics.median(overheads):.0f} ms (≤ 60), 95 % {p95:.0f} ms (≤ 150)"
    )
    beyond = statistics.median((ours - fork) * 1000 for _, _, ours, fork, _ in rows)
    print(f"beyond the same notebook with its tests in a plain fork: median {beyond:.0f} ms")
    print(f"two jobs at once: {two_at_once(bundles):.2f} × one (≥ 1.7)")
    parent, job = memory()
    print(f"memory: warm parent {parent:.0f} MB (≤ 250), a job's own {job:.0f} MB (≤ 40)")
