"""What the feed of one person tells: their own dates, those of the work they review, those of cohorts they run.

It needs no sign-in, so it holds no more than dates need: nothing of progress, points or feedback, and no learner's name.
"""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone

from courses.entries import KINDS, MEETINGS, address_of
from courses.feeds import FeedFact
from courses.models import Activity, Cohort, Enrollment
from courses.outline import outline_of
from courses.places import FINISHED_EARLY, own_enrollments
from courses.schedule import EffectiveDate
from courses.timeline import Timeline, timelines_of_all
from lms.accounts.models import User
from lms.portal.calendars.mentoring import REVIEWED_KINDS
from lms.portal.roles import roles_of
from projects.mentoring import learners_of

MOST_PLACES = 3
MOST_COHORTS = 6
OWN_DATE = "a learner with a date of their own"
NOT_OF_ACTIVITIES = re.compile(r"(week|break|pause)-[0-9]+")


def facts_of(user: User) -> list[FeedFact]:
    """All events of a person's feed, at most a few hundred for each place, cohort and mentor; thirteen queries at most."""
    roles = roles_of(user)
    facts = _learning(user) if roles.learner else []
    facts += _mentoring(user) if roles.mentor else []
    return facts + (_running(user) if roles.staff else [])


def _learning(user: User) -> list[FeedFact]:
    """Of the newest places: what is due, when weeks begin, breaks and pauses."""
    places = [one for one in own_enrollments(user) if one.state not in FINISHED_EARLY][:MOST_PLACES]
    timelines = timelines_of_all(places, timezone.now()) if places else {}
    facts = []
    for place in places:
        timeline, key = timelines[place.pk], f"p{place.pk}"
        facts += _weeks(key, place.cohort, timeline)
        facts += _due(key, place.cohort, timeline, user, outline_of(place.cohort.curriculum_id).activities)
        facts += _breaks(key, place.cohort, is_asked=place.has_breaks) + _pauses(key, place, timeline)
    return facts


def _mentoring(user: User) -> list[FeedFact]:
    """When the work that is reviewed is due: once for the learners who keep the dates of their cohort, and once for each who
    has a date of their own."""
    enrollments = learners_of(user)
    timelines = timelines_of_all(enrollments, timezone.now()) if enrollments else {}
    of_cohort = {one.cohort_id: _own_timeline(one) for one in enrollments}
    alike: Counter[tuple[Activity, EffectiveDate, Cohort]] = Counter()
    facts = []
    for one in enrollments:
        for activity in outline_of(one.cohort.curriculum_id).activities:
            due = timelines[one.pk].dates(activity).due if activity.kind in REVIEWED_KINDS else None
            if due and due == of_cohort[one.cohort_id].dates(activity).due:
                alike[activity, due, one.cohort] += 1
            elif due:
                key = _key_of_one(f"m{one.cohort_id}", activity, one)
                facts.append(_reviewed(key, activity, one.cohort, due, OWN_DATE, user))
    for (activity, due, cohort), learners in alike.items():
        whom = f"{learners} of your learners"
        facts.append(_reviewed(f"m{cohort.pk}-{activity.slug}", activity, cohort, due, whom, user))
    return facts


def _running(user: User) -> list[FeedFact]:
    """Of the newest cohorts: what is handed in or held, when weeks begin, and breaks; not readings and quizzes."""
    cohorts = Cohort.objects.run_by(user).order_by("-starts_on", "-pk").prefetch_related("breaks")
    facts = []
    for cohort in cohorts[:MOST_COHORTS]:
        timeline, key = Timeline.of_cohort(cohort), f"c{cohort.pk}"
        activities = outline_of(cohort.curriculum_id).activities
        told = [one for one in activities if one.is_handed_in or one.kind in MEETINGS]
        facts += _weeks(key, cohort, timeline) + _breaks(key, cohort)
        facts += [fact._replace(title=f"{fact.title} ({cohort})") for fact in _due(key, cohort, timeline, user, told)]
    return facts


