"""How many attempts a learner has left at a project, or who applies at the entry exercise: in all, and today."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from courses.models import Application, Enrollment, EntryAttempt
from lms.accounts.models import AuditEntry, User
from lms.lib.moments import spell_moment, zone_name
from projects.bundles import terms_of
from projects.grading.engine import daily_cap
from projects.models import GraderVersion, Project, Submission

MOST_ENTRY_ATTEMPTS = 10
LONGEST_DAY = timedelta(hours=26)
"""No day of any zone has more hours."""


@dataclass(frozen=True)
class Day:
    """From `starts_at` until `ends_at` (aware, UTC)."""

    starts_at: datetime
    ends_at: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.starts_at <= moment < self.ends_at


@dataclass(frozen=True)
class Allowance:
    """`most` attempts in all and `a_day` (None: any number), and how many are left of them; `again_at`: when there are
    more, once today's are used."""

    most: int | None = None
    left: int | None = None
    a_day: int | None = None
    left_today: int | None = None
    again_at: datetime | None = None


def allowance_of(
    *, project: Project, version: GraderVersion | None, enrollment: Enrollment | None, now: datetime
) -> Allowance:
    """What the project allows, and what of it a learner has left; attempts that could not run are not counted.

    Three queries at most, none without limits.
    """
    a_day = daily_cap(terms_of(version)) if version else None
    if enrollment is None:
        return Allowance(most=project.max_attempts, a_day=a_day)
    attempts = Submission.objects.filter(project=project, enrollment=enrollment)
    return _allowance(project.max_attempts, a_day, attempts.charged(), enrollment.user, now)


def entry_allowance_of(
    *, project: Project, version: GraderVersion | None, application: Application, now: datetime
) -> Allowance:
    """The same of the entry exercise, at which nobody has more than `MOST_ENTRY_ATTEMPTS`."""
    most = min(project.max_attempts or MOST_ENTRY_ATTEMPTS, MOST_ENTRY_ATTEMPTS)
    a_day = daily_cap(terms_of(version)) if version else None
    charged = application.entry_attempts.filter(exercise=project.slug).charged()
    return _allowance(most, a_day, charged, application.applicant, now)


def _allowance(
    most: int | None,
    a_day: int | None,
    charged: QuerySet[Submission] | QuerySet[EntryAttempt],
    user: User,
    now: datetime,
) -> Allowance:
    left = max(most - charged.count(), 0) if most else None
    if not a_day:
        return Allowance(most=most, left=left)
    days = days_of(user, now)
    since = min(day.starts_at for day in days)
    moments = list(charged.filter(submitted_at__gte=since).values_list("submitted_at", flat=True))
    rest = {day: max(a_day - sum(moment in day for moment in moments), 0) for day in days}
    again_at = max((day.ends_at for day in days if not rest[day]), default=None)
    return Allowance(most, left, a_day, min(rest.values()), again_at)


def days_of(user: User, now: datetime) -> list[Day]:
    """The learner's day that holds `now`, from midnight to midnight in their zone, and that of each zone which they left
    in the middle of its day: moving to another zone brings no new attempts.
    """
    changes = AuditEntry.objects.filter(
        action="change_profile", target_kind=user._meta.label, target_id=str(user.pk), at__gt=now - LONGEST_DAY
    )
    left = {(change.at, day_in(change.before["time_zone"], now)) for change in changes}
    return [day_in(user.time_zone, now), *{day for moment, day in left if moment in day}]


def day_in(zone: str, now: datetime) -> Day:
    """The day that holds `now` in a zone. It may have 23 or 25 hours; where its midnight is skipped it begins when the
    clocks move."""
    tz = ZoneInfo(zone)
    today = now.astimezone(tz).date()
    first, last = (datetime.combine(day, time(), tz).astimezone(UTC) for day in (today, today + timedelta(days=1)))
    return Day(first, last)


def spell_in_zone_of(user: User, moment: datetime, now: datetime) -> str:
    """The moment in the learner's zone, which is named: "Thu 14 May 00:00 (Lisbon)"."""
    zone = ZoneInfo(user.time_zone)
    return f"{spell_moment(moment.astimezone(zone), now.astimezone(zone))} ({zone_name(zone)})"
