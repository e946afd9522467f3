"""The pages of graders and regrades, their cost, and the one way a mended grader is published."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.actions.regrading import start_regrade
from projects.models import RegradeBatch
from tests import world
from tests.projects.regrades import WHY, applied, graded, previewed, run, started


@pytest.fixture
def office(admin, as_user):
    return as_user(admin)


def words_of(client, name, pk, query=""):
    response = client.get(reverse(name, args=[pk]) + query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def cost_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_from_an_older_grader_to_a_decision_by_pages_alone(office, enrollment, exercise, admin):
    submission = graded(enrollment, exercise, 5)
    old = exercise.grader_versions.get()
    new = world.make_grader_version(exercise)
    assert "grader 1 (1 submissions)" in words_of(office, "grader_detail", exercise.pk)
    chosen = {"from_version": old.pk, "to_version": new.pk}
    batch_url = office.post(reverse("regrade_start", args=[exercise.pk]), chosen)["Location"]
    batch = RegradeBatch.objects.get()
    assert "0 of 1 submissions" in office.get(batch_url).text
    run(submission, 9)
    batch.refresh_from_db()
    RegradeBatch.objects.update(state="preview")
    page = words_of(office, "regrade_batch", batch.pk)
    assert "Lea Learner" in page
    assert "Test 1: 5 → 9" in page
    refused = office.post(reverse("regrade_apply", args=[batch.pk]), {"policy": "replace", "reason": "no"})
    assert refused.status_code == 422
    assert "the learners read it" in refused.text
    done = office.post(reverse("regrade_apply", args=[batch.pk]), {"policy": "replace", "reason": WHY})
    assert done.status_code == 302
    assert "Being applied" in words_of(office, "regrade_batch", batch.pk)


def test_a_refused_start_says_why_and_keeps_the_choice(office, enrollment, exercise):
    graded(enrollment, exercise, 5)
    version = exercise.grader_versions.get()
    world.make_grader_version(exercise)
    same = {"from_version": version.pk, "to_version": version.pk}
    refused = office.post(reverse("regrade_start", args=[exercise.pk]), same)
    assert refused.status_code == 422
    assert "two different grader versions" in refused.text


def test_who_runs_one_cohort_regrades_its_learners_alone(cohort, enrollment, exercise, admin, as_user):
    own, elsewhere = graded(enrollment, exercise, 5), world.make_enrollment(world.make_cohort(exercise.curriculum))
    graded(elsewhere, exercise, 5)
    old, new = exercise.grader_versions.get(), world.make_grader_version(exercise)
    office = as_user(world.make_cohort_staff(cohort))
    assert str(exercise) in office.get(reverse("grader_list")).text
    page = words_of(office, "grader_detail", exercise.pk)
    assert "grader 1 (1 submissions)" in page
    assert "all cohorts" not in page
    versions = {"from_version": old.pk, "to_version": new.pk}
    start = reverse("regrade_start", args=[exercise.pk])
    for cohort_id in ("", elsewhere.cohort_id):
        assert office.post(start, {**versions, "cohort": cohort_id}).status_code == 422
    assert office.post(start, {**versions, "cohort": cohort.pk}).status_code == 302
    batch = RegradeBatch.objects.get()
    assert [one.submission for one in batch.runs.all()] == [own]
    assert "Spring cohort" in words_of(office, "regrade_batch", batch.pk)
    program_office, other_office = as_user(admin), as_user(world.make_cohort_staff(elsewhere.cohort))
    address = reverse("regrade_batch", args=[batch.pk])
    assert program_office.get(address).status_code == 200
    assert other_office.get(address).status_code == 404
    page = words_of(other_office, "grader_detail", exercise.pk)
    assert "Another office's regrade of Spring cohort" in page
    assert "Start the dry runs" in page
    assert "Start the dry runs" not in words_of(office, "grader_detail", exercise.pk)
    assert other_office.post(reverse("regrade_discard", args=[batch.pk])).status_code == 404
    assert office.post(reverse("regrade_discard", args=[batch.pk])).status_code == 302


def test_a_regrade_of_all_cohorts_stands_in_the_way_of_each_and_the_page_says_whom_to_ask(
    cohort, enrollment, exercise, admin, as_user
):
    graded(enrollment, exercise, 5)
    batch = started(exercise, admin)
    office = as_user(world.make_cohort_staff(cohort))
    page = words_of(office, "grader_detail", exercise.pk)
    assert "Another office's regrade of all cohorts is open. Ask Ada Admin" in page
    assert "Start the dry runs" not in page
    versions = {"from_version": batch.from_version_id, "to_version": batch.to_version_id, "cohort": cohort.pk}
    refused = office.post(reverse("regrade_start", args=[exercise.pk]), versions)
    assert refused.status_code == 422
    assert "started by Ada Admin: ask them to apply or discard it first. Nothing was started." in refused.text


def test_who_runs_the_program_regrades_all_cohorts_or_one(office, enrollment, exercise):
    graded(enrollment, exercise, 5)
    empty = world.make_cohort(exercise.curriculum)
    versions = {"from_version": exercise.grader_versions.get().pk, "to_version": world.make_grader_version(exercise).pk}
    start = reverse("regrade_start", args=[exercise.pk])
    refused = office.post(start, {**versions, "cohort": empty.pk})
    assert (refused.status_code, f"No submission in {empty}" in refused.text) == (422, True)
    assert office.post(start, {**versions, "cohort": ""}).status_code == 302
    assert RegradeBatch.objects.get().cohort is None


def test_progress_answers_only_when_something_changed(office, enrollment, exercise, admin):
    submission = graded(enrollment, exercise, 5)
    batch = started(exercise, admin)
    address = reverse("regrade_status", args=[batch.pk])
    assert office.get(address + "?seen=running:0").status_code == 204
    run(submission, 9)
    assert "1 of 1" in office.get(address + "?seen=running:0").text
    RegradeBatch.objects.update(state="preview")
    assert office.get(address)["HX-Refresh"] == "true"


def test_the_table_is_filtered_and_counted_by_kind(office, cohort, exercise, admin):
    people = [world.make_enrollment(cohort, world.make_user(f"Person {rank}")) for rank in range(4)]
    scores = dict(zip([graded(one, exercise, 5) for one in people], (9, 2, 5, None), strict=True))
    batch = previewed(exercise, admin, scores)
    response = office.get(reverse("regrade_batch", args=[batch.pk]))
    assert [tab["count"] for tab in response.context["table"].tabs] == [4, 1, 1, 1, 1]
    page = words_of(office, "regrade_batch", batch.pk, "?show=falls")
    assert "Person 1" in page
    assert "Person 0" not in page
    applied(batch, admin)
    assert "“A test was wrong.”" in words_of(office, "regrade_batch", batch.pk)


def test_the_pages_cost_the_same_at_any_size(office, cohort, exercise, admin, django_assert_max_num_queries):
    def grow(count):
        return {graded(world.make_enrollment(cohort), exercise, 5): 9 for _ in range(count)}

    small = previewed(exercise, admin, grow(2))
    addresses = [reverse("regrade_batch", args=[small.pk]), reverse("grader_detail", args=[exercise.pk])]
    addresses.append(reverse("grader_list"))
    few = [cost_of(office, address) for address in addresses]
    applied(small, admin)
    old, new = small.to_version, world.make_grader_version(exercise)
    more = grow(12)
    world.make_result(next(iter(more)), 5)
    for project in range(5):
        world.make_project(exercise.curriculum, "exercise", f"more-{project}")
    big = start_regrade(project=exercise, from_version=old, to_version=new, by=admin)
    for one in big.runs.select_related("submission"):
        run(one.submission, 9)
    RegradeBatch.objects.filter(pk=big.pk).update(state="preview")
    for submission in more:
        assert submission.jobs.exists()
    addresses[0] = reverse("regrade_batch", args=[big.pk])
    many = [cost_of(office, address) for address in addresses]
    assert max(b - a for a, b in zip(few, many, strict=True)) <= 0
