"""The one way an audit row is written."""

from typing import Any

from django.db import models

from lms.accounts.models import AuditEntry, User


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
    return AuditEntry.objects.create(
        actor=by,
        action=action,
        target_kind=target._meta.label,
        target_id=str(target.pk),
        target_label=str(target)[:250],
        before=before or {},
        after=after or {},
        reason=reason[:500],
    )
