"""Input that no database can hold and no number can be made of is the sender's fault, never a fault of the portal's."""

import pytest
from django.urls import reverse

from courses.models import QuizAttempt
from tests import world

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "/?cohort=%00",
        "/curriculum/?cohort=a%00b",
        "/cohorts/spring/learners/?q=%00",
        "/grades/?cohort=%00",
        "/learn/spring/activities/reading/asset/a%00.png",
        "/learn/spring/activities/%00/",
        "/invitations/%00/",
        "/static/a%00.css",
        "/nowhere/%00",
        "/accounts/login/?next=%00",
    ],
)
def test_a_nul_in_an_address_cannot_be_read(address, as_user, learner, admin):
    for person in (learner, admin, None):
        response = as_user(person).get(address)
        assert response.status_code == 400
        assert "This request could not be read" in response.text


def test_a_nul_in_the_name_of_a_file_cannot_be_read(as_user, learner, enrollment, mini_project):
    work = world.make_submission(enrollment, mini_project, "waiting_for_review", {"a.md": b"a"})
    assert as_user(learner).get(f"/submissions/{work.pk}/files/a%00").status_code == 400
    assert as_user(learner).get(f"/submissions/{work.pk}/?file=%00").status_code == 400


def test_a_percent_sign_that_spells_a_nul_only_when_read_twice_is_fine(as_user, admin, cohort):
    assert as_user(admin).get(f"/cohorts/{cohort.slug}/learners/?q=%2500").status_code == 200


@pytest.mark.parametrize("answers", [{"q-q2": "1e9999999"}, {"q-q1": "9" * 5000}, {"q-q2": "\0", "q-q1": "\0"}])
def test_hostile_answers_to_a_quiz_are_wrong_answers_or_none(answers, as_user, learner, curriculum, cohort):
    world.make_quiz(curriculum)
    response = as_user(learner).post(reverse("quiz_take", args=[cohort.slug, "quiz"]), answers)
    assert response.status_code == 302
    assert not QuizAttempt.objects.exclude(score=0).exists()


def test_a_nul_in_a_form_stays_in_the_form(as_user, learner):
    response = as_user(learner).post(reverse("profile"), {"name": "Lea\0", "time_zone": "UTC"})
    assert response.status_code == 422


def test_a_mentor_of_five_thousand_digits_is_no_mentor(as_user, admin, cohort, enrollment):
    response = as_user(admin).post(reverse("mentor_assign", args=[cohort.slug, enrollment.pk]), {"mentor": "9" * 5000})
    assert response.status_code == 302
    assert not enrollment.mentor_assignments.exists()


def test_a_level_of_five_thousand_digits_is_no_level(as_user, mentor, enrollment, mini_project):
    work = world.make_submission(enrollment, mini_project, "waiting_for_review", {"a.md": b"a"})
    client = as_user(mentor)
    client.post(reverse("review_claim", args=[work.pk]))
    criterion = mini_project.rubric.criteria.first()
    sent = {f"level-{criterion.pk}": "9" * 5000, "comment": "Kept"}
    assert client.post(reverse("review_draft", args=[work.pk]), sent).status_code < 500
    assert work.reviews.get().comment == "Kept"
