"""Grading real notebooks in real boxes: verdicts, the weaker way, our own failures, and the command line."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from projects.grading import box, lanes, notebook_run
from projects.grading.engine import BoxUnavailable, Result, Stopped, UploadRefused, grade, probe_box, self_test
from projects.grading.limits import GRADER, NOTEBOOK
from projects.grading.result import Group, clean_text, overall
from tests.projects.grading.build import answer, bundle, by_id, check, code, hidden, work


@pytest.mark.box
def test_an_exception_that_is_not_made_by_its_message_alone_fails_its_own_test_only():
    """NumPy's own errors keep what they are about in attributes; their base class tells as much."""
    exercise = bundle(
        code("import numpy as np"),
        answer("scale", "def scale(x): return 2 * x"),
        check("test_scale", "assert scale(2) == 4", points=2),
        answer("join", "def join(x): return x"),
        check("test_join", "assert join([1, 2]) == [1, 2]", points=2),
        check(
            "test_type", "try:\n    join([1, 2])\nexcept TypeError:\n    raise AssertionError('a TypeError')", points=1
        ),
    )
    mistaken = work(scale="def scale(x): return 2 * x", join="def join(x): return np.array(['a']) + np.array(x)")
    result = grade(exercise, mistaken, seed=1)
    assert result.score == 2
    groups = by_id(result)
    assert (groups["test_join"].verdict, groups["test_type"].message) == (
        "runtime_error",
        "AssertionError: a TypeError",
    )


@pytest.mark.box
def test_each_way_to_fail_has_its_verdict():
    exercise = bundle(
        answer("syntax", "syntax = 1"),
        check("test_syntax", "assert syntax == 1"),
        answer("crash", "crash = 1"),
        check("test_crash", "assert crash == 1"),
        answer("absent", "absent = 1"),
        check("test_absent", "assert absent == 1"),
        answer("raising", "def raising(): return 1"),
        check("test_raising", "assert raising() == 1"),
        answer("wrong", "wrong = 1"),
        check("test_wrong", "assert wrong == 1, f'wrong is {wrong}'"),
        answer("memory", "def memory(): return 1"),
        check("test_memory", "assert memory() == 1"),
        answer("none", "def none(): return 1"),
        check("test_none", "assert none() == 1\n" + hidden("assert none() == 'hidden'")),
    )
    upload = work(
        syntax="syntax = = 1",
        crash="crash = 1 / 0",
        absent="pass",
        raising="def raising(): return {}['key']",
        wrong="wrong = '<b>\\x1b[31m2'",
        memory="def memory(): return len(bytes(2 ** 40))",
        none="def none(): pass",
    )
    result = grade(exercise, upload, seed=1)
    found = {id_.removeprefix("test_"): (group.verdict, group.message) for id_, group in by_id(result).items()}
    assert {name: verdict for name, (verdict, _) in found.items()} == {
        "syntax": "compile_error",
        "crash": "runtime_error",
        "absent": "missing_target",
        "raising": "runtime_error",
        "wrong": "failed",
        "memory": "memory_limit",
        "none": "failed",
    }
    assert "SyntaxError" in found["syntax"][1]
    assert found["crash"][1] == "ZeroDivisionError: division by zero (in the cell crash)"
    assert found["absent"][1] == "absent is not defined."
    assert "KeyError" in found["raising"][1]
    assert found["wrong"][1] == "AssertionError: wrong is <b>[31m2"
    assert found["none"][1] == "AssertionError: assert none() == 1"
    assert (result.verdict, result.score, result.max_score) == ("failed", 0, 7)


@pytest.mark.box
def test_a_cell_that_cannot_be_lifted_is_decided_when_published():
    exercise = bundle(
        code(
            "class Point:\n    def __init__(self, x): self.x = x\n    def __eq__(self, o): return self.x == o.x",
            "p",
            locked=True,
        ),
        answer("make", "def make(x):\n    return Point(x)"),
        check("compares", "assert make(3) == Point(3)"),
        check("reads", "assert make(3).x == 3"),
        check("partly", "assert make(1) == Point(1)\n" + hidden("assert make(2) == Point(2)") + "\n0.5"),
    )
    found = self_test(exercise)
    assert set(found.in_kernel) == {"compares", "partly"}
    assert found.config["in_kernel"] == ["compares", "partly"]
    assert found.config["objects"] == {"reads": ["make", "make()"]}
    published = replace(exercise, config=found.config)
    result = grade(published, work(make="def make(x):\n    return Point(x)"), seed=1)
    assert {group.id: (str(group.score), group.lifted) for group in result.groups} == {
        "compares": ("1", False), "reads": ("1", True), "partly": ("0.5", False),
    }  # fmt: skip
    wrong = by_id(grade(published, work(make="def make(x):\n    return Point(1)"), seed=1))
    assert wrong["compares"].score == wrong["partly"].score == 0
    assert wrong["partly"].message == "A hidden test failed (AssertionError)."


@pytest.mark.box
def test_a_fault_of_the_tests_is_never_the_learners():
    for test in ("import os\nos._exit(1)", "def broken(:", "raise SystemExit"):
        exercise = bundle(answer("f", "f = 1"), check("target", test))
        result = grade(exercise, work(f="f = 1"), seed=1)
        assert (result.verdict, result.score, result.is_ours) == ("grader_error", 0, True)
        assert "our fault" in result.groups[0].message
        assert not self_test(exercise).ok


