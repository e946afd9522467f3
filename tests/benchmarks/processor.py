"""Processor time of running processes, from the kernel's nanosecond counters."""

import time
from pathlib import Path


def children_of(pids):
    """`pids` and everything below them now."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, waiting = set(), list(pids)
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting += parents.get(pid, [])
    return found


def cpu_seconds(pids):
    """Seconds of processor time that `pids` and their children have used so far."""
    total = 0
    for pid in children_of(pids):
        for schedstat in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            try:
                total += int(schedstat.read_text().split()[0])
            except (OSError, IndexError):
                continue
    return total / 1e9


class Meter:
    """Processor and wall seconds of the block, in `cpu` and `wall`."""

    def __init__(self, pids):
        self.pids = pids

    def __enter__(self):
        self._cpu, self._wall = cpu_seconds(self.pids), time.perf_counter()
        return self

    def __exit__(self, *_):
        self.cpu, self.wall = cpu_seconds(self.pids) - self._cpu, time.perf_counter() - self._wall
