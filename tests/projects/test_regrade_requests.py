"""A learner asks about a released grade: what may be asked, who answers, and what each answer does."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lms.accounts.models import AuditEntry
from lms.lib.errors import InvalidInput
from lms.notifications.models import Notification
from projects.actions.grading import finish_job
from projects.actions.leases import lease_job
from projects.actions.regrade_requests import RequestRefused, answer_regrade_request, ask_for_regrade
from projects.actions.reviews import ReviewRefused
from projects.models import Criterion, Grade, GradingResult, RegradeRequest, Review
from tests import world
from tests.at_once import at_once, refused
from tests.projects.jobs import result
from tests.projects.regrades import decide, graded


@pytest.fixture
def reviewed(enrollment, mini_project, mentor):
    submission = world.make_submission(enrollment, mini_project, "waiting_for_review")
    world.make_result(submission, 2, 2)
    decide(submission, mentor)
    return submission


def criterion_of(submission):
    return f"criterion:{Criterion.objects.filter(rubric__project=submission.project_id).first().pk}"


def asked(submission, about=None):
    return ask_for_regrade(
        submission=submission, about=about or criterion_of(submission), why="I did it.", by=submission.submitted_by
    )


def test_the_mentor_is_asked_about_a_criterion_and_the_staff_about_checks(reviewed, mentor, admin):
    about_review = asked(reviewed)
    assert Notification.objects.get(kind="regrade_asked").recipient == mentor
    RegradeRequest.objects.all().delete()
    about_checks = asked(reviewed, "group:test_1")
    assert Notification.objects.filter(kind="regrade_asked").exclude(recipient=mentor).get().recipient == admin
    theirs = RegradeRequest.objects.answered_by_role
    assert list(theirs(mentor)) == []
    assert list(theirs(admin)) == [about_checks]
    assert (about_review.about, about_checks.about) == ("Criterion 0", "Test 1")
    assert AuditEntry.objects.filter(action="ask_for_regrade").count() == 2


def test_what_may_not_be_asked(reviewed, enrollment, exercise):
    first = graded(enrollment, exercise, 4)
    best = graded(enrollment, exercise, 9)
    with pytest.raises(RequestRefused, match="no released grade"):
        asked(first, "group:test_1")
    for about in ("group:other", criterion_of(reviewed), "criterion:9999999", f"criterion:{'9' * 5000}", "nonsense"):
        with pytest.raises(InvalidInput, match="Choose what"):
            asked(best, about)
    for why in (" ", "x" * 2001):
        with pytest.raises(InvalidInput, match="Write what"):
            ask_for_regrade(submission=best, about="group:test_1", why=why, by=enrollment.user)
    asked(best, "group:test_1")
    with pytest.raises(RequestRefused, match="already"):
        asked(best, "group:test_1")


def test_after_fourteen_days_nothing_is_asked_any_more(enrollment, exercise, as_user):
    submission = graded(enrollment, exercise, 4)
    page = as_user(enrollment.user)
    address = reverse("submission_detail", args=[submission.pk])
    assert "Ask for a regrade" in page.get(address).text
    long_ago = timezone.now() - timedelta(days=14, seconds=1)
    Grade.objects.update(released_at=long_ago)
    GradingResult.objects.update(created_at=long_ago)
    assert "Ask for a regrade" not in page.get(address).text
    with pytest.raises(RequestRefused, match="are over"):
        asked(submission, "group:test_1")


def test_keeping_the_grade_tells_the_learner_why(reviewed, mentor, enrollment, as_user):
    request = asked(reviewed)
    answer_regrade_request(request=request, state="kept", answer="The plot is missing.", by=mentor)
    told = Notification.objects.get(kind="regrade_answered")
    assert (told.recipient, told.body) == (enrollment.user, "The grade stays. The plot is missing.")
    assert told.deliveries.count() == 1
    words = as_user(enrollment.user).get(reverse("submission_detail", args=[reviewed.pk])).text
    assert "Mia Mentor: The plot is missing." in words
    assert AuditEntry.objects.get(action="answer_regrade_request").after == {"answer": "kept"}
    with pytest.raises(RequestRefused, match="Mia Mentor has answered"):
        answer_regrade_request(request=request, state="kept", answer="Again.", by=mentor)


def test_a_reopened_review_keeps_the_earlier_one_and_the_grade_until_the_next(
    reviewed, mentor, admin, enrollment, as_user
):
    answer_regrade_request(request=asked(reviewed), state="reopened", answer="Looked at again.", by=mentor)
    reviewed.refresh_from_db()
    assert reviewed.state == "waiting_for_review"
    assert Review.objects.get().state == "reopened"
    assert Grade.objects.get().rubric_points == 12
    assert enrollment.progress.exists()
    page = as_user(admin).get(reverse("submission_review", args=[reviewed.pk])).text
    assert "What was said before" in page
    assert Grade.objects.get().score == 14
    decide(reviewed, admin, level=2)
    grade = Grade.objects.get()
    assert (grade.rubric_points, grade.state) == (20, "passed")
    assert [one.state for one in Review.objects.order_by("pk")] == ["reopened", "finished"]
    assert enrollment.progress.exists()
    assert "Review finished by Ada Admin" in as_user(admin).get(reverse("submission_detail", args=[reviewed.pk])).text


def test_a_review_is_not_reopened_below_a_newer_attempt(reviewed, mentor, enrollment, mini_project):
    request = asked(reviewed)
    world.make_submission(enrollment, mini_project)
    with pytest.raises(ReviewRefused, match="newer attempt"):
        answer_regrade_request(request=request, state="reopened", answer="Again.", by=mentor)
    request.refresh_from_db()
    assert request.state == "open"


def test_checks_run_again_with_the_newest_grader_and_what_they_find_counts(enrollment, exercise, admin):
    submission = graded(enrollment, exercise, 4)
    version = world.make_grader_version(exercise)
    answer_regrade_request(request=asked(submission, "group:test_1"), state="rerun", answer="Mended.", by=admin)
    job = submission.jobs.open().get()
    assert (job.grader_version, job.queue, job.counts) == (version, "grade", True)
    submission.refresh_from_db()
    assert (submission.state, Grade.objects.get().score) == ("checks_failed", 4)
    finish_job(job=lease_job(job_id=job.pk, worker="w:1"), result=result(10))
    submission.refresh_from_db()
    assert (submission.state, Grade.objects.get().score) == ("checks_passed", 10)


def test_a_rerun_of_reviewed_work_leaves_the_decision(reviewed, admin):
    answer_regrade_request(request=asked(reviewed, "group:test_1"), state="rerun", answer="Mended.", by=admin)
    finish_job(job=lease_job(job_id=reviewed.jobs.open().get().pk, worker="w:1"), result=result(1, 2))
    reviewed.refresh_from_db()
    grade = Grade.objects.get()
    assert (reviewed.state, grade.checks_points, grade.rubric_points) == ("passed", 1, 12)


def test_what_was_answered_is_asked_again_only_after_the_grade_changed(enrollment, exercise, admin):
    submission = graded(enrollment, exercise, 4)
    answer_regrade_request(request=asked(submission, "group:test_1"), state="kept", answer="No.", by=admin)
    world.make_grader_version(exercise)
    for found in (4, 5):
        with pytest.raises(RequestRefused, match="has not changed since"):
            asked(submission, "group:test_1")
        finish_job(job=lease_job(job_id=world.make_job(submission).pk, worker="w:1"), result=result(found))
    assert asked(submission, "group:test_1").state == "open"


def test_an_answer_about_one_thing_does_not_end_questions_about_another(reviewed, mentor):
    answer_regrade_request(request=asked(reviewed), state="kept", answer="No.", by=mentor)
    assert asked(reviewed, "group:test_1")


def test_one_question_about_a_grade_is_open_whichever_attempt_makes_it(enrollment, exercise):
    asked(graded(enrollment, exercise, 4), "group:test_1")
    with pytest.raises(RequestRefused, match="about this grade already"):
        asked(graded(enrollment, exercise, 9), "group:test_1")


def test_asking_and_answering_by_pages_alone(reviewed, mentor, enrollment, as_user):
    page = as_user(enrollment.user)
    address = reverse("regrade_ask", args=[reviewed.pk])
    assert page.post(address, {"about": criterion_of(reviewed), "why": ""}).status_code == 422
    assert page.post(address, {"about": criterion_of(reviewed), "why": "I did it."}).status_code == 302
    assert "waits for an answer" in page.get(reverse("submission_detail", args=[reviewed.pk])).text
    office = as_user(mentor)
    assert "I did it." in office.get(reverse("regrade_request_list")).text
    detail = reverse("regrade_request", args=[RegradeRequest.objects.get().pk])
    assert office.post(detail, {"state": "kept", "answer": ""}).status_code == 422
    assert office.post(detail, {"state": "kept", "answer": "No."}).status_code == 302
    assert "Grade kept" in office.get(reverse("regrade_request_list") + "?show=answered").text
    assert "Grade kept" in office.get(detail).text


def test_the_list_is_oldest_first_counted_and_costs_the_same_at_any_size(admin, cohort, exercise, as_user):
    client, address = as_user(admin), reverse("regrade_request_list")

    def grow(count):
        for _ in range(count):
            asked(graded(world.make_enrollment(cohort), exercise, 4), "group:test_1")

    def cost():
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
        moments = [one.asked_at for one in response.context["page"]]
        assert moments == sorted(moments)
        return len(queries), response.context["tabs"][0]["count"]

    grow(2)
    few = cost()
    grow(12)
    assert few == (few[0], 2)
    assert cost() == (few[0], 14)


@pytest.fixture
def question():
    curriculum = world.make_curriculum()
    enrollment = world.make_enrollment(world.make_cohort(curriculum))
    return asked(graded(enrollment, world.make_project(curriculum), 4), "group:test_1")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_staff_answer_at_once_and_one_wins(question):
    people = [
        world.make_staff(question.submission.project.curriculum.program, world.make_user(n)) for n in ("Ada", "Bea")
    ]
    copies = [RegradeRequest.objects.get(pk=question.pk) for _ in people]
    outcomes = at_once(
        *(
            lambda one=one, by=by, state=state: answer_regrade_request(request=one, state=state, answer="Why.", by=by)
            for one, by, state in zip(copies, people, ("kept", "rerun"), strict=True)
        )
    )
    (lost,) = refused(outcomes)
    question.refresh_from_db()
    assert f"{question.answered_by} has answered this already" in str(lost)
    assert question.submission.jobs.open().count() == (question.state == "rerun")
    assert Notification.objects.filter(kind="regrade_answered").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_same_question_twice_at_once_is_asked_once(question):
    RegradeRequest.objects.all().delete()
    submission = question.submission
    outcomes = at_once(*[lambda: asked(submission, "group:test_1")] * 2)
    assert len(refused(outcomes)) == 1
    assert RegradeRequest.objects.open().count() == 1