@pytest.mark.box
def test_tests_that_hang_are_our_fault_and_endless_asking_is_the_learners(monkeypatch):
    monkeypatch.setattr(notebook_run, "GRADER", replace(GRADER, cpu=1.0))
    upload = work(f="def f():\n    return 0")
    hangs = bundle(answer("f", ""), check("target", "while True: pass"))
    assert grade(hangs, upload, seed=1).verdict == "grader_error"
    monkeypatch.setattr(notebook_run, "GRADER", GRADER)
    asks = bundle(answer("f", ""), check("target", "while f() < 10: pass"))
    assert grade(asks, upload, seed=1, limits=replace(NOTEBOOK, wall=2.0)).verdict == "wall_limit"


@pytest.mark.box
def test_a_run_can_be_stopped_and_tells_its_progress():
    exercise = bundle(answer("f", "f = 1"), check("target", "assert f"))
    said = []
    grade(exercise, work(f="f = 1"), seed=1, on_progress=said.append)
    assert said == ["Starting", "Check 1 of 1: target"]
    with pytest.raises(Stopped):
        grade(exercise, work(f="while True: pass"), seed=1, should_stop=lambda: True)


def test_without_a_box_nothing_runs(monkeypatch):
    exercise = bundle(answer("f", "f = 1"), check("target", "assert f"))
    monkeypatch.setattr(box.shutil, "which", lambda _: None)
    with pytest.raises(BoxUnavailable, match="apt-get install bubblewrap"):
        grade(exercise, work(f="open('/tmp/ran', 'w')"), seed=1)
    report = probe_box()
    assert not report.available
    assert "bubblewrap" in report.remedy


def test_without_a_runtime_the_remedy_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("GRADING_RUNTIME", str(tmp_path))
    with pytest.raises(BoxUnavailable, match="make setup"):
        grade(bundle(answer("f", ""), check("t", "")), work(f=""), seed=1)


@pytest.mark.box
def test_a_box_that_fails_to_build_is_not_the_learners_fault(monkeypatch):
    monkeypatch.setattr(box, "_isolation", lambda _: ["--ro-bind", "/nowhere/at/all", "/x"])
    with lanes.use(None), pytest.raises(BoxUnavailable, match="could not be built: bwrap"):
        grade(bundle(answer("f", ""), check("t", "")), work(f=""), seed=1)


@pytest.mark.box
def test_doctor_finds_a_box():
    report = probe_box()
    assert report.available, report.reason
    assert report.details["seccomp"] is True


def test_unsafe_names_beside_the_notebook_are_refused():
    exercise = bundle(answer("f", ""), check("t", ""))
    with pytest.raises(UploadRefused, match="leads elsewhere"):
        grade(exercise, {**work(f=""), "../x": b""}, seed=1)


def test_a_result_survives_json():
    group = Group("g", "G", Decimal("0.1"), Decimal("0.30"), "partial", "m", "hidden", False)
    result = Result("partial", Decimal("0.1"), Decimal("0.30"), (group,), ("n",))
    assert Result.from_dict(json.loads(json.dumps(result.to_dict()))) == result
    for change in ({"schema_version": 2}, {"verdict": "great"}):
        with pytest.raises(ValueError):
            Result.from_dict({**result.to_dict(), **change})


def test_the_overall_verdict_names_a_shared_cause():
    def groups(*verdicts):
        return tuple(Group(v, v, Decimal(v == "passed"), Decimal(1), v) for v in verdicts)

    assert overall(groups("passed", "passed")) == "passed"
    assert overall(groups("passed", "failed")) == "partial"
    assert overall(groups("runtime_error", "runtime_error")) == "runtime_error"
    assert overall(groups("runtime_error", "failed")) == "failed"
    assert overall(groups("passed", "failed"), "time_limit") == "time_limit"
    assert overall(groups("passed", "grader_error"), "time_limit") == "grader_error"


def test_messages_are_cleaned():
    assert clean_text("a\x1b[31m\x00b\u202e\ud800\tc") == "a[31mb\tc"
    assert len(clean_text("x" * 9000)) == 2000


def test_the_engine_imports_no_django():
    script = "import sys, projects.grading.__main__; print('django' in sys.modules, 'numpy' in sys.modules)"
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    said = subprocess.run([sys.executable, "-c", script], cwd=root, env=environment, capture_output=True, check=True)
    assert said.stdout.split() == [b"False", b"False"]


def test_notebook_limits_are_the_documented_ones():
    assert (NOTEBOOK.cpu, NOTEBOOK.wall, NOTEBOOK.memory >> 20, NOTEBOOK.processes) == (60, 120, 1024, 32)
    assert NOTEBOOK.output_flood == 4 << 20


@pytest.mark.box
def test_what_is_not_written_yet_is_called_so_by_visible_and_hidden_tests():
    cells = [answer("f", ""), check("seen", "assert f() == 1"), check("unseen", hidden("assert f() == 1"))]
    result = grade(bundle(*cells), work(f="def f():\n    raise NotImplementedError()"), seed=1)
    assert {group.message.partition(" (")[0] for group in result.groups} == {"This part is not written yet"}
    assert {group.verdict for group in result.groups} == {"runtime_error"}


@pytest.mark.box
def test_a_magic_around_a_test_tells_no_more_of_its_hidden_part():
    exercise = bundle(
        answer("double", "def double(x):\n    return 2 * x"),
        check("told", "%%capture\nassert double(2) == 4\n" + hidden("assert double(3) == 6, 'SECRET 6'")),
    )
    (group,) = grade(exercise, work(double="def double(x):\n    return 4"), seed=1).groups
    assert (group.score, group.message) == (0, "A hidden test failed (AssertionError).")
