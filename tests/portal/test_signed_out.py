"""Whoever is not signed in is sent to the sign-in page, but never a piece of a page."""

import pytest
from django.urls import reverse

from tests import world


@pytest.mark.parametrize("name", ["note_edit", "bookmark_set"])
def test_what_htmx_sends_after_the_session_has_ended_is_refused(client, cohort, curriculum, name):
    address = reverse(name, args=[cohort.slug, world.make_activity(curriculum).slug])
    answer = client.post(address, {"note": "Typed long."}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (401, b"")
    page = client.post(address, {"note": "Typed long."})
    assert page.status_code == 302
    assert page["Location"].startswith(reverse("account_login"))


def test_the_sign_in_page_is_open_to_htmx_too(client, db):
    assert client.get(reverse("account_login"), headers={"HX-Request": "true"}).status_code == 200
