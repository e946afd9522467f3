"""Bookmarks and private notes. What a person keeps for themselves leaves no trace in the audit."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from courses.models import Keepsake
from courses.models.keepsakes import MAX_NOTE
from lms.accounts.models import User
from lms.lib.errors import DomainError, InvalidInput


class NoteChanged(DomainError):
    """Another window saved the note meanwhile: `note`, `edition` and `saved_at` are what it is now (deleted: empty)."""

    code = "note_changed"

    def __init__(self, stored: Keepsake) -> None:
        super().__init__("This note was changed in another window meanwhile. It stays as it is now; read it first.")
        self.note: str = stored.note
        self.edition: str = stored.edition
        self.saved_at: datetime | None = stored.saved_at


@transaction.atomic
def set_bookmark(*, program: int, slug: str, on: bool, by: User) -> Keepsake:
    """Bookmark an activity of the program with this id, or take the bookmark away; saying it twice changes nothing."""
    kept = _locked(by, program, slug)
    kept.bookmarked_at = (kept.bookmarked_at or timezone.now()) if on else None
    return _keep(kept)


@transaction.atomic
def save_note(*, program: int, slug: str, text: str, seen: str, by: User) -> Keepsake:
    """Save one's note on an activity; an empty text deletes it. `seen` is the edition that the text was written over, empty
    where there was no note.

    Raises `InvalidInput` when the text is too long, `NoteChanged` when the note is no longer that edition and says
    something else; both leave everything as it was.
    """
    text = tidy(text)
    if len(text) > MAX_NOTE:
        message = f"A note holds {MAX_NOTE:,} characters at most; this one has {len(text):,}. It is not saved."
        raise InvalidInput(message, code="note_too_long")
    kept = _locked(by, program, slug)
    if kept.note == text:
        return _keep(kept)
    if kept.edition != seen:
        raise NoteChanged(kept)
    kept.note = text
    kept.edition = secrets.token_hex(8) if text else ""
    kept.saved_at = timezone.now() if text else None
    return _keep(kept)


def tidy(text: str) -> str:
    """The text with ordinary line ends, without the empty lines around it and what no database keeps."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip("\n").rstrip()


def _locked(user: User, program: int, slug: str) -> Keepsake:
    """The row, held until the transaction ends; an empty one is written where there is none."""
    row = Keepsake(user=user, program_id=program, slug=slug)
    names = ["user", "program", "slug"]
    Keepsake.objects.bulk_create([row], update_conflicts=True, unique_fields=names, update_fields=["slug"])
    return Keepsake.objects.get(user=user, program=program, slug=slug)


def _keep(kept: Keepsake) -> Keepsake:
    if kept.note or kept.bookmarked_at:
        kept.save()
    else:
        Keepsake.objects.filter(pk=kept.pk).delete()
    return kept
