"""Changing the days off of a cohort: everybody's dates follow at once, and so do the grades."""

from django.db import transaction
from django.urls import reverse

from courses.actions.cohorts import CohortRefused
from courses.actions.holding import lock_work_of_all
from courses.actions.office_changes import UndoRefused, note_change
from courses.calendar_facts import NEW, BreakFacts, CalendarFacts, differing, said_of
from courses.models import Break, Cohort, OfficeChange
from lms.accounts import audit
from lms.accounts.models import User
from lms.lib.errors import InvalidInput
from lms.notifications.actions import notify_all
from lms.notifications.models import Kind
from projects.actions.lateness import refresh_lateness
from projects.redating import Redating, late_grades, redating_of_cohort

MOST_BREAKS = 60
MOST_DAYS_FROM_START = 2 * 366
MOST_DAYS_OFF = 180


@transaction.atomic
def change_calendar(*, cohort: Cohort, wanted: CalendarFacts, by: User, seen: str | None = None) -> OfficeChange:
    """Let the cohort have other days off: the learners whose unfinished work is due on another day are told once, and grades
    follow where work is late no more, or again.

    `seen` is the stamp of the preview that it was decided on: refused when something of it has changed since.
    """
    cohort = _held(cohort)
    was = CalendarFacts.of(cohort)
    check_calendar(cohort, was, wanted)
    redating = redating_of_cohort(cohort, wanted)
    if seen is not None and seen != redating.stamp:
        raise CohortRefused(
            "What would move is not what you looked at last, so nothing was changed yet. This is how it is now.",
            code="stale_preview",
        )
    says = said_of(was, wanted)
    _write(cohort, was, wanted)
    before, after = differing(was, CalendarFacts.of(Cohort.objects.get(pk=cohort.pk)))
    audit.record("change_calendar", by=by, target=cohort, before=before, after=after, reason=says)
    change = note_change(kind="change_calendar", by=by, summary=says, cohort=cohort, before=before, after=after)
    _follow(cohort, redating, by, says, f"calendar-change:{change.pk}")
    return change


@transaction.atomic
def undo_calendar(change: OfficeChange, by: User) -> None:
    """Put back the days off that a change touched; refused where one of them was changed again since."""
    cohort = _held(change.cohort)
    was = CalendarFacts.of(cohort)
    now = was.parts()
    if any(now.get(name) != value for name, value in change.after.items()):
        raise UndoRefused("These days off were changed again since, so this cannot be undone. Nothing was changed.")
    wanted = was.with_parts(change.before)
    redating = redating_of_cohort(cohort, wanted)
    _write(cohort, was, wanted)
    _follow(cohort, redating, by, f"Taken back: {change.summary}", f"undone:{change.pk}")


def check_calendar(cohort: Cohort, was: CalendarFacts, wanted: CalendarFacts) -> None:
    """Raise when the cohort may not have these days off, with the reason."""
    if wanted == was:
        raise InvalidInput("That is how it is already; nothing was changed.")
    if len(wanted.breaks) > max(MOST_BREAKS, len(was.breaks)):
        raise InvalidInput(f"A cohort has at most {MOST_BREAKS} breaks; nothing was saved.")
    for pk, span in wanted.breaks.items():
        if span != was.breaks.get(pk):
            _check_break(cohort, span)


def _check_break(cohort: Cohort, span: BreakFacts) -> None:
    if not span.label.strip():
        raise InvalidInput("Name the break: learners read it as the reason. Nothing was saved.")
    if span.days < 1:
        raise InvalidInput("A break ends on or after the day it starts; nothing was saved.")
    if span.days > MOST_DAYS_OFF:
        raise InvalidInput(f"A break is at most {MOST_DAYS_OFF} days long; is the year right? Nothing was saved.")
    if abs((span.starts_on - cohort.starts_on).days) > MOST_DAYS_FROM_START:
        raise InvalidInput(
            "This break is years away from the cohort's first day; is the year right? Nothing was saved."
        )


def _held(cohort: Cohort) -> Cohort:
    """The cohort as it is now, and nobody works in it or changes it until this is over."""
    cohort = Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
    lock_work_of_all(cohort.enrollments.values_list("pk", flat=True))
    return cohort


def _write(cohort: Cohort, was: CalendarFacts, wanted: CalendarFacts) -> None:
    """A break that comes back gets its id back, so that what was undone can be compared again."""
    Cohort.objects.filter(pk=cohort.pk).update(weekends_off=wanted.weekends_off)
    Break.objects.filter(cohort=cohort, pk__in=was.breaks.keys() - wanted.breaks.keys()).delete()
    for pk, span in wanted.breaks.items():
        facts = {**span._asdict(), "label": span.label.strip()}
        if span == was.breaks.get(pk):
            continue
        if pk in was.breaks:
            Break.objects.filter(cohort=cohort, pk=pk).update(**facts)
        else:
            Break.objects.create(cohort=cohort, **facts, **({} if pk == NEW else {"pk": pk}))


def _follow(cohort: Cohort, redating: Redating, by: User, says: str, key: str) -> None:
    """Let the grades follow the dates, and tell whom it concerns."""
    grades = (
        late_grades(cohort.enrollments.values_list("pk", flat=True))
        .select_for_update(of=("self",))
        .select_related("project")
    )
    refresh_lateness(grades, by=by, reason=says)
    notify_all(
        bodies={one.enrollment.user: one.body for one in redating.news},
        key=key,
        kind=Kind.DATES_CHANGED,
        title=f"Your dates in {cohort} move. {says}",
        path=reverse("home"),
    )
