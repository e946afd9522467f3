"""Proof that a box works: it says hello if it is as closed as it must be."""

from __future__ import annotations

import os

from .job import limit_processes, read_job


def main() -> None:
    """Print hello, or what is open that should be closed."""
    read_job()
    limit_processes()
    open_doors = [path for path in ("/root", "/home", "/etc/passwd", "/var", "/proc/1/root/etc") if _is_open(path)]
    interfaces = [name for name in _interfaces() if name != "lo"]
    if os.getuid() == 0 or open_doors or interfaces:
        print(f"the box is not closed: uid {os.getuid()}, {open_doors}, {interfaces}")
    else:
        print("hello")


def _interfaces() -> list[str]:
    with open("/proc/net/dev", encoding="ascii") as stream:
        return [line.partition(":")[0].strip() for line in stream if ":" in line]


def _is_open(path: str) -> bool:
    return os.path.exists(path) and os.access(path, os.W_OK)
