"""A warm parent: a boxed process with the usual packages imported, which forks a box of its own for every job.

It holds nothing of any job: descriptors pass through it to the child, and it never reads one. Requests come on
descriptor 3, a sequence of JSON messages with descriptors attached; see :mod:`projects.grading.warm`.
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
from dataclasses import dataclass
from typing import Any

from . import canary
from .isolate import Forker, enter_box

MESSAGE = 1 << 16
FAILED = 97
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
    number: int
    pid: int
    watched: int


class Parent:
    """Serves requests on ``control`` until its other end is closed."""

    def __init__(self, control: socket.socket, job: Callable[[], None]) -> None:
        self._control = control
        self._mains = {"job": job, "canary": canary.main}
        self._forker = Forker()
        self._had = _memory()
        self._children: dict[int, _Child] = {}
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
            pid = self._forker.fork()
        except OSError as error:
            self._say({"number": request["number"], "failed": str(error)})
            pid = -1
        if pid == 0:
            limits = request["box"]["rlimits"]
            limits["DATA"] += self._had["VmData"]
            limits["AS"] += self._had["VmSize"]
            _become(self._mains[request["run"]], request, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        if pid > 0:
            child = _Child(request["number"], pid, os.pidfd_open(pid))
            self._children[child.number] = child
            self._selector.register(child.watched, selectors.EVENT_READ, child)
            self._say({"number": child.number, "started": True}, child.watched)
        return True

    def _ended(self, child: _Child) -> None:
        self._selector.unregister(child.watched)
        os.close(child.watched)
        _, status, usage = os.wait4(child.pid, 0)
        del self._children[child.number]
        self._say({"number": child.number, "status": os.waitstatus_to_exitcode(status),
                   "cpu": usage.ru_utime + usage.ru_stime})  # fmt: skip

    def _say(self, message: dict[str, Any], *descriptors: int) -> None:
        socket.send_fds(self._control, [json.dumps(message).encode()], descriptors)


def _memory() -> dict[str, int]:
    """What this process has, in bytes, by the kernel's names; a job's limits are for what it adds."""
    with open("/proc/self/status", encoding="ascii") as stream:
        lines = [line.split() for line in stream if line.startswith(("VmData:", "VmSize:", "RssAnon:"))]
    return {name.rstrip(":"): int(amount) * 1024 for name, amount, _ in lines}


def _become(job: Callable[[], None], request: dict[str, Any], descriptors: list[int]) -> None:
    """Run ``job`` in the forked child; never returns."""
    try:
        os.dup2(descriptors[2], 2)
        try:
            enter_box(request["box"], descriptors)
        except OSError as error:
            os.write(2, f"launcher: {error}\n".encode())
            os._exit(FAILED)
        os.environ["BOX_PROCESSES"] = str(request["processes"])
        random.seed()
        job()
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)


def main() -> None:
    """Entry point in the box: import what the zone's jobs need, then serve."""
    job = importlib.import_module(f"{__package__}.{os.environ.pop('BOX_ZONE')}").main
    for name in PACKAGES:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    gc.collect()
    gc.freeze()
    Parent(socket.socket(fileno=3), job).serve()
    os._exit(0)
