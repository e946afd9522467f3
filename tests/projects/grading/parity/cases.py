# ruff: noqa: E501  (cells read better unbroken)
"""Tricky notebooks for comparing scores with nbgrader's: by case, the instructor's cells, files, and answers.

`answers` maps a submission's name to the answers that differ from the reference solution, by grade_id; a submission
may also name a change to the whole notebook, from `CHANGES`.
"""

import json

from tests.projects.grading.build import answer, check, code, hidden, notebook

SKIPPED = "raise NotImplementedError()"


def solution(grade_id, source):
    return answer(grade_id, f"### BEGIN SOLUTION\n{source}\n### END SOLUTION")


def old(cell, version):
    """The cell with metadata as an older nbgrader wrote it."""
    meta = cell["metadata"]["nbgrader"]
    del meta["task"]
    meta["schema_version"] = version
    if version is None:
        del meta["schema_version"]
    return cell


MAGICS = [
    code("%matplotlib inline\nimport math", "imports", locked=True),
    solution("timed", "slow = sum(range(100))"),
    check("t_timed", "assert slow == 4950"),
    solution("loaded", "before = 1\n%load_ext autoreload\n%autoreload 2\nafter = 2"),
    check("t_before", "assert before == 1"),
    check("t_after", "assert after == 2"),
    solution("pip", "!pip --version\nlisted = !ls\ninstalled = True"),
    check("t_pip", "assert installed"),
    solution("shell", "n = 3\nresult = %time n + 1"),
    check("t_shell", "assert result == 4"),
    solution("captured", "shown = 'a'"),
    check("t_captured", "assert shown == 'a'"),
    solution("written", "from made import VALUE"),
    check("t_written", "assert VALUE == 7"),
    solution(
        "config",
        "%config InlineBackend.figure_format = 'retina'\n%precision 3\n%env GREETING=hello\nimport os\nenv = os.environ.get('GREETING')",
    ),
    check("t_config", "assert env == 'hello'"),
]
MAGIC_ANSWERS = {
    "reference": {},
    "cell_magics": {
        "timed": "%%time\nslow = sum(range(100))",
        "loaded": "before = 1\n%load_ext no_such_extension\nafter = 2",
        "captured": "%%capture out\nprint('x')\nshown = 'a'",
        "written": "%%writefile made.py\nVALUE = 7",
    },
    "more": {
        "timed": "%%timeit -n 1 -r 1\nslow = sum(range(100))",
        "loaded": "before = 1\n%no_such_magic 1\nafter = 2",
        "pip": "%pip --version\n!exit 3\ninstalled = True",
        "shell": "n = 3\n%time result = n + 1",
        "captured": "%%no_such_cell_magic\nshown = 'a'",
        "written": "open('made.py', 'w').write('VALUE = 7')\n%run made.py",
    },
    "others": {
        "timed": "%%prun -q\nslow = sum(range(100))",
        "loaded": "before = %who_ls\nbefore = 1\nafter = %sx echo 2\nafter = int(after[0])",
        "shell": "result = !echo 4\nresult = int(result[0]) if result else 4",
        "captured": "%%bash\necho hello",
        "written": "%%python\nprint(1)",
        "config": "env = %env HOME\nenv = 'hello'",
    },
}

OUTPUT = [
    code("import matplotlib.pyplot as plt\nimport numpy as np\nimport pandas as pd", "imports", locked=True),
    solution(
        "plot", "fig, ax = plt.subplots()\nax.plot([1, 2, 3])\nax.set_title('T')\nplt.show()\ndrawn = len(ax.lines)"
    ),
    check("t_plot", "assert drawn == 1"),
    check("t_title", "assert ax.get_title() == 'T'"),
    solution(
        "table",
        "table = pd.read_csv('data.csv')\nfrom IPython.display import display, HTML\ndisplay(table)\nHTML('<b>x</b>')",
    ),
    check(
        "t_table",
        "assert table.shape == (3, 2)\nassert list(table.columns) == ['x', 'y']\n"
        + hidden("assert table['y'].sum() == 12"),
    ),
    solution("helped", "from helper import triple\nnine = triple(3)"),
    check("t_helped", "assert nine == 9\nfrom helper import triple\nassert triple(1) == 3"),
    solution(
        "model",
        "from sklearn.linear_model import LogisticRegression\nX = np.array([[0.], [1.], [2.], [3.]])\n"
        "y = np.array([0, 0, 1, 1])\nmodel = LogisticRegression().fit(X, y)\nmodel",
    ),
    check("t_model", "assert model.score(X, y) == 1.0\nassert (model.predict(np.array([[0.], [3.]])) == [0, 1]).all()"),
    solution("stats", "def standardise(frame):\n    return (frame - frame.mean()) / frame.std()"),
    check(
        "t_stats",
        "z = standardise(pd.DataFrame({'a': [1., 2., 3.]}))\npd.testing.assert_frame_equal(z, pd.DataFrame({'a': [-1., 0., 1.]}))",
    ),
    solution("loop", "total = 0\nfor n in range(3_000_000):\n    total += n % 7"),
    check("t_loop", "assert total == 8_999_997 or total > 8_000_000"),
    solution("grouped", "by = pd.DataFrame({'k': ['a', 'b', 'a'], 'v': [1, 2, 3]}).groupby('k')['v'].sum()"),
    check("t_grouped", "assert by['a'] == 4 and by.loc['b'] == 2\nassert by.to_dict() == {'a': 4, 'b': 2}"),
]
OUTPUT_FILES = {"data.csv": "x,y\n1,2\n2,4\n3,6\n", "helper.py": "def triple(x):\n    return 3 * x\n"}
OUTPUT_ANSWERS = {
    "reference": {},
    "mistakes": {
        "plot": "fig, ax = plt.subplots()\nax.plot([1])\nax.plot([2])\ndrawn = len(ax.lines)",
        "table": "table = pd.read_csv('missing.csv')",
        "helped": "import no_such_module\nnine = 9",
        "model": "from sklearn.linear_model import LogisticRegression\nX = np.zeros((4, 1)); y = np.array([0, 0, 1, 1])\nmodel = LogisticRegression()",
        "stats": "def standardise(frame):\n    return frame.values",
        "loop": "total = sum(n % 7 for n in range(10))",
        "grouped": "by = {'a': 4, 'b': 2}",
    },
    "seaborn_style": {
        "plot": "plt.figure(figsize=(2, 2))\nax = plt.gca()\nax.plot([1, 2])\nax.set_title('T')\nplt.savefig('p.png')\ndrawn = len(ax.lines);",
        "table": "import csv\nwith open('data.csv') as f:\n    rows = list(csv.DictReader(f))\ntable = pd.DataFrame(rows).astype(int)\ntable.head()",
    },
}

