"""The files of a curriculum folder, read once, without trusting the folder."""

import hashlib
import os
import re
import stat
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from courses.curriculum.errors import Problems

MAX_FILE: Final = 20 * 1024 * 1024
MAX_TEXT: Final = 200 * 1024
MAX_TOTAL: Final = 500 * 1024 * 1024
MAX_FILES: Final = 10_000
_MAX_DEPTH: Final = 12
_MAX_PATH: Final = 200
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_PATH = re.compile(rf"{_NAME.pattern}(?:/{_NAME.pattern})*/?")


class Folder:
    """Every file by its path relative to the root; hidden files and `__pycache__` are left out."""

    def __init__(self, root: Path, problems: Problems) -> None:
        self.problems = problems
        self._root = root
        self.files: Mapping[str, bytes] = dict(self._read_all()) if root.is_dir() else {}
        self._sorted = sorted(self.files)
        if not root.is_dir():
            problems.add(".", None, "This is not a folder.", "Name the folder that holds program.yaml.")

    def digest(self) -> str:
        """SHA-256 over the names and bytes of all files."""
        return digest_of((path, self.files[path]) for path in self._sorted)

    def subfolders(self, path: str) -> list[str]:
        """Names of the folders right below `path` that hold files, sorted."""
        prefix = f"{path}/"
        inside = (name[len(prefix) :] for name in self.files if name.startswith(prefix))
        return sorted({name.partition("/")[0] for name in inside if "/" in name})

    def below(self, path: str) -> dict[str, bytes]:
        """The files below `path`, by their path from there."""
        prefix = f"{path}/"
        first, last = (bisect_left(self._sorted, end) for end in (prefix, f"{path}0"))  # "0" is what follows "/"
        return {name[len(prefix) :]: self.files[name] for name in self._sorted[first:last]}

    def text(self, path: str) -> str | None:
        """The file as text, or None where there is none or it is not UTF-8 of at most `MAX_TEXT` bytes (which is noted)."""
        data = self.files.get(path)
        if data is None:
            return None
        if len(data) > MAX_TEXT:
            self.problems.add(path, None, "This text is larger than 200 KB.", "Split it.")
            return None
        return self.decoded(path, data)

    def decoded(self, path: str, data: bytes) -> str | None:
        """The bytes of a file as UTF-8 text without a byte order mark, or None (which is noted)."""
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            self.problems.add(path, line, "This is not UTF-8 text.", "Save the file as UTF-8.")
            return None
        if "\0" in text:
            line = text.count("\n", 0, text.index("\0")) + 1
            self.problems.add(path, line, "There is a NUL character.", "Remove it.")
            return None
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def _read_all(self) -> Iterator[tuple[str, bytes]]:
        total, seen = 0, dict[str, str]()
        for number, path in enumerate(self._walk("", 0)):
            if number >= MAX_FILES or total > MAX_TOTAL:
                self.problems.add(".", None, "The folder is too large.", f"Keep to {MAX_FILES} files and 500 MB.")
                return
            other = seen.setdefault(path.lower(), path)
            if other != path:
                self.problems.add(path, None, f"Its name differs from {other} only in case.", "Rename one of them.")
            data = self._read(path)
            if data is not None:
                total += len(data)
                yield path, data

    def _walk(self, relative: str, depth: int) -> Iterator[str]:
        if depth > _MAX_DEPTH:
            self.problems.add(relative, None, "The folders are nested too deeply.", "Make the tree flatter.")
            return
        for entry in self._entries(relative):
            if entry.name.startswith(".") or entry.name == "__pycache__":
                continue
            path = f"{relative}/{entry.name}" if relative else entry.name
            if entry.is_symlink():
                self.problems.add(_shown(path), None, "This is a symbolic link.", "Put the file itself in its place.")
            elif not _NAME.fullmatch(entry.name):
                remedy = "Use at most 100 letters, digits, dots, hyphens and underscores."
                self.problems.add(_shown(path), None, "This name cannot be used.", remedy)
            elif len(path) > _MAX_PATH:
                self.problems.add(path, None, f"This path has {len(path)} characters.", f"Keep it to {_MAX_PATH}.")
            elif entry.is_dir(follow_symlinks=False):
                yield from self._walk(path, depth + 1)
            elif entry.is_file(follow_symlinks=False):
                yield path
            else:
                self.problems.add(path, None, "This is not an ordinary file.", "Remove it.")

    def _entries(self, relative: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self._root / relative) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self._note_unreadable(relative or ".", error)
            return []

    def _read(self, path: str) -> bytes | None:
        try:
            descriptor = os.open(self._root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with open(descriptor, "rb") as file:
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    return None
                data = file.read(MAX_FILE + 1)
        except OSError as error:
            self._note_unreadable(path, error)
            return None
        if len(data) > MAX_FILE:
            self.problems.add(path, None, "This file is larger than 20 MB.", "Make it smaller, or keep it elsewhere.")
            return None
        return data

    def _note_unreadable(self, path: str, error: OSError) -> None:
        problem = f"This cannot be read ({error.strerror})."
        self.problems.add(path, None, problem, "Let whoever runs this read it.")


def digest_of(files: Iterable[tuple[str, bytes]]) -> str:
    """SHA-256 over files, each a path and its bytes, in the order of their paths."""
    total = hashlib.sha256()
    for path, data in files:
        total.update(f"{len(path.encode())}:{path}:{len(data)}:".encode())
        total.update(data)
    return total.hexdigest()


def _shown(path: str) -> str:
    return path.encode("utf-8", "backslashreplace").decode()


def is_safe_path(path: str) -> bool:
    """Whether the path stays inside the folder it is relative to: no `..`, nothing absolute, only ordinary names."""
    return bool(_PATH.fullmatch(path))
