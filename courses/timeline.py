"""One learner's calendar read from the database once, then asked for dates."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from courses.models import Activity, Cohort, Enrollment
from courses.schedule import START_OF_DAY, Calendar, Dates, DaysOff, EffectiveDate, ExtraDays, offset_of


@dataclass(frozen=True)
class Timeline:
    """An enrollment's calendar and extensions (by activity id); every date a screen shows comes from here."""

    calendar: Calendar
    extensions: dict[int, tuple[ExtraDays, ...]]

    @classmethod
    def of(cls, enrollment: Enrollment, *, now: datetime | None = None) -> "Timeline":
        """Read the calendar: three queries, or none when breaks, pauses and extensions are prefetched."""
        cohort = enrollment.cohort
        today = (now or timezone.now()).astimezone(ZoneInfo(cohort.time_zone)).date()
        calendar = Calendar.of(
            starts_on=cohort.starts_on,
            time_zone=cohort.time_zone,
            breaks=[DaysOff(span.starts_on, span.ends_on, span.label) for span in cohort.breaks.all()],
            pauses=[
                DaysOff(span.starts_on, span.ends_on or max(today, span.starts_on), "pause")
                for span in enrollment.pauses.all()
            ],
        )
        extensions: dict[int, list[ExtraDays]] = defaultdict(list)
        for extension in enrollment.extensions.all():
            extensions[extension.activity_id].append(
                ExtraDays(extension.days, f"extension by {extension.granted_by.get_full_name()}")
            )
        return cls(calendar, {pk: tuple(days) for pk, days in extensions.items()})

    @classmethod
    def of_cohort(cls, cohort: Cohort) -> "Timeline":
        """The cohort's own calendar, without anybody's pauses and extensions; one query."""
        breaks = [DaysOff(span.starts_on, span.ends_on, span.label) for span in cohort.breaks.all()]
        return cls(Calendar.of(starts_on=cohort.starts_on, time_zone=cohort.time_zone, breaks=breaks), {})

    def dates(self, activity: Activity, *, week: int | None = None) -> Dates:
        """When `activity` opens, is due and closes; pass `week` where the module is not loaded."""
        return self.calendar.dates(
            week=activity.module.week if week is None else week,
            available_offset=activity.available_offset,
            due_offset=activity.due_offset,
            until_offset=activity.until_offset,
            extra=self.extensions.get(activity.pk, ()),
        )

    def first_day(self, week: int) -> EffectiveDate:
        """The moment week `week` begins for this learner."""
        return self.calendar.moment(offset_of(week=week, day=0), START_OF_DAY, week=week)

    def today(self, now: datetime | None = None) -> date:
        return (now or timezone.now()).astimezone(ZoneInfo(self.calendar.time_zone)).date()

    def week(self, now: datetime | None = None) -> int:
        """The week the learner is in now; 0 or less before the start."""
        return self.calendar.week_on(self.today(now))
