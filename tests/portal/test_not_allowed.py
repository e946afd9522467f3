"""Addresses that only take forms, opened as pages: after a reload, from a history, or after signing in."""

import pytest
from django.urls import reverse

from lms.portal.views.errors import page_above


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/submissions/7/review/claim/", "/submissions/7/review/"),
        ("/learn/spring/projects/house-prices/submit/", "/learn/spring/projects/house-prices/"),
        ("/cohorts/spring/invitations/5/revoke/", "/cohorts/spring/"),
        ("/cohorts/spring/enrollments/3/mentor/end/", "/cohorts/spring/enrollments/3/"),
        ("/profile/picture/remove/", "/profile/"),
        ("/notifications/read/", "/notifications/"),
        ("/healthz", ""),
    ],
)
def test_the_way_back_is_the_nearest_page_above(path, page):
    assert page_above(path) == page


def test_a_form_address_opened_as_a_page_says_so_and_leads_back(as_user, learner):
    answer = as_user(learner).get("/profile/picture/remove/")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "This address is not a page" in answer.text
    assert 'href="/profile/"' in answer.text


def test_other_methods_get_the_same_page(as_user, admin, cohort):
    answer = as_user(admin).delete(reverse("cohort_matrix", args=[cohort.slug]))
    assert (answer.status_code, "This address is not a page" in answer.text) == (405, True)


@pytest.mark.parametrize("path", ["/api/v1/me/", "/api/v1/docs/"])
def test_the_api_says_it_in_its_own_shape(as_user, learner, path):
    answer = as_user(learner).delete(path)
    assert answer.status_code == 405
    assert answer.json()["error"]["code"] == "method_not_allowed"
