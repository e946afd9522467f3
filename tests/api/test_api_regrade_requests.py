"""Asking for a regrade through the API: by the page's own rules."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from projects.actions.regrade_requests import answer_regrade_request
from projects.models import RegradeRequest
from tests import world
from tests.projects.regrades import decide, graded

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(learner):
    body = {"email": learner.email, "password": world.PASSWORD}
    token = Client().post("/api/v1/auth/token/", body, "application/json").json()["token"]
    return Client(headers={"Authorization": f"Token {token}"})


@pytest.fixture
def submission(enrollment, exercise):
    return graded(enrollment, exercise, 4)


def address(submission):
    return f"/api/v1/submissions/{submission.pk}/regrade-requests/"


def ask(client, submission, about="group:test_1", why="I did it."):
    answer = client.post(address(submission), {"about": about, "why": why})
    return answer.status_code, answer.json()


def test_what_is_asked_is_listed_with_its_answer(client, submission, admin):
    status, asked = ask(client, submission)
    assert (status, asked["about"], asked["title"], asked["state"]) == (201, "group:test_1", "Test 1", "open")
    assert (asked["answer"], asked["answered_by"]) == ("", None)
    request = RegradeRequest.objects.get()
    answer_regrade_request(request=request, state="kept", answer="It is not there.", by=admin)
    (listed,) = client.get(address(submission)).json()
    assert listed["id"] == asked["id"]
    assert (listed["state"], listed["answer"], listed["answered_by"]) == ("kept", "It is not there.", "Ada Admin")


def test_what_the_page_refuses_is_refused_here(client, submission, enrollment, mini_project):
    assert ask(client, submission, about="group:other")[0] == 400
    assert ask(client, submission, why="x" * 2001)[0] == 400
    assert ask(client, submission, about=f"criterion:{'9' * 5000}")[1]["error"]["fields"].keys() == {"about"}
    assert ask(client, submission, why=" ")[1]["error"]["fields"].keys() == {"why"}
    assert ask(client, submission)[0] == 201
    status, refusal = ask(client, submission)
    assert (status, refusal["error"]["code"]) == (409, "regrade_request_refused")
    unreleased = world.make_submission(enrollment, mini_project, "waiting_for_review")
    assert ask(client, unreleased)[0] == 409
    assert RegradeRequest.objects.count() == 1


def test_the_id_of_a_criterion_stands_with_its_score(client, enrollment, mini_project, mentor):
    submission = world.make_submission(enrollment, mini_project, "waiting_for_review")
    world.make_result(submission, 2, 2)
    decide(submission, mentor)
    score = client.get(f"/api/v1/submissions/{submission.pk}/").json()["review"]["scores"][0]
    status, asked = ask(client, submission, about=f"criterion:{score['criterion_id']}")
    assert (status, asked["title"]) == (201, score["criterion"])


def test_listing_costs_the_same_at_any_size(client, submission, admin):
    def cost(count):
        for number in range(count):
            RegradeRequest.objects.create(
                submission=submission,
                group=f"group-{number}",
                about="A group",
                why="Why?",
                state="kept",
                answer="No.",
                answered_by=admin,
                answered_at=submission.submitted_at,
            )
        with CaptureQueriesContext(connection) as queries:
            listed = client.get(address(submission)).json()
        return len(queries), len(listed)

    cost(0)
    few, _ = cost(1)
    assert cost(9) == (few, 10)
