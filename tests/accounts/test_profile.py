"""One's own account."""

import pytest
from django.urls import reverse


def save(client, **changes):
    return client.post(reverse("profile"), {"name": "Lea Winter", "time_zone": "Asia/Tokyo", **changes})


def test_name_and_time_zone_are_saved(learner, as_user):
    client = as_user(learner)
    assert save(client).status_code == 302
    learner.refresh_from_db()
    assert (learner.name, learner.time_zone) == ("Lea Winter", "Asia/Tokyo")
    assert "Times are shown in Tokyo" in client.get(reverse("profile")).content.decode()


@pytest.mark.parametrize("changes", [{"name": ""}, {"name": "  "}, {"name": "x" * 151}, {"time_zone": "Nowhere/Town"}])
def test_what_cannot_be_saved_stays_in_the_form(learner, as_user, changes):
    response = save(as_user(learner), **changes)
    assert response.status_code == 422
    learner.refresh_from_db()
    assert learner.name == "Lea Learner"


def test_a_time_zone_of_an_old_name_is_kept(learner, as_user):
    learner.time_zone = "US/Eastern"
    learner.save()
    assert '<option value="US/Eastern" selected>' in as_user(learner).get(reverse("profile")).content.decode()


def test_each_place_is_offered_once_by_its_name_of_today(learner, as_user):
    page = as_user(learner).get(reverse("profile")).text
    for name in ("Asia/Kolkata", "America/Los_Angeles", "Europe/Amsterdam", "UTC"):
        assert f'<option value="{name}"' in page
    for name in ("Asia/Calcutta", "US/Pacific", "America/Buenos_Aires", "Europe/Kiev", "GMT+0"):
        assert f'<option value="{name}"' not in page


def test_markup_in_a_name_is_text(learner, as_user):
    client = as_user(learner)
    save(client, name="<b>Lea</b>")
    page = client.get(reverse("profile")).content.decode()
    assert "&lt;b&gt;Lea&lt;/b&gt;" in page
    assert "<b>Lea</b>" not in page
