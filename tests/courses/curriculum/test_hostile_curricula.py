# ruff: noqa: E501 -- each case is one row of a table
"""What a folder may not hold: links out of it, bombs, drawings that act, and notebooks without what they promise."""

import base64
import io
import os
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from courses.curriculum.reader import CurriculumErrors

W = "weeks/01-lines"
SVG = f"{W}/images/fit.svg"
NOTEBOOK = f"{W}/ols/ols.ipynb"
NS = 'xmlns="http://www.w3.org/2000/svg"'


def test_a_symbolic_link_is_refused(folder, tmp_path):
    secret = tmp_path / "secret.md"
    secret.write_text("secret")
    (folder.path / W / "linked.md").symlink_to(secret)
    assert folder.errors() == [(f"{W}/linked.md", None, "This is a symbolic link.")]


def test_a_linked_folder_is_refused(folder, tmp_path):
    (folder.path / "weeks/03-linked").symlink_to(tmp_path)
    assert folder.errors() == [("weeks/03-linked", None, "This is a symbolic link.")]


def test_a_pipe_is_refused_without_waiting_for_it(folder):
    os.mkfifo(folder.path / W / "pipe.md")
    assert folder.errors() == [(f"{W}/pipe.md", None, "This is not an ordinary file.")]


def test_a_path_longer_than_its_column_is_refused(folder):
    path = f"{W}/ols/{'a' * 99}/{'b' * 99}"
    folder.write(f"{path}/c.csv", "x")
    assert folder.errors() == [(path, None, f"This path has {len(path)} characters.")]


@pytest.fixture
def as_nobody(folder, monkeypatch):
    """The folder is read by somebody whom the modes of its files bind."""
    folder.path.parent.chmod(0o755)
    monkeypatch.chdir(folder.path.parent)
    folder.path = folder.path.relative_to(folder.path.parent)
    user = os.geteuid()
    yield lambda: os.seteuid(65_534 if user == 0 else user)
    os.seteuid(user)
    for place in folder.path.rglob("*"):
        place.chmod(0o755)


@pytest.mark.parametrize("name", [f"{W}/ols/data/points.csv", f"{W}/ols/data"])
def test_what_cannot_be_read_is_named(folder, as_nobody, name):
    (folder.path / name).chmod(0)
    as_nobody()
    assert folder.errors() == [(name, None, "This cannot be read (Permission denied).")]


def test_a_long_chain_and_a_long_ring_of_skills_are_walked_once(folder):
    areas = "area: practice, summary: S."
    skills = [f"  - {{slug: s{n}, title: S, {areas}, requires: [s{n + 1}]}}" for n in range(2_500)]
    last = f"  - {{slug: s2500, title: S, {areas}}}"
    head = (folder.path / "skills.yaml").read_text()
    folder.write("skills.yaml", "\n".join([head.rstrip(), *skills, last]))
    assert len(folder.read().skills) == 2_503
    folder.write("skills.yaml", "\n".join([head.rstrip(), *skills, last.replace("}", ", requires: [s0]}")]))
    assert len(folder.errors()) == 2_501


def test_a_bomb_of_aliases_is_refused_before_it_grows(folder):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    folder.write("skills.yaml", "\n".join(lines))
    assert folder.errors() == [("skills.yaml", 1, "There is an anchor or an alias.")]


