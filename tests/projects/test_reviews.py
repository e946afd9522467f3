"""The life of a review, through the pages."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.models import ActivityProgress
from lms.notifications.models import Notification
from projects.actions.reviews import mark_seen, release_stale_claims
from projects.actions.states import send_to_review
from projects.models import Criterion, Grade, Review
from tests import world


@pytest.fixture
def waiting(enrollment, mini_project):
    submission = world.make_submission(enrollment, mini_project, "waiting_for_review", {"README.md": b"# Hello"})
    world.make_result(submission, 2, 2)
    return submission


@pytest.fixture
def colleague(cohort):
    """Another mentor in the same cohort."""
    user = world.make_user("Cleo Colleague")
    world.make_assignment(world.make_mentor(user), world.make_enrollment(cohort))
    return user


def address(verb, submission):
    return reverse(f"review_{verb}" if verb else "submission_review", args=[submission.pk])


def claim(client, submission):
    return client.post(address("claim", submission), follow=True)


def filled(submission, verdict="passed", comment="Clear.", rank=2):
    """What the form sends when everything is chosen; `rank` is the level taken for each criterion."""
    criteria = Criterion.objects.filter(rubric__project=submission.project)
    levels = {f"level-{criterion.pk}": criterion.levels.all()[rank].pk for criterion in criteria}
    return {**levels, "verdict": verdict, "comment": comment}


def finish(client, submission, **choices):
    claim(client, submission)
    return client.post(address("finish", submission), filled(submission, **choices), follow=True)


def state_of(submission):
    submission.refresh_from_db()
    return submission.state


def test_a_claimed_work_leaves_the_queue_of_others_and_says_who_has_it(as_user, mentor, colleague, waiting):
    claim(as_user(mentor), waiting)
    other = as_user(colleague)
    assert "Lea Learner" not in other.get("/reviews/?show=unclaimed").text
    assert "Mia Mentor has it" in other.get("/reviews/?show=others").text
    page = other.get(address("", waiting)).text
    assert "has taken this review" in page
    assert "data-review-form" not in page


def test_claiming_what_another_has_is_refused_by_name(as_user, mentor, colleague, waiting):
    claim(as_user(mentor), waiting)
    page = as_user(colleague).post(
        address("claim", waiting), follow=True, headers={"referer": f"http://testserver{address('', waiting)}"}
    )
    assert "Mia Mentor has taken this review." in page.text
    assert Review.objects.get().reviewer == mentor


def test_finishing_releases_the_grade_moves_progress_and_tells_the_learner(as_user, mentor, learner, waiting):
    page = finish(as_user(mentor), waiting)
    assert page.redirect_chain[-1][0] == "/reviews/"
    assert "Undo" in page.text
    grade = Grade.objects.get()
    assert (state_of(waiting), grade.state, grade.rubric_points) == ("passed", "passed", 20)
    assert grade.released_at
    assert ActivityProgress.objects.filter(activity=waiting.project.activity).exists()
    assert Notification.objects.filter(recipient=learner, kind="review_finished").count() == 1


def test_an_incomplete_form_is_kept_and_says_what_is_missing(as_user, mentor, waiting):
    client = as_user(mentor)
    claim(client, waiting)
    typed = filled(waiting, comment="Half a thought")
    missing = next(iter(typed))
    response = client.post(address("finish", waiting), {key: typed[key] for key in typed if key != missing})
    assert response.status_code == 422
    assert "Choose a level for: Criterion 0" in response.text
    assert "Half a thought" in response.text
    review = Review.objects.get()
    assert (review.state, review.comment, review.verdict, review.scores.count()) == (
        "claimed",
        "Half a thought",
        "passed",
        1,
    )


def test_a_form_without_anything_names_all_that_is_missing(as_user, mentor, waiting):
    client = as_user(mentor)
    claim(client, waiting)
    text = client.post(address("finish", waiting)).text
    for words in ("Decide: Passed or Needs more work.", "Write a comment", "Criterion 0, Criterion 1"):
        assert words in text


def test_a_draft_is_saved_and_not_shown_to_the_learner(as_user, mentor, learner, waiting):
    client = as_user(mentor)
    claim(client, waiting)
    response = client.post(address("draft", waiting), filled(waiting, comment="A secret draft"), follow=True)
    assert "Draft saved" in response.text
    assert "A secret draft" in client.get(address("", waiting)).text
    assert "A secret draft" not in as_user(learner).get(reverse("submission_detail", args=[waiting.pk])).text


def test_saving_as_one_writes_answers_with_the_line_and_the_preview(as_user, mentor, waiting):
    client = as_user(mentor)
    claim(client, waiting)
    draft = {"comment": "**Bold** <script>alert(1)</script>"}
    response = client.post(address("draft", waiting), draft, headers={"hx-request": "true"})
    assert "Draft saved at" in response.text
    assert "<strong>Bold</strong>" in response.text
    assert "<script>" not in response.text
    assert "<html" not in response.text


def test_a_claim_that_ended_meanwhile_refuses_the_draft_and_keeps_what_was_typed(as_user, mentor, colleague, waiting):
    client = as_user(mentor)
    claim(client, waiting)
    Review.objects.update(lease_until=timezone.now() - timedelta(minutes=1))
    assert release_stale_claims() == 1
    claim(as_user(colleague), waiting)
    response = client.post(address("finish", waiting), filled(waiting, comment="Long and careful words"))
    assert response.status_code == 422
    assert "Your claim has ended" in response.text
    assert "Cleo Colleague has taken the review since" in response.text
    assert "Long and careful words" in response.text
    line = client.post(address("draft", waiting), {"comment": "x"}, headers={"hx-request": "true"})
    assert (line.status_code, "Your claim has ended" in line.text) == (422, True)


def test_an_expired_claim_returns_to_its_old_place_with_the_draft_for_its_writer(as_user, mentor, colleague, waiting):
    since = timezone.now() - timedelta(hours=30)
    type(waiting).objects.filter(pk=waiting.pk).update(state_changed_at=since)
    client = as_user(mentor)
    claim(client, waiting)
    client.post(address("draft", waiting), filled(waiting, comment="Nearly done"))
    Review.objects.update(lease_until=timezone.now() - timedelta(minutes=1))
    release_stale_claims()
    assert state_of(waiting) == "waiting_for_review"
    assert waiting.state_changed_at == since
    page = client.get(address("", waiting)).text
    assert "Your claim has ended" in page
    assert "Nearly done" in page
    assert "Nearly done" not in as_user(colleague).get(address("", waiting)).text
    assert "Nearly done" in claim(client, waiting).text
    assert Review.objects.claimed().get().scores.count() == 2


def test_a_lease_that_was_renewed_is_not_taken_back(as_user, mentor, waiting):
    claim(as_user(mentor), waiting)
    assert release_stale_claims() == 0
    assert state_of(waiting) == "in_review"


def test_letting_go_saves_what_was_typed_and_returns_the_work(as_user, mentor, waiting):
    client = as_user(mentor)
    claim(client, waiting)
    page = client.post(address("let_go", waiting), {"comment": "Somebody else, please"}, follow=True)
    assert "your draft is kept for you" in page.text
    assert state_of(waiting) == "waiting_for_review"
    assert Review.objects.get().comment == "Somebody else, please"


def test_undo_restores_queue_grade_progress_and_message(as_user, mentor, learner, waiting):
    client = as_user(mentor)
    since = timezone.now() - timedelta(hours=40)
    type(waiting).objects.filter(pk=waiting.pk).update(state_changed_at=since)
    finish(client, waiting)
    page = client.post(address("undo", waiting), follow=True)
    assert "Taken back" in page.text
    assert "data-review-form" in page.text
    grade = Grade.objects.get()
    assert (state_of(waiting), grade.state, grade.rubric_points, grade.released_at) == (
        "in_review",
        "in_review",
        None,
        None,
    )
    assert waiting.state_changed_at == since
    assert not ActivityProgress.objects.exists()
    assert not Notification.objects.filter(recipient=learner, kind="review_finished").exists()


def test_undo_brings_back_the_levels_the_comment_and_the_decision(as_user, mentor, waiting):
    client = as_user(mentor)
    finish(client, waiting, verdict="needs_more_work", comment="Test the empty case.")
    page = client.post(address("undo", waiting), follow=True)
    assert 'name="verdict" value="needs_more_work" checked' in page.text
    assert "Test the empty case.</textarea>" in page.text
    assert page.text.count(" checked>") == 1 + Criterion.objects.count()


def test_undo_is_refused_once_the_learner_has_read_it(as_user, mentor, waiting):
    client = as_user(mentor)
    finish(client, waiting)
    mark_seen(enrollment=waiting.enrollment, project=waiting.project)
    assert "Undo" not in client.get(address("", waiting)).text
    page = client.post(
        address("undo", waiting), follow=True, headers={"referer": f"http://testserver{address('', waiting)}"}
    )
    assert "This decision stands: the learner has read it." in page.text
    assert state_of(waiting) == "passed"


def test_undo_is_refused_after_ten_minutes(as_user, mentor, waiting):
    client = as_user(mentor)
    finish(client, waiting)
    Review.objects.update(finished_at=timezone.now() - timedelta(minutes=11))
    page = client.post(address("undo", waiting), follow=True, headers={"referer": "http://testserver/reviews/"})
    assert "10 minutes have passed" in page.text


def test_undo_is_refused_when_the_learner_has_handed_in_again(as_user, mentor, waiting):
    client = as_user(mentor)
    finish(client, waiting, verdict="needs_more_work")
    world.make_submission(waiting.enrollment, waiting.project, "checks_queued")
    page = client.post(address("undo", waiting), follow=True, headers={"referer": "http://testserver/reviews/"})
    assert "has handed in again since" in page.text
    assert state_of(waiting) == "needs_more_work"


def test_only_the_reviewer_can_undo(as_user, mentor, colleague, waiting):
    finish(as_user(mentor), waiting)
    as_user(colleague).post(address("undo", waiting))
    assert state_of(waiting) == "passed"


def test_passing_with_few_points_warns_and_goes_through(as_user, mentor, waiting):
    page = finish(as_user(mentor), waiting, rank=0)
    assert "You chose Passed with 0 of 20 points; this rubric passes from 12 (60 %)." in page.text
    assert state_of(waiting) == "passed"


def test_finish_and_next_goes_to_the_oldest_of_my_learners(as_user, mentor, cohort, mini_project, waiting):
    stranger = world.make_submission(world.make_enrollment(cohort), mini_project, "waiting_for_review")
    mine = world.make_enrollment(cohort)
    world.make_assignment(mentor.mentor, mine)
    following = world.make_submission(mine, mini_project, "waiting_for_review")
    client = as_user(mentor)
    claim(client, waiting)
    response = client.post(address("finish", waiting), {**filled(waiting), "next": "1"})
    assert response["Location"] == address("", following)
    claim(client, following)
    response = client.post(address("finish", following), {**filled(following), "next": "1"})
    assert response["Location"] == address("", stranger)


def test_a_level_of_another_rubric_is_refused_and_the_words_are_kept(as_user, mentor, curriculum, waiting):
    foreign = world.make_project(curriculum, "milestone").rubric.criteria.first().levels.first()
    client = as_user(mentor)
    claim(client, waiting)
    own = next(iter(filled(waiting)))
    response = client.post(address("draft", waiting), {own: foreign.pk, "comment": "Words"})
    assert response.status_code == 422
    assert "does not belong" in response.text
    assert "Words" in response.text


def test_own_work_is_never_reviewable(as_user, admin, cohort, mini_project):
    own = world.make_submission(world.make_enrollment(cohort, admin), mini_project, "waiting_for_review")
    client = as_user(admin)
    assert client.get(address("", own)).status_code == 403
    assert client.post(address("claim", own)).status_code == 403
    assert str(own.project) not in client.get("/reviews/?show=unclaimed").text


def test_work_without_a_mentor_is_told_to_the_staff_who_review_it(as_user, admin, cohort, mini_project):
    submission = world.make_submission(world.make_enrollment(cohort), mini_project, "checks_running")
    assert send_to_review(submission)
    told = Notification.objects.get(recipient=admin, kind="review_wanted")
    assert told.path == address("", submission)
    client = as_user(admin)
    assert "no mentor yet" in client.get("/reviews/").text
    finish(client, submission)
    assert state_of(submission) == "passed"


def test_an_older_attempt_leads_to_the_newest(as_user, mentor, waiting):
    newest = world.make_submission(waiting.enrollment, waiting.project, "waiting_for_review")
    client = as_user(mentor)
    assert f"Go to attempt {newest.number}" in client.get(address("", waiting)).text
    client.post(address("claim", waiting))
    assert not Review.objects.exists()
    assert f"/submissions/{waiting.pk}/" not in client.get("/reviews/").text


def test_the_earlier_review_stands_beside_the_new_attempt(as_user, mentor, waiting):
    client = as_user(mentor)
    finish(client, waiting, verdict="needs_more_work", comment="Split before you scale.", rank=1)
    again = world.make_submission(waiting.enrollment, waiting.project, "waiting_for_review", {"README.md": b"# New"})
    page = client.get(address("", again)).text
    assert "Split before you scale." in page
    assert "What was said before" in page
    assert "Solid · 6" in page
