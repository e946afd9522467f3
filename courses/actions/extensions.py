"""More days on one activity: the rows; what they do to grades is in `projects.actions.extensions`."""

from collections.abc import Sequence

from django.db import transaction

from courses.models import Activity, Enrollment, Extension
from lms.accounts import audit
from lms.accounts.models import User
from lms.lib.errors import InvalidInput

MOST_DAYS = 180


@transaction.atomic
def grant_extensions(
    *, enrollments: Sequence[Enrollment], activity: Activity, days: int, reason: str, by: User
) -> list[Extension]:
    """Give learners more days (1 to 180) on one activity; due and cut-off move together. Two queries for a few hundred."""
    check_extension(activity, days)
    extensions = Extension.objects.bulk_create(
        Extension(enrollment=one, activity=activity, days=days, reason=reason.strip(), granted_by=by)
        for one in enrollments
    )
    after = {"activity": activity.slug, "days": days}
    audit.record_all("grant_extension", by=by, targets=enrollments, after=after, reason=reason)
    return extensions


def grant_extension(*, enrollment: Enrollment, activity: Activity, days: int, reason: str, by: User) -> Extension:
    """The same for one learner."""
    return grant_extensions(enrollments=[enrollment], activity=activity, days=days, reason=reason, by=by)[0]


def check_extension(activity: Activity, days: int) -> None:
    """Raise when nobody can be given so many days on it."""
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInput(f"An extension is 1 to {MOST_DAYS} days; nothing was saved.")
    if activity.due_offset is None:
        raise InvalidInput(f"“{activity}” has no due date to extend; nothing was saved.")
