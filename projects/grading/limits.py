"""What one run may use. Sizes are bytes, times are seconds; all are enforced from outside the box."""

from __future__ import annotations

from dataclasses import dataclass, replace

KB = 1024
MB = 1024 * KB


@dataclass(frozen=True)
class Limits:
    """Ceilings of one box.

    ``output`` is what is kept of stdout and stderr together; a box that writes 16 times as much is stopped.
    ``processes`` counts threads too, as the kernel does. ``tmpfs`` is the size of each writable directory.
    """

    cpu: float
    wall: float
    memory: int
    processes: int
    file_size: int
    tmpfs: int
    output: int

    @property
    def output_flood(self) -> int:
        """Bytes written to stdout and stderr after which the run is stopped with ``output_limit``."""
        return self.output * 16


FUNCTION = Limits(cpu=5, wall=20, memory=512 * MB, processes=16, file_size=16 * MB, tmpfs=64 * MB, output=64 * KB)
NOTEBOOK = Limits(cpu=60, wall=120, memory=1024 * MB, processes=32, file_size=64 * MB, tmpfs=256 * MB, output=256 * KB)
PROJECT = Limits(cpu=300, wall=600, memory=2048 * MB, processes=64, file_size=256 * MB, tmpfs=1024 * MB, output=MB)

# The grader process runs the staff's tests. Passing these is a grader error, never a learner's verdict.
GRADER = Limits(cpu=120, wall=180, memory=2048 * MB, processes=32, file_size=64 * MB, tmpfs=256 * MB, output=256 * KB)

# A warm parent runs no job itself, but a child's limits cannot exceed its parent's.
WARM_PARENT = replace(PROJECT, cpu=24 * 3600, memory=4096 * MB)

MAX_NOTEBOOK_BYTES = 5 * MB
MAX_PACKED_BYTES = 50 * MB
MAX_UNPACKED_BYTES = 500 * MB
MAX_ARCHIVE_FILES = 5000
MAX_RATIO = 100
