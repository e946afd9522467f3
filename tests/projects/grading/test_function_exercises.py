"""Function exercises: a learner's module, checked by calls that the grader makes."""

import json
from dataclasses import replace

import pytest

from projects.grading.__main__ import main
from projects.grading.boxed.author import close
from projects.grading.checks import SpecError
from projects.grading.engine import (
    Bundle,
    UploadRefused,
    check_upload,
    declared_points,
    grade,
    release_files,
    self_test,
)
from tests.projects.grading.build import by_id

CHECKS = b"""
from reference import mean as right

def check_mean():
    rng = draw(__seed__)
    agree(mean, right, ([rng.uniform(-9, 9) for _ in range(rng.randint(1, 20))] for _ in range(20)), 1e-6)

def check_shift():
    data = [1.0, 4.0]
    assert close(mean([x + 3 for x in data]) - mean(data), 3.0), "moving all numbers moves the mean"

def check_empty():
    try:
        mean([])
    except ValueError:
        return 0.5
    raise Told("An empty list has no mean: raise ValueError.")
"""
REFERENCE = b"def mean(x):\n    if not x:\n        raise ValueError('empty')\n    return sum(x) / len(x)\n"
GROUPS = [
    {"id": "mean", "points": 2, "title": "The mean", "seconds": 0.5},
    {"id": "shift", "visible": True},
    {"id": "empty", "points": "0.5"},
]
EXERCISE = Bundle(
    "function",
    {
        "checks.py": CHECKS,
        "reference.py": REFERENCE,
        "stats.py": b"def mean(x):\n    ...\n",
        "hidden/x.csv": b"1",
        "a.csv": b"7",
    },
    {"module": "stats.py", "groups": GROUPS},
)


def run(source, exercise=EXERCISE, seed=1):
    return grade(exercise, {"stats.py": source.encode()}, seed=seed)


def outcome(source):
    return {name: (float(group.score), group.verdict, group.message) for name, group in by_id(run(source)).items()}


def test_learners_get_the_starter_and_public_files_only():
    assert release_files(EXERCISE) == {"stats.py": b"def mean(x):\n    ...\n", "a.csv": b"7"}
    assert float(declared_points(EXERCISE)) == 3.5


@pytest.mark.box
def test_the_reference_passes_and_an_empty_module_does_not():
    found = self_test(EXERCISE)
    assert found.ok, found.problems
    assert (found.reference_score, found.release_score) == (found.max_score, 0)
    assert found.reference.groups[0].title == "The mean"


@pytest.mark.box
def test_each_way_to_be_wrong_is_told():
    wrong = outcome("def mean(x):\n    return sorted(x)[0] if x else 1")
    assert wrong["mean"] == (0, "failed", "A hidden test failed (AssertionError).")
    assert wrong["shift"][0] == 1
    assert wrong["empty"] == (0, "failed", "An empty list has no mean: raise ValueError.")
    assert outcome("def mean(x)\n  return 1")["mean"][1] == "compile_error"
    assert outcome("import no_such_module")["shift"][1] == "runtime_error"
    assert outcome("x = 1")["shift"] == (0, "missing_target", "mean is not defined.")
    assert "moving all numbers" in outcome("def mean(x): return len(x) * sum(x)")["shift"][2]


@pytest.mark.box
def test_a_slow_call_costs_its_group_only_unless_it_cannot_be_stopped():
    slow = outcome("import time\ndef mean(x):\n    if len(x) != 2: time.sleep(5)\n    return sum(x) / 2")
    assert slow["mean"][:2] == (0, "time_limit")
    assert slow["shift"][0] == 1
    stubborn = outcome(
        "import signal, time\ndef mean(x):\n    signal.setitimer(signal.ITIMER_REAL, 0)\n    time.sleep(30)"
    )
    assert stubborn["mean"][:2] == (0, "time_limit")
    assert stubborn["shift"][0] == 0


@pytest.mark.box
def test_the_module_lives_apart_from_the_checks():
    spy = "import os\ndef mean(x):\n    assert sorted(os.listdir('.')) == ['a.csv', 'stats.py']\n    return sum(x) / len(x)"
    assert outcome(spy)["shift"][:2] == (1, "passed")
    guarded = "if __name__ == '__main__':\n    raise SystemExit\n" + REFERENCE.decode()
    assert run(guarded).verdict == "passed"
    for forged in (
        "import os\nos._exit(0)",
        "class Y:\n    def __eq__(s, o): return True\n    __add__ = __radd__ = __eq__\ndef mean(x): return Y()",
    ):
        assert run(forged).score == 0


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "no stats.py"),
        ({"a.txt": b""}, "no stats.py"),
        ({"stats.py": b"x" * 300_000}, "256 KB"),
        ({"a.py": b"", "b.py": b""}, "no stats.py"),
    ],
)
def test_uploads_without_the_module_are_refused(files, words):
    with pytest.raises(UploadRefused, match=words):
        check_upload(EXERCISE, files)


