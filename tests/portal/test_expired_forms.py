"""A form that cannot be trusted any more."""

from django.test import Client


def test_a_form_without_its_secret_gets_the_portals_own_page(learner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner)
    answer = client.post("/notifications/read/", {})
    assert answer.status_code == 403
    assert "This form has expired" in answer.content.decode()
    assert "DEBUG" not in answer.content.decode()
