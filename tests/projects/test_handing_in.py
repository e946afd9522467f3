"""Handing in through the page: what is taken, what is refused and why, and that nothing typed is lost."""

import threading
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from courses.models import Extension, Pause
from lms.lib import uploads
from projects import outbox
from projects.models import GradingJob, StoredFile, Submission
from tests import world
from tests.projects.grading.build import answer, check, notebook

SOURCE = notebook(answer("fit", "def fit():\n    return 1"), check("test_fit", "assert fit() == 1"))
WORK = notebook(answer("fit", "def fit():\n    return 2"))


@pytest.fixture
def exercise(curriculum):
    project = world.make_project(curriculum, "exercise", "ols")
    world.make_notebook_checks(project, SOURCE)
    return project


def upload(data=WORK, name="ols.ipynb"):
    return SimpleUploadedFile(name, data)


def hand_in(client, project, cohort, *files, **fields):
    url = reverse("project_submit", args=[cohort.slug, project.slug])
    return client.post(url, {"files": list(files), "note": "", **fields})


@pytest.fixture
def page(learner, as_user):
    return as_user(learner)


def refused(response, words):
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Submission.objects.exists()
    return True


def test_a_notebook_is_kept_and_its_checks_are_queued(page, exercise, cohort, enrollment):
    response = hand_in(page, exercise, cohort, upload(), note="  I am stuck  ")
    submission = Submission.objects.get()
    assert response["Location"] == reverse("submission_detail", args=[submission.pk])
    assert (submission.number, submission.state, submission.note) == (1, "checks_queued", "I am stuck")
    assert submission.files.get().stored.read() == WORK
    assert GradingJob.objects.filter(submission=submission).count() == 1


def test_a_link_alone_goes_to_review_where_no_files_are_wanted(page, curriculum, cohort, enrollment):
    project = world.make_project(curriculum, "milestone", accepts_files=False)
    hand_in(page, project, cohort, link="https://example.org/repo")
    assert Submission.objects.get().state == "waiting_for_review"


def test_what_was_typed_stays_in_the_form_when_work_is_refused(page, mini_project, cohort):
    response = hand_in(page, mini_project, cohort, link="https://example.org/me", note="My <note>")
    assert refused(response, "Choose at least one file")
    assert "https://example.org/me" in response.content.decode()
    assert "My &lt;note&gt;" in response.content.decode()


def test_the_address_of_a_refused_form_leads_back_to_the_project(page, cohort, exercise):
    assert refused(hand_in(page, exercise, cohort), "")
    again = page.get(reverse("project_submit", args=[cohort.slug, exercise.slug]))
    assert (again.status_code, again["Location"]) == (302, reverse("project_detail", args=[cohort.slug, exercise.slug]))


def test_a_refused_page_still_shows_the_images_and_links_of_its_brief(page, cohort, exercise):
    activity = exercise.activity
    activity.content_id = world.make_content('<p><a href="../other/">x</a><img src="asset/fit.png" alt="A fit"></p>')
    activity.save()
    body = hand_in(page, exercise, cohort).content.decode()
    here = reverse("project_detail", args=[cohort.slug, exercise.slug])
    assert f'src="{here}asset/fit.png?v={activity.content_id[:12]}"' in body
    assert f'href="/learn/{cohort.slug}/projects/other/"' in body


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Nothing was handed in"),
        (b"%PDF-1.7\n...", "PDF"),
        (b'{"cells": [', "Nothing was handed in"),
        (b"\xff\xfe\x00{", "Nothing was handed in"),
        (b"[]", "Nothing was handed in"),
        (notebook(answer("another", "x = 1")), "another exercise"),
    ],
    ids=["empty", "a PDF", "truncated", "not UTF-8", "foreign JSON", "another exercise"],
)
def test_a_file_that_is_no_notebook_of_this_exercise_is_refused(page, exercise, cohort, data, words):
    assert refused(hand_in(page, exercise, cohort, upload(data)), words)


def test_edited_and_deleted_test_cells_are_taken_since_they_do_not_count(page, exercise, cohort):
    edited = notebook(answer("fit", "def fit():\n    return 2"), check("test_fit", "assert True"))
    assert hand_in(page, exercise, cohort, upload(edited)).status_code == 302


def test_files_too_large_together_are_refused_before_they_are_read(page, exercise, cohort, settings):
    settings.SUBMISSION_MAX_BYTES = 100
    assert refused(hand_in(page, exercise, cohort, upload(b"x" * 101)), "larger than")
    assert not StoredFile.objects.filter(size=101).exists()


def test_a_request_that_is_too_large_never_reaches_the_disk_and_keeps_what_was_typed(
    page, exercise, cohort, settings, monkeypatch
):
    settings.SUBMISSION_MAX_BYTES = 100
    monkeypatch.setattr(uploads, "SLACK", 0)
    response = hand_in(page, exercise, cohort, upload(b"x" * 5000), note="Keep me")
    assert refused(response, "larger than")
    assert "Keep me" in response.content.decode()


