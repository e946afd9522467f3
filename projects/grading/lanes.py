"""Which way boxes are started: cold, each by bubblewrap of its own, or warm, forked from a parent that waits for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from .box import Box, BoxSpec, start_box
from .runtime import Runtime
from .warm import WarmLane

Starter = Callable[[BoxSpec, Runtime, int, int, int], Box]
_starter: ContextVar[Starter] = ContextVar("starter", default=start_box)


def start(spec: BoxSpec, runtime: Runtime, stdin: int, stdout: int, stderr: int) -> Box:
    """Start a box in this thread's lane; see :func:`projects.grading.box.start_box`."""
    return _starter.get()(spec, runtime, stdin, stdout, stderr)


@contextmanager
def warm(lane: WarmLane | None = None) -> Iterator[WarmLane]:
    """Boxes of this thread are forked from warm parents while the block runs."""
    with lane or WarmLane() as lane:
        token = _starter.set(lane.start)
        try:
            yield lane
        finally:
            _starter.reset(token)