PATH, USE = "<path/>", "<use href='#a'/>"
UNSAFE_SVG = {
    "script": (f"<svg {NS}><script>alert(1)</script></svg>", "it holds the element script"),
    "handler": (f'<svg {NS} onload="alert(1)"/>', "it holds the event handler onload"),
    "handler in capitals": (f'<svg {NS} ONLOAD="alert(1)"/>', "it holds the event handler onload"),
    "foreign object": (f"<svg {NS}><foreignObject/></svg>", "it holds the element foreignObject"),
    "external image": (f'<svg {NS}><image href="https://a.example/x.png"/></svg>', "it refers to https://a.example/x.png"),
    "embedded drawing": (f'<svg {NS}><image href="data:image/svg+xml;base64,AA"/></svg>', "it refers to data:image/svg+xml;base64,AA"),
    "script address": (f'<svg {NS}><use href=" javascript:alert(1)"/></svg>', "it refers to javascript:alert(1)"),
    "use of a use": (f'<svg {NS}><g id="a"><path/></g><g id="b"><use href="#a"/></g><use href="#b"/></svg>', "it uses #b, which uses another"),
    "use of itself": (f'<svg {NS}><use id="a" href="#a"/></svg>', "it uses #a, which uses another"),
    "many uses": (f'<svg {NS}><g id="a">{PATH * 999}</g>{USE * 101}</svg>', "what it uses adds up to more than 100000 elements"),
    "embedded bomb": (lambda: embedded((5_000, 4_000)), "it holds an image that is damaged, or has too many pixels"),
    "embedded pixels together": (lambda: embedded((3_000, 3_000), 2), "it holds an image that is damaged, or has too many pixels"),
    "embedded noise": (f'<svg {NS}><image href="data:image/png;base64,A"/></svg>', "it holds an image that is damaged, or has too many pixels"),
    "link": (f'<svg {NS}><a href="#x"/></svg>', "it holds the element a"),
    "animation": (f'<svg {NS}><set attributeName="href" to="x"/></svg>', "it holds the element set"),
    "external style": (f'<svg {NS}><style>@import "x"</style></svg>', "its style holds @import"),
    "escaped style": (f"<svg {NS}><style>@\\69mport 'x'</style></svg>", "its style holds \\"),
    "external fill": (f'<svg {NS}><path style="fill:url(//a.example)"/></svg>', "its style refers to //a.example"),
    "entities": (f'<!DOCTYPE svg [<!ENTITY a "b">]><svg {NS}><text>&a;</text></svg>', "its document type declares entities or elements"),
    "style sheet": (f'<?xml version="1.0"?><?xml-stylesheet href="x"?><svg {NS}/>', "it holds the processing instruction xml-stylesheet"),
    "other encoding": (f'<?xml version="1.0" encoding="utf-7"?><svg {NS}/>', "its encoding is not UTF-8"),
    "HTML inside": (f'<svg {NS}><h:title xmlns:h="http://www.w3.org/1999/xhtml"/></svg>', "it holds the element title"),
    "no namespace": ("<svg><path/></svg>", "its outermost element is not svg of SVG's namespace"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNSAFE_SVG)
def test_a_drawing_that_acts_or_looks_elsewhere_is_refused(folder, case):
    content, reason = UNSAFE_SVG[case]
    folder.write(SVG, content() if callable(content) else content)
    assert folder.errors() == [(SVG, None, f"This SVG is not safe to show: {reason}.")]


def embedded(size, times=1):
    data = base64.b64encode(picture("PNG", size, "1")).decode()
    image = f'<image href="data:image/png;base64,{data}"/>'
    return f"<svg {NS}>{image * times}</svg>"


def test_a_drawing_with_an_image_and_shapes_used_again_is_read(folder):
    again = '<defs><path id="p" d=""/></defs><g id="text"><use href="#p"/><use href="#p"/></g>'
    folder.write(SVG, embedded((3_000, 3_000)).replace("</svg>", f"{again}</svg>"))
    assert folder.read()


def test_a_drawing_as_programs_export_it_is_read(folder):
    doctype = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    drawing = (
        f'<svg {NS}><defs><clipPath id="c"/></defs><g style="fill: none" clip-path="url(#c)"><path d=""/></g></svg>'
    )
    folder.write(SVG, f'<?xml version="1.0" encoding="utf-8" standalone="no"?>\n{doctype}\n{drawing}')
    assert folder.read()


@pytest.mark.parametrize("content", [b"GIF89a", b"<html></html>", b"\x89PNG\r\n\x1a\n", b"", b"MZ"])
def test_an_image_of_another_type_than_its_name_says_is_refused(folder, content):
    folder.write(SVG, content)
    assert folder.errors() == [(SVG, None, "Its content is not image/svg+xml, as its name says.")]


@pytest.mark.parametrize(
    ("name", "kind"), [("a.png", "PNG"), ("a.jpg", "JPEG"), ("a.jpeg", "JPEG"), ("a.webp", "WEBP")]
)
def test_images_of_each_type_are_read(folder, name, kind):
    folder.write(f"{W}/images/{name}", picture(kind))
    folder.replace(f"{W}/concept.md", "images/fit.svg", f"images/{name}")
    assert folder.read().modules[0].activities[0].images[f"images/{name}"].data == picture(kind)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (lambda: picture("PNG", (4_001, 4_000)), "This image has 4001 × 4000 pixels."),
        (lambda: picture("PNG", (20_000, 20_000), "1"), "This image is damaged, or has far too many pixels."),
        (lambda: b"\x89PNG\r\n\x1a\n", "This image is damaged, or has far too many pixels."),
    ],
    ids=["many pixels", "bomb", "damaged"],
)
def test_an_image_that_no_browser_should_decode_is_refused(folder, content, problem):
    folder.write(f"{W}/images/a.png", content())
    folder.replace(f"{W}/concept.md", "images/fit.svg", "images/a.png")
    assert folder.errors() == [(f"{W}/images/a.png", None, problem)]


def picture(kind, size=(2, 2), mode="L"):
    written = io.BytesIO()
    Image.new(mode, size).save(written, kind)
    return written.getvalue()


