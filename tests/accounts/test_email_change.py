"""Changing the address one signs in with."""

import re

from django.core import mail
from django.urls import reverse

from lms.accounts.models import AuditEntry
from tests import world

NEW = "lea.new@example.org"


def ask(client, address=NEW):
    """Ask for the change, saying the password again where it is wanted."""
    client.post(reverse("account_reauthenticate"), {"password": world.PASSWORD})
    return client.post(reverse("account_email"), {"email": address, "action_add": ""}, follow=True)


def test_the_profile_leads_to_a_page_that_names_the_address(as_user, learner):
    client = as_user(learner)
    assert reverse("account_email") in client.get("/profile/").text
    client.post(reverse("account_reauthenticate"), {"password": world.PASSWORD})
    page = client.get(reverse("account_email")).text
    assert "You sign in with" in page
    assert learner.email in page


def test_a_new_address_holds_once_its_link_is_opened(as_user, learner):
    client = as_user(learner)
    assert f"{NEW}</strong> waits to be confirmed" in ask(client).text
    learner.refresh_from_db()
    assert learner.email == "learner@example.org"
    (message,) = mail.outbox
    assert (message.to, message.subject) == ([NEW], "Confirm your e-mail address")
    link = re.search(r"https?://\S+", message.body).group()
    client.post(link)
    learner.refresh_from_db()
    assert learner.email == NEW
    assert [one.email for one in learner.emailaddress_set.all()] == [NEW]
    assert mail.outbox[-1].to == ["learner@example.org"]
    assert f"from learner@example.org to {NEW}" in mail.outbox[-1].body
    entry = AuditEntry.objects.get(action="change_email")
    assert (entry.person, entry.before, entry.after) == (learner, {"email": "learner@example.org"}, {"email": NEW})


def test_an_open_session_alone_cannot_change_it(client, learner):
    client.force_login(learner)
    response = client.post(reverse("account_email"), {"email": NEW, "action_add": ""})
    assert response.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert mail.outbox == []
