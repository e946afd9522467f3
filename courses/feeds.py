"""What a calendar feed tells, and which of it is news since it was fetched last."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from courses.digests import digest_of
from courses.models import CalendarFeed, FeedEvent

LONGEST_TITLE = 200
GONE = ""  # the digest of what was cancelled: whatever comes back under its key differs from it


class FeedFact(NamedTuple):
    """One event as it holds now: `key` is unique in its feed and stays while dates move.

    `starts_at` is aware; `zone` names the zone it is told in, and is empty for whole days, which last until `last_day`.
    `about` is the text below the title, `path` where in the portal it leads.
    """

    key: str
    title: str
    starts_at: datetime
    zone: str
    about: str
    path: str
    last_day: date | None = None

    @property
    def digest(self) -> str:
        return digest_of(self)


def revisions_of(feed: CalendarFeed) -> dict[str, FeedEvent]:
    """What the feed said last, by key; one query."""
    return {row.key: row for row in feed.events.all()}


def revised(
    known: dict[str, FeedEvent], facts: Iterable[FeedFact], feed: CalendarFeed, now: datetime
) -> list[FeedEvent]:
    """The revisions that differ from what is known, not saved: new events, changed ones, and those that have gone."""
    wanted = {fact.key: (fact, fact.digest) for fact in facts}
    news = [
        FeedEvent(
            feed=feed,
            key=key,
            digest=digest,
            sequence=known[key].sequence + 1 if key in known else 0,
            changed_at=now,
            title=fact.title[:LONGEST_TITLE],
            starts_at=fact.starts_at,
            zone=fact.zone,
        )
        for key, (fact, digest) in wanted.items()
        if key not in known or known[key].digest != digest
    ]
    return news + [_gone(row, now) for row in known.values() if row.key not in wanted and not row.is_cancelled]


def _gone(row: FeedEvent, now: datetime) -> FeedEvent:
    return FeedEvent(
        feed_id=row.feed_id,
        key=row.key,
        digest=GONE,
        sequence=row.sequence + 1,
        changed_at=now,
        is_cancelled=True,
        title=row.title,
        starts_at=row.starts_at,
        zone=row.zone,
    )
