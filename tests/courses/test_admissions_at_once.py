"""Offers, answers and the clock at the same moment."""

from datetime import timedelta

import pytest
from django.utils import timezone

from courses.actions.admissions.applying import accept_offer
from courses.actions.admissions.deciding import end_offer, offer_next, offer_place
from courses.actions.admissions.reconciling import reconcile
from courses.actions.admissions.scoring import score_application
from courses.actions.enrollments import accept_place
from courses.models import Application, Cohort, Enrollment
from lms.notifications.models import Notification
from tests import world
from tests.at_once import at_once, refused
from tests.courses.test_admissions import GOOD

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cohort():
    cohort = world.make_cohort(world.make_curriculum(), started_days_ago=-30, seats=1)
    world.make_intake(cohort)
    return cohort


def seats():
    return Cohort.objects.values_list("seats_taken", "seats_held").get()


def test_two_offers_for_the_last_seat_and_one_is_made(cohort):
    admin = world.make_user("Admin")
    two = [world.make_application(cohort) for _ in range(2)]
    outcomes = at_once(*(lambda one=one: offer_place(application=one, by=admin) for one in two))
    assert len(refused(outcomes)) == 1
    assert (seats(), Application.objects.filter(state="offered").count()) == ((0, 1), 1)


def test_an_offer_accepted_while_it_expires_ends_one_way(cohort):
    application = world.make_application(cohort, "offered", offer_expires_at=timezone.now() + timedelta(seconds=0.2))
    copies = [Application.objects.get(pk=application.pk) for _ in range(3)]

    def expire():
        while Application.objects.filter(pk=application.pk, state="offered").exists():
            end_offer(application=copies[0])

    def accept(copy):
        return accept_offer(application=copy, by=copy.applicant)

    at_once(expire, *(lambda copy=copy: accept(copy) for copy in copies[1:]))
    state = Application.objects.get().state
    assert (state, *seats(), Enrollment.objects.count()) in {("accepted", 1, 0, 1), ("offer_expired", 0, 0, 0)}


def test_a_double_click_on_accept_makes_one_place(cohort):
    application = world.make_application(cohort, "offered")
    outcomes = at_once(*[lambda: accept_offer(application=application, by=application.applicant)] * 2)
    assert len(refused(outcomes)) == 1
    assert (seats(), Enrollment.objects.count()) == ((1, 0), 1)


def test_two_clocks_offer_a_free_place_once(cohort):
    for rank in (1, 2):
        world.make_application(cohort, "waitlisted", waiting_rank=rank)
    world.make_application(cohort, "offered", offer_expires_at=timezone.now() - timedelta(minutes=1))
    assert refused(at_once(*[reconcile] * 3)) == []
    assert list(Application.objects.order_by("pk").values_list("state", flat=True)) == [
        "offered",
        "waitlisted",
        "offer_expired",
    ]
    assert (seats(), Notification.objects.count()) == ((0, 1), 2)


def test_the_line_moves_up_while_somebody_joins_by_invitation(cohort):
    place = world.make_invitation(cohort)
    person = world.make_user("Nora", "new@example.org")
    world.make_application(cohort, "waitlisted", waiting_rank=1)
    at_once(
        lambda: accept_place(invitation=place.invitation, user=person),
        lambda: offer_next(cohort=cohort),
        lambda: offer_next(cohort=cohort),
    )
    assert (seats(), Enrollment.objects.count()) == ((1, 0), 1)


def test_three_readers_at_once_and_two_scores_are_kept(cohort):
    application = world.make_application(cohort)
    readers = [world.make_user("Reader") for _ in range(3)]
    outcomes = at_once(
        *(lambda one=one: score_application(application=application, points=GOOD, by=one) for one in readers)
    )
    assert len(refused(outcomes)) == 1
    assert sorted(application.scores.values_list("place", flat=True)) == [1, 2]
