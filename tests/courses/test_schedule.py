"""The one effective date."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.schedule import (
    END_OF_DAY,
    START_OF_DAY,
    Calendar,
    Dates,
    DaysOff,
    EffectiveDate,
    ExtraDays,
    closes,
    is_late,
    monday_of_week_one,
    offset_of,
)

START = date(2026, 3, 2)
many = settings(max_examples=60, deadline=None)
days = st.dates(date(2026, 2, 1), date(2026, 9, 30))
spans = st.lists(
    st.builds(lambda first, length, label: DaysOff(first, first + timedelta(days=length), label), days,
              st.integers(0, 20), st.sampled_from(["spring break", "holiday", "pause"])),
    max_size=5,
)  # fmt: skip
zones = st.sampled_from(["Europe/Lisbon", "America/Santiago", "Asia/Beirut", "Africa/Cairo", "Pacific/Auckland", "UTC"])
extras = st.lists(st.builds(ExtraDays, st.integers(1, 30), st.just("extension by A. Kim")), max_size=2).map(tuple)
offsets = st.integers(0, 200)
calendars = st.builds(
    Calendar.of,
    starts_on=st.dates(START, date(2026, 10, 31)),
    time_zone=zones,
    breaks=spans,
    pauses=spans,
    holidays=spans,
    weekends_off=st.booleans(),
    factor=st.sampled_from([Decimal(1), Decimal("1.05"), Decimal("1.5"), Decimal(3)]),
)


def calendar(*breaks, pauses=(), zone="Europe/Lisbon", **more):
    return Calendar.of(starts_on=START, time_zone=zone, breaks=breaks, pauses=pauses, **more)


def dates_of(one, due=6, until=20, extra=()):
    return one.dates(week=1, available_offset=0, due_offset=due, until_offset=until, extra=extra)


def said(reasons):
    return [str(reason) for reason in reasons]


def test_a_date_is_the_start_plus_the_offset():
    assert calendar().day(offset_of(week=2, day=3)) == (date(2026, 3, 12), ())


def test_a_break_moves_what_falls_on_it():
    spring = DaysOff(date(2026, 3, 12), date(2026, 3, 18), "spring break")
    day, reasons = calendar(spring).day(10)
    assert day == date(2026, 3, 19)
    assert [str(reason) for reason in reasons] == ["+7 days spring break"]


def test_a_break_leaves_what_falls_before_it():
    assert calendar(DaysOff(date(2026, 3, 12), date(2026, 3, 18), "spring break")).day(9)[0] == date(2026, 3, 11)


def test_a_break_before_the_start_moves_nothing():
    assert calendar(DaysOff(date(2026, 2, 1), date(2026, 3, 1), "winter")).day(0)[0] == START


def test_a_day_that_is_off_twice_counts_once_and_as_break():
    spring = DaysOff(date(2026, 3, 4), date(2026, 3, 6), "spring break")
    pause = DaysOff(date(2026, 3, 5), date(2026, 3, 8), "pause")
    day, reasons = calendar(spring, pauses=[pause]).day(2)
    assert day == date(2026, 3, 9)
    assert [str(reason) for reason in reasons] == ["+3 days spring break", "+2 days pause"]


def test_the_sentence_names_zone_and_reasons():
    spring = DaysOff(date(2026, 3, 9), date(2026, 3, 15), "spring break")
    dates = calendar(spring).dates(
        week=12, available_offset=0, due_offset=66, until_offset=80, extra=(ExtraDays(3, "extension by A. Kim"),)
    )
    assert (
        dates.due.sentence() == "Sun 17 May 23:59 (Lisbon): week 12, +7 days spring break, +3 days extension by A. Kim"
    )
    assert dates.due.sentence("Asia/Kolkata").startswith("Mon 18 May 04:29 (Kolkata)")
    assert dates.until.at - dates.due.at == timedelta(days=14)
    assert dates.available.reasons == ()


def test_due_is_at_2359_on_both_sides_of_the_clock_change():
    lisbon = calendar()
    before, after = lisbon.moment(26, time(23, 59), week=4).at, lisbon.moment(27, time(23, 59), week=4).at
    assert (before.utcoffset(), after.utcoffset()) == (timedelta(0), timedelta(hours=1))
    assert (before.time(), after.time()) == (time(23, 59), time(23, 59))


def test_work_is_accepted_through_the_minute_of_the_cut_off():
    until = EffectiveDate(datetime(2026, 3, 8, 23, 59, tzinfo=UTC), 1)
    dates = Dates(until, until, until)
    assert not closes(dates, datetime(2026, 3, 8, 23, 59, 59, tzinfo=UTC))
    assert closes(dates, datetime(2026, 3, 9, 0, 0, tzinfo=UTC))
    assert not is_late(until.at, datetime(2026, 3, 8, 23, 59, 59, tzinfo=UTC))
    assert is_late(until.at, datetime(2026, 3, 9, 0, 0, tzinfo=UTC))


def test_without_a_cut_off_nothing_closes():
    moment = EffectiveDate(datetime(2026, 3, 8, tzinfo=UTC), 1)
    assert not closes(Dates(moment, moment, None), datetime(2036, 1, 1, tzinfo=UTC))


def test_the_week_stands_still_during_a_break():
    spring = DaysOff(date(2026, 3, 16), date(2026, 3, 22), "spring break")
    weeks = [calendar(spring).week_on(START + timedelta(days=7 * n)) for n in range(-1, 5)]
    assert weeks == [0, 1, 2, 3, 3, 4]


def test_of_a_holiday_only_what_falls_on_it_moves():
    one = calendar(holidays=[DaysOff(date(2026, 3, 5), date(2026, 3, 6), "founders' days", "holiday")])
    assert [one.day(offset)[0].day for offset in range(2, 6)] == [4, 7, 7, 7]
    assert said(one.day(3)[1]) == ["+2 days founders' days"]


def test_with_weekends_off_what_falls_on_one_moves_to_monday():
    one = calendar(holidays=[DaysOff(date(2026, 3, 9), date(2026, 3, 9), "holiday", "holiday")], weekends_off=True)
    assert said(one.day(5)[1]) == ["+2 days weekend", "+1 day holiday"]
    assert [one.day(offset)[0].day for offset in (4, 5, 6, 7, 8, 13)] == [6, 10, 10, 10, 10, 16]
    assert calendar().day(5) == (date(2026, 3, 7), ())


def test_a_day_moved_off_a_weekend_does_not_fall_into_a_break():
    one = calendar(DaysOff(date(2026, 3, 9), date(2026, 3, 15), "spring break"), weekends_off=True)
    assert (one.day(6)[0], said(one.day(6)[1])) == (date(2026, 3, 16), ["+1 day weekend", "+7 days spring break"])


def test_more_time_multiplies_the_days_from_opening_to_due():
    one = calendar(factor=Decimal("1.50"))
    dates = dates_of(one)
    assert (dates.due.why(), dates.until.why()) == ("week 1, +4 days ×1.5 time", "week 1, +11 days ×1.5 time")
    assert (dates.due.at.date(), dates.available.at.date()) == (START + timedelta(days=10), START)


def test_more_time_stands_still_during_a_break():
    one = calendar(DaysOff(date(2026, 3, 9), date(2026, 3, 15), "spring break"), factor=Decimal("1.5"))
    assert dates_of(one).due.why() == "week 1, +4 days ×1.5 time, +7 days spring break"


def test_an_extension_does_not_end_on_a_day_off():
    one = calendar(weekends_off=True)
    due = dates_of(one, due=3, extra=(ExtraDays(2, "extension by A. Kim"),)).due
    assert due.why() == "week 1, +2 days extension by A. Kim, +2 days weekend"
    assert due.at.date() == date(2026, 3, 9)


@pytest.mark.parametrize(
    ("zone", "day", "at", "local", "in_utc"),
    [
        ("America/Santiago", date(2026, 9, 6), START_OF_DAY, "01:00", "2026-09-06 04:00"),  # midnight does not exist
        ("Africa/Cairo", date(2026, 4, 24), START_OF_DAY, "01:00", "2026-04-23 22:00"),
        ("America/Havana", date(2026, 11, 1), START_OF_DAY, "00:00", "2026-11-01 04:00"),  # it comes twice
        ("Asia/Beirut", date(2026, 10, 24), END_OF_DAY, "23:59", "2026-10-24 21:59"),  # 23:59 comes twice
        ("America/Santiago", date(2026, 4, 4), END_OF_DAY, "23:59", "2026-04-05 03:59"),
        ("Pacific/Apia", date(2011, 12, 30), END_OF_DAY, "23:59", "2011-12-31 09:59"),  # the day does not exist
    ],
)
def test_days_begin_and_end_where_the_clocks_change(zone, day, at, local, in_utc):
    moment = Calendar.of(starts_on=day, time_zone=zone).moment(0, at, week=1).at
    assert (f"{moment:%H:%M}", f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}") == (local, in_utc)


def test_the_minute_of_the_cut_off_lasts_to_the_end_of_an_hour_that_comes_twice():
    one = Calendar.of(starts_on=date(2026, 10, 24), time_zone="Asia/Beirut")
    dates = dates_of(one, due=0, until=0)
    assert dates.closed_from.astimezone(UTC) == datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
    assert not is_late(dates.due.at, datetime(2026, 10, 24, 21, 59, 30, tzinfo=UTC))


def test_the_monday_of_week_one():
    assert monday_of_week_one(week=2, today=date(2026, 3, 12)) == START
    assert monday_of_week_one(week=0, today=date(2026, 3, 1)) == START


@many
@given(calendars, offsets, offsets, offsets, extras)
def test_reasons_sum_to_the_date_and_the_order_is_kept(one, available, more, still_more, extra):
    due = available + more
    dates = one.dates(week=1, available_offset=available, due_offset=due, until_offset=due + still_more, extra=extra)
    for date_, offset in zip(dates, (available, due, due + still_more), strict=True):
        assert date_.planned == one.starts_on + timedelta(days=offset)
        assert date_.planned + timedelta(days=sum(reason.days for reason in date_.reasons)) == date_.at.date()
        assert all(reason.days > 0 for reason in date_.reasons)
        assert not any(span.starts_on <= date_.at.date() <= span.ends_on for span in (*one.days_off, *one.holidays))
        assert not (one.weekends_off and date_.at.weekday() > 4)
    first, second, third = (date_.at.astimezone(UTC) for date_ in dates)
    assert first < second <= third


@many
@given(calendars, offsets, offsets, extras)
def test_dates_are_monotone(one, offset, more, extra):
    days = [one.day(n)[0] for n in (offset, offset + more)]
    assert days == sorted(days)
    ends = [dates_of(one, due=n, until=None, extra=extra).due.at for n in (offset, offset + more)]
    assert ends == sorted(ends)


@many
@given(calendars, offsets)
def test_the_offset_of_a_date_is_what_made_it_but_for_days_off(one, offset):
    day = one.day(offset)[0]
    assert one.offset_on(day) >= offset
    assert one.day(one.offset_on(day))[0] == day
    if not (one.holidays or one.weekends_off):
        assert one.offset_on(day) == offset


@many
@given(calendars, st.integers(0, 300))
def test_no_day_is_before_the_one_on_which_its_offset_had_passed(one, days_since):
    today = one.starts_on + timedelta(days=days_since)
    assert one.day(one.offset_on(today))[0] >= today


@many
@given(calendars, offsets)
def test_every_date_is_at_an_edge_of_its_local_day(one, offset):
    dates = dates_of(one, due=offset, until=None)
    assert f"{dates.due.at:%H:%M}" == "23:59"
    before = (dates.available.at.astimezone(UTC) - timedelta(seconds=1)).astimezone(ZoneInfo(one.time_zone))
    assert before.date() < dates.available.at.date()
    after = (dates.due.at.astimezone(UTC) + timedelta(minutes=1)).astimezone(ZoneInfo(one.time_zone))
    assert after.date() > dates.due.at.date()
