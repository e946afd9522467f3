"""Stopping a learner's clock for at most three weeks, and letting it run again."""

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from courses.actions.holding import lock_work_of
from courses.actions.office_changes import note_change
from courses.actions.places import (
    SOURCES,
    EnrollmentRefused,
    check_state,
    end_pause,
    hold_place,
    move_place,
    place_key,
    running_pause,
    spell,
    tell_learner,
)
from courses.models import Enrollment, Pause
from courses.models.enrollments import MOST_DAYS_PAUSED
from courses.schedule import first_day_of, last_day_of
from lms.accounts import audit
from lms.accounts.models import User
from lms.lib.errors import InvalidInput

State = Enrollment.State
BACK = "You can hand in again. Your home page shows the dates that hold now."


@transaction.atomic
def pause(*, enrollment: Enrollment, by: User, ends_on: date | None = None, reason: str = "") -> Pause:
    """Stop a learner's clock from today until `ends_on`, or until somebody ends it; the seat and the mentor stay.

    Nothing is accepted meanwhile, and every later date moves by the days of the pause: at most three weeks in one go, with
    the pauses that it follows. It ends by itself.
    """
    hold_place(enrollment)
    latest, today = check_pause(enrollment, ends_on), enrollment.cohort.today()
    if ends_on is None and latest < last_day_of(today, MOST_DAYS_PAUSED):
        ends_on = latest  # it goes on from another one, which counts
    move_place(enrollment, SOURCES["pause"], State.PAUSED)
    span = Pause.objects.create(enrollment=enrollment, starts_on=today, ends_on=ends_on, reason=reason)
    after = {"state": State.PAUSED, "starts_on": str(today), "ends_on": ends_on and str(ends_on)}
    audit.record("pause", by=by, target=enrollment, before={"state": State.ACTIVE}, after=after, reason=reason)
    until = f"until {spell(ends_on)}" if ends_on else f"until it is ended, at the latest {spell(latest)}"
    change = note_change(
        kind="pause",
        by=by,
        summary=f"Paused {enrollment.user} from {spell(today)} {until}",
        cohort=enrollment.cohort,
        enrollment=enrollment,
        before={"state": State.ACTIVE},
        after={"state": State.PAUSED, "pause": span.pk},
    )
    body = "Nothing can be handed in meanwhile, your mentor stays, and every later date moves by the days of the pause."
    tell_learner(enrollment, place_key(change), f"Your place in {enrollment.cohort} is paused {until}", body)
    return span


@transaction.atomic
def resume(*, enrollment: Enrollment, by: User) -> None:
    """Let a paused learner's clock run again: they work from now on, and today is the last day that the pause counts."""
    hold_place(enrollment)
    move_place(enrollment, SOURCES["resume"], State.ACTIVE)
    was = end_pause(enrollment)
    span = running_pause(enrollment)
    after = {"ends_on": str(span.ends_on)} if span else {}
    audit.record("resume", by=by, target=enrollment, before={"state": State.PAUSED}, after=after)
    change = note_change(
        kind="resume",
        by=by,
        summary=f"Ended the pause of {enrollment.user}",
        cohort=enrollment.cohort,
        enrollment=enrollment,
        before={"state": State.PAUSED, **was},
        after={"state": State.ACTIVE},
    )
    tell_learner(enrollment, place_key(change), f"Your pause in {enrollment.cohort} has ended", BACK)


def check_pause(enrollment: Enrollment, ends_on: date | None) -> date:
    """Raise when a learner cannot be paused from today until `ends_on`; else the last day that a pause could have."""
    check_state(enrollment, "pause")
    today = enrollment.cohort.today()
    latest = latest_end_of_pause(enrollment, today)
    if latest < today:
        raise EnrollmentRefused(
            f"{enrollment.user} has been paused for {MOST_DAYS_PAUSED} days in a row, which is the most; nothing was changed. "
            "Who needs longer is deferred to a later cohort."
        )
    if ends_on and not today <= ends_on <= latest:
        raise InvalidInput(f"A pause from today ends between today and {spell(latest)}. Nothing was changed.")
    return latest


def latest_end_of_pause(enrollment: Enrollment, today: date) -> date:
    """The last day of a pause that begins today: three weeks from the first day of the pauses it goes on from."""
    began = today
    for span in enrollment.pauses.bending().exclude(ends_on=None).order_by("-ends_on", "-starts_on"):
        if span.ends_on < began and last_day_of(span.ends_on, 2) < began:
            break
        began = min(began, span.starts_on)
    return last_day_of(began, MOST_DAYS_PAUSED)


def resume_those_over() -> int:
    """Let everybody work again whose pause is over in their cohort; how many. Harmless when it runs twice at once."""
    tomorrow = last_day_of(timezone.now().date(), 2)  # it is tomorrow somewhere already
    over = Q(ends_on__lt=tomorrow) | Q(ends_on=None, starts_on__lte=first_day_of(tomorrow, MOST_DAYS_PAUSED))
    paused = Pause.objects.bending().filter(over, enrollment__state=State.PAUSED).values("enrollment")
    return sum(_resume_if_over(one) for one in Enrollment.objects.filter(pk__in=paused).order_by("pk"))


@transaction.atomic
def _resume_if_over(enrollment: Enrollment) -> bool:
    lock_work_of(enrollment.pk)
    enrollment.refresh_from_db()
    span = running_pause(enrollment)
    if enrollment.state != State.PAUSED or span is None:
        return False
    ends_on = span.ends_on or span.latest_end
    if ends_on >= enrollment.cohort.today():
        return False
    Pause.objects.filter(pk=span.pk).update(ends_on=ends_on)
    move_place(enrollment, (State.PAUSED,), State.ACTIVE)
    entry = audit.record(
        "resume", by=None, target=enrollment, before={"state": State.PAUSED}, after={"ends_on": str(ends_on)}
    )
    tell_learner(enrollment, f"resumed:{entry.pk}", f"Your pause in {enrollment.cohort} is over", BACK)
    return True
