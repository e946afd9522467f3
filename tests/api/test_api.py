"""The REST API: the same actions and visibility as the pages."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.signals import post_init
from django.test import Client, override_settings
from django.utils import timezone
from knox.models import AuthToken

from courses.actions.pausing import pause
from lms.lib import uploads
from projects.models import GraderVersion, GradingJob, Project, Submission
from tests import exercises, world


@pytest.fixture
def doubling(curriculum):
    return exercises.make_real_exercise(curriculum)


@pytest.fixture
def api():
    """A function from a person to a client that sends their token."""

    def client_of(user):
        answer = Client().post(
            "/api/v1/auth/token/",
            {"email": user.email, "password": world.PASSWORD},
            content_type="application/json",
        )
        assert answer.status_code == 200, answer.content
        return Client(headers={"Authorization": f"Token {answer.json()['token']}"})

    return client_of


def upload(data=None, name="doubling.ipynb"):
    return SimpleUploadedFile(name, exercises.notebook() if data is None else data)


def submit(client, *files, slug="doubling", **fields):
    return client.post(f"/api/v1/projects/{slug}/submissions/", {"files": files, **fields})


def test_a_wrong_password_says_nothing_about_the_account(learner):
    answers = [
        Client().post("/api/v1/auth/token/", {"email": email, "password": "wrong-password"}, "application/json")
        for email in (learner.email, "nobody@example.org")
    ]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["error"]["code"] == "authentication_failed"


def test_a_person_whose_address_is_not_verified_gets_no_token(learner):
    learner.emailaddress_set.update(verified=False)
    body = {"email": learner.email, "password": world.PASSWORD}
    assert Client().post("/api/v1/auth/token/", body, "application/json").status_code == 401


def test_a_revoked_token_is_useless(learner, api):
    client = api(learner)
    assert client.get("/api/v1/me/").status_code == 200
    assert client.post("/api/v1/auth/token/revoke/").status_code == 204
    assert client.get("/api/v1/me/").status_code == 401


def test_guessing_passwords_is_throttled(learner):
    body = {"email": learner.email, "password": "wrong-password"}
    codes = [Client().post("/api/v1/auth/token/", body, "application/json").status_code for _ in range(12)]
    assert codes[-1] == 429


def test_guessing_from_many_addresses_is_throttled_for_the_one_account(learner):
    body = {"email": learner.email, "password": "wrong-password"}
    codes = [
        Client(headers={"X-Forwarded-For": f"10.0.0.{n}"})
        .post("/api/v1/auth/token/", body, "application/json")
        .status_code
        for n in range(12)
    ]
    assert codes[-1] == 429
    elsewhere = Client(REMOTE_ADDR="192.0.2.9").post("/api/v1/auth/token/", body, "application/json")
    assert elsewhere.status_code == 429


def test_me_names_the_roles(mentor, admin, learner, api):
    assert api(mentor).get("/api/v1/me/").json()["roles"] == ["mentor"]
    assert api(admin).get("/api/v1/me/").json()["roles"] == ["staff"]
    assert api(learner).get("/api/v1/me/").json()["roles"] == ["learner"]


def test_enrollments_and_projects_carry_effective_dates(learner, doubling, api):
    client = api(learner)
    [place] = client.get("/api/v1/enrollments/").json()["results"]
    assert (place["cohort"], place["state"]) == ("spring", "active")
    [project] = client.get("/api/v1/projects/").json()["results"]
    assert (project["slug"], project["max_score"]) == ("doubling", 4.0)
    assert project["due"]["zone"] == "Europe/Lisbon"
    assert project["due"]["why"] == "week 1"


def test_a_project_says_which_file_it_takes_and_how_often_a_day(learner, doubling, curriculum, api):
    exercises.make_capped_exercise(curriculum, daily_cap=1)
    client = api(learner)
    projects = {one["slug"]: one for one in client.get("/api/v1/projects/").json()["results"]}
    assert [projects["averages"][key] for key in ("file", "daily_cap")] == ["stats.py", 1]
    assert [projects["doubling"][key] for key in ("file", "daily_cap")] == [None, None]
    answers = [submit(client, upload(text, "stats.py"), slug="averages") for text in (b"x = 1", b"x = 2")]
    assert [answer.status_code for answer in answers] == [201, 409]
    assert "at most 1 a day" in answers[1].json()["error"]["message"]


def test_a_stored_config_that_a_newer_rule_refuses_does_not_cost_the_list(learner, doubling, curriculum, api):
    capped = exercises.make_capped_exercise(curriculum, daily_cap=1)
    capped.grader_versions.update(config={"daily_cap": "often", "module": "no module"})
    projects = {one["slug"]: one for one in api(learner).get("/api/v1/projects/").json()["results"]}
    assert projects.keys() == {"averages", "doubling"}
    assert [projects["averages"][key] for key in ("file", "daily_cap", "title")] == [None, None, capped.title]


def test_a_list_of_projects_reads_the_newest_grader_versions_alone(
    learner, enrollment, curriculum, api, django_assert_num_queries, django_assert_max_num_queries
):
    client, project = api(learner), world.make_project(curriculum)
    read = []

    def note(instance, **_):
        read.append(instance.number)

    with django_assert_max_num_queries(12) as few:
        client.get("/api/v1/projects/")
    for _ in range(3):
        newest = world.make_grader_version(project)
    project.grader_versions.filter(pk=newest.pk).update(config={"daily_cap": 3})
    post_init.connect(note, sender=GraderVersion)
    try:
        with django_assert_num_queries(len(few)):
            [told] = client.get("/api/v1/projects/").json()["results"]
    finally:
        post_init.disconnect(note, sender=GraderVersion)
    assert (read, told["daily_cap"]) == ([newest.number], 3)


def test_submitting_returns_a_submission_without_a_score_yet(learner, doubling, api):
    client = api(learner)
    answer = submit(client, upload())
    assert answer.status_code == 201
    body = client.get(f"/api/v1/submissions/{answer.json()['id']}/").json()
    assert (body["state"], body["score"], body["max_score"]) == ("checks_queued", None, 4.0)
    assert (body["number"], body["files"], body["review"]) == (1, ["doubling.ipynb"], None)
    job = GradingJob.objects.get()
    assert (job.submission_id, job.queue) == (body["id"], "grade")


def test_a_result_shows_its_groups_and_a_strangers_request_404(
    learner, other_learner, mentor, exercise, enrollment, api
):
    submission = world.make_submission(enrollment, exercise, state="checks_failed")
    world.make_result(submission, 4, 10, groups=[world.group("test_1", 4, 10, message="expected 4")])
    path = f"/api/v1/submissions/{submission.pk}/"
    body = api(learner).get(path).json()
    assert (body["score"], body["max_score"], body["verdict"]) == (4.0, 10.0, "partial")
    assert body["groups"][0]["message"] == "expected 4"
    assert api(mentor).get(path).json() == body
    stranger = api(other_learner).get(path)
    assert stranger.status_code == 404
    assert stranger.json()["error"]["code"] == "not_found"
    assert Client().get(path).status_code == 401


def test_only_a_learner_of_the_curriculum_submits(other_learner, mentor, doubling, api):
    for person in (other_learner, mentor):
        assert submit(api(person), upload()).status_code == 404
    assert not Submission.objects.exists()


def zipped(**files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "bad",
    [b"", b"{", exercises.notebook()[:200], b"%PDF-1.7", zipped(a="1"), b"\xff\xfe\x00", b'{"hello": "world"}'],
    ids=["empty", "brace", "truncated", "pdf", "zip", "not-utf-8", "foreign"],
)
def test_what_is_no_notebook_is_refused_with_words(learner, doubling, api, bad):
    answer = submit(api(learner), upload(bad))
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "upload_refused"
    assert "Nothing was handed in" in answer.json()["error"]["message"]
    assert not Submission.objects.exists()


def test_too_much_is_refused(learner, doubling, api):
    with override_settings(SUBMISSION_MAX_BYTES=100):
        answer = submit(api(learner), upload(b"x" * 200))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")


def test_a_request_so_large_that_its_files_are_dropped_is_refused_for_its_size(
    learner, doubling, api, settings, monkeypatch
):
    settings.SUBMISSION_MAX_BYTES = 100
    monkeypatch.setattr(uploads, "SLACK", 0)
    Project.objects.update(accepts_link=Project.LinkRule.REQUIRED)
    answer = submit(api(learner), upload(b"x" * 5000), link="https://example.com/repository")
    assert answer.status_code == 400
    assert "larger than" in answer.json()["error"]["message"]
    assert not Submission.objects.exists()


def test_a_paused_learner_submits_nothing(learner, enrollment, doubling, admin, api):
    pause(enrollment=enrollment, by=admin)
    answer = submit(api(learner), upload())
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "submission_refused")
    assert "paused" in answer.json()["error"]["message"]


def test_errors_of_fields_have_the_one_shape(learner, doubling, api):
    answer = submit(api(learner), upload(), link="not a link")
    assert answer.status_code == 400
    assert set(answer.json()["error"]) == {"code", "message", "fields"}
    assert "link" in answer.json()["error"]["fields"]


def test_lists_cost_the_same_whatever_their_length(
    learner, enrollment, curriculum, api, django_assert_num_queries, django_assert_max_num_queries
):
    client = api(learner)
    world.make_project(curriculum)
    with django_assert_max_num_queries(12) as few:
        client.get("/api/v1/projects/")
    for _ in range(8):
        world.make_project(curriculum)
    with django_assert_num_queries(len(few)):
        assert len(client.get("/api/v1/projects/").json()["results"]) == 9
    project = world.make_project(curriculum)
    path = f"/api/v1/projects/{project.slug}/submissions/"
    world.make_result(world.make_submission(enrollment, project, state="checks_passed"))
    client.get(path)  # what stays the same is read once
    with django_assert_max_num_queries(8) as few:
        client.get(path)
    for _ in range(5):
        world.make_result(world.make_submission(enrollment, project, state="checks_passed"))
    with django_assert_num_queries(len(few)):
        assert len(client.get(path).json()) == 6


def test_handing_in_and_asking_cost_the_same_for_the_seventh_attempt_as_for_the_second(
    learner, enrollment, doubling, api, django_assert_num_queries
):
    client = api(learner)
    submit(client, upload())
    for number in (2, 7):
        while Submission.objects.count() < number - 1:
            world.make_submission(enrollment, doubling, "checks_failed")
        Submission.objects.update(state="checks_failed")
        with django_assert_num_queries(16):
            body = submit(client, upload()).json()
        assert body["number"] == number
        with django_assert_num_queries(6):
            client.get(f"/api/v1/submissions/{body['id']}/")


def test_the_answer_to_handing_in_is_what_asking_for_it_says(learner, doubling, api):
    client = api(learner)
    body = submit(client, upload(), note="At last.").json()
    assert client.get(f"/api/v1/submissions/{body['id']}/").json() == body


def test_a_token_that_ran_out_is_useless_and_removed(learner, api):
    client, other = api(learner), AuthToken.objects.create(user=learner)[0]
    AuthToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    assert client.get("/api/v1/me/").status_code == 401
    assert list(AuthToken.objects.all()) == [other]
    body = {"email": learner.email, "password": world.PASSWORD}
    assert Client().post("/api/v1/auth/token/", body, "application/json").status_code == 200
    assert not AuthToken.objects.filter(pk=other.pk).exists()


def test_notifications_are_ones_own(learner, other_learner, api):
    learner.notifications.create(key="a", kind="enrolled", title="Welcome", path="/")
    assert [one["title"] for one in api(learner).get("/api/v1/notifications/").json()["results"]] == ["Welcome"]
    assert api(other_learner).get("/api/v1/notifications/").json()["results"] == []


def test_the_schema_and_its_page_are_served_from_our_origin():
    assert Client().get("/api/v1/schema/").status_code == 200
    page = Client().get("/api/v1/docs/")
    assert page.status_code == 200
    assert b"https://" not in page.content
