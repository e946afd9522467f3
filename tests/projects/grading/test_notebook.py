"""Reading what learners and instructors upload, without running any of it."""

import json
from decimal import Decimal
from functools import partial

import pytest

from projects.grading.engine import Bundle, UploadRefused, check_upload, declared_points, grade
from projects.grading.errors import NotebookError
from projects.grading.notebook import read_notebook
from projects.grading.release import check_source, release_version
from tests.projects.grading.build import answer, bundle, check, code, hidden, notebook

GOOD = notebook(answer("f", "f = 1"))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (GOOD[:-40], "cut off"),
        (GOOD[: len(GOOD) // 2], "cut off"),
        (GOOD.replace(b'"cells":', b'"cells"'), "damaged"),
        (b"\xff\xfe{\x00}\x00", "UTF-8"),
        ('{"é": 1}'.encode("latin-1"), "UTF-8"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04....", "zip archive"),
        (b"print('hello')", "not JSON"),
        (b"[1, 2]", "not a Jupyter notebook"),
        (b'{"name": "package", "version": 1}', "no notebook cells"),
        (b'{"cells": {}}', "no notebook cells"),
        (b'{"cells": [1]}', "Cell 1"),
        (b"[" * 100_000, "damaged"),
        (b" " * (5 * 2**20 + 1), "5 MB"),
    ],
)
def test_what_is_no_notebook_is_refused_with_advice(data, words):
    with pytest.raises(NotebookError, match=words):
        read_notebook(data)


def test_a_byte_order_mark_and_windows_newlines_are_read():
    cells = read_notebook(b"\xef\xbb\xbf" + notebook(code("a = 1\r\nb = 2\r"))).cells
    assert cells[0].source == "a = 1\nb = 2\n"


@pytest.mark.parametrize("version", [None, 0, 1, 2, 3])
def test_old_metadata_is_upgraded(version):
    cell = check("t", "assert True", points="2.5")
    meta = cell["metadata"]["nbgrader"]
    meta.pop("task")
    meta.update(schema_version=version, stray=1)
    if version is None:
        del meta["schema_version"]
    (found,) = read_notebook(notebook(cell)).cells
    assert found.is_test
    assert found.points == Decimal("2.5")
    assert found.metadata["nbgrader"]["schema_version"] == 3
    assert "stray" not in found.metadata["nbgrader"]


def test_points_that_make_no_sense_are_zero():
    for points in ("", -1, "many", None, float("inf")):
        data = json.dumps({"cells": [check("t", "", points=points)]}).encode()
        assert read_notebook(data.replace(b"Infinity", b"1e999")).cells[0].points == 0


def test_uploads_without_exactly_one_fitting_notebook_are_refused():
    exercise = bundle(answer("f", "f = 1"), check("t", "assert f"))
    for files, words in (
        ({}, "no notebook"),
        ({"a.txt": b""}, "no notebook"),
        ({"a.ipynb": GOOD, "b.ipynb": GOOD}, "2 notebooks"),
        ({"a.ipynb": notebook(answer("other", ""))}, "another exercise"),
        ({"a.ipynb": b"%PDF"}, "PDF"),
    ):
        with pytest.raises(UploadRefused, match=words):
            check_upload(exercise, files)
    assert check_upload(exercise, {"A.IPYNB": notebook(answer("f", ""), check("t", "assert f "))}) == []


@pytest.mark.parametrize("name", ["data", "data/points.csv/x", "data/", "../up", "a\nb"])
def test_files_that_cannot_lie_beside_the_exercise_are_refused_before_anything_runs(name):
    exercise = bundle(answer("f", "f = 1"), check("t", "assert f"), **{"data/points__csv": b"a\n1\n"})
    own = notebook(answer("f", ""), check("t", "assert f"))
    beside = {"a.ipynb": own, "data/points.csv": b"", "data/more.csv": b"", "datum": b""}
    assert check_upload(exercise, beside) == []
    for act in (check_upload, partial(grade, seed=1)):
        with pytest.raises(UploadRefused, match="rename"):
            act(exercise, {**beside, name: b""})


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([code("x", "a", solution=True), code("y", "a", locked=True)], "twice"),
        ([code("### BEGIN SOLUTION\nx\n### END SOLUTION")], "not a solution cell"),
        ([code(hidden("x"))], "not a test cell"),
        ([answer("a", "### BEGIN SOLUTION\nx")], "no END SOLUTION"),
        ([check("a", "### BEGIN HIDDEN TESTS\n### BEGIN HIDDEN TESTS\n")], "nested"),
    ],
)
def test_an_instructor_notebook_that_would_leak_is_refused(cells, words):
    with pytest.raises(NotebookError, match=words):
        check_source(read_notebook(notebook(*cells)))


def test_the_release_version_holds_no_solution_and_no_hidden_test():
    data = notebook(answer("f", "def f():\n    ### BEGIN SOLUTION\n    return 'SECRET'\n    ### END SOLUTION"),
                    check("t", "assert f()\n" + hidden("assert 'SECRET'")), answer("all", "SECRET = 1"))  # fmt: skip
    released = release_version(data)
    assert b"SECRET" not in released
    assert read_notebook(released).cells[0].source == "def f():\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    assert read_notebook(released).cells[2].source == "# YOUR CODE HERE\nraise NotImplementedError()"


def test_only_test_cells_count_as_declared_points():
    essay = answer("essay", "")
    essay["metadata"]["nbgrader"].update(grade=True, points=9)
    assert declared_points(bundle(essay, check("t", "", points=2), check("u", "", points="0.5"))) == Decimal("2.5")


def test_the_digest_changes_with_all_that_can_change_a_score():
    one = Bundle("notebook", {"source.ipynb": GOOD, "d.csv": b"1"})
    same = Bundle("notebook", {"d.csv": b"1", "source.ipynb": GOOD})
    assert one.digest == same.digest
    others = [
        Bundle("notebook", {"source.ipynb": GOOD, "d.csv": b"2"}),
        Bundle("notebook", {"source.ipynb": GOOD, "e.csv": b"1"}),
        Bundle("notebook", one.files, {"in_kernel": ["t"]}),
        Bundle("archive", one.files),
    ]
    assert len({one.digest, *(other.digest for other in others)}) == 5
