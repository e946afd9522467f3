"""Looking at a zip archive without unpacking it: is it safe to hand to a box at all?

Only the directory of the archive is read here. Every refusal names the file and what to do about it.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Mapping, Sequence

from .errors import UploadRefused
from .limits import MAX_ARCHIVE_FILES, MAX_PACKED_BYTES, MAX_RATIO, MAX_UNPACKED_BYTES, MB
from .names import folded, refuse_bad_name

NESTED = (
    ".zip",
    ".tar",
    ".tgz",
    ".tbz2",
    ".txz",
    ".7z",
    ".rar",
    ".jar",
    ".whl",
    ".egg",
    ".tar.gz",
    ".tar.bz2",
    ".tar.xz",
)
_END = b"PK\x05\x06"
_ZIP64_LOCATOR = b"PK\x06\x07"
_LOCAL = struct.Struct("<4s22xHH")
_MAX_DIRECTORY_BYTES = 4 * MB


def inspect_files(files: Mapping[str, bytes]) -> bool:
    """Check an upload of one zip archive or of loose files. True when it is an archive.

    Raises ``UploadRefused`` with a message for the learner.
    """
    if not files:
        raise UploadRefused("There are no files in your upload. Add your project's files, or one zip of them.")
    if sum(len(data) for data in files.values()) > MAX_PACKED_BYTES:
        raise UploadRefused("The upload is over 50 MB. Leave out data sets, models and virtual environments.")
    if len(files) == 1:
        (data,) = files.values()
        if data.startswith((b"PK\x03\x04", _END)):
            inspect_zip(data)
            return True
    _refuse_names(list(files))
    return False


def inspect_zip(data: bytes) -> None:
    """Check the directory of a zip archive. Raises ``UploadRefused``."""
    _refuse_huge_directory(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries, directory_start = archive.infolist(), archive.start_dir
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, UnicodeError):
        raise UploadRefused("The zip archive is damaged. Make it again and upload the new one.") from None
    if not entries:
        raise UploadRefused("The zip archive is empty. Add your project's files to it.")
    if len(entries) > MAX_ARCHIVE_FILES:
        raise UploadRefused(f"The zip archive holds {len(entries)} files; the limit is {MAX_ARCHIVE_FILES}.")
    _refuse_names([entry.orig_filename for entry in entries])
    for entry in entries:
        _refuse_kind(entry)
    _refuse_sizes(entries)
    _refuse_overlap(data, entries, directory_start)


def _refuse_huge_directory(data: bytes) -> None:
    """Refuse before parsing what would take much memory to parse, or is hidden behind zip64 records."""
    at = data.rfind(_END, max(0, len(data) - 66000))
    if at < 0 or len(data) < at + 22:
        raise UploadRefused("The zip archive is cut off: its end is missing. Make it again and upload the new one.")
    size = struct.unpack_from("<I", data, at + 12)[0]
    if size > _MAX_DIRECTORY_BYTES or _ZIP64_LOCATOR in data[max(0, at - 20) : at]:
        raise UploadRefused(f"The zip archive lists too many files; the limit is {MAX_ARCHIVE_FILES}.")


def _refuse_names(names: Sequence[str]) -> None:
    seen: dict[str, str] = {}
    for name in names:
        refuse_bad_name(name, UploadRefused)
        if name.lower().endswith(NESTED):
            raise UploadRefused(f"The file “{name}” is an archive inside the upload; unpack it and upload its files.")
        other = seen.setdefault(folded(name), name)
        if other is not name:
            raise UploadRefused(f"The files “{other}” and “{name}” have the same name; keep one of them.")
    folders = {folded(name.rpartition("/")[0]) for name in names if "/" in name.rstrip("/")}
    for name in names:
        if not name.endswith("/") and folded(name) in folders:
            raise UploadRefused(f"“{name}” is both a file and a folder; rename one of them.")


def _refuse_kind(entry: zipfile.ZipInfo) -> None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if stat.S_ISLNK(kind):
        raise UploadRefused(f"“{entry.filename}” is a symbolic link; put the file itself into the archive.")
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise UploadRefused(f"“{entry.filename}” is a device or pipe, not a file; leave it out.")
    if entry.flag_bits & 0x41:
        raise UploadRefused(f"“{entry.filename}” is encrypted; make the archive again without a password.")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UploadRefused(f"“{entry.filename}” is packed in a way that cannot be read; use ordinary zip compression.")


def _refuse_sizes(entries: Sequence[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > MAX_UNPACKED_BYTES:
        raise UploadRefused(
            f"The zip archive unpacks to {unpacked // MB} MB; the limit is {MAX_UNPACKED_BYTES // MB} MB."
        )
    if unpacked > MB and unpacked > MAX_RATIO * max(1, packed):
        raise UploadRefused(f"The zip archive unpacks to more than {MAX_RATIO} times its size, as zip bombs do.")


def _refuse_overlap(data: bytes, entries: Sequence[zipfile.ZipInfo], directory_start: int) -> None:
    """Entries that share bytes multiply content that is stored once."""
    end = 0
    for entry in sorted(entries, key=lambda item: item.header_offset):
        start = entry.header_offset
        if start < 0 or start + 30 > len(data) or data[start : start + 4] != b"PK\x03\x04":
            raise UploadRefused("The zip archive is damaged. Make it again and upload the new one.")
        _, name_size, extra_size = _LOCAL.unpack_from(data, start)
        if start < end:
            raise UploadRefused(f"“{entry.filename}” overlaps another file in the archive, as in zip bombs.")
        end = start + 30 + name_size + extra_size + entry.compress_size
    if end > directory_start:
        raise UploadRefused("The zip archive is damaged: a file runs into its directory. Make it again.")
