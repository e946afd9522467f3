"""Which of several places in a curriculum the API means."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from projects.models import Submission
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(learner):
    body = {"email": learner.email, "password": world.PASSWORD}
    token = Client().post("/api/v1/auth/token/", body, "application/json").json()["token"]
    return Client(headers={"Authorization": f"Token {token}"})


@pytest.fixture
def later(learner, enrollment, curriculum):
    """A second place of the learner's, in a cohort of the same curriculum, entered after the first."""
    autumn = world.make_cohort(curriculum, name="Autumn cohort", slug="autumn")
    return world.make_enrollment(autumn, learner, enrolled_at=timezone.now() + timedelta(minutes=1))


def end(enrollment):
    enrollment.state, enrollment.ended_at = "withdrawn", timezone.now()
    enrollment.save()


def hand_in(client, project, **fields):
    answer = client.post(f"/api/v1/projects/{project.slug}/submissions/", {"link": "https://example.org/x", **fields})
    assert answer.status_code == 201, answer.content
    return Submission.objects.get(pk=answer.json()["id"]).enrollment


@pytest.fixture
def linked(mini_project):
    mini_project.accepts_link = "required"
    mini_project.save()
    return mini_project


def test_an_open_place_comes_before_a_newer_one_that_ended(client, linked, enrollment, later):
    end(later)
    assert hand_in(client, linked) == enrollment


def test_a_paused_place_comes_before_one_that_ended(client, linked, enrollment, later):
    end(later)
    enrollment.state = "paused"
    enrollment.save()
    world.make_submission(enrollment, linked, "passed")
    assert len(client.get(f"/api/v1/projects/{linked.slug}/submissions/").json()) == 1


def test_the_newest_of_several_open_places_is_meant(client, linked, enrollment, later):
    assert hand_in(client, linked) == later


def test_a_place_that_ended_still_shows_its_attempts(client, linked, enrollment):
    world.make_submission(enrollment, linked, "passed")
    end(enrollment)
    assert len(client.get(f"/api/v1/projects/{linked.slug}/submissions/").json()) == 1


def test_the_cohort_asked_for_is_the_one_shown(client, linked, enrollment, later):
    world.make_submission(enrollment, linked, "needs_more_work")
    address = f"/api/v1/projects/{linked.slug}/submissions/"
    assert client.get(address).json() == []
    assert len(client.get(address, {"cohort": enrollment.cohort.slug}).json()) == 1
    assert client.get(address, {"cohort": "of-somebody-else"}).status_code == 404
    assert hand_in(client, linked, cohort=enrollment.cohort.slug) == enrollment
