"""The one effective date: pure functions from a cohort's calendar and a learner's own days to dates with reasons.

A date is made in four steps, each of which adds days (>= 0) and says why, so that start + offset + the days of all
reasons is the date:

1. *More time.* A standing accommodation multiplies the days from `available` to `due` and to `until`, first and last day
   included, rounded up: of seven days x1.5 makes eleven.
2. *The clock.* Breaks that stop the clock and pauses move what falls on or after them by their length; a day that is off
   twice counts once, breaks first.
3. *Extensions* move due and until, by days of the calendar.
4. *Days off.* Before and after step 3 a date that falls on a holiday, a Saturday or Sunday of a cohort whose weekends are
   off, or (by an extension) into a break or a pause moves to the next day that is not off.

Every step keeps order, so that dates are monotone in the offset (with more time: in the offset of due and of until from
the same opening), and available <= due <= until holds for the dates when it does for the offsets.

Dates are local to the cohort's zone: work becomes available with the first moment of its day, also where the clocks skip
midnight, and is due or closes at 23:59, the later one where the clocks let 23:59 come twice.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_CEILING, Decimal
from functools import cached_property, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAYS_PER_WEEK = 7
SATURDAY, SUNDAY = 5, 6
START_OF_DAY = time(0, 0)
END_OF_DAY = time(23, 59)
A_DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
USUAL_TIME = Decimal(1)
MOST_CALENDARS = 64
MOST_MOMENTS = 4096


class DaysOff(NamedTuple):
    """A span of days, both ends included, on which nothing is due; `kind` is that of the reason it gives."""

    starts_on: date
    ends_on: date
    label: str
    kind: str = "break"


class ExtraDays(NamedTuple):
    """More days on one activity, and who gave them."""

    days: int
    label: str


class Reason(NamedTuple):
    """One part of why a date is what it is: `days` (> 0) added, under `label`.

    `kind` is break, holiday, weekend, pause, extension or accommodation.
    """

    label: str
    days: int
    kind: str = "break"

    def __str__(self) -> str:
        unit = "day" if self.days == 1 else "days"
        return f"+{self.days} {unit} {self.label}"


class EffectiveDate(NamedTuple):
    """A moment (aware, in the cohort's zone), the week its activity belongs to, and the reasons that moved it.

    `planned` is the cohort's first day plus the offset: planned + the days of all reasons == the day of `at`.
    """

    at: datetime
    week: int
    reasons: tuple[Reason, ...] = ()
    planned: date | None = None

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


class Dates(NamedTuple):
    """When an activity opens, is due and closes for one learner; due and until may not exist."""

    available: EffectiveDate
    due: EffectiveDate | None
    until: EffectiveDate | None

    @property
    def closed_from(self) -> datetime | None:
        """The first moment at which work is no longer accepted: after the minute of `until` has passed."""
        return self.until.at + MINUTE if self.until else None


@dataclass(frozen=True)
class Calendar:
    """One learner's calendar: the cohort's first day and zone, all spans that stop the clock, theirs and the cohort's, in
    order, the cohort's holidays and weekends, and the factor of the learner's time (>= 1).

    The learners of a cohort share most of their dates and every page asks for some, so `of` gives the same calendar for
    the same days, which remembers the dates it was asked for.
    """

    starts_on: date
    time_zone: str
    days_off: tuple[DaysOff, ...] = ()
    holidays: tuple[DaysOff, ...] = ()
    weekends_off: bool = False
    factor: Decimal = USUAL_TIME
    _known: dict[tuple[int | None, ...], Dates] = field(default_factory=dict, compare=False, repr=False)
    _moments: dict[tuple[int, time, int, int], EffectiveDate] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(
        cls,
        *,
        starts_on: date,
        time_zone: str,
        breaks: Iterable[DaysOff] = (),
        pauses: Iterable[DaysOff] = (),
        holidays: Iterable[DaysOff] = (),
        weekends_off: bool = False,
        factor: Decimal = USUAL_TIME,
    ) -> "Calendar":
        spans = [(span.starts_on, 0, span) for span in breaks] + [(span.starts_on, 1, span) for span in pauses]
        stops = tuple(span for _, _, span in sorted(spans, key=lambda item: item[:2]))
        return _calendar(starts_on, time_zone, stops, tuple(sorted(holidays)), weekends_off, factor)

    def with_cohorts(self, *, breaks: Iterable[DaysOff], holidays: Iterable[DaysOff], weekends_off: bool) -> "Calendar":
        """The same learner's with other days off of the cohort; their pauses and their time stay."""
        pauses = [span for span in self.days_off if span.kind == "pause"]
        return Calendar.of(
            starts_on=self.starts_on,
            time_zone=self.time_zone,
            breaks=breaks,
            pauses=pauses,
            holidays=holidays,
            weekends_off=weekends_off,
            factor=self.factor,
        )

    def with_factor(self, factor: Decimal) -> "Calendar":
        """The same learner's with more time, or with the usual."""
        return _calendar(self.starts_on, self.time_zone, self.days_off, self.holidays, self.weekends_off, factor)

    def day(self, offset: int) -> tuple[date, tuple[Reason, ...]]:
        """The date `offset` days of the clock after the start (0 is the first day), and what moved it."""
        thresholds, steps = self._stops
        length, reasons = steps[bisect_right(thresholds, offset)]
        day = _day_after(self.starts_on, offset + length)
        if not self._is_off(day):
            return day, reasons
        day, moved = self._next_day_on(day)
        return day, (*reasons, *moved)

    def last_day(self, weeks: int) -> date:
        """The last day of a curriculum of so many weeks."""
        return self.day(offset_of(week=weeks, day=DAYS_PER_WEEK - 1))[0]

    def offset_on(self, today: date) -> int:
        """How many days of the clock have passed before `today`; negative before the start.

        The inverse of `day` where no holiday or weekend moved it: offset_on(day(n)) >= n, and day(offset_on(d)) >= d.
        """
        if today < self.starts_on:
            return (today - self.starts_on).days
        off = 0
        counted_to = self.starts_on
        for span in self.days_off:
            first, last = max(span.starts_on, counted_to), min(span.ends_on, today - A_DAY)
            if first <= last:
                off += (last - first).days + 1
                counted_to = last + A_DAY
        return (today - self.starts_on).days - off

    def week_on(self, today: date) -> int:
        """The curriculum's week on `today`: 1 in the first, 0 or less before the start."""
        return self.offset_on(today) // DAYS_PER_WEEK + 1

    def moment(
        self, offset: int, at: time, *, week: int, extra: Iterable[ExtraDays] = (), more: int = 0
    ) -> EffectiveDate:
        """The effective date of `offset` at local time `at` (`START_OF_DAY` or `END_OF_DAY`), with `more` days of the
        clock by an accommodation, and `extra` days on top."""
        if extra:
            return self._moment(offset, at, week, more, extra)
        key = (offset, at, week, more)
        known = self._moments.get(key)
        if known is None:
            known = self._moments[key] = self._moment(*key, ())
        return known

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

        Extensions and more time move due and until, never the opening.
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
            if offset is None:
                return None
            return self.moment(offset, END_OF_DAY, week=week, extra=extra, more=self._more_time(available, offset))

        return Dates(self.moment(available, START_OF_DAY, week=week), ends(due), ends(until))

    def _more_time(self, available: int, end: int) -> int:
        """The days of the clock that the factor adds to those from `available` to `end`, both included."""
        if self.factor == USUAL_TIME or end < available:
            return 0
        return int(((end - available + 1) * (self.factor - 1)).to_integral_value(ROUND_CEILING))

    def _moment(self, offset: int, at: time, week: int, more: int, extra: Iterable[ExtraDays]) -> EffectiveDate:
        day, reasons = self.day(offset + more)
        if more:
            reasons = (Reason(f"×{self.factor.normalize():f} time", more, "accommodation"), *reasons)
        if extra:
            added = tuple(Reason(one.label, one.days, "extension") for one in extra)
            day, moved = self._next_day_on(day + timedelta(days=sum(one.days for one in added)))
            reasons = (*reasons, *added, *moved)
        return EffectiveDate(_local(day, at, self.time_zone), week, reasons, _day_after(self.starts_on, offset))

    @cached_property
    def _stops(self) -> tuple[list[int], list[tuple[int, tuple[Reason, ...]]]]:
        """From which offset on each span that stops the clock counts; and by how many of them count, their days and why."""
        thresholds: list[int] = []
        steps: list[tuple[int, tuple[Reason, ...]]] = [(0, ())]
        counted_to = self.starts_on
        for span in self.days_off:
            first = max(span.starts_on, counted_to)
            if first <= span.ends_on:
                before, reasons = steps[-1]
                length = (span.ends_on - first).days + 1
                thresholds.append((first - self.starts_on).days - before)
                steps.append((before + length, (*reasons, Reason(span.label, length, span.kind))))
                counted_to = span.ends_on + A_DAY
        return thresholds, steps

    @cached_property
    def _days_off(self) -> frozenset[date]:
        """Each day of a span."""
        spans = (*self.days_off, *self.holidays)
        return frozenset(
            span.starts_on + timedelta(days=n)
            for span in spans
            for n in range((span.ends_on - span.starts_on).days + 1)
        )

    def _is_off(self, day: date) -> bool:
        return day in self._days_off or (self.weekends_off and day.weekday() >= SATURDAY)

    def _next_day_on(self, day: date) -> tuple[date, list[Reason]]:
        """The first day from `day` on that is not off, and what it was moved over."""
        reasons = []
        while self._is_off(day):
            span = self._off_on(day)
            reasons.append(Reason(span.label, (span.ends_on - day).days + 1, span.kind))
            day = span.ends_on + A_DAY
        return day, reasons

    def _off_on(self, day: date) -> DaysOff:
        """The span that a day off belongs to."""
        for span in (*self.days_off, *self.holidays):
            if span.starts_on <= day <= span.ends_on:
                return span
        return DaysOff(day, day + timedelta(days=SUNDAY - day.weekday()), "weekend", "weekend")


@lru_cache(maxsize=MOST_CALENDARS)
def _calendar(
    starts_on: date,
    time_zone: str,
    days_off: tuple[DaysOff, ...],
    holidays: tuple[DaysOff, ...],
    weekends_off: bool,
    factor: Decimal,
) -> Calendar:
    return Calendar(starts_on, time_zone, days_off, holidays, weekends_off, factor)


@lru_cache(maxsize=MOST_MOMENTS)
def _local(day: date, at: time, zone: str) -> datetime:
    """`at` on `day` in `zone`. What the clocks skip is the moment they move, so that a day begins when it does; of what
    comes twice a day begins with the first and ends with the second."""
    first = datetime.combine(day, at, ZoneInfo(zone))
    moments = [first.astimezone(UTC)]
    if at == END_OF_DAY:
        moments.append(first.replace(fold=1).astimezone(UTC))
    return max(moments).astimezone(ZoneInfo(zone))


@lru_cache(maxsize=MOST_MOMENTS)
def _day_after(starts_on: date, days: int) -> date:
    return starts_on + timedelta(days=days)


def closes(dates: Dates, moment: datetime) -> bool:
    """Whether work is no longer accepted at `moment`."""
    return dates.closed_from is not None and moment >= dates.closed_from


def is_late(due_at: datetime | None, moment: datetime) -> bool:
    """Whether `moment` is after the due minute has passed."""
    return due_at is not None and moment >= due_at + MINUTE


def offset_of(*, week: int, day: int) -> int:
    """Days from the cohort's start to `day` (0 = first day) of `week` (1 = first week)."""
    return (week - 1) * DAYS_PER_WEEK + day


def last_day_of(starts_on: date, days: int) -> date:
    """The last of `days` (>= 1) days in a row that begin on `starts_on`."""
    return starts_on + timedelta(days=days - 1)


def first_day_of(ends_on: date, days: int) -> date:
    """The first of `days` (>= 1) days in a row that end on `ends_on`."""
    return ends_on - timedelta(days=days - 1)


def monday_of_week_one(*, week: int, today: date) -> date:
    """The Monday on which a cohort without breaks begins that is in `week` today; of week 0 or less it lies ahead."""
    return today - timedelta(days=today.weekday() + DAYS_PER_WEEK * (week - 1))
