"""Two admins, two workers, or an admin and a worker at one roster at the same moment."""

from datetime import timedelta

import pytest

from courses.actions.enrollments import enroll
from courses.models import Cohort, Enrollment, RosterImport
from lms.accounts.models import AuditEntry, User
from mentors.models import MentorAssignment
from projects.actions import roster_applying
from projects.actions.roster_applying import apply_roster_portion
from projects.actions.rosters import confirm_roster, discard_roster, preview_roster, start_roster
from tests import world
from tests.at_once import at_once, refused

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cohort():
    return world.make_cohort(world.make_curriculum())


@pytest.fixture
def admins(cohort):
    return [world.make_staff(cohort.program, world.make_user(name)) for name in ("Ada", "Bea")]


def previewed(cohort, by, lines):
    text = "E-mail,Name,Mentor e-mail\n" + "\n".join(lines)
    roster = start_roster(cohort=cohort, file_name="people.csv", data=text.encode(), by=by)
    preview_roster(roster=roster, columns=roster.columns, mode="enroll", withdraws_absent=False, by=by)
    return RosterImport.objects.get(pk=roster.pk)


def confirming(roster, by):
    return confirm_roster(roster=RosterImport.objects.get(pk=roster.pk), seen=roster.edition, withdraws=False, by=by)


def test_two_admins_confirm_at_once_and_one_wins(cohort, admins):
    roster = previewed(cohort, admins[0], ["a@x.org,A"])
    outcomes = at_once(*(lambda by=by: confirming(roster, by) for by in admins))
    (lost,) = refused(outcomes)
    roster.refresh_from_db()
    assert f"applied by {roster.confirmed_by} already" in str(lost)
    assert AuditEntry.objects.filter(action="import_roster").count() == 1


def test_confirming_and_giving_up_at_once_ends_in_one_of_them(cohort, admins):
    roster = previewed(cohort, admins[0], ["a@x.org,A"])
    mine, theirs = (RosterImport.objects.get(pk=roster.pk) for _ in admins)
    outcomes = at_once(
        lambda: confirm_roster(roster=mine, seen=roster.edition, withdraws=False, by=admins[0]),
        lambda: discard_roster(roster=theirs, by=admins[1]),
    )
    assert len(refused(outcomes)) == 1
    assert RosterImport.objects.exists() == ("applied by" in str(refused(outcomes)[0]))


@pytest.mark.parametrize("lease", [roster_applying.LEASE, timedelta(0)])
def test_two_workers_settle_each_row_once_though_a_lease_is_over(cohort, admins, settings, monkeypatch, lease):
    settings.ROSTER_PORTION = 3
    monkeypatch.setattr(roster_applying, "LEASE", lease)
    roster = previewed(cohort, admins[0], [f"p{n}@x.org,P{n}" for n in range(7)])
    confirming(roster, admins[0])
    for _ in range(5):
        at_once(*[lambda: apply_roster_portion(roster_id=roster.pk)] * 3)
    roster.refresh_from_db()
    cohort.refresh_from_db()
    assert (roster.done, cohort.seats_taken, Enrollment.objects.count()) == (7, 7, 7)
    assert set(roster.rows.values_list("outcome", flat=True)) == {"applied"}
    assert AuditEntry.objects.filter(action="enroll").count() == 7


def test_a_seat_taken_at_the_same_moment_is_nobodys_twice(cohort, admins):
    Cohort.objects.filter(pk=cohort.pk).update(seats=2)
    person = world.make_user()
    roster = previewed(cohort, admins[0], ["a@x.org,A", "b@x.org,B"])
    confirming(roster, admins[0])
    outcomes = at_once(
        lambda: apply_roster_portion(roster_id=roster.pk), lambda: enroll(cohort=cohort, user=person, by=admins[1])
    )
    cohort.refresh_from_db()
    told = roster.rows.values_list("outcome", flat=True)
    assert cohort.seats_taken == Enrollment.objects.filter(state="active").count() == 2
    assert list(told) == (["applied", "applied"] if refused(outcomes) else ["applied", "refused"])


def test_two_lists_for_one_mentor_overfill_nobody(cohort, admins):
    world.make_mentor(world.make_user("Max", "max@x.org"), capacity=3)
    other = world.make_cohort(cohort.curriculum)
    rosters = [
        previewed(one, admins[0], [f"{one.slug}{n}@x.org,P,max@x.org" for n in range(2)]) for one in (cohort, other)
    ]
    for roster in rosters:
        confirming(roster, admins[0])
    at_once(*(lambda pk=roster.pk: apply_roster_portion(roster_id=pk) for roster in rosters))
    assert sorted(MentorAssignment.objects.current().values_list("place", flat=True)) == [1, 2, 3]
    outcomes = [one for roster in rosters for one in roster.rows.values_list("outcome", flat=True)]
    assert sorted(outcomes) == ["applied", "applied", "applied", "refused"]


def test_two_lists_that_name_the_same_stranger_make_one_account(cohort, admins):
    other = world.make_cohort(cohort.curriculum)
    rosters = [previewed(one, admins[0], ["same@x.org,Same", f"{one.slug}@x.org,Own"]) for one in (cohort, other)]
    for roster in rosters:
        confirming(roster, admins[0])
    at_once(*(lambda pk=roster.pk: apply_roster_portion(roster_id=pk) for roster in rosters))
    assert User.objects.get(email="same@x.org").enrollments.count() >= 1
    states = [one for roster in rosters for one in roster.rows.values_list("outcome", flat=True)]
    assert states.count("applied") >= 3
    assert set(RosterImport.objects.values_list("state", flat=True)) == {"applied"}
