"""The warm lane: boxes forked from a parent that has the usual packages imported already (see :mod:`.boxed.warm`).

A parent serves one thread of a worker, which gets its own for each trust zone. It is replaced after a number of jobs,
or when a canary job (see :mod:`.boxed.canary`) finds it changed. A cold box is as safe as a warm one, so a job whose
parent cannot be had runs in a cold one.
"""

from __future__ import annotations

import itertools
import json
import os
import select
import signal
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import Any, Self

from .box import Box, BoxSpec, Ended, resource_limits, start_box
from .boxed.job import write_job
from .errors import BoxUnavailable, SystemFault
from .limits import FUNCTION, WARM_PARENT
from .runtime import Runtime, find_runtime

JOBS_OF_A_PARENT = 200
JOBS_BETWEEN_CANARIES = 50
READY = 60.0
LONGEST_START = 120.0
FIRST_PAUSE, LONGEST_PAUSE = 30.0, 3600.0
ANSWER = 10.0
MESSAGE = 1 << 16
ZONES = ("learner", "grader")


class ParentLost(SystemFault):
    """A warm parent ended, or does not answer."""


class WarmParent:
    """One warm parent. It is started without waiting; :meth:`is_ready` says when it serves.

    ``jobs`` counts its boxes, ``resident`` is what it had in memory before the first, in bytes, and ``expected`` is
    what a canary must say.
    """

    def __init__(self, zone: str, runtime: Runtime) -> None:
        self.zone = zone
        self.jobs = 0
        self.resident = 0
        self._numbers = itertools.count(1)
        self._ends: dict[int, Ended] = {}
        self._ready = False
        self.expected = b""
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        spec = BoxSpec(zone, "warm", WARM_PARENT, [theirs.fileno()])
        with ExitStack() as made:
            made.callback(self._control.close)
            with theirs, open(os.devnull, "rb") as null:
                self._text = os.memfd_create(f"{zone}-parent")
                made.callback(os.close, self._text)
                self._box = start_box(spec, runtime, null.fileno(), self._text, self._text)
            made.pop_all()
        self._too_late = time.monotonic() + LONGEST_START

    @property
    def has_init(self) -> bool:
        """Whether its boxes have a first process above the job's: learners' boxes, whose code may leave orphans."""
        return self.zone == "learner"

    @property
    def pid(self) -> int:
        """The parent's bubblewrap, as the host numbers it."""
        return self._box.pid

    @property
    def serves(self) -> bool:
        """Whether it has been found ready; asks nobody."""
        return self._ready

    def is_ready(self, patience: float) -> bool:
        """Whether it serves, waiting up to ``patience`` seconds for it. Raises ``ParentLost`` when it has ended."""
        if not self._ready:
            if not select.select([self._control], [], [], patience)[0]:
                if time.monotonic() >= self._too_late:
                    raise ParentLost(f"The warm {self.zone} does not get ready.")
                return False
            message, _ = self._receive(ANSWER)
            if message.get("threads") != 1:
                raise ParentLost(f"The warm {self.zone} has {message.get('threads')} threads; it must have one.")
            self.resident = int(message["resident"])
            self.expected = self.canary()
            if not self.expected.startswith(b"{") or json.loads(self.expected)["missing"]:
                raise ParentLost(f"The boxes of the warm {self.zone} are not whole: {self.expected!r} {self.words()}")
            self._ready = True
        return True

    def is_sound(self) -> bool:
        """Whether a canary job finds what the first one found."""
        return self.canary() == self.expected

    def canary(self) -> bytes:
        """What a job of this parent sees of its box, as JSON."""
        with ExitStack() as stack:
            job = stack.enter_context(os.fdopen(os.memfd_create("canary"), "w+b"))
            out = stack.enter_context(os.fdopen(os.memfd_create("canary"), "w+b"))
            write_job(job, {}, {})
            job.seek(0)
            spec = BoxSpec(self.zone, "canary", FUNCTION)
            box = self.start(spec, job.fileno(), out.fileno(), out.fileno(), run="canary")
            box.wait(ANSWER)
            out.seek(0)
            return out.read()

    def start(self, spec: BoxSpec, stdin: int, stdout: int, stderr: int, run: str = "job") -> WarmBox:
        """Fork a box for one job. Raises ``ParentLost``."""
        number = next(self._numbers)
        request = {
            "number": number,
            "run": run,
            "processes": spec.limits.processes,
            "box": {"rlimits": resource_limits(spec.limits), "tmpfs": spec.limits.tmpfs, "init": self.has_init},
        }
        try:
            socket.send_fds(self._control, [json.dumps(request).encode()], [stdin, stdout, stderr, *spec.descriptors])
        except OSError as error:
            raise ParentLost(f"The warm {self.zone} is gone: {error}.") from error
        while True:
            message, descriptors = self._receive(ANSWER)
            if message.get("number") == number and "started" in message:
                if not descriptors:  # the kernel had none left for it here
                    raise ParentLost(f"The handle of a box of the warm {self.zone} did not arrive.")
                self.jobs += 1
                return WarmBox(self, number, descriptors[0])
            if message.get("number") == number and "failed" in message:
                raise ParentLost(f"The warm {self.zone} cannot fork: {message['failed']}.")
            self._note(message)

    def end_of(self, number: int, patience: float) -> Ended | None:
        """How the box of that number ended, None when it has not within ``patience`` seconds."""
        until = time.monotonic() + patience
        while number not in self._ends:
            left = max(0.0, until - time.monotonic())
            if not select.select([self._control], [], [], left)[0]:
                return None
            try:
                self._note(self._receive(ANSWER)[0])
            except ParentLost:
                return Ended(-signal.SIGKILL, 0.0, lost=True)  # a parent takes all its boxes with it
        return self._ends.pop(number)

    def close(self) -> None:
        """End the parent and every box of it."""
        self._control.close()
        self._box.kill()
        self._box.wait(READY)
        os.close(self._text)

    def words(self) -> str:
        """What it said before it ended."""
        return os.pread(self._text, 4096, 0).decode("utf-8", "replace").strip()

    def _note(self, message: dict[str, Any]) -> None:
        if "status" in message:
            self._ends[message["number"]] = Ended(message["status"], message["cpu"])

    def _receive(self, patience: float) -> tuple[dict[str, Any], list[int]]:
        self._control.settimeout(patience)
        try:
            data, descriptors, _, _ = socket.recv_fds(self._control, MESSAGE, 1)
        except OSError as error:
            raise ParentLost(f"The warm {self.zone} does not answer: {error}.") from error
        if not data:
            raise ParentLost(f"The warm {self.zone} has ended: {self.words() or 'no reason given'}")
        return json.loads(data), descriptors


