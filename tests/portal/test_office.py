"""The cohort office: what it shows, and what it costs."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.actions.extensions import grant_extension
from projects.actions.grades import recompute_grade
from projects.models import GradingJob, Submission
from projects.reviewing.queue import ReviewQueue
from tests import world


@pytest.fixture
def office(admin, as_user, cohort):
    client = as_user(admin)
    return lambda name, *more, query="": client.get(reverse(name, args=[cohort.slug, *more]) + query)


@pytest.fixture
def grow(cohort, curriculum, admin):
    """A function that adds learners in every situation the office shows."""

    def add(count):
        exercise = curriculum.projects.filter(kind="exercise").first() or world.make_project(curriculum)
        mini = curriculum.projects.filter(kind="mini-project").first() or world.make_project(curriculum, "mini-project")
        for number in range(count):
            enrollment = world.make_enrollment(cohort, world.make_user(f"Learner {number}"))
            world.make_submission(enrollment, mini, "waiting_for_review")
            failed = world.make_submission(enrollment, exercise, "could_not_run")
            world.make_job(failed, "system_failed", failure="system_error", error="The disk is full.")
            world.make_invitation(cohort, f"invited{world.make_user().pk}@example.org", by=admin)
            if number % 2:
                world.make_assignment(world.make_mentor(), enrollment)
            else:
                enrollment.state = "paused"
                enrollment.save()
                enrollment.pauses.create(starts_on=cohort.starts_on)

    return add


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("cohort_detail", 18),
        ("cohort_learners", 16),
        ("cohort_people", 10),
        ("cohort_calendar", 10),
        ("cohort_matrix", 12),
    ],
)
def test_its_pages_cost_the_same_at_any_size(office, grow, name, most, django_assert_max_num_queries):
    grow(14)
    with django_assert_max_num_queries(most) as few:
        assert office(name).status_code == 200
    grow(14)
    with django_assert_max_num_queries(most) as many:
        assert office(name).status_code == 200
    assert len(many) == len(few)


def test_the_page_of_a_learner_costs_the_same_at_any_size(
    office, enrollment, curriculum, django_assert_max_num_queries
):
    for count in (1, 12):
        for _ in range(count):
            world.make_submission(enrollment, world.make_project(curriculum), "checks_passed")
        with django_assert_max_num_queries(24):
            assert office("enrollment_detail", enrollment.pk).status_code == 200


def test_the_overview_says_who_waits_and_why(office, grow):
    grow(8)
    page = office("cohort_detail").content.decode()
    assert "and 2 more" in page
    assert "The disk is full." in page
    assert "Assign" in page
    assert "4 active, 4 paused" in page


def test_replaced_attempts_and_work_of_who_left_wait_for_nobody(
    as_user, admin, office, cohort, enrollment, mini_project
):
    world.make_submission(enrollment, mini_project, "waiting_for_review")
    world.make_submission(enrollment, mini_project, "passed")
    gone = world.make_enrollment(cohort, state="withdrawn")
    world.make_submission(gone, mini_project, "waiting_for_review")
    assert office("cohort_detail").context["now"].waiting.count == 0
    client = as_user(admin)
    assert [card.waiting.count for card in client.get("/").context["staff"].cards] == [0]
    assert set(ReviewQueue(admin).counts().values()) == {0}
    newest = world.make_submission(enrollment, mini_project, "waiting_for_review")
    assert office("cohort_detail").context["now"].waiting.items == [newest]
    assert [card.waiting.count for card in client.get("/").context["staff"].cards] == [1]
    assert ReviewQueue(admin).counts()["unclaimed"] == 1


def test_a_missing_box_is_said_with_its_remedy(office, enrollment, exercise):
    waiting = world.make_submission(enrollment, exercise)
    world.make_job(
        waiting, "pending", failure="box_unavailable", error="No bubblewrap.", remedy="apt install bubblewrap"
    )
    page = office("cohort_detail").content.decode()
    assert "No bubblewrap." in page
    assert "apt install bubblewrap" in page


def test_a_missing_box_is_said_also_where_only_who_applies_waits(office, cohort, other_cohort, exercise):
    elsewhere, here = (
        world.make_entry_attempt(world.make_application(one), exercise) for one in (other_cohort, cohort)
    )
    GradingJob.objects.filter(entry=elsewhere).update(failure="box_unavailable", error="Not ours.")
    assert "no box can be built" not in office("cohort_detail").text
    GradingJob.objects.filter(entry=here).update(failure="box_unavailable", error="No bubblewrap.")
    page = office("cohort_detail").text
    assert ("No bubblewrap." in page, "Not ours." in page) == (True, False)


def test_an_empty_cohort_says_what_to_do_next(office):
    assert "Learners who accept their invitation appear here first" in office("cohort_detail").content.decode()
    for name in ("cohort_learners", "cohort_matrix"):
        page = office(name).content.decode()
        assert "No learners yet" in page or "This curriculum has no projects" in page


def test_learners_are_found_by_name_and_state(office, cohort):
    world.make_enrollment(cohort, world.make_user("Present Person"))
    world.make_enrollment(cohort, world.make_user("Gone Person"), state="withdrawn")
    assert "Gone Person" not in office("cohort_learners").content.decode()
    assert "Gone Person" in office("cohort_learners", query="?show=left").content.decode()
    found = office("cohort_learners", query="?show=all&q=present").content.decode()
    assert "Present Person" in found
    assert "Gone Person" not in found
    assert "Nobody is like that" in office("cohort_learners", query="?q=zzz").content.decode()


def test_a_full_mentor_cannot_be_chosen(office, enrollment, cohort):
    full = world.make_mentor(world.make_user("Full Mentor"), capacity=1)
    world.make_assignment(full, world.make_enrollment(cohort))
    page = office("enrollment_detail", enrollment.pk).content.decode()
    assert re.search(rf'<option value="{full.pk}" disabled>Full Mentor \(1 of 1', page)


def test_the_home_page_of_staff_says_where_they_are_needed(admin, as_user, grow):
    grow(3)
    answer = as_user(admin).get(reverse("home"))
    card = answer.context["staff"].cards[0]
    assert "Spring cohort" in answer.text
    assert [(need.count, need.icon) for need in card.needs] == [(3, "triangle-alert"), (2, "user"), (3, "hourglass")]
    assert all(need.words in answer.text for need in card.needs)
    assert "3 open</a>" in answer.text


def test_the_home_page_of_staff_tells_what_ran_out_and_who_waits_longer_than_promised(
    admin, as_user, cohort, enrollment, mini_project
):
    now = timezone.now()
    world.make_invitation(cohort, expires_at=now - timedelta(days=1))
    waiting = world.make_submission(
        enrollment, mini_project, "waiting_for_review", state_changed_at=now - timedelta(days=9)
    )
    world.make_regrade_request(waiting)
    card = as_user(admin).get(reverse("home")).context["staff"].cards[0]
    assert (card.invited, card.unanswered, card.asked, card.waiting.is_late) == (0, 1, 1, True)
    assert [need.words for need in card.needs][-1] == "Invitations that expired unanswered"


def test_who_was_invited_again_or_has_a_place_left_no_invitation_unanswered(admin, as_user, cohort, other_cohort):
    ran_out = timezone.now() - timedelta(days=1)
    for email in ("again@x.org", "joined@x.org", "twice@x.org", "elsewhere@x.org", "left@x.org"):
        world.make_invitation(cohort, email, expires_at=ran_out)
    world.make_invitation(cohort, "again@x.org")
    world.make_enrollment(cohort, world.make_user("Joined", "joined@x.org"))
    world.make_enrollment(cohort, world.make_user("Left", "left@x.org"), state="withdrawn")
    world.make_invitation(cohort, "twice@x.org", expires_at=ran_out)
    world.make_invitation(other_cohort, "elsewhere@x.org")
    cards = {one.cohort: one for one in as_user(admin).get(reverse("home")).context["staff"].cards}
    assert (cards[cohort].invited, cards[cohort].unanswered) == (1, 3)


def test_an_empty_cohort_asks_for_its_first_invitations(admin, as_user, cohort):
    client = as_user(admin)
    cards = [client.get(reverse("home")).context["staff"].cards[0]]
    world.make_invitation(cohort)
    cards.append(client.get(reverse("home")).context["staff"].cards[0])
    assert [card.uninvited for card in cards] == [30, 0]


def test_the_home_page_of_staff_costs_the_same_at_any_size(
    admin, as_user, grow, curriculum, django_assert_max_num_queries
):
    client = as_user(admin)
    client.get(reverse("home"))
    for _ in range(2):
        grow(6)
        world.make_break(world.make_cohort(curriculum))
        with django_assert_max_num_queries(16):
            assert client.get(reverse("home")).status_code == 200


def test_who_runs_no_cohort_yet_is_told_to_create_one(admin, as_user, cohort):
    cohort.delete()
    assert "Create a cohort" in as_user(admin).get(reverse("home")).content.decode()


def test_names_are_text(office, cohort, exercise):
    enrollment = world.make_enrollment(cohort, world.make_user('<img src=x onerror="a">'))
    world.make_submission(enrollment, exercise, "checks_passed")
    for name in ("cohort_detail", "cohort_learners", "cohort_matrix"):
        assert "<img src=x" not in office(name).content.decode()


def test_a_cell_leads_to_the_newest_attempt(office, enrollment, exercise):
    world.make_submission(enrollment, exercise, "checks_failed")
    newest = world.make_submission(enrollment, exercise, "checks_passed")
    response = office("matrix_cell", enrollment.pk, exercise.pk)
    assert response.headers["Location"] == reverse("submission_detail", args=[newest.pk])


def test_a_cell_of_another_cohort_is_not_found(office, other_learner, other_cohort):
    elsewhere = world.make_submission(
        other_learner.enrollments.get(), world.make_project(other_cohort.curriculum), "checks_passed"
    )
    assert office("matrix_cell", elsewhere.enrollment_id, elsewhere.project_id).status_code == 404


def test_cells_say_state_and_points_to_eyes_and_ears(office, enrollment, exercise):
    submission = world.make_submission(enrollment, exercise, "checks_passed")
    grade = submission.grades.model.objects.get()
    grade.checks_points, grade.late_factor, grade.is_late = 10, "0.9", True
    grade.save()
    page = office("cohort_matrix").content.decode()
    cell = re.search(rf'<td><a href="{enrollment.pk}/{exercise.pk}/".*?</td>', page).group()
    assert re.sub("<[^>]+>", "", cell) == "✓Checks passed 9L late"
    assert 'aria-hidden="true">✓' in cell
    assert Submission.objects.count() == 1


def test_points_of_an_earlier_attempt_are_told_apart_from_the_newer_ones_state(office, enrollment, exercise):
    world.make_result(world.make_submission(enrollment, exercise, "checks_failed"), 8)
    recompute_grade(enrollment=enrollment, project=exercise)
    newest = world.make_submission(enrollment, exercise, "checks_queued")
    page = office("cohort_matrix").content.decode()
    cell = re.search(rf'<td><a href="{enrollment.pk}/{exercise.pk}/".*?</td>', page).group()
    assert re.sub("<[^>]+>", "", cell).endswith("Checks queued earlier attempt: (8)")
    assert "of attempt 1" in office("enrollment_detail", enrollment.pk).text
    world.make_result(newest, 9)
    recompute_grade(enrollment=enrollment, project=exercise)
    assert "earlier attempt:" not in office("cohort_matrix").text
    assert "of attempt" not in office("enrollment_detail", enrollment.pk).text


def test_the_history_names_an_activity_by_its_title(office, enrollment, exercise, admin):
    grant_extension(enrollment=enrollment, activity=exercise.activity, days=2, reason="ill", by=admin)
    assert f"2 more days on {exercise.title}" in office("enrollment_detail", enrollment.pk).text


def test_who_left_is_not_in_the_matrix(office, cohort, exercise):
    world.make_enrollment(cohort, world.make_user("Present Person"))
    world.make_enrollment(cohort, world.make_user("Gone Person"), state="withdrawn")
    page = office("cohort_matrix").content.decode()
    assert "Present Person" in page
    assert "Gone Person" not in page
