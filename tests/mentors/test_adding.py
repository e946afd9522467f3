"""The office adds mentors who have no account yet."""

import pytest
from django.core import mail
from django.urls import reverse

from lms.accounts.models import AuditEntry, User
from lms.notifications.delivering import message_for
from lms.notifications.models import Delivery, Kind
from mentors.actions import AssignmentRefused, add_new_mentor
from mentors.models import Mentor
from tests import world

NEW = {"email": "Nora@Example.org", "name": "Nora New", "capacity": 4, "skills": "Forecasting"}


def add(client, cohort, **changes):
    return client.post(reverse("mentor_add", args=[cohort.slug]), NEW | changes, follow=True)


def test_somebody_without_an_account_becomes_a_mentor_without_a_password(cohort, admin, as_user):
    page = add(as_user(admin), cohort).text
    assert "Nora New is a mentor with 4 places. They still have to choose a password." in page
    mentor = Mentor.objects.get(user__email="nora@example.org")
    assert (mentor.capacity, mentor.skills, mentor.user.time_zone) == (4, "Forecasting", cohort.time_zone)
    assert not mentor.user.has_usable_password()
    written = AuditEntry.objects.filter(actor=admin).values_list("action", flat=True)
    assert {"create_person", "add_mentor"} <= set(written)


def test_a_new_mentor_is_told_where_to_choose_a_password_and_can(cohort, admin, as_user, client):
    add(as_user(admin), cohort)
    delivery = Delivery.objects.get(notification__kind=Kind.MENTOR_ADDED)
    message = message_for(delivery)
    assert message.to == ["nora@example.org"]
    assert "enter this address (nora@example.org)" in message.body
    assert reverse("account_reset_password") in message.body
    mail.outbox.clear()
    client.post(reverse("account_reset_password"), {"email": "nora@example.org"})
    assert "/accounts/password/reset/key/" in mail.outbox[0].body


def test_an_account_that_was_never_confirmed_becomes_nobody_elses_mentor(cohort, admin, as_user):
    asked = world.make_user("Someone", "nora@example.org")
    asked.emailaddress_set.update(verified=False)
    assert "They still have to choose a password." in add(as_user(admin), cohort).text
    asked.refresh_from_db()
    assert not asked.has_usable_password()
    assert asked.emailaddress_set.get().verified


def test_somebody_with_an_account_keeps_their_name_and_is_not_asked_for_a_password(cohort, admin, outsider, as_user):
    name = outsider.name
    assert "choose a password" not in add(as_user(admin), cohort, email=outsider.email).text
    outsider.refresh_from_db()
    assert outsider.name == name
    assert not Delivery.objects.filter(notification__kind=Kind.MENTOR_ADDED).exists()


@pytest.mark.parametrize("name", ["", "  "])
def test_a_new_address_without_a_name_is_refused_and_the_form_kept(cohort, admin, as_user, name):
    response = add(as_user(admin), cohort, name=name)
    assert response.status_code == 422
    assert "Nobody has an account with the address Nora@Example.org" in response.text
    assert "Forecasting" in response.text
    assert not User.objects.filter(email="nora@example.org").exists()


def test_an_address_taken_meanwhile_is_refused_and_nothing_is_left(admin):
    world.make_user("Nora", email="nora@example.org")
    with pytest.raises(AssignmentRefused, match="by now"):
        add_new_mentor(**NEW, time_zone="UTC", by=admin)
    assert not Mentor.objects.exists()
