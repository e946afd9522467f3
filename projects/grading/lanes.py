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
def use(lane: WarmLane) -> Iterator[WarmLane]:
    """Boxes of this thread are forked from ``lane``'s parents while the block runs."""
    token = _starter.set(lane.start)
    try:
        yield lane
    finally:
        _starter.reset(token)


@contextmanager
def warm() -> Iterator[WarmLane]:
    """As :func:`use`, with warm parents that live as long as the block."""
    with WarmLane() as lane, use(lane):
        yield lane


@contextmanager
def cold() -> Iterator[None]:
    """Every box of this thread is bubblewrap's own while the block runs."""
    token = _starter.set(start_box)
    try:
        yield
    finally:
        _starter.reset(token)
