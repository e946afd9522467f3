"""What a change of a learner's place does, read before it is done."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from courses.actions.carrying import extensions_in, progress_in, successors_of
from courses.actions.pausing import latest_end_of_pause
from courses.actions.places import running_pause, spell
from courses.models import Cohort, Enrollment, Pause
from courses.models.enrollments import OPEN_STATES
from courses.moved_dates import MovedDate
from courses.outline import outline_of
from courses.progress import progress_of
from courses.timeline import Timeline
from mentors.models import MentorAssignment
from projects.models import Grade, Review
from projects.models.submissions import SubmissionState
from projects.moving import IN_CHECKS, answers_carried, carried
from projects.place_changes import PlaceChange, stamp_of

MOST_DATES = 8
GOING_ON = ("pause", "resume", "transfer", "come_back")
"""After these the learner has dates."""


@dataclass(frozen=True)
class Line:
    """One consequence: about what, and what becomes of it."""

    about: str
    says: str


@dataclass(frozen=True)
class Consequences:
    """What the change does; `dates` are the next due dates of unfinished work that move, `more` how many more do."""

    wanted: PlaceChange
    stamp: str
    lines: list[Line]
    dates: list[MovedDate]
    more: int


def consequences_of(wanted: PlaceChange) -> Consequences:
    """Read what the change does: about thirty queries, however much the learner has done."""
    moved = _moved(wanted) if wanted.kind in GOING_ON else []
    lines = [line for part in (_clock, _dates, _mentor, _work, _followers, _seats) for line in part(wanted, moved)]
    ahead = [one for one in moved if not one.is_over]
    shown = (ahead or moved)[:MOST_DATES]
    lines.append(Line("What is lost", "Nothing: submissions, feedback, grades and progress stay."))
    return Consequences(wanted, stamp_of(wanted), lines, shown, len(moved) - len(shown))


def _clock(wanted: PlaceChange, _: list[MovedDate]) -> Iterator[Line]:
    enrollment = wanted.enrollment
    if wanted.kind == "pause":
        latest = latest_end_of_pause(enrollment, enrollment.cohort.today())
        until = (
            f"to {spell(wanted.ends_on)}"
            if wanted.ends_on
            else f"until somebody ends it, at the latest {spell(latest)}"
        )
        first = spell(wanted.starts_on) if wanted.starts_on else "today"
        yield Line(
            "The clock",
            f"Stands still from {first} {until}; then it goes on by itself. Nothing can be handed in meanwhile.",
        )
    elif wanted.kind == "resume":
        span = running_pause(enrollment)
        planned = f" It was planned to last until {spell(span.ends_on)}." if span and span.ends_on else ""
        yield Line("The clock", f"Goes on: they can hand in at once, and today is the pause’s last day.{planned}")
    elif wanted.kind == "defer":
        back = f"They mean to come back in {wanted.to}; no seat is held there. " if wanted.to else ""
        yield Line("The clock", f"Is frozen until they come back. {back}".strip())
        yield Line("Handing in", "Nothing is accepted meanwhile.")
    elif wanted.kind in ("withdraw", "complete"):
        yield Line("The place", "Ends now. They can go on reading their grades and feedback.")
    if enrollment.state == Enrollment.State.PAUSED and wanted.kind != "resume":
        yield Line("Their pause", "Ends today.")


def _dates(wanted: PlaceChange, moved: list[MovedDate]) -> Iterator[Line]:
    if wanted.kind not in GOING_ON:
        return
    over = sum(one.is_over for one in moved)
    late = f", {over} of them to a day that is over" if over else ""
    what = "Due dates of unfinished work" if wanted.kind == "come_back" else "Due dates of unfinished work that move"
    yield Line(what, f"{len(moved)}{late}")
    if wanted.leads_to != wanted.enrollment.cohort:
        zone = wanted.leads_to.time_zone
        yield Line(
            "Dates count in",
            f"{zone}, from {wanted.leads_to.starts_on:%-d %B %Y}; pauses stay with the cohort they were in",
        )
        yield Line("Late work", "Is judged by the new dates where that is better; what was in time stays in time.")


def _mentor(wanted: PlaceChange, _: list[MovedDate]) -> Iterator[Line]:
    current = MentorAssignment.objects.current().filter(enrollment=wanted.enrollment).select_related("mentor__user")
    assignment = current.first()
    if assignment is None:
        yield Line("Mentor", "None now, and none afterwards.")
    elif wanted.kind in ("defer", "withdraw", "complete") or not wanted.keep_mentor:
        yield Line("Mentor", f"{assignment.mentor} no longer looks after them; the place is free.")
    else:
        yield Line("Mentor", f"{assignment.mentor} stays.")


def _work(wanted: PlaceChange, _: list[MovedDate]) -> Iterator[Line]:
    enrollment = wanted.enrollment
    waiting = Count("pk", filter=Q(state=SubmissionState.WAITING_FOR_REVIEW))
    counts = Grade.objects.filter(enrollment=enrollment).aggregate(
        waiting=waiting, checks=Count("pk", filter=Q(state__in=IN_CHECKS))
    )
    claims = Review.objects.claimed().filter(submission__enrollment=enrollment).select_related("reviewer")
    by = ", ".join(sorted({str(one.reviewer) for one in claims}))
    ends = wanted.kind in ("defer", "withdraw", "complete")
    waits = "waiting until the learner is back" if ends else "keeping the place in the queue"
    yield Line("Reviews that wait", f"{counts['waiting']}{f'; {waits}' if counts['waiting'] else ''}")
    goes = "a claim returns to the queue if its reviewer has nothing to do with the new cohort"
    kept = goes if wanted.leads_to != enrollment.cohort else "they can be finished"
    yield Line("Reviews that are claimed", f"{len(claims)}{f' by {by}; {kept}' if claims else ''}")
    yield Line("Checks that wait or run", f"{counts['checks']}{'; they end as usual' if counts['checks'] else ''}")


def _followers(wanted: PlaceChange, _: list[MovedDate]) -> Iterator[Line]:
    """What is carried by slug where the version is another one."""
    enrollment, to = wanted.enrollment, wanted.leads_to.curriculum
    done = progress_of(enrollment)
    if to == enrollment.cohort.curriculum:
        yield Line("Progress", f"{done.done} of {done.total} required activities done stay done.")
        return
    yield Line(
        "Version", f"{enrollment.cohort.curriculum.version} → {to.version}; what is in both is carried by its address"
    )
    parts = (
        ("Activities done", carried(progress_in(enrollment), "activity", to)),
        ("Attempts handed in", carried(enrollment.submissions.all(), "project", to)),
        ("Answers to quizzes", answers_carried(enrollment, to)),
        ("Extensions", carried(extensions_in(enrollment), "activity", to)),
    )
    for about, count in parts:
        stay = f"; {count.stay} stay with the earlier version, readable" if count.stay else ""
        yield Line(about, f"{count.follow} follow{stay}")


def _seats(wanted: PlaceChange, _: list[MovedDate]) -> Iterator[Line]:
    had = wanted.enrollment.state in OPEN_STATES
    has = wanted.kind in GOING_ON
    for cohort in wanted.cohorts:
        change = (has and cohort == wanted.leads_to) - (had and cohort == wanted.enrollment.cohort)
        after = f" → {cohort.seats_taken + change}" if change else ", as before"
        held = f" ({cohort.seats_held} more held by offers)" if cohort.seats_held else ""
        yield Line(f"Seats taken in {cohort}", f"{cohort.seats_taken}{after} of {cohort.seats}{held}")


def _moved(wanted: PlaceChange) -> list[MovedDate]:
    """The due dates of unfinished work that move, the next first; of a deferred learner all, since they have none."""
    enrollment, cohort = wanted.enrollment, wanted.leads_to
    frozen = enrollment.state == Enrollment.State.DEFERRED
    old = {(one.slug, one.kind): one for one in outline_of(enrollment.cohort.curriculum_id).activities}
    done = set(progress_in(enrollment).values_list("activity__slug", "activity__kind"))
    before, after = _timeline(enrollment, enrollment.cohort, enrollment.pauses.all()), _timeline_after(wanted)
    moved = []
    for activity in outline_of(cohort.curriculum_id).activities:
        key = (activity.slug, activity.kind)
        if activity.due_offset is None or not activity.required or key in done:
            continue
        was = None if frozen or key not in old else before.dates(old[key]).due
        now = after.dates(activity).due
        if now and (was is None or was.at != now.at):
            moved.append(MovedDate(activity, "due", was, now))
    return sorted(moved, key=lambda one: one.after.at if one.after else timezone.now())


def _timeline(enrollment: Enrollment, cohort: Cohort, pauses: list[Pause]) -> Timeline:
    """The learner's timeline in `cohort`, with their extensions on what is the same there."""
    extensions = list(enrollment.extensions.select_related("granted_by"))
    follow = successors_of(extensions_in(enrollment), "activity", cohort.curriculum)
    for one in extensions:
        one.activity_id = follow.get(one.activity_id, one.activity_id)
    return Timeline.made(
        cohort=cohort,
        breaks=cohort.breaks.all(),
        pauses=pauses,
        extensions=extensions,
        accommodations=enrollment.accommodations.all(),
    )


def _timeline_after(wanted: PlaceChange) -> Timeline:
    enrollment, cohort = wanted.enrollment, wanted.leads_to
    pauses, today = list(enrollment.pauses.all()), enrollment.cohort.today()
    if wanted.kind == "pause":
        ends_on = wanted.ends_on or latest_end_of_pause(enrollment, today)
        pauses.append(Pause(starts_on=wanted.first_day, ends_on=ends_on))
    elif wanted.kind == "resume":
        running = running_pause(enrollment)
        for one in pauses:
            if one == running:
                one.ends_on = min(max(today, one.starts_on), one.ends_on or one.latest_end)
    elif cohort != enrollment.cohort:
        pauses = [one for one in pauses if one.past_cohort_id == cohort.pk]
        for one in pauses:
            one.past_cohort_id = None
    return _timeline(enrollment, cohort, pauses)
