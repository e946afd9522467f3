"""The warm lane: the same results as the cold one, nothing passed on from job to job, and a way out when it fails."""

import json
import os
import signal
import time
from contextlib import suppress
from dataclasses import replace

import pytest

from projects.grading import box, lanes, warm, watch
from projects.grading.box import BoxSpec, start_box
from projects.grading.engine import BoxUnavailable, SystemFault, grade
from projects.grading.lanes import ZONES, WarmLane
from projects.grading.limits import NOTEBOOK
from projects.grading.processes import kill, tree
from projects.grading.runtime import find_runtime
from projects.grading.warm import WarmParent
from projects.grading.watch import Watch
from projects.grading.workers import in_order
from tests.projects.grading.build import answer, bundle, check, work

pytestmark = pytest.mark.box


def report_of(source):
    """What a learner's function returns, as its failing test tells it."""
    exercise = bundle(answer("f", "def f(): return 1"), check("target", "assert False, str(f())"))
    group = grade(exercise, work(f=f"def f():\n    {source}"), seed=7).groups[0]
    return group.message.partition(": ")[2]


def bare_lane(words, **settings):
    """A lane of a test's own, whose parents start quickly since they import nothing beforehand."""
    return WarmLane(on_cold=words.append, packages=(), **settings)


def end(parent):
    """Kill a parent as the kernel might, and wait until it is gone."""
    _, *inner = tree(parent.pid)
    kill(inner)
    until = time.monotonic() + 10
    while len(list(tree(parent.pid))) > 1 and time.monotonic() < until:
        time.sleep(0.01)


@pytest.fixture
def parent(warm_lane):
    """A function from a zone to this process's warm parent for it."""
    return warm_lane.parent_of


def test_a_job_is_forked_and_not_started(warm_lane):
    exercise = bundle(answer("f", "f = 1"), check("target", "assert f == 1"))
    before = warm_lane.parent_of("learner").jobs, warm_lane.parent_of("grader").jobs
    assert grade(exercise, work(f="f = 1"), seed=1).verdict == "passed"
    assert (warm_lane.parent_of("learner").jobs, warm_lane.parent_of("grader").jobs) == (before[0] + 1, before[1] + 1)


