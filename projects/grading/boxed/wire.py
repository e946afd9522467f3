"""Frames on a stream socket: four bytes of big-endian length, then that many bytes of JSON."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

MAX_FRAME = 8 * 1024 * 1024
_LENGTH = struct.Struct(">I")


class ProtocolError(Exception):
    """The peer sent something that is not in the protocol."""


class Closed(Exception):
    """The peer is gone."""


class FrameTooBig(Exception):
    """A frame to be sent is over the limit; nothing was sent."""


def dumps(message: Any) -> bytes:
    """``message`` as compact ASCII JSON. Raises ``FrameTooBig`` above 8 MiB."""
    data = json.dumps(message, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode("ascii")
    if len(data) > MAX_FRAME:
        raise FrameTooBig(f"{len(data)} bytes")
    return data


def send_frame(sock: socket.socket, message: Any) -> None:
    """Send one message. Raises ``FrameTooBig``, or ``Closed`` when the peer is gone."""
    data = dumps(message)
    try:
        sock.sendall(_LENGTH.pack(len(data)) + data)
    except (BrokenPipeError, ConnectionError) as error:
        raise Closed from error


def receive_frame(sock: socket.socket) -> Any:
    """One message, parsed strictly: no duplicate keys, no NaN literals, no oversized integers.

    Raises ``Closed`` at the end of the stream, ``ProtocolError`` for anything malformed, ``TimeoutError`` when
    the socket's timeout passes first.
    """
    (length,) = _LENGTH.unpack(_exactly(sock, _LENGTH.size))
    if length > MAX_FRAME:
        raise ProtocolError(f"a frame of {length} bytes")
    return loads(_exactly(sock, length))


def loads(data: bytes) -> Any:
    """The JSON in ``data``. Raises ``ProtocolError`` for anything that is not strict JSON."""
    try:
        return json.loads(data, object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"not JSON: {type(error).__name__}") from None


def _exactly(sock: socket.socket, count: int) -> bytes:
    parts: list[bytes] = []
    while count:
        try:
            part = sock.recv(min(count, 1 << 20))
        except ConnectionError as error:
            raise Closed from error
        if not part:
            raise Closed
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate key")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(name)
