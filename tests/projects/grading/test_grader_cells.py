"""`%%grader` cells: run by the grader alone, and nothing of them ever reaches a learner."""

from dataclasses import replace

import pytest

from projects.grading.engine import check_upload, grade, release_files, self_test
from projects.grading.errors import NotebookError
from projects.grading.plan import make_plan
from projects.grading.release import check_source
from projects.grading.static import read_tests
from tests.projects.grading.build import answer, bundle, by_id, check, code, work

EXERCISE = bundle(
    answer("double", "### BEGIN SOLUTION\ndef double(x):\n    return 2 * x\n### END SOLUTION"),
    code(
        "%%grader\nimport random\nSECRET = [random.randint(1, 10**9) for _ in range(3)]\ndef right(x):\n    return x + x"
    ),
    check("shown", "assert double(2) == 4"),
    check("secret", "%%grader\nfor x in SECRET:\n    assert double(x) == right(x), f'SECRET {x}'", points=3),
)
LOOKS = (
    "import gc\n"
    "def double(x):\n"
    "    words = [o for o in gc.get_objects() if isinstance(o, dict) and ('SECRET' in o or 'right' in o)]\n"
    "    assert not words and 'SECRET' not in globals()\n"
    "    return 2 * x"
)


def test_the_release_version_has_no_trace_of_them():
    released = release_files(EXERCISE)["exercise.ipynb"]
    for word in (b"grader\\n", b"SECRET", b"right", b'"secret"'):
        assert word not in released
    assert check_upload(EXERCISE, {"w.ipynb": released}) == []


def test_nothing_of_them_is_planned_for_the_learners_box():
    plan = make_plan(EXERCISE.notebook, EXERCISE.notebook, {})
    assert "SECRET" not in str(plan.learner_cells)
    assert (plan.modules, plan.grader_modules) == ([], ["random"])
    assert plan.tests[1].is_hidden


@pytest.mark.box
def test_they_are_graded_by_the_grader():
    right = grade(EXERCISE, work(double=LOOKS), seed=1)
    assert (right.verdict, right.score) == ("passed", 4)
    wrong = by_id(grade(EXERCISE, work(double="def double(x):\n    return {2: 4}[x]"), seed=1))
    assert (wrong["shown"].score, wrong["secret"].score) == (1, 0)
    assert wrong["secret"].message == "A hidden test failed (KeyError)."
    assert wrong["secret"].visibility == "hidden"


@pytest.mark.box
def test_they_are_always_lifted():
    exercise = bundle(
        answer("make", "class P:\n    def __eq__(self, other): return True\ndef make():\n    return P()"),
        check("same", "%%grader\nassert make() == make()"),
    )
    assert read_tests(exercise).config["in_kernel"] == []
    found = self_test(exercise)
    assert found.config["in_kernel"] == []
    assert not found.ok, "the reference must pass it where it will be run"
    forced = replace(exercise, config={"in_kernel": ["same"]})
    assert all(group.lifted for group in grade(forced, work(make="def make(): return 1"), seed=1).groups)


@pytest.mark.box
def test_the_seed_draws_the_same_inputs_again():
    exercise = bundle(
        answer("f", "def f(x):\n    return x"),
        code(
            "%%grader\nimport numpy as np\nX = np.random.default_rng(__seed__).integers(0, 10**6, 3)\nY = np.random.rand()"
        ),
        check("t", "assert f(1) == 1, str([*X, Y])"),
    )
    said = [grade(exercise, work(f="def f(x): return 0"), seed=seed).groups[0].message for seed in (5, 5, 6)]
    assert said[0] == said[1] != said[2]


@pytest.mark.box
def test_a_failing_one_is_our_fault_unless_the_learner_made_it_fail():
    broken = bundle(answer("f", "f = 1"), code("%%grader\n1 / 0"), check("t", "assert f"))
    assert grade(broken, work(f="f = 1"), seed=1).verdict == "grader_error"
    reads = bundle(answer("f", "f = 1"), code("%%grader\nwanted = f + 1"), check("t", "assert wanted == 2"))
    assert grade(reads, work(f="f = 1"), seed=1).verdict == "passed"
    assert grade(reads, work(f="pass"), seed=1).verdict == "missing_target"
    calls = bundle(answer("f", ""), code("%%grader\nwanted = f()"), check("t", "assert wanted == 2"))
    result = grade(calls, work(f="def f(): return {}['x']"), seed=1)
    assert (result.score, result.is_ours) == (0, False)


@pytest.mark.parametrize("cell", [answer("a", "%%grader\nx"), code("x = 1\n%%grader")])
def test_one_that_learners_would_see_is_refused(cell):
    with pytest.raises(NotebookError, match="%%grader"):
        check_source(EXERCISE.notebook.__class__([*EXERCISE.notebook.cells, *_read(cell)], {}))


def _read(cell):
    return bundle(cell).notebook.cells
