"""One learner's calendar read from the database once, then asked for dates."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, prefetch_related_objects

from courses.models import Accommodation, Activity, Break, Cohort, Enrollment, Extension, Pause
from courses.schedule import START_OF_DAY, USUAL_TIME, Calendar, Dates, DaysOff, EffectiveDate, ExtraDays, offset_of
from lms.accounts.models import User
from lms.lib import present

BENDS = ("has_breaks", "has_pauses", "has_extensions", "has_accommodations")
"""Attributes of an enrollment: whether anything of the kind may bend its dates, where its reader has asked."""


@dataclass(frozen=True)
class Timeline:
    """An enrollment's calendar and extensions (by activity id); every date a screen shows comes from here."""

    calendar: Calendar
    extensions: dict[int, tuple[ExtraDays, ...]]

    @classmethod
    def of(cls, enrollment: Enrollment, *, now: datetime | None = None) -> "Timeline":
        """Read the calendar: four queries, or none when breaks, pauses, extensions and accommodations are prefetched."""
        return cls.made(
            cohort=enrollment.cohort,
            breaks=enrollment.cohort.breaks.all(),
            pauses=enrollment.pauses.all(),
            extensions=enrollment.extensions.all(),
            accommodations=enrollment.accommodations.all(),
            now=now,
        )

    @classmethod
    def made(
        cls,
        *,
        cohort: Cohort,
        breaks: Iterable[Break] = (),
        pauses: Iterable[Pause] = (),
        extensions: Iterable[Extension] = (),
        accommodations: Iterable[Accommodation] = (),
        now: datetime | None = None,
    ) -> "Timeline":
        """The timeline of what was read already; an open pause lasts until today, and an accommodation that ended is none."""
        today = (now or present.now()).astimezone(ZoneInfo(cohort.time_zone)).date()
        stops, holidays = _days_off(breaks)
        calendar = Calendar.of(
            starts_on=cohort.starts_on,
            time_zone=cohort.time_zone,
            breaks=stops,
            pauses=[
                DaysOff(span.starts_on, span.lasts_until(today), "pause", "pause")
                for span in pauses
                if span.past_cohort_id is None
            ],
            holidays=holidays,
            weekends_off=cohort.weekends_off,
            factor=next((one.factor for one in accommodations if one.ended_at is None), USUAL_TIME),
        )
        found: dict[int, list[ExtraDays]] = defaultdict(list)
        for extension in extensions:
            found[extension.activity_id].append(extra_days(extension.days, extension.granted_by))
        return cls(calendar, {pk: tuple(days) for pk, days in found.items()})

    @classmethod
    def of_cohort(cls, cohort: Cohort) -> "Timeline":
        """The cohort's own calendar, without anybody's own days; one query."""
        return cls.made(cohort=cohort, breaks=cohort.breaks.all())

    def dates(self, activity: Activity, *, week: int | None = None) -> Dates:
        """When `activity` opens, is due and closes; pass `week` where the module is not loaded."""
        return self.calendar.dates(
            week=activity.module.week if week is None else week,
            available_offset=activity.available_offset,
            due_offset=activity.due_offset,
            until_offset=activity.until_offset,
            extra=self.extensions.get(activity.pk, ()),
        )

    def with_extra(self, activity: Activity, extra: ExtraDays) -> "Timeline":
        """The timeline as it would be with `extra` days on `activity`."""
        more = (*self.extensions.get(activity.pk, ()), extra)
        return replace(self, extensions={**self.extensions, activity.pk: more})

    def with_days_off(self, breaks: Iterable[Break], *, weekends_off: bool) -> "Timeline":
        """The timeline as it would be with these breaks of the cohort (or what has their fields)."""
        stops, holidays = _days_off(breaks)
        return replace(
            self, calendar=self.calendar.with_cohorts(breaks=stops, holidays=holidays, weekends_off=weekends_off)
        )

    def with_factor(self, factor: Decimal) -> "Timeline":
        """The timeline as it would be with so much time; 1 is the usual."""
        return replace(self, calendar=self.calendar.with_factor(factor))

    def first_day(self, week: int) -> EffectiveDate:
        """The moment week `week` begins for this learner."""
        return self.calendar.moment(offset_of(week=week, day=0), START_OF_DAY, week=week)

    def today(self, now: datetime | None = None) -> date:
        return (now or present.now()).astimezone(ZoneInfo(self.calendar.time_zone)).date()

    def week(self, now: datetime | None = None) -> int:
        """The week the learner is in now; 0 or less before the start."""
        return self.calendar.week_on(self.today(now))


def extra_days(days: int, granted_by: User) -> ExtraDays:
    """An extension as dates name it: days, and who gave them."""
    return ExtraDays(days, f"extension by {granted_by.get_full_name()}")


def timelines_of_all(enrollments: list[Enrollment], now: datetime | None = None) -> dict[int, Timeline]:
    """The timelines of many learners by enrollment id, in four queries at most: of what is known to be absent in none."""
    absent = {name for name in BENDS if not any(getattr(enrollment, name, True) for enrollment in enrollments)}
    lookups: dict[str, str | Prefetch[Any]] = {
        "has_breaks": "cohort__breaks",
        "has_pauses": "pauses",
        "has_extensions": Prefetch("extensions", Extension.objects.select_related("granted_by")),
        "has_accommodations": "accommodations",
    }
    prefetch_related_objects(enrollments, *(lookup for name, lookup in lookups.items() if name not in absent))
    return {
        enrollment.pk: Timeline.made(
            cohort=enrollment.cohort,
            breaks=() if "has_breaks" in absent else enrollment.cohort.breaks.all(),
            pauses=() if "has_pauses" in absent else enrollment.pauses.all(),
            extensions=() if "has_extensions" in absent else enrollment.extensions.all(),
            accommodations=() if "has_accommodations" in absent else enrollment.accommodations.all(),
            now=now,
        )
        for enrollment in enrollments
    }


def _days_off(breaks: Iterable[Break]) -> tuple[list[DaysOff], list[DaysOff]]:
    """The breaks that stop the clock, and the holidays."""
    stops, holidays = [], []
    for span in breaks:
        if span.kind == Break.Kind.HOLIDAY:
            holidays.append(DaysOff(span.starts_on, span.ends_on, span.label, "holiday"))
        else:
            stops.append(DaysOff(span.starts_on, span.ends_on, span.label))
    return stops, holidays
