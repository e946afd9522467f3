"""Standing accommodations: more time on everything for one learner."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from courses.actions.office_changes import UndoRefused
from courses.models import Accommodation, Enrollment
from courses.timeline import Timeline
from lms.accounts.models import AuditEntry
from lms.lib.errors import InvalidInput
from lms.notifications.models import Notification
from projects.actions.accommodations import AccommodationRefused, end_accommodation, grant_accommodation
from projects.actions.grades import recompute_grade
from projects.actions.undoing import undo
from projects.models import Grade
from projects.redating import redating_of_learner
from tests import world
from tests.at_once import at_once, refused

MORE = {"factor": Decimal("1.50"), "reason": "a private reason"}


def due_of(enrollment, activity):
    return Timeline.of(Enrollment.objects.get(pk=enrollment.pk)).dates(activity).due


def test_one_stands_at_a_time_within_its_bounds(enrollment, admin):
    granted = {"enrollment": enrollment, "reason": "on file", "granted_by": admin}
    for factor in ("1.04", "3.01"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Accommodation.objects.create(factor=Decimal(factor), **granted)
    first = Accommodation.objects.create(factor=Decimal("1.50"), **granted)
    assert str(first) == "×1.5 time"
    with pytest.raises(IntegrityError), transaction.atomic():
        Accommodation.objects.create(factor=Decimal("1.25"), **granted)


def test_more_time_moves_the_learners_dates_and_keeps_its_reason_private(enrollment, curriculum, admin):
    reading = world.make_activity(curriculum, slug="gradients")
    other = world.make_enrollment(enrollment.cohort)
    before = due_of(enrollment, reading).at
    change = grant_accommodation(enrollment=enrollment, by=admin, **MORE)
    due = due_of(enrollment, reading)
    assert (due.at.date() - before.date(), due.why()) == (timedelta(days=4), "week 1, +4 days ×1.5 time")
    assert due_of(other, reading).at == before
    told = Notification.objects.get()
    assert (told.recipient, told.title) == (enrollment.user, "You have ×1.5 time from now on")
    assert "“Gradients” is due on" in told.body
    assert "private" not in f"{told.title} {told.body} {due.sentence()} {change.summary}"
    assert AuditEntry.objects.get(action="grant_accommodation").reason == "a private reason"


def test_it_ends_and_each_is_taken_back(enrollment, curriculum, admin):
    reading = world.make_activity(curriculum)
    before = due_of(enrollment, reading)
    granted = grant_accommodation(enrollment=enrollment, by=admin, **MORE)
    ended = end_accommodation(accommodation=Accommodation.objects.get(), by=admin)
    assert due_of(enrollment, reading) == before
    with pytest.raises(AccommodationRefused, match="ended already"):
        end_accommodation(accommodation=Accommodation.objects.get(), by=admin)
    undo(change=ended, by=admin)
    assert due_of(enrollment, reading).at > before.at
    undo(change=granted, by=admin)
    assert due_of(enrollment, reading) == before
    assert Notification.objects.count() == 4


def test_the_end_is_not_taken_back_over_another(enrollment, admin):
    grant_accommodation(enrollment=enrollment, by=admin, **MORE)
    ended = end_accommodation(accommodation=Accommodation.objects.get(), by=admin)
    grant_accommodation(enrollment=enrollment, by=admin, **MORE)
    with pytest.raises(UndoRefused, match="Other time"):
        undo(change=ended, by=admin)


def test_what_cannot_be_is_refused(enrollment, admin):
    with pytest.raises(InvalidInput, match="The factor is"):
        grant_accommodation(enrollment=enrollment, factor=Decimal("3.5"), reason="x", by=admin)
    with pytest.raises(AccommodationRefused, match="not what you looked at"):
        grant_accommodation(enrollment=enrollment, by=admin, seen="something else", **MORE)
    Enrollment.objects.update(state="withdrawn")
    with pytest.raises(AccommodationRefused, match="no place now"):
        grant_accommodation(enrollment=enrollment, by=admin, **MORE)


def test_work_that_is_late_no_more_gets_its_points_back(enrollment, exercise, admin):
    due = due_of(enrollment, exercise.activity).at
    work = world.make_submission(
        enrollment, exercise, "checks_passed", due_at=due, submitted_at=due + timedelta(days=3)
    )
    world.make_result(work, score=10)
    world.make_grade(work)
    assert recompute_grade(enrollment=enrollment, project=exercise).is_late
    preview = redating_of_learner(enrollment, Accommodation(factor=Decimal("1.5")))
    assert [one.score for one in preview.regraded] == [10]
    grant_accommodation(enrollment=enrollment, by=admin, seen=preview.stamp, **MORE)
    assert not Grade.objects.get().is_late


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_grant_at_once_one_is_refused(curriculum):
    enrollment, admin = world.make_enrollment(world.make_cohort(curriculum)), world.make_user("Admin")
    outcomes = at_once(*[lambda: grant_accommodation(enrollment=enrollment, by=admin, **MORE)] * 3)
    assert (len(refused(outcomes)), Accommodation.objects.count(), Notification.objects.count()) == (2, 1, 1)
