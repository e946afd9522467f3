"""From the files of a request to bounded bytes under safe names; pages and API share it."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from lms.lib.errors import InvalidInput

MAX_NAME = 150


def read_uploads(uploads: Iterable["UploadedFile[bytes]"], request: Any) -> dict[str, bytes]:
    """The contents by cleaned name. Raises `InvalidInput`, before reading, for too much (also when the request was so
    large that its files were dropped, see `lms.lib.uploads`), and for names that clash."""
    uploads = list(uploads)
    if getattr(request, "files_dropped", False) or size_of(uploads) > settings.SUBMISSION_MAX_BYTES:
        limit = settings.SUBMISSION_MAX_BYTES // 2**20
        raise InvalidInput(
            f"The files are larger than {limit} MB together; nothing was handed in. Leave data sets out."
        )
    files: dict[str, bytes] = {}
    for upload in uploads:
        name = clean_name(upload.name or "")
        if name.casefold() in {known.casefold() for known in files}:
            raise InvalidInput(f"Two files are called “{name}”; rename one. Nothing was handed in.")
        files[name] = upload.read()
    return files


def size_of(uploads: list["UploadedFile[bytes]"]) -> int:
    return sum(upload.size or 0 for upload in uploads)


def clean_name(name: str) -> str:
    """The last part of a file's name in composed Unicode, without control characters; refused when nothing is left."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    cleaned = "".join(char for char in last if char.isprintable()).strip(" .")
    if not cleaned:
        raise InvalidInput("A file has no name that can be kept; rename it. Nothing was handed in.")
    stem, dot, suffix = cleaned.rpartition(".")
    return cleaned if len(cleaned) <= MAX_NAME else f"{stem[: MAX_NAME - len(suffix) - 1]}{dot}{suffix}"[:MAX_NAME]
