# ruff: noqa: E501  (tables of words)
"""A coverage-guided fuzzer of what reads strangers' bytes: frames and values from the learner's box, and notebooks.

    .runtime/bin/python -m tests.fuzz.grading values --seconds 300
    .runtime/bin/python -m tests.fuzz.grading notebooks --seconds 300

It keeps inputs that reach new lines in memory, starts from `corpus/`, and writes an input that ends in anything but a
value or the reader's own error, or takes too long, to `corpus/<target>-<digest>.json`, which the suite replays.
(Fuzzers from PyPI do not build on this Python, or need a compiler; a line tracer is enough for these small readers.)
"""

import argparse
import hashlib
import json
import random
import resource
import sys
import time
import traceback
import warnings
from pathlib import Path

from projects.grading.boxed.codec import Decoder
from projects.grading.boxed.wire import ProtocolError, loads
from projects.grading.errors import NotebookError
from projects.grading.notebook import read_notebook
from projects.grading.plan import answers_of
from projects.grading.release import release_version

CORPUS = Path(__file__).with_name("corpus")
SECONDS = 2.0
MEMORY = 2 << 30
WATCHED = ("codec.py", "tables.py", "wire.py", "notebook.py", "release.py", "plan.py", "identity.py")
TAGS = ["tuple", "set", "frozenset", "dict", "bytes", "float", "int", "complex", "ndarray", "scalar", "series", "frame",
        "index", "multiindex", "timestamp", "missing", "handle"]  # fmt: skip
WORDS = [*TAGS, "t", "v", "d", "s", "k", "i", "c", "n", "r", "cats", "codes", "ordered", "array", "category", "object",
         "nan", "-inf", "0x1f", "O", "<f8", "|b1", "<U3", "<M8[ns]", "<i8", "AAAAAAAAAAA=", "Int64", "string", "NaT", "NA",
         "datetime64[ns, UTC]", "2020-01-01", "cells", "metadata", "nbgrader", "grade", "solution", "task", "locked",
         "grade_id", "points", "schema_version", "source", "cell_type", "code", "markdown", "heading", "level", "input",
         "worksheets", "### BEGIN SOLUTION", "### END SOLUTION", "### BEGIN HIDDEN TESTS", "%%grader", "1e999", "\ud800"]  # fmt: skip
NUMBERS = [0, 1, -1, 2, 8, 2**31, 2**63, -(2**63), 10**18, 10**400, 0.5, -0.0, 1e308, True, False, None]
SEEDS = {
    "values": [
        {"t": "tuple", "v": [1, {"t": "set", "v": [1]}]}, {"t": "dict", "v": [["a", {"t": "bytes", "v": "AA=="}]]},
        {"t": "ndarray", "d": "<f8", "s": [1], "v": "AAAAAAAAAAA="}, {"t": "scalar", "d": "<i8", "v": "AAAAAAAAAAA="},
        {"t": "ndarray", "d": "O", "s": [2], "v": [1, "a"]}, {"t": "timestamp", "v": "2020-01-01"},
        {"t": "series", "n": "x", "i": {"t": "index", "r": [0, 1, 1], "n": None},
         "v": {"k": "array", "v": {"t": "ndarray", "d": "<i8", "s": [1], "v": "AAAAAAAAAAA="}}},
        {"t": "frame", "c": {"t": "index", "v": {"k": "string", "v": ["a"]}, "n": None},
         "i": {"t": "index", "r": [0, 1, 1], "n": None}, "v": [{"k": "Int64", "v": [1]}]},
        {"t": "index", "n": None, "v": {"k": "category", "codes": {"t": "ndarray", "d": "|i1", "s": [1], "v": "AA=="},
         "cats": {"t": "index", "v": {"k": "string", "v": ["a"]}, "n": None}, "ordered": False}},
        {"t": "multiindex", "v": [{"k": "string", "v": ["a"]}, {"k": "Int64", "v": [1]}], "n": [None, "b"]},
    ],
    "notebooks": [
        {"cells": [{"cell_type": "code", "source": "x", "metadata": {"nbgrader": {
            "grade": True, "solution": False, "locked": True, "grade_id": "a", "points": 1, "schema_version": 3}}}],
         "nbformat": 4, "metadata": {}},
        {"cells": [{"cell_type": "code", "source": ["### BEGIN SOLUTION\n", "### END SOLUTION"], "metadata": {
            "nbgrader": {"solution": True, "grade_id": "b", "schema_version": 1}}}], "nbformat": 4},
        {"worksheets": [{"cells": [{"cell_type": "code", "input": "x"}, {"cell_type": "heading", "level": 2}]}]},
    ],
}  # fmt: skip