FLOW = [
    code("import warnings, asyncio, random", "imports", locked=True),
    solution("awaited", "async def later(x):\n    await asyncio.sleep(0)\n    return x\nvalue = await later(3)"),
    check("t_awaited", "assert value == 3\nassert await later(4) == 4"),
    solution(
        "asked", "def ask():\n    try:\n        return input('?')\n    except Exception:\n        return 'nobody'"
    ),
    check("t_asked", "assert ask() == 'nobody'"),
    code("1 / 0"),
    code("undefined_name\nthis is not python"),
    solution("after", "after = 1"),
    check("t_after", "assert after == 1"),
    solution("warned", "warnings.warn('careful')\nwarned = 1"),
    check("t_warned", "assert warned == 1"),
    solution("printed", "import sys\nprint('to stderr', file=sys.stderr)\nprinted = 2"),
    check("t_printed", "print('hello')\nassert printed == 2"),
    solution("state", "seen = []\ndef note(x):\n    seen.append(x)\n    return len(seen)"),
    check("t_state", "assert note('a') == 1\nassert note('b') == 2\nassert seen == ['a', 'b']"),
    check("t_state_goes_on", "assert note('c') == 3"),
    solution("shared", "def scale(values):\n    for k in range(len(values)):\n        values[k] *= 2"),
    check("t_shared", "mine = [1, 2]\nscale(mine)\nassert mine == [2, 4]"),
    check("t_helper_of_tests", "def close(a, b):\n    return abs(a - b) < 1e-9\nassert close(after, 1)"),
    check("t_uses_helper", "assert close(warned, 1)"),
    code("after = 5"),
    check("t_rebound", "assert after == 5"),
    solution(
        "typed",
        "class Point:\n    def __init__(self, x):\n        self.x = x\n    def __eq__(self, other):\n        return self.x == other.x\ndef make(x):\n    return Point(x)",
    ),
    check("t_typed", "assert make(3) == Point(3)\nassert isinstance(make(1), Point)\nassert type(make(1)) is Point"),
    check(
        "t_documented",
        "assert isinstance(make.__doc__, (str, type(None)))\nassert callable(make)\nimport inspect\nassert len(inspect.signature(make).parameters) == 1",
    ),
    check("t_raises", "try:\n    note()\n    raise RuntimeError('no error')\nexcept TypeError:\n    pass"),
]
FLOW_ANSWERS = {
    "reference": {},
    "mistakes": {
        "awaited": "value = 3",
        "asked": "def ask():\n    return input('?')",
        "after": "input('what? ')\nafter = 1",
        "warned": "warnings.simplefilter('error')\nwarnings.warn('careful')\nwarned = 1",
        "printed": "import sys\nsys.exit(1)\nprinted = 2",
        "state": "def note(x):\n    return 1",
        "shared": "def scale(values):\n    return [2 * v for v in values]",
        "typed": "def make(x):\n    return x",
    },
    "broken": {
        "awaited": "async def later(x):\n    return x\nvalue = later(3)",
        "after": "after = = 1",
        "state": "def note(x)\n    return 1",
        "typed": "class Point: pass\ndef make(x):\n    p = Point(); p.x = x; return p",
    },
    "skipped": dict.fromkeys(["awaited", "asked", "after", "warned", "printed", "state", "shared", "typed"], SKIPPED),
}

