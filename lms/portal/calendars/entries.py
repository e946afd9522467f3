"""What stands in a calendar, and how it is written: without templates, since a month shows many, and people of one cohort
mostly the same ones.
"""

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import NamedTuple

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from courses.schedule import EffectiveDate
from lms.lib.moments import spell_day, time_html, zone_name
from lms.portal.states import look_of
from lms.portal.templatetags.ui import icon, state_html

NAMED = 4  # learners in one entry
CHIP = (
    '<a class="cal-chip cal-{}" href="{}" title="{}: {}">{}<span class="cal-chip-title">{}</span>'
    '<span class="visually-hidden">: {}</span></a>'
)
LINE = (
    '<li class="cal-line{}"><span class="cal-mark">{}</span><div><p class="cal-line-title">'
    '<a class="cal-link" href="{}">{}</a> {}</p><p class="cal-line-facts">{} · {}{}{}{}</p>{}</div></li>'
)
PEOPLE = '<p class="cal-line-facts">{}</p>'


class Entry(NamedTuple):
    """One thing on one day: where it leads, what it is, why it is on that day, and how it stands (`state`, a key of LOOKS).

    `at` and `until` are in the viewer's zone; a whole day has no moment. `people` says whom it is about, where it is
    about others.
    """

    day: date
    at: datetime | None
    title: str
    url: str
    kind: str
    icon: str
    verb: str = ""
    why: str = ""
    until: datetime | None = None
    state: str = ""
    people: str = ""

    @property
    def chip(self) -> SafeString:
        """In the grid: all that the agenda says, most of it for screen readers and on hover."""
        return _chip(self, self.zone)

    @property
    def line(self) -> SafeString:
        """In the agenda, in words."""
        return _line(self, self.zone, timezone.localdate().year)

    @property
    def zone(self) -> str:
        """Moments in two zones can be equal, so that what is kept of them is told apart by it."""
        return zone_name(self.at.tzinfo) if self.at and self.at.tzinfo else ""

    @property
    def order(self) -> tuple[date, bool, datetime | str, str]:
        """By day; what lasts all of it first."""
        return (self.day, self.at is not None, self.at.isoformat() if self.at else "", self.title)


def dated(effective: EffectiveDate, zone: tzinfo) -> dict[str, object]:
    """When and why, for an `Entry`."""
    at = effective.at.astimezone(zone)
    return {"day": at.date(), "at": at, "why": effective.why()}


def named(people: Iterable[object]) -> str:
    """A few names, and how many more."""
    names = [str(one) for one in people]
    more = len(names) - NAMED
    if more > 1:
        return f"{', '.join(names[:NAMED])} and {more} more"
    return ", ".join(names)


@lru_cache(maxsize=8192)
def _chip(entry: Entry, zone: str) -> SafeString:
    look = look_of(entry.state)
    mark = icon(look.icon, 14, look.text) if entry.state else icon(entry.icon, 14)
    at = f" {entry.at:%H:%M}" if entry.at else ""
    facts = ", ".join(filter(None, [entry.kind, f"{entry.verb}{at}", entry.why, entry.people]))
    title = entry.title
    return format_html(CHIP, entry.state or "plain", entry.url, title, facts, mark, title, facts)


@lru_cache(maxsize=8192)
def _line(entry: Entry, zone: str, year: int) -> SafeString:
    at, until = entry.at, entry.until
    moment = mark_safe(f" {time_html(at, f'{at:%H:%M}')}") + format_html(" ({})", zone) if at else ""
    accepted = ""
    if until:
        said = f"{spell_day(until, date(year, 1, 1))} {until:%H:%M}"
        accepted = mark_safe(f" · accepted until {time_html(until, said)}")
    return format_html(
        LINE,
        " entry-done" if entry.state == "done" else "",
        icon(entry.icon, 20),
        entry.url,
        entry.title,
        state_html(entry.state) if entry.state else "",
        entry.kind,
        entry.verb,
        moment,
        f": {entry.why}" if entry.why else "",
        accepted,
        format_html(PEOPLE, entry.people) if entry.people else "",
    )
