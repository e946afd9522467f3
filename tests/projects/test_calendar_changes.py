"""Days off of a cohort: what a change moves is shown first, everybody's dates and grades follow, and it can be taken back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.actions.cohorts import CohortRefused
from courses.actions.office_changes import UndoRefused
from courses.calendar_facts import BreakFacts, CalendarFacts
from courses.models import Accommodation, ActivityProgress, Break, Cohort, Enrollment, Extension, OfficeChange
from courses.timeline import Timeline
from lms.accounts.models import AuditEntry
from lms.lib.errors import InvalidInput
from lms.notifications.models import Notification
from projects.actions.calendars import change_calendar
from projects.actions.grades import recompute_grade
from projects.actions.undoing import undo
from projects.models import Grade
from projects.redating import redating_of_cohort
from tests import world
from tests.at_once import at_once, refused


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def days_off(cohort, first=0, length=7, label="spring break", **more):
    """Days that begin `first` days after the cohort did."""
    starts_on = cohort.starts_on + timedelta(days=first)
    return BreakFacts(starts_on, starts_on + timedelta(days=length - 1), label, **more)


def with_break(cohort, **facts):
    return CalendarFacts.of(fresh(cohort)).with_break(days_off(cohort, **facts))


def due_of(enrollment, activity):
    return Timeline.of(fresh(enrollment)).dates(activity).due


@pytest.fixture
def reading(curriculum):
    return world.make_activity(curriculum, slug="gradients")


def test_a_break_moves_everybody_and_tells_whom_it_concerns(cohort, enrollment, reading, admin):
    ready = world.make_enrollment(cohort, world.make_user("Done Already"))
    ActivityProgress.objects.create(enrollment=ready, activity=reading)
    world.make_enrollment(cohort, world.make_user("Left"), state="withdrawn")
    wanted = with_break(cohort, first=4)
    preview = redating_of_cohort(cohort, wanted)
    assert [(one.activity, one.by, one.is_over) for one in preview.dates] == [(reading, "7 days later", False)]
    assert (preview.learners, [one.enrollment for one in preview.news], preview.own) == (2, [enrollment], [])
    before = due_of(enrollment, reading)
    change = change_calendar(cohort=cohort, wanted=wanted, seen=preview.stamp, by=admin)
    after = due_of(enrollment, reading)
    assert (after.at.date() - before.at.date(), after.why()) == (timedelta(days=7), "week 1, +7 days spring break")
    told = Notification.objects.get()
    assert (told.recipient, "Break added: “spring break”" in told.title) == (enrollment.user, True)
    assert told.body.startswith("“Gradients” is due on ")
    assert AuditEntry.objects.get(action="change_calendar").after == change.after


def test_what_would_be_over_is_said(cohort, enrollment, reading, admin):
    Cohort.objects.filter(pk=cohort.pk).update(starts_on=cohort.today() - timedelta(days=10))
    cohort = fresh(cohort)
    change_calendar(cohort=cohort, wanted=with_break(cohort), by=admin)
    preview = redating_of_cohort(fresh(cohort), CalendarFacts(False, {}))
    assert (preview.over, [one.enrollment for one in preview.overdue]) == (1, [enrollment])
    assert preview.dates[0].by == "7 days earlier"


def test_own_days_are_considered(cohort, enrollment, reading, admin):
    Accommodation.objects.create(enrollment=enrollment, factor="1.5", reason="x", granted_by=admin)
    other = world.make_enrollment(cohort, world.make_user("Other"))
    Extension.objects.create(enrollment=other, activity=reading, days=20, reason="x", granted_by=admin)
    holiday = with_break(cohort, first=6, length=1, label="holiday", kind="holiday")
    preview = redating_of_cohort(cohort, holiday)
    assert [one.by for one in preview.dates] == ["1 day later"]
    assert [one.enrollment for one in preview.own] == [enrollment]  # due on day 10, so nothing of theirs moves
    assert [one.enrollment for one in preview.news] == [other]


def test_weekends_are_switched_and_back(cohort, enrollment, reading, admin):
    wanted = CalendarFacts.of(cohort).with_weekends(off=True)
    change = change_calendar(cohort=cohort, wanted=wanted, by=admin)
    assert (fresh(cohort).weekends_off, change.summary) == (True, "Weekends are off")
    undo(change=change, by=admin)
    assert not fresh(cohort).weekends_off


def test_a_break_is_changed_removed_and_each_is_undone(cohort, enrollment, reading, admin):
    change_calendar(cohort=cohort, wanted=with_break(cohort), by=admin)
    ((pk, span),) = CalendarFacts.of(fresh(cohort)).breaks.items()
    longer = span._replace(ends_on=span.ends_on + timedelta(days=2), label="long break")
    changed = change_calendar(cohort=cohort, wanted=CalendarFacts(False, {pk: longer}), by=admin)
    assert due_of(enrollment, reading).why() == "week 1, +9 days long break"
    removed = change_calendar(cohort=cohort, wanted=CalendarFacts(False, {}), by=admin)
    with pytest.raises(UndoRefused, match="changed again"):
        undo(change=changed, by=admin)
    undo(change=removed, by=admin)
    assert CalendarFacts.of(fresh(cohort)).breaks == {pk: longer}
    undo(change=fresh(changed), by=admin)
    assert CalendarFacts.of(fresh(cohort)).breaks == {pk: span}
    assert AuditEntry.objects.filter(action="undo").count() == 2


def test_an_undo_leaves_other_breaks_alone(cohort, enrollment, reading, admin):
    first = change_calendar(cohort=cohort, wanted=with_break(cohort), by=admin)
    change_calendar(cohort=cohort, wanted=with_break(cohort, first=20, label="other"), by=admin)
    undo(change=first, by=admin)
    assert [span.label for span in CalendarFacts.of(fresh(cohort)).breaks.values()] == ["other"]


def test_work_that_is_late_no_more_gets_its_points_back(cohort, enrollment, exercise, admin):
    Cohort.objects.filter(pk=cohort.pk).update(starts_on=cohort.today() - timedelta(days=8))
    cohort, due = fresh(cohort), due_of(enrollment, exercise.activity).at
    work = world.make_submission(enrollment, exercise, "checks_passed", due_at=due, submitted_at=timezone.now())
    world.make_result(work, score=10)
    world.make_grade(work)
    assert recompute_grade(enrollment=fresh(enrollment), project=exercise).is_late
    wanted = with_break(cohort, first=5, length=3)
    assert len(redating_of_cohort(cohort, wanted).regraded) == 1
    change = change_calendar(cohort=cohort, wanted=wanted, by=admin)
    grade = Grade.objects.get()
    assert (grade.is_late, grade.score, grade.changes.latest("pk").cause) == (False, 10, "date")
    undo(change=change, by=admin)
    assert Grade.objects.get().is_late


@pytest.mark.parametrize(
    ("facts", "complaint"),
    [
        ({"length": 0}, "ends on or after"),
        ({"length": 181}, "at most 180 days"),
        ({"first": 900}, "years away"),
        ({"label": " "}, "Name the break"),
    ],
)
def test_what_cannot_be_is_refused(cohort, admin, facts, complaint):
    with pytest.raises(InvalidInput, match=complaint):
        change_calendar(cohort=cohort, wanted=with_break(cohort, **facts), by=admin)
    assert not OfficeChange.objects.exists()


def test_a_preview_that_is_no_longer_so_is_refused(cohort, enrollment, reading, admin):
    wanted = with_break(cohort)
    seen = redating_of_cohort(cohort, wanted).stamp
    world.make_enrollment(cohort)
    with pytest.raises(CohortRefused, match="not what you looked at last"):
        change_calendar(cohort=cohort, wanted=wanted, seen=seen, by=admin)
    assert not Break.objects.exists()


def test_it_costs_the_same_however_many_learners(cohort, reading, exercise, admin):
    def crowd(count):
        for _ in range(count):
            one = world.make_enrollment(cohort)
            Extension.objects.create(enrollment=one, activity=reading, days=2, reason="x", granted_by=admin)
            due = due_of(one, exercise.activity).at
            work = world.make_submission(one, exercise, "checks_passed", due_at=due, submitted_at=due + timedelta(1))
            world.make_result(work, score=10)
            world.make_grade(work)

    costs = []
    redating_of_cohort(cohort, with_break(cohort))  # its outline is kept from then on
    for place, count in enumerate((2, 9)):
        crowd(count)
        wanted = with_break(cohort, first=3 + place, length=1)
        with CaptureQueriesContext(connection) as preview:
            assert len(redating_of_cohort(fresh(cohort), wanted).news) == Enrollment.objects.count()
        with CaptureQueriesContext(connection) as change:
            change_calendar(cohort=cohort, wanted=wanted, by=admin)
        costs.append((len(preview), len(change)))
    assert costs[0] == costs[1] <= (20, 60)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_change_at_once_by_one_preview(curriculum):
    cohort, admin = world.make_cohort(curriculum), world.make_user("Admin")
    enrollment = world.make_enrollment(cohort)
    world.make_activity(curriculum)
    wanted = [with_break(cohort, label=label) for label in ("one", "other")]
    seen = [redating_of_cohort(cohort, one).stamp for one in wanted]
    calls = [
        lambda one=one, stamp=stamp: change_calendar(cohort=cohort, wanted=one, seen=stamp, by=admin)
        for one, stamp in zip(wanted, seen, strict=True)
    ]
    outcomes = at_once(*calls, calls[0])
    assert (len(refused(outcomes)), Break.objects.count()) == (2, 1)
    assert Notification.objects.filter(recipient=enrollment.user).count() == 1
