"""The one effective date."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from courses.schedule import Calendar, Dates, DaysOff, EffectiveDate, ExtraDays, closes, is_late, offset_of

START = date(2026, 3, 2)
days = st.dates(date(2026, 2, 1), date(2026, 9, 30))
spans = st.lists(
    st.builds(lambda first, length, label: DaysOff(first, first + timedelta(days=length), label), days,
              st.integers(0, 20), st.sampled_from(["spring break", "holiday", "pause"])),
    max_size=5,
)  # fmt: skip
zones = st.sampled_from(["Europe/Lisbon", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "UTC"])


def calendar(*breaks, pauses=(), zone="Europe/Lisbon"):
    return Calendar.of(starts_on=START, time_zone=zone, breaks=breaks, pauses=pauses)


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


@given(spans, spans, st.integers(0, 200))
def test_reasons_sum_to_the_date(breaks, pauses, offset):
    day, reasons = calendar(*breaks, pauses=pauses).day(offset)
    assert day == START + timedelta(days=offset + sum(reason.days for reason in reasons))
    assert all(reason.days > 0 for reason in reasons)


@given(spans, spans, st.integers(0, 200), st.integers(0, 30))
def test_dates_are_monotone(breaks, pauses, offset, more):
    one = calendar(*breaks, pauses=pauses)
    assert one.day(offset)[0] <= one.day(offset + more)[0]


@given(spans, st.integers(0, 200))
def test_no_day_falls_into_a_break(breaks, offset):
    day, _ = calendar(*breaks).day(offset)
    assert not any(span.starts_on <= day <= span.ends_on for span in breaks)


@given(spans, st.integers(0, 200))
def test_the_offset_of_a_date_is_what_made_it(breaks, offset):
    one = calendar(*breaks)
    assert one.offset_on(one.day(offset)[0]) == offset


@given(zones, st.integers(0, 200), spans)
def test_every_date_is_at_the_end_of_its_local_day(zone, offset, breaks):
    moment = calendar(*breaks, zone=zone).dates(week=1, available_offset=offset, due_offset=offset, until_offset=None)
    local = moment.due.at.astimezone(ZoneInfo(zone))
    assert (local.hour, local.minute) == (23, 59)
    assert moment.available.at < moment.due.at
