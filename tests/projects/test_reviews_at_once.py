"""Two reviewers, or two clicks, at the same moment."""

import threading

import pytest
from django.db import connection

from lms.lib.errors import DomainError
from projects.actions.reviews import claim_review, finish_review, undo_review
from projects.models import Criterion, Grade, Review, Submission
from tests import world

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*calls):
    """Run all calls at the same moment; what each returned, or the refusal it got."""
    barrier, outcomes = threading.Barrier(len(calls)), []

    def run(call):
        barrier.wait()
        try:
            outcomes.append(call())
        except DomainError as error:
            outcomes.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.fixture
def waiting():
    curriculum = world.make_curriculum()
    project = world.make_project(curriculum, "mini-project")
    return world.make_submission(world.make_enrollment(world.make_cohort(curriculum)), project, "waiting_for_review")


@pytest.fixture
def claimed(waiting):
    return claim_review(submission=waiting, by=world.make_user("Mia"))


def finished(review):
    criteria = Criterion.objects.filter(rubric__project=review.submission.project_id)
    levels = {criterion.pk: criterion.levels.all()[2].pk for criterion in criteria}
    copy = Review.objects.get(pk=review.pk)
    return finish_review(review=copy, verdict="passed", levels=levels, comment="Clear.", by=copy.reviewer)


def test_two_reviewers_claim_at_once_and_one_wins(waiting):
    people = [world.make_user("Mia"), world.make_user("Cleo")]
    copies = [Submission.objects.get(pk=waiting.pk) for _ in people]
    outcomes = at_once(
        lambda: claim_review(submission=copies[0], by=people[0]),
        lambda: claim_review(submission=copies[1], by=people[1]),
    )
    won = [outcome for outcome in outcomes if isinstance(outcome, Review)]
    lost = [outcome for outcome in outcomes if isinstance(outcome, DomainError)]
    assert (len(won), len(lost)) == (1, 1)
    assert str(won[0].reviewer) in str(lost[0])
    assert Review.objects.claimed().get() == won[0]


def test_the_same_reviewer_claims_twice_at_once_and_has_one_claim(waiting):
    mia = world.make_user("Mia")
    copies = [Submission.objects.get(pk=waiting.pk) for _ in range(2)]
    at_once(
        lambda: claim_review(submission=copies[0], by=mia),
        lambda: claim_review(submission=copies[1], by=mia),
    )
    assert Review.objects.claimed().count() == 1


def test_a_review_is_finished_twice_at_once_and_counts_once(claimed):
    outcomes = at_once(lambda: finished(claimed), lambda: finished(claimed))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Review", "ReviewRefused"]
    learner = claimed.submission.enrollment.user
    assert learner.notifications.filter(kind="review_finished").count() == 1
    assert Grade.objects.get().rubric_points == 20


def test_a_decision_is_undone_twice_at_once_and_once_only(claimed):
    finished(claimed)
    copies = [Review.objects.get(pk=claimed.pk) for _ in range(2)]
    outcomes = at_once(
        lambda: undo_review(review=copies[0], by=claimed.reviewer),
        lambda: undo_review(review=copies[1], by=claimed.reviewer),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "ReviewRefused"]
    claimed.submission.refresh_from_db()
    assert claimed.submission.state == "in_review"
