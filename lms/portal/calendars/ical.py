"""A feed as iCalendar (RFC 5545)."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Event, Timezone

from courses.feeds import FeedFact
from courses.models import CalendarFeed, FeedEvent
from courses.schedule import last_day_of

FORMAT = 1  # to be raised when the same facts are written in another way
CANCELLED_FOR = timedelta(days=60)
Told = list[tuple[FeedEvent, FeedFact | None]]


def told_now(facts: Iterable[FeedFact], revisions: dict[str, FeedEvent]) -> Told:
    """What stands in the feed, in a lasting order: each revision with its facts, and for two months what has gone, without."""
    held = {fact.key: fact for fact in facts}
    since = timezone.now() - CANCELLED_FOR
    rows = (row for row in revisions.values() if not row.is_cancelled or row.changed_at > since)
    return [(row, held.get(row.key)) for row in sorted(rows, key=lambda row: row.key)]


def etag_of(feed: CalendarFeed, told: Told) -> str:
    """The name of these bytes, without making them: all that is written follows from it."""
    parts = [FORMAT, feed.uid, settings.BASE_URL, *((row.key, row.sequence, row.digest) for row, _ in told)]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def ical_of(feed: CalendarFeed, told: Told) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Bootcamp LMS//Calendar feed//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Bootcamp")
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for zone, first, last in _zones(told):
        calendar.add_component(_rules(zone, first, last))
    for row, fact in told:
        calendar.add_component(_event(feed, row, fact))
    return calendar.to_ical()


def _event(feed: CalendarFeed, row: FeedEvent, fact: FeedFact | None) -> Event:
    event = Event()
    event.add("uid", f"{row.key}@{feed.uid}")
    event.add("dtstamp", row.changed_at)
    event.add("last-modified", row.changed_at)
    event.add("sequence", row.sequence)
    event.add("summary", fact.title if fact else row.title)
    event.add("status", "CONFIRMED" if fact else "CANCELLED")
    event.add("transp", "TRANSPARENT")
    event.add("dtstart", _start(row))
    if fact:
        url = f"{settings.BASE_URL}{fact.path}"
        event.add("description", "\n".join(filter(None, [fact.about, url])))
        event.add("url", url)
        if fact.last_day:
            event.add("dtend", last_day_of(fact.last_day, 2))  # the first day after, as the format wants it
    return event


def _start(row: FeedEvent) -> datetime | date:
    """In its zone; where the clocks show that time twice, the second one has to be said in UTC."""
    if not row.zone:
        return row.starts_at.date()
    local = row.starts_at.astimezone(ZoneInfo(row.zone))
    return row.starts_at.astimezone(UTC) if local.fold else local


def _zones(told: Told) -> list[tuple[str, int, int]]:
    """Each zone that is used, with the first and last year of its events."""
    years: dict[str, set[int]] = {}
    for row, _ in told:
        if row.zone:
            years.setdefault(row.zone, set()).add(row.starts_at.astimezone(ZoneInfo(row.zone)).year)
    return [(zone, min(found), max(found)) for zone, found in sorted(years.items())]


@lru_cache(maxsize=256)
def _rules(zone: str, first: int, last: int) -> Timezone:
    """The zone's offsets in these years."""
    return Timezone.from_tzid(zone, first_date=date(first, 1, 1), last_date=date(last + 1, 1, 1))
