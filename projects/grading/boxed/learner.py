"""The learner's box (zone 3): runs the learner's cells and answers the grader's requests.

Nothing here is a secret or protects a mark. The learner's code shares this process and may change all of it; the
grader process takes every reply as a mere answer.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import random
import signal
import socket
import sys
import types
from collections.abc import Iterator
from typing import Any

from .channel import SLOW
from .codec import Decoder, Encoder
from .job import limit_processes, place_files, read_job
from .shell import Ended, Shell, number_in
from .wire import Closed, FrameTooBig, ProtocolError, dumps, receive_frame, send_frame

KEPT_OUTPUT = 65536
MESSAGE = 2000


class Tee(io.TextIOBase):
    """Standard output that also remembers what was printed during the current request."""

    def __init__(self, descriptor: int) -> None:
        self._raw = os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace", closefd=False)
        self.encoding_name = "utf-8"
        self.kept: list[str] = []
        self._size = 0

    def write(self, text: str) -> int:
        self._raw.write(text)
        if self._size < KEPT_OUTPUT:
            self.kept.append(text[: KEPT_OUTPUT - self._size])
            self._size += len(text)
        return len(text)

    def flush(self) -> None:
        self._raw.flush()

    def fileno(self) -> int:
        return self._raw.fileno()

    def writable(self) -> bool:
        return True

    def take(self) -> str:
        """What was kept since the last call."""
        self._raw.flush()
        text = "".join(self.kept)
        self.kept, self._size = [], 0
        return text


class Learner:
    """Serves requests over ``sock`` against one namespace."""

    def __init__(self, sock: socket.socket, cells: list[str], seed: int) -> None:
        self._sock = sock
        self._cells = cells
        self._seed = seed
        self._handles: list[Any] = []
        module = types.ModuleType("__main__")
        sys.modules["__main__"] = module
        self._names = module.__dict__
        self._shell = Shell(self._names)
        self._stdout = Tee(1)
        sys.stdout = self._stdout

    def serve(self, modules: list[str]) -> None:
        """Answer until the grader hangs up. ``modules`` are loaded first, while the grader loads its own.

        Files beside the notebook can be imported only after the hello: until then, no code of the learner's has run.
        """
        try:
            send_frame(self._sock, {"r": "hello"})
            sys.path[:0] = [os.getcwd()]
            self._load(modules)
            while True:
                self._send(self._answer(receive_frame(self._sock)))
        except (Closed, ProtocolError, OSError):
            os._exit(0)

    def _load(self, modules: list[str]) -> None:
        for name in modules:
            if name in _HEAVY:
                importlib.import_module(name)
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed(self._seed)

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        self._stdout.take()
        try:
            reply = getattr(self, f"_op_{request['op']}")(request)
        except BaseException as error:  # the learner's code may raise anything; that is the answer
            reply = {"r": "exc", **_describe(error)}
        reply["out"] = self._stdout.take()
        return dict(reply)

    def _send(self, reply: dict[str, Any]) -> None:
        try:
            send_frame(self._sock, reply)
        except (FrameTooBig, ValueError, TypeError, RecursionError):
            send_frame(self._sock, {"r": "exc", "type": "ValueError", "mro": [], "msg": "the answer is too big"})

    def _op_run_cell(self, request: dict[str, Any]) -> dict[str, Any]:
        number = request["i"]
        return self._ended(self._shell.run(self._cells[number], f"<cell {number + 1}>"))

    def _op_run_test(self, request: dict[str, Any]) -> dict[str, Any]:
        """An in-kernel test: positive only with the nonce that came with this very request."""
        ended = self._shell.run(request["source"], "<test>")
        reply = self._ended(ended)
        if ended.error is None:
            number = number_in(ended.value)
            reply.update(nonce=request["nonce"], partial=None if number is None else repr(number))
        else:
            reply["line"] = _line_of(ended.error, "<test>")
        return reply

    def _ended(self, ended: Ended) -> dict[str, Any]:
        if ended.error is None:
            if ended.value is not None:
                self._show(ended.value)
            return {"r": "done", "error": None}
        return {"r": "done", "error": {**_describe(ended.error), "compiled": ended.compiled}}

    def _show(self, value: Any) -> None:
        try:
            text = repr(value)
        except Exception:
            return
        print(text[:KEPT_OUTPUT])

    def _op_get(self, request: dict[str, Any]) -> dict[str, Any]:
        name = request["name"]
        if name not in self._names:
            return {"r": "missing"}
        return self._value(self._names[name])

    def _op_has(self, request: dict[str, Any]) -> dict[str, Any]:
        return self._value(request["name"] in self._names)

    def _op_attr(self, request: dict[str, Any]) -> dict[str, Any]:
        return self._value(getattr(self._handles[request["id"]], request["name"]))

    def _op_text(self, request: dict[str, Any]) -> dict[str, Any]:
        value = self._handles[request["id"]]
        return self._value(repr(value) if request["repr"] else str(value))

    def _op_item(self, request: dict[str, Any]) -> dict[str, Any]:
        return self._value(self._handles[request["id"]][self._decode(request["key"])])

    def _op_len(self, request: dict[str, Any]) -> dict[str, Any]:
        return self._value(len(self._handles[request["id"]]))

    def _op_iter(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"r": "value", "v": self._handle(iter(self._handles[request["id"]]))}

    def _op_next(self, request: dict[str, Any]) -> dict[str, Any]:
        for value in self._handles[request["id"]]:
            return self._value(value)
        return {"r": "stop"}

    def _op_plain(self, request: dict[str, Any]) -> dict[str, Any]:
        """The content of a list, dict or the like whose class the notebook defines."""
        value = self._handles[request["id"]]
        if not isinstance(value, _PLAIN):
            return {"r": "missing"}
        return {"r": "value", "v": Encoder(self._handle).encode(value)}

    def _op_await(self, request: dict[str, Any]) -> dict[str, Any]:
        return self._value(self._shell.wait_for(self._handles[request["id"]]))

    def _op_call(self, request: dict[str, Any]) -> dict[str, Any]:
        arguments = [self._decode(item) for item in request["args"]]
        keywords = {name: self._decode(item) for name, item in request["kwargs"]}
        with _in_time(request.get("seconds")):
            reply = self._value(self._handles[request["id"]](*arguments, **keywords))
        changed = []
        for position, (item, sent) in enumerate(zip(arguments, request["args"], strict=True)):
            if isinstance(sent, list) or (isinstance(sent, dict) and sent.get("t") in _MUTABLE):
                now = self._encode(item)
                if now != sent:
                    changed.append([position, now])
        if changed:
            reply["changed"] = changed
        return reply

    def _value(self, value: Any) -> dict[str, Any]:
        return {"r": "value", "v": self._encode(value)}

    def _encode(self, value: Any) -> Any:
        try:
            data = Encoder(self._handle, own_classes=True).encode(value)
            dumps(data)
            return data
        except Exception:  # too big, too deep, or a class that fights back: the grader gets a handle instead
            return self._handle(value)

    def _handle(self, value: Any) -> dict[str, Any]:
        self._handles.append(value)
        classes = [[str(base.__module__), str(base.__qualname__)] for base in type(value).__mro__[:16]]
        return {"t": "handle", "id": len(self._handles) - 1, "mro": classes}

    def _decode(self, data: Any) -> Any:
        return Decoder(self._special).decode(data)

    def _special(self, tag: str, data: dict[str, Any]) -> Any:
        if tag == "ref":
            return self._handles[data["id"]]
        if tag == "name":
            return self._names[data["v"]]
        if tag == "import":
            found: Any = importlib.import_module(data["m"])
            for part in data["q"].split("."):
                found = getattr(found, part)
            return found
        if tag == "callback":
            return lambda *arguments: self._call_back(data["id"], arguments)
        raise ProtocolError(tag)

    def _call_back(self, number: int, arguments: tuple[Any, ...]) -> Any:
        """Call a function that lives in the grader, answering what it asks meanwhile."""
        send_frame(self._sock, {"r": "callback", "id": number, "args": [self._encode(item) for item in arguments]})
        while True:
            request = receive_frame(self._sock)
            if request["op"] == "return":
                return self._decode(request["v"])
            if request["op"] == "raise":
                raise getattr(importlib.import_module("builtins"), request["type"])(request["msg"])
            self._send(self._answer(request))


@contextlib.contextmanager
def _in_time(seconds: float | None) -> Iterator[None]:
    """Raise ``TimeoutError`` in the block after so many seconds. Code that prevents it is ended from outside."""

    def ring(*_: Any) -> None:
        raise TimeoutError(f"{SLOW} {seconds:g} s")

    if not seconds:
        yield
        return
    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


_HEAVY = frozenset({"numpy", "pandas", "scipy", "sklearn", "matplotlib"})
_PLAIN = (list, tuple, dict, set, frozenset, str, bytes, int, float)
_MUTABLE = frozenset({"dict", "set", "ndarray", "series", "frame", "tuple"})  # a tuple for what is in it


def _describe(error: BaseException) -> dict[str, Any]:
    try:
        message = str(error)[:MESSAGE]
    except Exception:
        message = ""
    classes = [[str(base.__module__), str(base.__qualname__)] for base in type(error).__mro__[:16]]
    return {"type": str(type(error).__name__)[:100], "mro": classes, "msg": message}


def _line_of(error: BaseException, name: str) -> int:
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == name:
            return trace.tb_lineno
        trace = trace.tb_next
    return 0


def main() -> None:
    """Entry point in the box: descriptor 3 is the socket to the grader."""
    job, files = read_job()
    limit_processes()
    place_files(files)
    sock = socket.socket(fileno=3)
    os.register_at_fork(after_in_child=sock.close)
    os.closerange(4, 512)
    random.seed(job["seed"])
    Learner(sock, job["cells"], job["seed"]).serve(job["modules"])
