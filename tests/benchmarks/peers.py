"""What the grading engine is measured against: nbgrader in an environment of its own, and a plain fork without a box."""

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from projects.grading.bundle import SOURCE
from projects.grading.plan import make_plan
from projects.grading.runtime import ENGINE_SOURCE, find_runtime
from tools.processes import ROOT

PEERS = ROOT / ".bench"
PATIENCE = 900
LITTLE_PATIENCE = 150
NO_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


@contextlib.contextmanager
def own_folder():
    folder = Path(tempfile.mkdtemp(prefix="lms-peer-", dir="/tmp"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def nbgrader_course(bundle, learners):
    """A folder with one assignment, released, and its reference solution handed in by so many learners."""
    with own_folder() as folder:
        source = folder / "source" / "ps1"
        source.mkdir(parents=True)
        (source / "work.ipynb").write_bytes(with_kernel(bundle.files[SOURCE]))
        nbgrader(folder, "generate_assignment", "ps1")
        for learner in learners:
            place = folder / "submitted" / learner / "ps1"
            place.mkdir(parents=True)
            shutil.copy(source / "work.ipynb", place)
        yield folder


def with_kernel(data):
    """A notebook as other tools want it: with a kernel's name and an id for each cell."""
    document = json.loads(data)
    document["metadata"]["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for number, cell in enumerate(document["cells"]):
        cell.setdefault("id", f"cell-{number}")
    return json.dumps(document).encode()


def nbgrader(folder, *arguments, must=True):
    """Run nbgrader; returns the seconds it took."""
    return boxed(folder, "nbgrader", *arguments, must=must)


def boxed(folder, module, *arguments, must=True):
    """Run a peer where its processes end with it; returns the seconds it took. `must`: a failure is an error; else it
    need not come to an end either.
    """
    box = ["bwrap", "--dev-bind", "/", "/", "--unshare-pid", "--unshare-net", "--proc", "/proc", "--die-with-parent"]
    environment = {**os.environ, "PATH": f"{PEERS}/bin:/usr/bin:/bin", **dict.fromkeys(NO_THREADS, "1")}
    environment |= {"HOME": str(folder), "JUPYTER_PLATFORM_DIRS": "1", "PYTHONWARNINGS": "ignore"}
    started = time.perf_counter()
    try:
        done = subprocess.run(
            [*box, PEERS / "bin" / "python", "-m", module, *arguments], cwd=folder, env=environment, capture_output=True,
            text=True, errors="replace", timeout=PATIENCE if must else LITTLE_PATIENCE, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        if must:
            raise
        return time.perf_counter() - started
    if must and done.returncode:
        raise RuntimeError(f"{module} {' '.join(arguments)} failed:\n{done.stderr[-3000:]}")
    return time.perf_counter() - started


def nbgrader_seconds(bundle, count):
    """Seconds a submission that `nbgrader autograde` takes for `count` of them in one command, its start left out."""
    learners = [f"learner{number}" for number in range(count + 1)]
    with nbgrader_course(bundle, learners) as folder:
        one = nbgrader(folder, "autograde", "ps1", "--create", "--student", learners[0])
        for learner in learners[:1]:
            shutil.rmtree(folder / "submitted" / learner)
        rest = nbgrader(folder, "autograde", "ps1", "--create")
        return (rest - one) / (count - 1) if count > 1 else one


@contextlib.contextmanager
def plain_fork():
    """A function from a bundle to the seconds that its cells and tests take in a fork of a warm interpreter."""
    command = [find_runtime().python, "-P", Path(__file__).with_name("plain_fork.py"), ENGINE_SOURCE.parent]
    environment = {
        "PATH": "/usr/bin:/bin",
        "MPLBACKEND": "Agg",
        "PYTHONHASHSEED": "0",
        **dict.fromkeys(NO_THREADS, "1"),
    }
    with subprocess.Popen(
        [str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:

        def seconds(bundle):
            plan = make_plan(bundle.notebook, bundle.notebook, bundle.config)
            pairs = zip(plan.learner_cells, plan.grader_cells, strict=True)
            process.stdin.write(json.dumps([cell["full"] if cell["test"] else source for source, cell in pairs]) + "\n")
            process.stdin.flush()
            return float(process.stdout.readline())

        yield seconds
        process.stdin.close()
