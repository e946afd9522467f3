"""What a box holds of its memory limit: what it shares with the warm parent neither counts nor makes room for more."""

from dataclasses import replace

import pytest

from projects.grading.engine import grade
from projects.grading.limits import MB, NOTEBOOK
from tests.projects.grading.build import answer, bundle, check, work

pytestmark = pytest.mark.box
LIMIT, MARGIN = 200, 40
EXERCISE = bundle(answer("f", "def f(): return 1"), check("target", "assert f() == 1"))
ONE_PROCESS = """
import mmap, time
def f():
    kept = mmap.mmap(-1, {mb} * 2**20)
    for place in range(0, len(kept), 4096):
        kept[place] = 1
    time.sleep(0.2)
    return 1
"""
FOUR_PROCESSES = """
import os, time
def f():
    forked = [os.fork() for _ in range(2)]
    kept = bytearray(b"x") * ({mb} * 2**18)
    time.sleep(0.4 if all(forked) else 60)
    return 1
"""


@pytest.mark.parametrize("source", [ONE_PROCESS, FOUR_PROCESSES], ids=["one process", "four processes"])
@pytest.mark.parametrize(("mb", "verdict"), [(LIMIT - MARGIN, "passed"), (LIMIT + 8, "memory_limit")])
def test_the_limit_holds_for_what_a_job_adds_to_its_parent(source, mb, verdict):
    limits = replace(NOTEBOOK, memory=LIMIT * MB)
    result = grade(EXERCISE, work(f=source.format(mb=mb)), seed=1, limits=limits)
    assert result.groups[0].verdict == verdict
    assert mb - 8 <= result.usage.peak_mb <= mb + MARGIN
