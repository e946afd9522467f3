"""Our release version and scores beside nbgrader's own, on a notebook that nbgrader 0.9.6 released and graded."""

import json
from pathlib import Path

import pytest

from projects.grading.engine import Bundle, grade, self_test
from projects.grading.release import release_version
from tests.projects.grading.build import by_id

FIXTURES = Path(__file__).with_name("fixtures")
SCORES = json.loads((FIXTURES / "scores.json").read_text())


@pytest.fixture(scope="module")
def exercise():
    return Bundle("notebook", {"source.ipynb": (FIXTURES / "source.json").read_bytes()})


def test_release_version_is_nbgraders(exercise):
    ours = json.loads(release_version(exercise.files["source.ipynb"]))
    theirs = json.loads((FIXTURES / "release.json").read_bytes())
    assert [cell["source"] for cell in ours["cells"]] == [cell["source"] for cell in theirs["cells"]]
    assert [cell["metadata"] for cell in ours["cells"]] == [cell["metadata"] for cell in theirs["cells"]]
    assert ours["metadata"] == theirs["metadata"]


@pytest.mark.box
@pytest.mark.parametrize("name", sorted(SCORES))
def test_honest_scores_equal_nbgraders_per_cell(exercise, name):
    result = grade(exercise, {"work.ipynb": (FIXTURES / f"{name}.json").read_bytes()}, seed=1)
    assert {id_: float(group.score) for id_, group in by_id(result).items()} == SCORES[name]
    assert all(group.lifted for group in result.groups)


@pytest.mark.box
def test_self_test_lifts_every_cell(exercise):
    found = self_test(exercise)
    assert found.ok, found.problems
    assert found.in_kernel == {}
    assert (found.reference_score, found.release_score) == (found.max_score, 0)
