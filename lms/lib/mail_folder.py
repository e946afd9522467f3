"""An e-mail backend that keeps each message as one `.eml` file, for the demo's mail page."""

import os
import time
from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage as OutgoingMail
from django.core.mail.backends.base import BaseEmailBackend


class FolderEmailBackend(BaseEmailBackend):
    """Writes each message to `EMAIL_FILE_PATH/<time>-<pid>-<n>.eml`, complete or not at all."""

    def send_messages(self, email_messages: Sequence[OutgoingMail]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for number, message in enumerate(email_messages):
            path = folder / f"{time.time_ns()}-{os.getpid()}-{number}.eml"
            draft = path.with_suffix(".part")
            draft.write_bytes(message.message().as_bytes())
            draft.rename(path)
        return len(email_messages)


def list_messages(folder: Path, limit: int = 100) -> list[tuple[str, EmailMessage]]:
    """The newest `limit` messages in the folder as (name, message), newest first."""
    paths = sorted(folder.glob("*.eml"), reverse=True)[:limit]
    return [(path.stem, message_from_bytes(path.read_bytes(), policy=policy.default)) for path in paths]
