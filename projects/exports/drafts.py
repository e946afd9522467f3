"""A folder or file that gets its name only when all of it is written."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lms.lib.errors import DomainError


class ExportRefused(DomainError):
    code = "export_refused"


@contextmanager
def draft_of(target: Path) -> Iterator[Path]:
    """A path beside `target` to write to; it becomes `target` when the block ends well, and otherwise nothing stays.

    Raises `ExportRefused` when there is something at `target` already but an empty folder.
    """
    if target.is_symlink() or (target.exists() and not (target.is_dir() and not any(target.iterdir()))):
        what = "is not empty" if target.is_dir() else "exists already"
        raise ExportRefused(f"{target} {what}, and nothing there is overwritten. Name a new one.")
    if not target.parent.is_dir():
        raise ExportRefused(f"There is no folder {target.parent}. Create it, or name another place.")
    draft = target.with_name(f".{target.name}.{uuid.uuid4().hex}.part")
    try:
        yield draft
        draft.replace(target)
    except OSError as error:
        raise ExportRefused(f"{target} could not be written: {error.strerror or error}. Nothing was kept.") from error
    finally:
        if draft.is_dir():
            shutil.rmtree(draft)
        draft.unlink(missing_ok=True)