class WarmBox(Box):
    """A box that a warm parent forked. ``handle`` is a pidfd of its first process."""

    def __init__(self, parent: WarmParent, number: int, handle: int) -> None:
        super().__init__(_pid_of(handle), inherited=parent.resident)
        self.ours = int(parent.has_init)
        self._parent = parent
        self._number = number
        self._handle = handle

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def _end(self, patience: float) -> Ended | None:
        ended = self._parent.end_of(self._number, patience)
        if ended is not None:
            os.close(self._handle)
        return ended


class WarmLane:
    """Starts boxes for one thread: warm ones where it can, else cold ones. A context manager.

    ``on_cold`` is told why a job gets a cold box although it should have had a warm one.
    """

    def __init__(
        self, on_cold: Callable[[str], None] = lambda _: None, jobs_of_a_parent: int = JOBS_OF_A_PARENT
    ) -> None:
        self._on_cold = on_cold
        self._jobs = jobs_of_a_parent
        self._parents: dict[str, WarmParent] = {}
        self._successors: dict[str, WarmParent] = {}
        self._failures: dict[str, int] = {}
        self._not_before: dict[str, float] = {}

    def __enter__(self) -> Self:
        return self.open()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def open(self) -> Self:
        """Start the parents without waiting for them."""
        with suppress(BoxUnavailable, OSError):  # the first jobs try again, and say why when it fails
            for zone in ZONES:
                self._parents[zone] = WarmParent(zone, find_runtime())
        return self

    def close(self) -> None:
        """End the parents."""
        for parents in (self._parents, self._successors):
            while parents:
                parents.popitem()[1].close()

    @property
    def parents(self) -> list[WarmParent]:
        """Those that serve or will, for those who look at them from another thread."""
        return list(self._parents.values())

    @property
    def pids(self) -> list[int]:
        """Of the parents, for those who measure them."""
        return [parent.pid for parent in self.parents]

    def start(self, spec: BoxSpec, runtime: Runtime, stdin: int, stdout: int, stderr: int) -> Box:
        """A box for ``spec``; the signature of :func:`projects.grading.box.start_box`."""
        try:
            parent = self._parent(spec.zone, runtime) if spec.zone in ZONES else None
            if parent is not None:
                box = parent.start(spec, stdin, stdout, stderr)
                self._failures.pop(spec.zone, None)
                return box
        except (ParentLost, OSError) as error:
            self._on_cold(str(error))
            self._give_up(spec.zone)
        return start_box(spec, runtime, stdin, stdout, stderr)

    def parent_of(self, zone: str) -> WarmParent:
        """The zone's parent, once it serves. Raises ``ParentLost``."""
        parent = self._parents[zone]
        if not parent.is_ready(READY):
            raise ParentLost(f"The warm {zone} is not ready after {READY:.0f} s.")
        return parent

    def _parent(self, zone: str, runtime: Runtime) -> WarmParent | None:
        """The zone's parent, replaced when its time has come; None while there is none that serves."""
        parent = self._parents.get(zone)
        if parent is None:
            if time.monotonic() >= self._not_before.get(zone, 0):
                self._parents[zone] = WarmParent(zone, runtime)
            return None
        if not parent.is_ready(ANSWER):
            return None
        if parent.jobs % JOBS_BETWEEN_CANARIES == JOBS_BETWEEN_CANARIES - 1 and not parent.is_sound():
            raise ParentLost(f"The warm {zone} has changed since it started.")
        return self._replaced(zone, runtime, parent) if parent.jobs >= self._jobs else parent

    def _replaced(self, zone: str, runtime: Runtime, parent: WarmParent) -> WarmParent:
        """``parent`` until its successor, which imports meanwhile, is ready; then that one."""
        successor = self._successors.get(zone)
        if successor is None:
            self._successors[zone] = WarmParent(zone, runtime)
        elif successor.is_ready(0):
            parent.close()
            self._parents[zone] = self._successors.pop(zone)
            return successor
        return parent

    def _give_up(self, zone: str) -> None:
        """End the zone's parents. The next job starts a new one, unless the last one never served: then ever later."""
        failures = self._failures[zone] = self._failures.get(zone, 0) + 1
        pause = 0.0 if failures == 1 else min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (failures - 2))
        self._not_before[zone] = time.monotonic() + pause
        for parents in (self._parents, self._successors):
            if zone in parents:
                parents.pop(zone).close()


def _pid_of(handle: int) -> int:
    """The process of a pidfd, as this process numbers it."""
    with open(f"/proc/self/fdinfo/{handle}", encoding="ascii") as stream:
        return next((int(line.split()[1]) for line in stream if line.startswith("Pid:")), -1)
