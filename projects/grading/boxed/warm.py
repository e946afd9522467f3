"""A warm parent: a boxed process with the usual packages imported, which forks a box of its own for every job.

It holds nothing of any job: descriptors pass through it to the child, and it never reads one. Requests come on
descriptor 3, a sequence of JSON messages with descriptors attached; see :mod:`projects.grading.warm`. While a job
runs, the box of the next one is made, so that it finds one ready that has seen no job before.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import random
import selectors
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from . import canary
from .isolate import Forker, close_box, enter_box
from .pages import gather_pages

MESSAGE = 1 << 16
FAILED = 97
CONTROL = 200
PACKAGES = (
    "asyncio", "concurrent.futures", "csv", "unittest", "zoneinfo",
    "numpy", "pandas", "scipy.linalg", "scipy.optimize", "scipy.sparse", "scipy.stats", "matplotlib.pyplot",
    "sklearn.cluster", "sklearn.compose", "sklearn.datasets", "sklearn.decomposition", "sklearn.ensemble",
    "sklearn.feature_extraction.text", "sklearn.impute", "sklearn.linear_model", "sklearn.metrics",
    "sklearn.model_selection", "sklearn.naive_bayes", "sklearn.neighbors", "sklearn.pipeline",
    "sklearn.preprocessing", "sklearn.svm", "sklearn.tree", "seaborn", "statsmodels.api",
)  # fmt: skip
"""What is imported beforehand; anything else is imported by the job that wants it."""


@dataclass
class _Child:
    """A box: ``box`` is how it was made, ``number`` whose job it has (0: none yet), ``control`` where it waits for one."""

    box: dict[str, Any]
    pid: int
    watched: int
    control: socket.socket
    number: int = 0


class Parent:
    """Serves requests on ``control`` until its other end is closed."""

    def __init__(self, control: socket.socket, job: Callable[[], None]) -> None:
        self._control = control
        self._mains = {"job": job, "canary": canary.main}
        self._forker = Forker()
        self._had = _memory()
        self._spare: _Child | None = None
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ)

    def serve(self) -> None:
        """Fork a child for each request, and tell of each child's end."""
        self._say({"ready": True, "threads": threading.active_count(), "resident": self._had["RssAnon"]})
        while True:
            for key, _ in self._selector.select():
                if key.data is None:
                    if not self._take():
                        return
                else:
                    self._ended(key.data)

    def _take(self) -> bool:
        data, descriptors, _, _ = socket.recv_fds(self._control, MESSAGE, 16)
        if not data:
            return False
        request = json.loads(data)
        try:
            child = self._give(request, data, descriptors)
        except OSError as error:
            self._say({"number": request["number"], "failed": str(error)})
            return True
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        child.control.close()
        child.number = request["number"]
        self._say({"number": child.number, "started": True}, child.watched)
        if request["run"] == "job":
            self._make_spare(request["box"])
        return True

    def _give(self, request: dict[str, Any], data: bytes, descriptors: list[int]) -> _Child:
        """Give a request to the box that waits, if it is of this kind and lives, else to a new one; what looks at the
        parent gets a new one too.
        """
        spare = self._spare
        if spare is not None and spare.box == request["box"] and request["run"] == "job":
            self._spare = None
            with suppress(OSError):
                socket.send_fds(spare.control, [data], descriptors)
                return spare
        child = self._fork(request["box"])
        socket.send_fds(child.control, [data], descriptors)
        return child

    def _make_spare(self, box: dict[str, Any]) -> None:
        """Have a box of this kind wait. Without one the next job gets a new one, and says why if that fails too."""
        if self._spare is not None:
            self._spare.control.close()
            self._spare = None
        with suppress(OSError):
            self._spare = self._fork(box, waits=True)

    def _fork(self, box: dict[str, Any], *, waits: bool = False) -> _Child:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            try:
                pid = self._forker.fork()
            except OSError:
                ours.close()
                raise
            if pid == 0:
                _become(self._mains, self._allowance(box), theirs, waits=waits)
        child = _Child(box, pid, os.pidfd_open(pid), ours)
        self._selector.register(child.watched, selectors.EVENT_READ, child)
        return child

    def _allowance(self, box: dict[str, Any]) -> dict[str, Any]:
        """``box`` with room for what it has from this process."""
        limits = box["rlimits"]
        added = {"DATA": limits["DATA"] + self._had["VmData"], "AS": limits["AS"] + self._had["VmSize"]}
        return {**box, "rlimits": {**limits, **added}}

    def _ended(self, child: _Child) -> None:
        self._selector.unregister(child.watched)
        os.close(child.watched)
        _, status, usage = os.wait4(child.pid, 0)
        if child.number:
            self._say({"number": child.number, "status": os.waitstatus_to_exitcode(status),
                       "cpu": usage.ru_utime + usage.ru_stime})  # fmt: skip
            return
        child.control.close()
        if child is self._spare:
            self._spare = None

    def _say(self, message: dict[str, Any], *descriptors: int) -> None:
        socket.send_fds(self._control, [json.dumps(message).encode()], descriptors)


def _memory() -> dict[str, int]:
    """What this process has, in bytes, by the kernel's names; a job's limits are for what it adds."""
    with open("/proc/self/status", encoding="ascii") as stream:
        lines = [line.split() for line in stream if line.startswith(("VmData:", "VmSize:", "RssAnon:"))]
    return {name.rstrip(":"): int(amount) * 1024 for name, amount, _ in lines}


def _become(mains: dict[str, Callable[[], None]], box: dict[str, Any], control: socket.socket, *, waits: bool) -> None:
    """Make the forked child a box, take its job from ``control``, and run it; never returns. One that ``waits`` and is
    not whole ends at once: a trouble of then is none of a later job's.
    """
    try:
        problem = _enter(box, os.dup2(control.fileno(), CONTROL))
        if problem and waits:
            os._exit(FAILED)
        data, descriptors, _, _ = socket.recv_fds(socket.socket(fileno=CONTROL), MESSAGE, 16)
        if not data:
            os._exit(0)
        if problem:
            os.write(descriptors[2], f"launcher: {problem}\n".encode())
            os._exit(FAILED)
        request = json.loads(data)
        close_box(descriptors)
        os.environ["BOX_PROCESSES"] = str(request["processes"])
        random.seed()
        mains[request["run"]]()
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)


def _enter(box: dict[str, Any], control: int) -> str:
    """Make the box with nothing open but ``control``, and what the parent says its words on; what went wrong, or nothing."""
    os.closerange(3, control)
    os.closerange(control + 1, 4096)
    try:
        enter_box(box)
    except OSError as error:
        return str(error) or type(error).__name__
    return ""


def main() -> None:
    """Entry point in the box: import what the zone's jobs need and the packages named on standard input, then serve."""
    job = importlib.import_module(f"{__package__}.{os.environ.pop('BOX_ZONE')}").main
    for name in json.load(sys.stdin):
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    gc.collect()
    gc.freeze()
    gather_pages()
    Parent(socket.socket(fileno=3), job).serve()
    os._exit(0)
