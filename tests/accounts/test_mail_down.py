"""When no e-mail can go out, people are told so."""

from smtplib import SMTPRecipientsRefused

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.urls import reverse
from structlog.testing import capture_logs

from tests import world

pytestmark = pytest.mark.django_db
HERE = "tests.accounts.test_mail_down"


class Unreachable(BaseEmailBackend):
    def send_messages(self, email_messages):
        raise ConnectionRefusedError(111, "Connection refused")


class Refusing(BaseEmailBackend):
    def send_messages(self, email_messages):
        raise SMTPRecipientsRefused({email_messages[0].to[0]: (550, b"No")})


@pytest.mark.parametrize("backend", ["Unreachable", "Refusing"])
@pytest.mark.parametrize("known", [True, False])
def test_a_reset_that_cannot_be_sent_is_said_on_its_form(learner, client, settings, backend, known):
    settings.EMAIL_BACKEND = f"{HERE}.{backend}"
    address = learner.email if known else "nobody@example.org"
    with capture_logs() as logs:
        response = client.post(reverse("account_reset_password"), {"email": address}, follow=True)
    assert response.redirect_chain == [(reverse("account_reset_password"), 302)]
    assert "The e-mail could not be sent just now." in response.text
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["account_mail_not_sent"]
    assert address not in str(logs)


def test_a_password_is_changed_where_the_notice_of_it_cannot_be_sent(learner, client, settings):
    settings.EMAIL_BACKEND = f"{HERE}.Unreachable"
    client.force_login(learner)
    new = "another quiet afternoon"
    form = {"oldpassword": world.PASSWORD, "password1": new, "password2": new}
    client.post(reverse("account_reauthenticate"), {"password": world.PASSWORD})
    assert "Nothing was changed" not in client.post(reverse("account_change_password"), form, follow=True).text
    learner.refresh_from_db()
    assert learner.check_password(new)
