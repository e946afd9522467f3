"""The first admin of an installation."""

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse

from courses.permissions import can_create_cohorts
from lms.accounts.models import User


def test_a_new_person_runs_the_program_and_can_set_a_password(curriculum, client, capsys):
    call_command("add_admin", "Ada@Example.org", name="Ada", program="ml")
    person = User.objects.get(email="ada@example.org")
    assert can_create_cohorts(person)
    assert "Ada runs ML Engineering & AI" in capsys.readouterr().out
    client.post(reverse("account_reset_password"), {"email": "ada@example.org"})
    assert "/accounts/password/reset/key/" in mail.outbox[0].body


def test_somebody_with_an_account_keeps_it(curriculum, outsider):
    for _ in range(2):
        call_command("add_admin", "outsider@example.org", program="ml")
    assert can_create_cohorts(outsider)
    assert outsider.program_staff.count() == 1


def test_an_account_that_was_never_confirmed_opens_to_its_first_password_no_more(curriculum, outsider):
    outsider.emailaddress_set.update(verified=False)
    call_command("add_admin", "outsider@example.org", program="ml")
    outsider.refresh_from_db()
    assert can_create_cohorts(outsider)
    assert not outsider.has_usable_password()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"program": "nothing", "name": "A"}, "Loaded: ml"),
        ({"program": "ml", "name": ""}, "--name"),
        ({"program": "ml", "name": "A", "email": "ada"}, "not an e-mail address"),
    ],
)
def test_what_is_missing_is_said(curriculum, options, words):
    email = options.pop("email", "ada@example.org")
    with pytest.raises(CommandError, match=words):
        call_command("add_admin", email, **options)
    assert not User.objects.filter(email=email).exists()
