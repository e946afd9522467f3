# ruff: noqa: E501  (submitted code reads better unbroken)
"""Attempts to use more than allowed, each ended from outside under its own name; and use just below each limit."""

import time
from dataclasses import replace

import pytest

from projects.grading.engine import grade
from projects.grading.limits import MB, NOTEBOOK
from tests.projects.grading.build import answer, bundle, by_id, check, work

pytestmark = pytest.mark.box

TIGHT = replace(
    NOTEBOOK, cpu=1.0, wall=25.0, memory=160 * MB, processes=12, file_size=4 * MB, tmpfs=8 * MB, output=4096
)
EXERCISE = bundle(
    answer("first", "first = 1"),
    check("before", "assert first == 1"),
    answer("f", "def f():\n    return 1"),
    check("target", "assert f() == 1", points=2),
)

TOO_MUCH = {
    "spins": ("def f():\n    while True: pass", "time_limit"),
    "spins in a cell": ("while True: pass", "time_limit"),
    "spins in many processes": (
        "import os\ndef f():\n    for _ in range(3):\n        if os.fork() == 0:\n            while True: pass\n    while True: pass",
        "time_limit",
    ),
    "sleeps": ("import time\ndef f():\n    time.sleep(60)", "wall_limit"),
    "ignores signals": (
        "import signal, time\nfor n in range(1, 65):\n    try: signal.signal(n, signal.SIG_IGN)\n    except (OSError, ValueError): pass\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\ntime.sleep(60)",
        "wall_limit",
    ),
    "stops itself": ("import os, signal\ndef f():\n    os.kill(os.getpid(), signal.SIGSTOP)", "wall_limit"),
    "one big block": ("def f():\n    return len(bytearray(10**9))", "memory_limit"),
    "shared memory": (
        "import mmap, time\ndef f():\n    m = mmap.mmap(-1, 300 * 2**20)\n    for n in range(0, 300 * 2**20, 4096): m[n] = 1\n    time.sleep(60)",
        "memory_limit",
    ),
    "shared memory of no process": (
        "import ctypes\ndef f():\n    libc = ctypes.CDLL(None)\n    libc.shmat.restype = ctypes.c_void_p\n    for n in range(100):\n"
        "        segment = libc.shmget(0, 4 * 2**20, 0o1600)\n        if segment < 0: raise OSError\n"
        "        place = libc.shmat(segment, None, 0)\n        ctypes.memset(place, 1, 4 * 2**20)\n        libc.shmdt(ctypes.c_void_p(place))\n"
        "    return 1",
        "runtime_error",
    ),
    "files in memory": (
        "import os\ndef f():\n    for n in range(100): os.write(os.memfd_create('x'), b'x' * 4 * 2**20)\n    return 1",
        "runtime_error",
    ),
    "memory of many": (
        "import os, time\ndef f():\n    for _ in range(4):\n        if os.fork() == 0:\n"
        "            kept = [bytes([n % 256]) * 2**20 for n in range(90)]\n            time.sleep(60)\n    time.sleep(60)",
        "memory_limit",
    ),
    "fork bomb": ("import os\ndef f():\n    while True:\n        try: os.fork()\n        except OSError: pass", "process_limit"),
    "thread bomb": (
        "import threading, time\ndef f():\n    while True:\n        threading.Thread(target=time.sleep, args=(60,)).start()",
        "process_limit",
    ),
    "output flood": ("import os\ndef f():\n    while True: os.write(1, b'x' * 4096)", "output_limit"),
    "endless sequence": ("def f():\n    class E:\n        def __iter__(self): return iter(int, 1)\n    return E()", None),
    "deep answer": ("def f():\n    a = []\n    for _ in range(500): a = [a]\n    return a", None),
    "crash": ("import ctypes\ndef f():\n    ctypes.string_at(0)", "runtime_error"),
    "huge integer": ("def f():\n    return 10**100000", None),
    "full disk": ("def f():\n    open('big', 'wb').write(b'x' * 3 * 2**20)\n    open('more', 'wb').write(b'x' * 3 * 2**20)\n"
                  "    open('too', 'wb').write(b'x' * 3 * 2**20)\n    return 1", "runtime_error"),
    "big file": ("import signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
                 "def f():\n    open('big', 'wb').write(b'x' * 5 * 2**20)\n    return 1", "runtime_error"),
}  # fmt: skip


@pytest.mark.parametrize("name", TOO_MUCH)
def test_a_limit_ends_the_run_under_its_name(name):
    source, verdict = TOO_MUCH[name]
    started = time.monotonic()
    limits = replace(TIGHT, wall=2.5) if verdict == "wall_limit" else TIGHT
    result = grade(EXERCISE, work(first="first = 1", f=source), seed=1, limits=limits)
    assert time.monotonic() - started < 30
    groups = by_id(result)
    assert groups["before"].score == 1, "what was earned before the limit is kept"
    assert groups["target"].score == 0
    if verdict is not None:
        assert groups["target"].verdict == verdict
    assert not result.is_ours


def test_just_below_every_limit_passes():
    source = (
        "import os, threading, time\n"
        "def f():\n"
        "    until = time.process_time() + 0.3\n"
        "    while time.process_time() < until: pass\n"
        "    kept = bytearray(60 * 2**20)\n"
        "    time.sleep(0.5)\n"
        "    threads = [threading.Thread(target=time.sleep, args=(0.1,)) for _ in range(6)]\n"
        "    for thread in threads: thread.start()\n"
        "    for thread in threads: thread.join()\n"
        "    print('x' * 30000)\n"
        "    with open('file', 'wb') as stream: stream.write(b'x' * 3 * 2**20)\n"
        "    return 1"
    )
    result = grade(EXERCISE, work(first="first = 1", f=source), seed=1, limits=TIGHT)
    assert result.verdict == "passed", result.groups
    assert 300 <= result.usage.cpu_ms <= 1000
    assert 500 <= result.usage.wall_ms <= 25_000
    assert 60 <= result.usage.peak_mb <= 160
