"""The archive box: unpacks a project and applies the checks of its spec. None of the project's code is run."""

from __future__ import annotations

import io
import json
import os
import re
import sys
import zipfile
from typing import Any

from .job import limit_processes, place_files, read_job

_JUNK = re.compile(r"(^|/)(__MACOSX(/|$)|\.DS_Store$|Thumbs\.db$)")
_NESTED = (b"PK\x03\x04", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
_CHUNK = 1 << 20


class Refused(Exception):
    """The project cannot be checked; the message is for the learner."""


def unpack(data: bytes, max_bytes: int) -> None:
    """Unpack a zip archive here, counting what really comes out of it. Raises ``Refused``."""
    left = max_bytes
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                if entry.is_dir():
                    os.makedirs(entry.filename, exist_ok=True)
                elif not _JUNK.search(entry.filename):
                    left = _unpack_one(archive, entry, left)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, ValueError) as error:
        raise Refused(f"The zip archive is damaged or its sizes are false ({type(error).__name__}).") from None
    except OSError:
        raise Refused("The zip archive needs more space than a project may take.") from None
    except Exception as error:
        if type(error).__module__ == "zlib":
            raise Refused("The zip archive is damaged.") from None
        raise


def _unpack_one(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> int:
    os.makedirs(os.path.dirname(entry.filename) or ".", exist_ok=True)
    with archive.open(entry) as source, open(entry.filename, "xb") as target:
        while chunk := source.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise Refused("The zip archive unpacks to more than is allowed.")
            target.write(chunk)
    with open(entry.filename, "rb") as written:
        head = written.read(264)
    if head.startswith(_NESTED) or head[257:262] == b"ustar":
        raise Refused(f"“{entry.filename}” is an archive inside the archive; unpack it and upload its files.")
    return left


def project_files(max_files: int) -> list[str]:
    """Paths of all files below here, relative to the project's root: the one folder that holds all, if there is one."""
    found: list[str] = []
    for folder, _, names in os.walk("."):
        found += [os.path.relpath(os.path.join(folder, name), ".") for name in names]
        if len(found) > max_files:
            raise Refused(f"There are more than {max_files} files.")
    tops = {name.partition("/")[0] for name in found}
    if len(tops) == 1 and all("/" in name for name in found):
        os.chdir(tops.pop())
        return sorted(name.partition("/")[2] for name in found)
    return sorted(found)


def matches(name: str, pattern: str) -> bool:
    """Whether a path matches a glob; a pattern without a slash matches the file name in any folder if it has a
    wildcard, else only at the root."""
    if "/" not in pattern and any(char in pattern for char in "*?["):
        name = name.rpartition("/")[2]
    text = (
        re.escape(pattern)
        .replace(r"\*\*/", "(?:.*/)?")
        .replace(r"\*\*", ".*")
        .replace(r"\*", "[^/]*")
        .replace(r"\?", "[^/]")
    )
    return re.fullmatch(text, name) is not None


def apply(checks: list[list[Any]], names: list[str]) -> dict[str, bool]:
    """Which checks pass, by id."""
    passed: dict[str, bool] = {}
    for id_, kind, value in checks:
        if kind == "required_files":
            passed[id_] = any(matches(name, value) for name in names)
        elif kind == "forbidden_files":
            passed[id_] = not any(matches(name, value) for name in names)
        elif kind == "max_files":
            passed[id_] = len(names) <= value
        elif kind == "python_syntax":
            passed[id_] = _all_compile([name for name in names if name.endswith(".py")])
    return passed


def _all_compile(names: list[str]) -> bool:
    """Whether all files are Python; tried in a child, which a hostile source may crash."""
    child = os.fork()
    if child == 0:
        try:
            for name in names:
                with open(name, "rb") as stream:
                    compile(stream.read(), name, "exec", dont_inherit=True)
            os._exit(0)
        except BaseException:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def main() -> None:
    """Entry point in the box: descriptor 3 is the pipe to the supervisor."""
    job, files = read_job()
    limit_processes()
    try:
        if job["archive"]:
            unpack(next(iter(files.values())), job["max_bytes"])
        else:
            place_files(files)
        report: dict[str, Any] = {"passed": apply(job["checks"], project_files(job["max_files"]))}
    except Refused as refused:
        report = {"refused": str(refused)}
    with os.fdopen(3, "wb") as stream:
        stream.write(json.dumps(report).encode())
    sys.exit(0)
