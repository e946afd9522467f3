"""The rows of a learner's own grades, written without a template: the table is long and opened often."""

import functools
from itertools import groupby

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from lms.lib.points import plain_number, points_html
from lms.portal.templatetags.dates import when
from lms.portal.templatetags.ui import state_html
from projects.models.reviews import REVIEWED

register = template.Library()

WEEK = '<tr class="week-row"><th scope="rowgroup" colspan="6">Week {}</th></tr>'
OVERDUE = '{} <span class="grade-due">was due {}</span>'
NOT_STARTED = '<span class="text-secondary">Not started</span>'


@register.simple_tag
def grade_rows(lines):
    """A `<tbody>` for each week, a row for each `Line` of projects.own_grades."""
    weeks = groupby(lines, key=lambda line: line.week)
    # Built by hand: only titles and addresses come from people, and `_heading` escapes them.
    return mark_safe("\n".join(f"<tbody>{WEEK.format(week)}{''.join(map(_row, rows))}</tbody>" for week, rows in weeks))


def _row(line):
    state = state_html(line.state) if line.state else NOT_STARTED
    if line.was_due:
        state = OVERDUE.format(state_html("overdue"), when(line.was_due))
    checks = points_html(*line.checks) if line.checks else ""
    rubric = points_html(*line.rubric) if line.rubric else ""
    factor = f"× {plain_number(line.late_factor)}" if line.late_factor is not None else ""
    if line.state and line.score is None and line.state != REVIEWED:
        factor = "not released"
    return (
        f'<tr>{_heading(line.title, line.url)}<td>{state}</td><td class="num">{checks}</td><td class="num">{rubric}</td>'
        f'<td class="num">{factor}</td><td class="num">{points_html(line.score, line.maximum)}</td></tr>'
    )


@functools.lru_cache(maxsize=2048)
def _heading(title, url):
    if url:
        return format_html('<th scope="row"><a href="{}">{}</a></th>', url, title)
    return format_html('<th scope="row">{}</th>', title)
