"""The grader's end of the pipe to the learner's box: requests, answers as plain values, and what may go wrong.

An answer is data. It is decoded to base types; anything else becomes a :class:`Proxy`.
"""

from __future__ import annotations

import builtins
import socket
import sys
import time
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from .codec import MAX_DEPTH, Decoder, Encoder, expect
from .proxy import Missing, Proxy, known_class, local_exception, lookup, words_of
from .wire import Closed, FrameTooBig, ProtocolError, receive_frame, send_frame

SLOW = "one call took more than"


class LearnerStopped(BaseException):
    """The learner's box can no longer answer. ``verdict`` says why; it is final for the run."""

    def __init__(self, verdict: str, message: str) -> None:
        super().__init__(message)
        self.verdict = verdict
        self.message = message


@dataclass
class Manner:
    """Where, in one test cell, answers are objects rather than data, and where calls change their arguments.

    Places are paths such as ``model.predict()``; of changes, the called path and the argument's number, as in ``step[0]``,
    or the path alone for all its arguments. ``objects`` and ``changes`` are what the reference solution did
    when the version was published (None: not known, all is let through); ``seen_*`` is what this run did, ``touched``
    whether any call of it changed its arguments, let through or not. An object
    where the reference gave data is closed: tests can read its items but call none of its methods, which would
    get the expected answer as an argument.
    """

    objects: frozenset[str] | None = None
    changes: frozenset[str] | None = None
    seen_objects: set[str] = field(default_factory=set)
    seen_changes: set[str] = field(default_factory=set)
    touched: bool = False


