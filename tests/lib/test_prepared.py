"""Querysets that are compiled once."""

import threading

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef

from courses.models import Cohort, Enrollment
from lms.lib.prepared import Prepared, Text
from projects.models import GradingJob, GradingResult
from tests import world

PLACES = Prepared(
    lambda user, cohort: (
        Enrollment.objects.open().filter(user=user, cohort=cohort).values_list("pk", "state", "enrolled_at")
    ),
    "user",
    "cohort",
)


def test_each_run_answers_for_its_own_ids(enrollment, other_learner):
    other = other_learner.enrollments.get()
    for place in (enrollment, other, enrollment):
        expected = (place.pk, "active", place.enrolled_at)
        assert PLACES.rows(user=place.user_id, cohort=place.cohort_id) == [expected]
    assert PLACES.row(user=enrollment.user_id, cohort=other.cohort_id) is None


def test_a_prepared_query_is_one_query(enrollment, django_assert_num_queries):
    PLACES.rows(user=1, cohort=1)
    with django_assert_num_queries(1):
        PLACES.rows(user=enrollment.user_id, cohort=enrollment.cohort_id)


def test_an_id_may_stand_in_several_places(enrollment):
    both = Prepared(
        lambda user: Cohort.objects.filter(
            Exists(Enrollment.objects.filter(user=user, cohort=OuterRef("pk"))), enrollments__user=user
        ).values_list("slug"),
        "user",
    )
    assert both.rows(user=enrollment.user_id) == [("spring",)]


def test_a_text_is_filled_in_as_it_is(enrollment):
    called = Prepared(
        lambda slug, user: Cohort.objects.filter(slug=slug, enrollments__user=user).values_list("pk"),
        Text("slug"),
        "user",
    )
    for slug, expected in (("spring", [(enrollment.cohort_id,)]), ("o'n%s\\", []), ("", [])):
        assert called.rows(slug=slug, user=enrollment.user_id) == expected


def test_a_list_takes_as_many_ids_as_it_was_made_for(enrollment, other_learner):
    of_cohort = Prepared(
        lambda cohort, users: Enrollment.objects.filter(cohort=cohort, user__in=users).values_list("user"),
        "cohort",
        users=3,
    )
    mine, others = enrollment.user_id, other_learner.pk
    for users, expected in (([], []), ([mine], [(mine,)]), ([others, 0, mine], [(mine,)])):
        assert of_cohort.rows(cohort=enrollment.cohort_id, users=users) == expected
    with pytest.raises(ValueError, match="3 ids at most, not 4"):
        of_cohort.rows(cohort=1, users=[1, 2, 3, 4])


def test_whole_objects_come_with_what_is_selected_beside_them(enrollment, exercise, django_assert_num_queries):
    graded = world.make_submission(enrollment, exercise, "checks_passed")
    world.make_result(graded, 1, 2)
    world.make_job(world.make_submission(enrollment, exercise))
    jobs = Prepared(
        lambda learner: (
            GradingJob.objects.filter(learner=learner).select_related("submission__project", "result").order_by("pk")
        ),
        "learner",
    )
    jobs.objects(learner=0)
    with django_assert_num_queries(1):
        done, waiting = jobs.objects(learner=enrollment.user_id)
        assert done.submission == graded
        assert done.submission.project.title == exercise.title
        assert done.result.job is done
        assert not hasattr(waiting, "result")
    for one, known in zip((done, waiting), GradingJob.objects.order_by("pk"), strict=True):
        assert all(getattr(one, field.attname) == getattr(known, field.attname) for field in known._meta.fields)


def test_what_is_left_out_is_asked_for_when_it_is_wanted(enrollment, exercise, django_assert_num_queries):
    world.make_result(world.make_submission(enrollment, exercise, "checks_passed"), 1, 2)
    points = Prepared(lambda job: GradingResult.objects.filter(job__gt=job).only("score"), "job")
    found = points.get(job=0)
    with django_assert_num_queries(0):
        assert found.score == 1
    with django_assert_num_queries(1):
        assert found.max_score == 2


def test_no_object_is_told_as_the_model_tells_it(enrollment):
    one = Prepared(lambda pk: Enrollment.objects.filter(pk=pk), "pk")
    assert one.get(pk=enrollment.pk) == one.first(pk=enrollment.pk) == enrollment
    assert one.first(pk=0) is None
    with pytest.raises(Enrollment.DoesNotExist):
        one.get(pk=0)


def test_missing_and_unknown_ids_are_refused(db):
    with pytest.raises(TypeError):
        PLACES.rows(user=1)
    with pytest.raises(ValueError, match="does not reach"):
        Prepared(lambda user: Cohort.objects.values_list("slug"), "user").rows(user=1)


@pytest.mark.django_db(transaction=True)
def test_threads_have_their_own():
    curriculum = world.make_curriculum()
    place = world.make_enrollment(world.make_cohort(curriculum))
    found = []

    def read():
        try:
            found.append(PLACES.rows(user=place.user_id, cohort=place.cohort_id)[0][0])
        finally:
            connection.close()

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [place.pk] * 3
