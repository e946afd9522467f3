"""Noting what the office did, so that it can be taken back for a day."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from courses.models import Cohort, Enrollment, OfficeChange
from lms.accounts.models import User
from lms.lib.errors import DomainError

UNDO_TIME = timedelta(hours=24)


class UndoRefused(DomainError):
    code = "undo_refused"


def note_change(
    *,
    kind: str,
    by: User | None,
    summary: str,
    cohort: Cohort,
    enrollment: Enrollment | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> OfficeChange:
    """Write what can be undone for a day; call it in the transaction of the verb, beside its audit row.

    `kind` must be in the registry of `projects/actions/undoing.py`; `before` and `after` are plain JSON, all its undo needs.
    `cohort` is the one whose office may undo it (of a transfer: the new one).
    """
    now = timezone.now()
    return OfficeChange.objects.create(
        cohort=cohort,
        enrollment=enrollment,
        kind=kind,
        before=before or {},
        after=after or {},
        summary=summary[:300],
        done_by=by,
        done_at=now,
        undo_until=now + UNDO_TIME,
    )


@transaction.atomic
def claim_undo(*, change: OfficeChange, by: User) -> OfficeChange:
    """Mark a change as undone by `by`, or raise: exactly one of any number of people who try at once gets it, in time.

    Call it first in the transaction that undoes: when what follows is refused, the mark is rolled back with it.
    """
    now = timezone.now()
    open_one = OfficeChange.objects.filter(pk=change.pk, undone_at=None, undo_until__gt=now)
    if not open_one.update(undone_at=now, undone_by=by):
        change.refresh_from_db()
        if change.undone_at:
            raise UndoRefused("This was undone already. Nothing was changed.", code="undone_before")
        raise UndoRefused("This can be undone for 24 hours, which are over. Nothing was changed.", code="undo_too_late")
    change.refresh_from_db()
    return change
