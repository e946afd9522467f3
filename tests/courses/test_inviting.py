"""The office invites people: one or a pasted list, each told apart, nobody lost."""

import pytest
from django.urls import reverse

from courses.addresses import Addressee, read_addresses
from courses.models import CohortInvitation
from lms.accounts.models import Invitation
from lms.notifications.models import Delivery
from tests import world


def invite(client, cohort, people):
    return client.post(reverse("cohort_invite", args=[cohort.slug]), {"people": people})


def test_one_address_is_invited_by_email(cohort, admin, as_user, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks():
        response = invite(as_user(admin), cohort, " New@Example.org ")
    assert response.status_code == 302
    delivery = Delivery.objects.get(invitation__email="new@example.org")
    assert delivery.invitation.cohort_invitation.cohort == cohort


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a@x.org\nb@x.org", ["a@x.org", "b@x.org"]),
        ("a@x.org, b@x.org;c@x.org", ["a@x.org", "b@x.org", "c@x.org"]),
        ("a@x.org b@x.org", ["a@x.org", "b@x.org"]),
        ("A@X.org\r\n\r\n a@x.org ,", ["a@x.org"]),
        (" , \n", []),
        ("Lea <lea@x.org>", ["lea@x.org"]),
        ('"Winter, Lea" <lea@x.org>, "Sommer; Max" <max@x.org>', ["lea@x.org", "max@x.org"]),
        ('5" a@x.org, b@x.org', ["a@x.org", "b@x.org"]),
        ("Lea\ta@x.org\tMax\tb@x.org", [""]),
        ("ask lea@x.org first", [""]),
        ("lea at x.org", [""]),
        ("lea@x", [""]),
        ("a@x.org <", [""]),
        (f"{'a' * 60}@{'b' * 63}.{'c' * 63}.{'d' * 63}.org", [""]),
    ],
)
def test_a_list_is_read_as_people_paste_it(text, found):
    assert [one.email for one in read_addresses(text)] == found


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ('"Lea Winter" <Lea@x.org>', "Lea Winter"),
        ('"Winter, Lea" <lea@x.org>', "Winter, Lea"),
        ("Lea Winter\tlea@x.org", "Lea Winter"),
        ("lea@x.org\tLea\tWinter", "Lea Winter"),
        ('"Winter, Lea"\tlea@x.org', "Winter, Lea"),
    ],
)
def test_a_name_beside_the_address_is_kept(typed, name):
    assert read_addresses(typed) == [Addressee(typed, "lea@x.org", name)]


def test_each_of_a_list_is_told_what_became_of_it(cohort, learner, admin, as_user):
    world.make_invitation(cohort, "before@x.org")
    cohort.seats = cohort.seats_taken + 2
    cohort.save()
    people = f"{learner.email}\nbefore@x.org\nNora <nora@x.org>\nnot an address\ntoo-many@x.org"
    response = invite(as_user(admin), cohort, people)
    assert response.status_code == 200
    said = {one.person.typed: one.outcome for one in response.context["outcomes"]}
    assert said == {
        learner.email: "already_enrolled",
        "before@x.org": "invited_before",
        "Nora <nora@x.org>": "invited",
        "not an address": "not_an_address",
        "too-many@x.org": "no_seat_left",
    }
    assert "1 of 5 invited" in response.text
    assert "not an address\ntoo-many@x.org</textarea>" in response.text
    assert Invitation.objects.get(email="nora@x.org").name == "Nora"


def test_a_list_sent_twice_invites_nobody_twice(cohort, admin, as_user):
    for status in (302, 422):
        assert invite(as_user(admin), cohort, "a@x.org, b@x.org").status_code == status
    assert CohortInvitation.objects.count() == 2


@pytest.mark.parametrize(
    ("people", "complaint"),
    [
        ("", "Write at least one address"),
        (" ,\n", "Write at least one address"),
        ("\n".join(f"person{number}@x.org" for number in range(101)), "These are 101 addresses"),
    ],
)
def test_a_refused_list_invites_nobody_and_is_kept(cohort, admin, as_user, people, complaint):
    response = invite(as_user(admin), cohort, people)
    assert (response.status_code, complaint in response.text) == (422, True)
    assert people.strip() in response.text
    assert not CohortInvitation.objects.exists()


def test_a_revoked_invitation_gives_its_seat_to_another(cohort, admin, as_user):
    cohort.seats = 1
    cohort.save()
    place = world.make_invitation(cohort, "first@x.org")
    client = as_user(admin)
    assert invite(client, cohort, "second@x.org").status_code == 422
    client.post(reverse("invitation_revoke", args=[cohort.slug, place.invitation_id]))
    assert invite(client, cohort, "second@x.org").status_code == 302


def test_a_name_that_is_no_text_of_ours_is_escaped(cohort, admin, as_user):
    response = invite(as_user(admin), cohort, "<script>alert(1)</script>")
    assert "<script>alert" not in response.text
