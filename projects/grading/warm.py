"""Boxes forked from a warm parent, which has the usual packages imported already (see :mod:`.boxed.warm`).

A parent serves one thread of a worker, which gets its own for each trust zone (see :mod:`.lanes`).
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import time
import weakref
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from itertools import count, islice
from typing import Any

from .box import Box, BoxSpec, Ended, resource_limits, start_box
from .boxed.job import write_job
from .boxed.warm import PACKAGES
from .errors import SystemFault
from .limits import FUNCTION, WARM_PARENT
from .processes import tree
from .runtime import Runtime

LONGEST_START = 120.0
LONGEST_END = 60.0
ANSWER = 10.0
LOOK = 10.0
MESSAGE = 1 << 16


class ParentLost(SystemFault):
    """A warm parent ended, or does not answer."""


class WarmParent:
    """One warm parent. It is started without waiting; :meth:`is_ready` says when it serves.

    ``jobs`` counts its boxes, ``process`` is the Python that forks them, as the host numbers it, ``resident`` what that
    had in memory before the first, in bytes, and ``expected`` is what a canary must say.
    """

    def __init__(self, zone: str, runtime: Runtime, packages: Sequence[str] = PACKAGES) -> None:
        """``packages`` are what it imports beforehand."""
        self.zone = zone
        self.jobs = 0
        self.process = -1
        self.resident = 0
        self._numbers = count(1)
        self._ends: dict[int, Ended] = {}
        self._ready = False
        self.expected = b""
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        spec = BoxSpec(zone, "warm", WARM_PARENT, [theirs.fileno()])
        with ExitStack() as made:
            made.callback(self._control.close)
            reader, writer = os.pipe()
            with open(writer, "w") as wanted:
                json.dump(packages, wanted)
            with theirs, open(reader) as wanted:
                self._text = os.memfd_create(f"{zone}-parent")
                made.callback(os.close, self._text)
                self._box = start_box(spec, runtime, wanted.fileno(), self._text, self._text)
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
            self.process = next(islice(tree(self.pid), self._box.ours, None), -1)
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
            if not box.wait(LOOK):
                box.end(LOOK)
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
        self._box.end(LONGEST_END)
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
        super().__init__(_pid_of(handle))
        self.ours = int(parent.has_init)
        self.inherited = parent.resident
        self._parent = parent
        self._number = number
        self._handle = handle
        self._close = weakref.finalize(self, os.close, handle)

    @property
    def kin(self) -> list[int]:
        """The parent, what else it has forked, and this box's first process. What the box that waits has of its own is
        so counted as the job's: some MB too many, never too few.
        """
        job = list(tree(self.pid))[self.ours :]
        return [pid for pid in tree(self._parent.process) if pid not in job]

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def _end(self, patience: float) -> Ended | None:
        ended = self._parent.end_of(self._number, patience)
        if ended is not None:
            self._close()
        return ended


def _pid_of(handle: int) -> int:
    """The process of a pidfd, as this process numbers it."""
    with open(f"/proc/self/fdinfo/{handle}", encoding="ascii") as stream:
        return next((int(line.split()[1]) for line in stream if line.startswith("Pid:")), -1)
