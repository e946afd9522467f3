"""What more days on an activity would change for a group of learners: dates, lateness, points."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils import timezone

from courses.digests import digest_of
from courses.models import Activity, Cohort, Enrollment
from courses.models.enrollments import OPEN_STATES
from courses.schedule import Dates, closes
from courses.timeline import extra_days, timelines_of_all
from lms.accounts.models import User
from projects.actions.grades import late_attempts
from projects.actions.lateness import Regraded, regraded
from projects.models import Grade


@dataclass(frozen=True)
class Moved:
    """One learner's dates of the activity before and after, and their grade as it would be, where they handed in."""

    enrollment: Enrollment
    before: Dates
    after: Dates
    now: datetime
    work: Regraded | None = None
    was_late: bool = False
    is_done: bool = False

    @property
    def is_handed_in(self) -> bool:
        """Whether something was handed in, or, of what is not handed in, the activity is done."""
        return self.work is not None or self.is_done

    @property
    def loses_lateness(self) -> bool:
        return self.work is not None and self.was_late and not self.work.is_late

    @property
    def stays_late(self) -> bool:
        return self.work is not None and self.work.is_late

    @property
    def is_regraded(self) -> bool:
        return self.work is not None and self.work.old_score != self.work.score

    @property
    def is_closed(self) -> bool:
        """Whether the new cut-off is over already."""
        return closes(self.after, self.now)

    @property
    def is_overdue(self) -> bool:
        """Whether nothing was handed in, and the new due date is over already."""
        return not self.is_handed_in and self.after.due is not None and self.after.due.at < self.now


@dataclass(frozen=True)
class ExtensionPreview:
    """What `days` more on `activity` change for each of `moved`, by name; `left_out` have no place now."""

    activity: Activity
    days: int
    moved: list[Moved]
    left_out: list[Enrollment]

    @cached_property
    def stamp(self) -> str:
        """What of it must still be so when it is applied, as a short text."""
        facts = [(one.enrollment.pk, _at(one.before), _at(one.after), *_points(one)) for one in self.moved]
        return digest_of([self.activity.pk, self.days, sorted(facts)])[:16]

    @property
    def dates(self) -> list[tuple[Moved, list[Moved]]]:
        """Those whose dates are the same together, with the first of them; most of a cohort share theirs."""
        found: dict[tuple[str, ...], list[Moved]] = {}
        for one in self.moved:
            found.setdefault((*_at(one.before), *_at(one.after)), []).append(one)
        return [(group[0], group) for group in sorted(found.values(), key=len, reverse=True)]

    @property
    def handed_in(self) -> list[Moved]:
        return [one for one in self.moved if one.is_handed_in]

    @property
    def lateness_lost(self) -> list[Moved]:
        return [one for one in self.moved if one.loses_lateness or one.is_regraded]

    @property
    def late_still(self) -> list[Moved]:
        return [one for one in self.moved if one.stays_late]

    @property
    def overdue_still(self) -> list[Moved]:
        return [one for one in self.moved if one.is_overdue and not one.is_closed]

    @property
    def closed_still(self) -> list[Moved]:
        return [one for one in self.moved if one.is_closed]


def preview_extension(
    *, cohort: Cohort, enrollments: Iterable[int], activity: Activity, days: int, by: User
) -> ExtensionPreview:
    """What changes when `by` gives these learners of the cohort (by enrollment id) more days; twelve queries at most."""
    now = timezone.now()
    chosen = list(cohort.enrollments.filter(pk__in=enrollments).select_related("user").order_by("user__name", "pk"))
    for one in chosen:
        one.cohort = cohort
    placed = [one for one in chosen if one.state in OPEN_STATES]
    timelines = timelines_of_all(placed, now)
    extra = extra_days(days, by)
    moved = {}
    for one in placed:
        timeline = timelines[one.pk]
        before, after = timeline.dates(activity), timeline.with_extra(activity, extra).dates(activity)
        moved[one.pk] = Moved(one, before, after, now)
    return ExtensionPreview(
        activity, days, _with_work(moved, activity), [one for one in chosen if one.state not in OPEN_STATES]
    )


def _with_work(moved: dict[int, Moved], activity: Activity) -> list[Moved]:
    grades = list(
        Grade.objects.filter(enrollment__in=moved, project__activity=activity).select_related("project", "newest")
    )
    due_before = {(one.enrollment_id, one.project_id): _due(moved[one.enrollment_id].before) for one in grades}
    due_after = {(one.enrollment_id, one.project_id): _due(moved[one.enrollment_id].after) for one in grades}
    late = late_attempts(attempts=[one.newest for one in grades], dues=due_before)
    work = {one.grade.enrollment_id: one for one in regraded(grades, dues=due_after)}
    done = set(activity.progress.filter(enrollment__in=moved).values_list("enrollment", flat=True))
    found = []
    for pk, one in moved.items():
        mine = work.get(pk)
        was_late = mine is not None and mine.grade.newest_id in late
        found.append(Moved(one.enrollment, one.before, one.after, one.now, mine, was_late, pk in done))
    return found


def _due(dates: Dates) -> datetime | None:
    return dates.due.at if dates.due else None


def _at(dates: Dates) -> tuple[str, ...]:
    return tuple(one.at.isoformat() if one else "" for one in (dates.due, dates.until))


def _points(one: Moved) -> tuple[str, str, bool]:
    return (str(one.work.old_score), str(one.work.score), one.work.is_late) if one.work else ("", "", False)