class Channel:
    """Requests to one learner box. ``deadline`` is seconds of wall clock from now for the whole run."""

    def __init__(self, sock: socket.socket, deadline: float, functions: Callable[[Any], str | None]) -> None:
        self._sock = sock
        self._until = time.monotonic() + deadline
        self._functions = functions
        self._callbacks: list[Any] = []
        self.stopped: LearnerStopped | None = None
        self.manner = Manner()
        self.calls = 0
        self.seconds = 0.0
        """What one call may take, 0 for no limit of its own. The learner's box ends it; past twice that this end does."""

    def send(self, request: dict[str, Any]) -> None:
        """Send without waiting; :meth:`receive` fetches the reply."""
        self._check()
        try:
            self._sock.settimeout(self._left())
            send_frame(self._sock, request)
        except TimeoutError:
            self.stop("wall_limit", "Your code took too long.")
        except (Closed, OSError):
            self.stop("runtime_error", "Your code ended the Python process.")

    def receive(self) -> dict[str, Any]:
        """The next reply. Raises ``LearnerStopped``."""
        self._check()
        try:
            self._sock.settimeout(self._left())
            return dict(expect(receive_frame(self._sock), dict))
        except TimeoutError:
            self.stop("wall_limit", "Your code took too long.")
        except (Closed, OSError):
            self.stop("runtime_error", "Your code ended the Python process.")
        except ProtocolError:
            self.stop("protocol_error", "The answers of your code could not be read.")

    def ask(self, request: dict[str, Any], path: str) -> Any:
        """The plain value that answers ``request``, which concerns the thing at ``path``. Raises what the learner's
        code raised, as a local exception; ``LearnerStopped``; and, where a request may end so, ``Missing`` or
        ``StopIteration``, which would end a test's loop early and quietly if any answer could."""
        reply = self.request(request)
        if reply.get("r") == "missing" and request["op"] in ("get", "plain"):
            raise Missing
        if reply.get("r") == "stop" and request["op"] == "next":
            raise StopIteration
        return self._value_of(reply, path)

    def request(self, request: dict[str, Any]) -> dict[str, Any]:
        """The reply to ``request``."""
        self.send(request)
        return self.reply()

    def reply(self) -> dict[str, Any]:
        """The reply to the last request, after serving the callbacks that it makes."""
        while True:
            reply = self.receive()
            if reply.get("r") != "callback":
                break
            try:
                self.send(self._call_back(reply))
            except FrameTooBig:
                self.send({"op": "raise", "type": "ValueError", "msg": "the answer is too big"})
        out = reply.get("out")
        if isinstance(out, str) and out:
            sys.stdout.write(out[:65536])
        return reply

    def call(self, number: int, path: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """Call the object behind handle ``number``; an argument that it changed in place changes here too, if it is
        in the manner of the reference solution to change that one."""
        self.calls += 1
        request = {
            "op": "call",
            "id": number,
            "args": [self.encode(item) for item in arguments],
            "kwargs": [[name, self.encode(item)] for name, item in keywords.items()],
        }
        reply = self._timely(request) if self.seconds else self.request(request)
        if reply.get("changed"):
            self.manner.touched = True
            self._apply(reply["changed"], path, arguments)
        return self._value_of(reply, f"{path}()")

    def _timely(self, request: dict[str, Any]) -> dict[str, Any]:
        until, self._until = self._until, min(self._until, time.monotonic() + 2 * self.seconds + 1)
        try:
            return self.request({**request, "seconds": self.seconds})
        except LearnerStopped as stopped:
            if stopped.verdict == "wall_limit":
                stopped.verdict, stopped.message = "time_limit", f"In your code {SLOW} {self.seconds:g} s."
            raise
        finally:
            self._until = until

    def _apply(self, changed: Any, path: str, arguments: tuple[Any, ...]) -> None:
        try:
            for pair in expect(changed, list):
                position, data = expect(pair, list)
                argument = arguments[expect(position, int)]
                if self._may_change(path, position):
                    self.manner.seen_changes.add(f"{path}[{position}]")
                    _update(argument, self.decode(data, f"{path}()"))
        except Exception:  # what does not fit there, NumPy and pandas refuse in many ways
            self.stop("protocol_error", "The answers of your code could not be read.")

    def _may_change(self, path: str, position: int) -> bool:
        places = self.manner.changes
        return places is None or path in places or f"{path}[{position}]" in places

    def encode(self, value: Any) -> Any:
        """``value`` for the learner's box. Raises ``Unencodable`` or ``TypeError``."""
        return Encoder(self._reference).encode(value)

    def decode(self, data: Any, path: str) -> Any:
        """An answer as plain values and proxies. Raises ``ProtocolError``."""
        return Decoder(lambda tag, part: self._special(tag, part, path)).decode(data)

    def _value_of(self, reply: dict[str, Any], path: str) -> Any:
        kind = reply.get("r")
        try:
            if kind == "value":
                return self.decode(reply.get("v"), path)
        except (ProtocolError, RecursionError):
            self.stop("protocol_error", "The answers of your code could not be read.")
        if kind == "exc":
            raise local_exception(reply)
        self.stop("protocol_error", "The answers of your code could not be read.")

    def _call_back(self, reply: dict[str, Any]) -> dict[str, Any]:
        number, arguments = reply.get("id"), reply.get("args")
        if type(number) is not int or not 0 <= number < len(self._callbacks) or not isinstance(arguments, list):
            self.stop("protocol_error", "The answers of your code could not be read.")
        try:
            result = self._callbacks[number](*[self.decode(item, "callback()") for item in arguments])
            return {"op": "return", "v": self.encode(result)}
        except ProtocolError:
            self.stop("protocol_error", "The answers of your code could not be read.")
        except Exception as error:
            name = type(error).__name__
            return {
                "op": "raise",
                "type": name if hasattr(builtins, name) else "RuntimeError",
                "msg": words_of(error)[:500],
            }

    def _special(self, tag: str, data: dict[str, Any], path: str) -> Any:
        if tag != "handle":
            raise ProtocolError(tag)
        if path.count("[]") > MAX_DEPTH:  # an object that holds itself would be walked until time is up
            self.stop("protocol_error", "Your code's answer is nested too deeply.")
        classes = [known_class(entry) for entry in expect(data.get("mro"), list)[:16]]
        real = next((entry for entry in classes if entry is not None and entry is not object), None)
        is_open = self.manner.objects is None or path in self.manner.objects
        self.manner.seen_objects.add(path)
        return Proxy(self, expect(data.get("id"), int), path, real if is_open else None, is_open)

    def _reference(self, value: Any) -> dict[str, Any]:
        if type(value) is Proxy:
            return {"t": "ref", "id": object.__getattribute__(value, "_number")}
        name = self._functions(value)
        if name is not None:
            return {"t": "name", "v": name}
        module, qualname = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
        if isinstance(value, types.ModuleType):
            raise TypeError("a module cannot be sent to the learner's code")
        if isinstance(module, str) and isinstance(qualname, str) and lookup(module, qualname) is value:
            return {"t": "import", "m": module, "q": qualname}
        name = getattr(value, "__name__", "")
        if isinstance(name, str) and lookup("numpy", name) is value:
            return {"t": "import", "m": "numpy", "q": name}
        if callable(value) and not isinstance(value, type):
            self._callbacks.append(value)
            return {"t": "callback", "id": len(self._callbacks) - 1}
        raise TypeError(f"a {type(value).__name__} cannot be sent to the learner's code")

    def _left(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            self.stop("wall_limit", "Your code took too long.")
        return left

    def _check(self) -> None:
        if self.stopped is not None:
            raise self.stopped

    def stop(self, verdict: str, message: str) -> NoReturn:
        """End the run for the learner: the first reason is final. Always raises ``LearnerStopped``."""
        if self.stopped is None:
            self.stopped = LearnerStopped(verdict, message)
        raise self.stopped


def _update(old: Any, new: Any) -> None:
    """Give ``old``, which a test passed to the learner's code, the content it has there now."""
    if type(new) is not type(old):
        return
    if isinstance(old, list):
        old[:] = new
    elif isinstance(old, (dict, set)):
        old.clear()
        old.update(new)
    elif type(old).__module__ == "numpy":
        old[...] = new
    elif hasattr(old, "_update_inplace"):
        old._update_inplace(new)
