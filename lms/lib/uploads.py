"""Refusing requests that carry more than anyone may send, before their files reach the disk."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

SLACK = 1024 * 1024
"""What a form may hold beside its files, in bytes."""


class BoundedUploadHandler(FileUploadHandler):
    """Drops every file of a request that is larger than a submission may be; the form's other fields arrive.

    `request.files_dropped` is then True, so that a view can say why there are no files.
    """

    def handle_raw_input(
        self, input_data: Any, META: dict[str, str], content_length: int, boundary: Any, encoding: str | None = None
    ) -> None:
        self._too_large = content_length > settings.SUBMISSION_MAX_BYTES + SLACK

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self._too_large:
            self.request.files_dropped = True  # type: ignore[union-attr]
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
