"""The grading office: what waits, what failed and why, and what to do."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from lms.accounts.models import AuditEntry
from lms.portal.operations import Part
from lms.portal.workers import tell_grader, tell_worker
from projects.actions.halting import pause_grading, watch_queues
from projects.actions.leases import lease_job
from projects.models import GradingJob
from projects.worker import Report, WarmReport
from tests import world


@pytest.fixture
def office(admin, as_user, monkeypatch):
    parts = [
        Part("database", True, "PostgreSQL answers."),
        Part("box", False, "No bubblewrap.", "apt install bubblewrap"),
    ]
    monkeypatch.setattr("lms.portal.grading_facts.status", lambda: parts)
    client = as_user(admin)
    return lambda: client.get(reverse("grading_office"))


def test_a_missing_box_stands_on_top_with_the_command_that_mends_it(office):
    page = office().content.decode()
    assert "No bubblewrap." in page
    assert "apt install bubblewrap" in page


def test_failed_work_stands_there_by_cause_with_a_retry(office, enrollment, exercise):
    failed = world.make_submission(enrollment, exercise, "could_not_run")
    world.make_job(failed, "system_failed", failure="lease_lost", error="The worker w1 stopped.")
    page = office().content.decode()
    assert "The worker stopped." in page
    assert "The worker w1 stopped." in page
    assert reverse("submission_retry", args=[failed.pk]) in page


def test_queues_say_depth_and_age(office, enrollment, exercise):
    waiting = world.make_submission(enrollment, exercise)
    world.make_job(waiting, requested_at=timezone.now() - timedelta(hours=2))
    page = office().content.decode()
    assert "oldest: 2 hours ago" in page


def test_done_and_put_back_jobs_are_counted(office, enrollment, exercise):
    world.make_result(world.make_submission(enrollment, exercise, "checks_passed"))
    back = world.make_submission(enrollment, exercise)
    world.make_job(back, "pending", failure="box_unavailable", error="No bubblewrap here.")
    page = office().content.decode()
    assert "95 % within" in page
    assert "No box can be built: 1" in page


def test_only_ones_own_cohorts_are_shown(office, other_learner, other_cohort):
    elsewhere = world.make_submission(
        other_learner.enrollments.get(), world.make_project(other_cohort.curriculum, title="Secret"), "could_not_run"
    )
    world.make_job(elsewhere, "system_failed", failure="lease_lost", error="Elsewhere.")
    assert "Elsewhere." not in office().content.decode()


def test_emails_that_failed_stand_there_and_are_sent_again(office, admin, learner, as_user):
    unsent = world.make_delivery(
        world.make_notification(learner, title="You are in"), state="failed", attempts=79, error="No route to the host."
    )
    page = office().text
    assert "You are in" in page
    assert "No route to the host." in page
    again = reverse("delivery_resend", args=[unsent.pk])
    assert again in page
    client = as_user(admin)
    assert client.post(again).status_code == 302
    unsent.refresh_from_db()
    assert (unsent.state, unsent.attempts) == ("pending", 0)
    assert AuditEntry.objects.filter(action="resend_delivery", actor=admin).count() == 1
    assert "on its way already" in client.post(again, follow=True).text
    assert "No route to the host." not in office().text


def test_emails_to_people_of_other_cohorts_are_not_shown(office, admin, other_learner, as_user):
    unsent = world.make_delivery(world.make_notification(other_learner, title="Secret"), state="failed")
    assert "Secret" not in office().text
    assert as_user(admin).post(reverse("delivery_resend", args=[unsent.pk])).status_code == 404


def test_it_says_how_fast_it_goes_what_failed_who_works_and_what_stays_warm(office, enrollment, exercise, cohort):
    tell_worker("grade@here", ["grade", "heavy"])
    tell_grader(Report("here:7", 2, "The warm learner is gone.", [WarmReport("learner", 41, 130 * 2**20, True)]))
    now = timezone.now()
    job = world.make_result(world.make_submission(enrollment, exercise, "checks_passed")).job
    GradingJob.objects.filter(pk=job.pk).update(
        requested_at=now - timedelta(seconds=12), started_at=now - timedelta(seconds=9), finished_at=now
    )
    failed = world.make_submission(world.make_enrollment(cohort), exercise, "could_not_run")
    world.make_job(failed, "system_failed", failure="lease_lost", finished_at=now)
    page = " ".join(office().text.split())
    assert "half within 3.0 s, 95 % within 3.0 s" in page
    assert "9.0 s, 95 % within 9.0 s" in page
    assert "The worker stopped, in 24 hours</dt><dd>1<" in page
    assert "takes grade, heavy" in page
    assert "learner 41 runs" in page
    assert "130 MB" in page
    assert "2 runs found no prepared box, last because: The warm learner is gone." in page


def test_a_pause_and_a_stall_stand_on_top(office, enrollment, exercise):
    world.make_job(world.make_submission(enrollment, exercise), requested_at=timezone.now() - timedelta(minutes=30))
    watch_queues()
    pause_grading(by=None, note="New disks.")
    page = office().text
    assert "Checks wait and nobody takes them" in page
    assert "New disks." in page


def lost_entry(cohort, exercise, state="submitted"):
    """An application whose attempt at the entry exercise could not run."""
    application = world.make_application(cohort, state, applicant=world.make_user(name=f"Who {state}"))
    entry = world.make_entry_attempt(application, exercise, state="could_not_run")
    GradingJob.objects.filter(entry=entry).update(state="system_failed", failure="lease_lost", error="w9 stopped.")
    return entry


def test_entries_that_could_not_run_stand_there_and_drafts_are_only_counted(office, cohort, exercise):
    entry, draft = lost_entry(cohort, exercise), lost_entry(cohort, exercise, "started")
    lost_entry(cohort, exercise, "withdrawn")
    page = office().text
    assert page.count("w9 stopped.") == 1
    assert reverse("entry_attempt", args=[entry.application_id, 1]) in page
    assert reverse("entry_retry", args=[entry.application_id, 1]) in page
    assert "Of 1 draft application," in page
    assert draft.application.applicant.name not in page
    world.make_entry_attempt(draft.application, exercise, score=3)
    assert "draft application" not in office().text


def test_entries_that_run_are_shown_and_of_drafts_no_name(office, cohort, exercise):
    states = ("submitted", "started")
    applications = [world.make_application(cohort, one, applicant=world.make_user(name=f"Who {one}")) for one in states]
    for one in applications:
        assert lease_job(job_id=world.make_entry_attempt(one, exercise).job.pk, worker="w:1")
    page = office().text
    assert reverse("entry_attempt", args=[applications[0].pk, 1]) in page
    assert applications[0].applicant.name in page
    assert "Entry exercise of a draft" in page
    assert applications[1].applicant.name not in page


def test_entries_of_other_cohorts_are_not_shown(office, other_cohort, exercise):
    world.make_entry_attempt(world.make_application(other_cohort), exercise)
    lost_entry(other_cohort, exercise)
    lost_entry(other_cohort, exercise, "started")
    page = office().text
    assert ("w9 stopped." in page, "draft application" in page, "nothing waits" in page) == (False, False, True)


def test_it_costs_the_same_at_any_size(office, cohort, exercise, django_assert_max_num_queries):
    for count in (1, 8):
        for _ in range(count):
            world.make_job(world.make_submission(world.make_enrollment(cohort), exercise))
            world.make_result(world.make_submission(world.make_enrollment(cohort), exercise, "checks_passed"))
            failed = world.make_submission(world.make_enrollment(cohort), exercise, "could_not_run")
            world.make_job(failed, "system_failed", failure="deadline")
            lost_entry(cohort, exercise)
            lost_entry(cohort, exercise, "started")
            lease_job(job_id=world.make_entry_attempt(world.make_application(cohort), exercise).job.pk, worker="w:1")
        with django_assert_max_num_queries(16):
            assert office().status_code == 200
