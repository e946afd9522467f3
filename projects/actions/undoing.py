"""Taking back what the office did within a day, by the kind of what was done."""

from collections.abc import Callable

from django.db import transaction

from courses.actions.office_changes import UndoRefused, claim_undo
from courses.models import OfficeChange
from lms.accounts import audit
from lms.accounts.models import User
from mentors.actions import undo_mentor
from projects.actions.accommodations import undo_end, undo_grant
from projects.actions.calendars import undo_calendar
from projects.actions.extensions import undo_extension
from projects.actions.undoing_places import undo_coming_back, undo_leaving, undo_pause, undo_resume, undo_transfer

Undo = Callable[[OfficeChange, User], None]
"""Restores what `before` of a change says and tells who is concerned, or raises UndoRefused with what stands in the way."""

BY_KIND: dict[str, Undo] = {
    "pause": undo_pause,
    "resume": undo_resume,
    "defer": undo_leaving,
    "withdraw": undo_leaving,
    "complete": undo_leaving,
    "come_back": undo_coming_back,
    "transfer": undo_transfer,
    "extend": undo_extension,
    "assign_mentor": undo_mentor,
    "end_assignment": undo_mentor,
    "change_calendar": undo_calendar,
    "grant_accommodation": undo_grant,
    "end_accommodation": undo_end,
}


@transaction.atomic
def undo(*, change: OfficeChange, by: User) -> None:
    """Take back one change of the office; nothing happens when it is refused, and the reason says why."""
    restore = BY_KIND.get(change.kind)
    if restore is None:
        raise UndoRefused("This cannot be undone. Nothing was changed.")
    change = claim_undo(change=change, by=by)
    restore(change, by)
    after = {"change": change.pk, "kind": change.kind, "summary": change.summary}
    audit.record("undo", by=by, target=change.enrollment or change.cohort, before=change.after, after=after)
