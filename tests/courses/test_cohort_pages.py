"""Creating cohorts and bending their calendars and learners' places, through the pages."""

from datetime import date

import pytest
from django.urls import reverse

from courses.models import Cohort, Extension
from lms.accounts.models import AuditEntry
from tests import world


def sent(curriculum):
    return {
        "curriculum": curriculum.pk,
        "name": "Lisbon spring 2027",
        "starts_on": "2027-03-01",
        "time_zone": "Europe/Lisbon",
        "seats": 20,
    }


def test_a_cohort_is_created_from_a_curriculum(curriculum, admin, as_user):
    response = as_user(admin).post(reverse("cohort_create"), sent(curriculum), follow=True)
    cohort = Cohort.objects.get(slug="lisbon-spring-2027")
    assert (cohort.starts_on, cohort.time_zone, cohort.seats) == (date(2027, 3, 1), "Europe/Lisbon", 20)
    assert cohort.curriculum == curriculum
    assert response.redirect_chain[0][0] == reverse("cohort_detail", args=[cohort.slug])
    assert AuditEntry.objects.get(action="create_cohort").actor == admin


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"name": "Spring"}, "is taken already"),
        ({"name": "x" * 121}, "at most 120 characters"),
        ({"name": "–––"}, "Give the cohort a name with letters or digits"),
        ({"name": "New"}, "is taken already"),
        ({"starts_on": "soon"}, "Enter a valid date"),
        ({"seats": 0}, "At least 1 seat"),
        ({"time_zone": "Europe/Atlantis"}, "Choose one of the list"),
        ({"curriculum": 999}, "Choose one of the list"),
    ],
)
def test_a_refused_cohort_keeps_what_was_typed(curriculum, cohort, admin, as_user, changes, complaint):
    response = as_user(admin).post(reverse("cohort_create"), sent(curriculum) | changes)
    page = response.content.decode()
    assert response.status_code == 422
    assert complaint in page
    assert Cohort.objects.count() == 1
    if "starts_on" not in changes:
        assert 'value="2027-03-01"' in page


def test_another_programs_curriculum_cannot_be_chosen(other_cohort, admin, as_user):
    response = as_user(admin).post(reverse("cohort_create"), sent(other_cohort.curriculum))
    assert response.status_code == 422


def test_the_list_shows_the_cohorts_one_runs(cohort, other_cohort, admin, as_user):
    page = as_user(admin).get(reverse("cohort_list")).content.decode()
    assert "Spring cohort" in page
    assert "Other cohort" not in page


def test_the_list_costs_the_same_however_many_cohorts(curriculum, admin, as_user, django_assert_max_num_queries):
    client = as_user(admin)
    for count in (1, 15):
        for _ in range(count):
            world.make_break(world.make_cohort(curriculum))
        with django_assert_max_num_queries(8):
            assert client.get(reverse("cohort_list")).status_code == 200


def place(name, enrollment):
    return reverse(name, args=[enrollment.cohort.slug, enrollment.pk])


def test_more_days_are_given_with_a_reason(enrollment, exercise, admin, as_user):
    data = {"activity": exercise.activity_id, "days": 3, "reason": "Illness"}
    client, address = as_user(admin), place("enrollment_extend", enrollment)
    shown = client.post(address, data)
    assert not Extension.objects.exists()
    assert client.post(address, {**data, "seen": shown.context["preview"].stamp}).status_code == 302
    extension = Extension.objects.get()
    assert (extension.days, extension.reason, extension.granted_by) == (3, "Illness", admin)


@pytest.mark.parametrize("changes", [{"days": 0}, {"days": 181}, {"reason": ""}, {"activity": ""}, {"activity": 999}])
def test_refused_days_keep_what_was_typed(enrollment, exercise, admin, as_user, changes):
    data = {"activity": exercise.activity_id, "days": 3, "reason": "Illness"} | changes
    response = as_user(admin).post(place("enrollment_extend", enrollment), data)
    assert response.status_code == 422
    assert not Extension.objects.exists()
    assert str(data["days"]) in response.content.decode()
