"""Files are kept once, and whole."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from projects.models import StoredFile

DATA = b"x" * 200_000


class FullDisk(ContentFile):
    """A writer whose disk fills up after the first part."""

    def chunks(self, chunk_size=None):
        yield self.read(1000)
        raise OSError(28, "No space left on device")


def test_the_same_bytes_are_stored_once(db):
    assert StoredFile.objects.keep(DATA) == StoredFile.objects.keep(DATA)
    assert StoredFile.objects.count() == 1
    folders, files = default_storage.listdir(f"files/{StoredFile.objects.get().sha256[:2]}")
    assert (folders, len(files)) == ([], 1)


def test_what_was_half_written_when_the_disk_was_full_is_written_again(db):
    stored = StoredFile(sha256="b" * 64)
    with pytest.raises(OSError, match="No space"):
        default_storage.save(StoredFile.path_of(stored.sha256), FullDisk(DATA))
    assert default_storage.listdir("files/bb") == ([], [])
    assert StoredFile.objects.keep(DATA).read() == DATA


def test_a_damaged_file_is_not_taken_for_the_work(db):
    stored = StoredFile.objects.keep(DATA)
    with open(default_storage.path(StoredFile.path_of(stored.sha256)), "r+b") as file:
        file.write(b"y")
    with pytest.raises(OSError, match="damaged"):
        stored.read()
