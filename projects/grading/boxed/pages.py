"""Large pages for a process that forks often. A fork copies one entry for each page, and the child's end drops them
again: of a hundred megabytes in small pages these take longer than a small job."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

_LARGE = 2 << 20
_MADV_COLLAPSE = 25


def gather_pages() -> None:
    """Have the kernel put this process's own memory into large pages, where it can; a kernel that cannot changes nothing."""
    libc = ctypes.CDLL(None)
    libc.madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    for start, end in [*_own_memory()]:
        first, last = -(-start // _LARGE) * _LARGE, end // _LARGE * _LARGE
        if first < last:
            libc.madvise(first, last - first, _MADV_COLLAPSE)


def _own_memory() -> Iterator[tuple[int, int]]:
    """Where the heap and other writable memory without a file begins and ends."""
    with open("/proc/self/maps", encoding="utf-8") as stream:
        for line in stream:
            place, rights, _, _, _, *name = line.split()
            if rights == "rw-p" and name in ([], ["[heap]"]):
                start, end = place.split("-")
                yield int(start, 16), int(end, 16)