def _own_timeline(enrollment: Enrollment) -> Timeline:
    breaks = enrollment.cohort.breaks.all() if enrollment.has_breaks else ()
    return Timeline.made(cohort=enrollment.cohort, breaks=breaks)


def _due(key: str, cohort: Cohort, timeline: Timeline, user: User, activities: Iterable[Activity]) -> list[FeedFact]:
    dated = ((one, timeline.dates(one)) for one in activities)
    return [
        FeedFact(
            key=_key(key, one.slug),
            title=f"Due: {one.title}",
            starts_at=dates.due.at,
            zone=dates.due.zone,
            about=f"{KINDS[one.kind]}, due {dates.due.sentence(user.time_zone)}."
            + (f" Work is accepted until {_said(dates.until, user)}." if dates.until else ""),
            path=address_of(one, cohort.slug),
        )
        for one, dates in dated
        if dates.due
    ]


def _key(owner: str, slug: str) -> str:
    """The key of what is due; a slug that reads like the key of a week, break or pause is ended by what no slug holds."""
    return f"{owner}-{slug}{'.' if NOT_OF_ACTIVITIES.fullmatch(slug) else ''}"


def _key_of_one(owner: str, activity: Activity, enrollment: Enrollment) -> str:
    """The key of one learner's own date, told apart from that of all where another activity is called so."""
    slug = f"{activity.slug}-{enrollment.pk}"
    slugs = {one.slug for one in outline_of(enrollment.cohort.curriculum_id).activities}
    return f"{owner}-{slug}{'.' if slug in slugs else ''}"


def _reviewed(key: str, activity: Activity, cohort: Cohort, due: EffectiveDate, whom: str, user: User) -> FeedFact:
    why = _said(due, user) if whom == OWN_DATE else due.sentence(user.time_zone)
    return FeedFact(
        key=key,
        title=f"Due for {whom}: {activity.title}",
        starts_at=due.at,
        zone=due.zone,
        about=f"{KINDS[activity.kind]} in {cohort}, due {why}. You review it once it is handed in.",
        path=f"{reverse('calendar')}?show=mentoring&view=day&on={due.at.astimezone(ZoneInfo(user.time_zone)).date()}",
    )


def _weeks(key: str, cohort: Cohort, timeline: Timeline) -> list[FeedFact]:
    modules = outline_of(cohort.curriculum_id).modules
    return [
        _whole_day(
            f"{key}-week-{one.week}",
            f"{one} ({cohort})",
            timeline.first_day(one.week).at.date(),
            about=f"Begins: {timeline.first_day(one.week).why()}.",
            path=reverse("week_detail", args=[cohort.slug, one.week]),
        )
        for one in modules
    ]


def _breaks(key: str, cohort: Cohort, *, is_asked: bool = True) -> list[FeedFact]:
    spans = cohort.breaks.all() if is_asked else ()
    return [_off(f"{key}-break-{one.pk}", f"{one.label} ({cohort})", one.starts_on, one.ends_on) for one in spans]


def _pauses(key: str, place: Enrollment, timeline: Timeline) -> list[FeedFact]:
    spans = [one for one in place.pauses.all() if one.past_cohort_id is None] if place.has_pauses else []
    return [
        _off(f"{key}-pause-{one.pk}", "Your pause", one.starts_on, one.lasts_until(timeline.today())) for one in spans
    ]


def _off(key: str, title: str, starts_on: date, ends_on: date) -> FeedFact:
    return _whole_day(key, title, starts_on, about="", path=reverse("calendar"))._replace(last_day=ends_on)


def _whole_day(key: str, title: str, day: date, *, about: str, path: str) -> FeedFact:
    return FeedFact(key, title, datetime.combine(day, time(), UTC), "", about, path, day)


def _said(date: EffectiveDate, user: User) -> str:
    """The moment in the person's zone, without its reasons."""
    return date.sentence(user.time_zone).partition(": ")[0]
