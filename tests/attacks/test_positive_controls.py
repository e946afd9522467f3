# ruff: noqa: E501  (submitted code reads better unbroken)
"""Honest work that a nervous grader might refuse. All of it must pass."""

import pytest

from projects.grading.engine import check_upload, grade
from tests.projects.grading.build import answer, bundle, by_id, check, code, notebook, work

pytestmark = pytest.mark.box

HONEST = {
    "prints": ("for n in range(1000):\n    print('line of sixty characters ' * 2 + str(n))\ndone = True", "assert done is True"),
    "files": (
        "import os, tempfile\n"
        "with tempfile.NamedTemporaryFile('w', delete=False) as t: t.write('x' * 100)\n"
        "open('here.txt', 'w').write('y')\nsize = os.path.getsize(t.name) + os.path.getsize('here.txt')",
        "assert size == 101",
    ),
    "recursion": (
        "import sys\nsys.setrecursionlimit(20000)\ndef down(n): return 0 if n == 0 else 1 + down(n - 1)",
        "assert down(5000) == 5000",
    ),
    "threads": (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "def squares():\n    with ThreadPoolExecutor(4) as pool: return list(pool.map(lambda x: x * x, range(5)))",
        "assert squares() == [0, 1, 4, 9, 16]",
    ),
    "processes": (
        "import multiprocessing\ndef twice(x): return 2 * x\n"
        "def many():\n    with multiprocessing.get_context('fork').Pool(2) as pool: return pool.map(twice, [1, 2])",
        "assert many() == [2, 4]",
    ),
    "database": (
        "import sqlite3\nmode = sqlite3.connect('own.db').execute('pragma journal_mode = wal').fetchone()[0]\n"
        "with sqlite3.connect('own.db') as one: one.execute('create table t as select 1 as a')\n"
        "def rows():\n    with sqlite3.connect('own.db') as two: return two.execute('select a from t').fetchall()",
        "assert mode == 'wal'\nassert rows() == [(1,)]",
    ),
    "magics": (
        "%matplotlib inline\n%load_ext autoreload\n%autoreload 2\n!pip install nothing\ntimed = %time 1 + 1\nls = !ls\n"
        "%timeit -n1 1 + 1\nlen?\ndisplay(timed)\nget_ipython().run_line_magic('matplotlib', 'inline')",
        "%time 1\nassert timed == 2",
    ),
    "cell_magic": ("%%time\nslow = sum(range(10))", "assert slow == 45"),
    "waiting": ("import asyncio\nawait asyncio.sleep(0.01)\nasync def later(): return 7", "assert await later() == 7"),
    "names": ("größe = 3\ndef Δ(x, ε=0.5): return x + ε", "assert größe == 3\nassert Δ(1) == 1.5"),
    "numbers": (
        "import numpy as np\nsingle = np.float32(0.1) * np.ones(3, dtype=np.float32)\nwith_gap = np.array([1.0, np.nan])",
        "assert np.allclose(single, 0.1)\nassert np.isnan(with_gap[1])\nassert single.dtype == np.float32",
    ),
    "warns": ("import warnings\ndef warn():\n    warnings.warn('careful')\n    return 1", "assert warn() == 1"),
    "recovers": ("def asks():\n    try: return input('name? ')\n    except Exception: return 'nobody'", "assert asks() == 'nobody'"),
    "raises": (
        "class Odd(ValueError): pass\ndef strict(x):\n    if x % 2: raise Odd(f'{x} is odd')\n    return x",
        "try:\n    strict(3)\nexcept ValueError as error:\n    assert 'odd' in str(error)\nelse:\n    assert False\nassert strict(2) == 2",
    ),
    "calls_back": (
        "def apply(f, xs): return [f(x) for x in xs]",
        "assert apply(lambda x: x + 1, [1, 2]) == [2, 3]\nassert apply(len, ['a', 'bc']) == [1, 2]",
    ),
    "shows": ("def show(x):\n    print('value:', x)", "import contextlib, io\nout = io.StringIO()\n"
              "with contextlib.redirect_stdout(out):\n    show(3)\nassert out.getvalue() == 'value: 3\\n'"),
    "yields": ("def count(n):\n    yield from range(n)", "assert list(count(3)) == [0, 1, 2]\nassert sum(count(4)) == 6"),
    "objects": (
        "class Account:\n    def __init__(self): self.balance = 0\n    def add(self, x):\n        self.balance += x\n        return self",
        "account = Account()\naccount.add(5).add(6)\nassert account.balance == 11\nassert hasattr(account, 'add')",
    ),
    "named": ("from collections import namedtuple, Counter\nPoint = namedtuple('Point', 'x y')\nseen = Counter('aab')",
              "p = Point(1, 2)\nassert p.x == 1 and p == (1, 2)\nassert seen == {'a': 2, 'b': 1}\na, b = p\nassert b == 2"),
    "in_globals": ("here = 1", "assert 'here' in globals()\nassert 'there' not in globals()\nimport math as m\nassert m.pi > here"),
}  # fmt: skip

