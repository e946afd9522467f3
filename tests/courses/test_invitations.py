"""Accepting a place: by a new person, by one who has an account, and every way in which it cannot be."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.models import Enrollment
from lms.accounts.models import Invitation, User
from tests import world

PASSWORD = "three blue bicycles"


@pytest.fixture
def place(cohort, admin):
    return world.make_invitation(cohort, "new@example.org", by=admin, name="Nora New")


def address(place):
    return reverse("invitation_accept", args=[place.invitation.token])


def sent(**changes):
    return {"name": "Nora New", "password": PASSWORD, "time_zone": "Europe/Paris", **changes}


def test_a_new_person_sees_what_is_offered(place, client):
    page = client.get(address(place)).content.decode()
    assert "Spring cohort" in page
    assert "ML Engineering &amp; AI" in page
    assert "Ada Admin" in page
    assert "new@example.org" in page


def test_a_new_person_joins_and_is_signed_in(place, client):
    response = client.post(address(place), sent())
    assert response.status_code == 302
    person = User.objects.get(email="new@example.org")
    assert (person.name, person.time_zone) == ("Nora New", "Europe/Paris")
    assert person.check_password(PASSWORD)
    assert person.emailaddress_set.get().verified
    assert Enrollment.objects.get(user=person).cohort == place.cohort
    assert client.session["_auth_user_id"] == str(person.pk)
    place.invitation.refresh_from_db()
    assert place.invitation.accepted_by == person


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"password": "short"}, "too short"),
        ({"password": "password123"}, "too common"),
        ({"password": "new@example.org"}, "too similar"),
        ({"name": "   "}, "This field is required"),
        ({"time_zone": "Mars/Olympus"}, "Choose one of the list"),
    ],
)
def test_what_was_typed_stays_when_it_cannot_be_taken(place, client, changes, complaint):
    response = client.post(address(place), sent(**changes))
    page = response.content.decode()
    assert response.status_code == 422
    assert complaint in page
    assert PASSWORD not in page
    assert not User.objects.filter(email="new@example.org").exists()
    place.cohort.refresh_from_db()
    assert place.cohort.seats_taken == 0


def test_who_has_an_account_signs_in_first_and_comes_back(place, client):
    world.make_user("Nora", "new@example.org")
    page = client.get(address(place)).content.decode()
    assert reverse("account_login") + "?next=" + address(place) in page


def test_who_has_an_account_cannot_be_given_another_password_through_the_link(place, client):
    person = world.make_user("Nora", "new@example.org")
    client.post(address(place), sent())
    person.refresh_from_db()
    assert person.check_password(world.PASSWORD)
    assert not Enrollment.objects.filter(user=person).exists()


def test_who_is_signed_in_accepts_with_one_click(place, as_user):
    person = world.make_user("Nora", "new@example.org")
    client = as_user(person)
    assert "Accept the place" in client.get(address(place)).content.decode()
    assert client.post(address(place)).status_code == 302
    assert Enrollment.objects.filter(user=person, cohort=place.cohort).exists()


def test_another_address_is_refused_and_nothing_changes(place, outsider, as_user):
    for response in (as_user(outsider).get(address(place)), as_user(outsider).post(address(place))):
        assert response.status_code == 409
        assert "another address" in response.content.decode()
    assert not Enrollment.objects.filter(user=outsider).exists()
    assert Invitation.objects.open().filter(pk=place.invitation_id).exists()


def test_a_used_invitation_is_refused(place, client):
    client.post(address(place), sent())
    client.logout()
    for response in (client.get(address(place)), client.post(address(place), sent())):
        assert response.status_code == 409
        assert "already used" in response.content.decode()
    assert Enrollment.objects.filter(cohort=place.cohort).count() == 1


def test_who_has_used_it_is_led_home(place, client):
    client.post(address(place), sent())
    assert client.get(address(place)).headers["Location"] == reverse("home")


@pytest.mark.parametrize(("field", "words"), [("expires_at", "has expired"), ("revoked_at", "was withdrawn")])
def test_what_is_over_is_gone(place, client, field, words):
    Invitation.objects.filter(pk=place.invitation_id).update(**{field: timezone.now() - timedelta(minutes=1)})
    for response in (client.get(address(place)), client.post(address(place), sent())):
        assert response.status_code == 410
        assert words in response.content.decode()
    assert not User.objects.filter(email="new@example.org").exists()


def test_without_a_free_seat_nothing_is_half_done(place, client):
    place.cohort.seats = 0
    place.cohort.save()
    for response in (client.get(address(place)), client.post(address(place), sent())):
        assert response.status_code == 409
        assert "All seats of this cohort are taken" in response.content.decode()
    assert not User.objects.filter(email="new@example.org").exists()
    assert Invitation.objects.open().filter(pk=place.invitation_id).exists()


@pytest.mark.parametrize("token", ["x", "1-abc.def", "1-", "é", "999999999999999999999-a.b"])
def test_a_damaged_link_is_not_found(db, client, token):
    assert client.get(reverse("invitation_accept", args=[token])).status_code == 404


def test_a_link_is_bound_to_its_own_nonce(place, client):
    Invitation.objects.filter(pk=place.invitation_id).update(nonce="another")
    assert client.get(address(place)).status_code == 404


def test_a_revoked_link_no_longer_works(place, admin, as_user, client):
    address_of_button = reverse("invitation_revoke", args=[place.cohort.slug, place.invitation_id])
    assert as_user(admin).post(address_of_button).status_code == 302
    assert client.get(address(place)).status_code == 410


def test_an_invitation_is_revoked_in_its_own_cohort_only(place, other_cohort, other_admin, as_user):
    address_of_button = reverse("invitation_revoke", args=[other_cohort.slug, place.invitation_id])
    assert as_user(other_admin).post(address_of_button).status_code == 404
    assert Invitation.objects.open().filter(pk=place.invitation_id).exists()
