"""What the dates of a large cohort cost: 200 learners × 200 activities, each with available, due and until."""

import statistics
import time
from datetime import date, timedelta
from decimal import Decimal

from courses import schedule
from courses.schedule import Calendar, DaysOff, ExtraDays

LEARNERS = ACTIVITIES = 200
MOST_CPU = 0.150
ROUNDS = 5
START = date(2026, 1, 5)
BREAKS = [DaysOff(date(2026, 4, 3), date(2026, 4, 9), "spring break")]
HOLIDAYS = [DaysOff(date(2026, 5, 1), date(2026, 5, 1), "holiday", "holiday")]


def show():
    print(f"\n{f'dates of {LEARNERS} learners × {ACTIVITIES} activities':<46}{'CPU':>10}{'limit':>10}")
    for name, own in MIXES.items():
        cpu = statistics.median(measure(own) for _ in range(ROUNDS))
        print(f"{name:<46}{cpu * 1000:>7.0f} ms{f'≤ {MOST_CPU * 1000:.0f} ms':>10}")


def measure(own):
    """Processor seconds for all dates, from empty caches; `own` are the days of a learner by their number."""
    for cache in (schedule._calendar, schedule._local, schedule._day_after):
        cache.cache_clear()
    offsets = [(n * 26 // ACTIVITIES, n % 7) for n in range(ACTIVITIES)]
    began = time.process_time()
    for number in range(LEARNERS):
        calendar, extra = own(number)
        for activity, (week, day) in enumerate(offsets):
            calendar.dates(
                week=week + 1,
                available_offset=week * 7,
                due_offset=week * 7 + day,
                until_offset=week * 7 + day + 14,
                extra=extra.get(activity, ()),
            )
    return time.process_time() - began


def some_bend_theirs(number):
    """One in five was paused, one in five has two extensions, one in ten has more time."""
    pause = [_pause(number)] if number % 5 == 0 else []
    extra = {one: (ExtraDays(3, "extension by A. Kim"),) for one in (20, 90)} if number % 5 == 1 else {}
    return _calendar(pause, Decimal("1.5") if number % 10 == 2 else Decimal(1)), extra


def all_bend_theirs(number):
    """Everybody was paused, each at another time."""
    return _calendar([_pause(number)]), {}


def _pause(number):
    first = START + timedelta(days=number)
    return DaysOff(first, first + timedelta(days=9), "pause", "pause")


def _calendar(pauses, factor=Decimal(1)):
    return Calendar.of(
        starts_on=START,
        time_zone="Europe/Lisbon",
        breaks=BREAKS,
        pauses=pauses,
        holidays=HOLIDAYS,
        weekends_off=True,
        factor=factor,
    )


MIXES = {"some with days of their own": some_bend_theirs, "each with a pause at another time": all_bend_theirs}