def test_a_box_waits_for_the_next_job_and_is_replaced_where_its_limits_are_others(parent):
    exercise = bundle(answer("f", "def f(): return 1"), check("target", "assert f() == 0, f()"))
    own = "import os\ndef f():\n    return os.readlink('/proc/self/ns/pid')"

    def own_namespace(limits):
        return grade(exercise, work(f=own), seed=1, limits=limits).groups[0].message.partition(": ")[2]

    def waiting():
        below = list(tree(parent("learner").process))[1:]
        with suppress(FileNotFoundError):  # one that ends is one that does not wait
            return {os.readlink(f"/proc/{pid}/ns/pid") for pid in below}
        return waiting()

    other = replace(NOTEBOOK, memory=NOTEBOOK.memory // 2)
    first, ready = own_namespace(NOTEBOOK), waiting()
    assert len(ready) == 1
    assert first not in ready
    assert {own_namespace(NOTEBOOK)} == ready
    ready = waiting()
    assert own_namespace(other) not in ready
    until = time.monotonic() + 10
    while waiting() & ready and time.monotonic() < until:
        time.sleep(0.01)
    assert len(waiting() - ready) == len(waiting()) == 1


def test_a_box_of_a_warm_parent_holds_no_power_and_nothing_of_others(parent):
    seen = json.loads(parent("learner").canary())
    assert {seen["status"][name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
    assert (seen["status"]["NoNewPrivs"], seen["status"]["Seccomp"]) == ("1", "2")
    assert (seen["descriptors"], seen["processes"], seen["files"]) == ([0, 1, 2], [1, 2], [])
    assert (seen["user"], seen["threads"]) == ([1000, 1000], 1)


def test_a_job_in_a_box_that_waited_has_its_own_descriptors_and_no_power():
    look = (
        "import os\n    lines = open('/proc/self/status').read().splitlines()\n    "
        "return sorted(map(int, os.listdir('/proc/self/fd')))[:-1], "
        "{line.split()[1] for line in lines if line.startswith('Cap')}, "
        "[line.split()[1] for line in lines if line.startswith(('NoNewPrivs', 'Seccomp:'))]"
    )
    assert [report_of(look) for _ in range(2)] == [str(([0, 1, 2, 3], {"0" * 16}, ["1", "2"]))] * 2


def test_a_waiting_box_that_ended_costs_nothing():
    exercise = bundle(answer("f", "f = 1"), check("target", "assert f == 1"))
    words = []
    with bare_lane(words) as lane, lanes.use(lane):
        served = lane.parent_of("learner")
        grade(exercise, work(f="f = 1"), seed=1)
        kill(list(tree(served.process))[1:])
        until = time.monotonic() + 10
        while list(tree(served.process))[1:] and time.monotonic() < until:
            time.sleep(0.01)
        assert grade(exercise, work(f="f = 1"), seed=1).verdict == "passed"
        assert lane.parent_of("learner") is served
    assert words == []


def test_what_a_job_leaves_is_gone_for_the_next():
    needs = "import os, builtins, numpy\n    files = [f'{place}/left' for place in ('/tmp', '.', '/dev/shm')]\n    "
    leave = (
        "builtins.left = numpy.left = 1\n    os.environ['LEFT'] = '1'\n    [open(file, 'w').close() for file in files]"
    )
    assert report_of(f"{needs}{leave}\n    return 'left'") == "left"
    look = "[*map(os.path.exists, files), hasattr(builtins, 'left'), hasattr(numpy, 'left'), 'LEFT' in os.environ]"
    assert report_of(f"{needs}return {look}") == str([False] * 6)


def test_two_jobs_draw_different_numbers_from_the_system_and_the_same_from_their_seed():
    needs = "import random, uuid, numpy\n    return "
    fresh = needs + "[random.SystemRandom().random(), uuid.uuid4().hex, numpy.random.default_rng().random()]"
    assert report_of(fresh) != report_of(fresh)
    seeded = needs + "[random.random(), numpy.random.random()]"
    assert report_of(seeded) == report_of(seeded)


@pytest.mark.parametrize(
    "attempt",
    [
        "import ctypes\n    return ctypes.CDLL(None).unshare(0x10000000)",
        "import ctypes\n    return ctypes.CDLL(None).mount(b'tmpfs', b'/tmp', b'tmpfs', 0, None)",
        "import os\n    return open('/proc/1/mem', 'rb') and 0",
        "import os\n    return open('/dev/x', 'w') and 0",
        "import os\n    return open('/proc/sys/kernel/hostname', 'w') and 0",
        "import os\n    return os.kill(1, 9) or os.listdir('/proc/1/fd') or -1",
    ],
    ids=["user namespace", "mount", "memory of the first process", "device folder", "kernel settings", "first process"],
)
def test_a_job_cannot_reach_beyond_its_box(attempt):
    body = attempt.replace("\n    return ", "\n        return ")
    assert report_of(f"try:\n        {body}\n    except OSError as error:\n        return -1") == "-1"


def test_a_parent_that_dies_is_replaced_and_the_job_runs_in_a_cold_box():
    words = []
    exercise = bundle(answer("f", "f = 1"), check("target", "assert f == 1"))
    with bare_lane(words) as lane, lanes.use(lane):
        lost = lane.parent_of("learner")
        end(lost)
        assert grade(exercise, work(f="f = 1"), seed=1).verdict == "passed"
        assert len(words) == 1
        assert "learner" in words[0]
        grade(exercise, work(f="f = 1"), seed=1)
        assert lane.parent_of("learner").pid != lost.pid
        assert grade(exercise, work(f="f = 1"), seed=1).verdict == "passed"
        assert lane.parent_of("learner").jobs == 2  # its first canary, and a job
    assert len(words) == 1


def test_where_no_parent_can_be_had_jobs_run_cold_and_parents_are_tried_ever_less_often(monkeypatch):
    started = []

    def broken(spec, *descriptors):
        started.append(spec.module)
        return start_box(replace(spec, module="hello"), *descriptors)  # says something else, and ends

    monkeypatch.setattr(warm, "start_box", lambda spec, *rest: (broken if spec.is_parent else start_box)(spec, *rest))
    words = []
    exercise = bundle(answer("f", "f = 1"), check("target", "assert f == 1"))
    with bare_lane(words) as lane, lanes.use(lane):
        verdicts = [grade(exercise, work(f="f = 1"), seed=1).verdict for _ in range(6)]
    assert set(verdicts) == {"passed"}
    assert started == ["warm"] * 4  # of each zone the first one, and one more
    assert len(words) == 4


def test_a_parent_makes_room_for_a_successor_after_its_share_of_jobs():
    exercise = bundle(answer("f", "f = 1"), check("target", "assert f == 1"))
    words = []
    with bare_lane(words, jobs_of_a_parent=2) as lane, lanes.use(lane):
        first = lane.parent_of("learner").pid
        until = time.monotonic() + 60
        while lane.parent_of("learner").pid == first and time.monotonic() < until:
            assert grade(exercise, work(f="f = 1"), seed=1).verdict == "passed"
        assert lane.parent_of("learner").pid != first
        assert not os.path.exists(f"/proc/{first}")
    assert words == []


def test_a_changed_parent_is_found_by_the_canary():
    parent = WarmParent("learner", find_runtime(), packages=())
    try:
        assert parent.is_ready(60)
        assert parent.is_sound()
        parent.expected = parent.expected.replace(b'"threads": 1', b'"threads": 2')
        assert not parent.is_sound()
    finally:
        parent.close()


def test_a_canary_that_does_not_answer_is_ended_and_leaves_no_descriptor(parent, monkeypatch):
    learner, before = parent("learner"), len(os.listdir("/proc/self/fd"))
    at_rest = set(tree(learner.pid))
    with monkeypatch.context() as patched:
        patched.setattr(warm, "LOOK", 0.0)
        assert not learner.is_sound()
    assert len(os.listdir("/proc/self/fd")) == before
    assert set(tree(learner.pid)) == at_rest
    assert learner.is_sound()


def test_a_box_that_cannot_be_ended_holds_no_worker_up(parent, monkeypatch):
    """Its parent hangs, so that nobody tells of the box's end; the box itself waits for a job that does not come."""
    learner = parent("learner")
    monkeypatch.setattr(box, "KILL_AGAIN", 0.1)
    monkeypatch.setattr(watch, "LONGEST_END", 0.1)
    before = len(os.listdir("/proc/self/fd"))
    reader, writer = os.pipe()
    with open(os.devnull, "wb") as null:
        stuck = learner.start(
            BoxSpec("learner", "canary", NOTEBOOK), reader, null.fileno(), null.fileno(), run="canary"
        )
        os.kill(learner.process, signal.SIGSTOP)
        try:
            with pytest.raises(SystemFault, match="could not be ended"):
                Watch(stuck, NOTEBOOK).end()
        finally:
            os.kill(learner.process, signal.SIGCONT)
            os.close(reader)
            os.close(writer)
    del stuck
    assert len(os.listdir("/proc/self/fd")) == before
    assert learner.is_sound()


def test_nothing_is_left_when_a_lane_closes():
    before = set(tree(os.getpid()))
    with bare_lane([]) as lane:
        lane.parent_of("grader")
        assert set(tree(os.getpid())) - before
    assert not set(tree(os.getpid())) - before


def test_a_job_cannot_find_its_parents_home_through_the_first_process(parent):
    """That home is one for all jobs of a parent, and lies below what each job sees."""
    seen = []

    def look(_):
        forked = [pid for pid in list(tree(parent("learner").pid))[3:] if os.path.exists(f"/proc/{pid}")]
        seen.extend(os.readlink(f"/proc/{pid}/cwd") for pid in forked[:1])

    exercise = bundle(answer("f", "def f(): return 1"), check("target", "assert f() == 1"))
    slow = "import time\ndef f():\n    time.sleep(0.3)\n    return 1"
    assert grade(exercise, work(f=slow), seed=1, on_progress=look).verdict == "passed"
    assert set(seen) == {"/"}


def test_the_end_of_a_parent_in_the_middle_of_a_run_is_no_doing_of_the_learner():
    exercise = bundle(answer("f", "def f(): return 1"), check("target", "assert f() == 1"))
    waits = work(f="import time\ndef f():\n    time.sleep(20)\n    return 1")
    for zone in ZONES:
        with bare_lane([]) as lane, lanes.use(lane):
            parents = {one: lane.parent_of(one) for one in ZONES}

            def stop(stage, parent=parents[zone]):
                if stage != "Starting":
                    end(parent)

            with pytest.raises(SystemFault, match="middle of the run"):
                grade(exercise, waits, seed=1, on_progress=stop)


def test_a_parent_that_cannot_be_started_leaves_no_descriptor(monkeypatch):
    def missing(*_):
        raise BoxUnavailable("No bubblewrap.", "")

    monkeypatch.setattr(warm, "start_box", missing)
    runtime, before = find_runtime(), os.listdir("/proc/self/fd")
    for _ in range(3):
        with pytest.raises(BoxUnavailable):
            WarmParent("learner", runtime)
    assert len(os.listdir("/proc/self/fd")) == len(before)


def test_a_parent_that_never_gets_ready_is_given_up(monkeypatch):
    monkeypatch.setattr(warm, "LONGEST_START", 0.0)
    monkeypatch.setattr(lanes, "ANSWER", 0.0)
    words = []
    exercise = bundle(answer("f", "f = 1"), check("target", "assert f == 1"))
    with bare_lane(words) as lane, lanes.use(lane):
        assert grade(exercise, work(f="f = 1"), seed=1).verdict == "passed"
        assert lane.parents == []
    assert [word for word in words if "does not get ready" in word] == words
    assert len(words) == 2


def test_a_lane_that_cannot_open_leaves_its_jobs_to_cold_boxes(monkeypatch):
    def exhausted(*_):
        raise OSError("no descriptors left")

    monkeypatch.setattr(lanes, "WarmParent", exhausted)
    done = list(in_order(lambda task: task, [1, 2], jobs=2, lane="warm"))
    assert done == [1, 2]


def test_a_parent_that_waits_for_its_successor_is_still_looked_after(monkeypatch):
    monkeypatch.setattr(lanes, "JOBS_BETWEEN_CANARIES", 1)
    monkeypatch.setattr(lanes._Place, "renew", lambda self, runtime: self.parent)  # the successor never comes
    words = []
    exercise = bundle(answer("f", "f = 1"), check("target", "assert f == 1"))
    with bare_lane(words, jobs_of_a_parent=1) as lane, lanes.use(lane):
        lane.parent_of("learner").expected = b"{}"
        assert grade(exercise, work(f="f = 1"), seed=1).verdict == "passed"
    assert any("has changed" in word for word in words)
