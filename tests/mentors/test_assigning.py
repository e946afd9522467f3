"""The office gives learners their mentors."""

import pytest
from django.urls import reverse
from django.utils import timezone

from lms.notifications.models import Notification
from mentors.actions import assign_mentor
from mentors.models import Mentor, MentorAssignment
from tests import world
from tests.at_once import at_once, refused


def assign(client, enrollment, mentor):
    address = reverse("mentor_assign", args=[enrollment.cohort.slug, enrollment.pk])
    return client.post(address, {"mentor": mentor if isinstance(mentor, str) else mentor.pk}, follow=True)


def test_an_assigned_mentor_and_the_learner_are_told(enrollment, admin, as_user):
    mentor = world.make_mentor(world.make_user("Mia Mentor"))
    page = assign(as_user(admin), enrollment, mentor).content.decode()
    assert "Mia Mentor looks after Lea Learner now" in page
    assert MentorAssignment.objects.current().get().mentor == mentor
    assert set(Notification.objects.values_list("recipient", flat=True)) == {mentor.user_id, enrollment.user_id}


def test_a_new_mentor_replaces_the_one_before_and_the_history_stays(enrollment, mentor, admin, as_user):
    successor = world.make_mentor(world.make_user("Cleo"))
    assign(as_user(admin), enrollment, successor)
    assert MentorAssignment.objects.current().get().mentor == successor
    assert MentorAssignment.objects.count() == 2


def test_a_full_mentor_is_refused_in_words(cohort, enrollment, admin, as_user):
    mentor = world.make_mentor(capacity=1)
    world.make_assignment(mentor, world.make_enrollment(cohort))
    page = assign(as_user(admin), enrollment, mentor).content.decode()
    assert "has no free place (1 of 1 taken)" in page
    assert not MentorAssignment.objects.filter(enrollment=enrollment).exists()


@pytest.mark.parametrize("choice", ["", "x", "-1"])
def test_no_choice_is_said_in_words(enrollment, admin, as_user, choice):
    assert "Choose a mentor" in assign(as_user(admin), enrollment, choice).content.decode()


def test_an_unknown_mentor_is_not_found(enrollment, admin, as_user):
    assert assign(as_user(admin), enrollment, "999").status_code == 404


def test_a_learner_of_another_cohort_is_not_found(enrollment, other_learner, cohort, admin, as_user):
    mentor = world.make_mentor()
    elsewhere = other_learner.enrollments.get()
    address = reverse("mentor_assign", args=[cohort.slug, elsewhere.pk])
    assert as_user(admin).post(address, {"mentor": mentor.pk}).status_code == 404
    assert not MentorAssignment.objects.filter(mentor=mentor).exists()


def test_ending_care_frees_the_place(enrollment, mentor, admin, as_user):
    as_user(admin).post(reverse("mentor_end", args=[enrollment.cohort.slug, enrollment.pk]))
    assert not MentorAssignment.objects.current().exists()


def test_somebody_with_an_account_becomes_a_mentor(cohort, admin, outsider, as_user):
    data = {"email": "Outsider@Example.org", "capacity": 4, "skills": "Forecasting"}
    assert as_user(admin).post(reverse("mentor_add", args=[cohort.slug]), data).status_code == 302
    assert Mentor.objects.get(user=outsider).capacity == 4


def add(client, cohort, **data):
    return client.post(reverse("mentor_add", args=[cohort.slug]), data)


def test_adding_a_mentor_again_changes_what_was_typed_and_keeps_the_rest(cohort, admin, mentor, as_user):
    Mentor.objects.update(bio="Twenty years of it.", skills="SQL")
    assert add(as_user(admin), cohort, email=mentor.email, capacity=7, skills="PyTorch").status_code == 302
    profile = Mentor.objects.get(user=mentor)
    assert (profile.capacity, profile.skills, profile.bio) == (7, "PyTorch", "Twenty years of it.")
    add(as_user(admin), cohort, email=mentor.email, capacity=8, skills="")
    profile.refresh_from_db()
    assert (profile.capacity, profile.skills) == (8, "PyTorch")


def test_fewer_places_than_learners_are_refused(cohort, admin, mentor, as_user):
    profile = Mentor.objects.get(user=mentor)
    world.make_assignment(profile, world.make_enrollment(cohort))
    response = add(as_user(admin), cohort, email=mentor.email, capacity=1, skills="PyTorch")
    assert response.status_code == 422
    assert "looks after 2 learners now, so 1 places are too few" in response.text
    profile.refresh_from_db()
    assert (profile.capacity, profile.skills) == (6, "")
    assert add(as_user(admin), cohort, email=mentor.email, capacity=2).status_code == 302


def test_a_taken_place_above_the_capacity_counts_as_taken(cohort, enrollment, admin, as_user):
    mentor = world.make_mentor(capacity=2)
    for place in (2, 3):
        learner = world.make_enrollment(cohort)
        MentorAssignment.objects.create(mentor=mentor, enrollment=learner, place=place, assigned_by=admin)
    assert "(2 of 2 taken)" in assign(as_user(admin), enrollment, mentor).text
    MentorAssignment.objects.filter(place=3).update(ended_at=timezone.now())
    assign(as_user(admin), enrollment, mentor)
    assert MentorAssignment.objects.current().get(enrollment=enrollment).place == 1


def test_nobody_is_their_own_mentor(learner, enrollment, admin, as_user):
    page = assign(as_user(admin), enrollment, world.make_mentor(learner)).text
    assert "Nobody looks after themselves" in page
    assert not MentorAssignment.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_admins_cannot_overfill_a_mentor():
    cohort = world.make_cohort(world.make_curriculum())
    mentor = world.make_mentor(capacity=1)
    admins = [world.make_user("Ada"), world.make_user("Olga")]
    learners = [world.make_enrollment(cohort) for _ in admins]
    outcomes = at_once(
        *(
            lambda enrollment=enrollment, admin=admin: assign_mentor(enrollment=enrollment, mentor=mentor, by=admin)
            for enrollment, admin in zip(learners, admins, strict=True)
        )
    )
    assert len(refused(outcomes)) == 1
    assert MentorAssignment.objects.current().filter(mentor=mentor).count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_admins_give_one_learner_two_mentors_and_one_is_kept():
    enrollment = world.make_enrollment(world.make_cohort(world.make_curriculum()))
    mentors = [world.make_mentor(), world.make_mentor()]
    admin = world.make_user("Ada")
    at_once(*(lambda one=one: assign_mentor(enrollment=enrollment, mentor=one, by=admin) for one in mentors))
    assert MentorAssignment.objects.current().filter(enrollment=enrollment).count() == 1
