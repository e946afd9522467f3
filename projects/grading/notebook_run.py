"""One notebook graded: two boxes, started together and joined by a socket, watched to their end."""

from __future__ import annotations

import hashlib
import json
import os
import selectors
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

from . import lanes
from .box import BoxSpec
from .boxed.job import write_job
from .errors import BoxUnavailable, Stopped, SystemFault
from .limits import GRADER, Limits
from .plan import Plan
from .result import Usage, Verdict
from .runtime import Runtime
from .watch import Watch, end_all

POLL = 0.025
STARTUP = 60.0
MAX_REPORT = 32 << 20


@dataclass
class RunReport:
    """What came of a run: the grader's own report (None when it failed), and how the learner's box ended."""

    groups: list[dict[str, Any]] | None = None
    stopped: Verdict | None = None
    message: str = ""
    usage: Usage = field(default_factory=Usage)
    fault: str = ""


@dataclass
class _Pipes:
    """Descriptors this process reads, how many tests there are, and what it has read."""

    report: int
    grader_text: int
    learner_text: int
    tests: int
    lines: bytearray = field(default_factory=bytearray)
    said: dict[int, bytearray] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    closed: bool = False


def run_notebook(
    plan: Plan,
    learner_files: Mapping[str, bytes],
    grader_files: Mapping[str, bytes],
    *,
    runtime: Runtime,
    seed: int,
    limits: Limits,
    on_progress: Callable[[str], None],
    should_stop: Callable[[], bool],
) -> RunReport:
    """Run ``plan`` and return what the grader found.

    Raises ``BoxUnavailable`` when a box could not be built, ``Stopped`` when ``should_stop`` said so, and
    ``SystemFault`` when the engine's own code did not start, or was ended by something other than the job.
    """
    grader_job = {"cells": plan.grader_cells, "wall": limits.wall, "seed": seed, "modules": plan.grader_modules}
    learner_job = {"cells": plan.learner_cells, "seed": learner_seed(seed), "modules": plan.modules}
    with ExitStack() as stack:
        ours, theirs = socket.socketpair()
        report, report_end = os.pipe()
        grader_text, grader_text_end = os.pipe()
        learner_text, learner_text_end = os.pipe()
        for descriptor in (report, grader_text, learner_text):
            stack.callback(os.close, descriptor)
        with ExitStack() as given:
            for descriptor in (report_end, grader_text_end, learner_text_end):
                given.callback(os.close, descriptor)
            given.enter_context(ours)
            given.enter_context(theirs)
            learner = _start(given, learner_job, learner_files, runtime, learner_text_end,
                             BoxSpec("learner", "learner", limits, [theirs.fileno()]))  # fmt: skip
            stack.callback(learner.end)
            grader = _start(given, grader_job, grader_files, runtime, grader_text_end,
                            BoxSpec("grader", "grader", _grader_limits(limits), [ours.fileno(), report_end]))  # fmt: skip
            stack.callback(grader.end)
        learner.limits = replace(limits, wall=limits.wall + 5)  # the grader's own clock comes first
        pipes = _Pipes(report, grader_text, learner_text, len(plan.tests))
        _follow(pipes, learner, grader, on_progress, should_stop)
        return _conclude(pipes, learner, grader)


def _start(given: ExitStack, job: Any, files: Any, runtime: Runtime, text: int, spec: BoxSpec) -> Watch:
    """Start a box whose job is in an anonymous file, so that nothing of it ever has a name on disk."""
    stream = given.enter_context(os.fdopen(os.memfd_create(spec.zone), "w+b"))
    write_job(stream, job, files)
    stream.seek(0)
    reader = os.open(f"/proc/self/fd/{stream.fileno()}", os.O_RDONLY)
    given.callback(os.close, reader)
    return Watch(lanes.start(spec, runtime, reader, text, text), spec.limits)


def _grader_limits(limits: Limits) -> Limits:
    """The grader waits for the learner's box, and may then go on for as long again as its own limit allows."""
    return replace(GRADER, wall=limits.wall + GRADER.wall)


def learner_seed(seed: int) -> int:
    """A seed for the learner's box that tells nothing about the one the tests draw from."""
    return int.from_bytes(hashlib.sha256(f"learner:{seed}".encode()).digest()[:4])