CREDIT = [
    solution("k", "k = 2"),
    check("c_float", "score = 0.0\nscore += 0.5 if k > 0 else 0\nscore += 1.5 if k == 2 else 0\nscore", points=2),
    check("c_int", "1 if k == 1 else 3", points=3),
    check("c_zero", "0 if k != 2 else 0.25", points=1),
    check("c_true", "k == 2", points=2),
    check("c_none", "None", points=2),
    check("c_text", "'0.5'", points=2),
    check("c_silent", "0.5;", points=2),
    check("c_list", "[0.5]", points=2),
    check("c_printed", "print(0.5)", points=2),
    check("c_then", "0.5\nassert k", points=2),
    check("c_exponent", "5e-1", points=2),
    check("c_after_assert", "assert k == 2\n1", points=2),
    check("c_hidden", "assert k\n" + hidden("assert k == 2\nk / 4"), points=2),
    check("c_pointless", "assert k == 2", points=0),
    check("c_fraction", "assert k", points=0.25),
    check("c_decimal", "from decimal import Decimal\nDecimal('0.5')", points=2),
    check("c_fraction_value", "from fractions import Fraction\nFraction(1, 2)", points=2),
    check("c_bytes", "b'1'", points=2),
    check("c_displayed", "from IPython.display import display\ndisplay(0.5)", points=2),
    check("c_numpy_array", "import numpy as np\nnp.array(0.5)", points=2),
    check("c_complex", "0.5 + 0j", points=2),
    check("c_if", "if k:\n    0.5", points=2),
    check("c_assign", "grade = 0.5", points=2),
    check("c_comment", "0.5  # so far", points=2),
    check("c_subclass", "class F(float): pass\nF(0.5)", points=2),
    check("c_enum", "import enum\nclass E(enum.IntEnum):\n    A = 1\nE.A", points=2),
    check("c_series", "import pandas as pd\npd.Series([0.5])", points=2),
]
CREDIT_ANSWERS = {"reference": {}, "one": {"k": "k = 1"}, "none": {"k": SKIPPED}}

OLD = [
    old(code("import math", "imports", locked=True), 1),
    old(solution("area", "def area(r):\n    return math.pi * r ** 2"), 1),
    old(check("t_area", "assert abs(area(1) - math.pi) < 1e-9", points=2), 1),
    old(solution("twice", "def twice(x):\n    return 2 * x"), 2),
    old(check("t_twice", "assert twice(4) == 8", points=3), 2),
    old(solution("unnumbered", "unnumbered = 1"), None),
    old(check("t_unnumbered", "assert unnumbered == 1", points="1.5"), None),
    old(check("t_negative", "assert unnumbered == 1", points=-2), None),
    old(code("left = 1", "was_left", points=5), None),
    code("essay = 'mine'", "essay", grade=True, solution=True, points=4),
]
OLD_ANSWERS = {
    "reference": {},
    "wrong": {"area": "def area(r):\n    return r", "twice": "twice = 2", "essay": "essay = 1"},
}

CASES = {
    "magics": (MAGICS, {}, MAGIC_ANSWERS),
    "output": (OUTPUT, OUTPUT_FILES, OUTPUT_ANSWERS),
    "flow": (FLOW, {}, FLOW_ANSWERS),
    "credit": (CREDIT, {}, CREDIT_ANSWERS),
    "old": (OLD, {}, OLD_ANSWERS),
    "messy": (FLOW, {}, {name: {} for name in ("edited_tests", "doubled_answer", "lost_test", "other_types", "moved")}),
}


def edited_tests(cells):
    for cell in cells:
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            cell["source"] = "assert False"
            cell["metadata"]["nbgrader"]["points"] = 99


def doubled_answer(cells):
    first = next(n for n, cell in enumerate(cells) if cell["metadata"].get("nbgrader", {}).get("grade_id") == "after")
    cells.insert(first, answer("after", "after = 99"))


def lost_test(cells):
    cells[:] = [cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade_id") != "t_asked"]


def other_types(cells):
    for cell in cells:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") in ("after", "t_warned"):
            cell["cell_type"] = "markdown"
            del cell["outputs"], cell["execution_count"]


def moved(cells):
    cells.append(code("extra = 1"))
    cells.insert(0, code("print('mine')"))


CHANGES = {one.__name__: one for one in (edited_tests, doubled_answer, lost_test, other_types, moved)}
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def source_of(case):
    """The instructor's notebook of a case."""
    return notebook(*json.loads(json.dumps(CASES[case][0])), metadata=KERNEL, nbformat_minor=4)


def submission_of(case, name):
    """One submission: the reference solution with the answers and the change that the case names."""
    cells = json.loads(json.dumps(CASES[case][0]))
    answers = CASES[case][2][name]
    for cell in cells:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = answers.get(grade_id, cell["source"])
    CHANGES.get(name, lambda cells: None)(cells)
    return notebook(*cells, metadata=KERNEL, nbformat_minor=4)
