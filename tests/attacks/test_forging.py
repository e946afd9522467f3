"""Attempts to get a point without earning it. Each ends with 0 on the group it aims at, and in a named verdict."""

import json

import pytest

from projects.grading.attacks import ATTACKS
from projects.grading.engine import Bundle, grade, self_test
from tests.projects.grading.build import answer, bundle, by_id, check, code, hidden, notebook, work

pytestmark = pytest.mark.box

TARGET = bundle(
    code("import numpy as np"),
    answer("double", "def double(x):\n    return 2 * x"),
    check(
        "target",
        "import random\nx = random.randint(10**6, 10**9)\nassert double(x) == 2 * x\n"
        + hidden("assert double(7) == 14"),
        points=3,
    ),
    check(
        "close",
        "v = np.random.rand(5)\nfound = double(v)\nassert np.shape(found) == (5,) and np.allclose(found, v + v)",
        points=2,
    ),
    check("mapped", "assert all(map(lambda k: double(k) == k + k, range(1, 20)))"),
)

VERDICTS = {
    "sys.exit inside the test": {"runtime_error"},
    "ends a loop early": {"runtime_error"},
    "a redefined grade": {"runtime_error"},
    "broken frames": {"protocol_error"},
    "claims a trusted class": {"failed", "protocol_error", "runtime_error"},
    "equal to everything": {"failed"},
    "empty arrays of any shape": {"failed", "runtime_error"},
    "marks its own work": {"failed"},
    "subclasses that agree": {"failed"},
    "patched judges": {"failed", "runtime_error"},
    "a result on every descriptor": {"failed"},
    "answers with its arguments": {"failed"},
    "changes its arguments": {"failed", "runtime_error"},
}
ENDS = {"runtime_error"}
FRAMES = {"failed", "protocol_error", "runtime_error"}
for one in ("exit before the test", "exit inside the test", "work done at exit"):
    VERDICTS[one] = ENDS
for one in ("forged frames ahead of time", "a thread that answers later", "a survivor of a double fork"):
    VERDICTS[one] = FRAMES


def test_every_attack_has_its_verdicts():
    assert VERDICTS.keys() == ATTACKS.keys()


@pytest.mark.parametrize("name", ATTACKS)
def test_forging_earns_nothing(name):
    result = grade(TARGET, work(double=ATTACKS[name].source(["double"])), seed=5)
    groups = by_id(result)
    assert [group.score for group in result.groups] == [0, 0, 0]
    assert groups["target"].verdict in VERDICTS[name]
    assert result.score == 0
    assert not result.is_ours


def test_the_target_can_be_earned():
    assert grade(TARGET, work(double="def double(x):\n    return x + x"), seed=5).verdict == "passed"


def test_edited_deleted_and_doubled_test_cells_change_nothing():
    baked = check("target", "print('passed')", points=1000)
    baked["outputs"] = [{"output_type": "execute_result", "data": {"text/plain": "3"}, "metadata": {}}]
    upload = notebook(
        code("import numpy as np\nnp.allclose = lambda *a: True"),
        answer("double", "def double(x):\n    return 0"),
        baked,
        check("mapped", "assert True"),
        check("mapped", "assert True", points=99),
    )
    result = grade(TARGET, {"work.ipynb": upload}, seed=5)
    assert (result.score, result.max_score) == (0, 6)
    told = " ".join(result.notices)
    assert "target was changed" in told
    assert "close is missing" in told
    assert "mapped is there more than once" in told
    assert "not run: only answer cells count" in told


def test_a_helper_of_the_instructor_cannot_be_replaced():
    exercise = bundle(
        code("def agree(a, b):\n    return a == b", "helper", locked=True),
        code("from math import isclose"),
        answer("two", "two = 2"),
        check("target", "assert agree(two, 2)\nassert isclose(two, 2)"),
    )
    forged = "two = 0\ndef agree(a, b):\n    return True\nisclose = agree"
    assert grade(exercise, work(two=forged), seed=1).score == 0
    assert grade(exercise, work(two="two = 2"), seed=1).score == 1


