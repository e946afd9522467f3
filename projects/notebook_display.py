"""A notebook as a page may show it: text and PNG pictures, everything escaped or sanitised, and bounded.

What a cell shows as HTML, JavaScript or SVG is named and never shown.
"""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.utils.safestring import SafeString, mark_safe

from lms.lib.code_lines import INVISIBLE, code_lines
from lms.lib.filetypes import image_type, picture_size
from lms.lib.markdown import Document, render_untrusted
from projects.grading.errors import NotebookError
from projects.grading.notebook import Cell, Notebook, read_notebook
from projects.models import StoredFile
from projects.work_files import MAX_SHOWN_BYTES

MAX_CELLS: Final = 200
MAX_OUTPUT: Final = 4_000
MAX_PICTURE_BYTES: Final = 3 * 1024 * 1024
MAX_PIXELS: Final = 40_000_000
HIGHEST_HEADING: Final = 3
Prose = Callable[[int, str], str]
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True)
class ShownCell:
    """One cell: `kind` markdown or code, its safe HTML, its outputs as plain text and as PNG pictures in base64;
    `hidden` names what else it showed.
    """

    kind: str
    html: SafeString
    label: str = ""
    output: str = ""
    pictures: tuple[str, ...] = ()
    hidden: str = ""


@dataclass(frozen=True)
class ShownNotebook:
    """The first `MAX_CELLS` cells, and how many more there are."""

    cells: tuple[ShownCell, ...]
    more: int = 0


def show_notebook(data: bytes) -> ShownNotebook:
    """A notebook by anybody. Raises `NotebookError` when it is none."""
    return _shown(read_notebook(data), lambda number, source: render_untrusted(source))


def show_release(sha256: str) -> ShownNotebook | None:
    """What learners download of an exercise, by the name of its stored file; None when it cannot be read.

    Its authors' texts have mathematics and colours, as readings do, and headings from `h3`.
    """
    try:
        return _release(sha256)
    except (NotebookError, OSError):
        return None


@lru_cache(maxsize=128)
def _release(sha256: str) -> ShownNotebook:
    notebook = read_notebook(StoredFile(sha256=sha256).read())
    texts = {
        number: Document(cell.source, id_prefix=f"cell-{number}")
        for number, cell in enumerate(notebook.cells, 1)
        if cell.cell_type == "markdown"
    }
    lowered = HIGHEST_HEADING - min((one.highest for one in texts.values() if one.highest), default=1)
    return _shown(notebook, lambda number, source: texts[number].html(lowered=lowered))


def _shown(notebook: Notebook, prose: Prose) -> ShownNotebook:
    language, room = _language(notebook), _Room()
    shown = [_cell(number, cell, language, prose, room) for number, cell in enumerate(notebook.cells[:MAX_CELLS], 1)]
    return ShownNotebook(tuple(shown), len(notebook.cells) - len(shown))


def _language(notebook: Notebook) -> str:
    metadata = notebook.raw.get("metadata")
    kernel = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    name = kernel.get("language", "python") if isinstance(kernel, dict) else "python"
    return "python" if name == "python" else ""


def _cell(number: int, cell: Cell, language: str, prose: Prose, room: "_Room") -> ShownCell:
    source = cell.source[:MAX_SHOWN_BYTES]
    if cell.cell_type == "markdown":
        return ShownCell("markdown", mark_safe(prose(number, source)))
    if cell.cell_type != "code":
        return ShownCell("code", code_lines(source))
    label = "Test of the exercise" if cell.is_test else "Answer" if cell.is_solution else ""
    outputs = cell.raw.get("outputs")
    known = [output for output in outputs if isinstance(output, dict)] if isinstance(outputs, list) else []
    pictures, refused = _pictures(known, room)
    return ShownCell("code", code_lines(source, language), label, _text(known), pictures, _unshown(known, refused))


def _text(outputs: list[dict[str, Any]]) -> str:
    texts = [text for text in map(_output_text, outputs) if text]
    text = INVISIBLE.sub("", _ESCAPES.sub("", "\n".join(texts)))
    return text if len(text) <= MAX_OUTPUT else text[:MAX_OUTPUT] + "\n… (cut; download the notebook for all)"


def _output_text(output: dict[str, Any]) -> str:
    found = output.get("text") or _data_of(output).get("text/plain") or output.get("traceback") or ""
    if isinstance(found, list):
        return ("\n" if "traceback" in output else "").join(map(str, found))
    return str(found)


def _data_of(output: dict[str, Any]) -> dict[str, Any]:
    data = output.get("data")
    return data if isinstance(data, dict) else {}


@dataclass
class _Room:
    """How much the pictures that are still to come may hold."""

    characters: int = MAX_PICTURE_BYTES * 4 // 3
    pixels: int = MAX_PIXELS

    def take(self, encoded: str) -> str | None:
        """The picture, encoded anew, or None where it is no PNG or too large."""
        if len(encoded) > self.characters:
            return None
        try:
            data = base64.b64decode("".join(encoded.split()), validate=True)
            if image_type(data) != "image/png":
                return None
            size = picture_size(data, formats=("PNG",))
        except ValueError:
            return None
        if size is None or size[0] * size[1] > self.pixels:
            return None
        self.characters -= len(encoded)
        self.pixels -= size[0] * size[1]
        return base64.b64encode(data).decode()


def _pictures(outputs: list[dict[str, Any]], room: _Room) -> tuple[tuple[str, ...], bool]:
    """The PNG pictures that can be shown, and whether one was refused."""
    found = []
    for output in outputs:
        encoded = _data_of(output).get("image/png")
        if encoded:
            found.append(room.take("".join(map(str, encoded)) if isinstance(encoded, list) else str(encoded)))
    return tuple(one for one in found if one), None in found


def _unshown(outputs: list[dict[str, Any]], refused: bool) -> str:
    """The names of what a cell also showed."""
    kinds = {str(kind) for output in outputs if "image/png" not in _data_of(output) for kind in _data_of(output)}
    names = {
        "an image": refused or any(kind.startswith("image/") for kind in kinds),
        "HTML": "text/html" in kinds,
        "a script": "application/javascript" in kinds,
    }
    return " and ".join(name for name, is_there in names.items() if is_there)
