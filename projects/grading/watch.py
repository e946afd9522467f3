"""Measuring and ending a box from outside: CPU, memory and tasks of the whole tree below bubblewrap."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .box import Box
from .limits import MB, Limits
from .processes import cpu, private, proportional, tasks, tree
from .result import Usage, Verdict

ENDING = 5.0


@dataclass
class Watch:
    """One running box. ``verdict`` is the first limit it broke, or None."""

    box: Box
    limits: Limits
    started: float = field(default_factory=time.monotonic)
    verdict: Verdict | None = None
    cpu: float = 0.0
    peak: int = 0
    output: int = 0
    wall: float = 0.0

    def poll(self) -> Verdict | None:
        """Measure once; end the box if it is over a limit, and return the limit's verdict."""
        if self.exited or self.verdict is not None:
            return self.verdict
        everything = list(tree(self.box.pid))
        boxed = everything[self.box.ours :]
        self.cpu = max(self.cpu, sum(cpu(pid) for pid in everything))
        memory = self._memory(boxed, private)
        if memory > self.limits.memory:
            memory = self._memory(boxed, proportional)
        self.peak = max(self.peak, memory)
        self.wall = time.monotonic() - self.started
        if self.cpu > self.limits.cpu:
            self.verdict = "time_limit"
        elif memory > self.limits.memory:
            self.verdict = "memory_limit"
        elif sum(tasks(pid) for pid in boxed) > self.limits.processes:
            self.verdict = "process_limit"
        elif self.output > self.limits.output_flood:
            self.verdict = "output_limit"
        elif self.wall > self.limits.wall:
            self.verdict = "wall_limit"
        if self.verdict is not None:
            self.end()
        return self.verdict

    def _memory(self, boxed: list[int], size_of: Callable[[int], int]) -> int:
        return max(0, sum(size_of(pid) for pid in boxed) - self.box.inherited)

    @property
    def exited(self) -> bool:
        """Whether the box has ended by itself or been ended."""
        return self._has_ended(0.0)

    def end(self) -> None:
        """Kill everything in the box and wait for it. Safe to call twice."""
        while not self._has_ended(0.0):
            self.box.kill()
            self._has_ended(ENDING)

    def _has_ended(self, patience: float) -> bool:
        was_over = self.box.returncode is not None
        is_over = self.box.wait(patience)
        if is_over and not was_over:
            self.cpu = max(self.cpu, self.box.cpu)
            self.wall = time.monotonic() - self.started
        return is_over

    def usage(self) -> Usage:
        """What the box used until now."""
        return Usage(round(self.cpu * 1000), round(self.wall * 1000), -(-self.peak // MB))
