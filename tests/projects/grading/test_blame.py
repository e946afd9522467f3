"""Nothing that an answer does makes the tests fail by themselves, which would be our fault and charge no attempt, and no
test that an answer makes fail hands over to it what other tests need.
"""

import pytest

from projects.grading.engine import grade
from tests.projects.grading.build import answer, bundle, by_id, check, code, hidden, work

pytestmark = pytest.mark.box
DOUBLE = answer("double", "def double(x):\n    return 2 * x")
TOLD = bundle(DOUBLE, check("told", "assert double(2) == 4, double(2)"))
SHOWN = bundle(DOUBLE, check("shown", "double(2)", points=2))
BESIDE = bundle(DOUBLE, check("beside", "assert double(2) == 4"), config={"in_kernel": ["beside"]})
CHANGED = bundle(
    code("import numpy as np"),
    answer("double", "def double(x):\n    x *= 2"),
    check("changed", "a = np.array([1, 2])\ndouble(a)\nassert list(a) == [2, 4]"),
)
LEARNER = "import gc\nbox = type(next(one for one in gc.get_objects() if type(one).__name__ == 'Learner'))\n"
SILENT = "    def __str__(self): raise KeyError(self)\n    __repr__ = __str__\ndef double(x): return Silent()"
ENDS = SILENT.replace("raise KeyError(self)", "import os; os._exit(0)")
HUGE = "{'t': 'ndarray', 'd': 'O', 's': [2], 'v': [{'t': 'int', 'v': 'f' * 40}, 1]}"
HARM = {
    "a text that raises": (TOLD, "class Silent:\n" + SILENT, "failed"),
    "a text that ends the process": (TOLD, "class Silent:\n" + ENDS, "runtime_error"),
    "a number that raises": (SHOWN, "class Silent(int):\n" + SILENT, "partial"),
    "a number that ends the process": (SHOWN, "class Silent(int):\n" + ENDS, "runtime_error"),
    "a share that is no number": (
        BESIDE,
        LEARNER + "box._op_run_test = lambda self, asked: {**asked, 'r': 'done', 'error': None, 'partial': 'much'}",
        "protocol_error",
    ),
    "a change that does not fit": (
        CHANGED,
        LEARNER + f"double = print\nbox._op_call = lambda *_: {{'r': 'value', 'v': None, 'changed': [[0, {HUGE}]]}}",
        "protocol_error",
    ),
}


@pytest.mark.parametrize("name", HARM)
def test_no_answer_is_our_fault(name):
    exercise, source, verdict = HARM[name]
    result = grade(exercise, work(double=source), seed=1)
    assert (result.verdict, result.score) == (verdict, 0), result.notices


def test_no_call_of_a_tests_function_is_our_fault():
    exercise = bundle(
        answer("asks", "def asks(f):\n    return f(3)"),
        check("first", "assert asks(lambda x: x * 2) == 6"),
        answer("later", "later = 1"),
        check("second", "assert later == 1"),
    )
    asks = "def asks(f):\n    global kept\n    kept = f\n    return f(3)"
    result = grade(exercise, work(asks=asks, later="later = 1\nkept('\u00e9' * 1_300_000)"), seed=1)
    assert (result.verdict, result.score) == ("passed", 2), result.notices


def test_half_a_character_can_be_printed():
    source = "print('\\ud83d')\ndef double(x):\n    print('\\udfff')\n    return 2 * x"
    assert grade(TOLD, work(double=source), seed=1).verdict == "passed"


@pytest.mark.parametrize("operation", ["call", "get", "text"])
@pytest.mark.parametrize("reply", ["stop", "missing"])
def test_only_an_iterator_ends_a_loop(operation, reply):
    exercise = bundle(DOUBLE, check("mapped", "assert all(map(lambda k: str(double(k)) == str(k + k), range(1, 9)))"))
    source = LEARNER + f"def double(x): return box\nbox._op_{operation} = lambda *_: {{'r': '{reply}'}}"
    assert grade(exercise, work(double=source), seed=1).score == 0


@pytest.mark.parametrize(
    ("first", "later"),
    [
        (code("%%grader\nasked = double(3)\nwanted = 8"), "%%grader\nassert double(4) == wanted"),
        (
            check("first", "assert double(1) == 2\n" + hidden("asked = double(3)\nwanted = 8")),
            "assert double(4) == wanted",
        ),
    ],
)
def test_what_a_failed_test_would_have_bound_is_not_the_learners_to_say(first, later):
    exercise = bundle(DOUBLE, first, check("later", later, points=3))
    forged = "wanted = 5\ndef double(x):\n    if x == 3: raise ValueError\n    return 5"
    assert by_id(grade(exercise, work(double=forged), seed=1))["later"].score == 0
    assert by_id(grade(exercise, work(double=DOUBLE["source"]), seed=1))["later"].score == 3


def test_what_other_cells_bind_too_stays_the_learners():
    exercise = bundle(
        answer("total", "total = 3\ndef double(x):\n    return 2 * x"),
        check("first", "total = double(total)\nassert total == 6"),
        check("later", "assert total == 3"),
    )
    found = by_id(grade(exercise, work(total="total = 3\ndef double(x):\n    raise ValueError"), seed=1))
    assert (found["first"].score, found["later"].score) == (0, 1)
