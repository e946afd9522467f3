"""Files kept once, by what they contain."""

import hashlib
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import models
from django.db.models.functions import Length
from django.utils import timezone

from courses.models import Curriculum

WRITERS: Final = 8
"""Files of one curriculum that are written side by side: each waits for the disk, or for the bucket."""

models.CharField.register_lookup(Length)


class StoredFileManager(models.Manager):
    def keep(self, data: bytes) -> "StoredFile":
        """Store `data` once and return its row; safe to call twice at once with the same bytes."""
        stored = self.write(data)
        self.note([stored])
        return stored

    def keep_all(self, everything: Sequence[bytes]) -> list["StoredFile"]:
        """Store each once and return their rows, in the same order; what is known already is not looked at again."""
        digests = [hashlib.sha256(data).hexdigest() for data in everything]
        rows = self.in_bulk(digests)
        new = {digest: data for digest, data in zip(digests, everything, strict=True) if digest not in rows}
        with ThreadPoolExecutor(WRITERS) as writers:
            rows |= {stored.sha256: stored for stored in writers.map(self.write, new.values())}
        self.note(rows[digest] for digest in new)
        return [rows[digest] for digest in digests]

    def write(self, data: bytes) -> "StoredFile":
        """Store `data` once, without its row; `note` that next."""
        digest = hashlib.sha256(data).hexdigest()
        if not default_storage.exists(StoredFile.path_of(digest)):
            default_storage.save(StoredFile.path_of(digest), ContentFile(data))
        return StoredFile(sha256=digest, size=len(data))

    def note(self, files: Iterable["StoredFile"]) -> None:
        """Write the rows of files that have none, in an order in which nobody waits for another in a circle."""
        once = {file.sha256: file for file in files}
        self.bulk_create([once[digest] for digest in sorted(once)], ignore_conflicts=True)


class StoredFile(models.Model):
    """The bytes with this SHA-256, in the default storage under a path made from it."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveBigIntegerField()
    stored_at = models.DateTimeField(default=timezone.now)

    objects = StoredFileManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(sha256__length=64), name="stored_file_is_named_by_its_sha256")
        ]

    def __str__(self):
        return self.sha256[:12]

    @staticmethod
    def path_of(digest: str) -> str:
        return f"files/{digest[:2]}/{digest}"

    def open(self) -> File:
        return default_storage.open(self.path_of(self.sha256))

    def read(self) -> bytes:
        """All of it. Raises `OSError` when what is stored is no longer what was handed in."""
        with default_storage.open(self.path_of(self.sha256)) as file:
            data = file.read()
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise OSError(f"the stored file {self} is damaged")
        return data


class CurriculumFile(models.Model):
    """A file of the folder that a curriculum was published from."""

    curriculum = models.ForeignKey(Curriculum, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=1300)
    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="curriculum_files")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["curriculum", "path"], name="one_file_per_path_of_a_curriculum")]
        ordering = ["path"]

    def __str__(self):
        return self.path
