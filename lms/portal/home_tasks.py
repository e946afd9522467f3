"""Activities as the home page lists them; their rows are written without a template, since everyone opens it all day."""

from collections.abc import Iterable
from datetime import tzinfo
from functools import lru_cache
from typing import NamedTuple

from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from courses.entries import Entry
from lms.lib import present
from lms.lib.moments import spell_minutes
from lms.portal.templatetags.dates import when
from lms.portal.templatetags.ui import icon, state_html
from projects.models.reviews import REVIEWED
from projects.models.submissions import SubmissionState

VERBS = {
    "reading": "Read it",
    "video": "Watch it",
    "quiz": "Take the quiz",
    "exercise": "Solve it",
    "mini-project": "Work on it",
    "milestone": "Work on it",
    "call": "Have your call",
    "live-session": "Take part",
}


class Work(NamedTuple):
    """Where handed-in work stands: its state, the id of the newest attempt, and whether the learner has not read its review."""

    state: str
    newest: int | None
    is_unread: bool


NO_WORK = Work("", None, is_unread=False)


class Task(NamedTuple):
    """An activity as the home page shows it: its entry, and where handed-in work stands, as in `Work`."""

    entry: Entry
    state: str
    newest: int | None
    is_unread: bool

    @property
    def is_handed_in(self) -> bool:
        return bool(self.state) and self.state not in (SubmissionState.NEEDS_MORE_WORK, SubmissionState.COULD_NOT_RUN)

    @property
    def is_open(self) -> bool:
        """Whether there is something left to do on it now."""
        waits = self.state in (SubmissionState.WAITING_FOR_REVIEW, SubmissionState.IN_REVIEW, REVIEWED)
        return not (self.entry.is_done or self.entry.is_locked or self.entry.is_closed or waits)

    @property
    def is_overdue(self) -> bool:
        return self.entry.is_overdue and not self.is_handed_in

    @property
    def verb(self) -> str:
        return VERBS[self.entry.activity.kind]

    @property
    def about(self) -> str:
        """Kind and length, as a phrase."""
        minutes = self.entry.activity.minutes
        return f"{self.entry.kind}, about {spell_minutes(minutes)}" if minutes else self.entry.kind

    @property
    def facts(self) -> SafeString:
        """Kind, length, and when it is due or opens and why, on one line."""
        activity, dates = self.entry.activity, self.entry.dates
        facts = [self.entry.kind]
        if activity.minutes:
            facts.append(spell_minutes(activity.minutes))
        if self.entry.is_locked:
            facts.append(f"opens {when(dates.available.at)}")
        elif dates.due:
            facts.append(f"{'was due' if self.is_overdue else 'due'} {when(dates.due.at)}: {escape(dates.due.why())}")
        if self.is_overdue and dates.until:
            facts.append("closed" if self.entry.is_closed else f"accepted until {when(dates.until.at)}")
        return mark_safe(" · ".join(facts))  # of these only the reasons come from people


def rows_html(tasks: Iterable[Task]) -> SafeString:
    """A list item for each task, with its date and why."""
    zone = timezone.get_current_timezone()
    year = present.now().astimezone(zone).year
    return mark_safe("".join([_row(task, task.entry.activity.title, zone, year) for task in tasks]))


@lru_cache(maxsize=4096)
def _row(task: Task, title: str, zone: tzinfo, year: int) -> str:
    """Remembered until something of it changes: `when` reads the zone and the year by itself."""
    entry = task.entry
    if entry.is_done:
        mark = icon("circle-check", 20, "Done")
    else:
        mark = icon("lock", 20, "Not open yet") if entry.is_locked else icon(entry.icon, 20)
    state = task.state or ("overdue" if task.is_overdue else "")
    return (
        f'<li class="task{" entry-done" if entry.is_done else ""}"><span class="entry-mark">{mark}</span>'
        f'<div class="task-text"><p class="task-title">{_link(entry.url, title)}'
        f'{state_html(state) if state else ""}</p><p class="task-facts">{task.facts}</p></div></li>'
    )


def _link(url: str, title: str) -> SafeString:
    return format_html('<a class="task-link" href="{}">{}</a>', url, title)
