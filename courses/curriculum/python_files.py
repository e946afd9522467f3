"""Python files of an exercise: the author's own, which must be right, and the name of the learner's."""

import ast
import sys

from courses.curriculum.folder import Folder
from courses.curriculum.record import Record

_AUTHORS = frozenset({"checks", "reference"})
_TAKEN = sys.stdlib_module_names | {"grading", "numpy", "pandas", "scipy", "sklearn", "matplotlib", "IPython"}


def read_module_name(record: Record) -> str:
    """`module`: the name of the file that a learner hands in, or "" after an error."""
    name = record.text("module", limit=60)
    stem = name.removesuffix(".py")
    if not name:
        return ""
    if stem == name or not stem.isidentifier() or not stem.isascii():
        record.refuse("module", f"{name} is no module.", "Use letters, digits and underscores, ending in .py.")
    elif stem in _AUTHORS:
        record.refuse("module", f"{name} is the author's file.", "Give the learner's file another name.")
    elif stem in _TAKEN:
        record.refuse("module", f"{stem} is a module that Python has already.", "Give the learner's file another name.")
    else:
        return name
    return ""


def read_python(path: str, folder: Folder, *, required: str = "") -> ast.Module | None:
    """The file as a syntax tree; None where there is none (noted with the remedy `required`) or it is no Python."""
    if path not in folder.files and required:
        folder.problems.add(path, None, "This file is missing.", required)
    text = folder.text(path)
    if text is None:
        return None
    try:
        return ast.parse(text)
    except SyntaxError as error:
        folder.problems.add(path, error.lineno, f"This is not Python: {error.msg}.", "Correct the syntax here.")
    except (ValueError, RecursionError, MemoryError):
        folder.problems.add(path, None, "This Python cannot be read.", "Make it simpler.")
    return None
