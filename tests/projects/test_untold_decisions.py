"""What a learner has seen of a decision, wherever it is shown, and that a mentor cannot undo it then."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.models import ActivityProgress
from lms.notifications.delivering import due_deliveries, send_delivery
from lms.notifications.models import Delivery
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
    assert home.next is home.to_read


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


@pytest.fixture
def curriculum_pages(cohort):
    """Where ticks stand: the outline and the week."""
    return ["/curriculum/", reverse("week_detail", args=[cohort.slug, 1])]


def ticks(client, pages):
    return [client.get(page).text.count("entry-done") for page in pages]


@pytest.mark.parametrize("how", ["read", "old"])
def test_ticks_of_the_curriculum_wait_until_the_decision_is_told(as_user, learner, decide, curriculum_pages, how):
    review = decide()
    client = as_user(learner)
    assert ticks(client, curriculum_pages) == [0, 0]
    if how == "read":
        client.get(reverse("submission_detail", args=[review.submission_id]))
    else:
        ActivityProgress.objects.update(done_at=F("done_at") - timedelta(minutes=11))
    assert ticks(client, curriculum_pages) == [1, 1]


def test_staff_see_at_once_that_it_is_done(as_user, admin, cohort, enrollment, decide):
    decide()
    page = as_user(admin).get(reverse("enrollment_detail", args=[cohort.slug, enrollment.pk]))
    assert page.context["progress"].done == 1


def test_only_the_decision_that_stands_is_emailed(decide, mentor, learner, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        review = decide()
        levels = {score.criterion_id: score.level_id for score in review.scores.all()}
        undo_review(review=review, by=mentor)
        finish_review(review=review, verdict="needs_more_work", levels=levels, comment=COMMENT, by=mentor)
    assert mail.outbox == []
    assert due_deliveries() == []
    Delivery.objects.update(not_before=F("not_before") - timedelta(minutes=10))
    for pk in due_deliveries():
        send_delivery(pk)
    assert [message.to for message in mail.outbox] == [[learner.email]]


def test_feedback_that_was_read_is_not_emailed_afterwards(as_user, decide, learner):
    review = decide()
    as_user(learner).get(reverse("submission_detail", args=[review.submission_id]))
    Delivery.objects.update(not_before=timezone.now())
    assert not send_delivery(Delivery.objects.get().pk)
    assert (mail.outbox, Delivery.objects.get().state, due_deliveries()) == ([], "dropped", [])
