"""The folder that a curriculum was published from, byte for byte."""

from collections.abc import Iterator
from pathlib import Path

from courses.curriculum.folder import digest_of
from courses.models import Curriculum
from projects.exports.drafts import ExportRefused, draft_of
from projects.models import CurriculumFile


def export_folder(curriculum: Curriculum, folder: Path) -> int:
    """Write every file of the curriculum's folder into `folder`, which must be new or empty; returns how many.

    All or nothing. Raises `ExportRefused`, also when what is stored is not what was published.
    """
    kept = list(CurriculumFile.objects.filter(curriculum=curriculum).select_related("stored"))
    if not kept:
        raise ExportRefused(
            f"{curriculum} was published before files were kept. Publish the same folder again, which keeps them."
        )
    with draft_of(folder) as draft:
        draft.mkdir()
        if digest_of(_written(sorted(kept, key=lambda file: file.path), draft)) != curriculum.digest:
            raise ExportRefused(f"What is stored of {curriculum} is not what was published. Nothing was kept.")
    return len(kept)


def _written(files: list[CurriculumFile], folder: Path) -> Iterator[tuple[str, bytes]]:
    """Each file's path and bytes, as it is written."""
    for file in files:
        data = file.stored.read()
        target = folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        yield file.path, data
