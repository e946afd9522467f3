"""What moving a cohort to another version of its program does, read before it is done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Max, Q
from django.utils import timezone

from courses.actions.carrying import Rows, Whose, attempts_in, extensions_in, progress_in, quizzes_kept, successors_of
from courses.comparing import Comparison
from courses.digests import digest_of
from courses.models import Activity, Cohort, Curriculum
from courses.moved_dates import MovedDate, News, moved_date, moved_dates
from courses.outline import Outline, outline_of
from courses.schedule import Calendar, Dates, ExtraDays
from courses.timeline import Timeline, timelines_of_all
from projects.comparing import comparison_of
from projects.models import Grade, GraderVersion, Project, Review, Submission
from projects.models.submissions import SubmissionState

IN_CHECKS = (SubmissionState.CHECKS_QUEUED, SubmissionState.CHECKS_RUNNING)
Pair = tuple[Activity | None, Activity]


@dataclass(frozen=True)
class Carried:
    """How many rows follow to the new version, and how many stay with an earlier one."""

    follow: int = 0
    stay: int = 0


@dataclass(frozen=True)
class ProjectWork:
    """What was handed in for one project: who, how often, what is open, and what differs in the new version."""

    project: Project
    learners: int
    attempts: int
    waiting: int
    claimed: int
    in_checks: int
    is_gone: bool
    has_other_grader: bool
    has_other_rubric: bool


@dataclass(frozen=True)
class Preview:
    """What the move does; `stamp` says what it was made of. `required` counts required activities before and after."""

    cohort: Cohort
    to: Curriculum
    stamp: str
    comparison: Comparison
    dates: list[MovedDate]
    learners: int
    told: int
    required: tuple[int, int]
    progress: Carried
    answers: Carried
    extensions: Carried
    work: list[ProjectWork]

    @property
    def over(self) -> int:
        """How many dates would be past already."""
        return sum(one.is_over for one in self.dates)

    @property
    def gone(self) -> list[ProjectWork]:
        return [one for one in self.work if one.is_gone]

    @property
    def differing(self) -> list[ProjectWork]:
        """Work on projects that go on with another grader or rubric."""
        return [one for one in self.work if one.has_other_grader or one.has_other_rubric]

    @property
    def open_reviews(self) -> int:
        return sum(one.waiting + one.claimed for one in self.work)

    @property
    def in_checks(self) -> int:
        return sum(one.in_checks for one in self.work)


def preview_of(cohort: Cohort, to: Curriculum) -> Preview:
    """Read what moving `cohort` to `to` does; as many queries however many learners and activities there are."""
    comparison = comparison_of(cohort.curriculum, to)
    old, new = outline_of(cohort.curriculum_id), outline_of(to.pk)
    calendar = Timeline.of_cohort(cohort).calendar
    extensions = extensions_in(cohort)
    dates = [date for pair in _pairs(old, new) for date in _moved_dates(*pair, calendar)]
    return Preview(
        cohort=cohort,
        to=to,
        stamp=stamp_of(cohort, to),
        comparison=comparison,
        dates=sorted(dates, key=lambda one: (one.after or one.before).at),  # type: ignore[union-attr]
        learners=cohort.enrollments.open().count(),
        told=len(news_of(cohort, to)),
        required=(len(old.required), len(new.required)),
        progress=carried(progress_in(cohort), "activity", to),
        answers=answers_carried(cohort, to),
        extensions=carried(extensions, "activity", to),
        work=_work_of(cohort, to, comparison),
    )


def stamp_of(cohort: Cohort, to: Curriculum) -> str:
    """What a preview is made of, as a short text: the two versions, the calendar, the learners, the newest work and reviews.

    Ticks and answers to quizzes are left out: they always follow.
    """
    work = Submission.objects.filter(enrollment__cohort=cohort)
    reviews = Review.objects.filter(submission__enrollment__cohort=cohort)
    facts = [
        (cohort.curriculum_id, to.pk, cohort.starts_on, cohort.time_zone, cohort.weekends_off),
        list(cohort.breaks.values_list("pk", "starts_on", "ends_on", "kind")),
        list(cohort.enrollments.order_by("pk").values_list("pk", "state")),
        list(extensions_in(cohort).aggregate(Max("pk")).values()),
        list(work.aggregate(Max("pk")).values()),
        list(reviews.aggregate(Max("pk"), Max("finished_at")).values()),
        list(GraderVersion.objects.filter(project__curriculum=to).aggregate(Max("pk")).values()),
    ]
    return digest_of(facts)[:16]


def news_of(cohort: Cohort, to: Curriculum) -> list[News]:
    """What each learner with a place is told; those of whose unfinished work no due date moves are left out."""
    pairs = [pair for pair in _pairs(outline_of(cohort.curriculum_id), outline_of(to.pk)) if _is_redated(*pair)]
    enrollments = list(cohort.enrollments.open().select_related("user", "cohort")) if pairs else []
    timelines = timelines_of_all(enrollments, timezone.now())
    ticked = progress_in(cohort).filter(activity__slug__in=[after.slug for _, after in pairs])
    done = set(ticked.order_by().values_list("enrollment", "activity__slug", "activity__kind"))
    follow = successors_of(extensions_in(cohort), "activity", to)
    news = []
    for one in enrollments:
        open_pairs = [pair for pair in pairs if (one.pk, pair[1].slug, pair[1].kind) not in done]
        dates = [date for pair in open_pairs if (date := _moved_due(pair, timelines[one.pk], follow))]
        if dates:
            news.append(News(one, dates))
    return news


def _pairs(old: Outline, new: Outline) -> list[Pair]:
    """The activities of the new version, each with what it was in the old one."""
    before = {(one.slug, one.kind): one for one in old.activities}
    return [(before.get((one.slug, one.kind)), one) for one in new.activities]


def _is_redated(before: Activity | None, after: Activity) -> bool:
    """Whether its due date may move for anybody; something new counts when it is required."""
    if before is None:
        return after.required and after.due_offset is not None
    return before.due_offset != after.due_offset


def _moved_due(pair: Pair, timeline: Timeline, follow: Mapping[int, int]) -> MovedDate | None:
    """`follow` are the ids of the activities whose extensions go on with others, by id: of any version, as one that lacks it
    may lie between.
    """
    before, after = pair
    extensions = timeline.extensions
    kept = tuple(days for pk in extensions if follow.get(pk, pk) == after.pk for days in extensions[pk])
    was = _dates(before, timeline.calendar, extensions.get(before.pk, ()) if before else ())
    due, now = was.due if was else None, _dates(after, timeline.calendar, kept)
    assert now
    return moved_date(after, "due", due, now.due)


def _moved_dates(before: Activity | None, after: Activity, calendar: Calendar) -> list[MovedDate]:
    dates = _dates(after, calendar)
    assert dates
    return moved_dates(after, _dates(before, calendar), dates)


def _dates(activity: Activity | None, calendar: Calendar, extra: tuple[ExtraDays, ...] = ()) -> Dates | None:
    if activity is None:
        return None
    return calendar.dates(
        week=activity.module.week,
        available_offset=activity.available_offset,
        due_offset=activity.due_offset,
        until_offset=activity.until_offset,
        extra=extra,
    )


def carried(rows: Rows, field: str, to: Curriculum) -> Carried:
    """How many of `rows`, which point at what they are of by `field`, follow to `to`."""
    return _counted(rows, field, f"{field}__curriculum", successors_of(rows, field, to), to)


def answers_carried(whose: Whose, to: Curriculum) -> Carried:
    rows = attempts_in(whose)
    return _counted(rows, "quiz", "quiz__activity__curriculum", quizzes_kept(rows, to), to)


def _counted(rows: Rows, field: str, version: str, follow: Iterable[int], to: Curriculum) -> Carried:
    following = Q(**{f"{field}__in": list(follow)}) | Q(**{version: to})
    counts = rows.aggregate(follow=Count("pk", filter=following), all=Count("pk"))
    return Carried(counts["follow"], counts["all"] - counts["follow"])


def _work_of(cohort: Cohort, to: Curriculum, comparison: Comparison) -> list[ProjectWork]:
    """All that was handed in, by week; four queries."""
    work = Submission.objects.filter(enrollment__cohort=cohort)
    attempts = dict(work.order_by().values_list("project").annotate(Count("pk")))
    kept = successors_of(work, "project", to)
    graders, rubrics = ({change.before.slug for change in comparison.changed_in(part)} for part in ("grader", "rubric"))
    state = {"waiting": Q(state=SubmissionState.WAITING_FOR_REVIEW), "claimed": Q(state=SubmissionState.IN_REVIEW)}
    state["in_checks"] = Q(state__in=IN_CHECKS)
    counts = {name: Count("pk", filter=one) for name, one in state.items()}
    rows = Grade.objects.filter(enrollment__cohort=cohort).order_by().values("project")
    by_project = {row.pop("project"): row for row in rows.annotate(learners=Count("pk"), **counts)}
    projects = Project.objects.filter(pk__in=by_project).select_related("activity__module")
    return [
        ProjectWork(
            project=one,
            attempts=attempts.get(one.pk, 0),
            is_gone=one.pk not in kept and one.curriculum_id != to.pk,
            has_other_grader=one.slug in graders,
            has_other_rubric=one.slug in rubrics,
            **by_project[one.pk],
        )
        for one in projects.order_by("activity__module__week", "activity__position")
    ]
