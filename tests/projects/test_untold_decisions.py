"""What a learner has seen of a decision, wherever it is shown, and that a mentor cannot undo it then."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from projects.actions.reviews import ReviewRefused, claim_review, finish_review, undo_review
from projects.models import Criterion, Review
from tests import world

COMMENT = "Name what the baseline misses."


@pytest.fixture
def decide(enrollment, mini_project, mentor):
    """A function that lets the mentor review a new attempt."""

    def decided(verdict="passed"):
        submission = world.make_submission(enrollment, mini_project, "waiting_for_review")
        world.make_result(submission, 2, 2)
        criteria = Criterion.objects.filter(rubric__project=mini_project)
        levels = {criterion.pk: criterion.levels.last().pk for criterion in criteria}
        review = claim_review(submission=submission, by=mentor)
        return finish_review(review=review, verdict=verdict, levels=levels, comment=COMMENT, by=mentor)

    return decided


@pytest.fixture
def api(learner):
    answer = Client().post(
        "/api/v1/auth/token/", {"email": learner.email, "password": world.PASSWORD}, content_type="application/json"
    )
    return Client(headers={"Authorization": f"Token {answer.json()['token']}"})


@pytest.fixture(params=["home", "grades", "project"])
def listing(request, cohort, mini_project):
    """The address of a page that lists work without opening it."""
    project = reverse("project_detail", args=[cohort.slug, mini_project.slug])
    return {"home": "/", "grades": "/grades/", "project": project}[request.param]


@pytest.mark.parametrize("verdict", ["passed", "needs_more_work"])
def test_lists_say_only_that_there_is_feedback_while_it_may_be_undone(
    as_user, learner, mentor, decide, listing, verdict
):
    review = decide(verdict)
    client = as_user(learner)
    text = client.get(listing).text
    assert "Reviewed: read the feedback" in text
    assert reverse("submission_detail", args=[review.submission_id]) in text
    assert [words for words in (review.get_verdict_display(), COMMENT, "Your grade:", "22 / 22") if words in text] == []
    undo_review(review=review, by=mentor)


def test_a_list_of_home_does_not_count_undecided_work_as_done(as_user, learner, decide):
    decide()
    home = as_user(learner).get("/").context["learner"]
    assert home.progress.done == 0
    assert home.next is None


@pytest.mark.parametrize("how", ["read", "old"])
def test_lists_tell_everything_once_it_is_read_or_cannot_be_undone(as_user, learner, decide, listing, how):
    review = decide()
    client = as_user(learner)
    if how == "read":
        client.get(reverse("submission_detail", args=[review.submission_id]))
    else:
        Review.objects.update(finished_at=timezone.now() - timedelta(minutes=11))
    text = client.get(listing).text
    assert "Reviewed: read the feedback" not in text
    assert "Passed" in text


@pytest.mark.parametrize("path", ["/api/v1/submissions/{pk}/", "/api/v1/projects/house-prices/submissions/"])
def test_what_the_api_tells_the_learner_is_seen(api, mentor, decide, path):
    review = decide()
    assert COMMENT in api.get(path.format(pk=review.submission_id)).text
    with pytest.raises(ReviewRefused, match="the learner has read it"):
        undo_review(review=review, by=mentor)


def test_what_the_api_tells_others_is_not_seen_by_the_learner(as_user, mentor, decide):
    review = decide()
    assert COMMENT in as_user(mentor).get(f"/api/v1/submissions/{review.submission_id}/").text
    undo_review(review=review, by=mentor)


def test_an_earlier_attempts_page_tells_the_grade_so_the_newer_decision_is_seen(as_user, learner, mentor, decide):
    first = decide("needs_more_work")
    second = decide()
    assert "22" in as_user(learner).get(reverse("submission_detail", args=[first.submission_id])).text
    with pytest.raises(ReviewRefused, match="the learner has read it"):
        undo_review(review=second, by=mentor)
