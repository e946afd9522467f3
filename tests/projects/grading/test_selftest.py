"""Before a version is published: five equal runs, no points for nothing, and no attack that pays."""

from dataclasses import replace
from decimal import Decimal

import pytest

from projects.grading import selftest
from projects.grading.attacks import ATTACKS, QUICK
from projects.grading.engine import Bundle, self_test
from projects.grading.errors import NotebookError
from projects.grading.result import Result, Usage
from projects.grading.selftest import RUNS, SEED, attack_wall
from projects.grading.trial import WrongSolution, attack_works, reference_work
from tests.projects.grading.build import answer, bundle, check, hidden

DOUBLE = answer("double", "### BEGIN SOLUTION\ndef double(x):\n    return 2 * x\n### END SOLUTION")
TEST = check("target", "assert double(2) == 4\n" + hidden("assert double(-3) == -6"), points=2)
CHECKS = b"def check_double():\n    assert double(2) == 4\n"
MODULE = Bundle(
    "function",
    {"checks.py": CHECKS, "reference.py": b"def double(x):\n    return 2 * x\n"},
    {"module": "twice.py", "groups": [{"id": "double", "points": 2}]},
)
GIVEN = b"def double(x):\n    return 4\n"


def test_the_quick_attacks_are_some_of_the_pack():
    assert set(QUICK) < set(ATTACKS)


@pytest.mark.box
@pytest.mark.parametrize("exercise", [bundle(DOUBLE, TEST), MODULE], ids=["notebook", "function"])
def test_a_sound_exercise_may_be_published(exercise):
    found = self_test(exercise)
    assert found.ok, found.problems
    assert (found.reference_score, found.release_score, found.lifted) == (2, 0, 1)
    assert found.attacks == len(QUICK)


@pytest.mark.box
def test_points_for_nothing_must_be_declared():
    exercise = bundle(DOUBLE, TEST, check("free", "pass"))
    assert self_test(exercise).problems == (
        "The untouched download scores 1 (free), and free_points is 0.",
        "Empty answers score 1, and free_points is 0.",
    )
    assert self_test(replace(exercise, config={"free_points": "1"})).ok
    (problem,) = self_test(replace(exercise, config={"free_points": 2})).problems
    assert problem == "The untouched download scores 1 (free), and free_points is 2."


@pytest.mark.box
def test_a_starter_that_already_earns_points_must_be_declared_and_an_empty_file_may_earn_less():
    started = replace(MODULE, files={**MODULE.files, "twice.py": GIVEN})
    assert self_test(started).problems == ("The untouched download scores 2 (double), and free_points is 0.",)
    assert self_test(replace(started, config={**started.config, "free_points": 2})).ok


@pytest.mark.box
@pytest.mark.parametrize("number", range(RUNS))
def test_each_of_the_five_runs_must_score_the_same(number):
    """Three of them run as the version will be graded; of the other two the reference learns nothing but its manner."""
    unlucky = check("drawn", f"%%grader\nassert double(2) == 4\nassert __seed__ != {SEED + number}")
    problems = " ".join(self_test(bundle(DOUBLE, unlucky)).problems)
    assert "drawn" in problems
    if number != 2:
        assert "Another seed gives the reference 0 instead of 1 in drawn." in problems


@pytest.mark.box
def test_an_attack_that_pays_is_told():
    found = self_test(bundle(DOUBLE, check("weak", "assert double(2) is not None")))
    (problem,) = found.problems
    assert problem.startswith(
        "Points in weak without an answer, by attack: equal to everything, subclasses that agree,"
    )


@pytest.mark.box
def test_tests_that_an_attack_can_break_are_told_since_what_is_our_fault_is_no_attempt():
    brittle = check("brittle", "if type(double(2)) is not int:\n    raise SystemExit\nassert double(2) == 4")
    (problem,) = self_test(bundle(DOUBLE, brittle)).problems
    assert problem.startswith("The tests themselves fail under attack: ")
    assert "answers with its arguments" not in problem


@pytest.mark.parametrize(("took", "wall"), [(1, 20), (30, 60), (90, 120)])
def test_attacks_have_twice_as_long_as_the_reference_took_within_the_limit(took, wall):
    runs = [Result("passed", Decimal(1), Decimal(1), usage=Usage(wall_ms=1000 * seconds)) for seconds in (took, 1)]
    assert attack_wall(bundle(DOUBLE, TEST), runs) == wall


@pytest.mark.box
def test_an_attack_that_the_wall_limit_stops_before_the_tests_shows_nothing(monkeypatch):
    monkeypatch.setattr(selftest, "QUICK", ("answers with its arguments",))
    monkeypatch.setattr(selftest, "_ATTACK_SECONDS", 1.0)
    stuck = check("stuck", "while double(1) == 1:\n    pass\nassert double(2) == 4")
    assert self_test(bundle(DOUBLE, stuck)).problems == (
        "Stopped by the wall limit, so nothing is shown of attack: answers with its arguments.",
    )


@pytest.mark.box
def test_points_of_an_in_kernel_cell_do_not_stop_it():
    source = "class P:\n    def __init__(self, x): self.x = x\n    def __eq__(self, other): return self.x == other.x"
    exercise = bundle(
        answer("make", f"### BEGIN SOLUTION\n{source}\ndef make(x):\n    return P(x)\n### END SOLUTION"),
        check("compares", "assert make(3) == P(3)"),
    )
    found = self_test(exercise)
    assert (found.lifted, set(found.in_kernel)) == (0, {"compares"})
    assert found.ok, found.problems


def test_predictions_are_attacked_by_files():
    config = {"predictions": "guess.csv"}
    exercise = Bundle("model", {"reference.csv": b"y\n1\n2\n3\n"}, config)
    works = attack_works(exercise, reference_work(exercise))
    assert works["no numbers"] == {"guess.csv": b"y\nnan\nnan\nnan\n"}
    assert works["half a file"] == {"guess.csv": b"y\n1\n"}
    by_array = Bundle("model", {"reference.npy": b"\x93NUMPY1234"}, {"predictions": "guess.npy"})
    assert attack_works(by_array, reference_work(by_array)).keys() == {
        "an empty file",
        "half a file",
        "pickled objects",
    }


def test_without_a_reference_nothing_is_published():
    with pytest.raises(NotebookError, match=r"add reference\.py"):
        self_test(replace(MODULE, files={"checks.py": CHECKS}))


def test_a_typical_wrong_solution_loses_points_exactly_where_it_must():
    exercise = bundle(
        answer("f", "### BEGIN SOLUTION\ndef f(x): return 2 * x\n### END SOLUTION"),
        check("small", "assert f(2) == 4"),
        check("large", "assert f(3) == 6"),
    )
    square = WrongSolution("square", {"f": "def f(x): return x * x"}, frozenset({"large"}))
    one_off = replace(square, name="one off", answers={"f": "def f(x): return 2 * x + 1"})
    said = "The wrong solution one off fails large, small instead of large."
    assert self_test(exercise, wrong=[square, one_off]).problems == (said,)
    with pytest.raises(NotebookError, match="square: there is no answer cell g"):
        self_test(exercise, wrong=[replace(square, answers={"g": ""})])
