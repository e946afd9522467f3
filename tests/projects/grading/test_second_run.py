"""Which visible parts of lifted tests the learner's box need not run again, and that nothing tells the difference."""

from dataclasses import replace

import pytest

from projects.grading import lanes
from projects.grading.engine import grade
from projects.grading.plan import make_plan
from projects.grading.selftest import decide
from tests.projects.grading.build import answer, bundle, by_id, check, code, hidden, work

SETUP = "import numpy as np\nxs = [3, 1]\ndef helper(x):\n    xs.append(x)"
PLAIN = "import numpy as np\n\nout = f(np.array([1.0, 2.0]), rate=0.5)\nassert np.allclose(out, [1, 2])"


def planned(visible, answers=None, later="", changes=(), cells=()):
    """What is to be done with `visible`, the second cell's test; `later` is a plain cell after it."""
    exercise = bundle(
        code(SETUP), answer("f", "def f(x, rate=1, data=None): return x"), check("t", visible), code(later),
        answer("g", "def g(): return 1"), check("last", "assert g()"), *cells,
    )  # fmt: skip
    mine = {"f": "def f(x, rate=1, data=None): return x", "g": "def g(): return 1", **(answers or {})}
    theirs = bundle(*(answer(name, text) for name, text in mine.items())).notebook
    plan = make_plan(exercise.notebook, theirs, {"changes": {"t": list(changes)}})
    return {cell["id"]: cell["second_run"] for cell in plan.grader_cells if cell["test"]}["t"]


@pytest.mark.parametrize(
    "visible",
    [
        PLAIN,
        "for k in range(3):\n    out = f(k)\n    assert out == k, f'{k} gives {out}'",
        "out = sorted(f(xs))\nassert out[0] == 1 and out[-1] == 3",
        "table = f({'a': [1]})\nif table:\n    assert table.get('a') == [1]",
    ],
)
def test_what_only_calls_and_binds_names_of_its_own_is_spared(visible):
    assert planned(visible) == "unless_clean"


@pytest.mark.parametrize(
    "visible",
    [
        "out = f(1)\nnp.random.seed(0)",
        "import random\nout = random.random()\nassert f(out)",
        "from sklearn.experimental import enable_iterative_imputer\nassert f(1)",
        "import matplotlib.pyplot as plt\nout = f(1)",
        "import warnings\nout = f(1)\nassert out",
        "out = f(1)\nopen('seen', 'w').close()",
        "out = f(1)\nprint(out, file=xs)",
        "out = f(xs)\nxs.append(4)",
        "out = f(xs)\nout[0] = 4",
        "out = f(xs)\nout += [4]",
        "out = f(xs)\ndel xs",
        "out = f(xs)\nnp.put(xs, 0, 4)",
        "out = np.exp(f(xs), xs)",
        "out = np.sum(f(xs), out=xs)",
        "out = f(1, data=xs)",
        "out = helper(1)\nassert f(1)",
        "out = f(helper)",
        "out = f(lambda: 1)",
        "out = f(*xs)",
        "out = f(1)(2)",
        "def own(): return f(1)\nassert own()",
        "with open('x') as out:\n    assert f(1)",
        "try:\n    f(1)\nexcept ValueError:\n    pass",
        "out = f.__globals__",
        "out = (again := f(1))",
        "%time out = f(1)\nassert out",
        "from math import *\nassert f(1)",
    ],
)
def test_what_does_more_is_run(visible):
    assert planned(visible) == "always"


@pytest.mark.parametrize(
    "seen",
    [
        {"answers": {"g": "def g(): return out"}},
        {"answers": {"g": "def g(): return eval('o' + 'ut')"}},
        {"answers": {"g": "def g(): return frame.query('a > @out')"}},
        {"answers": {"g": "import __main__\ndef g(): return 1"}},
        {"answers": {"f": "def f(x, rate=1): return x if 'out' else out"}},
        {"answers": {"g": "def g(): return 1\nnp = None"}},
        {"answers": {"g": "import pandas as np\ndef g(): return 1"}},
        {"later": "print(out)"},
        {"later": "print(globals())"},
        {"changes": ["f"]},
        {"cells": [check("more", "assert g() == out\nmore = 1")]},
        {"cells": [check("more", "more = [out for _ in range(2)]\nassert g()")]},
    ],
)
def test_what_something_else_may_see_is_run(seen):
    assert planned(PLAIN) == "unless_clean"
    assert planned(PLAIN, **seen) == "always"


def test_a_name_that_each_test_binds_for_itself_is_seen_by_none():
    again = check("more", "out = g()\nassert out")
    assert planned(PLAIN, cells=[again]) == "unless_clean"
    assert planned(PLAIN, cells=[check("more", "assert g()")]) == "unless_clean"


def test_a_module_that_is_imported_only_later_is_imported_by_the_test():
    exercise = bundle(answer("f", "def f(x): return x"), check("t", PLAIN), code("import numpy as np"))
    plan = make_plan(exercise.notebook, exercise.notebook, {"changes": {"t": []}})
    assert plan.grader_cells[1]["second_run"] == "always"


def test_without_the_record_of_the_reference_all_is_run():
    exercise = bundle(code(SETUP), answer("f", "def f(x): return x"), check("t", PLAIN))
    assert make_plan(exercise.notebook, exercise.notebook, {}).grader_cells[2]["second_run"] == "always"


COUNTED = bundle(
    code("xs = [3, 1]\ncount = 0"),
    answer("low", "def low(values):\n    global count\n    count += 1\n    return sorted(values)"),
    check("t", "found = low(xs)\nassert found[0] == 1\n" + hidden("assert low([2]) == [2]")),
    answer("later", "def calls(): return count\ndef first(): return xs[0]"),
    check("t_calls", "assert calls() == 2"),
    check("t_first", "assert first() == 3"),
)
MUTATING = "def low(values):\n    global count\n    count += 1\n    values.sort()\n    return values"
FAILING = "def low(values):\n    global count\n    count += 1\n    return sorted(values)[:1] if len(values) > 1 else 0"
LATER = "def calls(): return count\ndef first(): return xs[0]"


@pytest.fixture(scope="module")
def counted(warm_lane):
    with lanes.use(warm_lane):
        config, _ = decide(COUNTED, {"reference.ipynb": COUNTED.files["source.ipynb"]})
    return replace(COUNTED, config=config)


@pytest.mark.box
def test_each_call_of_a_test_that_passes_is_made_once(counted):
    answers = work(
        low="### BEGIN SOLUTION\n" + MUTATING.replace("values.sort()", "values = sorted(values)"), later=LATER
    )
    assert grade(counted, answers, seed=1).verdict == "passed"


@pytest.mark.box
def test_data_that_a_learners_function_changes_stays_changed(counted):
    found = by_id(grade(counted, work(low=MUTATING, later=LATER), seed=1))
    assert (found["t"].score, found["t_first"].score) == (1, 0)  # xs is sorted now, as in the learner's own notebook


@pytest.mark.box
def test_a_test_that_fails_is_run_beside_the_learners_code_too(counted):
    found = by_id(grade(counted, work(low=FAILING, later=LATER), seed=1))
    assert (found["t"].score, found["t_calls"].score) == (0, 0)
