"""The grader's end of the pipe to the learner's box: requests, answers as plain values, and what may go wrong.

An answer is data. It is decoded to base types; anything else becomes a :class:`Proxy`, which never lets the
learner's code decide a comparison or a truth value in the grader.
"""

from __future__ import annotations

import builtins
import socket
import sys
import time
import types
from collections.abc import Callable, Iterator
from typing import Any

from .codec import Decoder, Encoder, expect
from .wire import Closed, ProtocolError, receive_frame, send_frame

MAX_ITEMS = 200_000
MAX_MESSAGE = 2000
# Raised inside a test's map() or loop these would end it early and quietly, as if nothing were left to check.
_ENDS_LOOPS = (StopIteration, StopAsyncIteration)


class LearnerStopped(BaseException):
    """The learner's box can no longer answer. ``verdict`` says why; it is final for the run."""

    def __init__(self, verdict: str, message: str) -> None:
        super().__init__(message)
        self.verdict = verdict
        self.message = message


class RemoteError(Exception):
    """The learner's code raised something that has no counterpart here."""


class Missing(LookupError):
    """The learner's namespace has no such name."""


class Channel:
    """Requests to one learner box. ``deadline`` is seconds of wall clock from now for the whole run."""

    def __init__(self, sock: socket.socket, deadline: float, functions: Callable[[Any], str | None]) -> None:
        self._sock = sock
        self._until = time.monotonic() + deadline
        self._functions = functions
        self._callbacks: list[Any] = []
        self.stopped: LearnerStopped | None = None
        self.calls = 0

    def send(self, request: dict[str, Any]) -> None:
        """Send without waiting; :meth:`receive` fetches the reply."""
        self._check()
        try:
            self._sock.settimeout(self._left())
            send_frame(self._sock, request)
        except (Closed, OSError):
            self._stop("runtime_error", "Your code ended the Python process.")

    def receive(self) -> dict[str, Any]:
        """The next reply. Raises ``LearnerStopped``."""
        self._check()
        try:
            self._sock.settimeout(self._left())
            return dict(expect(receive_frame(self._sock), dict))
        except TimeoutError:
            self._stop("wall_limit", "Your code took too long.")
        except (Closed, OSError):
            self._stop("runtime_error", "Your code ended the Python process.")
        except ProtocolError:
            self._stop("protocol_error", "The answers of your code could not be read.")
        raise AssertionError("unreachable")

    def ask(self, request: dict[str, Any]) -> Any:
        """The plain value that answers ``request``. Raises what the learner's code raised, as a local exception;
        ``Missing``; ``StopIteration``; ``LearnerStopped``."""
        return self._value_of(self.request(request))

    def request(self, request: dict[str, Any]) -> dict[str, Any]:
        """The reply to ``request``, after serving the callbacks that it makes."""
        self.send(request)
        while True:
            reply = self.receive()
            if reply.get("r") != "callback":
                break
            self.send(self._call_back(reply))
        out = reply.get("out")
        if isinstance(out, str) and out:
            sys.stdout.write(out[:65536])
        return reply

    def call(self, number: int, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """Call the object behind handle ``number``; arguments that it changed in place change here too."""
        self.calls += 1
        request = {
            "op": "call",
            "id": number,
            "args": [self.encode(item) for item in arguments],
            "kwargs": [[name, self.encode(item)] for name, item in keywords.items()],
        }
        reply = self.request(request)
        for pair in reply.get("changed") or []:
            try:
                position, data = pair
                _update(arguments[position], self.decode(data))
            except (TypeError, ValueError, IndexError, ProtocolError):
                self._stop("protocol_error", "The answers of your code could not be read.")
        return self._value_of(reply)

    def encode(self, value: Any) -> Any:
        """``value`` for the learner's box. Raises ``Unencodable`` or ``TypeError``."""
        return Encoder(self._reference).encode(value)

    def decode(self, data: Any) -> Any:
        """An answer as plain values and proxies. Raises ``ProtocolError``."""
        return Decoder(self._special).decode(data)

    def _value_of(self, reply: dict[str, Any]) -> Any:
        kind = reply.get("r")
        try:
            if kind == "value":
                return self.decode(reply.get("v"))
        except (ProtocolError, RecursionError):
            self._stop("protocol_error", "The answers of your code could not be read.")
        if kind == "exc":
            raise local_exception(reply)
        if kind == "missing":
            raise Missing
        if kind == "stop":
            raise StopIteration
        self._stop("protocol_error", "The answers of your code could not be read.")

    def _call_back(self, reply: dict[str, Any]) -> dict[str, Any]:
        number, arguments = reply.get("id"), reply.get("args")
        if type(number) is not int or not 0 <= number < len(self._callbacks) or not isinstance(arguments, list):
            self._stop("protocol_error", "The answers of your code could not be read.")
        try:
            result = self._callbacks[number](*[self.decode(item) for item in arguments])
            return {"op": "return", "v": self.encode(result)}
        except ProtocolError:
            self._stop("protocol_error", "The answers of your code could not be read.")
        except Exception as error:
            name = type(error).__name__
            return {"op": "raise", "type": name if hasattr(builtins, name) else "RuntimeError", "msg": str(error)[:500]}
        raise AssertionError("unreachable")

    def _special(self, tag: str, data: dict[str, Any]) -> Any:
        if tag != "handle":
            raise ProtocolError(tag)
        classes = [known_class(entry) for entry in expect(data.get("mro"), list)[:16]]
        real = next((entry for entry in classes if entry is not None and entry is not object), None)
        return Proxy(self, expect(data.get("id"), int), real)

    def _reference(self, value: Any) -> dict[str, Any]:
        if type(value) is Proxy:
            return {"t": "ref", "id": object.__getattribute__(value, "_number")}
        name = self._functions(value)
        if name is not None:
            return {"t": "name", "v": name}
        module, qualname = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
        if isinstance(value, types.ModuleType):
            raise TypeError("a module cannot be sent to the learner's code")
        if isinstance(module, str) and isinstance(qualname, str) and _lookup(module, qualname) is value:
            return {"t": "import", "m": module, "q": qualname}
        name = getattr(value, "__name__", "")
        if isinstance(name, str) and _lookup("numpy", name) is value:
            return {"t": "import", "m": "numpy", "q": name}
        if callable(value) and not isinstance(value, type):
            self._callbacks.append(value)
            return {"t": "callback", "id": len(self._callbacks) - 1}
        raise TypeError(f"a {type(value).__name__} cannot be sent to the learner's code")

    def _left(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            self._stop("wall_limit", "Your code took too long.")
        return left

    def _check(self) -> None:
        if self.stopped is not None:
            raise self.stopped

    def _stop(self, verdict: str, message: str) -> None:
        if self.stopped is None:
            self.stopped = LearnerStopped(verdict, message)
        raise self.stopped


class Proxy:
    """Something that lives in the learner's box. Attributes, items and calls are requests; equality is identity and
    nothing else is forwarded, so a learner's object cannot talk its way through a comparison."""

    __slots__ = ("_channel", "_number", "_real")

    def __init__(self, channel: Channel, number: int, real: type | None) -> None:
        object.__setattr__(self, "_channel", channel)
        object.__setattr__(self, "_number", number)
        object.__setattr__(self, "_real", real)

    @property
    def __class__(self) -> Any:
        return object.__getattribute__(self, "_real") or Proxy

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name not in ("__name__", "__doc__"):
            raise AttributeError(name)
        return self._channel.ask({"op": "attr", "id": self._number, "name": name})

    def __setattr__(self, name: str, value: Any) -> None:
        raise TypeError("a test cannot set attributes of the learner's objects")

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return self._channel.call(self._number, arguments, keywords)

    def __getitem__(self, key: Any) -> Any:
        return self._channel.ask({"op": "item", "id": self._number, "key": self._channel.encode(key)})

    def __eq__(self, other: object) -> bool:
        """Identity; or, for a list, dict or the like, its content as plain data, compared here."""
        if self is other:
            return True
        mine = plain(self)
        return type(mine) is not Proxy and bool(mine == plain(other))

    __hash__ = object.__hash__

    def __await__(self) -> Iterator[Any]:
        return self._channel.ask({"op": "await", "id": self._number})
        yield

    def __len__(self) -> int:
        return min(int(expect(self._channel.ask({"op": "len", "id": self._number}), int)), MAX_ITEMS)

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[Any]:
        iterator = self._channel.ask({"op": "iter", "id": self._number})
        if type(iterator) is not Proxy:
            raise TypeError("not iterable")
        number = object.__getattribute__(iterator, "_number")
        for _ in range(MAX_ITEMS):
            try:
                yield self._channel.ask({"op": "next", "id": number})
            except StopIteration:
                return
        self._channel._stop("protocol_error", "Your code's sequence does not end.")


def plain(value: Any) -> Any:
    """The plain content behind a proxy of a container; any other value as it is."""
    if type(value) is not Proxy:
        return value
    number = object.__getattribute__(value, "_number")
    try:
        return object.__getattribute__(value, "_channel").ask({"op": "plain", "id": number})
    except Missing:
        return value


def known_class(entry: Any) -> type | None:
    """The class a learner's object claims to be of, if the grader itself has loaded one of that name."""
    if not isinstance(entry, list) or len(entry) != 2 or not all(isinstance(part, str) for part in entry):
        raise ProtocolError("a broken class name")
    found = _lookup(entry[0], entry[1])
    return found if isinstance(found, type) else None


def local_exception(reply: dict[str, Any]) -> Exception:
    """A fresh local exception like the one the learner's code raised; only real subclasses of ``Exception``."""
    message = reply.get("msg")
    text = message[:MAX_MESSAGE] if isinstance(message, str) else ""
    error: Exception = RemoteError(text)
    name = reply.get("type")
    classes = reply.get("mro")
    for entry in classes[:16] if isinstance(classes, list) else []:
        try:
            found = known_class(entry)
            if found in _ENDS_LOOPS:
                break
            if found is not None and issubclass(found, Exception):
                error = found.__new__(found)
                error.args = (text,)
                break
        except (ProtocolError, TypeError):
            continue
    vars(error)["learner_raised"] = name[:100] if isinstance(name, str) else "Exception"
    return error


def _lookup(module: str, qualname: str) -> Any:
    """A module's attribute by dotted name, if that module is loaded here; else None."""
    if module in ("__main__", "") or "<" in qualname:
        return None
    found: Any = sys.modules.get(module)
    for part in qualname.split("."):
        found = getattr(found, part, None)
    return found


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
