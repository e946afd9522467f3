"""The notebook of an exercise on its page: readable, and nothing in it acts."""

import base64
import io
import json

import pytest
from django.urls import reverse
from PIL import Image

from projects.models import StoredFile
from projects.notebook_display import MAX_PICTURE_BYTES, show_notebook, show_release
from tests import world

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>"
TEXT = "# The title\n\nFit $x^2$.\n\n```python\nx = 1\n```"


def notebook(*cells):
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}).encode()


def prose(source):
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def code(source, *data, **nbgrader):
    outputs = [{"output_type": "display_data", "data": one} for one in data]
    metadata = {"nbgrader": {"schema_version": 3, **nbgrader}} if nbgrader else {}
    return {"cell_type": "code", "metadata": metadata, "source": source, "outputs": outputs}


def png(width=4, height=3):
    data = io.BytesIO()
    Image.new("RGB", (width, height)).save(data, "PNG")
    return base64.encodebytes(data.getvalue()).decode()


@pytest.fixture
def release(exercise):
    """A function from cells to the exercise that has them in its download."""

    def give(*cells):
        world.make_release(exercise, {"exercise.ipynb": notebook(*cells), "data.csv": b"a,b"})
        return exercise

    return give


def url_of(cohort, project):
    return reverse("project_detail", args=[cohort.slug, project.slug])


def test_the_page_of_an_exercise_shows_its_notebook(as_user, learner, cohort, release):
    answer = code("### YOUR CODE HERE", solution=True, grade_id="fit")
    project = release(prose(TEXT), prose("## A part"), answer, code(f"print('{EVIL}')"))
    body = as_user(learner).get(url_of(cohort, project)).text
    assert '<h3 id="h-cell-1-the-title">The title</h3>' in body
    assert '<h4 id="h-cell-2-a-part">A part</h4>' in body
    assert "<msup>" in body
    assert '<p class="cell-label">Answer</p>' in body
    assert "<script>alert" not in body
    assert "&lt;script&gt;" in body


def test_before_it_opens_the_notebook_is_not_shown(as_user, learner, mentor, cohort, release):
    project = release(prose("# What comes"))
    project.activity.available_offset = 20
    project.activity.due_offset = project.activity.until_offset = None
    project.activity.save()
    assert "What comes" not in as_user(learner).get(url_of(cohort, project)).text
    assert "What comes" in as_user(mentor).get(url_of(cohort, project)).text


def test_a_damaged_notebook_leaves_the_page_as_it_is(as_user, learner, cohort, exercise):
    world.make_release(exercise, {"exercise.ipynb": b"{"})
    answer = as_user(learner).get(url_of(cohort, exercise))
    assert answer.status_code == 200
    assert "notebook-card" not in answer.text


def test_html_scripts_and_drawings_of_an_output_are_named_and_never_shown():
    data = {"text/html": EVIL, "application/javascript": "alert(1)", "image/svg+xml": EVIL, "text/plain": EVIL}
    (cell,) = show_notebook(notebook(code("show()", data))).cells
    assert cell.output == EVIL  # a text, which the template escapes
    assert cell.hidden == "an image and HTML and a script"
    assert cell.pictures == ()


@pytest.mark.django_db
def test_what_an_author_writes_is_sanitised_too():
    stored = StoredFile.objects.keep(notebook(prose(f"{EVIL}\n\n[x](javascript:alert(1))"), code(EVIL)))
    html = "".join(cell.html for cell in show_release(stored.sha256).cells)
    assert "<script" not in html
    assert "<img" not in html
    assert "href=" not in html


def test_png_pictures_are_shown_and_only_they():
    cells = [
        code("plot()", {"image/png": png().splitlines(True), "text/html": "<div>"}),
        code("x", {"image/png": "QUJD"}),
    ]
    shown, refused = show_notebook(notebook(*cells)).cells
    assert base64.b64decode(shown.pictures[0]).startswith(b"\x89PNG")
    assert shown.hidden == ""
    assert (refused.pictures, refused.hidden) == ((), "an image")


@pytest.mark.parametrize("picture", ["A" * (MAX_PICTURE_BYTES * 3 // 2), "!!!", 'QUJD" onerror="alert(1)'])
def test_pictures_that_are_none_or_too_large_are_left_out(picture):
    (cell,) = show_notebook(notebook(code("plot()", {"image/png": picture}))).cells
    assert (cell.pictures, cell.hidden) == ((), "an image")


def test_a_picture_of_far_too_many_pixels_is_left_out():
    (cell,) = show_notebook(notebook(code("plot()", {"image/png": png(7000, 7000)}))).cells
    assert (cell.pictures, cell.hidden) == ((), "an image")


@pytest.mark.django_db
def test_a_notebook_is_read_once_for_its_content(django_assert_num_queries):
    stored = StoredFile.objects.keep(notebook(prose("# Once")))
    first = show_release(stored.sha256)
    with django_assert_num_queries(0):
        assert show_release(stored.sha256) is first
