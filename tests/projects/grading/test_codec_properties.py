"""For all values: they come out of the pipe as they went in. For all bytes: a value or `ProtocolError`, soon."""

import json
import math
import resource
import socket
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.grading.boxed.codec import MAX_DEPTH, MAX_NODES, Decoder, Encoder, Unencodable
from projects.grading.boxed.wire import Closed, ProtocolError, dumps, loads, receive_frame, send_frame
from projects.grading.runtime import REPOSITORY, find_runtime
from tests.fuzz.grading import CORPUS, SEEDS, TARGETS, attempt

SOON = 2.0
numbers = st.integers() | st.integers(-(2**200), 2**200) | st.floats() | st.complex_numbers()
plain = st.none() | st.booleans() | numbers | st.text(st.characters()) | st.binary(max_size=50)
hashable = st.recursive(
    plain, lambda inside: st.lists(inside, max_size=3).map(tuple) | st.frozensets(inside, max_size=3), max_leaves=6
)
anything = st.recursive(
    hashable,
    lambda inside: (
        st.lists(inside, max_size=4)
        | st.lists(inside, max_size=4).map(tuple)
        | st.dictionaries(hashable, inside, max_size=3)
        | st.sets(hashable, max_size=3)
    ),
    max_leaves=20,
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=3), inside, max_size=3),
    max_leaves=12,
)
tagged = st.recursive(
    json_values,
    lambda inside: st.fixed_dictionaries(
        {"t": st.sampled_from(["tuple", "set", "dict", "float", "int", "bytes", "complex", "frozenset", "ndarray", "handle"])},
        optional={"v": inside | st.lists(st.lists(inside, max_size=2), max_size=3), "d": inside, "s": inside},
    ),
    max_leaves=12,
)  # fmt: skip
DECODE = """
import sys
from projects.grading.boxed.codec import Decoder
from projects.grading.boxed.wire import ProtocolError, loads
def refuse(tag, _):
    raise ProtocolError(tag)
try:
    Decoder(refuse).decode(loads(sys.stdin.buffer.read()))
except ProtocolError:
    pass
"""
PLAIN_TYPES = {type(None), bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset}


def refuse(*_):
    raise Unencodable


def refuse_tag(tag, _):
    raise ProtocolError(tag)


def shape(value):
    """The value, with what tells 1 from True and 1.0, and NaN from itself, made visible."""
    if isinstance(value, (list, tuple)):
        return type(value), [shape(item) for item in value]
    if isinstance(value, dict):
        return dict, [(shape(key), shape(item)) for key, item in value.items()]
    if isinstance(value, (set, frozenset)):
        return type(value), sorted(repr(shape(item)) for item in value)
    return type(value), repr(value)


def decoded(data):
    """The value, or None when it was refused; either within `SOON`."""
    started = time.process_time()
    try:
        return Decoder(refuse_tag).decode(loads(data))
    except ProtocolError:
        return None
    finally:
        assert time.process_time() - started < SOON


def only_plain(value):
    assert type(value) in PLAIN_TYPES
    parts = [*value.keys(), *value.values()] if isinstance(value, dict) else value
    if not isinstance(value, (str, bytes)) and hasattr(value, "__iter__"):
        for part in parts:
            only_plain(part)


@settings(max_examples=200, deadline=None)
@given(anything)
def test_every_value_comes_out_as_it_went_in(value):
    data = dumps(Encoder(refuse).encode(value))
    assert shape(Decoder(refuse_tag).decode(loads(data))) == shape(value)


@settings(max_examples=200, deadline=None)
@given(tagged)
def test_every_tree_is_a_plain_value_or_refused(tree):
    only_plain(decoded(json.dumps(tree).encode()))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_all_bytes_are_a_value_or_refused(data):
    only_plain(decoded(data))


@settings(max_examples=100, deadline=None)
@given(st.lists(anything, max_size=3), st.binary(max_size=20))
def test_a_stream_of_frames_ends_in_a_value_or_a_named_end(messages, rest):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        sent = [json.loads(dumps(Encoder(refuse).encode(message))) for message in messages]
        for message in sent:
            send_frame(ours, message)
        ours.sendall(rest)
        ours.close()
        theirs.settimeout(SOON)
        assert [receive_frame(theirs) for _ in sent] == sent
        with pytest.raises((Closed, ProtocolError)):
            _read_on(theirs)


def _read_on(sock):
    while True:
        receive_frame(sock)


@pytest.mark.parametrize(
    "tree",
    [
        {"t": "dict", "v": [[n * (2**61 - 1), 0] for n in range(90_000)]},
        {"t": "set", "v": [n * (2**61 - 1) for n in range(MAX_NODES - 2)]},
        {"t": "frozenset", "v": [{"t": "tuple", "v": [n * (2**61 - 1)]} for n in range(90_000)]},
        {"t": "set", "v": [float(n * (2**61 - 1)) for n in range(MAX_NODES - 2)]},
        [0] * (MAX_NODES + 1),
        {"t": "int", "v": "f" * 4_000_000},
        {"t": "tuple", "v": [{"t": "int", "v": "0x" + "1" * 40}] * 90_000},
    ],
    ids=["dict", "set", "tuples", "floats", "wide", "long", "many"],
)
def test_values_made_to_be_slow_are_not(tree):
    """In a process of its own, which the kernel ends after `SOON` seconds of processor time."""
    done = subprocess.run(
        [sys.executable, "-c", DECODE],
        cwd=REPOSITORY,
        input=json.dumps(tree).encode(),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (int(SOON), int(SOON))),
        check=False,
    )
    assert done.returncode == 0


def test_honest_collisions_pass():
    value = {*range(5000), *(float(n) + 0.5 for n in range(5000)), -1, -2, *map(str, range(5000))}
    assert Decoder(refuse_tag).decode(Encoder(refuse).encode(value)) == value
    assert math.isnan(next(iter(Decoder(refuse_tag).decode({"t": "set", "v": [{"t": "float", "v": "nan"}] * 1000}))))


@pytest.mark.parametrize("depth", [MAX_DEPTH + 2, 900, 100_000])
@pytest.mark.parametrize("opening", ["[", '{"t":"tuple","v":[', '{"t":"index","v":{"k":"category","cats":'])
def test_depth_ends_in_a_refusal(depth, opening):
    closing = "".join({"[": "]", "{": "}"}.get(char, "") for char in reversed(opening))
    assert decoded((opening * depth + closing * depth).encode()) is None


@pytest.mark.parametrize("name", TARGETS)
def test_what_the_fuzzer_found_stays_mended(name):
    seeds = [json.dumps(tree).encode() for tree in SEEDS[name]]
    for data in [*seeds, *(path.read_bytes() for path in sorted(CORPUS.glob(f"{name}-*.json")))]:
        assert attempt(TARGETS[name], data) == ""


@pytest.mark.slow
@pytest.mark.parametrize("name", TARGETS)
def test_the_fuzzer_finds_nothing_in_a_few_seconds(name):
    """Under the learners' runtime, which has the NumPy and pandas that the portal has not."""
    python = str(find_runtime().python)
    command = [python, "-B", "-m", "tests.fuzz.grading", name, "--seconds", "2", "--seed", "1"]
    said = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
    assert "0 findings" in said.stdout
