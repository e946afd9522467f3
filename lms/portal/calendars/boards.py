"""A whole calendar, and how a page arranges a month or a day of it."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from courses.schedule import SATURDAY, Calendar, DaysOff
from lms.portal.calendars.entries import Entry
from lms.portal.calendars.months import Period

SHOWN = 3  # in one day of the grid
WEEKEND = "weekend"


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
    def iso(self) -> str:
        return self.on.isoformat()

    @property
    def label(self) -> str:
        """What follows its number for who cannot see where it stands."""
        today = ", today" if self.is_today else ""
        return f" {self.on:%B, %A}{today}, {len(self.entries)} entr{'y' if len(self.entries) == 1 else 'ies'}"

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
