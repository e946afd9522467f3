"""What a submission's page tells, to whom, and while it changes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lms.lib.points import points_html
from lms.notifications.models import Notification
from projects.actions.grades import recompute_grade
from projects.actions.halting import pause_grading
from projects.models import GradingJob, Review, Submission
from tests import world
from tests.portal.test_learner_home import reviewed

BUDGET = 22


def address(submission, name="submission_detail"):
    return reverse(name, args=[submission.pk])


@pytest.fixture
def page(learner, as_user):
    return as_user(learner)


def words_of(client, submission, name="submission_detail", query="", **kwargs):
    response = client.get(address(submission, name) + query, **kwargs)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_a_waiting_submission_asks_for_news_and_tells_its_place(page, enrollment, exercise, cohort):
    other = world.make_submission(world.make_enrollment(cohort), exercise)
    world.make_job(other, requested_at=timezone.now() - timedelta(minutes=1))
    submission = world.make_submission(enrollment, exercise)
    world.make_job(submission)
    words = words_of(page, submission)
    assert 'hx-trigger="every 1s"' in words
    assert "Number 2 in the queue" in words


def test_the_note_to_the_mentor_is_shown_as_markdown_by_anybody(page, enrollment, exercise):
    submission = world.make_submission(enrollment, exercise, "checks_failed", note="See **tests** <b>now</b>")
    words = words_of(page, submission)
    assert "See <strong>tests</strong> &lt;b&gt;now&lt;/b&gt;" in words


def test_a_pause_for_maintenance_is_told_with_the_place_and_changes_the_status(page, enrollment, exercise):
    submission = world.make_submission(enrollment, exercise)
    world.make_job(submission)
    seen = page.get(address(submission, "submission_status")).text.split("?seen=")[1].split('"')[0]
    pause_grading(by=None)
    assert "Checks are paused for maintenance." in words_of(page, submission)
    assert "number 1 in the queue" in words_of(page, submission, "submission_status", f"?seen={seen}")


def test_work_that_our_fault_put_back_is_said_to_run_again(page, enrollment, exercise):
    submission = world.make_submission(enrollment, exercise)
    world.make_job(submission, failure="lease_lost")
    assert "our fault: it is not counted, your work is kept, and they run again" in words_of(page, submission)


def test_a_running_check_is_named_by_its_title_and_counted(page, enrollment, exercise):
    submission = world.make_submission(enrollment, exercise, "checks_running")
    job = world.make_job(
        submission, "running", lease_token=GradingJob.new_token(), lease_until=timezone.now(), started_at=timezone.now()
    )
    GradingJob.objects.update(stage="Check 2 of 8: test_gradient")
    assert "Check 2 of 8: Test gradient" in words_of(page, submission)
    type(job.grader_version).objects.update(config={"titles": {"test_gradient": "The gradient"}})
    assert "Check 2 of 8: The gradient" in words_of(page, submission, "submission_status")


def test_the_status_answers_only_when_something_changed(page, enrollment, exercise):
    submission = world.make_submission(enrollment, exercise)
    job = world.make_job(submission)
    first = page.get(address(submission, "submission_status"))
    seen = first.content.decode().split("?seen=")[1].split('"')[0]
    assert page.get(address(submission, "submission_status") + f"?seen={seen}").status_code == 204
    Submission.objects.update(state="checks_running")
    GradingJob.objects.filter(pk=job.pk).update(
        state="running", stage="Running your notebook", lease_token=GradingJob.new_token(), lease_until=timezone.now()
    )
    changed = page.get(address(submission, "submission_status") + f"?seen={seen}")
    assert b"Running your notebook" in changed.content


def test_the_story_replaces_the_status_once_checks_are_over_and_stops_asking(page, enrollment, exercise, learner):
    submission = world.make_submission(enrollment, exercise, state="checks_failed")
    world.make_result(submission, 4, 10, [world.group("test_fit", 4, 10, "expected 1, got 2")])
    told = Notification.objects.create(
        recipient=learner, key="checks:1", kind="checks_finished", title="4 of 10", path=address(submission)
    )
    response = page.get(address(submission, "submission_status"), headers={"HX-Request": "true"})
    assert response["HX-Retarget"] == "#story"
    assert b"expected 1, got 2" in response.content
    assert b"every 1s" not in response.content
    told.refresh_from_db()
    assert told.read_at


def test_groups_show_their_titles_points_and_messages_escaped(page, enrollment, exercise):
    version = exercise.grader_versions.first()
    version.config = {"titles": {"test_fit": "The fit"}}
    version.save()
    submission = world.make_submission(enrollment, exercise, state="checks_failed")
    groups = [
        world.group("test_fit", 4, 5, "<b>no</b>"),
        world.group("test_secret", 0, 5, "A hidden test failed (ValueError).", visibility="hidden"),
    ]
    world.make_result(submission, 4, 10, groups, notices=["The test cell x was changed; the original was used."])
    words = words_of(page, submission)
    assert "The fit" in words
    assert "&lt;b&gt;no&lt;/b&gt;" in words
    assert "hidden test" in words
    assert "The test cell x was changed" in words


def test_attempts_stand_beside_each_other_and_say_which_counts(page, enrollment, exercise):
    scores = (4, 9, 7)
    attempts = [world.make_submission(enrollment, exercise, state="checks_failed") for _ in scores]
    for attempt, score in zip(attempts, scores, strict=True):
        world.make_result(attempt, score, 10, [world.group("test_fit", score, 10)])
    recompute_grade(enrollment=enrollment, project=exercise)
    words = words_of(page, attempts[2])
    assert "Attempts beside each other" in words
    assert "Attempt 2</a> counts" in words
    assert "There is a newer attempt" in words_of(page, attempts[0])


def test_why_this_grade_names_attempt_digest_grader_and_late_factor(page, enrollment, exercise):
    exercise.activity.due_offset = 0  # three days ago
    exercise.activity.save()
    now = timezone.now()
    submission = world.make_submission(
        enrollment, exercise, state="checks_passed", due_at=now - timedelta(days=1), submitted_at=now
    )
    result = world.make_result(submission)
    recompute_grade(enrollment=enrollment, project=exercise)
    words = words_of(page, submission)
    assert submission.digest in words
    assert result.job.grader_version.digest[:12] in words
    assert "Late: it was handed in" in words
    assert "× 0.9 (handed in after the due date)" in words
    assert '9<span class="points-max"> / 10' in words


def test_what_could_not_run_is_our_fault_and_only_staff_see_why(page, as_user, admin, mentor, enrollment, exercise):
    submission = world.make_submission(enrollment, exercise, state="could_not_run")
    world.make_job(submission, state="system_failed", failure="system_error", error="disk <full>", attempt=3)
    words = words_of(page, submission)
    assert "not counted as an attempt" in words
    assert "disk" not in words
    assert "Run the checks again" not in words_of(as_user(mentor), submission)
    office = as_user(admin)
    assert "disk &lt;full&gt;" in words_of(office, submission)
    assert office.post(address(submission, "submission_retry")).status_code == 302
    submission.refresh_from_db()
    assert submission.state == "checks_queued"
    office.post(address(submission, "submission_retry"))
    assert submission.jobs.count() == 2


def test_without_a_box_the_learner_reads_plain_words_and_staff_the_remedy(page, as_user, admin, enrollment, exercise):
    submission = world.make_submission(enrollment, exercise)
    world.make_job(
        submission,
        state="pending",
        failure="box_unavailable",
        error="bwrap is missing",
        remedy="apt install bubblewrap",
    )
    words = words_of(page, submission)
    assert "could not run yet" in words
    assert "bwrap" not in words
    assert "apt install bubblewrap" in words_of(as_user(admin), submission)
    assert "apt install bubblewrap" in words_of(as_user(admin), submission, "submission_status")


def test_reading_the_feedback_marks_it_seen_and_its_notification_read(page, as_user, mentor, enrollment, mini_project):
    submission = world.make_submission(enrollment, mini_project, state="needs_more_work")
    review = reviewed(submission, mentor, seen=False)
    told = Notification.objects.create(
        recipient=enrollment.user, key="r", kind="review_finished", title="Reviewed", path=address(submission)
    )
    words_of(as_user(mentor), submission)
    review.refresh_from_db()
    assert review.seen_at is None
    words = words_of(page, submission)
    assert "Test the empty case." in words
    assert "Hand in again" in words
    review.refresh_from_db()
    told.refresh_from_db()
    assert review.seen_at
    assert told.read_at


def test_the_points_at_the_top_are_those_of_the_grade(page, mentor, enrollment, mini_project, exercise):
    first = world.make_submission(enrollment, mini_project, state="needs_more_work")
    second = world.make_submission(enrollment, mini_project, state="waiting_for_review")
    for attempt in (first, second):
        world.make_result(attempt, 8, 8, [world.group("files", 8, 8)])
    assert points_at_the_top(page, second) == points_html(8, 8)
    reviewed(first, mentor)
    reviewed(second, mentor, "passed")
    grade = recompute_grade(enrollment=enrollment, project=mini_project)
    assert grade.submission == second
    assert grade.max_score > 8
    assert points_at_the_top(page, second) == points_html(grade.score, grade.max_score)
    assert points_at_the_top(page, first) is None

    exercise.activity.due_offset = 0  # three days ago
    exercise.activity.save()
    now = timezone.now()
    late = world.make_submission(
        enrollment, exercise, state="checks_passed", due_at=now - timedelta(days=1), submitted_at=now
    )
    world.make_result(late, 10, 10, [world.group("test_fit", 10, 10)])
    recompute_grade(enrollment=enrollment, project=exercise)
    assert points_at_the_top(page, late) == points_html(9, 10)


def points_at_the_top(client, submission):
    top = words_of(client, submission).split('id="status"')[1].split("</section>")[0]
    return top.split('"status-points">')[1].split("</span></p>")[0] if "status-points" in top else None


def test_a_draft_of_a_review_is_not_shown(page, mentor, enrollment, mini_project):
    submission = world.make_submission(enrollment, mini_project, state="in_review")
    Review.objects.create(
        submission=submission, reviewer=mentor, comment="Secret draft", lease_until=timezone.now() + timedelta(hours=1)
    )
    assert "Secret draft" not in words_of(page, submission)


def test_an_earlier_review_stays_beside_the_new_attempt(page, mentor, enrollment, mini_project):
    first = world.make_submission(enrollment, mini_project, state="needs_more_work")
    reviewed(first, mentor)
    second = world.make_submission(enrollment, mini_project, state="waiting_for_review")
    words = words_of(page, second)
    assert "Review of attempt 1" in words
    assert "Test the empty case." in words


def test_a_comment_cannot_carry_html(page, mentor, enrollment, mini_project):
    submission = world.make_submission(enrollment, mini_project, state="passed")
    review = reviewed(submission, mentor, "passed")
    review.comment = "<script>alert(1)</script> **well done**"
    review.save()
    words = words_of(page, submission)
    assert "<script>alert" not in words
    assert "<strong>well done</strong>" in words


def test_files_are_sent_to_be_kept_and_shown_escaped(page, enrollment, mini_project):
    files = {"evil.html": b"<script>1</script>", "run.py": b"print('<hi>')"}
    submission = world.make_submission(enrollment, mini_project, state="waiting_for_review", files=files)
    response = page.get(reverse("submission_file", args=[submission.pk, "evil.html"]))
    assert b"".join(response.streaming_content) == files["evil.html"]
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response["Content-Security-Policy"]
    assert "&lt;hi&gt;" in words_of(page, submission, query="?file=run.py")
    assert "<script>1" not in words_of(page, submission, query="?file=evil.html")
    assert page.get(reverse("submission_file", args=[submission.pk, "../x"])).status_code == 404


@pytest.mark.parametrize("is_reviewed", [True, False])
def test_the_sum_beside_each_other_says_that_the_rubric_is_not_in_it(
    page, enrollment, mini_project, exercise, is_reviewed
):
    project = mini_project if is_reviewed else exercise
    attempts = [world.make_submission(enrollment, project, "checks_failed") for _ in range(2)]
    for one in attempts:
        world.make_result(one, 1, 2)
    row = words_of(page, attempts[1]).split('<tr class="table-sum">')[1]
    assert row.startswith(f'<th scope="row">{"All checks, without the rubric" if is_reviewed else "Together"}</th>')


def test_the_page_costs_the_same_however_many_attempts_there_are(page, mentor, enrollment, mini_project):
    def attempt():
        one = world.make_submission(
            enrollment, mini_project, state="needs_more_work", files={"a.py": b"1", "b.py": b"2"}
        )
        world.make_result(one, 1, 2, [world.group(f"check-{number}", 0, 1) for number in range(4)])
        reviewed(one, mentor)
        return one

    def queries(submission):
        page.get(address(submission))
        with CaptureQueriesContext(connection) as captured:
            page.get(address(submission))
        return len(captured)

    few = queries(attempt())
    many = [attempt() for _ in range(6)]
    assert queries(many[-1]) == few
    assert few <= BUDGET


@pytest.mark.parametrize(("state", "offered"), [("checks_passed", True), ("checks_failed", False)])
def test_what_comes_next_is_offered_once_it_is_passed(page, curriculum, cohort, enrollment, exercise, state, offered):
    following = world.make_activity(curriculum, "reading", title="What comes then")
    submission = world.make_submission(enrollment, exercise, state=state)
    world.make_result(submission, 10 if offered else 4)
    recompute_grade(enrollment=enrollment, project=exercise)
    words = words_of(page, submission)
    link = f'href="{reverse("activity_detail", args=[cohort.slug, following.slug])}">Next: What comes then'
    assert (link in words) == offered
    brief = page.get(reverse("project_detail", args=[cohort.slug, exercise.slug])).text
    assert (link in brief) == offered


def test_after_the_last_activity_nothing_is_offered_and_nobody_else_is_sent_on(
    page, as_user, mentor, enrollment, exercise
):
    submission = world.make_submission(enrollment, exercise, state="checks_passed")
    world.make_result(submission)
    assert "Next:" not in words_of(page, submission)
    world.make_activity(exercise.curriculum, "reading")
    assert "Next:" not in words_of(as_user(mentor), submission)
