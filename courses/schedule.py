"""The one effective date: pure functions from a cohort's calendar and a learner's own days to dates with reasons.

A date is the cohort's start plus the activity's offset in days, moved past every break and pause that stands on or
before it (a day off counts once, breaks first), plus the learner's extensions. It is computed in the cohort's time
zone:
work becomes available at 00:00 and is due or closes at 23:59 of its day, whatever the daylight-saving rules do.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

DAYS_PER_WEEK = 7
START_OF_DAY = time(0, 0)
END_OF_DAY = time(23, 59)
MOST_CALENDARS = 64


@dataclass(frozen=True)
class DaysOff:
    """A span of days, both ends included, during which the clock stands still."""

    starts_on: date
    ends_on: date
    label: str


@dataclass(frozen=True)
class ExtraDays:
    """More days on one activity, and who gave them."""

    days: int
    label: str


@dataclass(frozen=True)
class Reason:
    """One part of why a date is what it is: `days` (>= 0) added, under `label`."""

    label: str
    days: int

    def __str__(self) -> str:
        unit = "day" if self.days == 1 else "days"
        return f"+{self.days} {unit} {self.label}"


@dataclass(frozen=True)
class EffectiveDate:
    """A moment (aware, in the cohort's zone), the week its activity belongs to, and the reasons that moved it."""

    at: datetime
    week: int
    reasons: tuple[Reason, ...] = ()

    @property
    def zone(self) -> str:
        return str(self.at.tzinfo)

    def why(self) -> str:
        """The reasons as a phrase, e.g. `week 12, +7 days spring break, +3 days extension by A. Kim`."""
        return ", ".join([f"week {self.week}", *map(str, self.reasons)])

    def sentence(self, viewer_zone: str | None = None) -> str:
        """The moment in `viewer_zone` (the cohort's when None) with the zone named, and why."""
        zone = viewer_zone or self.zone
        local = self.at.astimezone(ZoneInfo(zone))
        city = zone.rpartition("/")[2].replace("_", " ")
        return f"{local:%a} {local.day} {local:%b %H:%M} ({city}): {self.why()}"


@dataclass(frozen=True)
class Dates:
    """When an activity opens, is due and closes for one learner; due and until may not exist."""

    available: EffectiveDate
    due: EffectiveDate | None
    until: EffectiveDate | None

    @cached_property
    def closed_from(self) -> datetime | None:
        """The first moment at which work is no longer accepted: after the minute of `until` has passed."""
        return self.until.at + timedelta(minutes=1) if self.until else None


@dataclass(frozen=True)
class Calendar:
    """One learner's calendar: the cohort's first day, its zone, and all days off, theirs and the cohort's, in order.

    The learners of a cohort share most of their dates and every page asks for some, so `of` gives the same calendar for
    the same days, which remembers the dates it was asked for.
    """

    starts_on: date
    time_zone: str
    days_off: tuple[DaysOff, ...] = ()
    _known: dict[tuple[int | None, ...], Dates] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(
        cls, *, starts_on: date, time_zone: str, breaks: Iterable[DaysOff] = (), pauses: Iterable[DaysOff] = ()
    ) -> "Calendar":
        spans = [(span.starts_on, 0, span) for span in breaks] + [(span.starts_on, 1, span) for span in pauses]
        return _calendar(starts_on, time_zone, tuple(span for _, _, span in sorted(spans, key=lambda item: item[:2])))

    def day(self, offset: int) -> tuple[date, tuple[Reason, ...]]:
        """The date `offset` working days after the start (0 is the first day), and what moved it."""
        day = self.starts_on + timedelta(days=offset)
        counted_to = self.starts_on
        reasons: list[Reason] = []
        for span in self.days_off:
            first = max(span.starts_on, counted_to)
            if first > day:
                break
            if first <= span.ends_on:
                length = (span.ends_on - first).days + 1
                day += timedelta(days=length)
                reasons.append(Reason(span.label, length))
                counted_to = span.ends_on + timedelta(days=1)
        return day, tuple(reasons)

    def offset_on(self, today: date) -> int:
        """How many working days have passed before `today`; negative before the start."""
        if today < self.starts_on:
            return (today - self.starts_on).days
        off = 0
        counted_to = self.starts_on
        for span in self.days_off:
            first, last = max(span.starts_on, counted_to), min(span.ends_on, today - timedelta(days=1))
            if first <= last:
                off += (last - first).days + 1
                counted_to = last + timedelta(days=1)
        return (today - self.starts_on).days - off

    def week_on(self, today: date) -> int:
        """The curriculum's week on `today`: 1 in the first, 0 or less before the start."""
        return self.offset_on(today) // DAYS_PER_WEEK + 1

    def moment(self, offset: int, at: time, *, week: int, extra: Iterable[ExtraDays] = ()) -> EffectiveDate:
        """The effective date of `offset` at local time `at`, with `extra` days on top."""
        day, reasons = self.day(offset)
        added = tuple(Reason(one.label, one.days) for one in extra)
        day += timedelta(days=sum(reason.days for reason in added))
        return EffectiveDate(datetime.combine(day, at, ZoneInfo(self.time_zone)), week, reasons + added)

    def dates(
        self,
        *,
        week: int,
        available_offset: int,
        due_offset: int | None,
        until_offset: int | None,
        extra: tuple[ExtraDays, ...] = (),
    ) -> Dates:
        """When the activity with these offsets (days from the cohort's start) opens, is due and closes.

        Extensions move due and until, never the opening.
        """
        offsets = (week, available_offset, due_offset, until_offset)
        dates = None if extra else self._known.get(offsets)
        if dates is None:
            dates = self._dates(*offsets, tuple(extra))
            if not extra:
                self._known[offsets] = dates
        return dates

    def _dates(
        self, week: int, available: int, due: int | None, until: int | None, extra: tuple[ExtraDays, ...]
    ) -> Dates:
        def ends(offset: int | None) -> EffectiveDate | None:
            return None if offset is None else self.moment(offset, END_OF_DAY, week=week, extra=extra)

        return Dates(self.moment(available, START_OF_DAY, week=week), ends(due), ends(until))


@lru_cache(maxsize=MOST_CALENDARS)
def _calendar(starts_on: date, time_zone: str, days_off: tuple[DaysOff, ...]) -> Calendar:
    return Calendar(starts_on, time_zone, days_off)


def closes(dates: Dates, moment: datetime) -> bool:
    """Whether work is no longer accepted at `moment`."""
    return dates.closed_from is not None and moment >= dates.closed_from


def is_late(due_at: datetime | None, moment: datetime) -> bool:
    """Whether `moment` is after the due minute has passed."""
    return due_at is not None and moment >= due_at + timedelta(minutes=1)


def offset_of(*, week: int, day: int) -> int:
    """Days from the cohort's start to `day` (0 = first day) of `week` (1 = first week)."""
    return (week - 1) * DAYS_PER_WEEK + day


def last_day_of(starts_on: date, days: int) -> date:
    """The last of `days` (>= 1) days in a row that begin on `starts_on`."""
    return starts_on + timedelta(days=days - 1)


def first_day_of(ends_on: date, days: int) -> date:
    """The first of `days` (>= 1) days in a row that end on `ends_on`."""
    return ends_on - timedelta(days=days - 1)
