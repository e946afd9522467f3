"""The grader process (zone 2): runs the instructor's test cells, hidden parts included, against the learner's box.

It never runs the learner's code. Every group starts at nothing; points come only from a test that this process
saw through to its end. What it finds goes to the supervisor by a pipe of its own (descriptor 4).
"""

from __future__ import annotations

import importlib
import io
import json
import math
import os
import random
import re
import secrets
import socket
import sys
from contextlib import suppress
from decimal import Decimal
from typing import Any

from .author import Told
from .bindings import CellNames, names_of
from .channel import SLOW, Channel, LearnerStopped, Manner
from .job import limit_processes, place_files, read_job
from .lifted import LiftedNamespace
from .proxy import RemoteError, words_of
from .shell import Ended, Shell, number_in

KEPT_OUTPUT = 1 << 20


class Capped(io.StringIO):
    """The tests' own output: kept for tests that read it back, never shown."""

    def write(self, text: str) -> int:
        return super().write(text) if self.tell() < KEPT_OUTPUT else len(text)


class Grader:
    """Grades one run: ``cells`` in order, each either run in the learner's box or tested."""

    def __init__(self, job: dict[str, Any], sock: socket.socket, report: Any) -> None:
        self._cells: list[dict[str, Any]] = job["cells"]
        self._report = report
        self._names = LiftedNamespace()
        self._names["__seed__"] = job["seed"]
        self._channel = Channel(sock, job["wall"], self._names.own_function)
        self._shell = Shell(self._names)
        self._trouble: dict[str, dict[str, Any]] = {}
        self._clean = False
        """Whether the last test was seen through, and no call of the learner's changed its arguments."""

    def run(self) -> None:
        """Grade every cell, then report. Raises only when the grader itself is broken."""
        groups: list[dict[str, Any]] = []
        try:
            if self._channel.receive().get("r") != "hello":
                raise SystemExit("the learner's box did not say hello")
        except LearnerStopped:
            self._tell({"event": "no_hello"})
            return
        self._tell({"event": "hello"})
        self._names.connect(self._channel)
        sys.stdout = Capped()
        for number, cell in enumerate(self._cells):
            if cell["staff"] and not cell["test"]:
                self._prepare(cell)
                continue
            if cell["test"]:
                self._tell({"event": "test", "id": cell["id"]})
                groups.append(self._test(number, cell))
            self._run_in_box(number, cell)
        stopped = self._channel.stopped
        self._tell({"event": "result", "groups": groups, "stopped": stopped and stopped.verdict,
                    "message": stopped.message if stopped else "", "trouble": self._trouble})  # fmt: skip

    def _tell(self, event: dict[str, Any]) -> None:
        self._report.write(json.dumps(event).encode() + b"\n")
        self._report.flush()

    def _prepare(self, cell: dict[str, Any]) -> None:
        """A ``%%grader`` cell without points: what it binds is the tests' own. Its failure is the tests' failure,
        unless the learner's code caused it: then the tests that need it fail."""
        error = self._run_here(cell).error
        if error is None or self._channel.stopped is not None or hasattr(error, "learner_raised"):
            return
        if not (isinstance(error, NameError) and error.name in self._names.missing):
            raise SystemExit(f"A %%grader cell failed: {type(error).__name__}: {words_of(error)}")

    def _run_here(self, cell: dict[str, Any]) -> Ended:
        """Run a test or ``%%grader`` cell, with a standard output of its own."""
        sys.stdout = Capped()
        ended = self._shell.run(cell["full"], "<test>")
        sys.stdout = Capped()
        if ended.error is not None:
            self._names.withhold(cell["full"])
        return ended

    def _run_in_box(self, number: int, cell: dict[str, Any]) -> None:
        """Run a cell in the learner's box, a test cell's visible part if that is wanted (:mod:`..second_run`); while it
        runs, read it, and load what the tests need.
        """
        wanted = cell["second_run"] == "always" or (cell["second_run"] == "unless_clean" and not self._clean)
        with suppress(LearnerStopped):
            if wanted:
                self._channel.send({"op": "run_cell", "i": number})
        names = names_of(cell["source"], with_functions=not cell["solution"])
        names.bound |= set(cell.get("names", ()))
        with suppress(LearnerStopped):
            if wanted:
                self._preload(names)
                error = self._channel.reply().get("error")
                if isinstance(error, dict) and not cell["test"]:
                    self._note(cell, names, error)
        self._names.learn(names, is_test=cell["test"])

    def _preload(self, names: CellNames) -> None:
        """Import modules the tests will use while the learner's box is busy importing its own."""
        for name, statement in names.provided.items():
            module = getattr(statement, "module", None) or (
                statement.names[0].name if hasattr(statement, "names") else None
            )
            if module and any(re.search(rf"\b{name}\b", cell["full"]) for cell in self._cells):
                try:
                    importlib.import_module(module)
                except ImportError:
                    continue

    def _note(self, cell: dict[str, Any], names: CellNames, error: dict[str, Any]) -> None:
        """Remember that a cell failed, so that a missing name can be explained by it."""
        words = f"{str(error.get('type'))[:100]}: {str(error.get('msg'))[:500]}".removesuffix(": ")
        message = f"{words} (in the cell {cell['id']})" if cell["id"] else words
        is_module = "names" in cell  # which may bind more than the names that are known here
        is_syntax = is_module and error.get("type") in ("SyntaxError", "IndentationError", "TabError")
        compiled = error.get("compiled") is not False and not is_syntax
        trouble = {"verdict": "runtime_error" if compiled else "compile_error", "message": message, "id": cell["id"]}
        for name in [*names.bound, *(["*"] if is_module else [])]:
            self._trouble[name] = trouble

    def _test(self, number: int, cell: dict[str, Any]) -> dict[str, Any]:
        """One graded cell: 0 unless the whole cell ran to its end without an error."""
        group: dict[str, Any] = {
            "id": cell["id"],
            "score": "0",
            "verdict": "failed",
            "type": "",
            "message": "",
            "line": 0,
        }
        group["stopped"] = self._clean = False
        if self._channel.stopped is not None:
            return {**group, "stopped": True, "message": self._channel.stopped.message}
        if not cell["lifted"]:
            return self._test_in_kernel(cell, group)
        self._names.missing.clear()
        self._channel.seconds = cell.get("seconds", 0)
        manner = self._channel.manner = _manner(cell)
        ended = self._run_here(cell)
        group.update(objects=sorted(manner.seen_objects), changes=sorted(manner.seen_changes))
        if self._channel.stopped is not None:
            return {**group, "stopped": True, "message": self._channel.stopped.message}
        if ended.error is not None:
            return {**group, **self._explain(ended)}
        self._clean = not manner.touched
        note = str(self._names.pop("__note__", ""))[:200] if cell["staff"] else ""
        return {**group, "score": _score(ended.value, Decimal(cell["points"])), "verdict": "passed", "note": note}

    def _explain(self, ended: Ended) -> dict[str, Any]:
        """Why a lifted test failed, from what it raised."""
        error = ended.error
        if not ended.compiled or isinstance(error, (SystemExit, KeyboardInterrupt)):
            return {"verdict": "grader_error", "type": type(error).__name__, "message": words_of(error)[:500]}
        found: dict[str, Any] = {
            "type": type(error).__name__,
            "message": words_of(error)[:2000],
            "line": _line_of(error),
        }
        raised = getattr(error, "learner_raised", None)
        if raised is not None:
            found["type"] = raised if isinstance(error, RemoteError) else found["type"]
            return {**found, "verdict": _learner_verdict(found["type"], found["message"])}
        if isinstance(error, Told):
            return {**found, "verdict": "failed", "explained": True}
        name = getattr(error, "name", None)
        if isinstance(error, NameError) and name in self._names.missing:
            trouble = self._trouble.get(str(name)) or self._trouble.get("*") or _not_there(str(name))
            why = {"verdict": trouble["verdict"], "message": trouble["message"]}
            return {**found, **why, "type": "NameError", "explained": True}
        return found

    def _test_in_kernel(self, cell: dict[str, Any], group: dict[str, Any]) -> dict[str, Any]:
        """The weaker way, for cells that were published as such: run beside the learner's code."""
        nonce = secrets.token_hex(16)
        try:
            reply = self._channel.request({"op": "run_test", "source": cell["full"], "nonce": nonce})
        except LearnerStopped as stopped:
            return {**group, "stopped": True, "message": stopped.message}
        error = reply.get("error")
        if reply.get("r") == "done" and error is None and reply.get("nonce") == nonce:
            partial = reply.get("partial")
            with suppress(ValueError):
                value = float(partial) if isinstance(partial, str) and len(partial) < 40 else None
                return {**group, "score": _score(value, Decimal(cell["points"])), "verdict": "passed"}
        if not isinstance(error, dict):
            return {**group, "verdict": "protocol_error", "message": "The answers of your code could not be read."}
        kind, message = str(error.get("type"))[:100], str(error.get("msg"))[:2000]
        line = reply.get("line") if type(reply.get("line")) is int else 0
        verdict = "failed" if kind == "AssertionError" else _learner_verdict(kind, message)
        return {**group, "verdict": verdict, "type": kind, "message": message, "line": line}


