"""What stands for the learner's objects in the grader, and how their claims about classes are taken.

An answer that is no plain data becomes a :class:`Proxy`, which never lets the learner's code decide a comparison or a
truth value in the grader.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from typing import Any

from .codec import expect
from .wire import ProtocolError

MAX_ITEMS = 200_000
MAX_MESSAGE = 2000
# Raised inside a test's map() or loop these would end it early and quietly, as if nothing were left to check.
_ENDS_LOOPS = (StopIteration, StopAsyncIteration)


class RemoteError(Exception):
    """The learner's code raised something that has no counterpart here."""


class Missing(LookupError):
    """The learner's namespace has no such name."""


class Proxy:
    """Something that lives in the learner's box. Attributes, items and calls are requests; equality is identity and
    nothing else is forwarded, so a learner's object cannot talk its way through a comparison."""

    __slots__ = ("_channel", "_number", "_real")

    def __init__(self, channel: Any, number: int, real: type | None) -> None:
        object.__setattr__(self, "_channel", channel)
        object.__setattr__(self, "_number", number)
        object.__setattr__(self, "_real", real)

    @property  # type: ignore[misc]  # object's own is writable
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

    def __await__(self) -> Generator[Any, Any, Any]:
        value: Any = self._channel.ask({"op": "await", "id": self._number})
        return value
        yield  # makes this a generator, as an awaitable must return one

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
        self._channel.stop("protocol_error", "Your code's sequence does not end.")


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
    found = lookup(entry[0], entry[1])
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


def lookup(module: str, qualname: str) -> Any:
    """A module's attribute by dotted name, if that module is loaded here; else None."""
    if module in ("__main__", "") or "<" in qualname:
        return None
    found: Any = sys.modules.get(module)
    for part in qualname.split("."):
        found = getattr(found, part, None)
    return found
