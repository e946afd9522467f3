"""Whose dates move, and what that does to grades, when days off of a cohort or the time of a learner change."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from courses.calendar_facts import CalendarFacts
from courses.digests import digest_of
from courses.models import Accommodation, Activity, ActivityProgress, Cohort, Enrollment
from courses.moved_dates import MovedDate, News, moved_date, moved_dates
from courses.outline import Outline, outline_of
from courses.schedule import USUAL_TIME, Calendar
from courses.timeline import Timeline, timelines_of_all
from projects.actions.lateness import Regraded, regraded
from projects.models import Grade, Submission

Change = Callable[[Timeline], Timeline]


@dataclass(frozen=True)
class Redating:
    """What a change moves: `dates` of the cohort's own calendar (or of the one learner it is about), `news` for each learner
    with a place whose unfinished work is due on another day, `own` those of them that move by other days than the cohort's,
    and `regraded` the grades that change since work is late no more, or again. `stamp` says what it was made of.
    """

    dates: list[MovedDate]
    learners: int
    news: list[News]
    own: list[News]
    regraded: list[Regraded]
    stamp: str

    @property
    def ahead(self) -> list[MovedDate]:
        """The dates to look at: those that lie ahead, or lay ahead before."""
        return [one for one in self.dates if not (one.was_over and one.is_over)]

    @property
    def past(self) -> int:
        """How many dates are past, before and after."""
        return len(self.dates) - len(self.ahead)

    @property
    def over(self) -> int:
        """How many dates would be past that lie ahead now."""
        return sum(one.is_over and not one.was_over for one in self.dates)

    @property
    def overdue(self) -> list[News]:
        """Who would have unfinished work overdue that is not now."""
        return [one for one in self.news if one.turned_over]

    @property
    def activities(self) -> int:
        return len({one.activity.pk for one in self.dates})


def redating_of_cohort(cohort: Cohort, wanted: CalendarFacts) -> Redating:
    """What other days off of the cohort move; twenty queries at most, however many learners and activities there are."""
    learners = list(cohort.enrollments.select_related("user").order_by("user__name", "pk"))
    for one in learners:
        one.cohort = cohort
    shown = Timeline.of_cohort(cohort)
    spans = list(wanted.breaks.values())

    def change(timeline: Timeline) -> Timeline:
        return timeline.with_days_off(spans, weekends_off=wanted.weekends_off)  # type: ignore[arg-type]

    facts = [CalendarFacts.of(cohort).parts(), wanted.parts()]
    return _redating(cohort, learners, change, facts, shown)


def redating_of_learner(enrollment: Enrollment, accommodation: Accommodation | None) -> Redating:
    """What it moves when this accommodation is the one that stands for a learner (None: none does)."""
    factor = accommodation.factor if accommodation else USUAL_TIME
    shown = timelines_of_all([enrollment], timezone.now())[enrollment.pk]
    facts = [enrollment.pk, str(factor.normalize())]
    return _redating(enrollment.cohort, [enrollment], lambda one: one.with_factor(factor), facts, shown)


def _redating(
    cohort: Cohort, learners: list[Enrollment], change: Change, facts: Sequence[object], shown: Timeline
) -> Redating:
    outline = outline_of(cohort.curriculum_id)
    before = timelines_of_all(learners, timezone.now())
    after = {pk: change(timeline) for pk, timeline in before.items()}
    placed = [one for one in learners if one.is_open]
    dues = _Dues(outline)
    usual = dues.moved(shown, change(shown))
    moving = {one.pk: dues.moved(before[one.pk], after[one.pk]) for one in placed}
    done = _done(placed, {pk for moved in moving.values() for pk in moved})
    news, own = [], []
    for one in placed:
        left = {pk: date for pk, date in moving[one.pk].items() if (one.pk, pk) not in done}
        told = News(one, sorted(left.values(), key=lambda date: date.after.at))  # type: ignore[union-attr]
        news += [told] if told.dates else []
        own += [told] if _days(left) != _days({pk: usual[pk] for pk in usual if (one.pk, pk) not in done}) else []
    changed = [one for one in regraded_by(learners, after) if one.changes]
    stamp = [facts, cohort.curriculum_id, [(one.pk, one.state, *_own_days(before[one.pk])) for one in learners]]
    stamp.append([(one.grade.enrollment_id, one.grade.project_id, str(one.score)) for one in changed])
    dates = [
        date for one in outline.activities for date in moved_dates(one, shown.dates(one), change(shown).dates(one))
    ]
    dates.sort(key=lambda one: (one.after or one.before).at)  # type: ignore[union-attr]
    return Redating(dates, len(placed), news, own, changed, digest_of(stamp)[:16])


def regraded_by(learners: Iterable[Enrollment], timelines: dict[int, Timeline]) -> list[Regraded]:
    """The grades on work of which something came late, as these timelines make them; nothing is saved."""
    grades = list(late_grades(one.pk for one in learners).select_related("project__activity__module"))
    dues = {}
    for one in grades:
        due = timelines[one.enrollment_id].dates(one.project.activity).due
        dues[one.enrollment_id, one.project_id] = due.at if due else None
    return regraded(grades, dues=dues) if grades else []


def late_grades(learners: Iterable[int]) -> QuerySet[Grade]:
    """The grades of these learners (enrollment ids) on work of which something came after the due date shown then."""
    late = Submission.objects.filter(
        enrollment=OuterRef("enrollment"), project=OuterRef("project"), submitted_at__gt=F("due_at")
    )
    return Grade.objects.filter(Exists(late), enrollment__in=list(learners)).order_by("pk")


class _Dues:
    """The due dates of a curriculum that move between two timelines, by activity id; learners of one calendar share them."""

    def __init__(self, outline: Outline) -> None:
        self.dated = [one for one in outline.activities if one.due_offset is not None]
        self.known: dict[tuple[Calendar, Calendar], dict[int, MovedDate]] = {}

    def moved(self, before: Timeline, after: Timeline) -> dict[int, MovedDate]:
        key = (before.calendar, after.calendar)
        if key not in self.known:
            self.known[key] = self._moved(Timeline(before.calendar, {}), Timeline(after.calendar, {}))
        if not before.extensions:
            return self.known[key]
        own = [one for one in self.dated if one.pk in before.extensions]
        rest = {pk: date for pk, date in self.known[key].items() if pk not in before.extensions}
        return rest | self._moved(before, after, own)

    def _moved(
        self, before: Timeline, after: Timeline, activities: list[Activity] | None = None
    ) -> dict[int, MovedDate]:
        dates = (
            moved_date(one, "due", before.dates(one).due, after.dates(one).due) for one in activities or self.dated
        )
        return {date.activity.pk: date for date in dates if date}


def _done(learners: list[Enrollment], activities: set[int]) -> set[tuple[int, int]]:
    """The pairs (enrollment id, activity id) of what is done of these activities."""
    done = ActivityProgress.objects.filter(enrollment__in=[one.pk for one in learners], activity__in=activities)
    return set(done.order_by().values_list("enrollment", "activity"))


def _days(moved: dict[int, MovedDate]) -> dict[int, int | None]:
    return {pk: date.days for pk, date in moved.items()}


def _own_days(timeline: Timeline) -> tuple[str, str, str]:
    calendar = timeline.calendar
    pauses = [str(span) for span in calendar.days_off if span.kind == "pause"]
    return str(pauses), str(calendar.factor), str(sorted(timeline.extensions.items()))