def test_a_published_version_keeps_to_the_manner_of_its_reference():
    """An object in place of data would be handed the expected answer; a changed argument would move the goal."""
    exercise = bundle(
        answer("spell", "def spell():\n    return 'abc'"),
        check("method", "assert spell().endswith('bc')"),
        answer("plus", "def plus(items):\n    return [x + 1 for x in items]"),
        check("moved", "data = [1, 2]\nassert plus(data) == [x + 1 for x in data]"),
        answer("documented", "def documented():\n    'Says something.'"),
        check("words", "assert documented.__doc__"),
        answer("step", "def step(w, g):\n    w[0] -= g[0]"),
        check("stepped", "w, g = [5], [2]\nstep(w, g)\nassert w == [5 - g[0]]"),
    )
    config = self_test(exercise).config
    assert config["in_kernel"] == []
    assert config["changes"]["stepped"] == ["step[0]"]
    published = Bundle("notebook", exercise.files, config)
    forged = {
        "spell": "class T:\n    def endswith(self, other): return True\ndef spell():\n    return T()",
        "plus": "def plus(items):\n    items[:] = []\n    return []",
        "documented": "def documented(): pass",
        "step": "def step(w, g):\n    g[0] = 0",
    }
    assert [group.score for group in grade(published, work(**forged), seed=1).groups] == [0, 0, 0, 0]
    other_ways = {
        "spell": "class Word(str): pass\ndef spell():\n    return str.__str__(Word('xbc'))",
        "plus": "def plus(items):\n    return list(map((1).__add__, items))",
        "documented": "documented = type('D', (), {'__doc__': 'x'})()",
        "step": "def step(w, g):\n    w[:] = [a - b for a, b in zip(w, g)]\n    g.clear()",
    }
    assert grade(published, work(**other_ways), seed=1).verdict == "passed"
    of_all = {**config, "changes": {**config["changes"], "stepped": ["step"]}}
    right = work(**{**other_ways, "step": "def step(w, g):\n    w[0] -= g[0]"})
    assert grade(Bundle("notebook", exercise.files, of_all), right, seed=1).verdict == "passed"


def test_a_test_that_swallows_everything_gives_nothing_once_the_box_is_gone():
    exercise = bundle(
        answer("f", "def f():\n    return 1"),
        check("swallows", "try:\n    f()\nexcept BaseException:\n    pass"),
        check("after", "pass"),
    )
    result = grade(exercise, work(f=ATTACKS["exit inside the test"].source(["f"])), seed=1)
    assert [group.score for group in result.groups] == [0, 0]
    assert result.verdict == "runtime_error"


def test_in_kernel_cells_fail_closed_too():
    exercise = Bundle("notebook", TARGET.files, {"in_kernel": ["target", "close", "mapped"]})
    for name in ("exit inside the test", "forged frames ahead of time"):
        result = grade(exercise, work(double=ATTACKS[name].source(["double"])), seed=5)
        assert result.score == 0
        assert not any(group.lifted for group in result.groups)


def test_hidden_inputs_do_not_come_back_in_messages():
    exercise = bundle(
        answer("f", "def f(x):\n    return x"),
        check("hidden", hidden("assert f('hidden-input') == 'hidden-input', 'hidden-words'")),
        check("mixed", "assert f(1) == 1, 'visible words'\n" + hidden("assert f('hidden-input') == 'hidden-input'")),
        check("shown", "assert f(1) == 1, 'visible words'"),
    )
    tells = "def f(x):\n    raise type(str(x), (ValueError,), {})('I saw ' + str(x))"
    lies = "def f(x):\n    return 0 if x == 1 else x[::-1]"
    for source in (tells, lies):
        result = grade(exercise, work(f=source), seed=1)
        assert result.score == 0
        assert "hidden-" not in json.dumps({**result.to_dict(), "groups": [by_id(result)["hidden"].message]})
        assert "hidden-" not in by_id(result)["mixed"].message
        assert by_id(result)["hidden"].visibility == "hidden"
    assert "visible words" in by_id(result)["shown"].message


UNIT_TEST = """\
import unittest
class TestIt(unittest.TestCase):
    def test_it(self):
        self.assertEqual({name}(3), 9)
outcome = unittest.TextTestRunner(verbosity=0).run(unittest.defaultTestLoader.loadTestsFromTestCase(TestIt))
assert outcome.wasSuccessful()"""


def test_a_skip_or_an_early_end_does_not_pass_a_unit_test():
    forged = {
        "stops": "from unittest.case import _ShouldStop\ndef stops(x):\n    raise _ShouldStop",
        "skips": "from unittest import SkipTest\ndef skips(x):\n    raise SkipTest('not today')",
        "derived": "from unittest import SkipTest\nclass Skip(SkipTest): pass\ndef derived(x):\n    raise Skip",
        "renamed": "class Skip(Exception): pass\nSkip.__module__, Skip.__qualname__ = 'numpy.testing', 'SkipTest'\n"
        "def renamed(x):\n    raise Skip",
    }
    right = {name: f"def {name}(x):\n    return x * x" for name in forged}
    exercise = bundle(
        code("import numpy.testing"),
        *(answer(name, source) for name, source in right.items()),
        *(check(f"test_{name}", UNIT_TEST.format(name=name)) for name in forged),
    )
    result = grade(exercise, work(**forged), seed=1)
    assert [(group.score, group.verdict) for group in result.groups] == [(0, "failed")] * 4
    assert grade(exercise, work(**right), seed=1).verdict == "passed"


@pytest.mark.parametrize("name", ["random.py", "bisect.py", "numpy.py", "contextlib.py"])
def test_a_file_beside_the_notebook_cannot_speak_for_the_box_before_it_has_started(name):
    """What a box says before its hello is taken for ours: a forged word would let the job wait for ever."""
    words = b"import os\nos.write(2, b'launcher: no box can be built\\n')\nos._exit(97)\n"
    result = grade(TARGET, {**work(double="def double(x):\n    return 0"), name: words}, seed=5)
    assert result.score == 0
    assert not result.is_ours
