"""A learner's file as a page may show it: everything is escaped or sanitised, and bounded."""

import html
import io
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from django.utils.safestring import SafeString, mark_safe
from PIL import Image
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters.html import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]

from lms.lib.filetypes import image_type
from lms.lib.markdown import render_untrusted
from projects.grading.errors import NotebookError
from projects.grading.notebook import Cell, Notebook, read_notebook
from projects.work_files import MAX_NOTEBOOK_BYTES, MAX_SHOWN_BYTES, WorkFile

MAX_CELLS: Final = 200
MAX_OUTPUT: Final = 4_000
MAX_LINES: Final = 5_000
MAX_PIXELS: Final = 40_000_000
MAX_IMAGE_BYTES: Final = 5 * 1024 * 1024
LANGUAGES: Final = {
    ".py": "python", ".json": "json", ".yaml": "yaml", ".yml": "yaml", ".toml": "toml", ".sh": "bash", ".sql": "sql",
    "dockerfile": "docker", "makefile": "make",
}  # fmt: skip
UNSHOWN: Final = {"an image": "image/", "HTML": "text/html"}
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class ShownCell:
    """One cell of a notebook: `kind` markdown or code, its safe HTML, its outputs as plain text."""

    kind: str
    html: SafeString
    label: str = ""
    output: str = ""
    hidden: str = ""


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


def code_lines(text: str, language: str = "") -> SafeString:
    """Escaped, highlighted text with one `<span class="line">` for each line; the style sheet numbers them."""
    text = _INVISIBLE.sub("\N{REPLACEMENT CHARACTER}", text)
    if language:
        marked = highlight(text, get_lexer_by_name(language, stripnl=False), HtmlFormatter(nowrap=True))
    else:
        marked = html.escape(text)
    lines = marked.removesuffix("\n").split("\n")
    return mark_safe("\n".join(f'<span class="line">{line}</span>' for line in lines))


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
    try:
        with Image.open(io.BytesIO(data)) as image:
            width, height = image.size
    except (OSError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return Shown("none", note="This image is damaged or too large to show.")
    if width * height > MAX_PIXELS:
        return Shown("none", note=f"This image has {width} × {height} pixels, too many to show. Download it to see it.")
    return Shown("image")


def _show_notebook(data: bytes) -> Shown:
    try:
        notebook = read_notebook(data)
    except NotebookError as error:
        return Shown("none", note=f"This notebook cannot be read: {error}")
    cells = notebook.cells[:MAX_CELLS]
    more = len(notebook.cells) - len(cells)
    language = _notebook_language(notebook)
    note = f"{more} more cells are not shown. Download the notebook for all." if more else ""
    return Shown("notebook", cells=tuple(_show_cell(cell, language) for cell in cells), note=note)


def _notebook_language(notebook: Notebook) -> str:
    metadata = notebook.raw.get("metadata")
    kernel = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    name = kernel.get("language", "python") if isinstance(kernel, dict) else "python"
    return "python" if name == "python" else ""


def _show_cell(cell: Cell, language: str) -> ShownCell:
    source = cell.source[:MAX_SHOWN_BYTES]
    if cell.cell_type == "markdown":
        return ShownCell("markdown", mark_safe(render_untrusted(source)))
    if cell.cell_type != "code":
        return ShownCell("code", code_lines(source))
    label = "Test of the exercise" if cell.is_test else "Answer" if cell.is_solution else ""
    output, hidden = _outputs(cell.raw.get("outputs"))
    return ShownCell("code", code_lines(source, language), label, output, hidden)


def _outputs(outputs: Any) -> tuple[str, str]:
    """What a code cell printed, as text, and the names of what else it showed: pictures and HTML are never shown."""
    known = [output for output in outputs if isinstance(output, dict)] if isinstance(outputs, list) else []
    texts = [text for text in map(_output_text, known) if text]
    kinds = {str(kind) for output in known for kind in _data_of(output)}
    hidden = [
        name
        for name, start in (("an image", "image/"), ("HTML", "text/html"))
        if any(k.startswith(start) for k in kinds)
    ]
    text = _INVISIBLE.sub("", _ESCAPES.sub("", "\n".join(texts)))
    cut = text if len(text) <= MAX_OUTPUT else text[:MAX_OUTPUT] + "\n… (cut; download the notebook for all)"
    return cut, " and ".join(hidden)


def _data_of(output: dict[str, Any]) -> dict[str, Any]:
    data = output.get("data")
    return data if isinstance(data, dict) else {}


def _output_text(output: dict[str, Any]) -> str:
    found = output.get("text") or _data_of(output).get("text/plain") or output.get("traceback") or ""
    if isinstance(found, list):
        return ("\n" if "traceback" in output else "").join(map(str, found))
    return str(found)
