"""The review queue: whose work is where, in what order, at what cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from projects.actions.reviews import claim_review
from projects.models import Submission
from tests import world


def wait(enrollment, project, hours=1):
    since = timezone.now() - timedelta(hours=hours)
    return world.make_submission(enrollment, project, "waiting_for_review", state_changed_at=since)


def shown(response):
    pages = {submission.pk: submission for submission in Submission.objects.all()}
    return [pages[pk] for pk in response.context["page"].object_list]


def queries_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_the_queue_is_split_by_whose_it_is_oldest_first(as_user, mentor, enrollment, cohort, mini_project, curriculum):
    milestone = world.make_project(curriculum, "milestone")
    young, old = wait(enrollment, mini_project, 1), wait(enrollment, milestone, 30)
    other = wait(world.make_enrollment(cohort), mini_project)
    taken = wait(world.make_enrollment(cohort), mini_project)
    claim_review(submission=taken, by=mentor)
    client = as_user(mentor)
    assert shown(client.get("/reviews/")) == [old, young]
    assert shown(client.get("/reviews/?show=unclaimed")) == [other]
    assert shown(client.get("/reviews/?show=claimed")) == [taken]
    assert shown(client.get("/reviews/?show=others")) == []


def test_the_promise_is_shown_and_so_is_that_it_was_broken(as_user, mentor, enrollment, mini_project):
    wait(enrollment, mini_project, 50)
    page = as_user(mentor).get("/reviews/").text
    assert "Overdue: promised by" in page
    assert "promise tone-red" in page


def test_a_mentor_sees_nothing_of_other_cohorts(as_user, mentor, other_learner, mini_project):
    wait(other_learner.enrollments.get(), mini_project)
    client = as_user(mentor)
    assert [count["count"] for count in client.get("/reviews/").context["tabs"]] == [0, 0, 0, 0]
    assert "None of your learners waits" in client.get("/reviews/").text


def test_staff_see_all_of_their_cohorts(as_user, admin, curriculum, enrollment, mini_project):
    second = world.make_enrollment(world.make_cohort(curriculum))
    expected = {wait(enrollment, mini_project), wait(second, mini_project)}
    assert set(shown(as_user(admin).get("/reviews/"))) == expected


def test_work_of_a_former_learner_of_mine_is_not_mine(as_user, mentor, enrollment, cohort, mini_project):
    world.make_assignment(mentor.mentor, world.make_enrollment(cohort))
    submission = wait(enrollment, mini_project)
    enrollment.mentor_assignments.update(ended_at=timezone.now())
    client = as_user(mentor)
    assert shown(client.get("/reviews/?show=mine")) == []
    assert shown(client.get("/reviews/?show=unclaimed")) == [submission]


def test_the_place_told_to_the_learner_counts_what_reviewers_find(as_user, learner, enrollment, cohort, mini_project):
    other, gone = world.make_enrollment(cohort), world.make_enrollment(cohort, state="withdrawn")
    for waiting in (other, other, gone):
        wait(waiting, mini_project, 9)
    first, second = wait(enrollment, mini_project, 5), wait(enrollment, mini_project, 1)
    client = as_user(learner)
    assert "as number 2 in your cohort’s queue" in client.get(reverse("submission_detail", args=[second.pk])).text
    replaced = client.get(reverse("submission_detail", args=[first.pk])).text
    assert "A newer attempt replaces it, so nobody reviews this one." in replaced
    assert "It waits for review" not in replaced


def test_the_queue_is_paginated(as_user, admin, cohort, mini_project):
    for _ in range(27):
        wait(world.make_enrollment(cohort), mini_project)
    client = as_user(admin)
    assert len(shown(client.get("/reviews/"))) == 20
    assert len(shown(client.get("/reviews/?page=2"))) == 7
    assert client.get("/reviews/?page=nonsense&show=nonsense").status_code == 200


@pytest.mark.parametrize("part", ["mine", "unclaimed", "claimed", "others"])
def test_the_queue_costs_at_most_ten_queries_at_any_size(as_user, mentor, admin, cohort, mini_project, part):
    def add(number):
        for _ in range(number):
            mine, other = world.make_enrollment(cohort), world.make_enrollment(cohort)
            world.make_assignment(mentor.mentor, mine)
            wait(mine, mini_project)
            wait(other, mini_project)
            for reviewer in (mentor, admin):
                claim_review(submission=wait(world.make_enrollment(cohort), mini_project), by=reviewer)

    client = as_user(mentor)
    add(1)
    few = queries_of(client, f"/reviews/?show={part}")
    add(6)
    assert queries_of(client, f"/reviews/?show={part}") == few <= 10


def test_the_home_of_a_mentor_says_who_needs_them(as_user, mentor, enrollment, cohort, mini_project):
    wait(enrollment, mini_project, 49)
    claim_review(submission=wait(world.make_enrollment(cohort), mini_project), by=mentor)
    home = as_user(mentor).get("/").context["mentor"]
    assert (home.waiting_count, home.promised, home.claimed_count, home.others) == (1, 1, 1, 0)
    assert [row.learner for row in home.waiting] == [enrollment.user]


@pytest.mark.parametrize(("promised", "later"), [(0, 2), (7, 3), (8, 0), (9, 2)])
def test_the_home_counts_all_that_is_promised_by_today(as_user, mentor, cohort, mini_project, promised, later):
    for number in range(promised + later):
        mine = world.make_enrollment(cohort)
        world.make_assignment(mentor.mentor, mine)
        wait(mine, mini_project, 100 if number < promised else 1)
    home = as_user(mentor).get("/").context["mentor"]
    assert (home.promised, home.waiting_count) == (promised, promised + later)


def test_the_home_of_a_mentor_costs_the_same_at_any_size(as_user, mentor, enrollment, cohort, mini_project, exercise):
    def add(number):
        for _ in range(number):
            mine = world.make_enrollment(cohort)
            world.make_assignment(mentor.mentor, mine)
            wait(mine, mini_project)
            for _ in range(3):
                world.make_submission(mine, exercise, "checks_failed")
            claim_review(submission=wait(world.make_enrollment(cohort), mini_project), by=mentor)

    client = as_user(mentor)
    add(1)
    few = queries_of(client, "/")
    add(6)
    assert queries_of(client, "/") == few <= 12
    assert Submission.objects.count() > 30


def test_a_person_with_no_learners_is_told_what_comes_next(as_user, cohort):
    client = as_user(world.make_mentor().user)
    assert "You look after nobody now" in client.get("/").text
    assert "You look after nobody now" in client.get("/mentoring/").text
    assert "None of your learners waits" in client.get("/reviews/").text
