"""What the kernel says about processes, read from /proc of the host; and ending them."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

_TICK = os.sysconf("SC_CLK_TCK")


def kill(pids: list[int]) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue


def tree(pid: int) -> Iterator[int]:
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


def cpu_and_tasks(pid: int) -> tuple[float, int]:
    """Seconds of CPU of a process and the children it has waited for; and how many threads it has."""
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    if len(fields) < 18:
        return 0.0, 0
    return sum(int(value) for value in fields[11:15]) / _TICK, int(fields[17])


def private(pid: int) -> int:
    """Resident bytes of a process that are not file pages."""
    status = _read(f"/proc/{pid}/status")
    return sum(
        int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith(("RssAnon:", "RssShmem:"))
    )


def proportional(pid: int) -> int:
    """As :func:`private`, with shared pages divided among their users, where the kernel tells."""
    lines = _read(f"/proc/{pid}/smaps_rollup").splitlines()
    sizes = [int(line.split()[1]) * 1024 for line in lines if line.startswith(("Pss_Anon:", "Pss_Shmem:"))]
    return sum(sizes) if sizes else private(pid)


def _read(path: str) -> str:
    try:
        with open(path, encoding="ascii", errors="replace") as stream:
            return stream.read()
    except OSError:
        return ""
