"""File names from strangers: which ones are safe to create, and what to say about the others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

_DRIVE = re.compile(r"^[A-Za-z]:")


def bad_name(name: str) -> str:
    """Why ``name`` must not be created below a directory; empty when it may be."""
    if not name or len(name) > 400 or any(len(part.encode("utf-8", "replace")) > 250 for part in name.split("/")):
        return "has an empty or too long name"
    if "\x00" in name or any(unicodedata.category(char) in ("Cc", "Cs") for char in name):
        return "has control characters in its name"
    if "\\" in name:
        return "has a backslash in its name"
    if name.startswith("/") or _DRIVE.match(name):
        return "has an absolute path"
    if any(part in ("", ".", "..") for part in name.rstrip("/").split("/")):
        return "has a path that leads elsewhere (“..” or “.”)"
    return ""


def refuse_bad_name(name: str, error: type[Exception]) -> None:
    """Raise ``error`` with a message naming the file when its name is not safe."""
    reason = bad_name(name)
    if reason:
        raise error(f"The file “{_shown(name)}” {reason}; rename it and upload again.")


def refuse_clashes(names: Collection[str], error: type[Exception]) -> None:
    """Raise ``error`` with a message naming what would be a file and a folder at once, if these files lay together."""
    files = [name.rstrip("/") for name in names]
    folders = {name[:end] for name in names for end, char in enumerate(name) if char == "/"}
    for name in files:
        if name in folders:
            raise error(f"“{_shown(name)}” would be a file and a folder at once; rename your file and upload again.")


def _shown(name: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in name)[:80]


def folded(name: str) -> str:
    """``name`` as a file system that ignores case and Unicode form would see it."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold()).rstrip("/")
