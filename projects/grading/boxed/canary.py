"""A job that only looks around: what a forked box holds. Two canaries of one warm parent must say the same."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import threading

from .job import limit_processes, read_job

_STATUS = ("NoNewPrivs", "Seccomp", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")


def look() -> dict[str, object]:
    """What this process can see of itself, without anything that differs between two sound boxes."""
    with open("/proc/self/status", encoding="ascii") as stream:
        status = {name: value.strip() for name, _, value in (line.partition(":") for line in stream)}
    return {
        "status": {name: status.get(name, "") for name in _STATUS},
        "descriptors": sorted(int(name) for name in os.listdir("/proc/self/fd"))[:-1],
        "processes": sorted(int(name) for name in os.listdir("/proc") if name.isdigit()),
        "files": sorted(os.listdir("/tmp") + os.listdir(".") + os.listdir("/dev/shm")),
        "environment": sorted(os.environ),
        "missing": [path for path in (sys.prefix, os.__file__, __file__) if not os.path.exists(path)],
        "threads": threading.active_count(),
        "modules": hashlib.sha256("\n".join(sorted(sys.modules)).encode()).hexdigest(),
        "user": [os.getuid(), os.getgid(), *os.getgroups()],
    }


def main() -> None:
    """Entry point in the box."""
    read_job()
    limit_processes()
    print(json.dumps(look(), sort_keys=True), flush=True)
    os._exit(0)
