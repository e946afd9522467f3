"""The one way audit rows are written."""

from collections.abc import Iterable
from typing import Any

from django.db import models

from lms.accounts.models import AuditEntry, User

BATCH = 500


def record(
    action: str,
    *,
    by: User | None,
    target: models.Model,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEntry:
    """Write that `by` (None: the system) did `action` to `target`; call it inside the action's transaction."""
    entry = _entry(action, by, target, before, after, reason)
    entry.save(force_insert=True)
    return entry


def record_all(
    action: str,
    *,
    by: User | None,
    targets: Iterable[models.Model],
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Write that `by` did the same `action` to each of `targets`, a row each; one query for a few hundred."""
    AuditEntry.objects.bulk_create(
        (_entry(action, by, target, None, after, reason) for target in targets), batch_size=BATCH
    )


def _entry(
    action: str,
    by: User | None,
    target: models.Model,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    reason: str,
) -> AuditEntry:
    return AuditEntry(
        actor=by,
        action=action,
        target_kind=target._meta.label,
        target_id=str(target.pk),
        target_label=str(target)[:250],
        before=before or {},
        after=after or {},
        reason=reason[:500],
    )
