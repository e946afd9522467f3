"""Which way boxes are started: cold, each by bubblewrap of its own, or warm, forked from a parent that waits for them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from .box import Box, BoxSpec, start_box
from .boxed.warm import PACKAGES
from .errors import BoxUnavailable
from .runtime import Runtime, find_runtime
from .warm import ANSWER, ParentLost, WarmParent

ZONES = ("learner", "grader")
JOBS_OF_A_PARENT = 200
JOBS_BETWEEN_CANARIES = 50
READY = 60.0
FIRST_PAUSE, LONGEST_PAUSE = 30.0, 3600.0


@dataclass
class _Place:
    """What serves one zone: a parent, the one that will follow it, and how often and until when none could be had."""

    zone: str
    packages: Sequence[str]
    parent: WarmParent | None = None
    successor: WarmParent | None = None
    failures: int = 0
    not_before: float = 0.0

    def renew(self, runtime: Runtime) -> WarmParent | None:
        """The parent until its successor, which imports meanwhile, is ready; then that one."""
        if self.successor is None:
            self.successor = WarmParent(self.zone, runtime, self.packages)
        elif self.successor.is_ready(0):
            if self.parent:
                self.parent.close()
            self.parent, self.successor = self.successor, None
        return self.parent

    def give_up(self) -> None:
        """End the parents. The next job starts a new one, unless the last one never served: then ever later."""
        self.failures += 1
        pause = 0.0 if self.failures == 1 else min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (self.failures - 2))
        self.not_before = time.monotonic() + pause
        self.close()

    def close(self) -> None:
        for parent in (self.parent, self.successor):
            if parent:
                parent.close()
        self.parent = self.successor = None


class WarmLane:
    """Starts boxes for one thread: warm ones where it can, else cold ones, which are as safe. A context manager.

    A parent is replaced after a number of jobs, or when a canary job (see :mod:`.boxed.canary`) finds it changed.
    ``on_cold`` is told why a job gets a cold box although it should have had a warm one. ``packages`` are what the
    parents import beforehand.
    """

    def __init__(
        self,
        on_cold: Callable[[str], None] = lambda _: None,
        jobs_of_a_parent: int = JOBS_OF_A_PARENT,
        packages: Sequence[str] = PACKAGES,
    ) -> None:
        self._on_cold = on_cold
        self._jobs = jobs_of_a_parent
        self._places = {zone: _Place(zone, packages) for zone in ZONES}

    def __enter__(self) -> Self:
        return self.open()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def open(self) -> Self:
        """Start the parents without waiting for them."""
        with suppress(BoxUnavailable, OSError):  # the first jobs try again, and say why when it fails
            for place in self._places.values():
                place.parent = WarmParent(place.zone, find_runtime(), place.packages)
        return self

    def close(self) -> None:
        """End the parents."""
        for place in self._places.values():
            place.close()

    @property
    def parents(self) -> list[WarmParent]:
        """Those that serve or will, for those who look at them from another thread."""
        return [parent for place in self._places.values() if (parent := place.parent)]

    def start(self, spec: BoxSpec, runtime: Runtime, stdin: int, stdout: int, stderr: int) -> Box:
        """A box for ``spec``; the signature of :func:`projects.grading.box.start_box`."""
        place = self._places.get(spec.zone)
        if place is not None:
            try:
                if parent := self._parent(place, runtime):
                    box = parent.start(spec, stdin, stdout, stderr)
                    place.failures = 0
                    return box
            except (ParentLost, OSError) as error:
                self._on_cold(str(error))
                place.give_up()
        return start_box(spec, runtime, stdin, stdout, stderr)

    def parent_of(self, zone: str) -> WarmParent:
        """The zone's parent, once it serves. Raises ``ParentLost``."""
        parent = self._places[zone].parent
        if parent is None or not parent.is_ready(READY):
            raise ParentLost(f"The warm {zone} is not ready after {READY:.0f} s.")
        return parent

    def _parent(self, place: _Place, runtime: Runtime) -> WarmParent | None:
        """The parent of a place, replaced when its time has come; None while there is none that serves."""
        parent = place.parent
        if parent is None:
            if time.monotonic() >= place.not_before:
                place.parent = WarmParent(place.zone, runtime, place.packages)
            return None
        if not parent.is_ready(ANSWER):
            return None
        if parent.jobs % JOBS_BETWEEN_CANARIES == JOBS_BETWEEN_CANARIES - 1 and not parent.is_sound():
            raise ParentLost(f"The warm {place.zone} has changed since it started.")
        return place.renew(runtime) if parent.jobs >= self._jobs else parent


_lane: ContextVar[WarmLane | None] = ContextVar("lane", default=None)


def start(spec: BoxSpec, runtime: Runtime, stdin: int, stdout: int, stderr: int) -> Box:
    """Start a box in this thread's lane; see :func:`projects.grading.box.start_box`."""
    lane = _lane.get()
    return (lane.start if lane else start_box)(spec, runtime, stdin, stdout, stderr)


@contextmanager
def use(lane: WarmLane | None) -> Iterator[WarmLane | None]:
    """Boxes of this thread are forked from ``lane``'s parents while the block runs, or are cold ones without a lane."""
    token = _lane.set(lane)
    try:
        yield lane
    finally:
        _lane.reset(token)


@contextmanager
def warm() -> Iterator[WarmLane]:
    """As :func:`use`, with the lane that this thread has already, else with one that lives as long as the block."""
    if known := _lane.get():
        yield known
        return
    with WarmLane() as lane, use(lane):
        yield lane