def _manner(cell: dict[str, Any]) -> Manner:
    objects, changes = cell["objects"], cell["changes"]
    if objects is None or changes is None:
        return Manner()
    return Manner(frozenset(objects), frozenset(changes))


def _not_there(name: str) -> dict[str, Any]:
    return {"verdict": "missing_target", "message": f"{name} is not defined."}


def _learner_verdict(kind: str, message: str) -> str:
    if kind == "TimeoutError" and message.startswith(SLOW):
        return "time_limit"
    if kind == "MemoryError" or "ArrayMemoryError" in kind:
        return "memory_limit"
    if kind == "BlockingIOError" or "can't start new thread" in message:
        return "process_limit"
    return "failed" if kind == "AssertionError" else "runtime_error"


def _score(value: Any, points: Decimal) -> str:
    """Points for a test cell that ran to its end: all, or its last value when that is a number (partial credit),
    never above ``points``. A negative or non-finite number earns nothing."""
    try:
        number = number_in(value)
    except BaseException:  # a learner's object that says it is a number, and then does not say which
        return "0"
    if number is None:
        return str(points)
    if not math.isfinite(number) or number < 0:
        return "0"
    return str(min(points, Decimal(repr(number))))


def _line_of(error: BaseException | None) -> int:
    """The line of the test cell at whose top level ``error`` arose."""
    trace = error.__traceback__ if error else None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<test>":
            return trace.tb_lineno
        trace = trace.tb_next
    return 0


def main() -> None:
    """Entry point in the box: descriptor 3 is the socket to the learner's box, 4 the pipe to the supervisor."""
    job, files = read_job()
    limit_processes()
    place_files(files)
    sys.path[:0] = [os.getcwd()]
    os.closerange(5, 512)
    random.seed(job["seed"])
    if "numpy" in job["modules"]:
        importlib.import_module("numpy").random.seed(job["seed"] % (1 << 32))
    with os.fdopen(4, "wb") as report:
        Grader(job, socket.socket(fileno=3), report).run()
        report.flush()
    os._exit(0)
