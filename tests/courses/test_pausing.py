"""A pause: at most three weeks in one go, with a planned end or without, ended by hand or by the clock."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from courses.actions.leaving import withdraw
from courses.actions.pausing import pause, resume, resume_those_over
from courses.actions.places import EnrollmentRefused
from courses.models import Enrollment, OfficeChange, Pause
from courses.timeline import Timeline
from lms.accounts.models import AuditEntry
from lms.lib.errors import InvalidInput
from tests import world


def days_on(number):
    return time_machine.travel(timezone.now() + timedelta(days=number), tick=False)


def test_a_planned_pause_moves_dates_at_once_and_ends_by_itself(enrollment, curriculum, admin):
    activity, today = world.make_activity(curriculum, due_day=6), enrollment.cohort.today()
    before = Timeline.of(enrollment).dates(activity).due.at
    pause(enrollment=enrollment, by=admin, ends_on=today + timedelta(days=9))
    due = Timeline.of(enrollment).dates(activity).due
    assert (due.at.date() - before.date()).days == 10
    assert due.why() == "week 1, +10 days pause"
    assert "is paused until" in enrollment.user.notifications.get(kind="place_changed").title
    with days_on(9):
        assert resume_those_over() == 0
    with days_on(10):
        assert resume_those_over() == 1
        assert resume_those_over() == 0
        enrollment.refresh_from_db()
        assert enrollment.state == "active"
        assert Timeline.of(enrollment).dates(activity).due == due
    assert AuditEntry.objects.get(action="resume").actor is None


def test_an_open_pause_ends_after_three_weeks(enrollment, curriculum, admin):
    activity = world.make_activity(curriculum, due_day=6)
    span = pause(enrollment=enrollment, by=admin)
    with days_on(20):
        assert resume_those_over() == 0
    with days_on(40):
        assert Timeline.of(enrollment).dates(activity).due.why() == "week 1, +21 days pause"
        assert resume_those_over() == 1
    span.refresh_from_db()
    assert (span.ends_on - span.starts_on).days == 20


@pytest.mark.parametrize("days", [-1, 21])
def test_a_pause_ends_within_three_weeks(enrollment, admin, days):
    with pytest.raises(InvalidInput, match="ends between"):
        pause(enrollment=enrollment, by=admin, ends_on=enrollment.cohort.today() + timedelta(days=days))
    assert (Enrollment.objects.get().state, OfficeChange.objects.count()) == ("active", 0)


def test_pauses_that_follow_each_other_count_as_one(enrollment, admin):
    today = enrollment.cohort.today()
    Pause.objects.create(
        enrollment=enrollment, starts_on=today - timedelta(days=21), ends_on=today - timedelta(days=11)
    )
    Pause.objects.create(enrollment=enrollment, starts_on=today - timedelta(days=10), ends_on=today - timedelta(days=1))
    with pytest.raises(EnrollmentRefused, match="21 days in a row"):
        pause(enrollment=enrollment, by=admin)
    Pause.objects.first().delete()
    assert pause(enrollment=enrollment, by=admin).ends_on == today + timedelta(days=10)


def test_ending_early_gives_the_days_back(enrollment, curriculum, admin):
    activity, today = world.make_activity(curriculum, due_day=6), enrollment.cohort.today()
    span = pause(enrollment=enrollment, by=admin, ends_on=today + timedelta(days=14))
    resume(enrollment=enrollment, by=admin)
    span.refresh_from_db()
    assert span.ends_on == today
    assert Timeline.of(enrollment).dates(activity).due.why() == "week 1, +1 day pause"


def test_withdrawing_a_paused_learner_ends_the_pause(enrollment, admin):
    span = pause(enrollment=enrollment, by=admin, ends_on=enrollment.cohort.today() + timedelta(days=14))
    change = withdraw(enrollment=enrollment, by=admin)
    span.refresh_from_db()
    assert span.ends_on == enrollment.cohort.today()
    assert change.before["state"] == "paused"
    assert change.before["pause"] == span.pk
