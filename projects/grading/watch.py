"""Measuring and ending a box from outside: CPU, memory and tasks of the whole tree below bubblewrap."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from .box import Box
from .errors import SystemFault
from .limits import MB, Limits
from .processes import cpu_and_tasks, private, proportional, tree
from .result import Usage, Verdict

LONGEST_END = 30.0


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
    over: bool = False

    def poll(self) -> Verdict | None:
        """Measure once; end the box if it is over a limit, and return the limit's verdict."""
        if self.exited or self.verdict is not None:
            return self.verdict
        everything = list(tree(self.box.pid))
        boxed = everything[self.box.ours :]
        used = [cpu_and_tasks(pid) for pid in everything]
        self.cpu = max(self.cpu, sum(seconds for seconds, _ in used))
        memory = self._memory(boxed)
        self.peak = max(self.peak, memory)
        self.wall = time.monotonic() - self.started
        if self.cpu > self.limits.cpu:
            self.verdict = "time_limit"
        elif memory > self.limits.memory:
            self.verdict = "memory_limit"
        elif sum(tasks for _, tasks in used[self.box.ours :]) > self.limits.processes:
            self.verdict = "process_limit"
        elif self.output > self.limits.output_flood:
            self.verdict = "output_limit"
        elif self.wall > self.limits.wall:
            self.verdict = "wall_limit"
        if self.verdict is not None:
            self.end()
        return self.verdict

    def _memory(self, boxed: list[int]) -> int:
        """Bytes that the job holds. What it shares with the warm parent that it was forked from is not its own, until it
        writes there and gets a copy: where that may decide, all that share are measured together, each page once. What
        is not the job's comes first: when some of it ends meanwhile, the shares of the others grow, and less is found.
        """
        held = sum(private(pid) for pid in boxed)
        if held > self.limits.memory:
            held = sum(proportional(pid) for pid in (*self.box.kin, *boxed))
        return max(0, held - self.box.inherited)

    @property
    def exited(self) -> bool:
        """Whether the box has ended by itself or been ended."""
        return self._note(self.box.wait())

    def end(self) -> None:
        """Kill everything in the box and wait for it. Safe to call twice. Raises ``SystemFault`` when it does not end."""
        if not self._note(self.box.end(LONGEST_END)):
            raise SystemFault("A box could not be ended.")

    def _note(self, over: bool) -> bool:
        if over and not self.over:
            self.over = True
            self.cpu = max(self.cpu, self.box.cpu)
            self.wall = time.monotonic() - self.started
        return over

    def usage(self) -> Usage:
        """What the box used until now."""
        return Usage(round(self.cpu * 1000), round(self.wall * 1000), -(-self.peak // MB))


def end_all(watches: Iterable[Watch]) -> None:
    """As :meth:`Watch.end` for each, all at the same time."""
    for watch in watches:
        if not watch.exited:
            watch.box.kill()
    for watch in watches:
        watch.end()
