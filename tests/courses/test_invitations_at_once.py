"""Invitations accepted at the same moment."""

import pytest

from courses.actions.enrollments import accept_place, accept_place_as_new_person, invite_learners
from courses.addresses import Addressee
from courses.models import Cohort, Enrollment
from lms.accounts.models import Invitation, User
from tests import world
from tests.at_once import at_once, refused

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cohort():
    return world.make_cohort(world.make_curriculum(), seats=1)


def test_two_people_accept_the_last_seat_and_one_gets_it(cohort):
    places = [world.make_invitation(cohort, f"person-{number}@example.org") for number in range(2)]
    people = [world.make_user("Someone", place.invitation.email) for place in places]
    outcomes = at_once(
        *(
            lambda place=place, person=person: accept_place(invitation=place.invitation, user=person)
            for place, person in zip(places, people, strict=True)
        )
    )
    assert len(refused(outcomes)) == 1
    assert Cohort.objects.get().seats_taken == Enrollment.objects.count() == 1
    assert Invitation.objects.open().count() == 1


def test_one_link_opened_twice_makes_one_person(cohort):
    place = world.make_invitation(cohort)
    copies = [Invitation.objects.get(pk=place.invitation_id) for _ in range(2)]

    def join(invitation):
        return accept_place_as_new_person(
            invitation=invitation, name="Nora", password="three blue bicycles", time_zone="UTC"
        )

    outcomes = at_once(*(lambda copy=copy: join(copy) for copy in copies))
    assert len(refused(outcomes)) == 1
    assert User.objects.filter(email="new@example.org").count() == 1
    assert Cohort.objects.get().seats_taken == Enrollment.objects.count() == 1


def test_two_admins_send_the_same_list_and_each_address_is_invited_once(cohort):
    admin = world.make_user("Admin")
    cohort.seats = 3
    cohort.save()
    people = [Addressee(email, email) for email in ("a@x.org", "b@x.org", "c@x.org", "d@x.org")]
    outcomes = at_once(*[lambda: invite_learners(cohort=cohort, people=people, by=admin)] * 2)
    assert not refused(outcomes)
    assert sorted(Invitation.objects.values_list("email", flat=True)) == ["a@x.org", "b@x.org", "c@x.org"]


def test_a_double_click_on_accept_enrols_once(cohort):
    cohort.seats = 5
    cohort.save()
    place = world.make_invitation(cohort)
    person = world.make_user("Nora", "new@example.org")
    copies = [Invitation.objects.get(pk=place.invitation_id) for _ in range(2)]
    outcomes = at_once(*(lambda copy=copy: accept_place(invitation=copy, user=person) for copy in copies))
    assert len(refused(outcomes)) == 1
    assert Cohort.objects.get().seats_taken == Enrollment.objects.count() == 1
