"""A learner's calendar, and a cohort's own: the weeks, and every activity on the day it is due or opens."""

from dataclasses import replace
from datetime import tzinfo

from django.urls import reverse

from courses.entries import entry_of
from courses.models import Cohort, Enrollment
from courses.places import Place, learning_place
from courses.timeline import Timeline
from lms.portal.calendars.boards import Shown, days_off_of
from lms.portal.calendars.entries import Entry, dated
from lms.portal.home_learner import works_of
from lms.portal.home_tasks import NO_WORK, Task, Work
from projects.models.reviews import REVIEWED


def calendar_of_learner(enrollment: Enrollment, zone: tzinfo) -> Shown:
    """Five queries at most, however much there is."""
    work = works_of(enrollment)
    untold = frozenset(activity for activity, one in work.items() if one.state == REVIEWED)
    return _shown(replace(learning_place(enrollment), untold=untold), work, zone)


def calendar_of_cohort(cohort: Cohort, zone: tzinfo) -> Shown:
    """The cohort's own dates, without anybody's pauses and extensions; one query."""
    return _shown(Place(cohort, None, Timeline.of_cohort(cohort)), {}, zone)


def _shown(place: Place, work: dict[int, Work], zone: tzinfo) -> Shown:
    tasks = [Task(entry_of(place, one), *work.get(one.pk, NO_WORK)) for one in place.outline.activities]
    entries = [*_weeks(place, zone), *(_entry(task, zone) for task in tasks)]
    calendar = place.timeline.calendar
    return Shown(entries, days_off_of(calendar), calendar.weekends_off)


def _weeks(place: Place, zone: tzinfo) -> list[Entry]:
    return [
        Entry(
            day=first_day.at.astimezone(zone).date(),
            at=None,
            title=str(module),
            url=reverse("week_detail", args=[place.cohort.slug, module.week]),
            kind="Week",
            icon="route",
            verb="begins",
            why=", ".join(map(str, first_day.reasons)),
        )
        for module in place.outline.modules
        for first_day in [place.timeline.first_day(module.week)]
    ]


def _entry(task: Task, zone: tzinfo) -> Entry:
    entry = task.entry
    due, until = entry.dates.due, entry.dates.until
    is_open_still = due and until and until.at > due.at and not (entry.is_done or entry.is_closed)
    return Entry(
        **dated(due or entry.dates.available, zone),  # type: ignore[arg-type]
        title=entry.activity.title,
        url=entry.url,
        kind=entry.kind,
        icon=entry.icon,
        verb="due" if due else "opens",
        until=until.at.astimezone(zone) if is_open_still and until else None,
        state=_state(task),
    )


def _state(task: Task) -> str:
    if task.entry.is_done:
        return "done"
    if task.entry.is_locked:
        return "locked"
    return task.state or ("overdue" if task.is_overdue else "")
