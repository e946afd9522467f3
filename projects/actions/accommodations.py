"""Giving one learner more time on everything, for as long as it stands."""

from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from courses.actions.holding import lock_work_of
from courses.actions.office_changes import UndoRefused, note_change
from courses.models import Accommodation, Enrollment, OfficeChange
from courses.models.accommodations import LEAST_FACTOR, MOST_FACTOR
from lms.accounts import audit
from lms.accounts.models import User
from lms.lib.errors import DomainError, InvalidInput
from lms.notifications.actions import notify_all
from lms.notifications.models import Kind
from projects.actions.lateness import refresh_lateness
from projects.redating import Redating, late_grades, redating_of_learner


class AccommodationRefused(DomainError):
    code = "accommodation_refused"


@transaction.atomic
def grant_accommodation(
    *, enrollment: Enrollment, factor: Decimal, reason: str, by: User, seen: str | None = None
) -> OfficeChange:
    """Multiply the days that a learner has for each activity by `factor` (1.05 to 3), until it is ended; one at a time.

    The learner is told which dates of unfinished work move, not the reason; grades follow. `seen` is the stamp of the
    preview that it was decided on: refused when something of it has changed since.
    """
    check_factor(factor)
    lock_work_of(enrollment.pk)
    check_grant(enrollment)
    accommodation = Accommodation(enrollment=enrollment, factor=factor, reason=reason.strip(), granted_by=by)
    redating = redating_of_learner(enrollment, accommodation)
    _check_seen(seen, redating)
    accommodation.save()
    after = {"factor": str(factor)}
    audit.record("grant_accommodation", by=by, target=enrollment, after=after, reason=reason)
    says = f"{accommodation} for {enrollment.user}"
    change = _noted(enrollment, accommodation, "grant_accommodation", says, by)
    _follow(enrollment, redating, by, f"You have {accommodation} from now on", f"accommodation:{change.pk}")
    return change


@transaction.atomic
def end_accommodation(*, accommodation: Accommodation, by: User, seen: str | None = None) -> OfficeChange:
    """End a learner's more time: dates of unfinished work are those of the cohort again."""
    enrollment = accommodation.enrollment
    lock_work_of(enrollment.pk)
    redating = redating_of_learner(enrollment, None)
    _check_seen(seen, redating)
    if not _standing(accommodation.pk).update(ended_at=timezone.now()):
        raise AccommodationRefused("This was ended already; nothing was changed.", code="ended_before")
    before = {"factor": str(accommodation.factor)}
    audit.record("end_accommodation", by=by, target=enrollment, before=before)
    says = f"{accommodation} for {enrollment.user} ended"
    change = _noted(enrollment, accommodation, "end_accommodation", says, by)
    _follow(enrollment, redating, by, f"Your {accommodation} has ended", f"accommodation:{change.pk}")
    return change


@transaction.atomic
def undo_grant(change: OfficeChange, by: User) -> None:
    """Take more time back; the row stays as history that ended."""
    accommodation = _changed(change)
    lock_work_of(accommodation.enrollment_id)
    redating = redating_of_learner(accommodation.enrollment, None)
    if not _standing(accommodation.pk).update(ended_at=timezone.now()):
        raise UndoRefused("It was ended since. Nothing was changed.")
    _follow(accommodation.enrollment, redating, by, f"Your {accommodation} was taken back", f"undone:{change.pk}")


@transaction.atomic
def undo_end(change: OfficeChange, by: User) -> None:
    """Let it stand again; refused where another one stands since."""
    accommodation = _changed(change)
    lock_work_of(accommodation.enrollment_id)
    redating = redating_of_learner(accommodation.enrollment, accommodation)
    if Accommodation.objects.standing().filter(enrollment=accommodation.enrollment).exists():
        raise UndoRefused("Other time was given since; end that first. Nothing was changed.")
    Accommodation.objects.filter(pk=accommodation.pk).update(ended_at=None)
    _follow(accommodation.enrollment, redating, by, f"You have {accommodation} again", f"undone:{change.pk}")


def check_factor(factor: Decimal) -> None:
    if not LEAST_FACTOR <= factor <= MOST_FACTOR:
        raise InvalidInput(f"The factor is {LEAST_FACTOR} to {MOST_FACTOR}; nothing was saved.")


def check_grant(enrollment: Enrollment) -> None:
    """Raise when the learner cannot be given more time now; right under the lock of their work."""
    if not Enrollment.objects.open().filter(pk=enrollment.pk).exists():
        raise AccommodationRefused(f"{enrollment.user} has no place now; nothing was changed.")
    if Accommodation.objects.standing().filter(enrollment=enrollment).exists():
        raise AccommodationRefused(
            f"{enrollment.user} has more time already; end that first. Nothing was changed.", code="stands_already"
        )


def _check_seen(seen: str | None, redating: Redating) -> None:
    if seen is not None and seen != redating.stamp:
        raise AccommodationRefused(
            "What would move is not what you looked at last, so nothing was changed yet. This is how it is now.",
            code="stale_preview",
        )


def _standing(pk: int):  # type: ignore[no-untyped-def]
    return Accommodation.objects.standing().filter(pk=pk)


def _changed(change: OfficeChange) -> Accommodation:
    known = Accommodation.objects.select_related("enrollment__user", "enrollment__cohort")
    return known.get(pk=change.after["accommodation"])


def _noted(enrollment: Enrollment, accommodation: Accommodation, kind: str, says: str, by: User) -> OfficeChange:
    after = {"accommodation": accommodation.pk}
    return note_change(kind=kind, by=by, summary=says, cohort=enrollment.cohort, enrollment=enrollment, after=after)


def _follow(enrollment: Enrollment, redating: Redating, by: User, says: str, key: str) -> None:
    grades = late_grades([enrollment.pk]).select_for_update(of=("self",)).select_related("project")
    refresh_lateness(grades, by=by, reason=says)
    body = " ".join(one.body for one in redating.news) or "None of your open dates moves."
    notify_all(
        bodies={enrollment.user: body},
        key=key,
        kind=Kind.DATES_CHANGED,
        title=says,
        path=reverse("home"),
    )