PICTURES = {
    "plot": (
        "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1, 2, 3])\nax.set_title('T')\nplt.show()",
        "assert ax.get_title() == 'T'\nassert len(ax.lines) == 1",
    ),
    "table": (
        "import pandas as pd\ntable = pd.read_csv('points.csv')\ntable['sum'] = table.a + table.b\ntable",
        "import pandas as pd\npd.testing.assert_frame_equal(table, pd.DataFrame({'a': [1, 2], 'b': [3, 4], 'sum': [4, 6]}))\n"
        "assert table.shape == (2, 3)",
    ),
    "model": (
        "from sklearn.linear_model import LinearRegression\nimport numpy as np\n"
        "X = np.arange(6.0).reshape(-1, 1)\nmodel = LinearRegression().fit(X, 2 * X.ravel() + 1)",
        "assert isinstance(model, LinearRegression)\nassert np.allclose(model.predict(np.array([[10.0]])), 21)\n"
        "assert model.score(X, 2 * X.ravel() + 1) > 0.99",
    ),
}


def exercise_of(cases, **files):
    cells = [
        code("import numpy as np\nfrom IPython.display import display" if "table" in cases else "import numpy as np")
    ]
    for name, (source, test) in cases.items():
        cells += [answer(name, source), check(f"test_{name}", test), code("1 / 0\nnot_there")]
    return bundle(*cells, **files), {name: source for name, (source, _) in cases.items()}


def failures(result):
    return {group.id: group.message for group in result.groups if group.verdict != "passed"}


def test_honest_work_passes():
    exercise, answers = exercise_of(HONEST)
    result = grade(exercise, work(**answers), seed=1)
    assert failures(result) == {}
    assert result.verdict == "passed"
    assert all(group.lifted for group in result.groups)


def test_pictures_tables_and_models_pass():
    exercise, answers = exercise_of(PICTURES, points__csv=b"a,b\n1,3\n2,4\n")
    result = grade(exercise, work(**answers), seed=1)
    assert failures(result) == {}


def test_windows_newlines_a_byte_order_mark_and_an_old_format_pass():
    exercise = bundle(answer("f", "def f(x):\n    return x"), check("target", "assert f(2) == 2"))
    source = "def f(x):\r\n    return x\r\n"
    upload = b"\xef\xbb\xbf" + notebook(answer("f", source)).replace(b", ", b",\r\n")
    old = notebook().replace(b'"cells": []', b'"worksheets": [{"cells": [' + _old_cell(source) + b"]}]")
    for data in (upload, old.replace(b'"nbformat": 4', b'"nbformat": 3')):
        assert check_upload(exercise, {"Übung 1.ipynb": data}) == [
            "The test cell target is missing; the original was used."
        ]
        assert grade(exercise, {"Übung 1.ipynb": data}, seed=1).verdict == "passed"


def _old_cell(source):
    cell = answer("f", source)
    cell["metadata"]["nbgrader"] = {"grade_id": "f", "solution": True, "grade": False, "schema_version": 1}
    cell["input"] = cell.pop("source")
    return notebook(cell).partition(b'"cells": [')[2].rpartition(b"]")[0]


def test_partial_credit_and_helper_files():
    exercise = bundle(
        answer("f", "def f(x):\n    return x"),
        check(
            "partial",
            "from helper import near\nscore = 0.0\nscore += 1.5 if near(f(1), 1) else 0\nscore += f(2) == 2\nscore",
            points=3,
        ),
        helper__py=b"def near(a, b):\n    return abs(a - b) < 1e-6\n",
    )
    for source, points in (
        ("def f(x):\n    return 1", "1.5"),
        ("def f(x):\n    return x", "2.5"),
        ("def f(x): pass", "0"),
    ):
        group = by_id(grade(exercise, work(f=source), seed=1))["partial"]
        assert str(group.score) == points


def test_seeded_inputs_are_the_same_again():
    exercise = bundle(
        answer("f", "seen = []\ndef f(x):\n    seen.append(x)\n    return x"),
        check("target", "import random\nx = random.random()\nassert f(x) != x, str(x)"),
    )
    upload = work(f="def f(x):\n    return x")
    messages = [grade(exercise, upload, seed=seed).groups[0].message for seed in (1, 1, 2)]
    assert messages[0] == messages[1] != messages[2]