def _follow(
    pipes: _Pipes,
    learner: Watch,
    grader: Watch,
    on_progress: Callable[[str], None],
    should_stop: Callable[[], bool],
) -> None:
    """Read and watch until the grader has reported or is gone."""
    with selectors.DefaultSelector() as selector:
        for descriptor in (pipes.report, pipes.grader_text, pipes.learner_text):
            os.set_blocking(descriptor, False)
            selector.register(descriptor, selectors.EVENT_READ)
            pipes.said[descriptor] = bytearray()
        measured = 0.0
        while not pipes.closed and not any(event["event"] == "result" for event in pipes.events):
            for key, _ in selector.select(POLL):
                _read(pipes, int(key.fd), selector, learner, on_progress)
            if time.monotonic() - measured >= POLL:
                measured = time.monotonic()
                learner.poll()
                if grader.poll() is not None:
                    return
            if should_stop():
                raise Stopped("The run was stopped before its end.")


def _read(
    pipes: _Pipes,
    descriptor: int,
    selector: selectors.BaseSelector,
    learner: Watch,
    on_progress: Callable[[str], None],
) -> None:
    data = os.read(descriptor, 1 << 16)
    if not data:
        selector.unregister(descriptor)
        pipes.closed = pipes.closed or descriptor == pipes.report
        return
    if descriptor != pipes.report:
        if descriptor == pipes.learner_text:
            learner.output += len(data)
        kept = pipes.said[descriptor]
        kept += data[: max(0, (64 << 10) - len(kept))]
        return
    pipes.lines += data
    if len(pipes.lines) > MAX_REPORT:
        raise SystemFault("The grader's report is too long.")
    while b"\n" in pipes.lines:
        line, _, rest = pipes.lines.partition(b"\n")
        pipes.lines = bytearray(rest)
        event = json.loads(line)
        pipes.events.append(event)
        if event["event"] == "test":
            done = sum(one["event"] == "test" for one in pipes.events)
            on_progress(f"Check {done} of {pipes.tests}: {event['id']}")


def _conclude(pipes: _Pipes, learner: Watch, grader: Watch) -> RunReport:
    learner_was = learner.box.returncode if learner.exited and learner.verdict is None else None
    end_all([learner, grader])
    events = {event["event"]: event for event in pipes.events}
    if "hello" not in events:
        _explain_no_start(pipes, learner, grader)
    result = events.get("result")
    if (result is None and grader.box.lost) or (learner.box.lost and (result is None or result["stopped"] is not None)):
        raise SystemFault("What had started the boxes ended in the middle of the run, and the boxes with it.")
    usage = learner.usage()
    if result is None:
        cause = grader.verdict or f"exit status {grader.box.returncode}"
        text = bytes(pipes.said[pipes.grader_text]).decode("utf-8", "replace")
        return RunReport(
            usage=usage, stopped=learner.verdict, fault=f"The grader process failed ({cause}). {text[-2000:]}"
        )
    stopped = result["stopped"]
    message = result["message"]
    if stopped is not None:
        stopped = learner.verdict or _cause_of_exit(learner_was) or stopped
    return RunReport(result["groups"], stopped, message, usage)


def _cause_of_exit(status: int | None) -> Verdict | None:
    """What the exit status of a box that ended by itself says: the kernel's CPU limit, or its memory killer."""
    if status in (128 + 24, -24):
        return "time_limit"
    return "memory_limit" if status in (128 + 9, -9) else None


def _explain_no_start(pipes: _Pipes, learner: Watch, grader: Watch) -> None:
    """Raise what kept the boxes from starting. Called before any learner's code has run, so their words are ours."""
    for descriptor in (pipes.learner_text, pipes.grader_text):
        try:
            pipes.said[descriptor] += os.read(descriptor, 1 << 16)
        except OSError:
            continue
    words = b"".join(bytes(pipes.said[fd]) for fd in (pipes.learner_text, pipes.grader_text)).decode("utf-8", "replace")
    for line in words.splitlines():
        if line.startswith(("bwrap:", "launcher:")):
            raise BoxUnavailable(f"The box could not be built: {line}.", "Run: python -m projects.grading doctor")
    raise SystemFault(f"The boxed processes did not start: {words[-1000:].strip() or 'no reason given'}")