def test_names_are_cleaned_and_two_files_of_one_name_refused(page, mini_project, cohort):
    clash = hand_in(page, mini_project, cohort, upload(b"a", "a/Read.md"), upload(b"b", "read.md"))
    assert refused(clash, "Two files are called")
    hand_in(page, mini_project, cohort, upload(b"a", "../../etc/cafe\u0301\x07.md"), upload(b"", "__init__.py"))
    assert [file.name for file in Submission.objects.get().files.all()] == ["__init__.py", "café.md"]


def test_a_link_must_be_an_address_of_the_web(page, mini_project, cohort):
    assert refused(hand_in(page, mini_project, cohort, upload(b"a", "a.md"), link="javascript:alert(1)"), "valid URL")


def test_work_after_the_cut_off_is_refused_with_the_date(page, exercise, cohort):
    cohort.starts_on -= timedelta(days=30)
    cohort.save()
    assert refused(hand_in(page, exercise, cohort, upload()), "This closed on")


def test_an_extension_opens_it_again(page, exercise, cohort, enrollment, admin):
    cohort.starts_on -= timedelta(days=30)
    cohort.save()
    Extension.objects.create(enrollment=enrollment, activity=exercise.activity, days=60, reason="ill", granted_by=admin)
    assert hand_in(page, exercise, cohort, upload()).status_code == 302


def test_work_before_it_opens_is_refused_with_the_date(page, curriculum, cohort):
    project = world.make_project(curriculum, "exercise", week=4)
    assert refused(hand_in(page, project, cohort, upload()), "This opens on")


def test_a_paused_learner_hands_nothing_in(page, exercise, cohort, enrollment):
    enrollment.state = "paused"
    enrollment.save()
    Pause.objects.create(enrollment=enrollment, starts_on=timezone.localdate(timezone=ZoneInfo(cohort.time_zone)))
    assert refused(hand_in(page, exercise, cohort, upload()), "paused")


def test_work_for_another_cohort_is_not_found(page, exercise, other_cohort):
    assert hand_in(page, exercise, other_cohort, upload()).status_code == 404


def test_a_project_of_another_curriculum_is_not_found(page, cohort):
    foreign = world.make_project(world.make_curriculum(), "exercise", "foreign")
    assert hand_in(page, foreign, cohort, upload()).status_code == 404


def test_no_more_attempts_than_the_limit_but_ours_are_not_counted(page, exercise, cohort, enrollment):
    exercise.max_attempts = 2
    exercise.save()
    world.make_submission(enrollment, exercise, state="checks_failed")
    world.make_submission(enrollment, exercise, state="could_not_run")
    assert (
        b"<strong>1</strong> of 2 attempts left"
        in page.get(reverse("project_detail", args=[cohort.slug, exercise.slug])).content
    )
    assert hand_in(page, exercise, cohort, upload()).status_code == 302
    assert hand_in(page, exercise, cohort, upload(WORK + b" ")).status_code == 422
    assert Submission.objects.count() == 3


def test_ten_attempts_a_day_whose_checks_could_not_run_are_enough(page, exercise, cohort, enrollment):
    yesterday = timezone.now() - timedelta(hours=25)
    world.make_submission(enrollment, exercise, "could_not_run", submitted_at=yesterday)
    for _ in range(9):
        world.make_submission(enrollment, exercise, "could_not_run")
    assert hand_in(page, exercise, cohort, upload()).status_code == 302
    Submission.objects.update(state="could_not_run")
    response = hand_in(page, exercise, cohort, upload(WORK + b" "))
    assert (response.status_code, Submission.objects.count()) == (422, 11)
    assert "staff have been told" in response.text
    Submission.objects.filter(number=2).update(state="checks_failed")
    assert hand_in(page, exercise, cohort, upload(WORK + b" ")).status_code == 302


def test_the_same_work_sent_again_is_not_taken_twice(page, exercise, cohort):
    hand_in(page, exercise, cohort, upload())
    again = hand_in(page, exercise, cohort, upload())
    assert "not taken twice" in again.content.decode()
    assert Submission.objects.count() == 1


def test_without_a_broker_the_submission_is_kept_and_announced_later(
    page, exercise, cohort, monkeypatch, django_capture_on_commit_callbacks
):
    def away(*args, **kwargs):
        raise OperationalError("Redis is stopped")

    monkeypatch.setattr(outbox.current_app, "send_task", away)
    with django_capture_on_commit_callbacks(execute=True):
        assert hand_in(page, exercise, cohort, upload()).status_code == 302
    job = GradingJob.objects.get()
    assert (job.state, job.published_at) == ("pending", None)
    assert page.get(reverse("submission_detail", args=[job.submission_id])).status_code == 200


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_keep_exactly_one(page, exercise, cohort, learner):
    barrier, answers = threading.Barrier(2), []

    def click():
        client = Client()
        client.force_login(learner)
        barrier.wait()
        answers.append(hand_in(client, exercise, cohort, upload()).status_code)
        connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [302, 422]
    assert Submission.objects.count() == 1
    assert GradingJob.objects.count() == 1
