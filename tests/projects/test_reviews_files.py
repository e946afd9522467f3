"""What a reviewer sees of the files: everything readable, nothing that runs."""

import io
import json
import zipfile
from html.parser import HTMLParser

import pytest
from django.urls import reverse
from PIL import Image

from projects.models import StoredFile
from projects.work_changes import changed_lines
from projects.work_display import show
from projects.work_files import WorkFile, contents_of, list_work
from tests import world

EVIL = '<script>alert(1)</script><img src=x onerror="alert(2)">'


class Dangers(HTMLParser):
    """What a browser would run or fetch in a page: scripts in place, handlers, script addresses, foreign pictures."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag in ("script", "img") and not (values.get("src") or "").startswith(
            ("/static/", "/submissions/", "/people/")
        ):
            self.found.append(tag)
        self.found += [name for name, _ in attributes if name.startswith("on") or name == "style"]
        self.found += [value for value in values.values() if (value or "").strip().lower().startswith("javascript:")]


def zipped(files, **options):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def notebook(*cells):
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}).encode()


def code_cell(source, *outputs):
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": list(outputs)}


@pytest.fixture
def look(as_user, mentor, enrollment, mini_project):
    """A function from files to the page that shows one of them."""

    def look_at(files, name=None, entry="", **fields):
        submission = world.make_submission(enrollment, mini_project, "waiting_for_review", files, **fields)
        query = {"file": name or next(iter(files)), **({"entry": entry} if entry else {}), **fields.pop("query", {})}
        return as_user(mentor).get(reverse("submission_review", args=[submission.pk]), query)

    return look_at


def stored(name, data):
    file = StoredFile.objects.keep(data)
    return WorkFile(name, "", len(data), file.sha256, file)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("README.md", f"# Hi\n\n{EVIL}\n\n[click](javascript:alert(1))".encode()),
        ("train.py", f"# {EVIL}\nprint('{EVIL}')".encode()),
        ("notes.txt", EVIL.encode()),
        ("data.json", json.dumps({"a": EVIL}).encode()),
        ("page.html", EVIL.encode()),
        ("picture.svg", f"<svg onload='alert(1)'>{EVIL}</svg>".encode()),
        (
            "analysis.ipynb",
            notebook(
                {"cell_type": "markdown", "metadata": {}, "source": EVIL},
                {"cell_type": "raw", "metadata": {}, "source": EVIL},
                code_cell(
                    f"print('{EVIL}')",
                    {"output_type": "stream", "text": [EVIL]},
                    {
                        "output_type": "display_data",
                        "data": {"text/html": EVIL, "image/svg+xml": EVIL, "text/plain": EVIL},
                    },
                    {"output_type": "error", "traceback": ["\x1b[31m" + EVIL]},
                ),
            ),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_nothing_in_a_file_runs(look, name, data):
    page = look({name: data}).text
    assert Dangers(page).found == []
    inside = look({"work.zip": zipped({name: data})}, "work.zip", name).text
    assert Dangers(inside).found == []


def test_note_link_names_and_comments_are_harmless(as_user, mentor, enrollment, mini_project):
    submission = world.make_submission(
        enrollment,
        mini_project,
        "waiting_for_review",
        {f"{EVIL[:60]}.txt": b"x"},
        note=EVIL,
        link="javascript:alert(1)",
    )
    group = world.group("test", 0, 1, EVIL)
    world.make_result(submission, 1, 2, groups=[{**group, "title": EVIL}], notices=[EVIL])
    client = as_user(mentor)
    client.post(reverse("review_claim", args=[submission.pk]))
    client.post(reverse("review_draft", args=[submission.pk]), {"comment": f"</textarea>{EVIL}"})
    page = client.get(reverse("submission_review", args=[submission.pk])).text
    assert Dangers(page).found == []
    assert 'href="javascript' not in page
    assert "</textarea><script" not in page


def test_a_web_link_opens_apart_and_says_nothing_of_us(look):
    page = look({"a.txt": b"x"}, link="https://example.org/repo").text
    assert 'href="https://example.org/repo" rel="noopener noreferrer nofollow ugc"' in page


def test_python_is_highlighted_with_numbered_lines(look):
    page = look({"train.py": b"import numpy\n\nx = 1\n"}).text
    assert '<span class="line"><span class="kn">import</span>' in page
    assert page.count('class="line"') == 3


def test_a_notebook_shows_cells_and_text_but_no_pictures(look):
    cell = code_cell("plot()", {"output_type": "display_data", "data": {"image/png": "QUJD", "text/plain": "<Figure>"}})
    page = look({"a.ipynb": notebook(cell)}).text
    assert "&lt;Figure&gt;" in page
    assert "The cell also shows an image" in page
    assert "QUJD" not in page


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"null", b"%PDF-1.7", b"\xff\xfe", b'{"cells": [1]}', b"[" * 100_000]
)
@pytest.mark.django_db
def test_a_broken_notebook_says_so(data):
    shown = show(stored("a.ipynb", data))
    assert (shown.kind, bool(shown.note)) == ("none", True)


@pytest.mark.django_db
def test_a_picture_is_shown_when_it_is_one_and_not_too_large():
    data = io.BytesIO()
    Image.new("RGB", (40, 20)).save(data, "PNG")
    assert show(stored("chart.png", data.getvalue())).kind == "image"
    assert show(stored("chart.png", b"<svg/>")).kind == "none"
    assert show(stored("chart.png", data.getvalue()[:20])).kind == "none"
    huge = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(huge, "PNG")
    assert "too" in show(stored("chart.png", huge.getvalue())).note


@pytest.mark.django_db
def test_what_is_too_large_or_no_text_is_offered_for_download():
    assert "too large" in show(stored("data.csv", b"1,2\n" * 100_000)).note
    assert "not a text file" in show(stored("model.bin", b"\0\1\2")).note
    assert "not a text file" in show(stored("latin.txt", "é".encode("latin-1"))).note
    assert "first 5000 of" in show(stored("long.txt", b"a\n" * 9_000)).note


@pytest.mark.django_db
def test_the_inside_of_a_zip_is_listed_without_noise_and_bounded():
    names = {f"data/{number:03}.txt": "x" for number in range(320)} | {
        "__MACOSX/._a": "x",
        ".git/HEAD": "x",
        "a.py": "x",
    }
    archive = contents_of(StoredFile.objects.keep(zipped(names)).sha256)
    assert (len(archive.entries), archive.left_off, archive.entries[0].path) == (300, 21, "a.py")


@pytest.mark.django_db
def test_an_unsafe_or_damaged_zip_is_named_and_not_opened(look):
    bad = zipped({"a.txt": "x"})[:-10]
    page = look({"work.zip": bad}).text
    assert "cut off" in page
    slip = look({"slip.zip": zipped({"../../etc/passwd": "x"})}).text
    assert "passwd" in slip
    assert "entry=.." not in slip


@pytest.mark.django_db
def test_an_entry_that_lies_about_its_size_is_not_unpacked():
    data = zipped({"a.txt": "x" * 1000})
    lying = data.replace((1000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    file = StoredFile.objects.keep(lying)
    for entry in contents_of(file.sha256).entries:
        assert show(WorkFile("a.zip", entry.path, entry.size, entry.print, file)).kind in ("none", "code")


def test_an_unknown_file_or_entry_is_said_to_be_missing(look):
    assert "no file of this name" in look({"a.txt": b"x"}, "../../etc/passwd").text
    assert "no file of this name" in look({"a.zip": zipped({"b": "x"})}, "a.zip", "c").text


def test_the_folder_that_all_of_an_archive_lies_in_is_not_repeated_in_the_list(look):
    page = look({"a.zip": zipped({"work/MODEL_CARD.md": "x", "work/src/train.py": "y"})}).text
    assert '<span class="files-name">MODEL_CARD.md</span>' in page
    assert '<span class="files-name">src/<wbr>train.py</span>' in page
    assert 'title="work/src/train.py"' in page
    page = look({"b.zip": zipped({"work/a.py": "x", "README.md": "y"})}).text
    assert '<span class="files-name">work/<wbr>a.py</span>' in page


def test_changes_since_the_earlier_attempt_are_marked_and_shown(as_user, mentor, enrollment, mini_project):
    old = {"a.py": "x = 1\ny = 2\n", "gone.py": "1", "same.py": "2"}
    new = {"a.py": "x = 1\ny = 3\n", "same.py": "2", "new.py": "3"}
    earlier = world.make_submission(enrollment, mini_project, "needs_more_work", {"first.zip": zipped(old)})
    again = world.make_submission(enrollment, mini_project, "waiting_for_review", {"second.zip": zipped(new)})
    changes = {file.path: file.change for file in list_work(again, earlier)}
    assert changes == {"second.zip": "new", "a.py": "changed", "new.py": "new", "same.py": "same"}
    query = {"file": "second.zip", "entry": "a.py", "view": "changes"}
    page = as_user(mentor).get(reverse("submission_review", args=[again.pk]), query).text
    assert "gone.py" in page
    assert '<tr class="diff-gone"><td>2</td><td></td><td>−</td><td>y = 2</td></tr>' in page
    assert '<tr class="diff-new"><td></td><td>2</td><td>+</td><td>y = 3</td></tr>' in page


def test_long_or_equal_texts_are_not_compared_for_ever():
    assert changed_lines("a\n" * 3_000, "b\n" * 3_000) is None
    assert changed_lines("a" * 5_000, "b") is None
    assert changed_lines("same", "same") == []


def test_choosing_a_file_replaces_only_the_files(as_user, mentor, enrollment, mini_project):
    submission = world.make_submission(
        enrollment, mini_project, "waiting_for_review", {"a.txt": b"first", "b.txt": b"second"}
    )
    response = as_user(mentor).get(
        reverse("submission_review", args=[submission.pk]),
        {"file": "b.txt"},
        headers={"hx-request": "true", "hx-target": "files"},
    )
    assert "second" in response.text
    assert "<html" not in response.text
    assert "Claim this review" not in response.text
