"""Measuring and ending a box from outside: CPU, memory and tasks of the whole tree below bubblewrap."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from .limits import MB, Limits
from .result import Usage, Verdict

_TICK = os.sysconf("SC_CLK_TCK")
ENDING = 5.0


@dataclass
class Watch:
    """One running box. ``verdict`` is the first limit it broke, or None."""

    process: subprocess.Popen[bytes]
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
        tree = list(_tree(self.process.pid))
        boxed = tree[2:]  # bubblewrap and the box's init are ours
        self.cpu = max(self.cpu, sum(_cpu(pid) for pid in tree))
        memory = sum(_private(pid) for pid in boxed)
        if memory > self.limits.memory:
            memory = sum(_proportional(pid) for pid in boxed)
        self.peak = max(self.peak, memory)
        self.wall = time.monotonic() - self.started
        if self.cpu > self.limits.cpu:
            self.verdict = "time_limit"
        elif memory > self.limits.memory:
            self.verdict = "memory_limit"
        elif sum(_tasks(pid) for pid in boxed) > self.limits.processes:
            self.verdict = "process_limit"
        elif self.output > self.limits.output_flood:
            self.verdict = "output_limit"
        elif self.wall > self.limits.wall:
            self.verdict = "wall_limit"
        if self.verdict is not None:
            self.end()
        return self.verdict

    @property
    def exited(self) -> bool:
        """Whether the box has ended by itself or been ended."""
        return self._reap(os.WNOHANG)

    def end(self) -> None:
        """Kill everything in the box and wait for it. Safe to call twice."""
        if self._reap(os.WNOHANG):
            return
        outer, *inner = _tree(self.process.pid)
        _kill(inner)  # the box's init takes all of the box with it, and only then does bubblewrap end
        patience = time.monotonic() + (ENDING if inner else 0)
        while not self._reap(os.WNOHANG):
            if time.monotonic() > patience:
                _kill([outer, *_tree(outer)])
                self._reap(0)
                return
            time.sleep(0.002)

    def _reap(self, flags: int) -> bool:
        """Wait for bubblewrap, whose resource usage includes all that ran in the box."""
        if self.process.returncode is None:
            try:
                pid, status, usage = os.wait4(self.process.pid, flags)
            except ChildProcessError:  # somebody else waited for it
                self.process.returncode = 0
                return True
            if pid == 0:
                return False
            self.process.returncode = os.waitstatus_to_exitcode(status)
            self.cpu = max(self.cpu, usage.ru_utime + usage.ru_stime)
            self.wall = time.monotonic() - self.started
        return True

    def usage(self) -> Usage:
        """What the box used until now."""
        return Usage(round(self.cpu * 1000), round(self.wall * 1000), -(-self.peak // MB))


def _kill(pids: list[int]) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue


def _tree(pid: int) -> Iterator[int]:
    """``pid`` and all below it, parents first."""
    waiting = [pid]
    while waiting:
        found = waiting.pop(0)
        yield found
        try:
            tasks = os.listdir(f"/proc/{found}/task")
        except OSError:
            continue
        for task in tasks:
            waiting += [int(child) for child in _read(f"/proc/{found}/task/{task}/children").split()]


def _cpu(pid: int) -> float:
    """Seconds of CPU of a process and the children it has waited for."""
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return sum(int(value) for value in fields[11:15]) / _TICK if len(fields) > 14 else 0.0


def _tasks(pid: int) -> int:
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return int(fields[17]) if len(fields) > 17 else 0


def _private(pid: int) -> int:
    """Resident bytes of a process that are not file pages."""
    fields = _read(f"/proc/{pid}/statm").split()
    if len(fields) < 3:
        return 0
    status = _read(f"/proc/{pid}/status")
    return sum(
        int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith(("RssAnon:", "RssShmem:"))
    )


def _proportional(pid: int) -> int:
    """As :func:`_private`, with shared pages divided among their users, where the kernel tells."""
    lines = _read(f"/proc/{pid}/smaps_rollup").splitlines()
    sizes = [int(line.split()[1]) * 1024 for line in lines if line.startswith(("Pss_Anon:", "Pss_Shmem:"))]
    return sum(sizes) if sizes else _private(pid)


def _read(path: str) -> str:
    try:
        with open(path, encoding="ascii", errors="replace") as stream:
            return stream.read()
    except OSError:
        return ""
