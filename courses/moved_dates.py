"""Dates before and after something moved them, and how a learner is told."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from courses.models import Activity, Enrollment
from courses.schedule import Dates, EffectiveDate

WORDS = {"due": "is due", "until": "closes", "available": "opens"}
MOST_DATES_TOLD = 6


@dataclass(frozen=True)
class MovedDate:
    """A date of an activity before and after (None: it has none); `kind` is a key of `WORDS`."""

    activity: Activity
    kind: str
    before: EffectiveDate | None
    after: EffectiveDate | None

    @property
    def words(self) -> str:
        return WORDS[self.kind]

    @property
    def days(self) -> int | None:
        """By how many days it moves; later is more than 0."""
        if self.before is None or self.after is None:
            return None
        return (self.after.at.date() - self.before.at.date()).days

    @property
    def by(self) -> str:
        if self.days is None:
            return "new" if self.before is None else "gone"
        unit = "day" if abs(self.days) == 1 else "days"
        return f"{abs(self.days)} {unit} {'later' if self.days > 0 else 'earlier'}"

    @property
    def was_over(self) -> bool:
        return self.before is not None and self.before.at < timezone.now()

    @property
    def is_over(self) -> bool:
        """Whether it is past already where it would be."""
        return self.after is not None and self.after.at < timezone.now()

    def sentence(self, zone: str) -> str:
        """For its learner, in their zone."""
        if self.after is None:
            return f"“{self.activity}” has no date any more."
        was = "" if self.before is None else f" (it was {_spelled(self.before, zone)})"
        return f"“{self.activity}” {self.words} on {_spelled(self.after, zone)}{was}."


@dataclass(frozen=True)
class News:
    """What a learner is told: the due dates of their unfinished work that move."""

    enrollment: Enrollment
    dates: list[MovedDate]

    @property
    def turned_over(self) -> list[MovedDate]:
        """Those that lay ahead and would be past."""
        return [one for one in self.dates if one.is_over and not one.was_over]

    @property
    def body(self) -> str:
        """The dates in words, the first of them; how many more there are."""
        said = [one.sentence(self.enrollment.user.time_zone) for one in self.dates[:MOST_DATES_TOLD]]
        more = len(self.dates) - len(said)
        return " ".join([*said, f"{more} more of your dates {'moves' if more == 1 else 'move'}."] if more else said)


def moved_dates(activity: Activity, before: Dates | None, after: Dates) -> list[MovedDate]:
    """The dates of an activity that move: the due date first, and others only where they move by other days."""
    pairs = ((kind, getattr(before, kind, None), getattr(after, kind)) for kind in WORDS)
    moved = [one for kind, was, now in pairs if (one := moved_date(activity, kind, was, now))]
    return [one for place, one in enumerate(moved) if place == 0 or one.days != moved[0].days]


def moved_date(
    activity: Activity, kind: str, before: EffectiveDate | None, after: EffectiveDate | None
) -> MovedDate | None:
    """None where it does not move."""
    return None if _at(before) == _at(after) else MovedDate(activity, kind, before, after)


def _at(date: EffectiveDate | None) -> datetime | None:
    return date.at if date else None


def _spelled(date: EffectiveDate, zone: str) -> str:
    local = date.at.astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%B, %H:%M}"
