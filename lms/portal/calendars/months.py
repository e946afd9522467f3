"""The month or day that a calendar page shows, and its neighbours. No activity's date is made here."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import date

MONTH, AGENDA, DAY = "month", "agenda", "day"
VIEWS = (MONTH, AGENDA, DAY)
FIRST_YEAR, LAST_YEAR = 1990, 2150
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_weeks_from_monday = Calendar(firstweekday=0)


@dataclass(frozen=True)
class Period:
    """What `view` shows around the day `on`; an empty view is the month on a wide screen, the agenda on a phone."""

    on: date
    view: str

    @property
    def is_day(self) -> bool:
        return self.view == DAY

    @property
    def title(self) -> str:
        if self.is_day:
            return f"{self.on:%A} {self.on.day} {self.on:%B %Y}"
        return f"{self.on:%B %Y}"

    @property
    def unit(self) -> str:
        return "day" if self.is_day else "month"

    @property
    def before(self) -> date:
        if self.is_day:
            return date.fromordinal(self.on.toordinal() - 1)
        year, month = (self.on.year - 1, 12) if self.on.month == 1 else (self.on.year, self.on.month - 1)
        return date(year, month, 1)

    @property
    def after(self) -> date:
        if self.is_day:
            return date.fromordinal(self.on.toordinal() + 1)
        year, month = (self.on.year + 1, 1) if self.on.month == 12 else (self.on.year, self.on.month + 1)
        return date(year, month, 1)

    def holds(self, day: date) -> bool:
        """Whether `day` is the one, or of the month, that is shown."""
        return day == self.on if self.is_day else (day.year, day.month) == (self.on.year, self.on.month)

    @property
    def weeks(self) -> list[list[date]]:
        """The whole weeks, from Monday, that the month lies in."""
        return _weeks_from_monday.monthdatescalendar(self.on.year, self.on.month)


def day_in(text: str) -> date | None:
    """The day that an address names, as 2026-05-14; None for anything else, and for what no calendar here shows."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None
