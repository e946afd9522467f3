"""A mentor's calendar: when the work they review is due, learners with one date together, and the reviews they promised."""

from collections import defaultdict
from datetime import tzinfo
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from courses.entries import ICONS, KINDS, address_of
from courses.models import Activity, Enrollment
from courses.models.curricula import ActivityKind
from courses.outline import outline_of
from courses.schedule import DaysOff, EffectiveDate
from courses.timeline import Timeline, timelines_of_all
from lms.accounts.models import User
from lms.portal.calendars.boards import Shown, days_off_of
from lms.portal.calendars.entries import Entry, dated, named
from projects.mentoring import learners_of
from projects.models import Grade
from projects.models.submissions import OPEN_FOR_REVIEW, SubmissionState, promise_of

REVIEWED_KINDS = (ActivityKind.MINI_PROJECT, ActivityKind.MILESTONE)
HANDED_IN = (*OPEN_FOR_REVIEW, SubmissionState.PASSED)
MOST_REVIEWS = 200


def calendar_of_mentor(mentor: User, zone: tzinfo) -> Shown:
    """Six queries at most, however many learners there are."""
    enrollments = learners_of(mentor)
    if not enrollments:
        return Shown()
    timelines = timelines_of_all(enrollments, timezone.now())
    states = {(grade[0], grade[1]): grade[2] for grade in _works(enrollments)}
    groups: dict[tuple[str, str, EffectiveDate], list[tuple[Enrollment, Activity]]] = defaultdict(list)
    for one in enrollments:
        for activity in outline_of(one.cohort.curriculum_id).activities:
            due = timelines[one.pk].dates(activity).due if activity.kind in REVIEWED_KINDS else None
            if due:
                groups[one.cohort.slug, activity.slug, due].append((one, activity))
    entries = [_due(cohort, due, pairs, states, zone) for (cohort, _, due), pairs in groups.items()]
    return Shown(
        [*entries, *_reviews(enrollments, zone)],
        _days_off(enrollments, timelines),
        weekends_off=all(one.cohort.weekends_off for one in enrollments),
        learners=len(enrollments),
    )


def _works(enrollments: list[Enrollment]) -> QuerySet[Any, Any]:
    works = Grade.objects.filter(enrollment__in=enrollments, project__kind__in=REVIEWED_KINDS)
    return works.values_list("enrollment", "project__activity", "state")


def _due(
    cohort: str,
    due: EffectiveDate,
    pairs: list[tuple[Enrollment, Activity]],
    states: dict[tuple[int, int], str],
    zone: tzinfo,
) -> Entry:
    """One entry for all whose work on it is due at that moment for the same reason."""
    activity = pairs[0][1]
    here = sum(1 for one, _ in pairs if states.get((one.pk, activity.pk)) in HANDED_IN)
    learners = f"{len(pairs)} learners" if len(pairs) > 1 else "1 learner"
    return Entry(
        **dated(due, zone),  # type: ignore[arg-type]
        title=activity.title,
        url=address_of(activity, cohort),
        kind=KINDS[activity.kind],
        icon=ICONS[activity.kind],
        verb="due",
        people=f"{learners}, {here} handed in: {named(one.user for one, _ in pairs)}",
    )


def _reviews(enrollments: list[Enrollment], zone: tzinfo) -> list[Entry]:
    """What waits for a review, on the day by which it is promised."""
    learners = {one.pk: one.user for one in enrollments}
    waiting = Grade.objects.open_for_review().filter(enrollment__in=enrollments).order_by("newest__state_changed_at")
    columns = ("enrollment", "newest", "newest__state_changed_at", "state", "project__title")
    return [
        Entry(
            day=promised.date(),
            at=promised,
            title=title,
            url=reverse("submission_review", args=[newest]),
            kind="Review",
            icon="hourglass",
            verb="promised by",
            state="overdue" if promised < timezone.now() else state,
            people=str(learners[enrollment]),
        )
        for enrollment, newest, since, state, title in waiting.values_list(*columns)[:MOST_REVIEWS]
        for promised in [promise_of(since).astimezone(zone)]
    ]


def _days_off(enrollments: list[Enrollment], timelines: dict[int, Timeline]) -> tuple[DaysOff, ...]:
    """Breaks once for each cohort, and pauses with whose they are."""
    found: dict[DaysOff, None] = {}
    for one in enrollments:
        for span in days_off_of(timelines[one.pk].calendar):
            whose = one.user if span.kind == "pause" else one.cohort
            found[span._replace(label=f"{span.label}: {whose}")] = None
    return tuple(sorted(found, key=lambda span: (span.starts_on, span.label)))
