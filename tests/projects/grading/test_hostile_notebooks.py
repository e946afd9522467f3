"""Notebooks made to hurt their reader: each is read or refused, at once."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.grading.engine import UploadRefused, check_upload
from projects.grading.errors import NotebookError
from projects.grading.notebook import read_notebook
from tests.projects.grading.build import answer, bundle, check, code

SOON = 2.0
"""Seconds of processor time that reading any notebook may take."""
BEYOND_MEASURE = ["1e1000000", "1e99999999", "1E+999999999999999999999", "1e-99999999", "1e99", "9" * 1_000_000]
BEYOND_MEASURE += ["0." + "0" * 100_000 + "1", 10**4000, [[[]]], {"a": 1}, True, "NaN", "sNaN", "-Infinity"]
BEYOND_MEASURE += ["1_0", "١", "\0", ".", "1e"]


def graded(points="1", grade_id="a", **cell):
    meta = {"grade": True, "solution": False, "locked": True, "grade_id": grade_id, "points": points}
    meta["schema_version"] = 3
    return {"cell_type": "code", "source": "x", "metadata": {"nbgrader": meta}, **cell}


def document(*cells):
    return json.dumps({"cells": cells, "nbformat": 4, "metadata": {}}).encode()


def heading(level):
    sheet = {"cells": [{"cell_type": "heading", "level": level, "source": "x"}]}
    return json.dumps({"worksheets": [sheet], "nbformat": 3}).encode()


def nested(depth):
    return b'{"cells": [], "metadata": ' + b'{"a":[' * depth + b"]}" * depth + b"}"


def read(data):
    """The notebook, or None when it was refused; either within `SOON`."""
    started = time.process_time()
    try:
        return read_notebook(data)
    except NotebookError:
        return None
    finally:
        assert time.process_time() - started < SOON


@pytest.mark.parametrize("points", BEYOND_MEASURE)
def test_points_beyond_all_measure_count_nothing_and_cost_nothing(points):
    (cell,) = read(document(graded(points))).cells
    assert cell.points == 0


@pytest.mark.parametrize("level", [4 * 10**8, 10**14, 10**4000, -5, 1e300, "6", None, [1], True])
def test_a_heading_has_one_to_six_levels(level):
    (cell,) = read(heading(level)).cells
    assert cell.source.rstrip("x") in [f"{'#' * depth} " for depth in range(1, 7)]


@pytest.mark.parametrize("depth", [51, 300, 480, 900, 100_000])
def test_deep_nesting_is_refused(depth):
    assert read(nested(depth)) is None


def test_moderate_nesting_is_read():
    assert read(nested(40)) is not None


@pytest.mark.parametrize("source", [5, None, True, {"a": 1}, [1, None, ["x"], {"y": 2}], [[["x"]]]])
def test_a_source_that_is_no_text_is_empty(source):
    (cell,) = read(document(graded(source=source))).cells
    assert cell.source == ""


def test_half_surrogates_become_question_marks_everywhere():
    half = "\ud83d"
    cell = graded(grade_id=half, source=[f"a{half}", "\U0001f600"], outputs=[{"text": [half], half: half}])
    notebook = read(document(cell))
    json.dumps(notebook.raw, ensure_ascii=False).encode()
    assert notebook.cells[0].source == "a?\U0001f600"
    assert notebook.cells[0].grade_id == "?"


def test_a_flood_of_brackets_is_read_or_refused_in_time():
    assert read(b'{"cells": [' + b"[]," * 1_600_000 + b"0]}") is None
    assert read(b'{"cells": [], "a": [' + b"{}," * 450_000 + b"0]}") is not None
    assert read(b'{"cells": [], "a": [' + b"0," * 2_500_000 + b"0]}") is not None


def test_only_the_exercises_own_cells_are_named_when_they_come_twice():
    exercise = bundle(answer("f", "f = 1"), check("t", "assert f"))
    strange = [graded(grade_id=f"strange-{number}") for number in range(2000)]
    work = document(*strange, *strange, *([answer("f", "f = 2")] * 500), check("t", "assert f"))
    notices = check_upload(exercise, {"a.ipynb": work})
    assert len([notice for notice in notices if "more than once" in notice]) == 1


def test_a_huge_id_is_another_exercise():
    exercise = bundle(answer("f", "f = 1"))
    with pytest.raises(UploadRefused, match="another exercise") as refusal:
        check_upload(exercise, {"a.ipynb": document(code("x", "y" * 2_000_000, solution=True))})
    assert len(str(refusal.value)) < 1000


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.just("1e999999"),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3),
    max_leaves=8,
)
nbgrader = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("schema_version", "grade", "solution", "task", "grade_id", "points"), json_values)
)
cells = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown", "heading", "raw"]) | json_values},
    optional={
        "source": json_values,
        "input": json_values,
        "level": json_values,
        "outputs": json_values,
        "metadata": st.fixed_dictionaries({}, optional={"nbgrader": nbgrader | json_values}) | json_values,
    },
)
documents = st.fixed_dictionaries(
    {},
    optional={
        "cells": st.lists(cells, max_size=3) | json_values,
        "worksheets": st.lists(st.fixed_dictionaries({"cells": st.lists(cells, max_size=3)}), max_size=2) | json_values,
        "metadata": json_values,
    },
)


@settings(max_examples=150, deadline=None)
@given(documents)
def test_anything_that_json_can_say_is_read_or_refused(said):
    notebook = read(json.dumps(said).encode())
    for cell in notebook.cells if notebook else ():
        cell.source.encode()
        assert 0 <= cell.points < 10**10
        assert cell.is_test in (True, False)