@pytest.mark.parametrize(
    "config",
    [{}, {"module": "a/b.py"}, {"module": "my-stats.py"}, {"module": "s.py", "groups": [{"id": "1x"}]},
     {"module": "s.py", "groups": [{"id": "a", "points": -1}]}, {"module": "s.py", "groups": [{"id": "a"}, {"id": "a"}]},
     {"module": "random.py"}, {"module": "checks.py"}],
)  # fmt: skip
def test_a_wrong_config_is_refused(config):
    broken = replace(EXERCISE, config=config)
    with pytest.raises(SpecError):
        _ = declared_points(broken), check_upload(broken, {"s.py": b""})


@pytest.mark.box
def test_the_command_line_takes_a_folder_with_a_bundle(tmp_path, capsys):
    for name, data in EXERCISE.files.items():
        path = tmp_path / "mean" / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(data)
    (tmp_path / "mean" / "bundle.json").write_text(json.dumps({"kind": "function", "config": EXERCISE.config}))
    work = tmp_path / "stats.py"
    work.write_bytes(REFERENCE)
    assert main(["grade", str(tmp_path / "mean"), str(work), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["score"] == 3.5
    assert main(["attack", str(tmp_path / "mean")]) == 0
    assert "equal to everything" in capsys.readouterr().out
    assert main(["release", str(tmp_path / "mean")]) == 2
    assert "a.csv, stats.py" in capsys.readouterr().err


OWN_SUM = Bundle(
    "function",
    {
        "checks.py": b"def check_sum():\n    assert round(sum([1.2, 1.4])) == 3, 'words'\n    assert close(1, 1)\n",
        "reference.py": b"from math import floor as abs\ndef sum(x):\n    return x[0] + x[1]\n",
    },
    {"module": "stats.py", "groups": [{"id": "sum", "visible": True}]},
)


@pytest.mark.box
def test_a_name_that_the_reference_defines_is_the_learners_though_python_has_it_too():
    right = "def round(x): raise KeyError\ndef close(a, b): raise KeyError\ndef sum(x): return x[0] + x[1]"
    assert run(right, OWN_SUM).verdict == "passed"
    (wrong,) = run("def sum(x): return 0", OWN_SUM).groups
    assert (wrong.verdict, wrong.message) == ("failed", "AssertionError: words")
    (absent,) = run("x = 1", OWN_SUM).groups
    assert (absent.verdict, absent.message) == ("missing_target", "sum is not defined.")
    (broken,) = run("def sum(x)\n  return 1", OWN_SUM).groups
    assert broken.verdict == "compile_error"


@pytest.mark.box
def test_a_tool_of_the_author_gives_way_to_a_function_that_is_asked_for():
    checks = b"def check_close():\n    assert close(1, 2) == 'theirs'\n    assert draw(1).random() < 1\n"
    files = {"checks.py": checks, "stats.py": b"def close(a, b):\n    ...\n"}
    exercise = Bundle("function", files, {"module": "stats.py", "groups": [{"id": "close"}]})
    assert run("def close(a, b): return 'theirs'", exercise).verdict == "passed"
    assert run("x = 1", exercise).verdict == "missing_target"


@pytest.mark.box
def test_a_published_version_keeps_to_the_manner_of_its_reference():
    """An object in the place of data would be handed what is expected."""
    files = {
        "checks.py": b"def check_spell():\n    assert spell().endswith('bc')\n",
        "reference.py": b"def spell():\n    return 'abc'\n",
    }
    exercise = Bundle("function", files, {"module": "stats.py", "groups": [{"id": "spell"}]})
    published = replace(exercise, config={**exercise.config, **self_test(exercise).config})
    forged = "class T:\n    def endswith(self, other): return True\ndef spell():\n    return T()"
    assert (run(forged, exercise).score, run(forged, published).score) == (1, 0)


def test_files_that_are_not_taken_are_told():
    upload = {"mine.py": b"", "notes.txt": b""}
    assert check_upload(EXERCISE, upload) == [
        "mine.py was taken as stats.py.",
        "Only stats.py counts; not used: notes.txt.",
    ]


def test_closeness_is_within_a_tolerance_and_of_one_kind():
    assert close([1.0, (2, {"a": 0.1 + 0.2})], [1, (2, {"a": 0.3})])
    assert close(float("nan"), float("nan"))
    assert close(100.0, 101.0, 0.01)
    for found, wanted in (
        ([1], (1,)),
        (True, 1),
        (None, 0),
        ("1", 1),
        ([1, 2], [1]),
        ({"a": 1}, {"b": 1}),
        (1.1, 1.0),
        (1.0, float("nan")),
    ):
        assert not close(found, wanted)
