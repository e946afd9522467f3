"""Scores beside nbgrader 0.9.5's own on tricky notebooks; `parity/record.py` says how its scores were made."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from projects.grading.engine import Bundle, check_upload, grade
from projects.grading.selftest import decide
from tests.projects.grading.build import answer, bundle, by_id, check, code, notebook
from tests.projects.grading.parity.cases import CASES, source_of, submission_of

SCORES = {path.stem: json.loads(path.read_text()) for path in Path(__file__).with_name("parity").glob("scores/*.json")}
BY_INTENT = {("magics", "others"): {"t_after": 0}}  # it needs a shell


@pytest.mark.box
@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_honest_scores_equal_nbgraders_per_cell(case):
    beside = {name: text.encode() for name, text in CASES[case][1].items()}
    exercise = Bundle("notebook", {"source.ipynb": source_of(case), **beside})
    config, _ = decide(exercise, {"reference.ipynb": source_of(case)})
    exercise = replace(exercise, config=config)
    for name, theirs in SCORES[case].items():
        if theirs is None:  # nbgrader refuses the whole
            continue
        result = grade(exercise, {"work.ipynb": submission_of(case, name)}, seed=1)
        wanted = {grade_id: score for grade_id, score in theirs.items() if score is not None}
        ours = {group.id: float(group.score) for group in result.groups if group.id in wanted}
        assert ours == {**wanted, **BY_INTENT.get((case, name), {})}, name


@pytest.mark.box
@pytest.mark.parametrize("name", ["doubled_answer", "other_types"])
def test_what_nbgrader_refuses_is_graded(name):
    exercise = Bundle("notebook", {"source.ipynb": source_of("messy")}, {"in_kernel": ["t_typed", "t_documented"]})
    assert SCORES["messy"][name] is None
    assert grade(exercise, {"work.ipynb": submission_of("messy", name)}, seed=1).verdict == "passed"


@pytest.mark.box
def test_cells_without_an_id_and_with_one_used_twice_are_graded_all_the_same():
    cells = [answer("", "x = 1"), check("", "assert x == 1"), answer("b", "y = 1"), answer("b", "z = 1"),
             check("t", "assert y == 1"), check("t", "assert z == 1")]  # fmt: skip
    for cell in cells[:2]:
        role = {"solution": True} if "=" in cell["source"][:4] else {"grade": True, "points": 1}
        cell["metadata"]["nbgrader"] = {"grade": False, "solution": False, "locked": False, "schema_version": 3, **role}
    theirs = [dict(cell) for cell in cells]
    theirs[3] = {**cells[3], "source": "z = 2"}
    result = grade(bundle(*cells), {"w.ipynb": notebook(*theirs)}, seed=1)
    assert {id_: group.score for id_, group in by_id(result).items()} == {"nameless~2": 1, "t": 1, "t~2": 0}
    told = " ".join(result.notices)
    assert "has no id; it is called nameless~1" in told
    assert "uses the id b again; it is called b~2" in told


def test_an_answer_that_lost_its_id_is_found_by_its_place():
    exercise = bundle(
        code("import math"), answer("f", "f = 1"), check("t", "assert f"), answer("g", "g = 1"), code("print(g)")
    )
    bare = [code("import math"), code("f = 5"), code("assert f"), code("g = 6"), code("print(g)")]
    notices = check_upload(exercise, {"w.ipynb": notebook(*bare)})
    assert [line for line in notices if "lost its id" in line] == [
        f"The answer cell {name} has lost its id; the cell in its place was used." for name in ("f", "g")
    ]
    assert not any("not run" in line for line in notices)
    two = [*bare[:2], code("f = 7"), *bare[2:]]
    assert any("answer cell f is missing" in line for line in check_upload(exercise, {"w.ipynb": notebook(*two)}))


@pytest.mark.box
def test_an_answer_found_by_its_place_is_graded():
    exercise = bundle(code("import math"), answer("f", "f = 1"), check("t", "assert f == 5"))
    work = notebook(code("import math"), code("f = 5"), code("assert f == 5"))
    assert grade(exercise, {"w.ipynb": work}, seed=1).score == 1
