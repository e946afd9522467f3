"""The files of a submission as a reviewer goes through them: loose files, and the entries of a zip archive in its place.

Archives are read in memory, entry by entry, and only after their directory was found safe; nothing is unpacked to disk.
"""

import io
import zipfile
import zlib
from dataclasses import dataclass, replace
from functools import lru_cache

from projects.grading.archive import inspect_zip
from projects.grading.errors import UploadRefused
from projects.models import StoredFile, Submission, SubmissionFile

MAX_ENTRIES = 300
MAX_SHOWN_BYTES = 200 * 1024
MAX_NOTEBOOK_BYTES = 2 * 1024 * 1024
NOISE = ("__MACOSX/", ".git/", "__pycache__/", ".ipynb_checkpoints/", "node_modules/", ".venv/", "venv/")


@dataclass(frozen=True)
class Entry:
    """One file inside a zip archive; `print` changes with its content."""

    path: str
    size: int
    print: str


@dataclass(frozen=True)
class Archive:
    """What a zip archive holds, or `problem`: why it cannot be looked into. `left_off` entries are not listed."""

    entries: tuple[Entry, ...] = ()
    left_off: int = 0
    problem: str = ""


@dataclass(frozen=True)
class WorkFile:
    """One thing to look at: a file (`entry` empty), or an entry of an archive. `change` is since the earlier attempt."""

    name: str
    entry: str
    size: int
    print: str
    stored: StoredFile
    change: str = ""
    note: str = ""

    @property
    def path(self) -> str:
        return self.entry or self.name

    @property
    def is_archive(self) -> bool:
        return not self.entry and self.name.lower().endswith(".zip")

    def read(self, limit: int = MAX_SHOWN_BYTES) -> bytes | None:
        """The bytes, or None when they are more than `limit` or damaged."""
        if self.size > limit:
            return None
        return read_entry(self.stored.sha256, self.entry, limit) if self.entry else self.stored.read()


def list_work(submission: Submission, earlier: Submission | None = None) -> list[WorkFile]:
    """Everything to look at, archives followed by their entries; compared with the earlier attempt when there is one."""
    files = _flat(submission)
    if earlier is None:
        return files
    before = {file.path: file.print for file in _flat(earlier)}
    return [
        replace(
            file, change="new" if file.path not in before else "same" if before[file.path] == file.print else "changed"
        )
        for file in files
    ]


def removed_since(submission_files: list[WorkFile], earlier: Submission) -> list[str]:
    """The paths that the earlier attempt had and this one has not."""
    now = {file.path for file in submission_files}
    return [file.path for file in _flat(earlier) if file.path not in now]


def find(files: list[WorkFile], name: str, entry: str) -> WorkFile | None:
    """The file under this name; without a name the one that a reviewer most likely wants to read first."""
    if name:
        return next((file for file in files if (file.name, file.entry) == (name, entry)), None)
    readable = [file for file in files if not file.is_archive]
    for wanted in (
        lambda file: file.change == "changed",
        lambda file: "readme" in file.path.lower(),
        lambda file: True,
    ):
        for file in readable or files:
            if wanted(file):
                return file
    return None


def top_folders(files: list[WorkFile]) -> dict[str, str]:
    """By archive, the one folder (`"work/"`) that all it holds lies in; archives without one are left out."""
    tops: dict[str, set[str]] = {}
    for file in files:
        if file.entry:
            folder, slash, _ = file.entry.partition("/")
            tops.setdefault(file.name, set()).add(folder + slash if slash else "")
    return {name: found.pop() for name, found in tops.items() if len(found) == 1}


def same_file(files: list[WorkFile], path: str) -> WorkFile | None:
    """The file of another attempt with this path, whatever its archive is called."""
    return next((file for file in files if file.path == path), None)


@lru_cache(maxsize=64)
def contents_of(sha256: str) -> Archive:
    """The directory of the stored zip archive; kept in memory, since stored files never change."""
    data = StoredFile(sha256=sha256).read()
    try:
        inspect_zip(data)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir() and not _is_noise(info.filename)]
    except (UploadRefused, zipfile.BadZipFile) as error:
        return Archive(problem=str(error))
    listed = sorted(infos, key=lambda info: (info.filename.count("/") > 0, info.filename))[:MAX_ENTRIES]
    entries = tuple(Entry(info.filename, info.file_size, f"{info.CRC:08x}-{info.file_size}") for info in listed)
    return Archive(entries, left_off=len(infos) - len(entries))


def read_entry(sha256: str, path: str, limit: int) -> bytes | None:
    """One entry of a stored archive, or None when it holds more than `limit` bytes or is damaged."""
    if path not in {entry.path for entry in contents_of(sha256).entries}:
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(StoredFile(sha256=sha256).read())) as archive, archive.open(path) as file:
            data = file.read(limit + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        return None
    return data if len(data) <= limit else None


def _flat(submission: Submission) -> list[WorkFile]:
    files: list[WorkFile] = []
    for file in submission.files.all():
        files += _with_entries(file)
    return files


def _with_entries(file: SubmissionFile) -> list[WorkFile]:
    own = WorkFile(file.name, "", file.stored.size, file.stored.sha256, file.stored)
    if not own.is_archive:
        return [own]
    archive = contents_of(file.stored.sha256)
    note = archive.problem or (f"{archive.left_off} more files are not listed." if archive.left_off else "")
    inside = [WorkFile(file.name, entry.path, entry.size, entry.print, file.stored) for entry in archive.entries]
    return [replace(own, note=note), *inside]


def _is_noise(path: str) -> bool:
    return any(f"/{part}" in f"/{path}" for part in NOISE) or path.endswith((".DS_Store", ".pyc"))
