"""Values as JSON and back, without pickle: whatever is decoded is built from plain base types only.

JSON null, booleans, strings, arrays and finite numbers stand for themselves (an array is a list). Everything else
is an object tagged ``t``: float (nan, inf, -inf), int (hexadecimal, when long), bytes, tuple, set, frozenset,
complex, dict (pairs), and the array and table kinds of :mod:`.tables`. Further tags (handles and references)
belong to the two ends and are passed to them through ``special``. Depth ≤ 32, nodes ≤ 200 000.
"""

from __future__ import annotations

import base64
import binascii
import math
from collections import Counter
from collections.abc import Callable
from typing import Any

from . import tables
from .wire import MAX_FRAME, ProtocolError

MAX_DEPTH = 32
MAX_NODES = 200_000
MAX_COLLISIONS = 256
_LONG_INT = 1 << 63
_FLOATS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


class Unencodable(Exception):
    """A value does not fit the format: too deep, too many nodes, too big, or of a foreign kind."""


class Encoder:
    """Turns values into JSON. ``special(value)`` returns the tagged object for a value of no known kind, and, with
    ``own_classes``, for instances of classes that the notebook itself defines, subclasses of list and dict too."""

    def __init__(self, special: Callable[[Any], dict[str, Any]], *, own_classes: bool = False) -> None:
        self._special = special
        self._own_classes = own_classes
        self._nodes = 0
        self._bytes = 0

    def encode(self, value: Any, depth: int = 0) -> Any:
        """``value`` as JSON-ready data. Raises ``Unencodable``."""
        self._nodes += 1
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            raise Unencodable("too deep or too many parts")
        kind = type(value)
        if value is None or kind is bool:
            return value
        if isinstance(value, int) and kind.__module__ == "builtins":
            return value if -_LONG_INT <= value < _LONG_INT else {"t": "int", "v": self._count(hex(value))}
        if kind is float:
            return value if math.isfinite(value) else {"t": "float", "v": str(value)}
        if kind is str:
            return self._count(value)
        return self._encode_other(value, kind, depth)

    def _encode_other(self, value: Any, kind: type, depth: int) -> Any:
        if self._own_classes and kind.__module__ == "__main__":
            return self._special(value)
        if isinstance(value, (bytes, bytearray)):
            return {"t": "bytes", "v": self.pack(bytes(value))}
        if isinstance(value, complex) and kind is complex:
            return {"t": "complex", "v": [repr(value.real), repr(value.imag)]}
        if isinstance(value, dict):
            pairs = [[self.encode(k, depth + 1), self.encode(v, depth + 1)] for k, v in dict.items(value)]
            return {"t": "dict", "v": pairs}
        if isinstance(value, list):
            return [self.encode(item, depth + 1) for item in list.__iter__(value)]
        for base in (tuple, set, frozenset):
            if isinstance(value, base):
                items: Any = base.__iter__(value)  # type: ignore[arg-type]  # value is of this base
                return {"t": base.__name__, "v": [self.encode(item, depth + 1) for item in items]}
        if tables.is_array_like(value):
            found = tables.encode(value, self, depth)
            if found is not None:
                return found
        if isinstance(value, str):
            return self._count(str.__str__(value))
        if isinstance(value, (int, float)):
            return self.encode(int(value) if isinstance(value, int) else float(value), depth + 1)
        return self._special(value)

    def pack(self, data: bytes) -> str:
        """Raw bytes as base64 text, counted against the frame size."""
        return self._count(base64.b64encode(data).decode("ascii"))

    def _count(self, text: str) -> str:
        self._bytes += len(text)
        if self._bytes > MAX_FRAME - 65536:
            raise Unencodable("too big")
        return text


class Decoder:
    """Turns JSON into values. ``special(tag, data)`` builds the kinds that only this end knows, or raises
    ``ProtocolError``."""

    def __init__(self, special: Callable[[str, dict[str, Any]], Any]) -> None:
        self._special = special
        self._nodes = 0

    def decode(self, data: Any, depth: int = 0) -> Any:
        """The value in ``data``. Raises ``ProtocolError`` for anything not in the format."""
        self._nodes += 1
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            raise ProtocolError("a value too deep or with too many parts")
        if data is None or isinstance(data, (bool, int, float, str)):
            return data
        if isinstance(data, list):
            return [self.decode(item, depth + 1) for item in data]
        if not isinstance(data, dict) or not isinstance(data.get("t"), str):
            raise ProtocolError("a value of no known kind")
        return self._decode_tagged(data["t"], data, depth)

    def _decode_tagged(self, tag: str, data: dict[str, Any], depth: int) -> Any:
        value = data.get("v")
        if tag in ("tuple", "set", "frozenset"):
            return self._collection(tag, [self.decode(item, depth + 1) for item in expect(value, list)])
        if tag == "dict":
            return self._dict(expect(value, list), depth)
        if tag == "bytes":
            return self.unpack(value)
        if tag == "float":
            if not isinstance(value, str) or value not in _FLOATS:
                raise ProtocolError("a float of no known kind")
            return _FLOATS[value]
        if tag == "int":
            return _hex_int(expect(value, str))
        if tag == "complex":
            return _complex(expect(value, list))
        if tag in tables.TAGS:
            return tables.decode(tag, data, self, depth)
        return self._special(tag, data)

    def _collection(self, tag: str, items: list[Any]) -> Any:
        if tag != "tuple":
            _refuse_collisions(items)
        try:
            return {"tuple": tuple, "set": set, "frozenset": frozenset}[tag](items)
        except TypeError:
            raise ProtocolError("a set of unhashable parts") from None

    def _dict(self, pairs: list[Any], depth: int) -> dict[Any, Any]:
        if not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
            raise ProtocolError("a dict with a broken pair")
        found = [(self.decode(key, depth + 1), self.decode(value, depth + 1)) for key, value in pairs]
        _refuse_collisions([key for key, _ in found])
        return dict(found)

    def unpack(self, text: Any) -> bytes:
        """The bytes in base64 ``text``. Raises ``ProtocolError``."""
        try:
            return base64.b64decode(expect(text, str), validate=True)
        except (binascii.Error, ValueError):
            raise ProtocolError("broken base64") from None


def _refuse_collisions(items: list[Any]) -> None:
    """Refuse what would take quadratic time in a set or dict: many different items with one hash. Honest items have
    few such; NaN, of which a set may hold many, is decoded to one object. Raises ``ProtocolError``."""
    try:
        counts = Counter(hash(item) for item in items if item is not math.nan)
    except TypeError:
        raise ProtocolError("an unhashable part in a set or dict") from None
    if max(counts.values(), default=0) > MAX_COLLISIONS:
        raise ProtocolError("too many parts with one hash")


def expect(value: Any, kind: type) -> Any:
    """``value`` if it is exactly of ``kind``. Raises ``ProtocolError``."""
    if type(value) is not kind:
        raise ProtocolError(f"{kind.__name__} expected")
    return value


def _hex_int(text: str) -> int:
    try:
        return int(text, 16)
    except ValueError:
        raise ProtocolError("broken integer") from None


def _complex(parts: list[Any]) -> complex:
    try:
        real, imag = (float(expect(part, str)) for part in parts)
    except ValueError:
        raise ProtocolError("broken complex number") from None
    return complex(real, imag)
