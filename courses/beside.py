"""The outline beside an activity: its week with ticks, and the way to the other weeks.

It stands on every page that learners read, so its lines are rendered once for each state that they can be in.
"""

from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from courses.entries import ICONS, address_of
from courses.models import Activity, Module
from courses.places import Place


@dataclass(frozen=True)
class Beside:
    """One week's activities as safe HTML, how many of them are done, and all weeks as safe HTML."""

    module: Module
    lines: SafeString
    done: int
    total: int
    weeks: SafeString


def beside(place: Place, activity: Activity) -> Beside:
    """The outline beside `activity`, which comes from the place's own outline."""
    here, slug = activity.module.week, place.cohort.slug
    lines = [
        _line(
            one.title, address_of(one, slug), ICONS[one.kind], one.minutes, state_of(place, one), one.pk == activity.pk
        )
        for one in place.outline.of_week[here]
    ]
    counts = {week: (len(ids & place.done), len(ids)) for week, ids in place.outline.ids_of_week.items()}
    weeks = [_week(one.week, one.title, slug, *counts[one.week], one.week == here) for one in place.outline.modules]
    return Beside(activity.module, mark_safe("".join(lines)), *counts[here], mark_safe("".join(weeks)))


def state_of(place: Place, activity: Activity) -> str:
    if activity.pk in place.done:
        return "done"
    return "locked" if place.is_locked(place.dates(activity)) else "open"


@lru_cache(maxsize=8192)
def _line(title: str, url: str, icon: str, minutes: int, state: str, is_here: bool) -> SafeString:
    context = {"title": title, "url": url, "icon": icon, "minutes": minutes, "state": state, "is_here": is_here}
    return render_to_string("courses/_outline_line.html", context)


@lru_cache(maxsize=8192)
def _week(week: int, title: str, cohort: str, done: int, total: int, is_here: bool) -> SafeString:
    url = reverse("week_detail", kwargs={"cohort": cohort, "week": week})
    context = {"week": week, "title": title, "url": url, "done": done, "total": total, "is_here": is_here}
    return render_to_string("courses/_outline_week.html", context)
