"""Files kept once, by what they contain."""

import hashlib
from collections.abc import Iterable

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import models
from django.db.models.functions import Length
from django.utils import timezone

models.CharField.register_lookup(Length)


class StoredFileManager(models.Manager):
    def keep(self, data: bytes) -> "StoredFile":
        """Store `data` once and return its row; safe to call twice at once with the same bytes."""
        stored = self.write(data)
        self.note([stored])
        return stored

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