@pytest.fixture
def wrong_notebooks(cells):
    code_cell, solution_cell, test_cell, notebook = cells
    none = "The notebook holds no solution."
    return {
        "no JSON": ('{\n"cells": [\n}', [(3, "This is not JSON: Expecting value.")]),
        "deep JSON": ("[" * 100_000, [(None, "The notebook is nested too deeply.")]),
        "no notebook": ("{}", [(None, "This is not a notebook of format 4.")]),
        "list": ("[]", [(None, "This is not a notebook of format 4.")]),
        "no solution": (notebook(solution_cell("answer = 1\n"), test_cell()), [(None, none)]),
        "empty solution": (notebook(solution_cell("### BEGIN SOLUTION\n# todo\n### END SOLUTION"), test_cell()), [(None, none)]),
        "solution outside a solution cell": (notebook(code_cell("### BEGIN SOLUTION\nx = 1\n### END SOLUTION", grade_id="a"), test_cell()), [(None, none)]),
        "no test": (notebook(solution_cell()), [(None, "The notebook has no graded test cell.")]),
        "open region": (notebook(solution_cell("### BEGIN SOLUTION\nx = 1\n"), test_cell()), [(None, "Cell 1 has ### BEGIN SOLUTION and ### END SOLUTION that do not pair.")]),
        "closed hidden tests": (notebook(solution_cell(), {**test_cell(), "source": ["### END HIDDEN TESTS"]}), [(None, "Cell 2 has ### BEGIN HIDDEN TESTS and ### END HIDDEN TESTS that do not pair.")]),
        "same grade_id": (notebook(solution_cell(), test_cell(), test_cell()), [(None, "Cell 3 has the grade_id test_fit of cell 2.")]),
        "bad grade_id": (notebook(solution_cell(), test_cell(), test_cell("a b")), [(None, "Cell 3 has no grade_id that can be used.")]),
        "old schema": (notebook(solution_cell(), test_cell(schema_version=1)), [(None, "Cell 2 has not the grading data of version 3.")]),
        "no points": (notebook(solution_cell(), code_cell("assert 1", grade=True, grade_id="test_fit")), [(None, "Cell 2 has no points.")]),
        "points of three decimals": (notebook(solution_cell(), test_cell(points=1.123)), [(None, "Cell 2 has no points.")]),
        "points beyond their column": (notebook(solution_cell(), test_cell(points=999_999)), [(None, "Cell 2 has no points.")]),
        "endless points": (notebook(solution_cell(), test_cell(points=float("inf"))), [(None, "Cell 2 has no points.")]),
        "points that are none": (notebook(solution_cell(), test_cell(points=float("nan"))), [(None, "Cell 2 has no points.")]),
        "points too many together": (notebook(solution_cell(), test_cell(), *(test_cell(f"t{n}", points=9999.99) for n in range(11))), [(None, "There are 110000.89 points in all.")]),
        "half of a pair": (notebook(code_cell("x = '\ud800'", grade_id="a"), solution_cell(), test_cell()), [(None, "Cell 1: There is the character U+D800.")]),
        "long number": ('{"cells": ' + "9" * 5_000 + "}", [(None, "The notebook holds a number that is too long.")]),
    }  # fmt: skip


CASES = ["half of a pair", "points of three decimals", "points beyond their column", "endless points", "points that are none", "points too many together", "long number", "no JSON", "deep JSON", "no notebook", "list", "no solution", "empty solution", "solution outside a solution cell",
         "no test", "open region", "closed hidden tests", "same grade_id", "bad grade_id", "old schema", "no points"]  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_notebook_without_what_it_promises_is_refused(folder, wrong_notebooks, case):
    content, errors = wrong_notebooks[case]
    folder.write(NOTEBOOK, content)
    assert folder.errors() == [(NOTEBOOK, line, problem) for line, problem in errors]


def test_an_exercise_without_its_notebook_is_refused(folder):
    (folder.path / NOTEBOOK).unlink()
    assert folder.errors() == [(NOTEBOOK, None, "The exercise has no notebook.")]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(
        ["program.yaml", "skills.yaml", f"{W}/week.yaml", f"{W}/quiz.yaml", f"{W}/prices/rubric.yaml", NOTEBOOK]
    ),
    st.one_of(st.binary(max_size=60), st.text(max_size=60).map(str.encode)),
    st.integers(0, 400),
    st.integers(0, 40),
)
def test_whatever_is_written_into_a_file_ends_in_errors_or_a_curriculum(folder, name, noise, start, length):
    before = (folder.path / name).read_bytes()
    folder.write(name, before[:start] + noise + before[start + length :])
    try:
        with suppress(CurriculumErrors):
            folder.read()
    finally:
        folder.write(name, before)
