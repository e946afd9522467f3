"""What stands for the learner's objects in the grader, and how their claims about classes are taken.

An answer that is no plain data becomes a :class:`Proxy`, which never lets the learner's code decide a comparison or a
truth value in the grader.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Generator, Iterator
from typing import Any

from .codec import expect
from .wire import ProtocolError

MAX_ITEMS = 200_000
MAX_MESSAGE = 2000
# Raised inside a test's map() or loop these would end it early and quietly, as if nothing were left to check.
_ENDS_LOOPS = (StopIteration, StopAsyncIteration)
# Their exceptions (a skip, an early end) would end a test without failing it.
_TEST_RUNNERS = ("unittest", "_pytest")
# Classes that cannot be found by the name they go by.
_NAMELESS = {
    ("builtins", "function"): types.FunctionType,
    ("builtins", "generator"): types.GeneratorType,
    ("builtins", "method"): types.MethodType,
    ("builtins", "module"): types.ModuleType,
}


class RemoteError(Exception):
    """The learner's code raised something that has no counterpart here."""


class Missing(LookupError):
    """The learner's namespace has no such name."""


class Proxy:
    # Something that lives in the learner's box. Attributes, items and calls are requests; equality is identity, or
    # of plain content. No operator is forwarded, as its operand may be the expected answer. A closed proxy has only
    # items. (A comment, not a docstring: a test that asks for __doc__ must get the learner's.)

    __slots__ = ("_channel", "_number", "_open", "_path", "_real")

    def __init__(self, channel: Any, number: int, path: str, real: type | None, is_open: bool) -> None:
        object.__setattr__(self, "_channel", channel)
        object.__setattr__(self, "_number", number)
        object.__setattr__(self, "_path", path)
        object.__setattr__(self, "_real", real)
        object.__setattr__(self, "_open", is_open)

    @property  # type: ignore[misc]  # object's own is writable
    def __class__(self) -> Any:
        return object.__getattribute__(self, "_real") or Proxy

    @property
    def __doc__(self) -> Any:  # type: ignore[override]  # object's own is a string
        return self._ask("attr", "__doc__", name="__doc__")

    def __getattr__(self, name: str) -> Any:
        if (name.startswith("__") and name != "__name__") or not self._open:
            raise AttributeError(name)
        return self._ask("attr", f".{name}", name=name)

    def __setattr__(self, name: str, value: Any) -> None:
        raise TypeError("a test cannot set attributes of the learner's objects")

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        if not self._open:
            raise TypeError("data was expected here, not something to call")
        return self._channel.call(self._number, self._path, arguments, keywords)

    def __str__(self) -> str:
        return str(expect(self._ask("text", "", repr=False), str))

    def __repr__(self) -> str:
        return str(expect(self._ask("text", "", repr=True), str))

    def __getitem__(self, key: Any) -> Any:
        return self._ask("item", "[]", key=self._channel.encode(key))

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        mine = plain(self)
        return type(mine) is not Proxy and bool(mine == plain(other))

    __hash__ = object.__hash__

    def __await__(self) -> Generator[Any, Any, Any]:
        value: Any = self._ask("await", "")
        return value
        yield  # makes this a generator, as an awaitable must return one

    def __len__(self) -> int:
        return min(int(expect(self._ask("len", ""), int)), MAX_ITEMS)

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[Any]:
        iterator = self._ask("iter", "")
        if type(iterator) is not Proxy:
            raise TypeError("not iterable")
        for _ in range(MAX_ITEMS):
            try:
                yield iterator._ask("next", "[]")
            except StopIteration:
                return
        self._channel.stop("protocol_error", "Your code's sequence does not end.")

    def _ask(self, operation: str, step: str, **details: Any) -> Any:
        return self._channel.ask({"op": operation, "id": self._number, **details}, self._path + step)


def plain(value: Any) -> Any:
    """The plain content behind a proxy of a container; any other value as it is."""
    if type(value) is not Proxy:
        return value
    try:
        return value._ask("plain", "")
    except Missing:
        return value


def known_class(entry: Any) -> type | None:
    """The class a learner's object claims to be of, if the grader itself has loaded one of that name."""
    if not isinstance(entry, list) or len(entry) != 2 or not all(isinstance(part, str) for part in entry):
        raise ProtocolError("a broken class name")
    found = _NAMELESS.get((entry[0], entry[1])) or lookup(entry[0], entry[1])
    return found if isinstance(found, type) else None


def local_exception(reply: dict[str, Any]) -> Exception:
    """A fresh local exception like the one the learner's code raised: a real subclass of ``Exception`` that does not
    steer a loop or a test runner, else a ``RemoteError``."""
    message = reply.get("msg")
    text = message[:MAX_MESSAGE] if isinstance(message, str) else ""
    error: Exception = RemoteError(text)
    name = reply.get("type")
    classes = reply.get("mro")
    for entry in classes[:16] if isinstance(classes, list) else []:
        try:
            found = known_class(entry)
            if found is None:
                continue
            if issubclass(found, _ENDS_LOOPS) or found.__module__.partition(".")[0] in _TEST_RUNNERS:
                break
            if issubclass(found, Exception):
                like = found.__new__(found)
                like.args = (text,)
                str(like)  # some, as NumPy's UFuncTypeError, make their text of what only __init__ sets
                error = like
                break
        except Exception:  # of whatever kind: the next base is tried
            continue
    vars(error)["learner_raised"] = name[:100] if isinstance(name, str) else "Exception"
    return error


def words_of(error: BaseException | None) -> str:
    """The text of an exception; empty when it holds an object of the learner's that does not give any."""
    try:
        return str(error)
    except BaseException:  # whatever that object raises; the channel remembers by itself that the box is gone
        return ""


def lookup(module: str, qualname: str) -> Any:
    """A module's attribute by dotted name, if that module is loaded here; else None."""
    if module in ("__main__", "") or "<" in qualname:
        return None
    found: Any = sys.modules.get(module)
    for part in qualname.split("."):
        found = getattr(found, part, None)
    return found
