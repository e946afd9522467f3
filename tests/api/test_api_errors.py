"""Whatever goes wrong below /api/ is told in one shape."""

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import path

from lms import urls
from tests import world

pytestmark = pytest.mark.django_db


@login_not_required
def fall_over(request):
    raise RuntimeError("not for the eyes of strangers")


urlpatterns = [*urls.urlpatterns, path("api/v1/falls-over/", fall_over), path("falls-over/", fall_over)]
handler400, handler404, handler500 = urls.handler400, urls.handler404, urls.handler500


@pytest.fixture
def client(learner):
    body = {"email": learner.email, "password": world.PASSWORD}
    token = Client().post("/api/v1/auth/token/", body, "application/json").json()["token"]
    return Client(headers={"Authorization": f"Token {token}"}, raise_request_exception=False)


def error_of(answer):
    assert answer["Content-Type"] == "application/json"
    assert set(answer.json()) == {"error"}
    assert set(answer.json()["error"]) == {"code", "message", "fields"}
    return answer.status_code, answer.json()["error"]["code"]


@pytest.mark.parametrize("address", ["/api/", "/api/v1/nothing/", "/api/v2/me/", "/api/v1/submissions/9e9/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_address_is_told_as_json(address, method, client):
    for caller in (client, Client()):
        assert error_of(getattr(caller, method)(address)) == (404, "not_found")


def test_an_address_without_its_slash_still_leads_on(client):
    assert client.get("/api/v1/me").status_code == 301


def test_too_many_files_are_told_as_json(client, mini_project):
    files = [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(61)]
    answer = client.post(f"/api/v1/projects/{mini_project.slug}/submissions/", {"files": files})
    assert error_of(answer) == (400, "too_much")


def test_too_many_fields_are_told_as_json(client, mini_project):
    fields = {f"field-{number}": "x" for number in range(1001)}
    answer = client.post(f"/api/v1/projects/{mini_project.slug}/submissions/", fields)
    assert error_of(answer) == (400, "too_much")


def test_too_much_data_is_told_as_json(client, mini_project, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = client.post(f"/api/v1/projects/{mini_project.slug}/submissions/", {"note": "x" * 1000})
    assert error_of(answer) == (400, "too_much")


def test_a_nul_in_an_address_is_told_as_json(client):
    assert error_of(client.get("/api/v1/me/?a=%00")) == (400, "unreadable")


@pytest.mark.urls(__name__)
def test_a_fault_is_told_as_json_without_its_reason(client):
    answer = client.get("/api/v1/falls-over/")
    assert error_of(answer) == (500, "server_error")
    assert b"strangers" not in answer.content


@pytest.mark.urls(__name__)
def test_pages_keep_their_own_errors(as_user, learner):
    browser = as_user(learner)
    browser.raise_request_exception = False
    for address, status in (("/falls-over/", 500), ("/nowhere/", 404), ("/?cohort=%00", 400)):
        answer = browser.get(address)
        assert answer.status_code == status
        assert answer["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("body", ["[1]", '"x"', "{", '{"email": "\\ud800", "password": "x"}', '{"email": {"a": 1}}'])
def test_a_strange_body_gets_no_token_and_a_reason(body):
    status, _ = error_of(Client().post("/api/v1/auth/token/", body, "application/json"))
    assert status in (400, 401)
