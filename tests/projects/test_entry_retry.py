"""An attempt at the entry exercise that we lost: who applies is told what they can do, and staff run it again."""

import pytest
from django.urls import reverse
from django.utils import timezone

from lms.accounts.models import AuditEntry
from lms.notifications.models import Notification
from projects.actions.grading import finish_job, system_fault
from projects.actions.leases import lease_job
from projects.actions.reconciling import fail_waiting
from projects.models import GradingJob
from tests import world
from tests.projects.jobs import leased, result, state_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt(cohort, curriculum, exercise, outsider):
    curriculum.entry_exercise = exercise.slug
    curriculum.save()
    world.make_intake(cohort)
    return world.make_entry_attempt(world.make_application(cohort, applicant=outsider), exercise)


def lose(attempt, error="the disk is gone"):
    for _ in range(3):
        GradingJob.objects.update(not_before=timezone.now())
        system_fault(job=lease_job(job_id=attempt.job.pk, worker="w"), error=error)
    assert state_of(attempt) == "could_not_run"


def address(attempt, name="entry_attempt"):
    return reverse(name, args=[attempt.application_id, attempt.number])


def test_staff_see_why_and_run_it_again_with_the_newest_grader(attempt, exercise, admin, outsider, as_user):
    lose(attempt)
    told = Notification.objects.get(recipient=admin)
    assert told.path == address(attempt)
    office, applying = as_user(admin), as_user(outsider)
    assert "the disk is gone" in office.get(address(attempt)).text
    page = applying.get(address(attempt)).text
    assert ("the disk is gone" in page, "Run the checks again" in page) == (False, False)
    newest = world.make_grader_version(exercise)
    old = GradingJob.objects.get()
    assert office.post(address(attempt, "entry_retry"))["Location"] == address(attempt)
    job = GradingJob.objects.get()
    assert (state_of(attempt), job.attempt, job.error, job.grader_version) == ("checks_queued", 0, "", newest)
    assert job.requested_at > old.requested_at
    assert job.deadline > old.requested_at
    assert AuditEntry.objects.get(action="application_entry_retry").after == {"attempt": 1}
    office.post(address(attempt, "entry_retry"))
    assert AuditEntry.objects.filter(action="application_entry_retry").count() == 1
    assert finish_job(job=leased(job), result=result(7, 10))
    titles = Notification.objects.filter(recipient=outsider).order_by("pk").values_list("title", flat=True)
    assert list(titles) == ["The checks of your entry exercise could not run", "Entry exercise: 7 of 10 points"]


def test_a_second_loss_is_told_again(attempt, admin, as_user):
    lose(attempt)
    as_user(admin).post(address(attempt, "entry_retry"))
    lose(attempt, "the disk is gone again")
    assert Notification.objects.filter(recipient=admin, body="the disk is gone again").exists()
    assert Notification.objects.count() == 4


@pytest.mark.parametrize(
    ("state", "is_taking", "says"),
    [
        ("started", True, "Hand it in again."),
        ("started", False, "staff were alerted."),
        ("submitted", True, "The office has been told and runs it again."),
        ("submitted", False, "The office has been told and runs it again."),
        ("withdrawn", True, "staff were alerted."),
    ],
)
def test_who_applies_is_told_to_do_only_what_they_can(attempt, outsider, as_user, state, is_taking, says):
    application = attempt.application
    application.cohort.intake.is_taking = is_taking
    application.cohort.intake.save()
    application.state = state
    application.save()
    lose(attempt)
    assert Notification.objects.get(recipient=outsider).body.endswith(says)
    page = as_user(outsider).get(address(attempt)).text
    sentences = ("Hand it in again.", "The office has been told and runs it again.")
    assert [one in page for one in sentences] == [one == says for one in sentences]


def test_a_draft_is_run_again_by_nobody(attempt, admin, outsider, as_user):
    attempt.application.state = "started"
    attempt.application.save()
    lose(attempt)
    assert Notification.objects.get(recipient=admin).path == reverse("grading_office")
    assert as_user(admin).post(address(attempt, "entry_retry")).status_code == 404
    assert as_user(outsider).post(address(attempt, "entry_retry")).status_code == 403
    assert state_of(attempt) == "could_not_run"


def test_what_waits_is_ended_before_older_code_comes_back(attempt):
    assert fail_waiting(attempt.job, timezone.now())
    assert not fail_waiting(attempt.job, timezone.now())
    assert (state_of(attempt), GradingJob.objects.open().count()) == ("could_not_run", 0)
