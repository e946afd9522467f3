"""The entry exercise of an application: handed in without an enrollment, graded by the engine, read by who may."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.actions.admissions.applying import withdraw_application
from courses.models import EntryAttempt
from lms.accounts.models import AuditEntry
from lms.notifications.models import Notification
from projects.actions.grading import finish_job, system_fault
from projects.actions.leases import lease_job
from projects.models import GradingJob, GradingResult, StoredFile
from projects.running import run_job
from tests import world
from tests.exercises import HALF_SOLVED, make_real_exercise, notebook
from tests.projects.jobs import leased, result

pytestmark = pytest.mark.django_db


@pytest.fixture
def exercise(curriculum):
    curriculum.entry_exercise = "doubling"
    curriculum.save()
    return make_real_exercise(curriculum)


@pytest.fixture
def draft(exercise, cohort, outsider):
    world.make_intake(cohort)
    return world.make_application(cohort, "started", applicant=outsider)


@pytest.fixture
def mine(draft, as_user):
    return Applying(draft, as_user(draft.applicant))


class Applying:
    """The browser of who applies."""

    def __init__(self, application, client):
        self.application, self.client = application, client

    def address(self, name="application_entry", *args):
        return reverse(name, args=[self.application.pk, *args])

    def read(self, name="application_entry", *args):
        return self.client.get(self.address(name, *args)).text

    def hand_in(self, data=None, name="doubling.ipynb"):
        work = notebook() if data is None else data
        return self.client.post(self.address(), {"files": [SimpleUploadedFile(name, work)]})

    def refused(self, words, **what):
        before = EntryAttempt.objects.count()
        answer = self.hand_in(**what)
        return (answer.status_code, words in answer.text, EntryAttempt.objects.count() - before) == (422, True, 0)


def checked(score, max_score=10):
    assert finish_job(job=leased(GradingJob.objects.open().get()), result=result(score, max_score))


@pytest.mark.box
def test_it_is_graded_without_an_enrollment_and_hidden_tests_stay_hidden(mine):
    page = mine.read()
    assert "You can apply without it" in page
    assert "10 of 10 attempts left" in page
    release = b"".join(mine.client.get(mine.address("entry_release")).streaming_content)
    assert b"double(-3)" not in release
    answer = mine.hand_in(notebook(HALF_SOLVED))
    assert answer["Location"] == mine.address("entry_attempt", 1)
    assert "Next to run" in mine.read("entry_attempt", 1)
    assert run_job(GradingJob.objects.get().pk)
    attempt = EntryAttempt.objects.get()
    assert (attempt.state, attempt.score, attempt.max_score) == ("checks_failed", 2, 4)
    page = mine.read("entry_attempt", 1)
    assert "hidden test" in page
    assert "double(-3)" not in page
    assert 'class="cell"' in page
    assert not StoredFile.objects.filter(submission_files__isnull=False).exists()
    assert AuditEntry.objects.get(action="application_entry").after == {"attempt": 1}


def test_while_checks_wait_the_page_asks_and_then_shows_the_result(mine):
    mine.hand_in()
    page = mine.read("entry_attempt", 1)
    address = mine.address("entry_attempt_status", 1)
    seen = page.partition(address + "?seen=")[2].partition('"')[0].replace("&amp;", "&")
    assert mine.client.get(f"{address}?seen={seen}").status_code == 204
    assert mine.client.get(f"{address}?seen=other").status_code == 200
    checked(3)
    told = Notification.objects.get()
    assert (told.title, told.path) == ("Entry exercise: 3 of 10 points", mine.address())
    story = mine.client.get(address)
    assert (story["HX-Retarget"], "Some points are still to be had" in story.text) == ("#story", True)
    told.refresh_from_db()
    assert told.read_at is not None


def test_what_cannot_be_taken_is_said_and_keeps_nothing(mine):
    answer = mine.client.post(mine.address())
    assert (answer.status_code, "Choose at least one file" in answer.text) == (422, True)
    assert mine.refused("notebook", data=b"nothing of the kind")
    two = {"files": [SimpleUploadedFile(name, notebook()) for name in ("a.ipynb", "b.ipynb")]}
    assert mine.client.post(mine.address(), two).status_code == 422
    assert not EntryAttempt.objects.exists()
    assert not GradingJob.objects.exists()


def test_one_attempt_is_checked_at_a_time_and_what_could_not_run_is_not_charged(mine, exercise, admin):
    mine.hand_in()
    assert mine.refused("Attempt 1 is being checked")
    job = GradingJob.objects.get()
    for _ in range(3):
        GradingJob.objects.update(not_before=timezone.now())
        system_fault(job=lease_job(job_id=job.pk, worker="w"), error="the disk is gone")
    assert EntryAttempt.objects.get().state == "could_not_run"
    assert "10 of 10 attempts left" in mine.read()
    told = {one.recipient: one for one in Notification.objects.all()}
    assert told[mine.application.applicant].title == "The checks of your entry exercise could not run"
    assert mine.application.applicant.name not in told[admin].title + told[admin].body
    assert told[admin].body == "the disk is gone"
    for _ in range(9):
        world.make_entry_attempt(mine.application, exercise, score=4)
    mine.hand_in()
    checked(4, 4)
    assert "All 10 attempts are used" in mine.read()
    assert mine.refused("All 10 attempts are used")


def test_an_exercise_that_allows_fewer_attempts_does_so_here(mine, exercise):
    exercise.max_attempts = 2
    exercise.save()
    world.make_entry_attempt(mine.application, exercise, score=4)
    assert "1 of 2 attempts left" in mine.read()


@pytest.mark.parametrize("why", ["submitted", "withdrawn", "closed"])
def test_only_a_draft_takes_it_and_only_while_applications_are_open(mine, why):
    if why == "closed":
        mine.application.cohort.intake.is_taking = False
        mine.application.cohort.intake.save()
    else:
        mine.application.state = why
        mine.application.save()
    assert "Hand in attempt" not in mine.read()
    assert mine.refused("takes no applications now" if why == "closed" else "is no draft any more")


def test_the_draft_has_a_step_more_and_submits_without_it(mine):
    check = mine.read("application_check")
    assert mine.address() in check
    assert "Entry exercise" not in check.partition("Still to do")[2].partition("</ul>")[0]
    edit = mine.client.post(mine.address("application_edit", "motivation"), {"motivation": "m" * 50})
    assert edit["Location"] == mine.address()


def test_a_program_without_one_has_no_such_page(mine, curriculum):
    curriculum.entry_exercise = ""
    curriculum.save()
    assert mine.client.get(mine.address())["Location"] == mine.address("application_detail")
    assert "Entry exercise" not in mine.read("application_check")
    assert mine.client.get(mine.address("entry_release")).status_code == 404
    assert mine.hand_in()["Location"] == mine.address("application_detail")


def test_a_withdrawn_draft_leaves_nothing_and_a_submitted_application_keeps_it(mine, exercise):
    world.make_entry_attempt(mine.application, exercise, score=2)
    mine.hand_in()
    checked(3)
    mine.hand_in()
    job = leased(GradingJob.objects.open().get())
    assert Notification.objects.get().title == "Entry exercise: 3 of 10 points"
    withdraw_application(application=mine.application, by=mine.application.applicant)
    assert [one.objects.count() for one in (EntryAttempt, GradingJob, GradingResult)] == [0, 0, 0]
    assert not finish_job(job=job, result=result())
    assert not Notification.objects.filter(path=mine.address()).exists()
    assert "stays with it" not in mine.read()
    submitted = world.make_application(mine.application.cohort, "submitted")
    world.make_entry_attempt(submitted, exercise, score=2)
    withdraw_application(application=submitted, by=submitted.applicant)
    assert GradingResult.objects.get().job.entry.application == submitted


def test_attempts_at_the_exercise_of_another_version_are_shown_and_do_not_count(mine, exercise):
    world.make_entry_attempt(mine.application, exercise, score=10, exercise="averages")
    world.make_entry_attempt(mine.application, exercise, score=4)
    page = mine.read("application_detail")
    best = re.sub("<[^>]*>", "", page.partition("best score")[2].partition("</p>")[0])
    assert (best.split()[0], "1 attempt." in best, "at an earlier exercise, averages" in page) == ("4", True, True)
    assert "9 of 10 attempts left" in mine.read()


def test_asking_how_the_checks_stand_reads_no_file(mine):
    mine.hand_in()
    with CaptureQueriesContext(connection) as queries:
        assert mine.client.get(mine.address("entry_attempt_status", 1)).status_code == 200
    attempts = [one["sql"] for one in queries if "courses_entryattempt" in one["sql"]]
    assert attempts
    assert not any('"content"' in sql for sql in attempts)


def test_the_office_reads_best_score_and_attempts_once_it_is_submitted(mine, exercise, admin, as_user):
    for score, of in ((4, 10), (3, 4), (6, 10)):
        world.make_entry_attempt(mine.application, exercise, score=score, max_score=of)
    office = as_user(admin)
    attempt = mine.address("entry_attempt", 2)
    assert office.get(attempt).status_code == 404
    mine.application.state = "in_review"
    mine.application.save()
    place = [mine.application.cohort.slug, mine.application.pk]
    for name in ("admission_detail", "admission_score"):
        page = office.get(reverse(name, args=place)).text
        best = re.sub("<[^>]*>", "", page.partition("best score")[2].partition("</p>")[0])
        assert (best.split()[0], "3 attempts" in best) == ("3", True)
    assert "Handed in" in office.get(attempt).text
    file = office.get(mine.address("entry_attempt_file", 2))
    assert (b"".join(file.streaming_content), file["X-Content-Type-Options"]) == (b"x = 1\n", "nosniff")


@pytest.mark.parametrize("name", ["application_entry", "application_detail", "admission_detail"])
def test_pages_cost_the_same_with_more_attempts(name, mine, exercise, admin, as_user, django_assert_max_num_queries):
    if name == "admission_detail":
        mine.application.state = "in_review"
        mine.application.save()
    client = as_user(admin) if name == "admission_detail" else mine.client
    args = [mine.application.pk] if name != "admission_detail" else [mine.application.cohort.slug, mine.application.pk]
    world.make_entry_attempt(mine.application, exercise, score=1)
    client.get(reverse(name, args=args))
    with django_assert_max_num_queries(40) as few:
        client.get(reverse(name, args=args))
    for _ in range(6):
        world.make_entry_attempt(mine.application, exercise, score=1)
    with django_assert_max_num_queries(len(few)):
        assert client.get(reverse(name, args=args)).text.count(">Attempt ") == 7
