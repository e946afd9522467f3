"""A learner's file as a page may show it: everything is escaped or sanitised, and bounded."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from django.utils.safestring import mark_safe

from lms.lib.code_lines import code_lines
from lms.lib.filetypes import image_type, picture_size
from lms.lib.markdown import render_untrusted
from projects.grading.errors import NotebookError
from projects.grading.notebook import read_notebook
from projects.notebook_display import MAX_PIXELS, ShownCell, show_notebook
from projects.work_files import MAX_NOTEBOOK_BYTES, MAX_SHOWN_BYTES, WorkFile

MAX_LINES: Final = 5_000
MAX_IMAGE_BYTES: Final = 5 * 1024 * 1024
LANGUAGES: Final = {
    ".py": "python", ".json": "json", ".yaml": "yaml", ".yml": "yaml", ".toml": "toml", ".sh": "bash", ".sql": "sql",
    "dockerfile": "docker", "makefile": "make",
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """One file ready to show. `kind`: code, prose, notebook, image or none; `note` says what is missing and why."""

    kind: str
    html: str = ""
    cells: tuple[ShownCell, ...] = ()
    note: str = ""


def show(file: WorkFile) -> Shown:
    """What of `file` can be shown on a page."""
    if file.is_archive:
        return Shown("none", note=file.note or "The files inside are listed beside it.")
    ending = PurePosixPath(file.path.lower()).suffix
    if ending in (".png", ".jpg", ".jpeg", ".webp"):
        return _show_image(file)
    data = file.read(MAX_NOTEBOOK_BYTES if ending == ".ipynb" else MAX_SHOWN_BYTES)
    if data is None:
        return Shown("none", note="This file is too large to show here. Download it to look inside.")
    if ending == ".ipynb":
        return _show_notebook(data)
    text = text_of(data)
    if text is None:
        return Shown("none", note="This is not a text file. Download it to look inside.")
    if ending in (".md", ".markdown"):
        return Shown("prose", html=mark_safe(render_untrusted(text)))
    return _show_code(text, _language(file.path))


def text_of(data: bytes) -> str | None:
    """The bytes as text with ordinary line ends, or None when they are no UTF-8 text."""
    if b"\0" in data:
        return None
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        return None


def comparable_text(file: WorkFile) -> str | None:
    """The file as text for comparing two attempts: notebooks as their cells' sources. None when it cannot be compared."""
    if file.is_archive:
        return None
    is_notebook = file.path.lower().endswith(".ipynb")
    data = file.read(MAX_NOTEBOOK_BYTES if is_notebook else MAX_SHOWN_BYTES)
    if data is None or not is_notebook:
        return None if data is None else text_of(data)
    try:
        notebook = read_notebook(data)
    except NotebookError:
        return text_of(data)
    return "\n".join(f"# [{cell.cell_type}]\n{cell.source}\n" for cell in notebook.cells)


def _show_code(text: str, language: str) -> Shown:
    lines = text.count("\n")
    if lines > MAX_LINES:
        text = "\n".join(text.split("\n", MAX_LINES)[:MAX_LINES])
        return Shown(
            "code", html=code_lines(text), note=f"The first {MAX_LINES} of {lines} lines. Download the file for all."
        )
    return Shown("code", html=code_lines(text, language))


def _language(path: str) -> str:
    name = PurePosixPath(path.lower())
    return LANGUAGES.get(name.suffix) or LANGUAGES.get(name.name, "")


def _show_image(file: WorkFile) -> Shown:
    """Only loose files: the download address serves them; their size in pixels is checked before a browser decodes it."""
    if file.entry:
        return Shown("none", note="Images inside an archive are not shown here. Download the archive to see it.")
    data = file.read(MAX_IMAGE_BYTES)
    if data is None or image_type(data) not in ("image/png", "image/jpeg", "image/webp"):
        return Shown("none", note="This image is too large or not what its name says. Download it to look inside.")
    size = picture_size(data)
    if size is None:
        return Shown("none", note="This image is damaged or too large to show.")
    width, height = size
    if width * height > MAX_PIXELS:
        return Shown("none", note=f"This image has {width} × {height} pixels, too many to show. Download it to see it.")
    return Shown("image")


def _show_notebook(data: bytes) -> Shown:
    try:
        shown = show_notebook(data)
    except NotebookError as error:
        return Shown("none", note=f"This notebook cannot be read: {error}")
    note = f"{shown.more} more cells are not shown. Download the notebook for all." if shown.more else ""
    return Shown("notebook", cells=shown.cells, note=note)
