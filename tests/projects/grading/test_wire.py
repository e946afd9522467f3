"""The frame and value formats: what goes through comes out the same, and nothing else gets in."""

import math
import socket
import struct

import pytest

from projects.grading.boxed.codec import MAX_DEPTH, MAX_NODES, Decoder, Encoder, Unencodable
from projects.grading.boxed.wire import (
    MAX_FRAME,
    Closed,
    FrameTooBig,
    ProtocolError,
    dumps,
    loads,
    receive_frame,
    send_frame,
)


def refuse(*_):
    raise Unencodable


def refuse_tag(tag, _):
    raise ProtocolError(tag)


def there_and_back(value):
    return Decoder(refuse_tag).decode(loads(dumps(Encoder(refuse).encode(value))))


@pytest.mark.parametrize(
    "value",
    [None, True, False, 0, -1, 2**62, 2**64, -(2**200), 1.5, -0.0, math.inf, -math.inf, "", "é\ud800\0", b"", b"\0\xff",
     [], [1, [2, "3"]], (), (1, (2,)), {}, {"a": 1, 2: (3,), None: b"x", (1, 2): []}, {1, "a"}, frozenset({2}), 1 - 2j],
)  # fmt: skip
def test_values_come_out_as_they_went_in(value):
    found = there_and_back(value)
    assert found == value
    assert type(found) is type(value)


def test_very_long_integers_survive():
    assert there_and_back(1 << 20_000) == 1 << 20_000


def test_nan_and_signed_zero_survive():
    assert math.isnan(there_and_back(math.nan))
    assert math.copysign(1, there_and_back(-0.0)) == -1


def test_subclasses_come_out_as_plain_types():
    class Loud(dict):
        def __eq__(self, other):
            return True

    class Number(int):
        pass

    assert type(there_and_back(Loud(a=1))) is dict
    assert type(there_and_back(Number(3))) is int


def test_depth_and_size_are_bounded_on_both_sides():
    deep, wide = [], [0] * (MAX_NODES + 1)
    for _ in range(MAX_DEPTH + 1):
        deep = [deep]
    for value in (deep, wide, "x" * MAX_FRAME):
        with pytest.raises(Unencodable):
            Encoder(refuse).encode(value)
    for value in (deep, wide):
        with pytest.raises(ProtocolError):
            Decoder(refuse_tag).decode(value)
    with pytest.raises(FrameTooBig):
        dumps("x" * MAX_FRAME)


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"NaN", b"Infinity", b'{"a":1,"a":2}', b"\xff", b"[" * 10_000, b"1" * 5000, b'"\x00"'],
)
def test_anything_but_strict_json_is_a_protocol_error(data):
    with pytest.raises(ProtocolError):
        loads(data)


@pytest.mark.parametrize(
    "data",
    [
        {}, {"t": 1}, {"t": "pickle", "v": ""}, {"t": "float", "v": "1.5"}, {"t": "float"}, {"t": "int", "v": "ten"},
        {"t": "int", "v": 10}, {"t": "bytes", "v": "*"}, {"t": "bytes", "v": 5}, {"t": "tuple", "v": "ab"},
        {"t": "set", "v": [[1]]}, {"t": "dict", "v": [[1]]}, {"t": "dict", "v": [[[], 1]]}, {"t": "dict", "v": {"a": 1}},
        {"t": "complex", "v": ["1"]}, {"t": "complex", "v": ["x", "y"]}, {"t": "handle", "id": 1},
    ],
)  # fmt: skip
def test_malformed_values_are_protocol_errors(data):
    with pytest.raises(ProtocolError):
        Decoder(refuse_tag).decode(data)


def test_frames_are_bounded_and_a_closed_peer_is_noticed():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        send_frame(ours, {"a": [1, None]})
        assert receive_frame(theirs) == {"a": [1, None]}
        ours.sendall(struct.pack(">I", MAX_FRAME + 1))
        with pytest.raises(ProtocolError):
            receive_frame(theirs)
        ours.sendall(struct.pack(">I", 10) + b"abc")
        ours.close()
        with pytest.raises(Closed):
            receive_frame(theirs)
