"""Transfers at the same moment as each other, as a review is decided, as work is handed in, and undone twice."""

import pytest

from courses.models import Cohort, Enrollment, EnrollmentTransfer, OfficeChange
from projects.actions.reviews import claim_review, finish_review
from projects.actions.submissions import submit_work
from projects.actions.transferring import transfer
from projects.actions.undoing import undo
from projects.models import Criterion, Grade, Review, Submission
from tests import exercises, world
from tests.at_once import at_once, refused
from tests.projects.versions import fresh, make_versions

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def versions():
    return make_versions()


@pytest.fixture
def staff(versions):
    return world.make_staff(versions.old.program)


def test_two_transfers_into_the_last_seat_and_one_gets_it(versions, staff):
    to = world.make_cohort(versions.new, seats=1)
    learners = [world.make_enrollment(versions.cohort) for _ in range(3)]
    calls = [lambda one=one: transfer(enrollment=one, to=fresh_cohort(to), by=staff) for one in learners]
    assert len(refused(at_once(*calls))) == 2
    assert dict(Cohort.objects.values_list("pk", "seats_taken")) == {versions.cohort.pk: 2, to.pk: 1}
    assert EnrollmentTransfer.objects.count() == to.enrollments.count() == 1


def test_learners_who_change_places_do_not_wait_for_each_other_for_ever(versions, staff):
    to = world.make_cohort(versions.new)
    there, back = world.make_enrollment(versions.cohort), world.make_enrollment(to)
    assert not refused(
        at_once(
            lambda: transfer(enrollment=there, to=Cohort.objects.get(pk=to.pk), by=staff),
            lambda: transfer(enrollment=back, to=Cohort.objects.get(pk=versions.cohort.pk), by=staff),
        )
    )
    assert set(Cohort.objects.values_list("seats_taken", flat=True)) == {1}


def test_a_review_decided_meanwhile_is_kept_or_stays_claimed(versions, staff):
    to, lea = world.make_cohort(versions.new), world.make_enrollment(versions.cohort)
    project = versions.project(versions.old, "prices")
    review = claim_review(submission=world.make_submission(lea, project, "waiting_for_review"), by=staff)
    levels = {one.pk: one.levels.last().pk for one in Criterion.objects.filter(rubric__project=project)}

    def decide():
        return finish_review(
            review=Review.objects.select_related("submission__enrollment", "submission__project").get(pk=review.pk),
            verdict="passed",
            levels=levels,
            comment="Well done.",
            by=staff,
            project=project.pk,
        )

    outcomes = at_once(decide, lambda: transfer(enrollment=fresh(lea), to=to, by=staff))
    submission = Submission.objects.get()
    assert fresh(lea).cohort == to
    assert submission.project == Grade.objects.get().project == versions.project(versions.new, "prices")
    expected = ("in_review", "claimed") if refused(outcomes) else ("passed", "finished")
    assert (submission.state, Review.objects.get().state) == expected


def test_work_handed_in_meanwhile_follows_or_is_refused(versions, staff):
    for one in (versions.old, versions.new):
        exercises.make_real_exercise(one)
    to, project = world.make_cohort(versions.new), versions.project(versions.old, "doubling")
    learners = [fresh(world.make_enrollment(versions.cohort)) for _ in range(4)]

    def hand_in(one):
        return submit_work(
            project=project, enrollment=fresh(one), files={"work.ipynb": exercises.notebook()}, by=one.user
        )

    calls = [lambda one=one: hand_in(one) for one in learners]
    at_once(
        *calls, *(lambda one=one: transfer(enrollment=fresh(one), to=fresh_cohort(to), by=staff) for one in learners)
    )
    assert to.enrollments.count() == 4
    assert not Submission.objects.exclude(project__curriculum=versions.new).exists()
    assert not Grade.objects.exclude(project__curriculum=versions.new).exists()


def fresh_cohort(cohort):
    return Cohort.objects.get(pk=cohort.pk)


def test_of_two_who_undo_a_transfer_one_does(versions, staff):
    to, lea = world.make_cohort(versions.new), world.make_enrollment(versions.cohort)
    transfer(enrollment=lea, to=to, by=staff)
    copies = [OfficeChange.objects.get() for _ in range(2)]
    assert len(refused(at_once(*(lambda one=one: undo(change=one, by=staff) for one in copies)))) == 1
    assert dict(Cohort.objects.values_list("pk", "seats_taken")) == {versions.cohort.pk: 1, to.pk: 0}
    assert Enrollment.objects.get().cohort == versions.cohort
