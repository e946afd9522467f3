"""Places in cohorts: seats, pauses, withdrawals, extensions."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection

from courses.actions.cohorts import CohortRefused, create_cohort
from courses.actions.enrollments import (
    EnrollmentRefused,
    accept_place,
    enroll,
    invite_learner,
)
from courses.actions.extensions import grant_extension
from courses.actions.leaving import withdraw
from courses.actions.pausing import pause, resume
from courses.models import Cohort, Enrollment
from courses.timeline import Timeline
from lms.accounts.models import AuditEntry
from lms.lib.errors import InvalidInput
from tests import world


def test_a_cohort_is_created_with_an_address_from_its_name(curriculum, admin):
    cohort = create_cohort(
        curriculum=curriculum,
        name="Autumn 2026",
        starts_on=date(2026, 9, 7),
        time_zone="Europe/Lisbon",
        seats=20,
        by=admin,
    )
    assert cohort.slug == "autumn-2026"
    assert AuditEntry.objects.get(action="create_cohort").actor == admin


def test_a_taken_address_is_refused(curriculum, admin, cohort):
    with pytest.raises(CohortRefused, match="taken already"):
        create_cohort(
            curriculum=curriculum, name="Spring", starts_on=date(2026, 9, 7), time_zone="UTC", seats=1, by=admin
        )


def test_the_last_seat_is_taken_once(cohort, admin):
    Cohort.objects.filter(pk=cohort.pk).update(seats=1)
    enroll(cohort=cohort, user=world.make_user(), by=admin)
    late = world.make_user()
    with pytest.raises(CohortRefused, match="All seats"):
        enroll(cohort=cohort, user=late, by=admin)
    assert not late.enrollments.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_people_take_the_last_seat_at_once_and_one_gets_it():
    curriculum = world.make_curriculum()
    cohort = world.make_cohort(curriculum, seats=1)
    people = [world.make_user(), world.make_user()]
    barrier, outcomes = threading.Barrier(2), []

    def take(user):
        barrier.wait()
        try:
            enroll(cohort=cohort, user=user, by=user)
            outcomes.append("in")
        except CohortRefused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(user,)) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in", "refused"]
    assert (Enrollment.objects.count(), Cohort.objects.get().seats_taken) == (1, 1)


def test_withdrawing_frees_the_seat_and_keeps_the_place(enrollment, admin):
    withdraw(enrollment=enrollment, by=admin, reason="moved away")
    enrollment.refresh_from_db()
    assert (enrollment.state, enrollment.cohort.seats_taken) == ("withdrawn", 0)
    with pytest.raises(EnrollmentRefused, match="withdrawn now"):
        withdraw(enrollment=enrollment, by=admin)
    assert Cohort.objects.get().seats_taken == 0


def test_an_open_pause_moves_later_dates_every_day(enrollment, curriculum, admin):
    activity = world.make_activity(curriculum, due_day=6)
    before = Timeline.of(enrollment).dates(activity).due
    pause(enrollment=enrollment, by=admin)
    after = Timeline.of(enrollment).dates(activity).due
    assert after.at - before.at == timedelta(days=1)
    assert after.why() == "week 1, +1 day pause"
    resume(enrollment=enrollment, by=admin)
    assert Timeline.of(enrollment).dates(activity).due.at == after.at
    with pytest.raises(EnrollmentRefused):
        resume(enrollment=enrollment, by=admin)


def test_an_extension_moves_one_activity_and_says_who_gave_it(enrollment, curriculum, admin):
    activity, other = world.make_activity(curriculum), world.make_activity(curriculum)
    before = Timeline.of(enrollment).dates(activity)
    grant_extension(enrollment=enrollment, activity=activity, days=3, reason="flu", by=admin)
    timeline = Timeline.of(enrollment)
    assert timeline.dates(activity).due.at == before.due.at + timedelta(days=3)
    assert timeline.dates(activity).due.why() == "week 1, +3 days extension by Ada Admin"
    assert timeline.dates(other).due.at == before.due.at


@pytest.mark.parametrize("days", [0, 181, -1])
def test_an_extension_has_bounds(enrollment, curriculum, admin, days):
    with pytest.raises(InvalidInput):
        grant_extension(enrollment=enrollment, activity=world.make_activity(curriculum), days=days, reason="", by=admin)


def test_mistyped_years_are_refused(curriculum, admin):
    with pytest.raises(InvalidInput, match="is the year right"):
        create_cohort(
            curriculum=curriculum, name="Far", starts_on=date(9999, 12, 30), time_zone="UTC", seats=1, by=admin
        )


def test_inviting_twice_is_refused(cohort, admin):
    invite_learner(cohort=cohort, email="New@Example.org", name="New", by=admin)
    with pytest.raises(EnrollmentRefused, match="open invitation"):
        invite_learner(cohort=cohort, email="new@example.org", name="New", by=admin)


def test_inviting_someone_who_is_in_is_refused(enrollment, admin):
    with pytest.raises(EnrollmentRefused, match="already has a place"):
        invite_learner(cohort=enrollment.cohort, email=enrollment.user.email, name="", by=admin)


def test_who_withdrew_is_invited_again_and_gets_the_place_back(enrollment, cohort, learner, admin):
    withdraw(enrollment=enrollment, by=admin)
    place = invite_learner(cohort=cohort, email=learner.email, name="Lea", by=admin)
    assert accept_place(invitation=place.invitation, user=learner) == enrollment
    enrollment.refresh_from_db()
    cohort.refresh_from_db()
    assert (enrollment.state, enrollment.ended_at, cohort.seats_taken) == ("active", None, 1)
    assert AuditEntry.objects.filter(action="return", target_id=str(enrollment.pk), actor=learner).count() == 1
    assert "Welcome back" in learner.notifications.get(kind="enrolled").body


def test_who_comes_back_twice_is_told_twice(enrollment, cohort, learner, admin):
    for _ in range(2):
        withdraw(enrollment=enrollment, by=admin)
        enroll(cohort=cohort, user=learner, by=admin)
        enrollment.refresh_from_db()
    assert learner.notifications.filter(kind="enrolled").count() == 2


def test_who_comes_back_needs_a_free_seat(enrollment, cohort, learner, admin):
    withdraw(enrollment=enrollment, by=admin)
    Cohort.objects.update(seats=0)
    with pytest.raises(CohortRefused):
        enroll(cohort=cohort, user=learner, by=admin)
    enrollment.refresh_from_db()
    assert enrollment.state == "withdrawn"
