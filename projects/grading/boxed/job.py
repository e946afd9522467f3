"""How a boxed process gets its job: a JSON header and raw files, read once from standard input."""

from __future__ import annotations

import json
import os
import resource
import struct
from collections.abc import Mapping
from typing import IO, Any

_LENGTH = struct.Struct(">I")


def write_job(stream: IO[bytes], job: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    """Write ``job`` and ``files`` (relative name to content) for :func:`read_job`."""
    header = json.dumps({"job": dict(job), "files": [[name, len(files[name])] for name in files]}).encode()
    stream.write(_LENGTH.pack(len(header)) + header)
    for name in files:
        stream.write(files[name])
    stream.flush()


def read_job() -> tuple[dict[str, Any], dict[str, bytes]]:
    """The job on standard input, which is closed afterwards."""
    with os.fdopen(0, "rb", closefd=False) as stream:
        (length,) = _LENGTH.unpack(stream.read(_LENGTH.size))
        header = json.loads(stream.read(length))
        files = {name: stream.read(size) for name, size in header["files"]}
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    return header["job"], files


def place_files(files: Mapping[str, bytes]) -> None:
    """Write ``files`` below the current directory (names were checked by the supervisor)."""
    for name, content in files.items():
        folder = os.path.dirname(name)
        if folder:
            os.makedirs(folder, exist_ok=True)
        with open(name, "wb") as stream:
            stream.write(content)


def limit_processes() -> None:
    """Set the process limit. It counts this box's user only because it is set inside the box's user namespace;
    two more for the box's own init and this process. It cannot be raised again."""
    count = int(os.environ.pop("BOX_PROCESSES")) + 2
    resource.setrlimit(resource.RLIMIT_NPROC, (count, count))
