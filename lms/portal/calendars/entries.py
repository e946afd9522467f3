"""What stands in a calendar: dated entries and days off, and how a page arranges them by day."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import NamedTuple

from courses.schedule import SATURDAY, Calendar, DaysOff, EffectiveDate
from lms.portal.calendars.months import Period
from lms.portal.states import Look, look_of

SHOWN = 3  # in one day of the grid
NAMED = 4  # learners in one entry
WEEKEND = "weekend"


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
    def look(self) -> Look:
        return look_of(self.state)

    @property
    def order(self) -> tuple[date, bool, datetime | str, str]:
        """By day; what lasts all of it first."""
        return (self.day, self.at is not None, self.at.isoformat() if self.at else "", self.title)


@dataclass(frozen=True)
class Shown:
    """All that one calendar holds, of every month; `learners` counts whom it is about where it is about others."""

    entries: list[Entry] = field(default_factory=list)
    off: tuple[DaysOff, ...] = ()
    weekends_off: bool = False
    learners: int = 0

    def off_on(self, day: date) -> list[DaysOff]:
        """Breaks, holidays and pauses that hold the day, and whether it is one of a weekend off."""
        found = [span for span in self.off if span.starts_on <= day <= span.ends_on]
        if self.weekends_off and day.weekday() >= SATURDAY:
            found.append(DaysOff(day, day, "weekend off", WEEKEND))
        return found


class Day(NamedTuple):
    """One day as the page shows it."""

    on: date
    entries: list[Entry]
    off: list[DaysOff]
    is_today: bool
    is_outside: bool

    @property
    def shown(self) -> list[Entry]:
        return self.entries[:SHOWN]

    @property
    def more(self) -> int:
        return len(self.entries) - len(self.shown)

    @property
    def off_labels(self) -> list[str]:
        return list(dict.fromkeys(span.label for span in self.off))

    @property
    def starting(self) -> list[DaysOff]:
        """The days off that begin on it; not weekends, which are every week."""
        return [span for span in self.off if span.starts_on == self.on and span.kind != WEEKEND]


@dataclass(frozen=True)
class Board:
    """A period of a calendar by days: `weeks` for the grid, `earlier` and `days` for the agenda.

    The agenda has the days on which there is something; of the running month those before today apart.
    """

    weeks: list[list[Day]]
    earlier: list[Day]
    days: list[Day]
    later: date | None

    @property
    def overdue(self) -> int:
        """How many of the earlier entries are."""
        return sum(entry.state == "overdue" for day in self.earlier for entry in day.entries)

    @property
    def is_empty(self) -> bool:
        return not (self.days or self.earlier)


def dated(effective: EffectiveDate, zone: tzinfo) -> dict[str, object]:
    """When and why, for an `Entry`."""
    at = effective.at.astimezone(zone)
    return {"day": at.date(), "at": at, "why": effective.why()}


def days_off_of(calendar: Calendar) -> tuple[DaysOff, ...]:
    return (*calendar.days_off, *calendar.holidays)


def board_of(shown: Shown, period: Period, today: date) -> Board:
    by_day: dict[date, list[Entry]] = defaultdict(list)
    for entry in sorted(shown.entries, key=lambda one: one.order):
        by_day[entry.day].append(entry)

    def day(on: date) -> Day:
        return Day(on, by_day.get(on, []), shown.off_on(on), on == today, not period.holds(on))

    if period.is_day:
        return Board([], [], [day(period.on)], None)
    weeks = [[day(on) for on in week] for week in period.weeks]
    listed = [one for week in weeks for one in week if not one.is_outside and (one.entries or one.starting)]
    earlier = [one for one in listed if one.on < today] if period.holds(today) else []
    later = next((on for on in sorted(by_day) if on >= period.after), None)
    return Board(weeks, earlier, listed[len(earlier) :], later)


def named(people: Iterable[object]) -> str:
    """A few names, and how many more."""
    names = [str(one) for one in people]
    more = len(names) - NAMED
    if more > 1:
        return f"{', '.join(names[:NAMED])} and {more} more"
    return ", ".join(names)