def values(data):
    """Decode a frame as the grader does."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            Decoder(_no_handles).decode(loads(data))
    except ProtocolError:
        return


def _no_handles(tag, _):
    raise ProtocolError(tag)


def notebooks(data):
    """Read, release and match a notebook."""
    for use in (read_notebook, release_version, lambda data: answers_of(read_notebook(data), read_notebook(data))):
        try:
            use(data)
        except NotebookError:
            continue


TARGETS = {"values": values, "notebooks": notebooks}


def attempt(target, data):
    """What is wrong with how the target takes the data; empty when nothing is."""
    started = time.process_time()
    try:
        target(data)
    except BaseException:
        return traceback.format_exc()
    spent = time.process_time() - started
    return f"{spent:.1f} s" if spent > SECONDS else ""


def traced(target, data):
    """As `attempt`, with the lines that were reached."""
    lines = set()

    def local(frame, event, _):
        lines.add((frame.f_code.co_filename, frame.f_lineno))
        return local

    sys.settrace(lambda frame, *_: local if frame.f_code.co_filename.endswith(WATCHED) else None)
    try:
        return attempt(target, data), lines
    finally:
        sys.settrace(None)


def mutated(rng, tree, others):
    """A copy of a JSON tree with one to four changes."""
    tree = json.loads(json.dumps(tree))
    for _ in range(rng.randint(1, 4)):
        spots = list(_spots(tree))
        holder, key = rng.choice(spots) if spots else (None, None)
        fresh = rng.choice([lambda: rng.choice(WORDS), lambda: rng.choice(NUMBERS), lambda: [], dict,
                            lambda: _part(rng, rng.choice(others)), lambda: {"t": rng.choice(TAGS), "v": rng.choice(NUMBERS)}])()  # fmt: skip
        if holder is None:
            return fresh
        change = rng.randrange(4)
        if change == 0:
            holder[key] = fresh
        elif change == 1:
            del holder[key]
        elif isinstance(holder, dict):
            holder[rng.choice(WORDS)] = fresh
        else:
            holder[key:key] = [fresh] * rng.choice([1, 1, 2, 40])
    return tree


def _spots(tree):
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, child in list(pairs):
        yield tree, key
        yield from _spots(child)


def _part(rng, tree):
    spots = list(_spots(tree))
    return json.loads(json.dumps(rng.choice([holder[key] for holder, key in spots]) if spots else tree))


def fuzz(name, seconds, seed):
    """Fuzz for so many seconds; the number of inputs tried and the paths of what was found."""
    rng, target = random.Random(seed), TARGETS[name]
    pool = list(SEEDS[name])
    pool += [json.loads(path.read_bytes()) for path in CORPUS.glob(f"{name}-*.json")]
    reached = set().union(*(traced(target, json.dumps(tree).encode())[1] for tree in pool))
    found, count, until = [], 0, time.monotonic() + seconds
    while time.monotonic() < until:
        tree = mutated(rng, rng.choice(pool), pool)
        data = json.dumps(tree).encode()
        if rng.random() < 0.05 and data:
            at = rng.randrange(len(data))
            data = data[:at] + bytes([rng.randrange(256)]) + data[at + rng.randrange(3) :]
        wrong, lines = traced(target, data)
        count += 1
        if wrong:
            found.append(CORPUS / f"{name}-{hashlib.sha256(data).hexdigest()[:12]}.json")
            found[-1].write_bytes(data)
            print(found[-1], wrong, sep="\n", flush=True)
        elif lines - reached and len(data) < 4000:
            reached |= lines
            pool.append(tree)
    print(f"{name}: {count} inputs, {len(pool)} kept, {len(reached)} lines, {len(found)} findings")
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=time.time_ns())
    arguments = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.exit(bool(fuzz(arguments.target, arguments.seconds, arguments.seed)))


if __name__ == "__main__":
    main()
