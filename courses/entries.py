"""Activities as lists show them: with the learner's dates and whether they are done."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from django.urls import reverse

from courses.models import Activity
from courses.models.curricula import ActivityKind
from courses.places import Place
from courses.schedule import Dates, EffectiveDate

ICONS = {
    "reading": "book-open",
    "video": "circle-play",
    "quiz": "circle-question-mark",
    "exercise": "square-terminal",
    "mini-project": "hammer",
    "milestone": "flag",
    "call": "phone",
    "live-session": "presentation",
}

KINDS = dict(ActivityKind.choices)
MEETINGS = (ActivityKind.CALL, ActivityKind.LIVE_SESSION)


class Entry(NamedTuple):
    """One activity of a learner (or of a cohort, then never done) at this moment; `remarks` are for its author."""

    activity: Activity
    dates: Dates
    cohort_slug: str
    is_done: bool
    is_locked: bool
    is_closed: bool
    is_overdue: bool
    remarks: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return address_of(self.activity, self.cohort_slug)

    @property
    def icon(self) -> str:
        return ICONS[self.activity.kind]

    @property
    def kind(self) -> str:
        """What kind of activity it is, in words."""
        return KINDS[self.activity.kind]

    @property
    def due(self) -> EffectiveDate | None:
        return self.dates.due


def entry_of(place: Place, activity: Activity) -> Entry:
    """The entry of an activity whose module is known."""
    dates = place.dates(activity)
    is_done = activity.id in place.done
    is_closed = place.is_closed(dates)
    return Entry(
        activity=activity,
        dates=dates,
        cohort_slug=place.cohort.slug,
        is_done=is_done,
        is_locked=place.is_locked(dates),
        is_closed=is_closed,
        is_overdue=not is_done and is_past_due(place, activity, dates),
        remarks=place.remarks.get(activity.slug, ()),
    )


def is_past_due(place: Place, activity: Activity, dates: Dates) -> bool:
    """Whether it is overdue for a learner who has not done it; what is optional never is, nor a meeting."""
    counts = activity.required and activity.kind not in MEETINGS
    return dates.due is not None and dates.due.at < place.now and counts and place.is_learning


def entries_of(place: Place, activities: Iterable[Activity]) -> list[Entry]:
    return [entry_of(place, activity) for activity in activities]


def address_of(activity: Activity, cohort_slug: str) -> str:
    """Where an activity is worked on: its own page, or its project's when it is handed in."""
    return _address("project_detail" if activity.is_handed_in else "activity_detail", cohort_slug, activity.slug)


@lru_cache(maxsize=4096)
def _address(name: str, cohort_slug: str, slug: str) -> str:
    return reverse(name, kwargs={"cohort": cohort_slug, "slug": slug})
