"""Ending a learner's place in a cohort: withdrawn, completed, or frozen until they come back. All work and grades are kept."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from courses.actions.cohorts import free_seat
from courses.actions.office_changes import note_change
from courses.actions.places import SOURCES, end_pause, hold_place, move_place, place_key, tell_learner
from courses.models import Cohort, Enrollment, OfficeChange
from courses.models.enrollments import OPEN_STATES
from lms.accounts import audit
from lms.accounts.models import User

State = Enrollment.State
KEPT = "Your submissions, feedback and grades are kept; you can read your grades."


@transaction.atomic
def withdraw(*, enrollment: Enrollment, by: User, reason: str = "") -> OfficeChange:
    """End a learner's place and free the seat, where they have one; all work and grades are kept."""
    change = _end(enrollment, State.WITHDRAWN, kind="withdraw", done="Withdrew", by=by, reason=reason)
    tell_learner(enrollment, place_key(change), f"Your place in {enrollment.cohort} has ended", KEPT)
    return change


@transaction.atomic
def complete(*, enrollment: Enrollment, by: User, reason: str = "") -> OfficeChange:
    """Say that a learner has completed the program; the seat is free, and they go on reading everything."""
    change = _end(enrollment, State.GRADUATED, kind="complete", done="Completed", by=by, reason=reason)
    body = "Congratulations. Your work, feedback and grades stay readable."
    tell_learner(enrollment, place_key(change), f"You have completed {enrollment.cohort.program}", body)
    return change


@transaction.atomic
def freeze(*, enrollment: Enrollment, by: User, returns_in: Cohort | None = None, reason: str = "") -> OfficeChange:
    """Free a learner's seat until they return, for `projects.actions.deferring`, which releases the mentor as well."""
    facts = {"returns_in": returns_in and returns_in.slug}
    change = _end(enrollment, State.DEFERRED, kind="defer", done="Deferred", by=by, reason=reason, facts=facts)
    Enrollment.objects.filter(pk=enrollment.pk).update(returns_in=returns_in)
    enrollment.returns_in = returns_in
    return change


def _end(
    enrollment: Enrollment,
    target: str,
    *,
    kind: str,
    done: str,
    by: User,
    reason: str,
    facts: dict[str, Any] | None = None,
) -> OfficeChange:
    hold_place(enrollment)
    was = {"state": enrollment.state, "returns_in": enrollment.returns_in_id}
    if enrollment.state == State.PAUSED:
        was |= end_pause(enrollment)
    move_place(enrollment, SOURCES[kind], target, ended_at=timezone.now(), returns_in=None)
    if was["state"] in OPEN_STATES:
        free_seat(enrollment.cohort_id)
    after = {"state": target, **(facts or {})}
    audit.record(kind, by=by, target=enrollment, before={"state": was["state"]}, after=after, reason=reason)
    return note_change(
        kind=kind,
        by=by,
        summary=f"{done} {enrollment.user} in {enrollment.cohort}",
        cohort=enrollment.cohort,
        enrollment=enrollment,
        before=was,
        after={"state": target},
    )
