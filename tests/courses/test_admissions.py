"""From a draft to a place: moves, seats, the waiting list, and two readers."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.actions.admissions.applying import (
    accept_offer,
    decline_offer,
    save_draft,
    start_application,
    submit_application,
    withdraw_application,
)
from courses.actions.admissions.deciding import (
    invite_to_interview,
    not_admit,
    offer_place,
    offer_places,
    take_into_review,
    take_up_again,
    wait_list,
)
from courses.actions.admissions.intakes import DEFAULT_CRITERIA
from courses.actions.admissions.moves import MOVES, AdmissionRefused
from courses.actions.admissions.reconciling import reconcile
from courses.actions.admissions.scoring import score_application
from courses.actions.cohorts import CohortRefused
from courses.actions.enrollments import EnrollmentRefused, enroll, invite_learner
from courses.actions.leaving import withdraw
from courses.models import AdmissionScore, Application, Cohort, Enrollment, Skill
from lms.accounts.models import AuditEntry
from lms.lib.errors import InvalidInput
from lms.notifications.models import Notification
from tests import world

GOOD = dict.fromkeys((one["slug"] for one in DEFAULT_CRITERIA), 2)


@pytest.fixture
def cohort(curriculum):
    cohort = world.make_cohort(curriculum, name="Autumn", started_days_ago=-30, seats=2)
    world.make_intake(cohort)
    return cohort


def seats(cohort):
    cohort.refresh_from_db()
    return cohort.seats_taken, cohort.seats_held


def states(cohort):
    return list(cohort.applications.order_by("pk").values_list("state", flat=True))


def told(user):
    return list(Notification.objects.filter(recipient=user).order_by("pk").values_list("title", flat=True))


def test_a_draft_is_kept_and_handed_in_once_it_is_whole(cohort, curriculum, outsider):
    Skill.objects.create(curriculum=curriculum, slug="python", title="Python", area="modelling", is_prerequisite=True)
    application = start_application(cohort=cohort, user=outsider)
    save_draft(application=application, by=outsider, background="I build bridges. " * 4)
    with pytest.raises(InvalidInput, match=r"motivation .*, your level in Python"):
        submit_application(application=application, by=outsider)
    assert start_application(cohort=cohort, user=outsider).background.startswith("I build bridges")
    save_draft(application=application, by=outsider, motivation="I want to. " * 5, skills={"python": 3})
    submit_application(application=application, by=outsider)
    with pytest.raises(AdmissionRefused, match="submitted already"):
        save_draft(application=application, by=outsider, background="Another story")
    assert told(outsider) == ["We have your application to Autumn of ML Engineering & AI"]


def test_a_cohort_takes_applications_in_its_days_only(cohort, outsider):
    yesterday = timezone.localdate() - timedelta(days=1)
    cohort.intake.closes_on = yesterday
    cohort.intake.save()
    with pytest.raises(AdmissionRefused, match="takes no applications now"):
        start_application(cohort=cohort, user=outsider)
    with pytest.raises(AdmissionRefused):
        start_application(cohort=world.make_cohort(cohort.curriculum), user=outsider)


def test_an_accepted_offer_turns_the_held_seat_into_a_place(cohort, admin):
    application = world.make_application(cohort)
    offer_place(application=application, by=admin)
    assert seats(cohort) == (0, 1)
    enrollment = accept_offer(application=application, by=application.applicant)
    assert (seats(cohort), enrollment.user, states(cohort)) == ((1, 0), application.applicant, ["accepted"])
    assert AuditEntry.objects.filter(action__in=("application_offer", "application_accept", "enroll")).count() == 3
    titles = ["You are offered a place in Autumn of ML Engineering & AI", "You are enrolled in Autumn"]
    assert told(application.applicant) == titles


@pytest.mark.parametrize("end", [decline_offer, withdraw_application])
def test_an_offer_that_is_not_taken_gives_its_seat_back(cohort, end):
    application = world.make_application(cohort, "offered")
    end(application=application, by=application.applicant)
    assert seats(cohort) == (0, 0)
    with pytest.raises(AdmissionRefused, match="cannot be accepted"):
        accept_offer(application=application, by=application.applicant)


def test_offers_invitations_and_places_share_the_seats(cohort, admin):
    first, second, third = (world.make_application(cohort) for _ in range(3))
    invite_learner(cohort=cohort, email="new@example.org", name="", by=admin)
    offer_place(application=first, by=admin)
    with pytest.raises(AdmissionRefused, match="No seat of Autumn is left to offer"):
        offer_place(application=second, by=admin)
    with pytest.raises(EnrollmentRefused, match="No seat"):
        invite_learner(cohort=cohort, email="newer@example.org", name="", by=admin)
    Cohort.objects.update(seats=1)
    with pytest.raises(CohortRefused):
        enroll(cohort=cohort, user=third.applicant, by=admin)
    assert (seats(cohort), states(cohort)) == ((0, 1), ["offered", "in_review", "in_review"])


def test_several_are_offered_a_place_together_or_none(cohort, admin):
    three = [world.make_application(cohort) for _ in range(3)]
    with pytest.raises(AdmissionRefused):
        offer_places(applications=three, by=admin)
    assert (seats(cohort), set(states(cohort))) == ((0, 0), {"in_review"})
    offer_places(applications=three[:2], by=admin)
    assert seats(cohort) == (0, 2)


def test_the_next_in_line_is_offered_what_becomes_free_and_once(cohort, admin):
    late = world.make_application(cohort, "offered", offer_expires_at=timezone.now() - timedelta(minutes=1))
    learner = enroll(cohort=cohort, user=world.make_user(), by=admin)
    waiting = [world.make_application(cohort) for _ in range(3)]
    for application in waiting:
        wait_list(application=application, by=admin)
    with pytest.raises(AdmissionRefused, match="has expired"):
        accept_offer(application=late, by=late.applicant)
    for _ in range(2):
        reconcile()
    assert states(cohort) == ["offer_expired", "offered", "waitlisted", "waitlisted"]
    withdraw(enrollment=learner, by=admin)
    Cohort.objects.update(seats=3)
    for _ in range(2):
        reconcile()
    assert (seats(cohort), states(cohort)) == ((0, 3), ["offer_expired", "offered", "offered", "offered"])


def test_nobody_moves_up_once_the_cohort_fills_no_more(cohort):
    world.make_application(cohort, "waitlisted", waiting_rank=1)
    cohort.intake.fills_until = timezone.localdate() - timedelta(days=2)
    cohort.intake.save()
    reconcile()
    assert states(cohort) == ["waitlisted"]


def test_who_got_a_place_another_way_neither_holds_a_seat_nor_blocks_the_line(cohort, admin):
    Cohort.objects.update(seats=3)
    invited = [world.make_application(cohort, "offered"), world.make_application(cohort, "waitlisted", waiting_rank=1)]
    world.make_application(cohort, "waitlisted", waiting_rank=2)
    for one in invited:
        enroll(cohort=cohort, user=one.applicant, by=admin)
    for _ in range(2):
        reconcile()
    assert (seats(cohort), states(cohort)) == ((2, 1), ["accepted", "accepted", "offered"])


def test_places_in_line_are_counted_by_rank(cohort, admin):
    first, second, third, fourth = (world.make_application(cohort) for _ in range(4))
    for application, place in ((first, None), (second, None), (third, 1), (fourth, 2)):
        wait_list(application=application, by=admin, place=place)
    line = [one.pk for one in Application.objects.waiting()]
    assert line == [third.pk, fourth.pk, first.pk, second.pk]
    withdraw_application(application=third, by=third.applicant)
    assert [one.place_in_line for one in Application.objects.waiting()] == [1, 2, 3]
    assert "number 2 in line" in Notification.objects.get(recipient=second.applicant).body


def test_only_the_moves_of_the_table_are_made(cohort, admin):
    acts = {
        "submit": lambda one: submit_application(application=one, by=one.applicant),
        "take_into_review": lambda one: take_into_review(application=one, by=admin),
        "take_up_again": lambda one: take_up_again(application=one, by=admin),
        "invite_to_interview": lambda one: invite_to_interview(
            application=one, at=timezone.now() + timedelta(days=1), where="Call", by=admin
        ),
        "offer": lambda one: offer_place(application=one, by=admin),
        "wait_list": lambda one: wait_list(application=one, by=admin),
        "not_admit": lambda one: not_admit(application=one, by=admin, answer="Not this time."),
        "accept": lambda one: accept_offer(application=one, by=one.applicant),
        "decline": lambda one: decline_offer(application=one, by=one.applicant),
        "withdraw": lambda one: withdraw_application(application=one, by=one.applicant),
    }
    Cohort.objects.update(seats=100)
    for verb, act in acts.items():
        for state in Application.State:
            rank = 1 if state == "waitlisted" else None
            words = {"background": "b" * 40, "motivation": "m" * 40}
            one = world.make_application(cohort, str(state), waiting_rank=rank, **words)
            if state in MOVES[verb].sources:
                act(one)
            else:
                with pytest.raises(AdmissionRefused):
                    act(one)
            one.refresh_from_db()
            assert one.state == (MOVES[verb].target if state in MOVES[verb].sources else state)
    offered = Application.objects.filter(state="offered").count()
    assert seats(cohort) == (Enrollment.objects.count(), offered)


def test_readers_score_apart_and_a_third_is_refused(cohort, admin):
    application = world.make_application(cohort)
    readers = [world.make_user(f"Reader {number}") for number in range(3)]
    score_application(application=application, points=GOOD, by=readers[0])
    score_application(application=application, points=GOOD | {"clarity": 0}, by=readers[0])
    score_application(application=application, points=GOOD, by=readers[1])
    assert list(application.scores.order_by("place").values_list("place", "total")) == [(1, 6), (2, 8)]
    assert Application.objects.with_points().get().points == 7
    for reader in (readers[0], readers[2]):
        with pytest.raises(AdmissionRefused, match="Both scores are in"):
            score_application(application=application, points=GOOD, by=reader)
    with pytest.raises(IntegrityError, match=r"one_reader_per_place|UNIQUE"), transaction.atomic():
        AdmissionScore.objects.filter(place=2).update(place=1)


def test_points_are_those_of_a_level_and_nobody_scores_themselves(cohort, admin):
    application = world.make_application(cohort)
    for points in ({}, GOOD | {"clarity": 9}, GOOD | {"looks": 1}):
        with pytest.raises(InvalidInput, match="every criterion"):
            score_application(application=application, points=points, by=admin)
    with pytest.raises(AdmissionRefused, match="own application"):
        score_application(application=application, points=GOOD, by=application.applicant)
