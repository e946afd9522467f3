"""The design system's tags for dates; part of the built-in library `ui`."""

import datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from lms.lib import present
from lms.lib.moments import spell_day, spell_distance, spell_minutes, spell_moment, time_html, zone_name

register = template.Library()
register.filter("duration", spell_minutes)


@register.simple_tag
def when(value, style="short"):
    """A moment or day as `<time>` in the viewer's zone; styles: short, full (names the zone), date, time, relative."""
    if value is None:
        return mark_safe('<span class="text-secondary">–</span>')
    zone = timezone.get_current_timezone()
    now = present.now().astimezone(zone)
    if not isinstance(value, datetime.datetime):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), spell_day(value, now.date()))
    moment = value.astimezone(zone)
    title = _spell_full(moment, now) if style == "relative" else ""
    return time_html(moment, SPELLINGS[style](moment, now), title)


def _spell_full(moment, now):
    return f"{spell_moment(moment, now)} ({zone_name(moment.tzinfo)})"


SPELLINGS = {
    "short": spell_moment,
    "full": _spell_full,
    "relative": spell_distance,
    "date": lambda moment, now: spell_day(moment, now.date()),
    "time": lambda moment, now: f"{moment:%H:%M}",
}
