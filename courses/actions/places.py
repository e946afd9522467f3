"""What every operation on a learner's place has in common: its locks, its states, its running pause, telling its learner."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from courses.actions.holding import lock_work_of
from courses.models import Cohort, Enrollment, OfficeChange, Pause
from courses.models.enrollments import OPEN_STATES
from lms.lib.errors import DomainError
from lms.lib.moments import spell_day
from lms.notifications.actions import notify
from lms.notifications.models import Kind

State = Enrollment.State
SOURCES: dict[str, tuple[str, ...]] = {
    "pause": (State.ACTIVE,),
    "resume": (State.PAUSED,),
    "defer": OPEN_STATES,
    "come_back": (State.DEFERRED,),
    "transfer": OPEN_STATES,
    "withdraw": (*OPEN_STATES, State.DEFERRED),
    "complete": (State.ACTIVE,),
}
"""What can be done with a place, and the states that it may be in for each."""


class EnrollmentRefused(DomainError):
    code = "enrollment_refused"


def hold_place(enrollment: Enrollment, *others: Cohort) -> None:
    """Lock the place's cohort and `others`, lower ids first, then the place, and read them anew; call it first.

    Every operation that changes both takes them in this order. Refused when the place was led to another cohort meanwhile.
    """
    cohorts = {enrollment.cohort_id, *(one.pk for one in others)}
    list(Cohort.objects.select_for_update(no_key=True).filter(pk__in=cohorts).order_by("pk").values_list("pk"))
    lock_work_of(enrollment.pk)
    for row in (enrollment, *others):
        row.refresh_from_db()
    if enrollment.cohort_id not in cohorts:
        raise EnrollmentRefused(
            f"{enrollment.user} has moved to {enrollment.cohort} meanwhile; nothing was changed. Look again there."
        )


def check_state(enrollment: Enrollment, kind: str) -> None:
    """Raise when a place is in no state for a change of this kind."""
    if enrollment.state not in SOURCES[kind]:
        raise EnrollmentRefused(
            f"{enrollment} is {enrollment.get_state_display().lower()} now, so this cannot be done; nothing was changed."
        )


def move_place(enrollment: Enrollment, sources: Collection[str], target: str, **changes: Any) -> None:
    """Take a place from one of the states `sources` to `target`, or raise; right for any number of people at once."""
    changed = Enrollment.objects.filter(pk=enrollment.pk, state__in=sources).update(state=target, **changes)
    enrollment.refresh_from_db()
    if not changed:
        raise EnrollmentRefused(
            f"{enrollment} is {enrollment.get_state_display().lower()} now, so this cannot be done; nothing was changed."
        )


def running_pause(enrollment: Enrollment) -> Pause | None:
    """The pause that a paused learner is in."""
    return enrollment.pauses.bending().order_by("-starts_on", "-pk").first()


def end_pause(enrollment: Enrollment) -> dict[str, Any]:
    """Let the running pause end today, if its end was not planned earlier; what it was, for an undo."""
    span = running_pause(enrollment)
    if span is None:
        return {}
    was = {"pause": span.pk, "ends_on": span.ends_on and str(span.ends_on)}
    today = max(enrollment.cohort.today(), span.starts_on)
    span.ends_on = min(today, span.ends_on or span.latest_end)
    span.save(update_fields=["ends_on"])
    return was


def spell(day: date) -> str:
    """A day as messages name it."""
    return spell_day(day, timezone.localdate())


def place_key(change: OfficeChange) -> str:
    """What tells a notification about this change, or about its being taken back, from all others."""
    return f"place:{change.pk}:{'undone' if change.undone_at else 'done'}"


def tell_learner(enrollment: Enrollment, key: str, title: str, body: str = "") -> None:
    """Tell the learner what became of their place."""
    notify(
        recipient=enrollment.user,
        key=key,
        kind=Kind.PLACE_CHANGED,
        title=title,
        body=body,
        path=f"{reverse('home')}?cohort={enrollment.cohort.slug}",
    )
