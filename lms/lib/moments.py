"""Words for moments and for how long things take: "Thu 14 May 23:59 (Lisbon)", "in 3 days", "6 h 15 min"."""

from datetime import date, datetime, tzinfo
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString, mark_safe

MINUTE, HOUR = 60, 3600


def zone_name(zone: tzinfo) -> str:
    """The city a person knows a time zone by: "Lisbon", "New York", "UTC"."""
    key = str(getattr(zone, "key", None) or zone)
    return key.rsplit("/", 1)[-1].replace("_", " ")


def spell_day(day: date, today: date) -> str:
    """The day with its weekday; the year only when it is another one than today's."""
    words = _day_words(day.year, day.month, day.day)
    return words if day.year == today.year else f"{words} {day.year}"


@lru_cache(maxsize=2048)
def _day_words(year: int, month: int, number: int) -> str:
    day = date(year, month, number)
    return f"{day:%a} {number} {day:%b}"


def spell_moment(moment: datetime, now: datetime) -> str:
    """`moment` in its own time zone: "Thu 14 May 23:59"."""
    return f"{spell_day(moment, now)} {moment.hour:02}:{moment.minute:02}"


def spell_distance(moment: datetime, now: datetime) -> str:
    """How far `moment` is from `now`, both in the viewer's zone: "in 3 days", "tomorrow", "5 minutes ago"."""
    seconds = (moment - now).total_seconds()
    days = (moment.date() - now.date()).days
    if abs(seconds) < MINUTE:
        return "now"
    if days in (-1, 1) and abs(seconds) >= 12 * HOUR:
        return "tomorrow" if days > 0 else "yesterday"
    if abs(seconds) < HOUR:
        amount = _count(abs(seconds) // MINUTE, "minute")
    elif abs(seconds) < 24 * HOUR:
        amount = _count(abs(seconds) // HOUR, "hour")
    elif abs(days) < 21:
        amount = _count(abs(days), "day")
    elif abs(days) < 70:
        amount = _count(round(abs(days) / 7), "week")
    else:
        amount = _count(round(abs(days) / 30.4), "month")
    return f"in {amount}" if seconds > 0 else f"{amount} ago"


def spell_minutes(minutes: int) -> str:
    """How long something takes: "45 min", "2 h", "6 h 15 min"."""
    hours, rest = divmod(minutes, 60)
    return " ".join([f"{hours} h"] * bool(hours) + [f"{rest} min"] * bool(rest or not hours))


def time_html(moment: datetime, words: str, title: str = "") -> SafeString:
    """`words` for `moment` as `<time>`. Built by hand: lists show many dates, and none of these words comes from a person."""
    says = f' title="{escape(title)}"' if title else ""
    return mark_safe(f'<time datetime="{moment.isoformat()}"{says}>{escape(words)}</time>')


def _count(number: float, unit: str) -> str:
    return f"{int(number)} {unit}{'' if int(number) == 1 else 's'}"
